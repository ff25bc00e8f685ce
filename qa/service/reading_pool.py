"""Reads uploaded files in processes, one after the other; a file that takes long does not hold up the next one."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

from corpus.corpus_settings import READING
from corpus.reading_process import ReadingProcess


class ReadingPool:
    """Threads for tasks that read a file, and the processes that they use. Safe to share between threads.

    Usually one process reads all files. While a task takes longer than `READING.patience`, the next one begins in
    another thread, which takes another process.
    """

    def __init__(self, new_process: Callable[[], ReadingProcess]) -> None:
        self._new_process = new_process
        self._free: list[ReadingProcess] = []
        self._tasks: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._turn = threading.Semaphore()
        for _ in range(READING.processes):
            threading.Thread(target=self._work, name="read-upload", daemon=True).start()

    def put(self, task: Callable[[], None]) -> None:
        """Do a task, which must not raise, after those before it: when they are done, or take long."""
        self._tasks.put(task)

    def take(self) -> ReadingProcess:
        """Return a process that nobody else uses until it is given back."""
        try:
            return self._free.pop()  # the last one, so that there are few
        except IndexError:
            return self._new_process()

    def give_back(self, process: ReadingProcess) -> None:
        """Keep a process for others."""
        self._free.append(process)

    def _work(self) -> None:
        while True:
            self._turn.acquire()
            pass_turn = _once(self._turn.release)
            try:
                task = self._tasks.get(timeout=READING.seconds_kept)
            except queue.Empty:
                while self._free:
                    self.take().close()
                pass_turn()
                continue
            timer = threading.Timer(READING.patience, pass_turn)
            timer.daemon = True
            timer.start()
            task()
            timer.cancel()
            pass_turn()


def _once(call: Callable[[], None]) -> Callable[[], None]:
    """Return a function that makes a call the first time, whichever thread calls it."""
    first = threading.Lock()

    def maybe() -> None:
        if first.acquire(blocking=False):
            call()

    return maybe
