"""Bibliographic data of works, from edition files, title blocks and file metadata."""
