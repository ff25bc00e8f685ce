"""Which tokens of a text are kept, and where their words stand in it."""

from __future__ import annotations

import numpy as np
import pytest

from index.encoders.base import Output, words_of


@pytest.mark.parametrize(
    ("prompt", "text", "offsets", "kept", "words"),
    [
        pytest.param("q: ", "天 地", [(0, 0), (0, 4), (4, 6), (0, 0)], [1, 2], ["天", "地"], id="blank, special token"),
        pytest.param("", "a\u3000\tb。", [(0, 1), (1, 4), (4, 5)], [0, 1], ["a", "b"], id="blanks, punctuation"),
        pytest.param("", "…①²", [(0, 1), (1, 2), (2, 3)], [1, 2], ["①", "²"], id="numbers of other forms"),
        pytest.param("passage: ", "", [(0, 0), (0, 9), (0, 0)], [], [], id="nothing but the prompt"),
        pytest.param("", "", [], [], [], id="no token at all"),
    ],
)
def test_kept_tokens_stand_where_their_words_begin(
    prompt: str, text: str, offsets: list[tuple[int, int]], kept: list[int], words: list[str]
) -> None:
    """A token needs a letter, ideograph or digit of the text itself; the blanks before it are not its own."""
    hidden = np.arange(len(offsets), dtype=np.float32)[:, None]

    found = words_of(Output(np.zeros(1, np.float32), hidden, range(len(offsets)), offsets), prompt, prompt + text)

    places = np.asarray(found.offsets)
    assert found.hidden[:, 0].tolist() == np.asarray(found.ids).tolist() == kept
    assert [text[start:end] for start, end in places.tolist()] == words
    assert places.dtype == np.dtype(np.int32)
    assert places.shape == (len(kept), 2)
