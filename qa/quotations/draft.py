"""Finds the quotations of a draft, with what names their sources: the footnote, or the sentence.

A quotation stands in quotation marks of any style, over paragraphs too, or in a block quote. Of nested ones the
outermost counts. Nothing is changed in the draft, and nothing of it is kept.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from corpus.errors import SourceError
from corpus.formats.draft_paragraphs import DraftParagraph
from corpus.reading_process import ReadingProcess
from qa import qa_messages
from qa.qa_settings import QUOTATIONS
from qa.quotations.attribution import titles_in
from qa.quotations.quotation_marks import CLOSING, STRAIGHT, MarkedText, find_marks

_SENTENCE_END = re.compile(r"[。！？!?；;]|[.](?=\s|$)")
_AGAIN = re.compile(r"同上|同前|\bib(?:id|\.)", re.IGNORECASE)
_SIGNED = re.compile(
    r"(?:—{1,2}|--|–)\s*([^\n—]*《[^》\n]+》[^\n—]*)\Z|[（(]([^（）()\n]*《[^》\n]+》[^（）()\n]*)[）)]\s*\Z"
)
"""What names the source at the end of a block quote: ——《题》, （《题》第三条）."""
_BESIDE = re.compile(r"\s*[（(〔\[]([^（）()〔〕\[\]]{0,300}《[^》]+》[^（）()〔〕\[\]]{0,300})[）)〕\]]")
_BORDER, _KEPT = "\0", "\u2060"
"""Between two paragraphs that are read as one, and in place of the mark with which the second one opens again."""


@dataclass(frozen=True, slots=True)
class DraftQuotation:
    """A quotation in a draft."""

    quote: str
    """Without its quotation marks."""
    paragraph: int
    """The number of the paragraph in which it begins, or which cites its note, from 1; 0 if none cites it."""
    note: str = ""
    """The mark of the note in which it stands; empty in the body."""
    source: str = ""
    """The words that name its source; may be empty."""


@dataclass(frozen=True, slots=True)
class DraftReading:
    """What was found in a draft."""

    quotations: tuple[DraftQuotation, ...]
    """In the order of the draft; those of a note after the paragraph that cites it."""
    short: int
    """How many words in quotation marks were left out because they are too few to be checked."""
    unclosed: tuple[int, ...]
    """The numbers of the paragraphs with a quotation mark that nothing closes."""


def read_quotations(filename: str, data: bytes) -> DraftReading:
    """Return the quotations of a draft, whose file is read in the limited process. Raises SourceError.

    A draft of nothing but quotation marks is refused: that process has a limit of time, and what follows has none.
    """
    with ReadingProcess() as process:
        paragraphs = process.draft(filename, data)
    count = sum(one.text.count(mark) for one in paragraphs for mark in (*CLOSING, *STRAIGHT))
    if count > QUOTATIONS.marks:
        raise SourceError(qa_messages.TOO_MANY_MARKS.format(count=count, most=QUOTATIONS.marks), filename)
    return find_quotations(paragraphs)


def find_quotations(paragraphs: Sequence[DraftParagraph]) -> DraftReading:
    """Return the quotations of a draft, of which `corpus.draft_reader.read_draft` returned the paragraphs."""
    sources = _sources_of_notes(paragraphs)
    found: list[DraftQuotation] = []
    unclosed: list[int] = []
    before = ""
    for is_quote, several in groupby(paragraphs, key=lambda one: one.kind == "quote"):
        group = list(several)
        if is_quote:
            found += _block_quotes(group, before, sources)
            continue
        for joined in _joined(group):
            text = _Text(joined, sources)
            found += text.quotations()
            unclosed += text.unclosed()
        before = next((_introduction(one.text) for one in reversed(group) if one.kind == "body"), before)
    telling = [one for one in found if _letters(one.quote) >= QUOTATIONS.fewest]
    return DraftReading(tuple(telling), len(found) - len(telling), tuple(dict.fromkeys(unclosed)))


def _sources_of_notes(paragraphs: Iterable[DraftParagraph]) -> Mapping[str, str]:
    """Return the words of each note by its mark; of 同上 and ibid. those of the note before."""
    sources: dict[str, str] = {}
    for one in paragraphs:
        if one.kind == "note":
            sources[one.note] = f"{sources[one.note]}\n{one.text}" if one.note in sources else one.text
    last = ""
    for mark, words in sources.items():
        if _AGAIN.search(words) and not titles_in(words):
            sources[mark] = last
        last = sources[mark]
    return sources


def _joined(paragraphs: Iterable[DraftParagraph]) -> Iterator[list[DraftParagraph]]:
    """Yield the paragraphs, those together over which a quotation goes."""
    held: list[DraftParagraph] = []
    opened = ""
    for one in paragraphs:
        marks = find_marks(one.text)
        is_alike = bool(held) and (one.kind, one.note) == (held[-1].kind, held[-1].note)
        if held and not (opened and is_alike and _goes_on(one, opened, marks)):
            yield held
            held = []
        held.append(one)
        opened = one.text[marks.opened[0]] if marks.opened else ""
        opened = "" if opened in STRAIGHT else opened
    if held:
        yield held


def _goes_on(one: DraftParagraph, opened: str, marks: MarkedText) -> bool:
    """Return whether a paragraph continues a quotation that is open.

    Each further paragraph opens with a mark again, and only the last one has the mark that closes it; or the closing
    mark alone.
    """
    return one.text.lstrip().startswith(opened) or any(mark in CLOSING[opened] for mark in marks.closing)


class _Text:
    """Paragraphs that are read as one text."""

    def __init__(self, paragraphs: Sequence[DraftParagraph], sources: Mapping[str, str]) -> None:
        self._paragraphs = paragraphs
        self._sources = sources
        parts: list[str] = []
        self._cited: list[tuple[int, str]] = []
        self._starts: list[int] = []
        length = 0
        for number, one in enumerate(paragraphs):
            self._starts.append(length)
            text = one.text.replace(_BORDER, "\ufffd")
            blanks = len(text) - len(text.lstrip())
            if number and text[blanks : blanks + 1] in CLOSING:
                text = f"{text[:blanks]}{_KEPT}{text[blanks + 1 :]}"
            parts.append(text)
            self._cited += [(length + at, mark) for at, mark in one.cited]
            length += len(text) + 1
        self._cited.sort()
        self._text = _BORDER.join(parts)
        self._marks = find_marks(self._text)

    def quotations(self) -> Iterator[DraftQuotation]:
        notes, carried = self._notes(), ""
        for row, (start, end) in enumerate(self._marks.pairs):
            if row and _SENTENCE_END.search(self._text, *self._gap(row - 1)):
                carried = ""
            before = self._before(row)
            carried = before if titles_in(before) else carried  # 《题》 says “…”, and goes on: “…”
            after = self._text[slice(*self._gap(row))][: QUOTATIONS.title_before]
            beside = _BESIDE.match(after)
            named = (notes[row], beside[1] if beside else "", carried, _first_sentence(after))
            source = next(filter(titles_in, named), "") or "\n".join(filter(None, (notes[row], before)))
            quote = self._text[start + 1 : end].replace(_BORDER, "\n").replace(_KEPT, "").strip()
            number, note = self._number(start), self._paragraphs[0].note
            yield DraftQuotation(quote, number, note, source[: QUOTATIONS.longest_source])

    def unclosed(self) -> list[int]:
        """Return the numbers of the paragraphs with a mark that nothing closes."""
        return [self._number(at) for at in self._marks.opened]

    def _number(self, at: int) -> int:
        return self._paragraphs[bisect_right(self._starts, at) - 1].number

    def _gap(self, row: int) -> tuple[int, int]:
        """Return where the words after a pair begin, and where the next pair does."""
        pairs = self._marks.pairs
        return pairs[row][1] + 1, pairs[row + 1][0] if row + 1 < len(pairs) else len(self._text)

    def _before(self, row: int) -> str:
        """Return the words of the sentence before a quotation, from the quotation before it on."""
        start = self._gap(row - 1)[0] if row else 0
        at = self._marks.pairs[row][0]
        return _last_sentence(self._text[max(start, at - QUOTATIONS.title_before) : at])

    def _notes(self) -> list[str]:
        """Return for each pair the words of the note that is cited after it in its sentence; or an empty string."""
        found = [""] * len(self._marks.pairs)
        for row in reversed(range(len(found))):
            start, end = self._gap(row)
            sentence = _SENTENCE_END.search(self._text, start, end)
            at = bisect_left(self._cited, (start - 2,))  # also within the marks, at their end
            if at < len(self._cited) and self._cited[at][0] <= (sentence.end() if sentence else end):
                found[row] = self._sources.get(self._cited[at][1], "")
            elif not sentence and row + 1 < len(found) and not _SENTENCE_END.match(self._text, start - 2):
                found[row] = found[row + 1]
        return found


def _block_quotes(
    paragraphs: Sequence[DraftParagraph], before: str, sources: Mapping[str, str]
) -> Iterator[DraftQuotation]:
    """Yield each paragraph of a block quote. `before`: the sentence before it, which may name its source."""
    signed = ""
    quoted: list[tuple[DraftParagraph, str, str]] = []
    for one in reversed(paragraphs):  # a signature is that of the paragraphs before it
        words = one.text.strip()
        if match := _SIGNED.search(words):
            signed = match[1] or match[2]
            words = words[: match.start()].rstrip()
        quoted.append((one, words, signed))
    cited = [sources.get(mark, "") for one in paragraphs for _, mark in one.cited]
    for one, words, signed in reversed(quoted):
        own = [sources.get(mark, "") for _, mark in one.cited]
        source = next(filter(titles_in, (*own, signed, *cited[-1:], before)), "")
        source = source or "\n".join(filter(None, (*own, before)))
        if words:
            yield DraftQuotation(words, one.number, one.note, source[: QUOTATIONS.longest_source])


def _introduction(text: str) -> str:
    """Return the last sentence of a paragraph that introduces a block quote with a colon; otherwise nothing."""
    text = text.rstrip()
    return _last_sentence(text) if text.endswith(("：", ":")) else ""


def _last_sentence(text: str) -> str:
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    return text[ends[-1] if ends else 0 :]


def _first_sentence(text: str) -> str:
    match = _SENTENCE_END.search(text)
    return text[: match.start() if match else len(text)][: QUOTATIONS.title_before]


def _letters(text: str) -> int:
    return sum(map(str.isalpha, text))
