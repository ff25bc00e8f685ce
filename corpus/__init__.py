"""Reads files and texts into `Document`. Imports no other package of this project."""
