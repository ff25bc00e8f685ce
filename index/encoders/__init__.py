"""Texts in, vectors out: each module runs models in one way; registry opens one by name."""
