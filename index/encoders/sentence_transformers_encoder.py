"""Runs any model that sentence-transformers can load. Only this module imports that package, when it opens a model."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from corpus.errors import EmbedderError
from corpus.message import Message
from index import index_messages
from index.encoders.base import Encoded, Output, Vectors, collect, readable, words_of
from index.encoders.e5_weights import BUNDLED_NAME, ensure_bundled_model
from index.index_settings import ENCODER

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


class SentenceTransformerEmbedder:
    """A sentence-transformers model, with the prompts that it was saved with.

    It reads a text up to the model's length (512 tokens for the bundled model), on a GPU if there is one. Calls from
    several threads run one after the other.
    """

    def __init__(self, model: SentenceTransformer, *, name: str) -> None:
        self._model = model
        self._turn = threading.Lock()  # threads share the tokenizer's settings: "Already borrowed"
        # sentence-transformers fills in an empty "document" prompt and then prefers it to "passage".
        prompts = {role: prompt for role, prompt in model.prompts.items() if prompt}
        self._passage_prompt = next(
            (prompts[role] for role in ("document", "passage", "corpus") if role in prompts), ""
        )
        self._question_prompt = prompts.get("query", "")
        self._name = name
        self._fingerprint = _fingerprint(model)
        self._dimension = int(model.get_embedding_dimension() or model.encode([""]).shape[1])
        self._surprisals = _surprisals(model)

    @classmethod
    def from_bundled(cls, *, progress: bool = True) -> SentenceTransformerEmbedder:
        """Open the bundled model; the first time, build its folder, with a bar if `progress`.

        Raises EmbedderError if it cannot be built or loaded.
        """
        folder = ensure_bundled_model(progress=progress)
        remedy = index_messages.REMOVE_MODEL_FOLDER.format(folder=folder)
        return cls(_load(folder, name=BUNDLED_NAME, local=True, remedy=remedy), name=BUNDLED_NAME)

    @classmethod
    def from_name(cls, name: str) -> SentenceTransformerEmbedder:
        """Open the bundled model, a folder, or a model of the Hugging Face hub. Only the hub needs the network.

        Raises EmbedderError if there is no such model or it cannot be loaded.
        """
        if name == BUNDLED_NAME:
            return cls.from_bundled()
        folder = Path(name).expanduser()
        if folder.is_dir():
            remedy = index_messages.OTHER_MODEL_FOLDER.format(bundled=BUNDLED_NAME)
            return cls(_load(folder, name=name, local=True, remedy=remedy), name=name)
        if folder.is_absolute() or not re.fullmatch(r"(\w[\w.-]*/)?\w[\w.-]*", name):
            raise EmbedderError(index_messages.NO_MODEL_FOLDER.format(name=name, bundled=BUNDLED_NAME))
        cached = _in_hub_cache(name)
        remedy = index_messages.OTHER_MODEL_NAME.format(bundled=BUNDLED_NAME)
        return cls(_load(cached or name, name=name, local=cached is not None, remedy=remedy), name=name)

    @property
    def name(self) -> str:
        return self._name

    @property
    def fingerprint(self) -> str:
        return self._fingerprint

    @property
    def dimension(self) -> int:
        return self._dimension

    def encode_passages(self, texts: Sequence[str], *, progress: bool = False) -> Iterator[Encoded]:
        from tqdm import tqdm

        disable = None if progress else True  # None: shown on a terminal only
        with tqdm(total=len(texts), desc="passages", unit="", disable=disable) as bar:
            for start in range(0, len(texts), ENCODER.torch_slice):
                some = texts[start : start + ENCODER.torch_slice]
                yield self._encode(some, self._passage_prompt)
                bar.update(len(some))

    def encode_questions(self, texts: Sequence[str]) -> Encoded:
        return self._encode(texts, self._question_prompt)

    def surprisal(self, token_ids: npt.NDArray[np.int64]) -> Vectors:
        return self._surprisals[token_ids]

    def _encode(self, texts: Sequence[str], prompt: str) -> Encoded:
        read = [readable(prompt, text) for text in texts]
        try:
            with self._turn:
                # sentence-transformers sorts by length internally, and returns results in the order of the texts.
                outputs: list[dict[str, Any]] = self._model.encode(  # type: ignore[assignment]  # of output_value=None
                    read, prompt="", output_value=None, batch_size=ENCODER.torch_batch, show_progress_bar=False
                )
                places = (
                    self._model.tokenizer(
                        read, truncation=True, max_length=self._model.max_seq_length, return_offsets_mapping=True
                    )["offset_mapping"]
                    if read
                    else []
                )
        except RuntimeError as exc:  # from torch, usually for lack of memory
            reason, remedy = _in_one_line(exc), index_messages.USE_SMALLER_MODEL
            raise EmbedderError(
                index_messages.MODEL_FAILED.format(name=self._name, reason=reason, remedy=remedy)
            ) from exc
        given = (
            Output(
                output["sentence_embedding"].float().cpu().numpy(),
                output["token_embeddings"].float().cpu().numpy(),
                output["input_ids"].cpu().numpy(),
                offsets,
            )
            for output, offsets in zip(outputs, places, strict=True)
        )
        words = [words_of(output, prompt, text) for output, text in zip(given, read, strict=True)]
        return collect(words, self._dimension)


def _load(source: Path | str, *, name: str, local: bool, remedy: Message) -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer

    try:
        with _quiet():
            return SentenceTransformer(str(source), local_files_only=local)
    except Exception as exc:  # each library below raises its own errors for a damaged or foreign folder
        message = index_messages.MODEL_CANNOT_BE_LOADED
        raise EmbedderError(message.format(name=name, reason=_in_one_line(exc), remedy=remedy)) from exc


def _in_hub_cache(name: str) -> Path | None:
    """Return the folder of a model that was downloaded before; it opens without the network."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    # The names of sentence-transformers' own models may lack the organisation; its cache folder can be set separately.
    repository = name if "/" in name else f"sentence-transformers/{name}"
    cache = os.environ.get("SENTENCE_TRANSFORMERS_HOME")
    try:
        folder = Path(snapshot_download(repository, cache_dir=cache, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError):
        return None
    # Without this file another library may have downloaded the rest, and the pooling would be a guess.
    return folder if (folder / "modules.json").is_file() else None


@contextmanager
def _quiet() -> Iterator[None]:
    """Mute the bars and remarks that transformers writes to stderr while it loads a model, and nothing else."""
    from transformers.utils.logging import set_tqdm_hook

    loggers = [logging.getLogger(name) for name in ("sentence_transformers", "transformers")]
    levels = [logger.level for logger in loggers]
    hook = set_tqdm_hook(lambda bar, args, options: bar(*args, **{**options, "disable": True}))
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        set_tqdm_hook(hook)
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _fingerprint(model: SentenceTransformer) -> str:
    modules = [[type(module).__name__, str(getattr(module, "pooling_mode", ""))] for module in model]
    settings = json.dumps([modules, model.prompts, model.max_seq_length], sort_keys=True)
    digest = hashlib.sha256(settings.encode())
    for name, values in sorted(model.state_dict().items()):
        if ".pooler." in name:  # BERT's own pooling layer is unused, and random if the file lacks it
            continue
        flat = values.detach().flatten()
        sample = flat[:: max(1, len(flat) // ENCODER.fingerprint_values)].float().cpu().numpy().astype("<f4")
        digest.update(f"{name} {tuple(values.shape)}".encode() + sample.tobytes())
    return digest.hexdigest()[:16]


def _surprisals(model: SentenceTransformer) -> Vectors:
    """Return each piece's surprisal in nats by the tokenizer's unigram model; without one, the same for all pieces."""
    fast = getattr(model.tokenizer, "backend_tokenizer", None)
    vocabulary = json.loads(fast.to_str())["model"] if fast is not None else {}
    size = len(model.tokenizer)
    if vocabulary.get("type") != "Unigram":
        return np.full(size, ENCODER.ordinary_surprisal, np.float32)
    scores = [-score for _, score in vocabulary["vocab"]]
    return np.array([*scores, *[0.0] * (size - len(scores))], np.float32)


def _in_one_line(exc: Exception) -> str:
    words = " ".join(f"{type(exc).__name__}: {exc}".split())
    return words if len(words) <= 300 else f"{words[:300]}…"
