"""Texts in, vectors out. The only importer of sentence_transformers, and only when a model is opened."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from corpus.errors import EmbedderError
from index.bundled import BUNDLED_NAME, ensure_bundled_model

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = npt.NDArray[np.float32]
"""Shape (number of texts, dimension), float32, C-contiguous, rows of length 1."""

_BATCH = 32
_SLICE = 256
"""Texts that are encoded before their results are handed on: what is held in full stays small."""
_SAMPLE = 1024
"""Values of each parameter that the fingerprint looks at."""

_ORDINARY = 12.0
"""Nats: the surprisal of a usual content word, for tokenizers that do not say."""

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Encoded:
    """Texts as a model reads them: a vector for each text, and one for each of its tokens."""

    vectors: Vectors
    """Shape (texts, dimension), rows of length 1."""
    hidden: Vectors
    """Shape (tokens, dimension): the last hidden states of the tokens that hold a letter, ideograph or digit."""
    token_ids: npt.NDArray[np.int64]
    """Shape (tokens,): their places in the model's vocabulary."""
    offsets: npt.NDArray[np.int32]
    """Shape (tokens, 2): where each token stands in its text, half-open, in code points."""
    starts: npt.NDArray[np.int64]
    """Shape (texts + 1,): where the tokens of each text begin."""

    def text(self, number: int) -> Encoded:
        """Return one text alone."""
        tokens = slice(self.starts[number], self.starts[number + 1])
        starts = np.array([0, tokens.stop - tokens.start], np.int64)
        vector = self.vectors[number : number + 1]
        return Encoded(vector, self.hidden[tokens], self.token_ids[tokens], self.offsets[tokens], starts)


class Embedder(Protocol):
    """What the index and the engine need of a model."""

    @property
    def name(self) -> str:
        """What the user calls the model: what `--model` takes."""

    @property
    def fingerprint(self) -> str:
        """16 hex digits of what determines the vectors: the same in each run, another for another model."""

    @property
    def dimension(self) -> int:
        """The length of a vector."""

    def encode_passages(self, texts: Sequence[str], *, progress: bool = False) -> Iterator[Encoded]:
        """Yield the texts in their order, some at a time.

        With `progress`, a bar on stderr where that is a terminal. Raises EmbedderError if the model cannot be run.
        """

    def encode_questions(self, texts: Sequence[str]) -> Encoded:
        """Return the texts, read as questions. Raises EmbedderError if the model cannot be run.

        The dot product of their vectors with those of passages is the cosine, -1 to 1, higher is closer.
        """

    def surprisal(self, token_ids: npt.NDArray[np.int64]) -> Vectors:
        """Return shape (tokens,): how rare each token is in general, as -log of its probability (nats)."""


class SentenceTransformerEmbedder:
    """Any model that sentence-transformers can load, with the prompts that it was saved with.

    What a text has beyond the model's length (512 tokens for the bundled one) is not read. The model runs on
    a GPU where there is one. Calls from several threads take turns.
    """

    def __init__(self, model: SentenceTransformer, *, name: str) -> None:
        self._model = model
        self._turn = threading.Lock()  # the tokenizer's settings are shared: "Already borrowed"
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
        """Open the model that ships with us; the first time, build its folder, with a bar if `progress`.

        Raises EmbedderError if it cannot be built or loaded.
        """
        folder = ensure_bundled_model(progress=progress)
        remedy = f"Remove {folder}, and the next start builds it again"
        return cls(_load(folder, name=BUNDLED_NAME, local=True, remedy=remedy), name=BUNDLED_NAME)

    @classmethod
    def from_name(cls, name: str) -> SentenceTransformerEmbedder:
        """Open the bundled model, a folder, or a model of the Hugging Face hub: only it may use the network.

        Raises EmbedderError if there is no such model or it cannot be loaded.
        """
        if name == BUNDLED_NAME:
            return cls.from_bundled()
        folder = Path(name).expanduser()
        if folder.is_dir():
            remedy = f"Give --model a folder that sentence-transformers saved, or {BUNDLED_NAME}"
            return cls(_load(folder, name=name, local=True, remedy=remedy), name=name)
        if folder.is_absolute() or not re.fullmatch(r"(\w[\w.-]*/)?\w[\w.-]*", name):
            raise EmbedderError(f"There is no folder {name}. Give --model that of a model, or {BUNDLED_NAME}")
        cached = _in_hub_cache(name)
        remedy = f"Check the name and the network, or use --model {BUNDLED_NAME}"
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

        disable = None if progress else True  # None: tqdm shows itself on a terminal only
        with tqdm(total=len(texts), desc="passages", unit="", disable=disable) as bar:
            for start in range(0, len(texts), _SLICE):
                some = texts[start : start + _SLICE]
                yield self._encode(some, self._passage_prompt)
                bar.update(len(some))

    def encode_questions(self, texts: Sequence[str]) -> Encoded:
        return self._encode(texts, self._question_prompt)

    def surprisal(self, token_ids: npt.NDArray[np.int64]) -> Vectors:
        return self._surprisals[token_ids]

    def _encode(self, texts: Sequence[str], prompt: str) -> Encoded:
        # A lone surrogate (a file name or an argument that was no UTF-8) is no text to a tokenizer.
        readable = [prompt + _LONE_SURROGATE.sub("\ufffd", text) for text in texts]
        try:
            with self._turn:
                # sentence-transformers sorts by length itself, and gives the results in the order of the texts.
                outputs: list[dict[str, Any]] = self._model.encode(  # type: ignore[assignment]  # of output_value=None
                    readable, prompt="", output_value=None, batch_size=_BATCH, show_progress_bar=False
                )
                read = (
                    self._model.tokenizer(
                        readable, truncation=True, max_length=self._model.max_seq_length, return_offsets_mapping=True
                    )
                    if readable
                    else {"offset_mapping": []}
                )
        except RuntimeError as exc:  # torch's, for memory above all
            raise EmbedderError(
                f"The model {self._name} failed: {_in_one_line(exc)}. "
                "Try a smaller model, or the processor: CUDA_VISIBLE_DEVICES="
            ) from exc
        vectors = np.zeros((len(texts), self._dimension), np.float32)
        hidden, ids, offsets, starts = [], [], [], [0]
        for row, (text, output, places) in enumerate(zip(readable, outputs, read["offset_mapping"], strict=True)):
            vectors[row] = output["sentence_embedding"].float().cpu().numpy()
            # A token's place may begin with the blank before it, and the first one's inside the prompt.
            words = [
                (at, end - len(text[max(start, len(prompt)) : end].lstrip()), end)
                for at, (start, end) in enumerate(places)
                if any(map(str.isalnum, text[max(start, len(prompt)) : end]))
            ]
            kept = [at for at, _, _ in words]
            hidden.append(output["token_embeddings"].float().cpu().numpy()[kept])
            ids.append(output["input_ids"].cpu().numpy()[kept])
            offsets.append(np.array([span for _, *span in words], np.int32).reshape(-1, 2) - len(prompt))
            starts.append(starts[-1] + len(kept))
        empty = np.zeros((0, self._dimension), np.float32)
        return Encoded(
            # In float32 here, as not each model ends in Normalize, and in half precision that one is only near 1.
            unit_rows(vectors),
            np.concatenate([empty, *hidden]),
            np.concatenate([np.zeros(0, np.int64), *ids]),
            np.concatenate([np.zeros((0, 2), np.int32), *offsets]),
            np.array(starts, np.int64),
        )


