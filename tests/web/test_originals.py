"""What the server gives of a file's pages: the picture, the text over it, and where a passage is lit."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas
from starlette.testclient import TestClient

import app
from corpus.document import Passage
from corpus.source import Source
from index.catalog import Catalog
from index.searcher import Index
from tests.corpus.test_pdf_pages import pdf_of
from tests.fakes import CharacterEmbedder
from tests.web.page import FakeEngine
from web.api.bounded_cache import BoundedCache
from web.api.desk import Desk

_WORDS = (
    "渡口自清代起由三家船户轮流经营，每家各守十天，遇有大水则由州里派人看守，停渡三日以上的要贴出告示，告示由里长"
    "保管。过河的人不分早晚，一律每人付两文钱，牲口加倍，孩子不收。"
)


def paragraph(number: int) -> list[str]:
    """The lines of a paragraph, which begins with its number."""
    words = "第" + "".join("〇一二三四五六七八九"[int(digit)] for digit in f"{number:03}") + "号，" + _WORDS
    return ["　　" + words[:36], words[36:74], words[74:]]


def book(canvas: Canvas, number: int) -> None:
    """A page of two columns of 44 lines: paragraphs of three lines go on in the next column, and on the next page."""
    canvas.setFont("STSong-Light", 6.5)
    for column in range(2):
        for place in range(44):
            line = (2 * number + column) * 44 + place
            canvas.drawString(40 + 270 * column, 780 - 12 * place, paragraph(line // 3)[line % 3])


class PdfEngine(FakeEngine):
    """Finds passages by the words of the question, in an index of a PDF file and the shipped text."""

    def __init__(self, index: Index) -> None:
        super().__init__(index.documents[0])
        self._catalog = Catalog.of_index(index)

    @property
    def catalog(self) -> Catalog:
        return self._catalog


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> PdfEngine:
    sources = [
        Source.from_file("渡口志.pdf", pdf_of(3, book), None),
        Source.from_file("平常.txt", "甲说。\n\n乙说。".encode(), None),
    ]
    embedder = CharacterEmbedder("渡口甲乙")
    return PdfEngine(Index.build(tmp_path_factory.mktemp("pages") / "index", sources, embedder))


@pytest.fixture
def desk(engine: PdfEngine) -> Iterator[Desk]:
    desk = Desk(engine)
    yield desk
    desk.close()


def _passage(engine: PdfEngine, words: str) -> Passage:
    document = engine.catalog.documents[0]
    return next(passage for passage in document.passages if words in document.quote(passage.spans))


def test_only_a_document_with_pages_says_so(desk: Desk) -> None:
    with_pages, without = (desk.call({"kind": "source", "document": name})["html"] for name in ("渡口志", "平常"))

    assert 'data-pages="3"' in with_pages
    assert 'data-page="2"' in with_pages
    assert "data-page" not in without
    assert desk.pages_of_first(desk._originals._context.catalog) == 3


def test_the_pages_of_a_file_have_their_sizes(desk: Desk) -> None:
    pages = desk.call({"kind": "pages", "document": "渡口志"})

    assert [tuple(map(round, size)) for size in pages["sizes"]] == [(595, 842)] * 3
    assert len(pages["labels"]) == 3


def test_a_page_comes_with_its_text(desk: Desk, engine: PdfEngine) -> None:
    page = desk.call({"kind": "page", "document": "渡口志", "page": 2, "width": 800})
    address = urlsplit(page["picture"])
    shown = dict(parse_qsl(address.query))
    assert (address.path, shown["document"], shown["page"], shown["width"]) == ("page/picture", "渡口志", "2", "800")
    data = desk.picture({"document": "渡口志", "page": 2, "width": 800})
    assert data is not None
    picture = Image.open(io.BytesIO(data))
    document = engine.catalog.documents[0]

    assert picture.format == "WEBP"
    assert picture.width == 800
    assert "".join(line["text"] for line in page["words"]) == document.text[document.pages[1] : document.pages[2]]
    assert all(line["box"] for line in page["words"])
    assert not any(line["vertical"] for line in page["words"])


def test_a_picture_is_a_file_that_a_browser_keeps(engine: PdfEngine) -> None:
    with TestClient(app.build_app(engine), base_url="http://localhost") as client:
        wanted = {"document": "渡口志", "page": "1", "width": "300"}
        first = client.get("/page/picture", params=wanted)
        assert (first.status_code, first.headers["content-type"]) == (200, "image/webp")
        assert first.headers["cache-control"] == "private, no-cache"
        assert Image.open(io.BytesIO(first.content)).width == 300
        again = client.get("/page/picture", params=wanted, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")

        for odd in ({"page": "0"}, {"page": "4"}, {"page": "-1"}, {"page": "9" * 5000}, {"document": "../渡口志"}):
            assert client.get("/page/picture", params=wanted | odd).status_code == 404
        assert client.get("/page/picture").status_code == 404


def test_a_passage_over_two_columns_is_lit_in_both(desk: Desk, engine: PdfEngine) -> None:
    document = engine.catalog.documents[0]
    passage = _passage(engine, "第〇一四号")
    offset = passage.spans[-1].end - 8
    (lit,) = desk.call({"kind": "lit", "passage": passage.id, "best": f"{offset}-{offset + 8}"})["pages"]

    assert document.quote(passage.spans).endswith("孩子不收。")
    assert lit["page"] == 1
    assert [left > 0.5 for left, *_ in lit["lit"]] == [False, False, True]
    ((left, top, right, bottom),) = lit["best"]
    assert lit["lit"][2][0] < left
    assert pytest.approx((top, right, bottom), abs=0.002) == lit["lit"][2][1:]


def test_a_passage_over_two_pages_is_lit_on_both(desk: Desk, engine: PdfEngine) -> None:
    passage = _passage(engine, "第〇二九号")
    pages = desk.call({"kind": "lit", "passage": passage.id})["pages"]

    assert [(page["page"], len(page["lit"])) for page in pages] == [(1, 1), (2, 2)]


@pytest.mark.parametrize(
    "request_",
    [
        {"kind": "pages", "document": "平常"},
        {"kind": "pages", "document": "没有"},
        {"kind": "page", "document": "渡口志", "page": 0},
        {"kind": "page", "document": "渡口志", "page": 4},
        {"kind": "page", "document": "渡口志", "page": -1, "width": -5},
        {"kind": "page", "document": "平常", "page": 1},
        {"kind": "lit", "passage": "0" * 16},
        {"kind": "lit", "passage": ["x"], "best": 7},
    ],
)
def test_what_has_no_page_gets_a_sentence(desk: Desk, request_: object) -> None:
    answer = desk.call(request_)

    assert set(answer) == {"failed"}
    assert 'class="zh"' in answer["failed"]


@pytest.mark.parametrize("best", ["9-1", "0-999999999", "一-二", "5"])
def test_a_best_part_that_makes_no_sense_is_not_lit(desk: Desk, engine: PdfEngine, best: str) -> None:
    passage = engine.catalog.documents[0].passages[3]
    pages = desk.call({"kind": "lit", "passage": passage.id, "best": best})["pages"]

    assert pages[0]["lit"]
    assert all(page["best"] == (page["lit"] if best.startswith("0-") else []) for page in pages)


def test_a_file_that_cannot_be_drawn_keeps_its_text(
    desk: Desk, engine: PdfEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its bytes may be what PDFium chokes on; the text was read before."""
    whole = engine.catalog.source("渡口志")
    assert whole is not None
    broken = Source(whole.name, b"%PDF-1.7 broken", None, whole.text, layout=whole.layout, format="pdf")
    monkeypatch.setattr(desk._originals, "_source", lambda _: broken)

    assert "显示不出来" in desk.call({"kind": "pages", "document": "渡口志"})["failed"]
    page = desk.call({"kind": "page", "document": "渡口志", "page": 1, "width": 300})
    assert page["picture"] == ""
    assert "画不出来" in page["html"]
    assert "".join(line["text"] for line in page["words"]).startswith(whole.text[:20])


def test_a_cache_forgets_what_was_used_longest_ago() -> None:
    made: list[str] = []
    cache: BoundedCache[str, str] = BoundedCache(5, len)

    def value(key: str) -> str:
        return cache.get(key, lambda: made.append(key) or key)  # type: ignore[func-returns-value]

    for key in ("aa", "bb", "aa", "cc", "aa", "bb", "dddddddd", "dddddddd"):
        assert value(key) == key
    assert made == ["aa", "bb", "cc", "bb", "dddddddd"]


def test_no_state_of_the_page_lies_in_a_folder(engine: PdfEngine, tmp_path: Path) -> None:
    """Pictures of pages are kept in memory alone."""
    assert engine.catalog.index is not None
    folder = Path(str(engine.catalog.index.folder))
    before = sorted(folder.rglob("*"))
    Desk(engine).call({"kind": "page", "document": "渡口志", "page": 1, "width": 200})

    assert before
    assert sorted(folder.rglob("*")) == before
