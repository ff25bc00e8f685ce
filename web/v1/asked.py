"""What programs send, as pydantic models: the limits of the page, which the OpenAPI description says too."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from qa.citations.forms import FORMS
from qa.qa_settings import ANSWERS, QUOTATIONS
from web.web_settings import API, PAGE

Form = Annotated[
    str,
    Field(
        max_length=PAGE.longest_name,
        description="The form of the citations.",
        json_schema_extra={"enum": [*FORMS]},  # `Operations` refuses others
    ),
]
DocumentKeyText = Annotated[str, Field(max_length=PAGE.longest_name, description="A document's id or its name.")]
_Question = Annotated[str, Field(max_length=ANSWERS.longest_question)]


def _whole(value: Any) -> Any:
    """Return 3 for 3.0, which is the same number in JSON."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


_SpanPair = Annotated[list[Annotated[int, BeforeValidator(_whole)]], Field(min_length=2, max_length=2)]


class _Asked(BaseModel):
    """A JSON object that a program sends. A field that it does not have is a slip of the pen, and is refused."""

    model_config = ConfigDict(strict=True, extra="forbid", use_attribute_docstrings=True)


class Ask(_Asked):
    """A question."""

    question: Annotated[str, Field(max_length=API.longest_question, examples=["上合组织秘书处设在哪个城市？"])]
    """In everyday language. An empty or a very long one is `rejected` in the reply, with the reason."""
    history: Annotated[list[_Question], Field(max_length=PAGE.history)] = []
    """The questions asked before, the oldest first: it may lean on them."""
    documents: Annotated[list[DocumentKeyText], Field(max_length=PAGE.documents_asked)] = []
    """The ids or names of the documents to look in; empty for all."""
    alone: bool = False
    """Whether it is read without the questions before it."""
    top: Annotated[int, Field(ge=1), BeforeValidator(_whole)] | None = None
    """Hits at most, and nearest passages at most; null for all."""
    form: Form = "own"


class CheckQuote(_Asked):
    """A quotation to check."""

    quote: Annotated[str, Field(max_length=QUOTATIONS.longest, examples=["三股势力"])]
    """Without the quotation marks around it."""


class CitePassage(_Asked):
    """A passage to cite."""

    passage_id: Annotated[str, Field(max_length=PAGE.longest_name)]
    form: Form = "own"
    spans: Annotated[list[_SpanPair], Field(max_length=PAGE.citations_at_once)] = []
    """Those of a hit, which may have more than one passage; empty for the passage alone."""