def unit_rows(vectors: Vectors) -> Vectors:
    """Return the rows with length 1. A row of zeros has no direction: it stays 0 and is close to nothing."""
    lengths = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.finfo(np.float32).tiny)
    return np.ascontiguousarray(vectors / lengths, dtype=np.float32)


def open_embedder(name: str) -> Embedder:
    """Return the embedder that `--model` names. Raises EmbedderError if there is none."""
    return SentenceTransformerEmbedder.from_name(name)


def _load(source: Path | str, *, name: str, local: bool, remedy: str) -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer

    try:
        with _quiet():
            return SentenceTransformer(str(source), local_files_only=local)
    except Exception as exc:  # a damaged or foreign folder fails in as many ways as there are libraries below
        raise EmbedderError(f"The model {name} cannot be loaded: {_in_one_line(exc)}. {remedy}") from exc


def _in_hub_cache(name: str) -> Path | None:
    """Return the folder of a model that was downloaded before, so that it opens without the network."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    # sentence-transformers' own models go by their last name; its cache folder may be set apart.
    repository = name if "/" in name else f"sentence-transformers/{name}"
    cache = os.environ.get("SENTENCE_TRANSFORMERS_HOME")
    try:
        folder = Path(snapshot_download(repository, cache_dir=cache, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError):
        return None
    # Without it the rest may have come by another way, and how to pool would be guessed.
    return folder if (folder / "modules.json").is_file() else None


@contextmanager
def _quiet() -> Iterator[None]:
    """Mute the bars and remarks of loading, and nothing else: transformers shows them on any stderr."""
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
        if ".pooler." in name:  # a BERT's own, which no vector comes from: random where the file has none
            continue
        flat = values.detach().flatten()
        sample = flat[:: max(1, len(flat) // _SAMPLE)].float().cpu().numpy().astype("<f4")
        digest.update(f"{name} {tuple(values.shape)}".encode() + sample.tobytes())
    return digest.hexdigest()[:16]


def _surprisals(model: SentenceTransformer) -> Vectors:
    """Return how rare each piece of the vocabulary is: what its tokenizer's unigram model says, else all alike."""
    fast = getattr(model.tokenizer, "backend_tokenizer", None)
    vocabulary = json.loads(fast.to_str())["model"] if fast is not None else {}
    size = len(model.tokenizer)
    if vocabulary.get("type") != "Unigram":
        return np.full(size, _ORDINARY, np.float32)
    scores = [-score for _, score in vocabulary["vocab"]]
    return np.array([*scores, *[0.0] * (size - len(scores))], np.float32)


def _in_one_line(exc: Exception) -> str:
    words = " ".join(f"{type(exc).__name__}: {exc}".split())
    return words if len(words) <= 300 else f"{words[:300]}…"
