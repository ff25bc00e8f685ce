"""Any sentence-transformers model as an Embedder: prompts, shapes, lengths, fingerprints, errors, silence."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import EmbedderError
from index.encoders.base import Embedder, Encoded, Vectors
from index.encoders.registry import open_embedder
from tests.tiny_models import tiny_bert, tiny_model, tiny_pooled, write

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.model  # the model here is tiny, but the packages that read it take long to import


def passages(embedder: Embedder, texts: list[str]) -> Vectors:
    """The vectors of passages."""
    return np.concatenate([batch.vectors for batch in embedder.encode_passages(texts)])


def questions(embedder: Embedder, texts: list[str]) -> Vectors:
    """The vectors of questions."""
    return embedder.encode_questions(texts).vectors


def words(encoded: Encoded, texts: list[str]) -> list[list[str]]:
    """What the tokens of each text say, by their offsets."""
    return [
        [text[start:end] for start, end in encoded.text(number).offsets.tolist()] for number, text in enumerate(texts)
    ]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Embedder:
    """The tiny model, without prompts."""
    return open_embedder(tiny_model(tmp_path_factory.mktemp("plain") / "模型 1"))


def test_question_gets_the_query_prompt(plain: Embedder, tmp_path: Path) -> None:
    """With the prompt "ab", the question "c" is read as "abc"."""
    prompted = open_embedder(tiny_model(tmp_path / "model", prompts={"query": "ab", "document": "ba"}))

    assert np.allclose(questions(prompted, ["c"]), questions(plain, ["abc"]), atol=1e-6)


@pytest.mark.parametrize("prompt", ["document", "passage", "corpus"])
def test_passage_gets_the_prompt_that_the_model_has(prompt: str, plain: Embedder, tmp_path: Path) -> None:
    """Under any of three names; sentence-transformers would put an empty "document" before the others."""
    prompted = open_embedder(tiny_model(tmp_path / "model", prompts={"query": "ab", prompt: "ba"}))

    assert np.allclose(passages(prompted, ["c"]), passages(plain, ["bac"]), atol=1e-6)


def test_passages_come_back_in_order(plain: Embedder) -> None:
    """They are embedded by length, some hundreds at a time, and returned as they were given."""
    texts = ["a", "abcabc", "b", "cb", "c" * 7]

    alone = np.concatenate([passages(plain, [text]) for text in texts])
    assert np.allclose(passages(plain, texts * 60), np.tile(alone, (60, 1)), atol=1e-6)


def test_rows_are_of_length_one_without_a_normalize_module(tmp_path: Path) -> None:
    """A dot product is a cosine for any model."""
    embedder = open_embedder(tiny_model(tmp_path / "model", normalize=False))

    vectors = np.concatenate([passages(embedder, ["abc", "a"]), questions(embedder, ["b"])])
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1])


def test_nothing_in_nothing_out(plain: Embedder) -> None:
    """An empty list of passages gives nothing, one of questions no rows, of the model's dimension."""
    nothing = plain.encode_questions([])

    assert list(plain.encode_passages([])) == []
    assert nothing.vectors.shape == nothing.hidden.shape == (0, 16)
    assert (nothing.offsets.shape, nothing.starts.tolist()) == ((0, 2), [0])


def test_vectors_are_float32(plain: Embedder) -> None:
    """Four bytes a number, for texts and their tokens, passages and questions."""
    read = [*plain.encode_passages(["a"]), plain.encode_questions(["a"])]

    assert {array.dtype for one in read for array in (one.vectors, one.hidden)} == {np.dtype(np.float32)}


def test_a_token_is_where_its_letters_are(plain: Embedder) -> None:
    """One a letter, in the order of the text; what holds no letter, ideograph or digit is none."""
    texts = ["abc", "", "?!", "a?b", "中"]

    assert words(plain.encode_questions(texts), texts) == [["a", "b", "c"], [], [], ["a", "b"], ["中"]]


def test_offsets_do_not_count_the_prompt(tmp_path: Path) -> None:
    """And no token of the prompt is one of the text."""
    prompted = open_embedder(tiny_model(tmp_path / "model", prompts={"query": "ab", "passage": "ba"}))
    (read,) = prompted.encode_passages(["cb"])

    assert read.offsets.tolist() == prompted.encode_questions(["cb"]).offsets.tolist() == [[0, 1], [1, 2]]


def test_a_text_is_the_mean_of_its_tokens(plain: Embedder) -> None:
    """With mean pooling, and where every token is a letter."""
    read = plain.encode_questions(["abca"])
    mean = read.hidden.mean(axis=0)

    assert read.vectors[0] == pytest.approx(mean / np.linalg.norm(mean), abs=1e-6)


def test_a_token_is_the_same_in_any_batch(plain: Embedder) -> None:
    """Whatever shorter and longer texts it is read together with."""
    together = plain.encode_questions(["a", "cab", "abcabca"]).text(1)
    alone = plain.encode_questions(["cab"])

    assert np.allclose(together.hidden, alone.hidden, atol=1e-6)
    assert together.token_ids.tolist() == alone.token_ids.tolist()
    assert together.starts.tolist() == [0, 3]


