"""A cross-encoder after late interaction: what it orders, what it leaves alone, and what it says if it cannot."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

import qa.engine
import qa.service.bootstrap
from corpus.errors import EmbedderError
from corpus.source import Source
from index.searcher import Index
from qa.cli import main
from qa.engine import Engine
from qa.qa_settings import Settings
from qa.ranking.reranker import CrossEncoderReranker, Reranker
from qa.reply import Answer, Hit, NotFound, Reply
from tests.fakes import CharacterEmbedder
from tests.tiny_models import tiny_bert, tiny_model, tiny_multi_vector

PARAGRAPHS = (
    "书店七点开门。",
    "书店的门是木门，漆成绿色。",
    "邮局九点开门。",
    "船九点到岸。",
)
TEXT = "\n\n".join(PARAGRAPHS)


class Shortest:
    """The shorter a passage, the better: an order that nobody else has."""

    name = "shortest"

    def __init__(self) -> None:
        self.read: list[tuple[str, tuple[str, ...]]] = []
        """What it was asked to read."""

    def scores(self, question: str, passages: Sequence[str]) -> npt.NDArray[np.float32]:
        self.read.append((question, tuple(passages)))
        return np.array([-len(passage) for passage in passages], np.float32)


class Undecided:
    """It finds all passages equally good; `value` says how good."""

    name = "undecided"

    def __init__(self, value: float) -> None:
        self.value = value

    def scores(self, question: str, passages: Sequence[str]) -> npt.NDArray[np.float32]:
        return np.full(len(passages), self.value, np.float32)


def hits_of(reply: Reply) -> tuple[Hit, ...]:
    """All that a reply shows, in order."""
    assert isinstance(reply, Answer | NotFound)
    return (*getattr(reply, "hits", ()), *reply.near)


def texts_of(reply: Reply) -> list[str]:
    """What the hits of a reply say."""
    return [hit.citation.text for hit in hits_of(reply)]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Four paragraphs, found by their characters."""
    folder = tmp_path_factory.mktemp("reranked") / "index"
    return Index.build(folder, [Source.from_bytes("街坊", TEXT.encode(), None)], embedder())


def embedder() -> CharacterEmbedder:
    return CharacterEmbedder("".join(sorted(set(TEXT))))


def engine(index: Index, reranker: Reranker | None = None, *, reranked: int = 20) -> Engine:
    return Engine(index, embedder(), Settings(top=4, reranked=reranked), reranker)


def test_the_cross_encoder_decides_the_order(index: Index) -> None:
    """It reads the question with each candidate, and the shortest comes first here."""
    reranker = Shortest()
    reply = engine(index, reranker).ask("书店几点开门？")

    assert texts_of(reply) == sorted(texts_of(engine(index).ask("书店几点开门？")), key=len)
    assert [question for question, _ in reranker.read] == ["书店几点开门？"]
    assert set(reranker.read[0][1]) == set(texts_of(reply))


def test_the_score_of_a_place_does_not_depend_on_it(index: Index) -> None:
    """Confidences and the kind of reply are those without it, place for place, and the surest first."""
    for question in ("书店几点开门？", "邮局九点开门。", "谁发明了望远镜？"):
        without, reranked = engine(index).ask(question), engine(index, Shortest()).ask(question)

        assert type(reranked) is type(without)
        assert [hit.confidence for hit in hits_of(reranked)] == [hit.confidence for hit in hits_of(without)]


@pytest.mark.parametrize("value", [0.0, 1.0, float("nan")])
def test_equal_scores_keep_the_order(index: Index, value: float) -> None:
    """Also scores that are no numbers."""
    question = "书店几点开门？"

    assert texts_of(engine(index, Undecided(value)).ask(question)) == texts_of(engine(index).ask(question))


def test_it_reads_the_best_candidates_alone(index: Index) -> None:
    """Of two, it can put the second first; the others stay where they were."""
    first, second, *others = texts_of(engine(index).ask("书店的门"))
    reranker = Shortest()

    assert texts_of(engine(index, reranker, reranked=2).ask("书店的门")) == [*sorted((first, second), key=len), *others]
    assert set(reranker.read[0][1]) == {first, second}


def test_what_matched_and_the_best_sentence_move_with_their_passage(index: Index) -> None:
    """Each lies in its own passage."""
    for hit in hits_of(engine(index, Shortest()).ask("书店几点开门？")):
        around = hit.citation.passage.spans[0]

        assert hit.best_sentence in hit.citation.passage.sentences
        assert all(around.start <= span.start and span.end <= around.end for span in hit.matched)


def test_follow_up_is_read_with_what_it_leans_on(index: Index) -> None:
    """A cross-encoder reads one text."""
    reranker = Shortest()
    engine(index, reranker).ask("为什么？", ["邮局九点开门吗？"])

    assert reranker.read[-1][0] == "邮局九点开门吗？ 为什么？"


