"""Centering: removes the components that all vectors of a model share, whatever the text.

Sentence embeddings occupy a narrow cone: raw cosines of multilingual-e5-small range from 0.75 to 0.93 for any pair of
texts. After centering, a cosine near 0 means that two texts are unrelated.

`data/everyday_questions.txt` holds unrelated questions in Chinese (Simplified and Traditional) and English. Their
scores in a text are the null scores, which a question must exceed to be answered (`qa/ranking/null_scores.py`).
`data/e5-small-q4.npz` holds the mean and the 8 strongest directions of the bundled model's token vectors over 300 news
passages (`training/centering.py`). For other models, the mean over the tokens of a few sentences is used.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.encoders.base import Embedder, Encoded, Vectors, unit_rows
from index.encoders.e5_weights import BUNDLED_NAME

_DATA = Path(__file__).parent.parent / "data"

_PASSAGES = (
    "水在标准大气压下于一百度沸腾。",
    "那家面馆开在学校后门，中午总要排队。",
    "他花了三年写完这部长篇小说。",
    "The museum opens at nine and closes on Mondays.",
    "这种鸟每年秋天飞往南方过冬。",
    "股价在周五下午小幅回落。",
    "把鸡蛋打散，加少许盐，倒入热锅。",
    "The engine failed shortly after take-off.",
    "球队在最后一分钟扳平了比分。",
    "程序在读取文件时报错退出。",
    "医生建议每天散步半小时。",
    "这首歌发行于一九九八年。",
    "地铁二号线延伸到了机场。",
    "公司去年的营业收入增长了百分之八。",
    "法院驳回了原告的诉讼请求。",
    "She planted roses along the garden wall.",
    "考古学家在河边发现了一座古墓。",
    "新手机的电池可以用两天。",
    "台风将于明晚登陆东南沿海。",
    "大学今年招收了四千名新生。",
)


def questions() -> Sequence[str]:
    """Return the everyday questions."""
    return (_DATA / "everyday_questions.txt").read_text(encoding="utf-8").splitlines()


@dataclass(frozen=True, slots=True)
class Centering:
    """The common components of a model's token vectors: their mean, and the few directions in which they vary most.

    Removing them makes cosines more telling (Mu and Viswanath, "All-but-the-Top", 2018).
    """

    mean: Vectors
    """Shape (dimension,)."""
    directions: Vectors
    """Shape (any number, dimension), orthonormal."""

    def center(self, hidden: npt.NDArray[np.floating]) -> Vectors:
        """Return hidden states without the common components: shape (tokens, dimension), rows of length 1."""
        centred = hidden.astype(np.float32) - self.mean
        centred -= (centred @ self.directions.T) @ self.directions
        return unit_rows(centred)


@dataclass(frozen=True, slots=True)
class CommonComponents:
    """The common components of a model's vectors, as an index stores them."""

    passage_mean: Vectors
    """Shape (dimension,): the mean vector of unrelated passages."""
    question_mean: Vectors
    """Shape (dimension,): the mean vector of the everyday questions."""
    tokens: Centering
    """The common components of token vectors."""
    questions: Encoded
    """The encoded everyday questions."""

    @classmethod
    def measure(cls, embedder: Embedder) -> CommonComponents:
        """Measure the common components of a model. Raises EmbedderError."""
        passages = list(embedder.encode_passages(_PASSAGES))
        hidden = np.concatenate([batch.hidden for batch in passages])
        encoded = embedder.encode_questions(questions())
        if embedder.name == BUNDLED_NAME:
            with np.load(_DATA / f"{BUNDLED_NAME}.npz") as data:
                tokens = Centering(data["mean"].astype(np.float32), data["directions"].astype(np.float32))
        else:
            # A model may know none of their characters; the mean of no tokens would be NaN.
            mean = hidden.sum(axis=0) / max(len(hidden), 1)
            tokens = Centering(mean.astype(np.float32), np.zeros((0, embedder.dimension), np.float32))
        vectors = np.concatenate([batch.vectors for batch in passages])
        return cls(vectors.mean(axis=0), encoded.vectors.mean(axis=0), tokens, encoded)

    def dumps(self) -> bytes:
        """Return the bytes of an .npz file of named arrays."""
        file = io.BytesIO()
        np.savez(
            file,
            passage_mean=self.passage_mean,
            question_mean=self.question_mean,
            token_mean=self.tokens.mean,
            token_directions=self.tokens.directions,
            vectors=self.questions.vectors,
            hidden=self.questions.hidden.astype(np.float16),
            token_ids=self.questions.token_ids,
            offsets=self.questions.offsets,
            starts=self.questions.starts,
        )
        return file.getvalue()

    @classmethod
    def loads(cls, written: bytes) -> CommonComponents:
        """Read what `dumps` returned. Raises ValueError or KeyError."""
        with np.load(io.BytesIO(written), allow_pickle=False) as data:
            encoded = Encoded(
                data["vectors"],
                data["hidden"].astype(np.float32),
                data["token_ids"],
                data["offsets"],
                data["starts"],
            )
            tokens = Centering(data["token_mean"], data["token_directions"])
            return cls(data["passage_mean"], data["question_mean"], tokens, encoded)


def center(mean: Vectors, vectors: Vectors) -> Vectors:
    """Subtract `mean` from each row of `vectors` and scale it to length 1."""
    return unit_rows(vectors - mean)
