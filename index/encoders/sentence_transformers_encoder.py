"""Runs any embedding model that sentence-transformers can load.

A `SentenceTransformer` has a vector for a text, and its last hidden states for the tokens. A `MultiVectorEncoder`
(ColBERT, LateOn) has vectors of its own for the tokens; the vector of a text is their mean. Only this module, of this
package, imports sentence_transformers, when it opens a model.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from corpus.errors import EmbedderError
from index import index_messages
from index.encoders.base import Encoded, Output, Vectors, collect, readable, words_of
from index.encoders.e5_weights import BUNDLED_NAME, bundled_fingerprint, ensure_bundled_model
from index.encoders.model_digest import fingerprint, surprisals
from index.encoders.model_source import ModelOption, ModelSource, in_one_line
from index.index_settings import ENCODER

if TYPE_CHECKING:
    from sentence_transformers import MultiVectorEncoder, SentenceTransformer
    from torch import Tensor, nn

    AnyModel = SentenceTransformer | MultiVectorEncoder

_OPTION = ModelOption(
    "--model",
    index_messages.OR_BUNDLED.format(bundled=BUNDLED_NAME),
    "sentence-transformers",
    # Without one of these another library may have downloaded the rest, and the pooling would be a guess.
    lambda folder: any((folder / file).is_file() for file in ("modules.json", "artifact.metadata")),
)


class SentenceTransformerEmbedder:
    """A sentence-transformers model, with the prompts that it was saved with.

    It reads a question up to the model's length (512 tokens for the bundled model; some models have another one for
    questions), and a longer passage in parts, on a GPU if there is one. Calls from several threads run one after the
    other.
    """

    def __init__(self, model: AnyModel, *, source: ModelSource) -> None:
        """Raises EmbedderError if the model does not say where its tokens stand, or gives them no vectors."""
        _keep_every_token(model)
        self._model = model
        self._turn = threading.Lock()  # threads share the tokenizer's settings: "Already borrowed"
        # sentence-transformers fills in an empty "document" prompt and then prefers it to "passage".
        prompts = {role: prompt for role, prompt in model.prompts.items() if prompt}
        self._passage_prompt = next(
            (prompts[role] for role in ("document", "passage", "corpus") if role in prompts), ""
        )
        self._question_prompt = prompts.get("query", "")
        self._name = source.name
        self._head = _head(model)
        self._dimension, self._room = self._probe(source)
        self._fingerprint = bundled_fingerprint() if source.name == BUNDLED_NAME else fingerprint(model)
        self._surprisals = surprisals(model)

    @classmethod
    def from_bundled(cls, *, progress: bool = True) -> SentenceTransformerEmbedder:
        """Open the bundled model; the first time, build its folder, with a bar if `progress`.

        Raises EmbedderError if it cannot be built or loaded.
        """
        folder = ensure_bundled_model(progress=progress)
        remedy = index_messages.REMOVE_MODEL_FOLDER.format(folder=folder)
        return cls._open(ModelSource(BUNDLED_NAME, str(folder), True, remedy))

    @classmethod
    def from_name(cls, name: str) -> SentenceTransformerEmbedder:
        """Open the bundled model, a folder, or a model of the Hugging Face hub. Only the hub needs the network.

        Raises EmbedderError if there is no such model, it cannot be loaded, or is no embedding model.
        """
        if name == BUNDLED_NAME:
            return cls.from_bundled()
        return cls._open(ModelSource.find(name, _OPTION))

    @classmethod
    def _open(cls, source: ModelSource) -> SentenceTransformerEmbedder:
        return cls(_load(source), source=source)

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
                yield self._encode(some, is_question=False)
                bar.update(len(some))

    def encode_questions(self, texts: Sequence[str]) -> Encoded:
        return self._encode(texts, is_question=True)

    def surprisal(self, token_ids: npt.NDArray[np.int64]) -> Vectors:
        return self._surprisals[token_ids]

    def _encode(self, texts: Sequence[str], *, is_question: bool) -> Encoded:
        prompt = self._question_prompt if is_question else self._passage_prompt
        try:
            with self._turn:
                parts = [[(0, text)] for text in texts] if is_question else self._parts(texts)
                items = iter(self._run([part for some in parts for _, part in some], is_question=is_question))
                outputs = [
                    _joined(
                        [(start, self._output(next(items), prompt, readable(prompt, part))) for start, part in some]
                    )
                    for some in parts
                ]
        except RuntimeError as exc:  # from torch, usually for lack of memory
            reason, remedy = in_one_line(exc), index_messages.USE_SMALLER_MODEL
            raise EmbedderError(
                index_messages.MODEL_FAILED.format(name=self._name, reason=reason, remedy=remedy)
            ) from exc
        return collect(outputs, self._dimension)

    def _run(self, texts: Sequence[str], *, is_question: bool) -> list[dict[str, Any]]:
        """Return the model's output for each text, in the order of the texts: tensors that are padded."""
        encode: Any = self._model.encode_query if is_question else self._model.encode_document
        outputs: list[dict[str, Any]] = encode(
            [readable("", text) for text in texts],
            prompt=self._question_prompt if is_question else self._passage_prompt,
            output_value=None,
            batch_size=ENCODER.torch_batch,
            show_progress_bar=False,
            processing_kwargs={"text": {"return_offsets_mapping": True}},
        )
        return outputs

    def _parts(self, texts: Sequence[str]) -> list[list[tuple[int, str]]]:
        """Cut passages that are longer than the model reads into parts of about equal size, each with its start."""
        if self._room is None or not texts:
            return [[(0, text)] for text in texts]
        read = self._model.tokenizer(
            [readable("", text) for text in texts],
            add_special_tokens=False,
            return_offsets_mapping=True,
            verbose=False,  # or it remarks that they are too long
        )["offset_mapping"]
        parts = []
        for text, places in zip(texts, read, strict=True):
            count = max(1, math.ceil(len(places) / self._room))
            starts = [0, *(places[len(places) * part // count][0] for part in range(1, count)), len(text)]
            parts.append([(start, text[start:end]) for start, end in pairwise(starts)])
        return parts

    def _output(self, item: dict[str, Any], prompt: str, text: str) -> Output:
        """Return the vectors of one text and of those of its tokens that hold a letter, ideograph or digit."""
        hidden: Tensor = item["token_embeddings"]
        counts: Tensor = item["attention_mask"].bool()  # a MultiVectorMask leaves out what shall not be compared
        added: Tensor | None = item.get("query_expansion_positions")
        read = counts if added is None else counts & ~added.bool()
        pooled: Tensor | None = item.get("sentence_embedding")
        if pooled is None:
            pooled = hidden[read].float().mean(dim=0) if read.any() else hidden.new_zeros(hidden.shape[-1])
        vectors, ids = _numbers(self._of_tokens(hidden)), _numbers(item["input_ids"])
        kept = np.flatnonzero(_numbers(read))
        places = _numbers(item["offset_mapping"])[kept]
        words = words_of(Output(_numbers(pooled), vectors[kept], ids[kept], places), prompt, text)
        if added is None or not len(words.ids):
            return words
        # The tokens that a ColBERT model adds to a question are compared too, and stand nowhere in it.
        more = np.flatnonzero(_numbers(counts & added.bool()))
        return Output(
            words.vector,
            np.concatenate([words.hidden, vectors[more].astype(np.float32)]),
            np.concatenate([words.ids, ids[more]]),
            np.concatenate([words.offsets, np.zeros((len(more), 2), np.int32)]),
        )

    def _of_tokens(self, hidden: Tensor) -> Tensor:
        """Return token vectors as the modules after the pooling make them, as if each token were a text."""
        import torch

        features = {"sentence_embedding": hidden}
        with torch.inference_mode():
            for module in self._head:
                features = module(features)
        return features["sentence_embedding"]

    def _probe(self, source: ModelSource) -> tuple[int, int | None]:
        """Return the dimension, and how many tokens of a passage the model reads; None if any number.

        Raises EmbedderError if the model cannot be used here.
        """
        if not getattr(self._model.tokenizer, "is_fast", True):
            raise source.error(index_messages.NO_TOKEN_PLACES)
        empty, item = source.open(lambda: self._run(["", "a"], is_question=False))
        if "token_embeddings" not in item:
            raise source.error(index_messages.NO_TOKEN_VECTORS)
        if item.get("modality") != "text" or "offset_mapping" not in item:
            raise source.error(index_messages.NO_TOKEN_PLACES)
        width = source.open(lambda: self._of_tokens(item["token_embeddings"])).shape[-1]
        if "sentence_embedding" in item and item["sentence_embedding"].shape[-1] != width:
            raise source.error(index_messages.NO_TOKEN_VECTORS)
        longest = getattr(self._model[0], "document_length", None) or self._model.max_seq_length
        if longest is None or math.isinf(longest):
            return int(width), None
        # Each part gets the prompt and special tokens, and may get a blank before its first token.
        return int(width), max(1, int(longest) - int(empty["attention_mask"].sum()) - 1)


def _joined(parts: Sequence[tuple[int, Output]]) -> Output:
    """Join the parts of a text: its vector is their mean, weighted by their tokens."""
    outputs = [part for _, part in parts]
    if len(outputs) == 1:
        return outputs[0]
    weights = np.array([max(len(part.hidden), 1) for part in outputs], np.float32)
    return Output(
        np.average([part.vector for part in outputs], axis=0, weights=weights),
        np.concatenate([part.hidden for part in outputs]),
        np.concatenate([part.ids for part in outputs]),
        np.concatenate([np.asarray(part.offsets) + start for start, part in parts]),
    )


def _load(source: ModelSource) -> AnyModel:
    said = source.settings("config_sentence_transformers.json") or {}
    config = source.settings("config.json") or {}
    made_for = [str(name) for name in config.get("architectures") or ()]
    kind = {"ColBERT": "MultiVectorEncoder"}.get(said.get("model_type", ""), said.get("model_type"))
    if "HF_ColBERT" in made_for:
        kind = "MultiVectorEncoder"
    if kind == "CrossEncoder" or (
        kind is None and any(name.endswith("ForSequenceClassification") for name in made_for)
    ):
        raise source.error(index_messages.SCORES_PAIRS)
    if kind not in (None, "SentenceTransformer", "MultiVectorEncoder"):
        raise source.error(index_messages.NO_VECTORS_OF_TEXTS.format(kind=kind))

    from sentence_transformers import MultiVectorEncoder, SentenceTransformer

    if kind == "MultiVectorEncoder":
        return source.open(lambda: MultiVectorEncoder(source.place, local_files_only=source.is_local))
    return source.open(lambda: SentenceTransformer(source.place, local_files_only=source.is_local))


def _keep_every_token(model: AnyModel) -> None:
    """Take out modules that merge the tokens of a passage to save room: what is merged stands nowhere."""
    from sentence_transformers.multi_vector_encoder.modules import BaseTokenPooling

    for at in reversed(range(len(model))):
        if isinstance(model[at], BaseTokenPooling):
            del model[at]


def _head(model: AnyModel) -> list[nn.Module]:
    """Return the modules that the pooled vector of a text goes through and that do more than normalise it."""
    from sentence_transformers.base.modules import Normalize
    from sentence_transformers.sentence_transformer.modules import Pooling

    modules = list(model)
    pooled = next((at for at, module in enumerate(modules) if isinstance(module, Pooling)), len(modules))
    return [module for module in modules[pooled + 1 :] if not isinstance(module, Normalize)]


def _numbers(values: Tensor) -> npt.NDArray[Any]:
    """Return a tensor as an array. NumPy has no bfloat16."""
    array: npt.NDArray[Any] = (values.float() if values.is_floating_point() else values).cpu().numpy()
    return array
