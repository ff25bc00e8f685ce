"""A reader at the page in a browser, and an engine that knows some questions by heart."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from types import SimpleNamespace

import pytest
from playwright.sync_api import Dialog, Locator, Page, expect

from corpus.document import Document, Passage, Span, cut
from corpus.message import Message
from index.catalog import Catalog
from qa.ranking.explanation import Explanation, WordShare
from qa.reply import Answer, Citation, Hit, NotFound, Rejected, Reply

SECRETARIAT = "上合组织秘书处设在哪个城市？"
WEATHER = "明天北京天气怎么样？"
ALL = "全部"
MANY = "各方主张什么？"
"""Six hits that answer and two that may, with the words that answer, and two passages that come after them."""
QUESTION = "提问 / Ask"
LINE_OF = {
    SECRETARIAT: (57,),
    "How many vaccine doses has China provided so far?": (73,),
    "共建“一带一路”": (79, 61, 3),
}


with_both_engines = pytest.mark.parametrize(
    "engine", ["fake", pytest.param("real", marks=pytest.mark.model)], indirect=True
)
"""What does not hang on how passages are found is tested with the fake alone."""


class FakeEngine:
    """Knows some questions by heart; does not find the rest."""

    index = SimpleNamespace(is_current=True)

    def __init__(self, document: Document) -> None:
        self.documents: tuple[Document, ...] = (document,)
        self.asked: list[tuple[str, tuple[str, ...]]] = []

    @property
    def catalog(self) -> Catalog:
        return Catalog.of(self.documents)

    def ask(
        self,
        question: str,
        history: Sequence[str] = (),
        *,
        documents: Collection[str] = (),
        alone: bool = False,
    ) -> Reply:
        self.asked.append((question, tuple(history)))
        document = self.documents[0]
        if not question.strip() or len(question) > 2000:
            message = Message(
                zh="请写一个不超过 2,000 个字符的问题。", en="Write a question of 2,000 characters at most."
            )
            return Rejected(question, message)
        if question == "坏了":
            raise RuntimeError("a page must survive this")
        if question == ALL:
            return Answer(question, None, (), tuple(self._hit(passage) for passage in document.passages))
        if question == MANY:
            return self._many(document)
        lines = LINE_OF.get(question, ())
        understood = " → ".join((history[-1], question)) if history and question.endswith("呢？") else None
        if understood:
            lines = (61,)
        hits = tuple(
            self._hit(passage)
            for line in lines
            for passage in document.passages
            if document.line(passage.spans[0].start) == line
        )
        if hits:
            return Answer(question, understood, (), hits)
        missing = "货币" if "货币" in question else question
        return NotFound(question, None, (missing,), tuple(self._hit(p) for p in document.passages[30:32]))

    def explain(
        self,
        question: str,
        passages: Sequence[str],
        history: Sequence[str] = (),
        *,
        documents: Collection[str] = (),
        alone: bool = False,
    ) -> Explanation | None:
        """Three words: one that matched the passage's first characters, one that matched nothing, one of no topic."""
        if question == WEATHER:
            return None
        document = self.documents[0]
        passage = next(passage for passage in document.passages if passage.id in passages)
        first = cut(passage.spans, 0, 2)
        return Explanation(
            document,
            passage,
            0.5,
            (
                WordShare("秘书处", 0.75, (first,), in_heading=False, is_topic=True, is_earlier=False),
                WordShare("城市", 0.2, (), in_heading=False, is_topic=True, is_earlier=bool(history)),
                WordShare("吗", 0.05, (), in_heading=False, is_topic=False, is_earlier=False),
            ),
        )

    def _many(self, document: Document) -> Answer:
        found = [self._hit(passage) for passage in document.passages[8:18]]
        marked = [replace(hit, answer=cut(hit.best_sentence.spans, 4, 12)) for hit in found[:8]]
        doubtful = [replace(hit, grade="may_answer", confidence=0.4) for hit in marked[6:]]
        return Answer(MANY, None, (), (*marked[:6], *doubtful), tuple(found[8:]))

    def _hit(self, passage: Passage) -> Hit:
        citation = Citation(self.documents[0], passage)
        first = passage.spans[0]
        return Hit(citation, passage.sentences[-1], (Span(first.start, first.start + 2),), 0.9)


@dataclass
class Visitor:
    """Someone at the page, and everything that went on behind it."""

    page: Page
    address: str
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)
        self.page.on("dialog", self._dismiss)
        self.open()

    def _dismiss(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def open(self, query: str = "") -> None:
        self.page.goto(self.address + query)
        expect(self.page.locator("html")).to_have_attribute("data-ready", "")

    @property
    def box(self) -> Locator:
        return self.page.get_by_role("textbox", name=QUESTION, exact=True)

    @property
    def replies(self) -> Locator:
        return self.page.locator("[data-status]")

    @property
    def bubbles(self) -> Locator:
        return self.page.locator(".question")

    @property
    def pane(self) -> Locator:
        return self.page.locator(".reader .scroller")

    def ask(self, question: str) -> Locator:
        """Ask as a person does and return the reply."""
        count = self.replies.count()
        self.box.fill(question)
        self.box.press("Enter")
        return self.reply(count + 1)

    def reply(self, count: int) -> Locator:
        expect(self.replies).to_have_count(count, timeout=30_000)
        return self.replies.last

    def sees(self, passage_id: str) -> None:
        """The passage is lit, the only one, and lies in the visible part of the source pane."""
        lit = self.page.locator(".lit")
        expect(lit).to_have_count(1)
        expect(lit).to_have_attribute("data-passage", passage_id)
        expect(lit).to_be_in_viewport()
        passage, pane = lit.bounding_box(), self.pane.bounding_box()
        assert passage
        assert pane
        assert pane["y"] <= passage["y"] < pane["y"] + pane["height"] / 2


def clipboard(page: Page) -> str:
    """What lies on the clipboard. Our page may not read it, by its policy; another page in the same browser may."""
    other = page.context.new_page()
    other.route("**/*", lambda route: route.fulfill(body="", content_type="text/html"))
    other.goto("http://localhost/")
    text: str = other.evaluate("navigator.clipboard.readText()")
    other.close()
    return text


Visit = Callable[..., Visitor]
"""Opens the page: width, height, locale, dark, query."""


def assert_exact(quotes: Locator, document: Document) -> list[str]:
    """Every quote's text content is its slices; return the passages' ids."""
    shown = quotes.evaluate_all(
        "quotes => quotes.map(q => [q.dataset.passage, q.dataset.document, q.dataset.spans, q.textContent,"
        " q.getAttribute('cite'), q.nextElementSibling.tagName])"
    )
    for passage_id, name, spans, text, cite, beside in shown:
        ranges = [part.split("-") for part in spans.split(",")]
        assert text == "".join(document.text[int(start) : int(end)] for start, end in ranges)
        assert (name, cite, beside) == (document.name, f"?p={passage_id}", "CITE")
    return [row[0] for row in shown]
