"""The row that a question names goes before rows that have its words as parts of theirs."""

import pytest

from corpus.parse import parse_source
from corpus.source import Source
from qa.ranking.named_cells import named_rows_first

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
