"""Puts a cross-encoder after late interaction: it reads question and passage together, and orders the best candidates.

It decides the order of its candidates. The scores stay with the places: the first passage has the score that the best
passage had before, whichever it is now, because the confidence is calibrated for these scores and not for those of
some cross-encoder. Only this module, of this package, imports sentence_transformers, when it opens a model.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from corpus.errors import EmbedderError
from index import index_messages
from index.backend import AnyIndex
from index.encoders.base import readable
from index.encoders.model_source import ModelOption, ModelSource, in_one_line
from qa.qa_settings import RERANKER
from qa.ranking.late_interaction import Ranked

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder


class Reranker(Protocol):
    """A model that reads a question and a passage together."""

    @property
    def name(self) -> str:
        """The user's name for the model, as `--reranker` takes it."""

    def scores(self, question: str, passages: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return shape (passages,): how well each answers; higher is better. Raises EmbedderError if it cannot."""


def rerank(ranked: Ranked, question: str, index: AnyIndex, reranker: Reranker | None, limit: int) -> Ranked:
    """Return the passages with the best `limit` candidates in the reranker's order; without one, as they are.

    It reads of each passage the chunk that scored best, after its title and section path where the index has them.
    Raises EmbedderError if the model cannot be run.
    """
    count = min(len(ranked.rows), limit)
    if reranker is None or count < 2:
        return ranked
    scores = reranker.scores(question, [index.text(int(row), with_context=True) for row in ranked.rows[:count]])
    order = np.arange(len(ranked.rows))
    order[:count] = np.argsort(-scores, kind="stable")  # equals keep their order; what is no number comes last
    return dataclasses.replace(ranked.reorder(order, ranked.scores), scores=ranked.scores)


class CrossEncoderReranker:
    """A cross-encoder of sentence-transformers, on a GPU if there is one. Threads wait for each other."""

    def __init__(self, model: CrossEncoder, *, source: ModelSource) -> None:
        """Raises EmbedderError if the model does not give one score for a pair of texts."""
        made_for = [str(name) for name in getattr(model.config, "architectures", None) or ()]
        is_untrained = getattr(model[0], "transformer_task", "") == "sequence-classification" and not any(
            name.endswith("ForSequenceClassification") for name in made_for
        )  # then sentence-transformers has put a layer of random weights on top
        if is_untrained or model.num_labels != 1:
            raise source.error(index_messages.NO_SCORE_OF_PAIRS)
        self._model = model
        self.name = source.name
        self._turn = threading.Lock()  # threads share the tokenizer's settings: "Already borrowed"

    @classmethod
    def from_name(cls, name: str) -> CrossEncoderReranker:
        """Open a folder, or a model of the Hugging Face hub. Only the hub needs the network.

        Raises EmbedderError if there is no such model, it cannot be loaded, or is no cross-encoder.
        """
        source = ModelSource.find(name, _OPTION)
        return cls(_load(source), source=source)

    def scores(self, question: str, passages: Sequence[str]) -> npt.NDArray[np.float32]:
        import torch

        pairs: list[Any] = [(readable("", question), readable("", passage)) for passage in passages]
        try:
            with self._turn:
                # Without the sigmoid, which makes one 1.0 of all high scores in single precision.
                found = self._model.predict(
                    pairs, activation_fn=torch.nn.Identity(), batch_size=RERANKER.batch, show_progress_bar=False
                )
        except RuntimeError as exc:  # from torch, usually for lack of memory
            reason, remedy = in_one_line(exc), index_messages.USE_SMALLER_MODEL
            message = index_messages.MODEL_FAILED
            raise EmbedderError(message.format(name=self.name, reason=reason, remedy=remedy)) from exc
        return np.asarray(found, np.float32)


def _is_whole(folder: Path) -> bool:
    return (folder / "config.json").is_file() and any(
        True for pattern in ("*.safetensors", "*.bin") for _ in folder.glob(pattern)
    )


_OPTION = ModelOption("--reranker", index_messages.OR_NO_RERANKER, "cross-encoder", _is_whole)


def _load(source: ModelSource) -> CrossEncoder:
    kind = (source.settings("config_sentence_transformers.json") or {}).get("model_type")
    is_embedder = kind is None and source.settings("modules.json") is not None
    if is_embedder or kind not in (None, "CrossEncoder"):
        raise source.error(index_messages.NO_SCORE_OF_PAIRS)

    from sentence_transformers import CrossEncoder

    model: CrossEncoder = source.open(lambda: CrossEncoder(source.place, local_files_only=source.is_local))
    return model
