"""Makes the inputs that the fuzzer starts from, with our own words and other people's writers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from corpus.formats import READABLE
from tests.corpus.test_formats import docx_file, epub_file, html_file, pdf_file
from tests.fuzz.text_targets import WRITTEN

_TEXT = (
    "某市修路办法\n（2019年3月1日公布）\n目录\n第一章　总则……1\n第一章 总则\n第一条　为了大家，先修路。\n（一）其一；\n"
    "１．其二。\n一、先行。再来。\n——**我们先行**，三年。\n附件1\n表一\n（下转第五版）\n来源：某报\n"
)
_MARKDOWN = (
    "---\ntitle: 题\nauthor: [甲, 乙]\ndate: 2021-09-17\n---\n# 题\n\n## 一\n\n正文 **粗** `码`。\n\n"
    "|a|b|\n|-|-|\n|1|2|\n\n> 引\n"
)
_PAGE = (
    "<title>题</title><nav>首页</nav><h1>题</h1><p>正文<br>二。</p><ul><li><a href='#a'>甲</a></ul>"
    "<table><tr><td>1<td>2</table><pre>a\nb</pre>"
)
_EDITION = b'[[works]]\nlines = ["1-12"]\n[[joins]]\nlines = [5, 6]\n[[headings]]\nline = 8\nlevel = 1\n'


def _documents() -> dict[str, bytes]:
    import docx

    word = docx.Document()
    word.add_heading("题", 0)
    word.add_paragraph("第一条　先修路。")
    word.add_table(2, 2)
    pages = [[(72.0, 700.0 - 14 * row, f"{row}. Scope of it all 先行") for row in range(8)] for _ in range(2)]
    return {
        "a.txt": _TEXT.encode(),
        "b.txt": _TEXT.encode("gb18030"),
        "c.txt": _TEXT.encode("utf-16"),
        "a.md": _MARKDOWN.encode(),
        "a.html": html_file(_PAGE),
        "a.docx": docx_file(word),
        "a.epub": epub_file(
            {"a": "<h1>题</h1><p>正文。</p>"},
            nav="<nav epub:type='toc'><ol><li><a href='a.xhtml'>题</a></li></ol></nav>",
        ),
        "a.pdf": pdf_file(pages, pageCompression=0, invariant=1),
        "b.pdf": pdf_file(
            [[(72.0, 700.0, "abcdefghij"), (300.0, 700.0, "second cell")]], pageCompression=0, invariant=1
        ),
    }


_LINES = (
    {"id": "1", "question": "为什么先修路？"},
    {"id": 2, "turns": ["路宽多少？", "长呢？"]},
    {"id": "3", "quote": "路宽三米", "lines": [1, 2], "kind": "fact", "document": "a"},
    {"id": "4", "question": "甲", "passages": ["0123456789abcdef"], "answers": ["三米"]},
    {"question": "甲", "history": ["乙"], "form": "own", "turns": [{"question": "丙"}], "format": "docx"},
    {
        "works": [{"title": "题", "date": "2021-09", "authors": "甲；乙"}],
    },
)


def of(target: str) -> Iterable[bytes]:
    """Return the seeds of a target: what is typical of it, and bytes of all values."""
    own: dict[str, Callable[[], Iterable[bytes]]] = {
        "load": _named_documents,
        "text": lambda: [_TEXT.encode()],
        "html": lambda: [b"\0" + html_file(_PAGE)],
        "pdf": lambda: [b"\0" + data for name, data in _documents().items() if name.endswith(".pdf")],
        "edition": lambda: [b"\0\2" + _EDITION],
        "document-json": _changed_json,
    }
    for names, seeds in (
        (("markdown", "frontmatter", "parser", "edition-template"), [_MARKDOWN, _TEXT]),
        (("batch", "request"), [json.dumps(line, ensure_ascii=False) for line in _LINES]),
    ):
        own |= {name: partial(_raw, seeds) for name in names}
    yield from own[target]() if target in own else ()
    yield from (bytes((first * 37 + step * 11) % 256 for step in range(120)) for first in range(8))


def _raw(texts: Iterable[str]) -> Iterable[bytes]:
    return [bytes([how]) + text.encode() for text in texts for how in (0, 1)]


def _named_documents() -> Iterable[bytes]:
    endings = list(READABLE)
    return [bytes([0, endings.index("." + name.partition(".")[2])]) + data for name, data in _documents().items()]


def _changed_json() -> Iterable[bytes]:
    yield b"\0" + WRITTEN
    yield from (bytes([how]) for how in (1, 2, 3))
    yield from (bytes([2, 0, key, index, 2]) for key in range(6) for index in range(3))


def write(folder: Path, targets: Iterable[str]) -> None:
    """Write the seeds of each target into a folder of its own."""
    for target in targets:
        own = folder / target
        own.mkdir(parents=True, exist_ok=True)
        for number, data in enumerate(of(target)):
            (own / f"{number}").write_bytes(data)
