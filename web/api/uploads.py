"""Files that a browser sends piece by piece. Their names are names, and their bytes stay in memory until added."""

from __future__ import annotations

import base64
import binascii
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PureWindowsPath
from typing import Any

from web import strings
from web.html.error_messages import Refused

LARGEST = 64_000_000
"""Bytes of a file, at most."""
_TOGETHER = 256_000_000
"""Bytes of all files that are on their way, at most."""
_PATIENCE = 600.0
"""Seconds without a piece, after which a file is given up."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What became of a piece."""

    upload: str
    """Under which the next piece is to come."""
    name: str
    data: bytes | None
    """The whole file, once the last piece is there."""


@dataclass(slots=True)
class _Coming:
    name: str
    size: int
    data: bytearray = field(default_factory=bytearray)
    touched: float = field(default_factory=time.monotonic)


class Uploads:
    """Files on their way. Safe to share between threads."""

    def __init__(self) -> None:
        self._coming: dict[str, _Coming] = {}
        self._lock = threading.Lock()

    def take(self, sent: Mapping[str, Any]) -> Piece:
        """Take a piece: `name` and `size` with the first, `upload` with those after it, `data` in base64.

        Raises Refused.
        """
        try:
            data = base64.b64decode(str(sent.get("data", "")), validate=True)
        except (binascii.Error, ValueError) as error:
            raise Refused(strings.UPLOAD_BROKEN) from error
        with self._lock:
            upload = sent.get("upload") or self._begin(sent.get("name"), sent.get("size"))
            coming = self._coming.get(upload) if isinstance(upload, str) else None
            if coming is None:
                raise Refused(strings.UPLOAD_BROKEN)
            coming.data += data
            coming.touched = time.monotonic()
            if len(coming.data) > coming.size or (not data and len(coming.data) < coming.size):
                del self._coming[upload]
                raise Refused(strings.UPLOAD_BROKEN)
            if len(coming.data) < coming.size:
                return Piece(upload, coming.name, None)
            del self._coming[upload]
            return Piece(upload, coming.name, bytes(coming.data))

    def _begin(self, name: object, size: object) -> str:
        now = time.monotonic()
        self._coming = {key: one for key, one in self._coming.items() if now - one.touched < _PATIENCE}
        if not isinstance(name, str) or not isinstance(size, int) or isinstance(size, bool) or size < 0:
            raise Refused(strings.UPLOAD_BROKEN)
        if size > LARGEST:
            raise Refused(strings.TOO_LARGE, size=f"{size / 1e6:.0f}", most=LARGEST // 1_000_000)
        if size + sum(one.size for one in self._coming.values()) > _TOGETHER:
            raise Refused(strings.TOO_MANY)
        upload = secrets.token_urlsafe(16)
        self._coming[upload] = _Coming(PureWindowsPath(name).name[:200] or "text", size)
        return upload
