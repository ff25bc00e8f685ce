"""Documents, sections, passages and words in them. A client that keeps what it got asks with `If-None-Match`."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response
from typing_extensions import TypedDict

from qa.output.document_records import DocumentRecord, FoundRecord
from qa.output.record_types import PassageRecord, SectionTextRecord, WholeDocumentRecord
from qa.qa_settings import QUOTATIONS
from web.v1.asked import DocumentKeyText, Form
from web.v1.record_response import kept_response, record_response
from web.v1.refusals import problems_of_address
from web.v1.served_library import Running, Served
from web.web_settings import API, PAGE

_FIELD = "(text|sections|passages)"
Fields = Annotated[
    str,
    Query(
        pattern=f"^({_FIELD}(,{_FIELD})*)?$",
        max_length=PAGE.longest_name,
        description="What of it: `text`, `sections`, `passages`, with commas between them; empty for none of them.",
    ),
]
DocumentKeyPath = Annotated[str, Path(max_length=PAGE.longest_name, description="The document's id, or its name.")]
Words = Annotated[str, Query(min_length=1, max_length=QUOTATIONS.longest, pattern=r"\S", examples=["三股势力"])]

document_routes = APIRouter(tags=["documents"])


class DocumentList(TypedDict):
    """The documents that can be asked."""

    documents: list[DocumentRecord]


class FoundList(TypedDict):
    """The passages and headings that have the words, in the order of the documents."""

    found: list[FoundRecord]


@document_routes.get("/documents", response_model=DocumentList)
def list_documents(request: Request, served: Served) -> Response:
    """List the documents."""
    return kept_response(request, {"documents": served.operations.documents()})


@document_routes.get(
    "/documents/{document}", response_model=WholeDocumentRecord, responses=problems_of_address(404, 422, 429)
)
async def read_document(
    request: Request,
    served: Served,
    run: Running,
    document: DocumentKeyPath,
    fields: Fields = "text,sections,passages",
    form: Form = "own",
) -> Response:
    """Read a document: its text, its headings, and the places of its passages."""
    read = partial(served.operations.document, document, fields.split(","), form)
    response: Response = await run(lambda: kept_response(request, read()))
    return response


@document_routes.get(
    "/documents/{document}/sections/{number}", response_model=SectionTextRecord, responses=problems_of_address(404, 422)
)
def read_section(request: Request, served: Served, document: DocumentKeyPath, number: int) -> Response:
    """Read a section with its passages, by its number in the document's `sections`."""
    return kept_response(request, served.operations.section(document, number))


@document_routes.get("/passages/{passage}", response_model=PassageRecord, responses=problems_of_address(404, 422))
def read_passage(
    request: Request,
    served: Served,
    passage: Annotated[str, Path(max_length=PAGE.longest_name, description="Its `passage_id`.")],
    form: Form = "own",
) -> Response:
    """Read a passage, and find those beside it."""
    return kept_response(request, served.operations.passage(passage, form))


@document_routes.get("/find", response_model=FoundList, responses=problems_of_address(404, 422, 429))
async def find_words(
    served: Served,
    run: Running,
    words: Words,
    document: Annotated[list[DocumentKeyText], Query(max_length=PAGE.documents_asked)] = [],  # noqa: B006
    limit: Annotated[int, Query(ge=1, le=API.found)] = API.found,
) -> Response:
    """Find the passages and headings that have these very words."""
    return record_response({"found": await run(partial(served.operations.find, words, document, limit))})
