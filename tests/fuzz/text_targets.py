"""Targets of the fuzzer in `corpus/`: files of each format, editions, front matter, the parser."""

from __future__ import annotations

import copy
import hashlib
import json
import traceback
from collections.abc import Callable
from typing import Any

from lxml import etree
from pydantic import TypeAdapter
from pypdfium2 import PdfiumError

from corpus import corpus_messages, document_json
from corpus.bibliography.edition import parse_edition
from corpus.bibliography.edition_template import draft_edition
from corpus.document import NonBody, Passage, Section
from corpus.errors import SourceError
from corpus.formats import READABLE
from corpus.formats.frontmatter import front_matter
from corpus.parse import parse, parse_source
from corpus.source import Source
from tests.corpus.test_parse_laws import check_laws
from tests.fuzz.choices import Choices
from tests.fuzz.files import docx_file, epub_file, html_page, pdf_file

_ENDINGS = (*READABLE, "", ".log", ".doc", ".zip", ".PDF", ".tar.gz", ".xlsx", "..", ".toml")
_STEMS = ("a", "", " ", "甲", "a\0", "\ud800", "../a", ".", "..", "a" * 300, "\u202egpj", "a\nb", "CON", "{0}", "%s")
_SOURCES = TypeAdapter(Source)
_DAMAGED = corpus_messages.DAMAGED.zh.partition("{")[0]


def load_any(data: bytes) -> None:
    """Any bytes under any name."""
    choices = Choices(data)
    stem, ending = choices.pick(_STEMS), choices.pick(_ENDINGS)
    _read(stem + ending, choices.rest())


def text_file(data: bytes) -> None:
    """A plain text of UTF-8, with the dictionary of marks and enumerators."""
    _read("a.txt", data)


def markdown_file(data: bytes) -> None:
    """A Markdown text."""
    _read("a.md", Choices(data).string(80).encode("utf-8", "replace"))


def html(data: bytes) -> None:
    """A page."""
    _read("a.html", html_page(Choices(data)))


def docx(data: bytes) -> None:
    """A Word file."""
    _read("a.docx", docx_file(Choices(data)))


def epub(data: bytes) -> None:
    """A book."""
    _read("a.epub", epub_file(Choices(data)))


def pdf(data: bytes) -> None:
    """A PDF."""
    _read("a.pdf", pdf_file(Choices(data)))


def _read(filename: str, data: bytes) -> None:
    """Read and parse a file; what comes out keeps the laws, and can be stored and read again."""
    try:
        source = Source.from_file(filename, data, None)
    except SourceError as error:
        _raise_own_fault(error)
        return
    source.text.encode("utf-8")
    assert source.text.strip()
    stored = _SOURCES.dump_json(source, by_alias=True, exclude={"data"})
    assert stored
    document = parse_source(source)
    check_laws(document)
    assert document_json.loads(document_json.dumps(document), source) == document


def _raise_own_fault(error: SourceError) -> None:
    """Raise the cause of a refusal as damaged if our own code failed, not another library at a damaged file."""
    cause = error.__cause__
    if cause is None or not error.message.zh.startswith(_DAMAGED):
        return
    if isinstance(cause, (etree.LxmlError, PdfiumError, OSError)):
        return
    frames = traceback.extract_tb(cause.__traceback__)
    if not any("site-packages" in frame.filename for frame in frames):
        raise cause


def frontmatter(data: bytes) -> None:
    """Front matter: its values in their own words, if the source has them."""
    choices = Choices(data)
    if choices.byte() % 2:
        text = choices.rest().decode("utf-8", "replace")
    else:
        lines = [choices.pick(_YAML) + choices.text(3) for _ in range(choices.byte() % 12)]
        text = "---\n" + "\n".join(lines) + "\n---\n标题\n正文。\n"
    found = front_matter(text)
    if found is not None:
        document = parse(text, name="a", properties=found)
        check_laws(document)


_YAML = (
    *(
        "title: ",
        "标题: ",
        "author: ",
        "authors: [",
        "作者:\n- ",
        "date: ",
        "日期: ",
        "doi: ",
        "url: ",
        "- ",
        "  ",
        "? ",
    ),
    *("!!python/object:a ", "&a ", "*a", "<<: *a", "{", "}", "]", "|", ">", "'", '"', "# ", "%YAML 1.1", "---", "..."),
    *("title: !!null ", "date: 2021-09-17", "date: 2021年9月", "author: 甲；乙", "a: b", "\t"),
)
_TEXTS = (
    "标题\n\n第一章 总则\n第一条　为了大家。\n第二条　先行\n后续。\n（下转第五版）\n第二题\n2021年9月17日\n正文。",
    "甲。\r\n乙。\r丙。\n\n\n丁",
    "",
    "一行",
)
_TOML = (
    *(
        "[[works]]",
        "lines = [",
        "]",
        '"1-3"',
        '"1"',
        '"4-99"',
        '"2-1"',
        '"0"',
        ",",
        "title_block = ",
        "supplied_title = ",
    ),
    *(
        '"题"',
        '""',
        "[works.citation]",
        "rules = ",
        "true",
        "false",
        "kind = ",
        '"law"',
        "date = ",
        "title = ",
        "doi = ",
    ),
    *("{line = ", "1", "2", "3", "8", "99", "-1", "0", "}", ", words = ", '"第一条"', "{supplied = ", '"2021-09-17"'),
    *(
        "authors = [",
        "[[joins]]",
        "lines = [5, 6]",
        "lines = [6, 7]",
        'until = "后"',
        "[[headings]]",
        "line = ",
        "level = ",
    ),
    *(
        "not_headings = [",
        "pointers = [",
        '"7"',
        "\n",
        "\n",
        "\n",
        "1e400",
        "1979-05-27T07:32:00Z",
        '"""',
        "'",
        "\\u0000",
    ),
)


