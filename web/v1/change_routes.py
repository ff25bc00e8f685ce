"""Adding and removing documents: `POST` and `DELETE /documents`, and how far a change is."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import PureWindowsPath
from typing import Annotated, Any, BinaryIO, cast

from anyio import to_thread
from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.datastructures import UploadFile
from starlette.responses import Response
from starlette.types import Message as Received

from qa.output.document_records import document_id
from qa.output.record_types import ChangeRecord
from qa.service.index_jobs import IndexJobs, Progress
from web import strings
from web.v1 import api_messages
from web.v1.document_routes import DocumentKeyPath
from web.v1.record_response import record_response
from web.v1.refusals import Refusal, problems, problems_of_address
from web.v1.served_library import Served
from web.web_settings import API, PAGE, SERVER, UPLOADS

_RAW, _FORM = "application/octet-stream", "multipart/form-data"
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            _FORM: {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary", "description": "The file."}},
                }
            },
            _RAW: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}
_BEGUN: dict[int | str, dict[str, Any]] = {
    202: {"model": ChangeRecord, "description": "It was begun; `Location` is where to ask how far it is."}
}
_ADDED: dict[int | str, dict[str, Any]] = {
    201: {"model": ChangeRecord, "description": "The document is there; `Location` is its address."}
}
Wait = Annotated[bool, Query(description="Whether to answer only when the change is done, or after long.")]


def _jobs(served: Served) -> IndexJobs:
    if served.jobs is None:
        raise Refusal(403, strings.NO_CHANGES)
    return served.jobs


Jobs = Annotated[IndexJobs, Depends(_jobs)]
change_routes = APIRouter(tags=["changes"])


@change_routes.post(
    "/documents",
    response_model=ChangeRecord,
    responses=_ADDED | _BEGUN | problems(400, 403, 413, 415, 422, 429, 503),
    openapi_extra=_BODY,
)
async def add_document(
    request: Request,
    jobs: Jobs,
    name: Annotated[str | None, Query(max_length=PAGE.longest_name, description="The name of the file.")] = None,
    wait: Wait = False,
) -> Response:
    """Add a file. The same bytes under the same name again are `unchanged`: there is never a second document of them.

    Send it as the part `file` of a form, or as it is, with its `name` in the address.
    """
    _make_sure_of_room(jobs, 0)  # before it is read
    filename, file, size = await _file(request, name)
    try:
        _make_sure_of_room(jobs, size)
    except Refusal:
        file.close()
        raise
    number = jobs.add(PureWindowsPath(filename).name or "text", file, size)
    if not wait:
        return record_response(_change(number, jobs.progress(number)), 202, f"changes/{number}")
    change = await _ended(jobs, number)
    if change["stage"] != "done":
        return record_response(change, 202, f"changes/{number}")
    key = change["document"]
    assert key is not None
    return record_response(change, 201 if change["outcome"] == "added" else 200, f"documents/{key['id']}")


@change_routes.delete(
    "/documents/{document}", response_model=ChangeRecord, responses=_BEGUN | problems_of_address(403, 404, 422, 503)
)
async def remove_document(served: Served, jobs: Jobs, document: DocumentKeyPath, wait: Wait = False) -> Response:
    """Remove a document."""
    (name,) = await to_thread.run_sync(served.operations.names, [document])
    number = jobs.remove(name)
    change = await _ended(jobs, number) if wait else _change(number, jobs.progress(number))
    return record_response(change, 200 if change["stage"] == "done" else 202, f"../changes/{number}")


@change_routes.get("/changes/{number}", response_model=ChangeRecord, responses=problems_of_address(404, 422))
def follow_change(
    served: Served, number: Annotated[int, Path(description="That `POST` or `DELETE` gave.")]
) -> Response:
    """Tell how far a change is, or what came of it."""
    progress = None if served.jobs is None else served.jobs.progress(number)
    if progress is None:
        raise Refusal(404, api_messages.NO_SUCH_CHANGE)
    return record_response(_change(number, progress))


def _make_sure_of_room(jobs: IndexJobs, size: int) -> None:
    """Raise Refusal if too many files wait for a file of `size` bytes to wait behind them."""
    files, together = jobs.waiting
    if files >= UPLOADS.files or together + size > UPLOADS.together:
        raise Refusal(429, strings.TOO_MANY, retry_after=API.retry_after)


async def _ended(jobs: IndexJobs, number: int) -> ChangeRecord:
    """Wait for a change, but not for ever; return how far it is. Raises Refusal if it failed."""
    progress = jobs.progress(number)
    for _ in range(int(API.longest_change / SERVER.progress_interval)):
        if progress is None or progress.stage in ("done", "failed"):
            break
        await asyncio.sleep(SERVER.progress_interval)
        progress = jobs.progress(number)
    if progress is not None and progress.error is not None:
        is_file = progress.change is not None and progress.change.what == "refused"
        raise Refusal(422 if is_file else 503, progress.error.message)
    return _change(number, progress)


def _change(number: int, progress: Progress | None) -> ChangeRecord:
    change = None if progress is None else progress.change
    error = None if progress is None else progress.error
    has_document = change is not None and change.what != "refused"
    return {
        "number": number,
        "stage": "waiting" if progress is None else progress.stage,
        "share": 0.0 if progress is None else progress.share,
        "outcome": None if change is None else change.what,
        "document": {"id": document_id(change.name), "name": change.name} if change and has_document else None,
        "reason": error.message.bilingual if error else change.reason or None if change else None,
    }


async def _file(request: Request, name: str | None) -> tuple[str, BinaryIO, int]:
    """Return the name, the file and its size. Raises Refusal. What lies on the disk goes when the file is closed."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    limited = Request(request.scope, _Limited(request).receive)
    if kind == _RAW:
        if not name:
            raise Refusal(422, api_messages.NO_NAME)
        return name, *await _streamed(limited)
    if kind != _FORM:
        raise Refusal(415, api_messages.NOT_A_FILE)
    form = await limited.form(max_files=1)
    sent = form.get("file")
    filename = name or (sent.filename if isinstance(sent, UploadFile) else None)
    if not isinstance(sent, UploadFile) or not filename:
        await form.close()
        raise Refusal(422, api_messages.NO_NAME if isinstance(sent, UploadFile) else api_messages.NO_FILE)
    return filename, sent.file, sent.size or 0


async def _streamed(request: Request) -> tuple[BinaryIO, int]:
    file = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115  what reads it closes it
    size = 0
    try:
        async for part in request.stream():
            size += len(part)
            await to_thread.run_sync(file.write, part)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file, size


class _Limited:
    """Reads the body of a request as long as it is no larger than a file may be."""

    def __init__(self, request: Request) -> None:
        self._receive = request.receive
        self._size = 0

    async def receive(self) -> Received:
        """Return the next part. Raises Refusal."""
        message = await self._receive()
        self._size += len(message.get("body", b""))
        if self._size > UPLOADS.largest:
            raise Refusal(413, api_messages.FILE_TOO_LARGE.format(most=UPLOADS.largest // 1_000_000))
        return message