def test_what_is_beyond_the_models_length_in_a_question_has_no_token(plain: Embedder) -> None:
    """This one reads eight."""
    assert plain.encode_questions(["a" * 20]).offsets[-1].tolist() == [7, 8]


def test_what_is_beyond_the_models_length_in_a_passage_is_read_in_parts(plain: Embedder) -> None:
    """Twenty letters as six, seven and seven, each letter once; the vector of the passage is the mean of theirs."""
    (read,) = plain.encode_passages(["abcabcabcabcabcabcab"])

    assert words(read, ["abcabcabcabcabcabcab"]) == [list("abcabcabcabcabcabcab")]
    assert [start for start, _ in read.offsets.tolist()] == list(range(20))
    means = [read.hidden[part].mean(axis=0) for part in (slice(0, 6), slice(6, 13), slice(13, 20))]
    vector = sum(size * mean / np.linalg.norm(mean) for size, mean in zip((6, 7, 7), means, strict=True))
    assert read.vectors[0] == pytest.approx(vector / np.linalg.norm(vector), abs=1e-6)


def test_surprisal_is_what_the_tokenizers_model_says(plain: Embedder) -> None:
    """A unigram model gives a the log-probability -1."""
    read = plain.encode_questions(["a"])

    assert plain.surprisal(read.token_ids).tolist() == [1.0]


def test_lone_surrogate_is_read_as_the_replacement_character(plain: Embedder) -> None:
    """An argument that was no UTF-8 reaches us as lone surrogates, which no tokenizer takes."""
    assert np.array_equal(questions(plain, ["a\udcff"]), questions(plain, ["a\ufffd"]))


def test_model_of_transformers_alone(tmp_path: Path) -> None:
    """Of a folder without sentence-transformers' files the vector of a text is the mean of all its tokens'."""
    read = open_embedder(str(tiny_bert(tmp_path / "bert"))).encode_questions(["ab", "c?"])

    assert words(read, ["ab", "c?"]) == [["a", "b"], ["c"]]
    assert np.linalg.norm(read.vectors, axis=1) == pytest.approx([1, 1])


def test_model_without_a_pooling_module(tmp_path: Path) -> None:
    """It has no vector for a text; the mean of its tokens' is one, that of [CLS] and [SEP] included."""
    folder = tiny_bert(tmp_path / "bert")
    pooled = open_embedder(str(folder)).encode_questions(["abc"])
    kind = "sentence_transformers.models.Transformer"
    write(folder, {"modules.json": [{"idx": 0, "name": "0", "path": "", "type": kind}]})

    read = open_embedder(str(folder)).encode_questions(["abc"])
    assert np.allclose(read.vectors, pooled.vectors, atol=1e-6)
    assert np.array_equal(read.hidden, pooled.hidden)


def test_tokens_go_through_the_layer_after_the_pooling(tmp_path: Path) -> None:
    """Else they would have another width than the text. A linear layer of a mean is the mean of its results."""
    embedder = open_embedder(tiny_pooled(tmp_path, width=5))
    (read,) = embedder.encode_passages(["abca"])

    assert (embedder.dimension, read.vectors.shape, read.hidden.shape) == (5, (1, 5), (4, 5))
    assert embedder.encode_questions(["b"]).hidden.shape == (1, 5)


def test_model_whose_tokens_have_another_width_than_the_text(tmp_path: Path) -> None:
    """Two poolings beside each other make the text's vector twice as wide."""
    with pytest.raises(EmbedderError, match=r"cannot be loaded: it gives no vector for each token, or one of another"):
        open_embedder(tiny_pooled(tmp_path, pooling=("mean", "cls")))


def test_model_that_reads_sixteen_tokens(tmp_path: Path) -> None:
    """A passage is read to its end whatever stands in it, and a token is where its letter is."""
    embedder = open_embedder(str(tiny_bert(tmp_path / "bert", length=16)))
    texts = ["a?b" * 40, "中" * 50, "a b " * 30, "?" * 99, ""]

    read = Encoded.join(list(embedder.encode_passages(texts)))
    assert ["".join(found) for found in words(read, texts)] == ["ab" * 40, "中" * 50, "ab" * 30, "", ""]


def test_padding_on_the_left_moves_no_token(tmp_path: Path) -> None:
    """As that of models whose last token stands for the text."""
    read = open_embedder(str(tiny_bert(tmp_path / "bert", left=True))).encode_questions(["a", "a?bc"])

    assert words(read, ["a", "a?bc"]) == [["a"], ["a", "b", "c"]]


def test_tokenizer_that_does_not_say_where_a_token_stands(tmp_path: Path) -> None:
    """One that is written in Python. The sentence says what to look for."""
    from transformers import ByT5Tokenizer

    folder = tiny_bert(tmp_path / "bert")
    for file in ("tokenizer.json", "tokenizer_config.json"):
        (folder / file).unlink()
    ByT5Tokenizer(extra_ids=0).save_pretrained(folder)

    with pytest.raises(
        EmbedderError, match=r"cannot be loaded: its tokenizer does not say .* tokenizer\.json does\. Give"
    ):
        open_embedder(str(folder))


