"""The report on checked quotations: whole, without script, and safe with hostile words."""

from __future__ import annotations

import io
import json

import docx

from corpus.parse import parse
from qa.output.check_report import CheckReport, to_docx, to_html, to_json, to_markdown
from qa.quotations.checker import Checker
from qa.quotations.draft import DraftQuotation

CHECKER = Checker([parse("盐税法\n\n第一条　每引不得超过三十钱，<违者>罚款。\n", name="盐税")])
QUOTES = ("每引不得超过三十五钱，<违者>罚款", "每引不得超过三十钱", "<script>alert(1)</script>\0\x07 天上并无此话")


def report() -> CheckReport:
    checked = tuple(
        (one := DraftQuotation(quote, row, "", "《渔业法》"), CHECKER.check(one.quote, one.source))
        for row, quote in enumerate(QUOTES, start=1)
    )
    return CheckReport(checked, "<b>稿</b>.md", "0" * 64, 2, (7,))


def test_html_has_all_and_no_script() -> None:
    page = to_html(report()).decode()

    assert "<script" not in page
    assert "<b>稿" not in page
    assert "<del>三十五</del>" in page
    assert "<ins>三十</ins>" in page
    assert "&lt;违者&gt;" in page
    assert "第7段" in page
    assert "张冠李戴" in page
    assert "Misattributed" in to_html(report(), "en").decode()


def test_docx_and_markdown_have_the_right_wording() -> None:
    paragraphs = [one.text for one in docx.Document(io.BytesIO(to_docx(report()))).paragraphs]

    assert "每引不得超过三十钱，<违者>罚款" in paragraphs
    assert "每引不得超过三十钱" in to_markdown(report()).decode()


def test_json_has_each_check_with_its_place() -> None:
    record = json.loads(to_json(report()))

    assert [one["verdict"] for one in record["quotations"]] == ["altered", "exact", "absent"]
    assert [one["paragraph"] for one in record["quotations"]] == [1, 2, 3]
    assert record["quotations"][0]["misattributed"] is True
    assert (record["short"], record["unclosed"]) == (2, [7])
