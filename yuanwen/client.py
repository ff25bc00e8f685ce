"""Asks a server of Yuanwen over HTTP: the interface of docs/api.md for Python.

with Client("http://127.0.0.1:7860") as client:
    reply = client.ask("上合组织秘书处设在哪个城市？")
    print(reply["hits"][0]["text"], reply["hits"][0]["citation"])
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Self, cast
from urllib.parse import quote

import httpx

from corpus.errors import QAError
from corpus.message import Message
from yuanwen import client_messages

if TYPE_CHECKING:
    from qa.output.document_records import DocumentRecord, FoundRecord
    from qa.output.record_types import (
        ChangeRecord,
        CheckRecord,
        PassageRecord,
        ReplyRecord,
        SectionTextRecord,
        WholeDocumentRecord,
    )
    from qa.service.operations import CitedQuote

_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


class ClientError(QAError):
    """The server refused a request, or did not answer."""

    def __init__(self, message: Message, where: object = "", *, status: int | None = None, title: str = "") -> None:
        super().__init__(message, where)
        self.status = status
        """The HTTP status; None where there was no answer."""
        self.title = title
        self.retry_after: int | None = None
        """After how many seconds to try again, where the server says so."""


class Client:
    """A connection to a server. Threads may share it. Every method raises ClientError."""

    def __init__(
        self, address: str = "http://127.0.0.1:7860", *, token: str | None = None, timeout: float = 300.0
    ) -> None:
        """`address`: that of the page. `token`: that of `--token`, which may have a line end as its file has.

        `timeout`: seconds to wait for an answer.
        """
        self.address = address.rstrip("/")
        self._timeout = timeout
        try:
            url = httpx.URL(self.address)
        except (httpx.InvalidURL, UnicodeError) as error:
            raise ClientError(client_messages.NO_ADDRESS.format(address=self.address)) from error
        host = url.host
        if url.scheme not in ("http", "https") or not host:
            raise ClientError(client_messages.NO_ADDRESS.format(address=self.address))
        token = (token or "").strip()
        if not (token.isascii() and (token.isprintable() or not token)):
            raise ClientError(client_messages.BAD_TOKEN)  # which does not show it
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        # No proxy leads to this machine.
        self._http = httpx.Client(headers=headers, timeout=timeout, trust_env=host not in _THIS_MACHINE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def ask(
        self,
        question: str,
        history: Sequence[str] = (),
        *,
        documents: Collection[str] = (),
        alone: bool = False,
        top: int | None = None,
        form: str = "own",
    ) -> ReplyRecord:
        """Return the reply to a question.

        `history`: the questions asked before, the oldest first; `alone` leaves them out. `documents`: ids or names of
        those to look in, all for none. `top`: hits, and nearest passages, at most. `form`: of the citations.
        """
        asked = {
            "question": question,
            "history": list(history),
            "documents": list(documents),
            "alone": alone,
            "top": top,
            "form": form,
        }
        return cast("ReplyRecord", self._call("POST", "/ask", json=asked))

    def check(self, quotation: str) -> CheckRecord:
        """Return whether a quotation stands in the documents, word for word."""
        return cast("CheckRecord", self._call("POST", "/check", json={"quote": quotation}))

    def cite(self, passage_id: str, form: str = "own", spans: Sequence[Sequence[int]] = ()) -> CitedQuote:
        """Return a passage with its citation. `spans`: those of a hit, which may have more than one passage."""
        asked = {"passage_id": passage_id, "form": form, "spans": [list(span) for span in spans]}
        return cast("CitedQuote", self._call("POST", "/cite", json=asked))

    def documents(self) -> list[DocumentRecord]:
        """Return the list of documents."""
        return cast("list[DocumentRecord]", self._call("GET", "/documents")["documents"])

    def document(
        self, document: str, fields: Collection[str] = ("text", "sections", "passages"), form: str = "own"
    ) -> WholeDocumentRecord:
        """Return a document, by its id or name, with the fields that are asked for."""
        asked = {"fields": ",".join(fields), "form": form}
        return cast("WholeDocumentRecord", self._call("GET", f"/documents/{_part(document)}", params=asked))

    def section(self, document: str, number: int) -> SectionTextRecord:
        """Return a section with its passages, by its number in `document(…)["sections"]`."""
        return cast("SectionTextRecord", self._call("GET", f"/documents/{_part(document)}/sections/{number}"))

    def passage(self, passage_id: str, form: str = "own") -> PassageRecord:
        """Return a passage, and the ids of those beside it."""
        return cast("PassageRecord", self._call("GET", f"/passages/{_part(passage_id)}", params={"form": form}))

    def find(self, words: str, *, documents: Collection[str] = (), limit: int | None = None) -> list[FoundRecord]:
        """Return the passages and headings that have these very words, in the order of the documents."""
        asked: dict[str, Any] = {"words": words, "document": list(documents)}
        if limit is not None:
            asked["limit"] = limit
        return cast("list[FoundRecord]", self._call("GET", "/find", params=asked)["found"])

    def add(
        self, file: str | os.PathLike[str] | BinaryIO, name: str | None = None, *, wait: bool = True
    ) -> ChangeRecord:
        """Add a file, by its path or open for reading bytes; return what came of it.

        `name`: of the file, where its own is not meant. The same bytes under the same name again are `unchanged`.
        Without `wait`, or after long, the change is still under way: see `change`.
        """
        if isinstance(file, str | os.PathLike):
            try:
                with Path(file).open("rb") as opened:
                    return self.add(opened, name or Path(file).name, wait=wait)
            except OSError as error:
                raise ClientError(client_messages.NOT_READ.format(reason=error.strerror), file) from error
        given = name or Path(str(getattr(file, "name", "text"))).name
        params = {"name": given, "wait": wait}
        content = {"Content-Type": "application/octet-stream"}
        return cast("ChangeRecord", self._call("POST", "/documents", params=params, content=file, headers=content))

    def remove(self, document: str, *, wait: bool = True) -> ChangeRecord:
        """Remove a document, by its id or name."""
        return cast("ChangeRecord", self._call("DELETE", f"/documents/{_part(document)}", params={"wait": wait}))

    def change(self, number: int) -> ChangeRecord:
        """Return how far a change is, by its `number`."""
        return cast("ChangeRecord", self._call("GET", f"/changes/{number}"))

    def _call(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        """Return the JSON object that the server answers. Raises ClientError."""
        try:
            response = self._http.request(method, f"{self.address}/api/v1{path}", **request)
        except httpx.TimeoutException as error:
            raise ClientError(
                client_messages.TOO_SLOW.format(address=self.address, seconds=f"{self._timeout:g}")
            ) from error
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            raise ClientError(client_messages.NO_SERVER.format(address=self.address, reason=error)) from error
        try:
            answer = response.json()
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            message = client_messages.NO_API.format(address=self.address, status=response.status_code)
            raise ClientError(message, status=response.status_code)
        if response.is_success:
            return answer
        raise _refused(response, answer)


def _part(given: str) -> str:
    """Return an id or a document's name as a part of an address; of a name that cannot be one, its id."""
    if "/" in given or not given.strip(".") or not given.isprintable():
        from qa.output.document_records import document_id

        given = document_id(given)
    return quote(given, safe="")


def _refused(response: httpx.Response, details: Mapping[str, Any]) -> ClientError:
    """Return the error that problem details tell of."""
    words = details.get("message")
    detail = str(details.get("detail", response.reason_phrase))
    apart = words if isinstance(words, dict) else {}
    message = Message(zh=str(apart.get("zh", detail)), en=str(apart.get("en", detail)))
    error = ClientError(message, status=response.status_code, title=str(details.get("title", "")))
    after = response.headers.get("retry-after", "")
    error.retry_after = int(after) if after.isascii() and after.isdigit() else None
    return error
