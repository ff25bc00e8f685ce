"""Dates, however a text writes them."""

from __future__ import annotations

import pytest

from corpus.grammar.line_types import is_date
from corpus.parse import parse
from corpus.text.dates import find_written, read_iso, read_written


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2019年3月8日", (2019, 3, 8)),
        ("二〇一九年三月八日", (2019, 3, 8)),
        ("二○一九年十二月三十一日", (2019, 12, 31)),
        ("一九四九年十月廿五日", (1949, 10, 25)),
        ("２０１９ 年 ３ 月 ８ 日", (2019, 3, 8)),
        ("2019年3月", (2019, 3, None)),
        ("二零一九年", (2019, None, None)),
        ("2019-03-08", (2019, 3, 8)),
        ("2019/3/8", (2019, 3, 8)),
        ("2019.03", (2019, 3, None)),
        ("8 March 2019", (2019, 3, 8)),
        ("8th of Sept. 2019", (2019, 9, 8)),
        ("March 8, 2019", (2019, 3, 8)),
        ("May 2019", (2019, 5, None)),
        ("2019", (2019, None, None)),
    ],
)
def test_a_date_is_read(text: str, date: tuple[int, int | None, int | None]) -> None:
    """It is read alone, and in a sentence together with its range."""
    found = find_written(f"said on {text}, it says")
    alone = read_written(f" {text} ")

    assert found and (found.year, found.month, found.day) == date
    assert (found.start, found.end) == (8, 8 + len(text))
    assert alone and (alone.year, alone.month, alone.day) == date


@pytest.mark.parametrize("text", ["", "去年", "3月8日", "12:30", "第8条", "March", "20190"])
def test_what_is_no_date(text: str) -> None:
    """A date has to have a year."""
    assert read_written(text) is None


@pytest.mark.parametrize(
    ("text", "is_read"),
    [("2019-03-08", True), ("2019-03", True), ("2019", True), ("2019/3/8", False), ("May 2019", False)],
)
def test_editions_and_forms_ask_for_one_way(text: str, is_read: bool) -> None:
    """Their message asks for these forms."""
    assert (read_iso(text) is not None) == is_read


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("（二○一九年三月八日）", "2019-03-08"),
        ("二〇一九年三月", "2019-03"),
        ("2019年2月30日", "-"),
    ],
)
def test_a_line_of_a_title_block_says_when(line: str, date: str) -> None:
    """A day that the calendar lacks is not a date."""
    metadata = parse(f"在湖边的讲话\n{line}\n\n湖水很清，各位请看。\n又说了一段话。", name="a").metadata[0]

    assert str(metadata.date or "-") == date


@pytest.mark.parametrize(
    ("line", "expected"), [("二○一九年三月廿八日", True), ("2019年3月8日", True), ("2019年目标", False)]
)
def test_a_line_that_is_a_date(line: str, expected: bool) -> None:
    """It stands under a signature; a year alone is not a date."""
    assert is_date(line) == expected


@pytest.mark.parametrize("text", ["2021-00-00", "2021年0月0日", "2021-00"])
def test_a_month_that_is_none_leaves_the_year(text: str) -> None:
    written = find_written(text)

    assert written is not None
    assert (written.year, written.month, written.day) == (2021, None, None)


def test_a_part_of_a_longer_number_is_no_year() -> None:
    assert find_written("12345") is None
    assert find_written("1000000年") is None
