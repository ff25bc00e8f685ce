"""Encodes the title and headings before a chunk apart from its words.

So the words have the same token vectors whether or not titles stand before them: a second document in an index changes
nothing in how well a passage of the first one matches a question. What the title says counts with its own tokens.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from index.encoders.base import Embedder, Encoded, unit_rows


def encode_chunks(embedder: Embedder, texts: Sequence[str], labels: Sequence[int]) -> Iterator[Encoded]:
    """Yield the encoded texts in their order, in batches, as `Embedder.encode_passages` does.

    `labels`: the length of each text's title and headings in characters. Texts that follow one another and have the
    same ones share their encoding. Raises EmbedderError.
    """
    pieces: list[str] = []
    of_labels: list[bool] = []
    before = ""
    for text, length in zip(texts, labels, strict=True):
        if length and text[:length] != before:
            before = text[:length]
            pieces.append(before)
            of_labels.append(True)
        pieces.append(text[length:])
        of_labels.append(False)
    known: Encoded | None = None
    done = 0
    at = 0
    for batch in embedder.encode_passages(pieces):
        found: list[Encoded] = []
        for number in range(len(batch.vectors)):
            own = batch.text(number)
            if of_labels[at]:
                known = own
            else:
                length = labels[done]
                found.append(_joined(known, own, length) if length and known is not None else own)
                done += 1
            at += 1
        if found:
            yield Encoded.join(found)


def _joined(labels: Encoded, words: Encoded, length: int) -> Encoded:
    """Return a text out of its labels, so many characters, and its words. Its vector is their mean over the tokens."""
    counts = len(labels.hidden), len(words.hidden)
    vector = (labels.vectors * counts[0] + words.vectors * counts[1]) / max(sum(counts), 1)
    return Encoded(
        unit_rows(vector.astype(np.float32)) if sum(counts) else words.vectors,
        np.concatenate([labels.hidden, words.hidden]),
        np.concatenate([labels.token_ids, words.token_ids]),
        np.concatenate([labels.offsets, words.offsets + np.int32(length)]),
        np.array([0, sum(counts)], np.int64),
    )