def test_passages_of_several_texts_are_read_with_their_headings(tmp_path: Path) -> None:
    """As the embedding model reads them: the same words stand in two texts."""
    sources = [
        Source.from_bytes(name, f"# 开放时间\n\n九点开门。\n\n这是{name}。".encode(), None) for name in ("邮局", "银行")
    ]
    characters = CharacterEmbedder("邮局银行开放时间九点门。几")
    reranker = Shortest()
    Engine(Index.build(tmp_path / "i", sources, characters), characters, Settings(), reranker).ask("银行几点开门？")

    heads = {passage.split()[0] for passage in reranker.read[0][1]}
    assert heads == {"邮局", "银行"}


def test_engine_over_the_newest_state_keeps_it(index: Index) -> None:
    """A change of the index opens a new engine."""
    from qa.service.fresh_engine import FreshEngine

    reranker = Shortest()

    assert FreshEngine(engine(index, reranker)).engine.reranker is reranker


# Models


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A random cross-encoder, as transformers saves one."""
    return str(tiny_bert(tmp_path_factory.mktemp("cross") / "模型", labels=1, letters="".join(sorted(set(TEXT)))))


@pytest.mark.model
def test_scores_are_those_of_sentence_transformers(folder: str) -> None:
    """In the order of the passages, before the sigmoid; lone surrogates, which no tokenizer takes, do not stop it."""
    from sentence_transformers import CrossEncoder

    scores = CrossEncoderReranker.from_name(folder).scores("书店", [*PARAGRAPHS, "书\udcff"])
    own = CrossEncoder(folder, device="cpu").predict([("书店", passage) for passage in PARAGRAPHS])

    assert scores.dtype == np.float32
    assert 1 / (1 + np.exp(-scores[:4])) == pytest.approx(own, abs=1e-5)
    assert np.ptp(scores) > 0
    assert np.isfinite(scores).all()


@pytest.mark.model
def test_engine_that_is_opened_with_one(
    index: Index, folder: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On the command line: the first of all passages is the one that the model scores highest."""
    monkeypatch.setattr(qa.service.bootstrap, "open_embedder", lambda _: embedder())
    asked = ["ask", "书店几点开门？", "--index", str(index.folder), "--reranker", folder, "--top", "1", "--json"]

    assert main(asked) == 0
    out, err = capsys.readouterr()
    best = PARAGRAPHS[CrossEncoderReranker.from_name(folder).scores("书店几点开门？", PARAGRAPHS).argmax()]
    assert best in out
    assert err == ""


@pytest.mark.model
@pytest.mark.parametrize("kind", ["embedding model", "older embedding model", "ColBERT", "three labels", "no layer"])
def test_model_that_gives_no_score(kind: str, tmp_path: Path) -> None:
    """A random layer on top of a model that was never trained to score would order at random."""
    name = {
        "embedding model": lambda: tiny_model(tmp_path / "model"),
        "older embedding model": lambda: tiny_model(tmp_path / "model"),
        "ColBERT": lambda: tiny_multi_vector(tmp_path),
        "three labels": lambda: str(tiny_bert(tmp_path / "bert", labels=3)),
        "no layer": lambda: str(tiny_bert(tmp_path / "bert")),
    }[kind]()
    if kind == "older embedding model":
        (Path(name) / "config_sentence_transformers.json").unlink()

    with pytest.raises(EmbedderError, match=r"it does not give one score for a pair of texts; .* --model\. Give"):
        CrossEncoderReranker.from_name(name)


@pytest.mark.parametrize("name", ["/no/such/folder", "./no-such", "a/b/c"])
def test_folder_that_does_not_exist(name: str) -> None:
    """A name that cannot be one of the hub is not looked for there."""
    with pytest.raises(EmbedderError, match=f"There is no folder {name}. Give --reranker that of a model, or do"):
        CrossEncoderReranker.from_name(name)


@pytest.mark.model
def test_name_that_the_hub_does_not_give(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the network, the error says how to bring the model here, in both languages."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)

    with pytest.raises(EmbedderError, match=r"no-such/model cannot be loaded: .* the network") as error:
        CrossEncoderReranker.from_name("no-such/model")
    for wording in (error.value.message.en, error.value.message.zh):
        assert "hf download no-such/model --local-dir" in wording
        assert "--reranker" in wording


@pytest.mark.model
def test_damaged_weights(tmp_path: Path) -> None:
    """What safetensors raises does not leak."""
    folder = tiny_bert(tmp_path / "bert", labels=1)
    (folder / "model.safetensors").write_bytes(b"no weights")

    with pytest.raises(EmbedderError, match=r"cannot be loaded: .* Give --reranker a folder"):
        CrossEncoderReranker.from_name(str(folder))
