"""Titles and headings are encoded apart from the words under them, so that these stay as they are in any index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from corpus.source import Source
from index.encoders.base import Encoded
from index.encoders.labels_apart import encode_chunks
from index.searcher import Index
from tests.fakes import CharacterEmbedder

_LABELS = st.sampled_from(["", "甲\n", "甲\n乙\n", "。\n"])
_TEXTS = st.lists(st.tuples(_LABELS, st.text("甲乙丙丁。", max_size=9)), max_size=14)


class _Contextual(CharacterEmbedder):
    """Its token vectors depend on the whole text, as a real model's do."""

    def encode_questions(self, texts: Sequence[str]) -> Encoded:
        one = super().encode_questions(texts)
        lengths = np.repeat(np.array([*map(len, texts)], np.int64), np.diff(one.starts))
        hidden = np.array([np.roll(row, by) for row, by in zip(one.hidden, lengths, strict=True)], np.float32)
        return Encoded(one.vectors, hidden.reshape(one.hidden.shape), one.token_ids, one.offsets, one.starts)


def _by_text(batches: Iterator[Encoded]) -> list[Encoded]:
    return [batch.text(number) for batch in batches for number in range(len(batch.vectors))]


@given(_TEXTS)
def test_the_words_are_encoded_as_without_their_labels(parts: list[tuple[str, str]]) -> None:
    """The tokens of the labels come first, and places count in the whole text. One result for each text, in order."""
    embedder = _Contextual("甲乙丙丁")
    found = _by_text(encode_chunks(embedder, [a + b for a, b in parts], [len(a) for a, _ in parts]))

    assert len(found) == len(parts)
    for one, (labels, words) in zip(found, parts, strict=True):
        alone, before = embedder.encode_questions([words]), embedder.encode_questions([labels])
        count = len(before.hidden)
        assert np.array_equal(one.hidden[count:], alone.hidden)
        assert np.array_equal(one.hidden[:count], before.hidden)
        assert "".join((labels + words)[start:end] for start, end in one.offsets) == (labels + words).replace(
            "。", ""
        ).replace("\n", "")
        assert not len(one.hidden) or np.isclose(np.linalg.norm(one.vectors), 1)


def test_labels_of_neighbours_are_encoded_once() -> None:
    embedder = CharacterEmbedder("甲乙丙丁")
    [*encode_chunks(embedder, ["甲\n乙", "甲\n丙", "丁\n乙", "丁"], [2, 2, 2, 0])]

    assert embedder.embedded == ["甲\n", "乙", "丙", "丁\n", "乙", "丁"]


def test_a_second_document_leaves_the_token_vectors_of_the_first(tmp_path: Path) -> None:
    """Of its words. They stand behind the tokens of its title then."""
    embedder = _Contextual("甲乙丙丁戊")
    first, second = (
        Source.from_bytes(name, f"{text}。".encode(), None)
        for name, text in (("戊", "甲乙丙，丁甲。\n丙丁"), ("丁", "乙丁"))
    )
    alone = Index.build(tmp_path / "alone", [first], embedder).tokens(np.arange(2))
    among = Index.build(tmp_path / "among", [first, second], embedder).tokens(np.arange(2))
    words = among.offsets[:, 0] >= 0

    assert [*among.offsets[~words, 0]] == [-2, -2]  # 戊 and a line end before each of its two passages
    assert np.array_equal(among.values[words], alone.values)
    assert np.array_equal(among.offsets[words], alone.offsets)
    assert np.array_equal(among.scales[words], alone.scales)
