"""The table of numerals that the reader, the parser and the questions are tested with (tests/golden/numerals.txt)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from corpus.text.numerals import FORMS, write_numeral


@dataclass(frozen=True, slots=True)
class Case:
    numeral: str
    value: int
    form: str
    """Of its neighbours: a form of Word's lists, or a row of characters."""
    heading: str
    question: str

    def __str__(self) -> str:
        return self.heading.format(self.numeral)


def _cases() -> list[Case]:
    lines = (Path(__file__).parent / "golden" / "numerals.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split(" | ") for line in lines if not line.startswith("#")]
    return [Case(numeral, int(value), form, heading, question) for numeral, value, form, heading, question in rows]


CASES = _cases()


def text_of(case: Case) -> tuple[str, dict[int, str], str]:
    """Return a text with a few such headings, their numerals by their numbers, and the heading of the case."""
    first = 1 if case.value <= 12 else case.value - 1
    numbers = {
        number: write_numeral(number, case.form) if case.form in FORMS else case.form[number - 1]
        for number in range(first, case.value + 2)
    }
    numbers[case.value] = case.numeral
    is_english = case.heading.isascii() or "§" in case.heading
    title = "Rules of the Lakes" if is_english else "湖泊管理规则"
    body = "The parties keep the lakes clean, and they report on it." if is_english else "湖泊由各方共同管好。"
    paragraphs = (f"{case.heading.format(numeral)}\n\n{body}\n{body}\n" for numeral in numbers.values())
    return f"{title}\n\n" + "\n".join(paragraphs), numbers, case.heading.format(case.numeral)
