"""The row that a question names goes before rows that have its words as parts of theirs; the head names a cell."""

import pytest

from corpus.parse import parse_source
from corpus.source import Source
from qa.ranking.named_cells import cell_under_named_head, named_rows_first

_SHEET = """站名,开通年份,站台
槐荫南站,2012,20
槐荫站,1998,12
新槐荫站,2020,2012
Port Hale North,2001,4
Port Hale,1977,A1
"""


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("槐荫站哪年开通？", "槐荫站"),
        ("新槐荫站哪年开通？", "新槐荫站"),
        ("When was PORT HALE opened?", "Port Hale"),
        ("port hale north station", "Port Hale North"),
        ("哪个站1998年开通", "槐荫站"),
        ("哪个站有A1站台", "Port Hale"),
        ("20121年开通的是哪个", "站名"),
        ("几点开门", "站名"),
    ],
)
def test_the_row_whose_cell_is_named_whole_comes_first(question: str, first: str) -> None:
    """Equal ones keep their order, and what is no row of the table keeps its place."""
    document = parse_source(Source.from_file("站.csv", _SHEET.encode(), None))
    text = parse_source(Source.from_file("槐荫.txt", "槐荫站在城南，那里有一座桥。\n".encode(), None))
    rows = [(document, passage) for passage in document.passages]
    passages = [rows[0], (text, text.passages[0]), *rows[1:]]

    ordered = named_rows_first(range(10, 10 + len(passages)), passages, question)

    assert sorted(ordered) == list(range(10, 10 + len(passages)))
    assert ordered[1] == 11
    own = passages[ordered[0] - 10]
    assert own[0].quote(own[1].spans).split("\t")[0] == first


_PRICES = """| 航线 | 票价（元） | 航程（海里） | 每日班次 | Fare |
|---|---|---|---|---|
| 东岛 | 35 | 12 | 6 | 5.2 |
| 西岛 | 60 | 18.5 | | 8 |
"""


@pytest.mark.parametrize(
    ("question", "row", "cell"),
    [
        ("东岛的票价是多少？", 1, "35"),
        ("去东岛航程多远？", 1, "12"),
        ("东岛每日班次有几班", 1, "6"),
        ("哪条航线的票价是60元？", 2, "西岛"),
        ("What is the fare to 西岛?", 2, "8"),
        ("东岛的票价和航程", 1, None),
        ("东岛几点开船", 1, None),
        ("西岛每日班次有几班", 2, None),
        ("票价是多少", 0, None),
        ("How is the farewell held?", 2, None),
    ],
)
def test_the_cell_under_the_head_that_is_named(question: str, row: int, cell: str | None) -> None:
    """None where it names no head, two of them, or one whose cell is empty, and none in the head itself."""
    document = parse_source(Source.from_file("船.md", _PRICES.encode(), None))
    found = cell_under_named_head(document, document.passages[row], question)

    assert (document.quote((found,)) if found else None) == cell


def test_a_sentence_is_no_row() -> None:
    document = parse_source(Source.from_file("票价.txt", "票价三十五元，航程十二海里。\n".encode(), None))

    assert cell_under_named_head(document, document.passages[0], "票价是多少") is None
