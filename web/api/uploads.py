"""Files that a browser sends in pieces. They stay in memory until they are whole, and their names are only names."""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass, field
from pathlib import PureWindowsPath

from web import strings
from web.api.request import FilePiece
from web.html.error_messages import Refused
from web.web_settings import UPLOADS


@dataclass(frozen=True, slots=True)
class Received:
    """The state of an upload after a piece."""

    upload: str
    """The id that the next piece has to carry."""
    name: str
    data: bytes | None
    """The whole file after its last piece; None before."""


@dataclass(slots=True)
class _Upload:
    name: str
    size: int
    data: bytearray = field(default_factory=bytearray)
    last_piece: float = field(default_factory=time.monotonic)


class Uploads:
    """The uploads in progress. Safe to share between threads."""

    def __init__(self) -> None:
        self._uploads: dict[str, _Upload] = {}
        self._lock = threading.Lock()

    def take(self, piece: FilePiece) -> Received:
        """Append a piece to its upload; the first piece begins one. Raises Refused."""
        with self._lock:
            key = piece.upload or self._begin(piece.name, piece.size)
            upload = self._uploads.get(key)
            if upload is None:
                raise Refused(strings.UPLOAD_BROKEN)
            upload.data += piece.data
            upload.last_piece = time.monotonic()
            if len(upload.data) > upload.size or (not piece.data and len(upload.data) < upload.size):
                del self._uploads[key]
                raise Refused(strings.UPLOAD_BROKEN)
            if len(upload.data) < upload.size:
                return Received(key, upload.name, None)
            del self._uploads[key]
            return Received(key, upload.name, bytes(upload.data))

    def _begin(self, name: str | None, size: int | None) -> str:
        now = time.monotonic()
        self._uploads = {key: one for key, one in self._uploads.items() if now - one.last_piece < UPLOADS.patience}
        if name is None or size is None:
            raise Refused(strings.UPLOAD_BROKEN)
        if size > UPLOADS.largest:
            raise Refused(strings.TOO_LARGE, size=f"{size / 1e6:.0f}", most=UPLOADS.largest // 1_000_000)
        on_their_way = sum(one.size for one in self._uploads.values())
        if size + on_their_way > UPLOADS.together or len(self._uploads) >= UPLOADS.files:
            raise Refused(strings.TOO_MANY)
        key = secrets.token_urlsafe(16)
        self._uploads[key] = _Upload(PureWindowsPath(name).name or "text", size)
        return key
