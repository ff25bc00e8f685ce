"""The real application at a real port, with a text that nobody but its readers may read, and what attackers send."""

from __future__ import annotations

import contextlib
import json
import re
import socket
from pathlib import Path
from typing import Any

import httpx

import app
from corpus.source import Source
from index.catalog import Catalog
from index.searcher import Index
from qa.engine import Engine
from qa.qa_settings import Settings
from qa.service.background_engine import BackgroundEngine
from qa.service.index_jobs import IndexJobs
from tests.fakes import CharacterEmbedder
from tests.web.doors_app import access
from web.security.doors import Doors

SECRET = "开门的口令是芝麻"
"""Stands in the text that is served: an answer with it was read."""
TEXT = f"第一条 {SECRET}。\n\n第二条 猫应当吃鱼，狗应当吃肉。\n"
QUESTION = "开门的口令是什么？"
EVIL = "http://evil.example"


class Target:
    """A server that is attacked."""

    def __init__(self, folder: Path, *argv: str | Path) -> None:
        """`argv`: options of the command line that say who may come in."""
        embedder = CharacterEmbedder("".join(sorted(set(TEXT + QUESTION))))
        index = Index.build(folder / "index", [Source.from_file("条例.txt", TEXT.encode(), None)], embedder)
        self.engine = BackgroundEngine(Catalog.of_index(index), lambda: Engine(index, embedder, Settings()))
        self.engine.start()
        assert self.engine.wait(30)
        who = access(*argv)
        self.doors = Doors(who)
        jobs = None if who.read_only else IndexJobs(self.engine)
        self.own_base = None if who.users is None else folder / "users"
        self.application = app.build_app(self.engine, jobs=jobs, doors=self.doors, own_base=self.own_base)
        self.serving = app.launch(self.application, port=0, access=who)
        self.address = self.serving.address.rstrip("/")
        self.port = self.serving.port

    @property
    def names(self) -> list[str]:
        return [entry.name for entry in self.engine.catalog.entries]

    def client(self, **headers: str) -> httpx.Client:
        """A program that connects to it, whatever proxy the environment names."""
        return httpx.Client(base_url=self.address, headers=headers, trust_env=False, timeout=30)

    def page(self, client: httpx.Client, path: str = "/") -> dict[str, str]:
        """Open a page as a browser does, and return the headers of what it sends: of our page, with its token."""
        token = re.search(r'name="yuanwen-token" content="([^"]*)"', client.get(path).text)
        assert token
        return {"Origin": self.address, "Sec-Fetch-Site": "same-origin", "Yuanwen-Token": token[1]}

    def talk(self, *pieces: bytes) -> bytes:
        """Send bytes as they are and return all that comes back until the server closes the connection."""
        received = b""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            with contextlib.suppress(ConnectionError):
                for piece in pieces:
                    connection.sendall(piece)
            with contextlib.suppress(ConnectionError):  # closed while we were still sending
                while part := connection.recv(65_536):
                    received += part
        return received

    def get(self, target: str, *headers: str, host: str = "") -> tuple[int, bytes]:
        """Ask for a target as it is written, which client libraries would tidy; return the status and all else."""
        lines = [f"GET {target} HTTP/1.1", f"Host: {host or f'127.0.0.1:{self.port}'}", *headers, "Connection: close"]
        answer = self.talk("\r\n".join([*lines, "", ""]).encode("latin-1"))
        return int(answer[9:12]), answer

    def still_serves(self) -> None:
        """Nothing was changed, and questions are answered as before."""
        assert self.names == ["条例"]
        assert self.engine.error is None
        with self.client() as client:
            assert client.get("/healthz").json() == {"status": "ok"}

    def close(self) -> None:
        self.serving.close()


def has_secret(content: bytes | str) -> bool:
    """Whether an answer carries the text, as it is or in the escapes of JSON."""
    text = content.decode("utf-8", "replace") if isinstance(content, bytes) else content
    return SECRET in text or json.dumps(SECRET)[1:-1] in text


def form(name: str, data: bytes = b"x", boundary: str = "b") -> tuple[bytes, dict[str, str]]:
    """A form with a file, and its type."""
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = head.encode() + data + f"\r\n--{boundary}--\r\n".encode()
    return body, {"Content-Type": f"multipart/form-data; boundary={boundary}"}


def record(response: Any) -> dict[str, Any]:
    """The JSON object of an answer."""
    content = response.json()
    assert isinstance(content, dict)
    return content