def edition(data: bytes) -> None:
    """An edition file, applied to a text."""
    choices = Choices(data)
    text = choices.pick(_TEXTS)
    how = choices.byte() % 4
    sha256 = hashlib.sha256(text.encode()).hexdigest() if how else "0" * 64
    toml = f'sha256 = "{sha256}"\n'
    if how == 3:
        toml = _whole_edition(choices, toml)
    elif how == 2:
        toml += choices.rest().decode("utf-8", "replace")
    else:
        toml += choices.text(60, _TOML)
    try:
        read = parse_edition(toml, name="a")
        document = parse(text, name="a", edition=read)
    except SourceError:
        return
    check_laws(document, ascending=False)  # an edition sets its own order


def _whole_edition(choices: Choices, toml: str) -> str:
    """Return an edition that is valid TOML of the right shape, with any numbers."""
    pairs = [(1 + choices.byte() % 12, choices.byte() % 12) for _ in range(1 + choices.byte() % 4)]
    toml += "".join(f'pointers = ["{choices.byte() % 12}"]\n' for _ in range(choices.byte() % 2))
    toml += "".join(f'not_headings = ["{choices.byte() % 12}"]\n' for _ in range(choices.byte() % 2))
    for first, more in pairs:
        toml += f'[[works]]\nlines = ["{first}-{first + more}"]\n'
        if (block := choices.byte()) % 3 == 0:
            toml += f'title_block = "{1 + block % 10}-{1 + block % 10 + block % 3}"\n'
        elif block % 3 == 1:
            toml += 'supplied_title = "题"\n'
        if (value := choices.byte()) % 2:
            toml += (
                f'[works.citation]\ndate = {{line = {value % 12}}}\nauthors = [{{line = {value % 10}, words = "第"}}]\n'
            )
    for _ in range(choices.byte() % 3):
        toml += f"[[joins]]\nlines = [{choices.byte() % 12}, {choices.byte() % 12}]\n"
    for _ in range(choices.byte() % 3):
        toml += f"[[headings]]\nline = {choices.byte() % 12}\nlevel = {1 + choices.byte() % 9}\n"
    return toml


def parser(data: bytes) -> None:
    """The laws of the parser for any string."""
    check_laws(parse(Choices(data).string(80), name="任意"))


def edition_template(data: bytes) -> None:
    """An edition that is drafted from a text gives the same document, as it is."""
    text = Choices(data).string(60)
    document = parse(text, name="任意")
    again = parse(text, name="任意", edition=parse_edition(draft_edition(document), name="a"))
    assert again == document


_STATUTE = (
    "渡口办法\n某市人民政府\n2019年3月1日\n第一章 总则\n第一条　渡船须靠岸。不得超载！\n## 锟斤拷\n各位同事：\n甲。乙"
)
_SOURCE = Source("办法", _STATUTE.encode(), None, _STATUTE)
WRITTEN = document_json.dumps(parse_source(_SOURCE))
_VALUES: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        1,
        -1,
        2,
        3,
        5,
        8,
        len(_STATUTE),
        len(_STATUTE) + 1,
        2**63,
        1.0,
        float("nan"),
        float("inf"),
    ),
    *(
        "",
        "s",
        "p",
        "m",
        "sp",
        "chrome",
        "markup",
        "0" * 16,
        "甲",
        "\ud800",
        [],
        {},
        [0, 1],
        [[0, 1]],
        [1, 0],
        {"a": 1},
    ),
)


def parsed_json(data: bytes) -> None:
    """The JSON of a parsed document, changed anywhere: refused, or a document whose parts lie inside its text."""
    choices = Choices(data)
    how = choices.byte() % 4
    if how == 0:
        written = choices.rest()
    else:
        found = json.loads(WRITTEN)
        while choices:
            _change(found, choices)
        written = json.dumps(found, ensure_ascii=how == 1).encode("utf-8", "surrogatepass")
    try:
        document = document_json.loads(written, _SOURCE)
    except (ValueError, SourceError):
        return
    text = document.text
    for block in document.blocks:
        match block:
            case Passage():
                assert all(span.end <= len(text) for span in block.spans)
                tiles = [span for sentence in block.sentences for span in sentence.spans]
                assert document.quote(tiles) == document.quote(block.spans)
                assert any(block.section is section for section in document.sections)
                document.lines(block.spans)
            case Section():
                assert block.work in document.works and len(block.path) == block.level
            case NonBody():
                assert block.span.end <= len(text)
    assert document_json.loads(document_json.dumps(document), _SOURCE) == document


def _change(value: Any, choices: Choices) -> None:
    """Set, copy or drop a value somewhere inside lists and objects, at most four levels down."""
    for _ in range(1 + choices.byte() % 4):
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        if not keys:
            return
        inside, key = value, choices.pick(keys[:256])
        value = inside[key]
        if not isinstance(value, list | dict):
            break
    how = choices.byte() % 4
    if how < 2:
        inside[key] = copy.deepcopy(choices.pick(_VALUES))
    elif how == 2 and isinstance(inside, list):
        inside.insert(key, copy.deepcopy(choices.pick(inside[:256])))
    else:
        del inside[key]


TARGETS: dict[str, Callable[[bytes], None]] = {
    "load": load_any,
    "text": text_file,
    "markdown": markdown_file,
    "html": html,
    "docx": docx,
    "epub": epub,
    "pdf": pdf,
    "frontmatter": frontmatter,
    "edition": edition,
    "edition-template": edition_template,
    "parser": parser,
    "document-json": parsed_json,
}
