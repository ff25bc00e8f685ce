"""The chunks of a document, one or more for each passage, and the outline made with them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpus.document import Document
from corpus.parse import parse
from index.chunks import chunks_of, outline_of
from index.index_settings import CHUNKS

_SENTENCE = "甲" * 149 + "。"


def _chunk_ranges(text: str) -> list[tuple[int, int, int]]:
    """(start, length, first sentence) of each chunk."""
    rows = chunks_of(parse(text, name="a"), with_context=False)
    return [(row.start, len(row.text), row.sentence) for row in rows]


def test_a_passage_up_to_the_limit_is_one_chunk() -> None:
    """A passage of 400 characters is one chunk; with one more character it is two."""
    assert _chunk_ranges("甲" * 399 + "。") == [(0, 400, 0)]
    assert len(_chunk_ranges("甲" * 400 + "。")) == 2


def test_chunks_are_whole_sentences_and_share_one() -> None:
    """Of five sentences of 150 characters, two fit into 400, and the second of them begins the next chunk."""
    assert _chunk_ranges(_SENTENCE * 5) == [(0, 300, 0), (150, 300, 1), (300, 300, 2), (450, 300, 3)]


def test_a_sentence_longer_than_a_chunk_is_cut_into_overlapping_parts() -> None:
    """No part is longer than the model reads."""
    assert _chunk_ranges("甲" * 999 + "。") == [(0, 400, 0), (360, 400, 0), (720, 280, 0)]


def test_no_room_for_a_shared_sentence_and_a_new_one() -> None:
    """350 + 350 do not fit into 400: each sentence is a chunk, and none is in two chunks."""
    assert _chunk_ranges(("甲" * 349 + "。") * 3) == [(0, 350, 0), (350, 350, 1), (700, 350, 2)]


@given(st.lists(st.integers(1, 900), min_size=1, max_size=12))
def test_chunks_cover_a_passage_in_order(lengths: list[int]) -> None:
    """No character is left out, no chunk is too long, and each has the number of the sentence in which it begins."""
    document = parse("".join("甲" * (length - 1) + "。" for length in lengths), name="a")
    rows = list(chunks_of(document, with_context=False))
    text = document.quote(document.passages[0].spans) if document.passages else ""
    reached = 0
    for row in rows:
        assert row.start <= reached < row.start + len(row.text) <= len(text)
        assert len(row.text) <= CHUNKS.length
        assert text[row.start : row.start + len(row.text)] == row.text
        assert row.ends[-1] == len(row.text)
        sentences = document.passages[0].sentences
        before = sum(len(span) for one in sentences[: row.sentence] for span in one.spans)
        assert before <= row.start < before + sum(map(len, sentences[row.sentence].spans))
        reached = row.start + len(row.text)
    assert reached == len(text)


def test_each_chunk_has_its_context() -> None:
    """Document, work and section; only in an index of several documents."""
    document = parse("总结\n一、回顾\n" + _SENTENCE * 3, name="1999年")
    alone, among = (list(chunks_of(document, with_context=with_context))[-2:] for with_context in (False, True))

    assert [row.context for row in alone] == [0, 0]
    assert [row.text[: row.context] for row in among] == ["1999年 总结\n一、回顾\n"] * 2
    assert [row.text[row.context :] for row in among] == [row.text for row in alone]


def test_equal_words_have_equal_keys_for_one_model_only() -> None:
    """A refrain is embedded once; another model's vectors are never taken for it."""
    first, other, refrain = chunks_of(parse("甲。\n乙。\n甲。", name="a"), with_context=False)

    assert first.key("m") == refrain.key("m")
    assert len({first.key("m"), other.key("m"), first.key("n")}) == 3


def test_the_outline_says_which_rows_stand_in_a_section(shipped: Document) -> None:
    """As the passages themselves do."""
    rows = list(chunks_of(shipped, with_context=False))
    outline = outline_of(shipped, rows)

    assert [heading.label for heading in outline] == [section.label for section in shipped.sections]
    for heading, section in zip(outline, shipped.sections, strict=True):
        inside = [
            at
            for at, row in enumerate(rows)
            for own in [shipped.passages[row.passage].section]
            if any(one is section for one in (own.work, *own.path))
        ]
        assert inside == [*range(heading.first, heading.end)]


def test_the_outline_knows_the_paragraph_before_and_the_title_block(shipped: Document) -> None:
    """What is recommended is announced before the first of them."""
    outline = outline_of(shipped, list(chunks_of(shipped, with_context=False)))
    first = next(heading for heading in outline if heading.label.startswith("第一，"))

    assert "建议" in first.before
    assert outline[0].words.startswith(outline[0].label)
