"""The inputs of the reader: what each token is told of the other side."""

from __future__ import annotations

import numpy as np
import pytest

from qa.qa_settings import READER
from qa.ranking.reader_inputs import CONTEXT, FIRST, PASSAGE, QUESTION, Side, inputs, spellings


def _side(words: str, weights: list[float] | None = None, context: int = 0) -> Side:
    """A token for each character: equal characters have equal vectors, others are orthogonal."""
    vectors = np.zeros((len(words), 128), np.float32)
    vectors[np.arange(len(words)), [ord(word) % 128 for word in words]] = 1
    given = np.array(weights or [1 / max(len(words), 1)] * len(words), np.float32)
    return Side(vectors, list(words), given, np.arange(len(words)) < context)


def test_each_token_knows_its_best_match_on_the_other_side() -> None:
    """And whether it is spelt the same there."""
    read = inputs(_side("abx", [0.5, 0.3, 0.2]), [_side("bay"), _side("zz")])

    assert read.starts.tolist() == [4, 4]
    assert read.features[0, 1:4, 0].tolist() == [1, 1, 0]
    assert read.features[0, 1:4, 2].tolist() == [1, 1, 0]
    assert read.features[0, 1:4, 3] == pytest.approx([1.5, 0.9, 0.6])  # 1 is the mean weight
    assert read.features[0, 4:7, 0].tolist() == [1, 1, 0]
    assert read.features[0, 4:7, 1] == pytest.approx([0.9, 1.5, 0])
    assert read.globals[0, :2] == pytest.approx([0.8, 0.8])
    assert not read.features[1, 1:, :3].any()


def test_segments_tell_question_context_and_passage_apart() -> None:
    """And padding has no token."""
    read = inputs(_side("ab"), [_side("tpq", context=1), _side("p")])

    assert read.segments[0].tolist() == [FIRST, QUESTION, QUESTION, CONTEXT, PASSAGE, PASSAGE]
    assert read.mask.tolist() == [[True] * 6, [True] * 4 + [False] * 2]
    assert read.positions[0].tolist() == [0, 0, 1, 0, 1, 2]


def test_pairs_are_padded_to_a_multiple_of_the_step() -> None:
    """Padding changes nothing in what is there."""
    plain, padded = inputs(_side("ab"), [_side("tpq", context=1)]), inputs(_side("ab"), [_side("tpq", context=1)], 4)

    assert padded.mask.tolist() == [[True] * 6 + [False] * 2]
    for name in ("vectors", "features", "segments", "positions", "mask"):
        assert np.array_equal(getattr(padded, name)[:, :6], getattr(plain, name))
    assert inputs(_side("ab"), [_side("p")], 4).mask.shape == (1, 4)


@pytest.mark.parametrize(("asked", "passages"), [("", ["ab"]), ("ab", [""]), ("", [""]), ("ab", [])])
def test_nothing_to_read_gives_numbers(asked: str, passages: list[str]) -> None:
    """？？？ has no token, and a passage of dashes has none."""
    read = inputs(_side(asked), [_side(passage) for passage in passages])

    assert len(read.mask) == len(passages)
    assert all(np.isfinite(values).all() for values in (read.vectors, read.features, read.globals))


def test_what_is_too_long_is_cut_off() -> None:
    """The network has places for so many tokens."""
    read = inputs(_side("q" * 500), [_side("p" * 900)])

    assert read.mask.shape == (1, 1 + READER.longest_question + READER.longest_passage)
    assert read.positions.max() < READER.longest_passage


def test_spellings_ignore_case_and_traditional_characters() -> None:
    """So that the words of a question are found in either script."""
    offsets = np.array([[0, 2], [2, 3], [3, 7]], np.int32)

    assert spellings("雲南省 SCO", offsets) == ["云南", "省", "sco"]
