import codecs
import hashlib
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.corpus_settings import FORMATS
from corpus.document import Document
from corpus.errors import SourceError
from corpus.source import SHIPPED, load, read_bytes, read_stream
from corpus.text.encoding import decode


def test_shipped_text_is_the_text_as_it_came() -> None:
    """Byte for byte."""
    digest = hashlib.sha256(SHIPPED.read_bytes()).hexdigest()

    assert digest == "934f8994222c952805f55138f65941170e97feb9b80965afbe1bfb4ed69b57f9"


def test_document_carries_the_hash_of_its_bytes(shipped: Document) -> None:
    """Anyone can check it with sha256sum."""
    assert shipped.sha256 == hashlib.sha256(SHIPPED.read_bytes()).hexdigest()


def test_load_keeps_carriage_returns(tmp_path: Path) -> None:
    """Offsets count the file's own characters, CRLF included."""
    path = tmp_path / "a.txt"
    path.write_bytes("甲\r\n乙\r\n".encode())

    assert load(path).text == "甲\r\n乙\r\n"


@pytest.mark.parametrize(
    ("signature", "encoding"),
    [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF32_BE, "utf-32-be")],
)
def test_a_signature_is_no_character_of_the_text(signature: bytes, encoding: str) -> None:
    """The byte order mark only tells how to decode the rest."""
    assert decode(signature + "甲乙".encode(encoding), name="a").text == "甲乙"


def test_bytes_that_do_not_fit_are_refused_with_their_place() -> None:
    """The error names the line and the byte, and no character is replaced."""
    with pytest.raises(
        SourceError, match=r"^a: byte 5 \(line 2\) is not UTF-8, .*neither GB18030 nor Big5\. Save the file as UTF-8"
    ):
        decode(b"abc\n-\xff"[:4] + b"-\xff", name="a")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """The message has the path and says what to check."""
    with pytest.raises(SourceError, match=r"nowhere\.txt: cannot be read"):
        load(tmp_path / "nowhere.txt")


def test_what_is_too_large_is_not_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file, a device without an end, a stream; also an edition file."""
    monkeypatch.setitem(vars(FORMATS), "most_bytes", 3_000_000)
    large = tmp_path / "a.txt"
    large.write_bytes(b"x" * 3_000_001)
    with pytest.raises(SourceError, match="more than 3,000,000 bytes"):
        load(large)
    for device in filter(Path.exists, [Path("/dev/zero")]):
        with pytest.raises(SourceError, match="no plain file"):
            load(device)
    large.write_bytes(b"x" * 3_000_000)
    assert read_bytes(large) == (b"x" * 3_000_000, None)

    large.with_suffix(".toml").write_bytes(b"x" * 3_000_001)
    with pytest.raises(SourceError, match=r"a\.toml: has more than"):
        load(large)

    stream = io.BytesIO(b"x" * 9_000_000)
    with pytest.raises(SourceError, match="stdin: has more than"):
        read_stream(stream, "stdin")
    assert stream.tell() < 5_000_000


@given(st.binary(max_size=200))
def test_load_reads_any_bytes_or_says_why_not(data: bytes) -> None:
    """Law 4."""
    try:
        text = decode(data, name="a").text
    except SourceError as error:
        assert str(error).startswith("a: byte ")
    else:
        assert isinstance(text, str)


def test_a_file_whose_name_has_no_room_for_that_of_an_edition_is_read(tmp_path: Path) -> None:
    """A system takes 255 bytes; .toml is longer than .txt."""
    path = tmp_path / f"{'a' * 251}.txt"
    path.write_text("甲。")

    assert load(path).text == "甲。"
