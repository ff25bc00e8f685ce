"""Citation strings."""

from __future__ import annotations

from itertools import pairwise

from corpus.model import Document, Passage, Section, Span


def own_form(document: Document, passage: Passage) -> str:
    """Return the product's own form: work, section path, paragraph, lines.

    `〔上海合作组织二十周年杜尚别宣言〕 三、安全领域 ›（三）国际信息安全 · 第7段（第179行）`: 《 》 holds a title of
    the source, 〔 〕 one that the source lacks.
    """
    path = ""
    for section in passage.section.path:
        # A full-width bracket brings its own blank.
        gap = "" if path and section.label.startswith("（") else " "
        path += f" ›{gap}{section.label}" if path else f" {section.label}"
    paragraph = f"第{passage.paragraph}段" if passage.paragraph else "题头"
    return f"{work_title(passage.section.work)}{path} · {paragraph}（{line_numbers(document, passage.spans)}）"


def work_title(work: Section) -> str:
    """Return the work's title, its brackets saying whether the source has it."""
    return f"《{work.label}》" if work.title_span else f"〔{work.label}〕"


def line_numbers(document: Document, spans: tuple[Span, ...]) -> str:
    """Return `第179行`, `第79–81行`, or `第61、91行` where other text stands between."""
    ranges = [document.lines(spans[:1])]
    for before, span in pairwise(spans):
        first, last = document.lines((span,))
        if before.end <= span.start and not document.text[before.end : span.start].strip():
            ranges[-1] = (ranges[-1][0], last)
        else:
            ranges.append((first, last))
    return "第" + "、".join(f"{first}" if first == last else f"{first}–{last}" for first, last in ranges) + "行"
