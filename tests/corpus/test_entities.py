"""Entities and document types of XML: none is expanded, none reads another file, and none takes text away."""

from __future__ import annotations

import io
import resource
import socketserver
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest

from corpus.errors import SourceError
from corpus.source import Source
from tests.corpus.test_formats import docx_file, epub_file

SECRET = "只有这台机器上的文件才有的话"
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "猫猫猫猫猫猫猫猫猫猫">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)
"""`&j;` is ten thousand million characters."""
WORDS = "猫应当吃鱼。"


class _Counting(socketserver.BaseRequestHandler):
    calls: list[str]

    def handle(self) -> None:
        self.calls.append("called")


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[tuple[str, str, list[str]]]:
    """The address of a secret file, the address of a server, and the calls that it got."""
    (tmp_path / "secret.txt").write_text(SECRET, "utf-8")
    calls: list[str] = []
    handler = type("Handler", (_Counting,), {"calls": calls})
    with socketserver.TCPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield (tmp_path / "secret.txt").as_uri(), f"http://127.0.0.1:{server.server_address[1]}/x.dtd", calls
        server.shutdown()


def _word() -> bytes:
    file = docx.Document()
    file.add_paragraph(WORDS)
    return docx_file(file)


def _with(data: bytes, part: str, doctype: str, reference: str, *, padding: str = "", encoding: str = "utf-8") -> bytes:
    """Return a ZIP file, with a document type in one part and a reference to an entity after 猫."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == part:
                root = content.decode().partition("?>")[2] if content.startswith(b"<?xml") else content.decode()
                head = f'<?xml version="1.0" encoding="{encoding}"?>{padding}{doctype}'
                content = (head + root.replace("猫", f"猫{reference}", 1)).encode(encoding)
            new.writestr(name, content)
    return written.getvalue()


WAYS = [("", "utf-8"), (f"<!--{'x' * 3000}-->", "utf-8"), ("", "utf-16")]
"""Padding before the document type, and the encoding: a search for the bytes of <!DOCTYPE finds the first alone."""


def _files(doctype: str, reference: str) -> Iterator[tuple[str, bytes]]:
    for padding, encoding in WAYS:
        for part in ("word/document.xml", "docProps/core.xml"):
            yield "a.docx", _with(_word(), part, doctype, reference, padding=padding, encoding=encoding)
        for part in ("META-INF/container.xml", "OPS/book.opf", "OPS/a.xhtml"):
            book = epub_file({"a": f"<p>{WORDS}</p>"})
            yield "a.epub", _with(book, part, doctype, reference, padding=padding, encoding=encoding)
        page = f"<html><body><p>{WORDS.replace('猫', f'猫{reference}', 1)}</p></body></html>"
        yield "a.html", f"{doctype}{page}".encode()
        yield "a.xhtml", f'<?xml version="1.0" encoding="{encoding}"?>{padding}{doctype}{page}'.encode(encoding)


def _read(filename: str, data: bytes) -> str:
    """Return the text of a file; of one that is refused, none."""
    try:
        return Source.from_file(filename, data, None).text
    except SourceError:
        return ""


def test_entities_inside_entities_are_not_expanded() -> None:
    """A billion laughs: the text stays small, and so does the memory."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for filename, data in _files(LAUGHS, "&j;"):
        assert _read(filename, data).count("猫") <= 1, filename
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000


@pytest.mark.parametrize(
    ("doctype", "reference"),
    [
        ('<!DOCTYPE x [<!ENTITY e SYSTEM "{file}">]>', "&e;"),
        ('<!DOCTYPE x [<!ENTITY e SYSTEM "{server}">]>', "&e;"),
        ('<!DOCTYPE x [<!ENTITY % p SYSTEM "{file}"> %p;]>', ""),
        ('<!DOCTYPE x [<!ENTITY % p SYSTEM "{server}"> %p;]>', ""),
        ('<!DOCTYPE x SYSTEM "{file}">', ""),
        ('<!DOCTYPE x SYSTEM "{server}">', ""),
    ],
)
def test_no_other_file_is_read_and_nobody_is_called(
    doctype: str, reference: str, outside: tuple[str, str, list[str]]
) -> None:
    file, server, calls = outside
    for filename, data in _files(doctype.format(file=file, server=server), reference):
        assert SECRET not in _read(filename, data)
    assert calls == []


@pytest.mark.parametrize(("padding", "encoding"), WAYS)
def test_no_entity_takes_the_words_after_it_away(padding: str, encoding: str) -> None:
    """Word writes no document type: such a file is refused, and not read without what its entities stand for."""
    data = _with(_word(), "word/document.xml", LAUGHS, "&a;", padding=padding, encoding=encoding)
    with pytest.raises(SourceError, match=r"word/document.xml in it has a document type"):
        Source.from_file("a.docx", data, None)
