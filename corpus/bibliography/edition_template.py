"""Writes a draft of an edition file from the document that the rules found."""

from __future__ import annotations

import re

from corpus.bibliography.metadata_fields import FIELDS
from corpus.corpus_settings import PARSER
from corpus.document import Document, Section

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


def draft_edition(document: Document) -> str:
    """Return the TOML of an edition of the document, with headings, warnings and instructions as comments.

    Without changes, it gives the same document.
    """
    last = document.line(len(document.text))
    lines = [
        f"# 《{_comment_text(document.name)}》的版本文件：改好以后放在原文旁边，与原文同名，扩展名为 .toml。",
        "# Edition of this text: edit it and keep it beside the text, under the same name.",
        f'sha256 = "{document.sha256}"',
        "",
        "# 规则看错的标题这样改 Where the rules are wrong:",
        "#   这一行是标题 this line is a heading:      headings = [{ line = 12, level = 2 }]",
        '#   这几行不是标题 these are none:            not_headings = ["15", "20-22"]',
        '#   报刊自己的话 the publication\'s own words: pointers = ["217"]',
        "",
        *_headings(document),
        *_warnings(document),
        "# 一部作品的各行，按阅读顺序；有几部就写几段 The lines of a work in reading order; one such table a work.",
        "[[works]]",
        f'lines = ["1-{last}"]',
        *_title(document),
        "",
        *_citation(),
        "# 原文把一段断成两处 A paragraph that the source cut in two:",
        "#   [[joins]]",
        "#   lines = [79, 81]",
    ]
    return "\n".join(lines) + "\n"


def _headings(document: Document) -> list[str]:
    found = [section for section in document.sections if section.level and section.title_span]
    lines = [f"# 找到的标题 Headings found: {len(found)}"]
    lines += [
        f"#   {_place(document, section)}  {'  ' * (section.level - 1)}{_comment_text(section.label)}"
        for section in found
    ]
    return [*lines, ""]


def _place(document: Document, section: Section) -> str:
    line = document.line(section.title_span.start) if section.title_span else 0
    return f"line {line:>5}, level {section.level}"


def _warnings(document: Document) -> list[str]:
    if not document.warnings:
        return []
    lines = ["# 拿不准的地方 Not sure:"]
    for warning in document.warnings:
        words, message = _comment_text(document.quote((warning.span,))), warning.message
        lines.append(f"#   line {document.line(warning.span.start):>5}  {words}  {message.zh} {message.en}")
    return [*lines, ""]


def _title(document: Document) -> list[str]:
    work = next((section for section in document.sections if section.level == 0), None)
    if work is None or work.title_span is None:
        return ['# supplied_title = "原文没有标题时写在这里 a title that the source lacks"']
    block = document.passages[0]
    first, last = document.lines(block.spans)
    return [
        f'# title_block = "{first}-{last}"  # {_comment_text(work.label)}',
        "# 不写就由规则找标题 Without it the rules look for the title.",
    ]


def _citation() -> list[str]:
    lines = [
        "# 出处：规则看不出的写在这里 What citations say beyond the rules:",
        '#   有一行这么说 where a line says it: date = { line = 3, words = "2021年9月17日" }',
        "#   [works.citation]",
    ]
    for field in FIELDS:
        value = '{ supplied = "…" }'
        entry = f"{field.name} = [{value}]" if field.kind == "person" else f"{field.name} = {value}"
        chinese, english = (re.sub(r"\s*[（(].*", "", text) for text in (field.label.zh, field.label.en))
        label = f"{chinese} {english}" if chinese != english else chinese
        lines.append(f"#   {entry:<42}  # {label}: {field.help.zh}; {field.help.en}")
    return [*lines, ""]


def _comment_text(text: str) -> str:
    """Return the beginning of source text without the characters that a TOML comment cannot contain."""
    return _CONTROL.sub(" ", text[: PARSER.shown_in_template])
