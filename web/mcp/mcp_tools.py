"""The MCP server over `qa.service.operations`: its tools and resources, all of them read-only."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated, Any

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError, ToolError
from mcp.types import CallToolResult, InputRequiredResult, Resource, TextContent, ToolAnnotations
from pydantic import BaseModel, Field, ValidationError

from corpus.errors import NotKnown, QAError
from corpus.message import Message
from qa import qa_messages
from qa.qa_settings import OPERATIONS
from qa.service.operations import Operations
from web import strings
from web.mcp import tool_descriptions
from web.mcp.tool_replies import (
    AskReply,
    CheckReply,
    CiteReply,
    DocumentsReply,
    FindReply,
    PassageReply,
    sendable,
)
from web.web_settings import PAGE
from web.work import Run, in_thread

_LOG = logging.getLogger("yuanwen.mcp")
ADDRESS = "yuanwen://documents"
_JSON = "application/json"
_READ_ONLY = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)

_Tool = Callable[..., Awaitable[CallToolResult]]

_Documents = Annotated[list[str], Field(description="Ids or names of the documents to look in; empty: all of them.")]


class DocumentServer(MCPServer[Any]):
    """Lists the documents as they are now, and says in a sentence what is wrong with arguments."""

    def __init__(self, operations: Operations, when_running: Callable[[], None] | None = None) -> None:
        """`when_running` is called once stdin and stdout are the protocol's."""

        @asynccontextmanager
        async def lifespan(_: MCPServer[Any]) -> AsyncIterator[None]:
            if when_running is not None:
                when_running()
            yield

        with _logging_left_alone():
            super().__init__(
                "yuanwen",
                title="原文 Yuanwen",
                instructions=tool_descriptions.INSTRUCTIONS,
                version=_own_version(),
                subscriptions=False,
                lifespan=lifespan,
            )
        self._operations = operations

    async def list_resources(self) -> list[Resource]:
        """Return the list of documents, and each document of it."""
        lines = sendable(await asyncio.to_thread(self._operations.documents))
        return [
            *await super().list_resources(),
            *(
                Resource(
                    uri=f"{ADDRESS}/{line['id']}",
                    name=line["name"],
                    title=line["title"] or None,
                    description=tool_descriptions.DOCUMENT,
                    mime_type=_JSON,
                )
                for line in lines
            ),
        ]

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Run a tool. Arguments that do not fit its schema give an error that names them, without their values."""
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as error:
            if not isinstance(error.__cause__, ValidationError):
                raise
            wrong = error.__cause__.errors(include_url=False, include_input=False)
            reason = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in wrong[: OPERATIONS.found])
            return _failed(strings.WRONG_ARGUMENTS.format(reason=reason))


def server(
    operations: Operations, when_running: Callable[[], None] | None = None, *, run: Run = in_thread
) -> DocumentServer:
    """Return the MCP server over these operations. `when_running`: as `DocumentServer` has it."""
    made = DocumentServer(operations, when_running)
    _add_asking(made, operations, run)
    _add_reading(made, operations, run)
    _add_resources(made, operations, run)
    return made


def _add_asking(made: MCPServer[Any], operations: Operations, run: Run) -> None:
    async def ask(
        question: Annotated[str, Field(description="In everyday language.")],
        history: Annotated[
            list[str], Field(description="The questions before, the oldest first, if this one leans on them.")
        ] = [],  # noqa: B006 (the schema shows it; nothing changes it)
        documents: _Documents = [],  # noqa: B006
        top: Annotated[int | None, Field(ge=1, description="Hits at most; null: all that answer.")] = None,
        form: Annotated[str, Field(description="The form of the citations, as for `cite`.")] = "own",
    ) -> Annotated[CallToolResult, AskReply]:
        what = question, history[-PAGE.history :], documents
        work = partial(operations.ask, *what, top=top, form=form)
        return await _reply(partial(run, knows=partial(operations.knows, *what)), work, AskReply.of)

    async def check_quotation(
        quote: Annotated[str, Field(description="The words that are said to stand in a document.")],
    ) -> Annotated[CallToolResult, CheckReply]:
        return await _reply(run, partial(operations.check, quote, with_source=True), CheckReply.of)

    async def find_in_text(
        words: Annotated[str, Field(description="The words, as they stand in the text.")],
        documents: _Documents = [],  # noqa: B006
        limit: Annotated[int, Field(ge=1, le=OPERATIONS.most_found)] = OPERATIONS.found,
    ) -> Annotated[CallToolResult, FindReply]:
        def shaped(found: Sequence[Any]) -> FindReply:
            return FindReply.model_validate({"words": words, "found": found[:limit], "has_more": len(found) > limit})

        return await _reply(run, partial(operations.find, words, documents, limit + 1), shaped)

    _add(made, ask, "提问 Ask", tool_descriptions.ASK)
    _add(made, check_quotation, "引文核对 Check a quotation", tool_descriptions.CHECK)
    _add(made, find_in_text, "查找 Find in the text", tool_descriptions.FIND)


def _add_reading(made: MCPServer[Any], operations: Operations, run: Run) -> None:
    async def list_documents() -> Annotated[CallToolResult, DocumentsReply]:
        def shaped(records: Sequence[Any]) -> DocumentsReply:
            addressed = [{**record, "resource": f"{ADDRESS}/{record['id']}"} for record in records]
            return DocumentsReply.model_validate({"documents": addressed})

        return await _reply(run, operations.documents, shaped)

    async def read_passage(passage_id: str) -> Annotated[CallToolResult, PassageReply]:
        return await _reply(run, partial(operations.passage, passage_id), PassageReply.model_validate)

    async def cite(
        passage_id: str,
        form: str = "own",
        spans: Annotated[list[list[int]], Field(description="Those of the hit; empty: the passage alone.")] = [],  # noqa: B006
    ) -> Annotated[CallToolResult, CiteReply]:
        return await _reply(run, partial(operations.cite, passage_id, form, spans), CiteReply.model_validate)

    _add(made, list_documents, "文本 Documents", tool_descriptions.LIST)
    _add(made, read_passage, "阅读 Read a passage", tool_descriptions.READ)
    _add(made, cite, "引用 Cite", tool_descriptions.CITE)


def _add(made: MCPServer[Any], tool: _Tool, title: str, description: str) -> None:
    made.add_tool(tool, title=title, description=description, annotations=_READ_ONLY)


def _add_resources(made: MCPServer[Any], operations: Operations, run: Run) -> None:
    @made.resource(ADDRESS, title="文本 Documents", description=tool_descriptions.DOCUMENTS, mime_type=_JSON)
    async def documents() -> str:
        return await _resource(run, lambda: {"documents": operations.documents()})

    @made.resource(f"{ADDRESS}/{{id}}", description=tool_descriptions.DOCUMENT, mime_type=_JSON)
    async def document(id: str) -> str:
        def with_addresses() -> Any:
            record = operations.document(id, ["text", "sections"])
            for section in record["sections"]:
                section["resource"] = f"{ADDRESS}/{record['id']}/sections/{section['number']}"
            return record

        return await _resource(run, with_addresses)

    @made.resource(f"{ADDRESS}/{{id}}/sections/{{n}}", description=tool_descriptions.SECTION, mime_type=_JSON)
    async def section(id: str, n: str) -> str:
        number = int(n) if n.isascii() and n.isdecimal() and len(n) <= len(str(sys.maxsize)) else -1
        return await _resource(run, lambda: operations.section(id, number))


async def _reply(
    run: Callable[[Callable[[], Any]], Awaitable[Any]], work: Callable[[], Any], shaped: Callable[[Any], BaseModel]
) -> CallToolResult:
    """Return what a tool returns, as structure and as the same JSON in text; for an error, a sentence."""
    try:
        structure = sendable(shaped(await run(work)).model_dump())
    except QAError as error:
        return _failed(error.message)
    except Exception:  # the boundary: a model gets a sentence, the terminal the stack
        _LOG.exception("A tool failed.")
        return _failed(qa_messages.UNFORESEEN)
    words = json.dumps(structure, ensure_ascii=False)
    return CallToolResult(content=[TextContent(type="text", text=words)], structured_content=structure)


def _failed(message: Message) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=sendable(message.bilingual))], is_error=True)


async def _resource(run: Run, make: Callable[[], Any]) -> str:
    def written() -> str:
        return json.dumps(sendable(make()), ensure_ascii=False)

    try:
        return str(await run(written))
    except NotKnown as error:
        raise ResourceNotFoundError(error.message.bilingual) from error
    except QAError as error:
        raise ResourceError(error.message.bilingual) from error


def _own_version() -> str:
    """Return the version of this package; empty where it runs from its folder without being installed."""
    with suppress(PackageNotFoundError):
        return version("yuanwen")
    return ""


@contextmanager
def _logging_left_alone() -> Iterator[None]:
    """Keep the SDK from setting up the logging of the whole process: it does so only where nobody has."""
    nobody = logging.NullHandler()
    logging.root.addHandler(nobody)
    try:
        yield
    finally:
        logging.root.removeHandler(nobody)
