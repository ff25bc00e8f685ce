"""The process that reads, parses and draws files: `python -m corpus.reading_worker`.

`corpus/reading_process.py` starts it. It answers one request after another on its standard input and output, within
the limits of `READING`, and ends when its parent does. It opens no path that a user names, and needs no network.
"""

from __future__ import annotations

import dataclasses
import errno
import gc
import json
import math
import os
import queue
import sys
import threading
from array import array
from contextlib import suppress
from functools import partial
from importlib import import_module
from pathlib import PurePath
from typing import IO, Any

from corpus import document_json
from corpus.bibliography.edition import parse_edition
from corpus.corpus_settings import READING
from corpus.errors import SourceError
from corpus.formats.sheet_cells import sheet_cells
from corpus.page_progress import listen
from corpus.parse import parse
from corpus.reading_wire import from_utf8, page_message, receive, rest_record, seconds_for, send, source_of, utf8
from corpus.source import Source

_Request = tuple[dict[str, Any], list[bytes]]
_OUT_OF_FILES = (errno.EMFILE, errno.ENFILE)


def main() -> None:
    """Answer requests until the parent closes the pipe."""
    requests, replies = _take_pipes()
    import_module("corpus.parser.builder")  # while there is memory: `parse` imports it when it is first called
    _set_limits()
    # A book has millions of small objects without cycles: looking for cycles takes a quarter of the time of a PDF.
    gc.freeze()
    gc.set_threshold(READING.collected_after, *gc.get_threshold()[1:])
    waiting: queue.SimpleQueue[_Request | None] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(requests, waiting), daemon=True).start()
    while (request := waiting.get()) is not None:
        size = sum(map(len, request[1]))
        _limit_processor_time(size)
        listen(partial(_tell_page, replies, size))
        send(replies, *_answer(*request))
    send(replies, {"status": "memory"})


def _tell_page(replies: IO[bytes], size: int, page: int, pages: int) -> None:
    """Tell the parent which page is recognised. Each has as much time as a file without such pages."""
    _limit_processor_time(size)
    send(replies, page_message(page, pages))


def _take_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Return the pipes to the parent. Afterwards nothing else in this process reads or writes them."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1):
        os.dup2(nothing, standard)
    os.close(nothing)
    return requests, replies


def _listen(requests: IO[bytes], waiting: queue.SimpleQueue[_Request | None]) -> None:
    """Take requests. The end of the pipe ends the process at once, whatever it is doing."""
    try:
        while True:
            waiting.put(receive(requests, sys.maxsize))
    except MemoryError:
        waiting.put(None)
    except (EOFError, OSError):
        os._exit(0)


def _set_limits() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    for kind, most in (
        (resource.RLIMIT_AS, READING.most_memory),
        (resource.RLIMIT_NOFILE, READING.open_files),
        (resource.RLIMIT_FSIZE, 0),  # it writes no file
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with suppress(OSError, ValueError):  # macOS refuses a limit of memory
            resource.setrlimit(kind, (most, most))


def _limit_processor_time(size: int) -> None:
    """End the process after twice the time that its parent allows, in case that the parent is gone and C code hangs."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = int(used.ru_utime + used.ru_stime) + 2 * seconds_for(size)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _answer(request: dict[str, Any], parts: list[bytes]) -> tuple[Any, ...]:
    """Return the message that answers a request: a header and perhaps a part."""
    try:
        return _TASKS[request["do"]](request, *parts)
    except SourceError as error:
        return ({"status": "refused", "zh": error.message.zh, "en": error.message.en, "where": error.where},)
    except MemoryError:
        return ({"status": "memory"},)
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _OUT_OF_FILES:
            return ({"status": "files"},)
        return ({"status": "failed", "reason": f"{type(error).__name__}: {error}, {_place(error)}"},)


def _read(request: dict[str, Any], data: bytes) -> tuple[Any, ...]:
    source = Source.from_file(request["filename"], data, request["edition"])
    return {"status": "done", "rest": rest_record(source)}, utf8(source.text)


def _parse(request: dict[str, Any], text: bytes) -> tuple[Any, ...]:
    """Parse a text. The parent adds the metadata, which is in no stored form of a document."""
    source = source_of(request["rest"], from_utf8(text), name=request["name"], data=b"", edition=request["edition"])
    document = parse(
        source.text,
        name=source.name,
        sha256=request["sha256"],
        edition=parse_edition(source.edition, name=f"{source.name}.toml") if source.edition else None,
        layout=source.layout,
        properties=source.properties,
    )
    return {"status": "done"}, document_json.dumps(document)


def _page_sizes(request: dict[str, Any], data: bytes) -> tuple[Any, ...]:
    from corpus.formats import page_image

    return ({"status": "done", "sizes": page_image.page_sizes(request["form"], data)},)


def _draw(request: dict[str, Any], data: bytes) -> tuple[Any, ...]:
    from corpus.formats import page_image

    drawn = page_image.draw_page(request["form"], data, request["page"], request["width"])
    return {"status": "done", "width": drawn.width, "height": drawn.height}, drawn.data


def _places(request: dict[str, Any], data: bytes) -> tuple[Any, ...]:
    from corpus.formats import character_places, page_image

    boxes = character_places.place_characters(request["text"], page_image.characters_of(data, request["page"]))
    nothing = (math.nan,) * 4
    return {"status": "done"}, array("f", (edge for box in boxes for edge in box or nothing)).tobytes()


def _cells(request: dict[str, Any], data: bytes) -> tuple[Any, ...]:
    return ({"status": "done", "sheets": sheet_cells(data, name=request["filename"])},)


def _draft(request: dict[str, Any], data: bytes) -> tuple[Any, ...]:
    from corpus.draft_reader import read_draft

    found = read_draft(request["filename"], data)
    return {"status": "done"}, utf8(json.dumps([dataclasses.asdict(one) for one in found]))


_TASKS = {
    "read": _read,
    "parse": _parse,
    "cells": _cells,
    "draft": _draft,
    "sizes": _page_sizes,
    "draw": _draw,
    "places": _places,
}


def _place(error: Exception) -> str:
    """Return the file and the line that raised an error."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    return "" if last is None else f"{PurePath(last.tb_frame.f_code.co_filename).name}:{last.tb_lineno}"


if __name__ == "__main__":
    main()
