"""Prints a text with reportlab."""

from __future__ import annotations

import html
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import BaseDocTemplate, Frame, PageBreak, PageTemplate, Paragraph
from reportlab.platypus.tableofcontents import TableOfContents

from benchmarks.printed_texts import CONTENTS, WATERMARK, Item, Variant, lead

_GUTTER = 8 * mm
_MARGIN = 20 * mm


class _Template(BaseDocTemplate):  # type: ignore[misc]
    """Keeps the section for the running head, and tells the table of contents its headings."""

    section = ""

    def afterFlowable(self, flowable: Any) -> None:
        level = getattr(flowable, "level", 0)
        if level:
            self.section = flowable.getPlainText()
        if level > 1:
            self.notify("TOCEntry", (level - 2, html.escape(self.section), self.page))


def reportlab(items: Sequence[Item], variant: Variant, _folder: Path, _python: str) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    width, height = (side * mm for side in variant.paper)
    across = (width - 2 * _MARGIN - _GUTTER * (variant.columns - 1)) / variant.columns
    frames = [
        Frame(_MARGIN + number * (across + _GUTTER), _MARGIN, across, height - 2 * _MARGIN, 0, 0, 0, 0)
        for number in range(variant.columns)
    ]

    def draw(canvas: Any, template: _Template) -> None:
        _draw(canvas, template, variant, (width, height))

    stream = io.BytesIO()
    templates = [PageTemplate(frames=frames, onPage=draw)]
    _Template(stream, pagesize=(width, height), pageTemplates=templates).multiBuild(_story(items, variant))
    return stream.getvalue()


def _font(variant: Variant) -> str:
    return "STSong-Light" if variant.is_chinese else "Times-Roman"


def _draw(canvas: Any, template: _Template, variant: Variant, size: tuple[float, float]) -> None:
    width, height = size
    if variant.watermark:
        canvas.saveState()
        canvas.setFont(_font(variant), 48)
        canvas.setFillGray(0.85)
        canvas.translate(width / 2, height / 2)
        canvas.rotate(40)
        canvas.drawCentredString(0, 0, WATERMARK[variant.is_chinese])
        canvas.restoreState()
    canvas.setFont(_font(variant), 9)
    if variant.heads:
        canvas.drawString(_MARGIN, height - 14 * mm, template.section)
    if variant.numbers:
        canvas.drawCentredString(width / 2, 12 * mm, str(template.page))


def _styles(variant: Variant) -> dict[str, ParagraphStyle]:
    """Return the style of each kind of item; that of a heading by its level."""
    size = variant.size
    body = ParagraphStyle(
        "paragraph",
        fontName=_font(variant),
        fontSize=size,
        leading=1.5 * size,
        wordWrap="CJK" if variant.is_chinese else "LTR",
        alignment=TA_JUSTIFY if variant.justified else TA_LEFT,
        firstLineIndent=2 * size if variant.indented else 0,
        spaceAfter=0 if variant.indented else 0.8 * size,
    )
    apart = {"leftIndent": 2 * size, "rightIndent": 2 * size, "spaceBefore": 6, "spaceAfter": 6}
    styles = {
        "paragraph": body,
        "quote": ParagraphStyle("quote", body, firstLineIndent=0, **apart),
        "item": ParagraphStyle("item", body, leftIndent=2 * size, firstLineIndent=-1.2 * size),
        "caption": ParagraphStyle("caption", body, alignment=TA_CENTER, firstLineIndent=0, fontSize=0.9 * size),
    }
    for level, scale in ((1, 1.8), (2, 1.4), (3, 1.2)):
        large = {"fontSize": size * scale, "leading": 1.4 * size * scale, "firstLineIndent": 0}
        around = {"spaceBefore": 8, "spaceAfter": 4, "keepWithNext": 1, "alignment": TA_LEFT}
        styles[f"heading{level}"] = ParagraphStyle(f"h{level}", body, **large, **around)
    return styles


def _story(items: Sequence[Item], variant: Variant) -> list[Any]:
    styles = _styles(variant)
    story: list[Any] = []
    for item in items:
        bold, before = map(html.escape, lead(item, variant))
        words = (f"<b>{bold}</b>" if bold else "") + before
        made = Paragraph(words, styles[f"heading{item.level}" if item.level else item.kind])
        made.level = item.level
        story.append(made)
    front: list[Any] = [PageBreak()] if variant.title_page else []
    if variant.contents:
        body = styles["paragraph"]
        table = TableOfContents(dotsMinLevel=0, levelStyles=[body, body])
        front += [Paragraph(CONTENTS[variant.is_chinese], body), table, PageBreak()]
    return [story[0], *front, *story[1:]]
