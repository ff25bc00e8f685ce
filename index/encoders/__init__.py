"""Encode texts as vectors. `registry` opens an encoder by its name."""
