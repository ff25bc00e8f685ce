"""The HTTP API for programs, `/api/v1`: the command line's JSON, described by OpenAPI.

`v1_application` puts it together from `question_routes`, `document_routes` and `change_routes`; `asked` and
`served_library` are what goes in, `record_response` and `refusals` what comes out, `guide_page` its description.
Importing FastAPI takes longer than a question: nothing outside imports these modules before the first request.
"""
