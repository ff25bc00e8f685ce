"""Interpret a question: its words, answer type, section reference, and the questions that it depends on."""
