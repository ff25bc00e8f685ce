"""Tagged PDFs: the structure tree says what is a paragraph, unless it names lines or leaves out much of the text."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from reportlab.lib.utils import simpleSplit

from corpus.parse import parse_source
from corpus.source import Source

_Part = tuple[str, str, tuple[float, float]]
"""The type of its element (empty: an artifact), its words, and the place where they begin."""
_LONG = "The ferry was kept by three houses of the town for ten days each."


def tagged(pages: Sequence[Sequence[_Part]], *, cut: frozenset[int] = frozenset()) -> bytes:
    """Return a PDF in Helvetica. `cut`: pages whose last element goes on with the first of the next page."""
    objects: dict[int, str] = {3: "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"}
    elements: list[tuple[str, list[tuple[int, int]]]] = []
    kids, parents, number = list[str](), list[list[int]](), 10
    for at, parts in enumerate(pages):
        page, content, lines = number, number + 1, list[str]()
        owners: list[int] = []
        number += 2
        for order, (kind, words, (x, y)) in enumerate(parts):
            mark = f"/{kind} <</MCID {len(owners)}>> BDC" if kind else "/Artifact BMC"
            lines.append(f"{mark} BT /F 11 Tf {x} {y} Td ({words}) Tj ET EMC")
            if kind:
                if not order and at - 1 in cut:
                    elements[-1][1].append((page, len(owners)))
                else:
                    elements.append((kind, [(page, len(owners))]))
                owners.append(len(elements) - 1)
        stream = "\n".join(lines)
        objects[content] = f"<</Length {len(stream)}>>stream\n{stream}\nendstream"
        objects[page] = (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>>>/Contents {content} 0 R"
            f"/StructParents {at}>>"
        )
        kids.append(f"{page} 0 R")
        parents.append(owners)
    first = number
    for at, (kind, places) in enumerate(elements):
        own = "".join(f"<</Type/MCR/Pg {page} 0 R/MCID {mark}>>" for page, mark in places)
        objects[first + at] = f"<</Type/StructElem/S/{kind}/P 5 0 R/Pg {places[0][0]} 0 R/K[{own}]>>"
    rows = " ".join(f"{at}[{' '.join(f'{first + one} 0 R' for one in owners)}]" for at, owners in enumerate(parents))
    objects[1] = "<</Type/Catalog/Pages 2 0 R/StructTreeRoot 4 0 R/MarkInfo<</Marked true>>>>"
    objects[2] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(kids)}]>>"
    objects[4] = f"<</Type/StructTreeRoot/K 5 0 R/ParentTree<</Nums[{rows}]>>>>"
    body = " ".join(f"{first + at} 0 R" for at in range(len(elements)))
    objects[5] = f"<</Type/StructElem/S/Document/P 4 0 R/K[{body}]>>"
    out = "%PDF-1.7\n" + "".join(f"{at} 0 obj\n{words}\nendobj\n" for at, words in sorted(objects.items()))
    return f"{out}trailer<</Root 1 0 R/Size {max(objects) + 1}>>\n%%EOF".encode("latin-1")


def read(data: bytes) -> tuple[list[str], list[str]]:
    """Return the labels of the headings and the words of the passages."""
    document = parse_source(Source.from_file("a.pdf", data, None))
    words = [" ".join(document.quote(passage.spans).split()) for passage in document.passages]
    return [section.label for section in document.sections if section.title_span], words


def test_headings_paragraphs_and_notes_are_what_the_tags_say() -> None:
    """All of one size and at one distance; the head is an artifact."""
    page = [
        ("", "Lanhe Ferry", (250.0, 800.0)),
        ("H1", "The Ferry", (72.0, 760.0)),
        ("P", _LONG, (72.0, 740.0)),
        ("P", "No boat took more than twenty.", (72.0, 726.0)),
        ("H2", "Rules", (72.0, 712.0)),
        ("P", "Nobody crossed when the water stood high.", (72.0, 698.0)),
        ("Note", "See the gazetteer.", (72.0, 60.0)),
    ]

    headings, words = read(tagged([page]))

    assert headings == ["The Ferry", "Rules"]
    assert words[-4:] == [_LONG, page[3][1], page[5][1], page[6][1]]
    assert not any("Lanhe Ferry" in one for one in words)


def test_the_order_of_the_tags_is_the_order_of_the_text() -> None:
    """Though they stand on the page in another one."""
    page = [("P", f"{words} {_LONG}", (72.0, y)) for words, y in (("One.", 500.0), ("Two.", 740.0), ("Three.", 300.0))]

    _, words = read(tagged([page]))

    assert [one.split(".")[0] for one in words] == ["One", "Two", "Three"]


@pytest.mark.parametrize("is_cut", [False, True])
def test_a_tagged_paragraph_goes_on_over_a_page(is_cut: bool) -> None:
    """Only if its element does: the look of both is the same."""
    first = [("P", _LONG, (72.0, 740.0)), ("P", "The town paid for it and kept", (72.0, 700.0))]
    second = [("P", "the boats in order.", (72.0, 740.0)), ("P", _LONG, (72.0, 700.0))]

    _, words = read(tagged([first, second], cut=frozenset({0}) if is_cut else frozenset()))

    assert ("The town paid for it and kept the boats in order." in words) is is_cut


def test_tags_that_name_lines_are_not_believed() -> None:
    """Each line of two paragraphs is called a paragraph: the page is read by its look."""
    paragraphs = [" ".join([_LONG] * 4), " ".join([_LONG.replace("three", "four")] * 3)]
    lines = [simpleSplit(f"mm {paragraph}", "Helvetica", 11, 300) for paragraph in paragraphs]
    starts = [(line.removeprefix("mm "), 72.0 if at else 93.0) for some in lines for at, line in enumerate(some)]
    page = [("P", line, (x, 740.0 - 14 * at)) for at, (line, x) in enumerate(starts)]

    _, words = read(tagged([page]))

    assert words == paragraphs


def test_tags_that_leave_out_much_of_the_text_are_not_believed() -> None:
    page = [
        ("P", "Of the ferry.", (72.0, 760.0)),
        *(("", f"{word}: {_LONG}", (72.0, 700.0 - 40 * at)) for at, word in enumerate(("One", "Two", "Three"))),
    ]

    _, words = read(tagged([page]))

    assert " ".join(words).count(_LONG) == 3
