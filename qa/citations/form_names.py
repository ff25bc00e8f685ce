"""The names of the forms of citation. The command line offers them without importing what writes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Form:
    """A form of citation."""

    chinese: str
    english: str
    language: str | None
    """The language of its code block in Markdown; None for a line of prose and for a form with the quote."""
    has_quote: bool
    """Whether the form includes the quote."""


FORMS: Mapping[str, Form] = MappingProxyType(
    {
        "own": Form("本站格式（段、行）", "Yuanwen's own (paragraph, line)", None, has_quote=False),
        "gbt7714": Form("GB/T 7714—2025", "GB/T 7714—2025", None, has_quote=False),
        "gbt7714-2015": Form("GB/T 7714—2015", "GB/T 7714—2015", None, has_quote=False),
        "legal": Form("法学引注手册", "Chinese legal manual", None, has_quote=False),
        "chicago": Form("芝加哥注释", "Chicago note", None, has_quote=False),
        "bibtex": Form("BibTeX", "BibTeX", "bibtex", has_quote=False),
        "ris": Form("RIS", "RIS", "ris", has_quote=False),
        "csl-json": Form("CSL-JSON", "CSL-JSON", "json", has_quote=False),
        "markdown": Form("Markdown 引文", "Markdown quote", None, has_quote=True),
        "text": Form("纯文本引文", "Plain text quote", None, has_quote=True),
    }
)
"""The forms by id, in the order in which they are offered."""
