"""Keeps the users file: names, and argon2id hashes of their passwords.

A line is `{"name": …, "password": "$argon2id$…"}`.

Each user's own library is a folder whose name is made of the user's name by SHA-256: a name is never part of a path.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from corpus.errors import QAError
from corpus.message import Message
from index.atomic_files import replacing
from web import security_messages
from web.web_settings import ACCOUNTS

if TYPE_CHECKING:
    from argon2 import PasswordHasher

_NAME = re.compile(r"\w[\w.-]*")


class UsersError(QAError):
    """A user cannot be added, changed or read."""


class Users:
    """The users of a file, read again whenever it has changed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._signature: tuple[int, ...] | None = None
        self._hashes: dict[str, str] = {}

    def names(self) -> list[str]:
        """Return the users' names, in order. Raises UsersError for a file that cannot be read."""
        return list(self._read())

    def stamp(self, name: str) -> str | None:
        """Return what changes with the user's password, None where there is no such user. Raises UsersError."""
        found = self._read().get(user_key(name))
        return None if found is None else hashlib.sha256(found.encode()).hexdigest()

    def verify(self, name: str, password: str) -> bool:
        """Return whether a user has this password. It takes as long for an unknown name. Raises UsersError."""
        from argon2.exceptions import InvalidHashError, VerificationError

        known = self._read().get(user_key(name)) if len(password) <= ACCOUNTS.longest_password else None
        try:
            _hasher().verify(known or _nobodys_hash(), _normal(password[: ACCOUNTS.longest_password]))
        except (VerificationError, InvalidHashError):
            return False
        return known is not None

    def add(self, name: str, password: str) -> None:
        """Add a user. Raises UsersError for a name or password that cannot be used, or a name that is there."""
        key, hashed = checked_name(name), _hash(password)

        def change(hashes: dict[str, str]) -> None:
            if key in hashes:
                raise UsersError(security_messages.USER_EXISTS.format(name=key), self.path)
            hashes[key] = hashed

        self._change(change)

    def set_password(self, name: str, password: str) -> None:
        """Change a user's password, which ends the user's sessions. Raises UsersError."""
        hashed = _hash(password)

        def change(hashes: dict[str, str]) -> None:
            self._require(hashes, name)
            hashes[user_key(name)] = hashed

        self._change(change)

    def remove(self, name: str) -> None:
        """Remove a user, which ends the user's sessions. The user's library stays. Raises UsersError."""

        def change(hashes: dict[str, str]) -> None:
            self._require(hashes, name)
            del hashes[user_key(name)]

        self._change(change)

    def _require(self, hashes: dict[str, str], name: str) -> None:
        if user_key(name) not in hashes:
            raise UsersError(security_messages.NO_USER.format(name=name), self.path)

    def _change(self, change: Callable[[dict[str, str]], None]) -> None:
        with self._locked():
            hashes = dict(self._read()) if self.path.exists() else {}
            change(hashes)
            lines = (json.dumps({"name": name, "password": one}, ensure_ascii=False) for name, one in hashes.items())
            with replacing(self.path) as beside:
                beside.chmod(0o600)  # before the first byte is in it
                beside.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(f"{self.path}.lock", timeout=ACCOUNTS.lock_patience, mode=0o600):
                yield
        except Timeout as error:
            raise UsersError(security_messages.FILE_BUSY, self.path) from error
        except OSError as error:
            raise UsersError(security_messages.NOT_WRITTEN.format(reason=error.strerror), self.path) from error

    def _read(self) -> dict[str, str]:
        try:
            status = self.path.stat()
            signature = (status.st_mtime_ns, status.st_size, status.st_ino)
            if signature != self._signature:
                self._hashes = dict(self._records(self.path.read_text("utf-8")))
                self._signature = signature
        except OSError as error:
            raise UsersError(security_messages.UNREADABLE.format(reason=error.strerror), self.path) from error
        except UnicodeDecodeError as error:
            raise UsersError(security_messages.UNREADABLE.format(reason="no UTF-8"), self.path) from error
        return self._hashes

    def _records(self, text: str) -> Iterator[tuple[str, str]]:
        for number, line in enumerate(text.splitlines(), start=1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
                name, hashed = record["name"], record["password"]
                if not (isinstance(hashed, str) and hashed.startswith("$argon2id$")):
                    raise ValueError(hashed)
                yield checked_name(name), hashed
            except (ValueError, KeyError, TypeError, RecursionError, UsersError) as error:
                message: Message = security_messages.BAD_USERS_FILE.format(line=number)
                raise UsersError(message, self.path) from error


def user_key(name: str) -> str:
    """Return the form in which names are compared: `Anna` and `ａｎｎａ` are one user."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def checked_name(name: str) -> str:
    """Return the name of a user in the form in which it is kept. Raises UsersError where it cannot be one."""
    key = user_key(name) if isinstance(name, str) else ""
    if not _NAME.fullmatch(key) or key.startswith("_") or len(key) > ACCOUNTS.longest_name:
        shown = str(name)[: ACCOUNTS.longest_name]
        raise UsersError(security_messages.BAD_NAME.format(name=shown, most=ACCOUNTS.longest_name))
    return key


def library_folder(base: Path, user: str) -> Path:
    """Return the folder in `base` of a user's own library, the same however the name is written."""
    return base / hashlib.sha256(user_key(user).encode("utf-8", "surrogatepass")).hexdigest()


def _hash(password: str) -> str:
    if not ACCOUNTS.shortest_password <= len(password) <= ACCOUNTS.longest_password:
        least, most = ACCOUNTS.shortest_password, ACCOUNTS.longest_password
        raise UsersError(security_messages.SHORT_PASSWORD.format(least=least, most=most))
    return _hasher().hash(_normal(password))


def _normal(password: str) -> bytes:
    """Return the bytes of a password, the same on keyboards that compose accents and on those that do not."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _nobodys_hash() -> str:
    return _hasher().hash(b"nobody has this password, and no user has this hash")
