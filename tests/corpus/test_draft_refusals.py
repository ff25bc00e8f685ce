"""What is no draft is refused with the sentence that the same file gets as a source, in Chinese and in English."""

from __future__ import annotations

import pytest

from corpus.draft_reader import read_draft
from corpus.errors import SourceError
from tests.corpus.test_refusals import CASES, assert_chinese

_ENDINGS = ("txt", "md", "html", "docx", "doc", "docm", "zip", "gif", "exe", "pages", "dat", "bin2", "rtf", "odt")
_READ = ("套.docx",)
"""Not refused: tables within tables without end, which a draft's reader goes through in one loop."""


@pytest.mark.parametrize(
    ("name", "data", "words"), [case for case in CASES if case[0].endswith(_ENDINGS) and case[0] not in _READ]
)
def test_a_file_that_is_no_draft_is_refused(name: str, data: bytes, words: str) -> None:
    """Empty, damaged, of another kind, with a password, a ZIP bomb."""
    with pytest.raises(SourceError) as raised:
        read_draft(name, data)

    message = raised.value.message
    assert words in message.zh
    assert_chinese(message.zh)
    assert message.en
    assert message.en != message.zh