def test_model_that_scores_pairs(tmp_path: Path) -> None:
    """A cross-encoder in the wrong place: the sentence names the right one."""
    with pytest.raises(EmbedderError, match=r"it scores pairs of texts and gives no vectors, which is for --reranker"):
        open_embedder(str(tiny_bert(tmp_path / "bert", labels=1)))


def test_fingerprint_is_the_same_in_each_load(plain: Embedder, tmp_path: Path) -> None:
    """Although the weights that the file lacks are random each time; 16 hex digits."""
    again = open_embedder(tiny_model(tmp_path / "model"))

    assert again.fingerprint == plain.fingerprint
    assert len(bytes.fromhex(plain.fingerprint)) == 8


def test_fingerprint_differs_with_the_weights(plain: Embedder, tmp_path: Path) -> None:
    """Another seed is another model."""
    assert open_embedder(tiny_model(tmp_path / "model", seed=1)).fingerprint != plain.fingerprint


def test_fingerprint_differs_with_the_prompts(plain: Embedder, tmp_path: Path) -> None:
    """The same weights with another prompt give other vectors."""
    prompted = open_embedder(tiny_model(tmp_path / "model", prompts={"query": "ab"}))

    assert prompted.fingerprint != plain.fingerprint


def test_fingerprint_differs_with_the_pooling(plain: Embedder, tmp_path: Path) -> None:
    """The same weights pooled otherwise give other vectors."""
    assert open_embedder(tiny_model(tmp_path / "model", pooling="cls")).fingerprint != plain.fingerprint


def test_nothing_is_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Neither by loading a model that lacks weights, nor by progress where stderr is no terminal."""
    list(open_embedder(tiny_model(tmp_path / "model")).encode_passages(["a"] * 40, progress=True))

    assert capfd.readouterr() == ("", "")


def test_loading_leaves_others_progress_bars_alone(plain: Embedder) -> None:
    """What is muted while a model loads is as it was afterwards."""
    from transformers.utils.logging import get_verbosity, set_tqdm_hook

    assert set_tqdm_hook(None) is None
    assert get_verbosity() == logging.WARNING


def test_folder_that_holds_no_model(tmp_path: Path) -> None:
    """The error names the folder and what to give instead."""
    with pytest.raises(EmbedderError, match=r"The model .* cannot be loaded: .* Give --model a folder"):
        open_embedder(str(tmp_path))


def test_folder_whose_weights_are_damaged(tmp_path: Path) -> None:
    """What safetensors raises does not leak."""
    name = tiny_model(tmp_path / "model")
    (tmp_path / "model" / "model.safetensors").write_bytes(b"no weights")

    with pytest.raises(EmbedderError, match=r"cannot be loaded: .* Give --model a folder"):
        open_embedder(name)


@pytest.mark.parametrize("name", ["/no/such/folder", "./no-such", "~/no-such", "a/b/c", "模型/"])
def test_folder_that_does_not_exist(name: str) -> None:
    """A name that cannot be one of the hub is not looked for there."""
    with pytest.raises(EmbedderError, match=f"There is no folder {name}"):
        open_embedder(name)


def test_name_that_the_hub_does_not_give(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the network, the error says to check it, and how to bring the model here."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)

    with pytest.raises(EmbedderError, match=r"The model no-such/model cannot be loaded: .* the network") as error:
        open_embedder("no-such/model")
    assert "hf download no-such/model --local-dir" in error.value.message.en
    assert "hf download no-such/model --local-dir" in error.value.message.zh


def test_import_is_light() -> None:
    """`index.encoders.base` alone does not import torch and sentence_transformers, which takes seconds."""
    code = "import sys, index.encoders.base; print({'torch', 'sentence_transformers', 'tqdm'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert run.stdout == "set()\n"


def test_bundled_model_by_its_name(real_embedder: Embedder) -> None:
    """A question in English is closer to the Chinese passage that answers it; a vector has 384 numbers."""
    answer, other = passages(real_embedder, ["会议于2021年9月在杜尚别举行。", "小麦在夏天成熟。"])
    (question,) = questions(real_embedder, ["Where was the meeting held?"])
    assert (real_embedder.name, real_embedder.dimension, question.shape) == ("e5-small-q4", 384, (384,))
    assert answer @ question > other @ question


def test_bundled_models_tokens_are_where_their_words_are(real_embedder: Embedder) -> None:
    """Without the blanks before them; Traditional and full width are read as they stand."""
    texts = ["The SCO  secretariat.", "秘書處，２０２１年", "\u3000 北京\n"]
    read = real_embedder.encode_questions(texts)

    assert ["".join(found) for found in words(read, texts)] == ["TheSCOsecretariat", "秘書處２０２１年", "北京"]


def test_bundled_models_common_words_are_no_surprise(real_embedder: Embedder) -> None:
    """的 and the are common, 塔什干 is not."""
    texts = ["的", "the", "塔什干"]
    read = real_embedder.encode_questions(texts)
    common, english, rare = (real_embedder.surprisal(read.text(row).token_ids).max() for row in range(3))

    assert common < 8 < rare
    assert english < 8
