"""Reads MHTML, a page as browsers save it in one file: its main part, which is HTML."""

from __future__ import annotations

import email
import email.policy

from corpus import corpus_messages
from corpus.errors import SourceError
from corpus.formats.extracted_text import Extracted
from corpus.formats.html import read_html


def read_mhtml(data: bytes, *, name: str) -> Extracted:
    """Return the text of the page. Raises SourceError if it has none, and as `read_html` does."""
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    for part in message.walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            page = part.get_payload(decode=True)
            if isinstance(page, bytes) and page.strip():
                charset = part.get_content_charset()
                declared = f'<meta charset="{charset}">'.encode() if charset and charset.isascii() else b""
                return read_html(declared + page, name=name)
    raise SourceError(corpus_messages.NO_TEXT, name)
