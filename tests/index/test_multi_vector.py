"""Models with vectors of their own for the tokens (ColBERT): prompts, masks, lengths, and answering with one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corpus.source import Source
from index.encoders.base import Embedder, Encoded
from index.encoders.registry import open_embedder
from index.searcher import Index
from qa.engine import Engine
from qa.qa_settings import Settings
from qa.reply import Rejected
from tests.tiny_models import tiny_bert, tiny_multi_vector, write

pytestmark = pytest.mark.model  # the models here are tiny, but the packages that read them take long to import

PARAGRAPHS = (
    "县文化馆每天早上八时开门。",
    "渔船回港后须在三日内登记。",
    "果园里的梨树今年结了许多果。",
    "老人持证免费乘坐公共汽车。",
)


def words(encoded: Encoded, texts: list[str]) -> list[list[str]]:
    """What the tokens of each text say, by their offsets."""
    return [
        [text[start:end] for start, end in encoded.text(number).offsets.tolist()] for number, text in enumerate(texts)
    ]


def passages(embedder: Embedder, texts: list[str]) -> Encoded:
    """Some passages, encoded."""
    return Encoded.join(list(embedder.encode_passages(texts)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A model that compares all tokens."""
    return tiny_multi_vector(tmp_path_factory.mktemp("colbert"))


@pytest.fixture(scope="module")
def plain(folder: str) -> Embedder:
    return open_embedder(folder)


def test_tokens_have_the_models_own_vectors(plain: Embedder, folder: str) -> None:
    """Those that it gives to [CLS], [D], a, b, ?, c and [SEP], without those that hold no letter."""
    from sentence_transformers import MultiVectorEncoder

    own = MultiVectorEncoder(folder, device="cpu")
    (passage,) = own.encode_document(["ab?c"], convert_to_numpy=True)
    (question,) = own.encode_query(["ab?c"], convert_to_numpy=True)

    assert plain.dimension == 8
    assert np.allclose(passages(plain, ["ab?c"]).hidden, passage[[2, 3, 5]], atol=1e-6)
    assert np.allclose(plain.encode_questions(["ab?c"]).hidden, question[[2, 3, 5]], atol=1e-6)
    assert not np.allclose(passage, question, atol=1e-2)  # the prompts differ


def test_text_is_the_mean_of_its_tokens(plain: Embedder, folder: str) -> None:
    """Of all that the model compares, made of length 1."""
    from sentence_transformers import MultiVectorEncoder

    (own,) = MultiVectorEncoder(folder, device="cpu").encode_document(["abca"], convert_to_numpy=True)
    mean = own.mean(axis=0)

    assert passages(plain, ["abca"]).vectors[0] == pytest.approx(mean / np.linalg.norm(mean), abs=1e-6)


def test_offsets_do_not_count_the_prompt(plain: Embedder) -> None:
    """ "[Q] " and "[D] " stand before a text."""
    texts = ["ab?c", "?!", "", "c a"]

    for read in (passages(plain, texts), plain.encode_questions(texts)):
        assert words(read, texts) == [["a", "b", "c"], [], [], ["c", "a"]]
        assert np.linalg.norm(read.vectors, axis=1) == pytest.approx([1, 1, 1, 1])


def test_questions_and_passages_have_lengths_of_their_own(tmp_path: Path) -> None:
    """Five tokens of a question, three of which are [CLS], [Q] and [SEP]; a longer passage is read in parts."""
    embedder = open_embedder(tiny_multi_vector(tmp_path, query_length=5, document_length=8))

    assert words(embedder.encode_questions(["abcabc"]), ["abcabc"]) == [["a", "b"]]
    assert words(passages(embedder, ["abcabcabc"]), ["abcabcabc"]) == [list("abcabcabc")]


def test_what_the_mask_leaves_out_of_passages_is_not_compared(tmp_path: Path) -> None:
    """Here the letter a; questions keep it."""
    embedder = open_embedder(tiny_multi_vector(tmp_path, skipped=["a", "?"]))

    assert words(passages(embedder, ["ab?c"]), ["ab?c"]) == [["b", "c"]]
    assert words(embedder.encode_questions(["ab?c"]), ["ab?c"]) == [["a", "b", "c"]]


