"""Tells formats by their first bytes, where names are often wrong."""

from __future__ import annotations

import re

_MHTML = re.compile(rb"(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?content-type:\s*multipart/related\b", re.IGNORECASE)
_SUBTITLES = re.compile(rb"\s*(?:WEBVTT\b|\d{1,6}\s*\n\s*\d{1,2}:\d{2}:\d{2}[,.]\d{3} -->)")


def looks_like_mhtml(data: bytes) -> bool:
    """Return whether a file is a page that a browser saved in one file."""
    head = data[:4000].replace(b"\r\n", b"\n").lstrip()
    return b"mime-version" in head.lower() and bool(_MHTML.match(head))


def looks_like_subtitles(data: bytes) -> bool:
    """Return whether a file is subtitles."""
    head = data[:2000].removeprefix(b"\xef\xbb\xbf").lstrip(b"\xff\xfe").replace(b"\0", b"").replace(b"\r", b"")
    return bool(_SUBTITLES.match(head))


def looks_like_picture(data: bytes) -> bool:
    """Return whether a file is PNG, JPEG, TIFF or WebP. The two letters of BMP may begin a text."""
    starts = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*")
    return data.startswith(starts) or (data.startswith(b"RIFF") and data[8:12] == b"WEBP")
