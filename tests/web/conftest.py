"""What the tests of the page and its server share."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from web.security import users


@pytest.fixture
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords with argon2id in no time: with the product's own parameters a test would take seconds."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    nobodys = hasher.hash("nobody")
    monkeypatch.setattr(users, "_hasher", lambda: hasher)
    monkeypatch.setattr(users, "_nobodys_hash", lambda: nobodys)