def test_question_is_expanded_as_the_model_was_trained(tmp_path: Path) -> None:
    """To eight tokens: [CLS], [Q], a, b, [SEP] and three [MASK], which stand nowhere; not if it has no words."""
    expansion = {"strategy": "fixed", "length": 8, "attend": False}
    embedder = open_embedder(tiny_multi_vector(tmp_path, expansion=expansion))
    read = embedder.encode_questions(["ab", "?"])

    assert read.offsets.tolist() == [[0, 1], [1, 2], [0, 0], [0, 0], [0, 0]]
    assert read.starts.tolist() == [0, 5, 5]
    assert words(passages(embedder, ["ab"]), ["ab"]) == [["a", "b"]]


def test_tokens_are_not_merged(tmp_path: Path) -> None:
    """Some models merge those of a passage to save room; here each stands for its own place."""
    embedder = open_embedder(tiny_multi_vector(tmp_path, merging=True))

    assert words(passages(embedder, ["abcabc"]), ["abcabc"]) == [list("abcabc")]


def test_vectors_that_the_model_does_not_normalise(tmp_path: Path) -> None:
    """A text's vector is of length 1 all the same."""
    embedder = open_embedder(tiny_multi_vector(tmp_path, normalize=False))

    assert np.linalg.norm(passages(embedder, ["abc", "?"]).vectors, axis=1) == pytest.approx([1, 1])


def test_fingerprint_covers_weights_and_lengths(plain: Embedder, folder: str, tmp_path: Path) -> None:
    """The same in each load, another one for another seed, length or mask."""
    others = [
        tiny_multi_vector(tmp_path / "seed", seed=1),
        tiny_multi_vector(tmp_path / "length", document_length=20),
        tiny_multi_vector(tmp_path / "mask", skipped=["a"]),
    ]

    assert open_embedder(folder).fingerprint == plain.fingerprint
    assert len({plain.fingerprint, *(open_embedder(other).fingerprint for other in others)}) == 4


def test_folder_that_pylate_saved(tmp_path: Path) -> None:
    """Transformer and Dense alone, with prefixes for prompts and punctuation that is not compared."""
    import torch
    from safetensors.torch import save_file

    folder = tiny_bert(tmp_path / "pylate")
    kinds = [("", "sentence_transformers.models.Transformer"), ("1_Dense", "pylate.models.Dense.Dense")]
    write(
        folder,
        {
            "modules.json": [
                {"idx": at, "name": str(at), "path": path, "type": kind} for at, (path, kind) in enumerate(kinds)
            ],
            "config_sentence_transformers.json": {
                "model_type": "ColBERT",
                "query_prefix": "[Q] ",
                "document_prefix": "[D] ",
                "query_length": 8,
                "document_length": 20,
                "do_query_expansion": False,
            },
            "1_Dense/config.json": {
                "in_features": 16,
                "out_features": 4,
                "bias": False,
                "activation_function": "torch.nn.modules.linear.Identity",
            },
        },
    )
    save_file({"linear.weight": torch.eye(4, 16)}, folder / "1_Dense" / "model.safetensors")

    embedder = open_embedder(str(folder))
    assert embedder.dimension == 4
    assert words(passages(embedder, ["ab?c"]), ["ab?c"]) == [["a", "b", "c"]]


def test_engine_answers_with_such_a_model(tmp_path: Path) -> None:
    """A passage asked in its own words comes first; it is found in an index that was closed and opened."""
    letters = "".join(sorted(set("".join(PARAGRAPHS))))
    expansion = {"strategy": "fixed", "length": 24, "attend": False}
    embedder = open_embedder(tiny_multi_vector(tmp_path, letters=letters, expansion=expansion))
    Index.build(tmp_path / "index", [Source.from_bytes("县报", "\n\n".join(PARAGRAPHS).encode(), None)], embedder)
    engine = Engine(Index.open(tmp_path / "index"), embedder, Settings())

    engine.index.verify()
    for paragraph in PARAGRAPHS:
        reply = engine.ask(paragraph)
        assert not isinstance(reply, Rejected)
        first = (*getattr(reply, "hits", ()), *reply.near)[0]
        assert first.citation.text == paragraph
        assert first.best_sentence in first.citation.passage.sentences
        assert all(span.end > span.start for span in first.matched)
