"""Asks the questions of sheets in the background. Each waits for its turn, so that others are served meanwhile."""

from __future__ import annotations

import asyncio
import secrets
import sys
import time
import traceback
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Literal

from corpus.errors import QAError
from corpus.message import Message
from qa.service.question_queue import Busy
from web import strings
from web.api.sheet_questions import SheetQuestions
from web.html.error_messages import Refused
from web.security.identity import Visitor
from web.server.turns import Client, Turns
from web.web_settings import SERVER, SHEETS

Stage = Literal["asking", "writing", "done", "stopped", "failed"]


@dataclass(eq=False)
class SheetRun:
    """A sheet whose questions are being asked, or were."""

    name: str
    """Of the file with the questions."""
    client: str
    """Whom its questions are counted for."""
    user: str
    """Who alone may see it; empty where nobody logs in: then whoever has its key."""
    questions: SheetQuestions
    stage: Stage = "asking"
    is_wanted: bool = True
    """False once it is to be stopped: what was asked is written."""
    error: QAError | Message | None = None
    """Why not all was asked, or nothing could be written."""
    workbook: bytes | None = None
    ended: float = 0.0
    """The time by `time.monotonic()`."""
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    """Set, and replaced, whenever it has come further."""

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return self.stage in ("done", "stopped", "failed")

    def tell(self) -> None:
        """Wake those who follow it."""
        before, self.changed = self.changed, asyncio.Event()
        before.set()


class SheetRuns:
    """The sheets of all clients. It is used in one event loop."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._runs: dict[str, SheetRun] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def check_room(self, client: str) -> None:
        """Raise Refused if this client, or all together, have as many sheets as may be asked at a time."""
        self._forget()
        under_way = [run for run in self._runs.values() if not run.is_over]
        if sum(run.client == client for run in under_way) >= SHEETS.of_one:
            raise Refused(strings.SHEET_UNDER_WAY)
        if len(under_way) >= SHEETS.at_once:
            raise Refused(strings.SHEETS_UNDER_WAY)

    def begin(self, visitor: Visitor, name: str, questions: SheetQuestions) -> str:
        """Begin to ask; return the key of the run, which cannot be guessed. Raises as `check_room`."""
        self.check_room(visitor.client)
        key = secrets.token_urlsafe()
        run = self._runs[key] = SheetRun(name, visitor.client, visitor.user, questions)
        task = asyncio.create_task(self._run(run))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return key

    def get(self, visitor: Visitor, key: str) -> SheetRun:
        """Return a run. Raises Refused if there is none, it was long ago, or it is another user's."""
        self._forget()
        run = self._runs.get(key)
        if run is None or run.user != visitor.user:
            raise Refused(strings.SHEET_GONE)
        return run

    async def follow(self, run: SheetRun) -> AsyncIterator[SheetRun]:
        """Yield the run now, and whenever it has come further, until it is over."""
        while True:
            changed, was_over = run.changed, run.is_over  # it may end while what is yielded is sent
            yield run
            if was_over:
                return
            await changed.wait()

    def close(self) -> None:
        """Ask no more."""
        for task in self._tasks:
            task.cancel()

    def _forget(self) -> None:
        """Forget what was over long ago, and the oldest of too many."""
        over = sorted((run.ended, key) for key, run in self._runs.items() if run.is_over)
        too_many = len(over) - SHEETS.results
        for number, (ended, key) in enumerate(over):
            if number < too_many or time.monotonic() - ended > SHEETS.kept:
                del self._runs[key]

    async def _run(self, run: SheetRun) -> None:
        try:
            await self._ask_all(run)
        except QAError as error:
            run.error = error
        except Exception:
            traceback.print_exc(file=sys.stderr)
            run.error = strings.WENT_WRONG
        stage: Stage = "failed" if run.error else "done" if run.is_wanted else "stopped"
        run.stage = "writing"
        run.tell()
        if run.questions.done:
            try:
                run.workbook = await self._turns.run(Client(run.client), run.questions.workbook)
            except QAError as error:
                stage, run.error = "failed", error
            except Exception:
                traceback.print_exc(file=sys.stderr)
                stage, run.error = "failed", strings.WENT_WRONG
        run.stage, run.ended = stage, time.monotonic()
        run.tell()

    async def _ask_all(self, run: SheetRun) -> None:
        while run.is_wanted and run.questions.is_loading:
            await asyncio.sleep(SERVER.progress_interval)
        while run.is_wanted and run.questions.done < run.questions.all:
            try:
                await self._turns.ask(Client(run.client), run.questions.ask_next)
            except Busy as error:
                await asyncio.sleep(error.retry_after)
            run.tell()
