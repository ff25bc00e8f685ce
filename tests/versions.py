"""What each version number stands for: the output of parser, chunker, token storage and ranker over a few texts.

`tests/golden/versions/*.json` hold it, each with the numbers that it belongs to. tests/qa/test_versions.py compares;
`python -m tests.renew_golden` writes them again, once a number was raised.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from corpus.document import Document, NonBody, Passage, Section, Span
from corpus.parse import PARSER_VERSION, parse_source
from corpus.source import SHIPPED, Source, load
from index.chunks import CHUNKER_VERSION, chunks_of, outline_of
from index.encoders.base import Embedder
from index.encoders.centering import CommonComponents, questions
from index.search.bm25_terms import terms
from index.search.postings import Postings
from index.search.token_vectors import VECTORS_VERSION, pack
from index.searcher import Index
from qa.engine import Engine
from qa.qa_settings import Settings
from qa.ranking import RANKER_VERSION
from qa.reply import Answer, NotFound
from tests.fakes import CharacterEmbedder

FOLDER = Path(__file__).parent / "golden" / "versions"
TEXTS = ("law.txt", "speech.md", "budget.html", "lease.txt")
QUESTIONS = (
    "阅览室可以收押金吗",
    "新桥有多长",
    "2020年道路养护执行了多少",
    "How much notice is needed to end the lease?",
    "上合组织是哪一年成立的",
    "谁发明了电灯",
)
_SHOWN = 110
"""Characters of a line that are kept of the shipped text, which is long; the digest is of all."""
_BEST = 5


@dataclass(frozen=True, slots=True)
class Number:
    """A version number, and where it stands."""

    name: str
    file: str
    value: int


PARSER = Number("PARSER_VERSION", "corpus/parse.py", PARSER_VERSION)
CHUNKER = Number("CHUNKER_VERSION", "index/chunks.py", CHUNKER_VERSION)
VECTORS = Number("VECTORS_VERSION", "index/search/token_vectors.py", VECTORS_VERSION)
RANKER = Number("RANKER_VERSION", "qa/ranking/__init__.py", RANKER_VERSION)


@dataclass(frozen=True, slots=True)
class Golden:
    """One file of tests/golden/versions."""

    name: str
    numbers: tuple[Number, ...]
    """What the output depends on; the last is the one to raise when it changes."""
    measure: Callable[[], Any]
    """Return the output, as JSON holds it."""
    tolerance: float = 0.0
    """How far a number may be from the golden one."""

    @property
    def path(self) -> Path:
        return FOLDER / f"{self.name}.json"

    @property
    def versions(self) -> dict[str, int]:
        return {number.name: number.value for number in self.numbers}

    def problem(self, stored: Mapping[str, Any] | None, output: Any) -> str | None:
        """Return what is wrong with a golden of some output, and what to do; None where nothing is."""
        if stored is None:
            return f"{self.path.name} is missing. Run: python -m tests.renew_golden"
        other = next(difference(stored["output"], output, self.tolerance), None)
        if stored["versions"] != self.versions:
            return f"{self.path.name} is of {_said(stored['versions'])}. Run: python -m tests.renew_golden"
        if other is None:
            return None
        own = self.numbers[-1]
        return (
            f"The output is not what {own.name} {own.value} stands for; {self.path.name} differs at {other}. "
            f"Is the change meant? Then raise {own.name} in {own.file} to {own.value + 1}"
            + (f", and {CHUNKER.name} in {CHUNKER.file} to {CHUNKER.value + 1}" if own == VECTORS else "")
            + ", and run: python -m tests.renew_golden"
        )

    def stored(self) -> Any:
        """Return the golden file as JSON; None where there is none."""
        return json.loads(self.path.read_text(encoding="utf-8")) if self.path.exists() else None

    def refusal(self, output: Any) -> str | None:
        """Return why the golden may not be written with this output; None where it may."""
        stored = self.stored()
        if stored is None:
            return None
        if stored["versions"] == self.versions:
            return self.problem(stored, output)
        if any(value > self.versions.get(name, 0) for name, value in stored["versions"].items()):
            return f"{self.path.name} is of {_said(stored['versions'])}, which is newer. Numbers only rise."
        return None

    def write(self, output: Any) -> bool:
        """Write the golden where it is of other versions, and say whether it was. Raises ValueError for a refusal."""
        if refusal := self.refusal(output):
            raise ValueError(refusal)
        stored = self.stored()
        if stored is not None and stored["versions"] == self.versions:
            return False
        record = json.dumps({"versions": self.versions, "output": output}, ensure_ascii=False, indent=1)
        self.path.write_text(record + "\n", encoding="utf-8")
        return True


def difference(before: Any, now: Any, tolerance: float, place: str = "") -> Iterator[str]:
    """Yield each place where two values differ, with both."""
    if isinstance(before, dict) and isinstance(now, dict) and [*before] == [*now]:
        for key in before:
            yield from difference(before[key], now[key], tolerance, f"{place}/{key}")
    elif isinstance(before, list) and isinstance(now, list):
        for number, (one, other) in enumerate(zip(before, now, strict=False)):
            yield from difference(one, other, tolerance, f"{place}/{number}")
        if len(before) != len(now):
            yield f"{place}: {len(before)} entries were, {len(now)} are"
    elif isinstance(before, float) and isinstance(now, float):
        if abs(before - now) > tolerance:
            yield f"{place}: {before} was, {now} is"
    elif before != now:
        yield f"{place}: {before!r} was, {now!r} is"


def _said(versions: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {value}" for name, value in versions.items())


def _sources() -> list[Source]:
    return [load(SHIPPED), *(Source.from_file(name, (FOLDER / name).read_bytes(), None) for name in TEXTS)]


def _readable(lines: Mapping[str, Sequence[str]], *, most: int | None = None) -> dict[str, Any]:
    """Return the first lines of each text, `most` or all, those of the shipped one cut, with a digest of everything."""
    digest = hashlib.sha256(json.dumps(lines, sort_keys=True).encode()).hexdigest()
    short = {
        name: [line[: _SHOWN if name == SHIPPED.stem else None] for line in some[:most]] for name, some in lines.items()
    }
    return {**short, "sha256": digest}  # last: a difference is told where it can be read


def _spans(spans: Sequence[Span]) -> str:
    return "+".join(f"{span.start}-{span.end}" for span in spans)


def _blocks(document: Document) -> list[str]:
    lines = []
    for block in document.blocks:
        match block:
            case Section():
                run_in = " run-in" if block.is_run_in else ""
                at = _spans([block.title_span]) if block.title_span else "supplied"
                lines.append(f"section {block.level} {at}{run_in} {block.label}")
            case Passage():
                ends = ",".join(map(str, block.ends))
                words = document.quote(block.spans)
                lines.append(f"passage {block.id} {_spans(block.spans)} ¶{block.paragraph} ends {ends} {words}")
            case NonBody():
                lines.append(f"{block.kind} {_spans([block.span])} {document.quote([block.span])}")
    return lines + [f"warning {_spans([one.span])} {one.message.en}" for one in document.warnings]


def parsed() -> Any:
    """Sections, passages, sentences, non-body text and warnings."""
    return _readable({source.name: _blocks(parse_source(source)) for source in _sources()})


def chunked() -> Any:
    """Rows, outlines and terms."""
    lines: dict[str, list[str]] = {}
    for source in _sources():
        document = parse_source(source)
        rows = list(chunks_of(document, with_context=source.name != SHIPPED.stem))
        own = lines[source.name] = []
        for row in rows:
            ends = ",".join(map(str, row.ends))
            place = f"passage {row.passage} from {row.start}, sentence {row.sentence}, ends {ends}"
            known = f"section {row.section} of {row.around}, year {row.year}, context {row.context}"
            own.append(f"{place}; {known}: {row.text}")
        for part in outline_of(document, rows):
            own.append(f"heading {part.level} in {part.parent}, rows {part.first}-{part.end}: {part.label}")
            own.append(f"before {part.before} words {part.words}")
        postings, lengths = Postings.of(row.text for row in rows)
        arrays = (postings.hashes, postings.starts, postings.rows, postings.counts, lengths)
        own.append("postings " + hashlib.sha256(b"".join(array.tobytes() for array in arrays)).hexdigest())
        own.append("terms " + " ".join(terms(rows[-1].text)))
    return _readable(lines)


def stored_vectors() -> Any:
    """Keys and token records, with an embedder whose vectors are known."""
    lines: dict[str, list[str]] = {}
    for name in TEXTS:
        document = parse_source(Source.from_file(name, (FOLDER / name).read_bytes(), None))
        rows = [*chunks_of(document, with_context=True)][-3:]
        embedder = _characters([document.text])
        (batch,) = embedder.encode_passages([row.text for row in rows])
        common = CommonComponents.measure(embedder)
        records = pack(batch, common.tokens, [row.context for row in rows], [row.ends for row in rows])
        lines[name] = [f"key {row.key('salt'):016x}" for row in rows]
        lines[name] += [
            f"{one['start']}-{one['end']} sentence {one['sentence']} greatest {one['values'].argmax()} "
            f"is {one['values'].max()}, scale {one['scale']:.4f}"
            for one in records
        ]
        lines[name].append(f"record {records.dtype.descr}")
    return _readable(lines, most=9)


def ranked_by_characters() -> Any:
    """Replies and scores, with an embedder that anybody can compute."""
    return ranked(_characters([source.text for source in _sources()] + [*QUESTIONS]))


def ranked(embedder: Embedder) -> Any:
    """Return, for each question, the reply and the best passages with their scores."""
    found = []
    with TemporaryDirectory() as folder:
        engine = Engine(Index.build(Path(folder) / "index", _sources(), embedder), embedder, Settings())
        for question in QUESTIONS:
            reply = engine.ask(question)
            assert isinstance(reply, Answer | NotFound)
            hits = reply.hits if isinstance(reply, Answer) else reply.near
            _, ranking = engine.judge(question)
            best = zip(ranking.rows[:_BEST].tolist(), ranking.scores.tolist(), ranking.sentences.tolist(), strict=False)
            found.append(
                {
                    "question": question,
                    "reply": type(reply).__name__,
                    "confidence": round(hits[0].confidence, 4) if hits else 0.0,
                    "passages": [
                        {
                            "id": engine.index.passages[row][1].id,
                            "words": engine.index.text(row)[:16],
                            "score": round(score, 4),
                            "sentence": sentence,
                        }
                        for row, score, sentence in best
                    ],
                }
            )
        del engine
    return found


def _characters(texts: Sequence[str]) -> CharacterEmbedder:
    return CharacterEmbedder("".join(sorted({*"".join(texts), *"".join(questions())})), common="的了是在thes ")


GOLDENS = (
    Golden("parser", (PARSER,), parsed),
    Golden("chunker", (PARSER, CHUNKER), chunked),
    Golden("vectors", (PARSER, CHUNKER, VECTORS), stored_vectors),
    Golden("ranker", (PARSER, CHUNKER, VECTORS, RANKER), ranked_by_characters, tolerance=0.0005),
)


def golden_of_model(embedder: Embedder) -> Golden:
    """Return that of the bundled model, whose vectors depend on the processor a little."""
    numbers = (PARSER, CHUNKER, VECTORS, RANKER)
    return Golden("ranker-model", numbers, lambda: ranked(embedder), tolerance=0.03)
