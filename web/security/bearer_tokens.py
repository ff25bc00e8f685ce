"""Knows the tokens that programs show as `Authorization: Bearer TOKEN`. A token never stands in an address."""

from __future__ import annotations

import hashlib
import hmac
import re
from pathlib import Path

from starlette.datastructures import Headers
from starlette.types import Scope

from corpus.errors import QAError
from web import security_messages
from web.web_settings import ACCOUNTS

_TOKEN = re.compile(r"[!-~]+")


class BearerTokens:
    """Tokens, of which memory holds the SHA-256 alone."""

    def __init__(self, tokens: list[str]) -> None:
        self._digests = tuple(_digest(token) for token in tokens)

    @classmethod
    def read(cls, path: Path) -> BearerTokens:
        """Return the tokens of a file, one a line; blank lines and those that begin with # are left out.

        Raises QAError for a file that cannot be read, that has none, or that has a short one.
        """
        try:
            lines = path.read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "no UTF-8"
            raise QAError(security_messages.UNREADABLE.format(reason=reason), path) from error
        tokens = []
        for number, line in enumerate(lines, start=1):
            token = line.strip()
            if not token or token.startswith("#"):
                continue
            if not _TOKEN.fullmatch(token) or len(token) < ACCOUNTS.shortest_token:
                raise QAError(security_messages.SHORT_TOKEN.format(line=number, least=ACCOUNTS.shortest_token), path)
            tokens.append(token)
        if not tokens:
            raise QAError(security_messages.NO_TOKENS.format(path=path), path)
        return cls(tokens)

    def name_of(self, scope: Scope) -> str | None:
        """Return a name for the token that a request shows, the beginning of its SHA-256; None if it is none of ours.

        All are compared, each in constant time.
        """
        scheme, _, token = _authorization(scope).partition(" ")
        digest = _digest(token.strip())
        is_known = [hmac.compare_digest(digest, one) for one in self._digests]
        return digest.hex()[:12] if scheme.lower() == "bearer" and any(is_known) else None


def _authorization(scope: Scope) -> str:
    values = Headers(scope=scope).getlist("authorization")
    return values[0] if len(values) == 1 else ""


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
