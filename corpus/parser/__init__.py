"""The parser: turns lines of text into sections and passages."""
