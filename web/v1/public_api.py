"""Puts the HTTP API together: `v1_application`."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.openapi.utils import get_openapi
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from web.v1.change_routes import change_routes
from web.v1.document_routes import document_routes
from web.v1.guide_page import guide_page
from web.v1.question_routes import question_routes
from web.v1.refusals import PROBLEM_SCHEMA, answer_errors
from web.v1.served_library import LibraryOf
from web.work import Run, in_thread

_ABOUT = """Questions over documents, answered by their own words.

Each `text` is the source's own characters, `spans` are its place in the document's text (code points), `citation` says
where it is from. Within v1 fields are added; none is removed or changes its meaning."""


def v1_application(library_of: LibraryOf, *, run: Run = in_thread) -> FastAPI:
    """Return the API, to be mounted at `/api/v1`.

    `library_of` returns what a request is about. `run` does the work of questions and checks; an exception that it
    raises is answered by the handler that is added for it (`add_exception_handler`).
    """
    application = _PublicApi(
        title="原文 Yuanwen",
        version="1",
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    application.state.library_of = library_of
    application.state.run = run
    parts = (question_routes, document_routes, change_routes)
    for routes in parts:
        application.include_router(routes)
    application.add_api_route("/docs", _guide, include_in_schema=False)
    own = [route for route in application.routes if isinstance(route, Route)]
    application.state.routes = [*own, *(route for routes in parts for route in routes.routes)]
    answer_errors(application)
    return application


class _PublicApi(FastAPI):
    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI description, made once."""
        if self.openapi_schema is None:
            made = get_openapi(title=self.title, version=self.version, description=self.description, routes=self.routes)
            made["components"]["schemas"]["Problem"] = dict(PROBLEM_SCHEMA)
            self.openapi_schema = made
        return self.openapi_schema


def _guide(request: Request) -> Response:
    description = request.app.openapi()
    return HTMLResponse(guide_page(description, request.scope.get("root_path", "")))
