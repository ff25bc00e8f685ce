"""The laws hold for every text of a given folder: `YUANWEN_TEXTS=DIR pytest tests/corpus/test_any_folder.py`."""

import os
from pathlib import Path

import pytest

from corpus.bibliography.edition import parse_edition
from corpus.bibliography.edition_template import draft_edition
from corpus.errors import SourceError
from corpus.parse import parse, parse_source
from corpus.source import load
from tests.corpus.test_parse_laws import check_laws

_FOLDER = os.environ.get("YUANWEN_TEXTS", "")
_PATHS = sorted(p for p in Path(_FOLDER).rglob("*") if p.suffix in (".txt", ".md")) if _FOLDER else []


@pytest.mark.skipif(not _PATHS, reason="YUANWEN_TEXTS names no folder of texts")
@pytest.mark.parametrize("path", _PATHS, ids=lambda path: path.name)
def test_the_laws_hold_for_a_real_text(path: Path) -> None:
    """Nothing is lost or repeated, spans are exact, and the drafted edition gives the same document."""
    try:
        source = load(path)
    except SourceError as error:
        pytest.skip(str(error))
    document = parse_source(source)
    check_laws(document)
    edition = parse_edition(draft_edition(document), name="draft.toml")
    assert parse(source.text, name=source.name, sha256=source.sha256, edition=edition) == document
