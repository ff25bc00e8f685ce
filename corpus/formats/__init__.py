"""Readers of file formats: each extracts the text and the layout from the bytes of a file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import PurePath
from types import MappingProxyType

from corpus import corpus_messages
from corpus.errors import SourceError
from corpus.formats.extracted_text import Extracted
from corpus.formats.signatures import looks_like_mhtml, looks_like_picture, looks_like_subtitles

READABLE: Mapping[str, str] = MappingProxyType(
    {
        ".txt": "text",
        ".text": "text",
        ".md": "markdown",
        ".markdown": "markdown",
        ".html": "html",
        ".htm": "html",
        ".xhtml": "html",
        ".shtml": "html",
        ".docx": "docx",
        ".pdf": "pdf",
        ".epub": "epub",
        ".mhtml": "mhtml",
        ".mht": "mhtml",
        ".srt": "subtitles",
        ".vtt": "subtitles",
        ".csv": "csv",
        ".tsv": "csv",
        ".png": "picture",
        ".jpg": "picture",
        ".jpeg": "picture",
        ".tif": "picture",
        ".tiff": "picture",
        ".bmp": "picture",
        ".webp": "picture",
        ".xlsx": "xlsx",
        ".xlsm": "xlsx",
        ".pptx": "pptx",
        ".ppsx": "pptx",
        ".rtf": "rtf",
        ".odt": "odt",
        ".ott": "odt",
        ".ods": "ods",
        ".odp": "odp",
    }
)
"""The format of each file extension. Files with other extensions are read if they are plain text."""
ENDINGS: Mapping[str, str] = MappingProxyType({form: ending for ending, form in reversed([*READABLE.items()])})
"""The usual file extension of each format."""

_REFUSED = (
    (corpus_messages.OLDER_WORD, ".doc .dot .wps .wpt"),
    (corpus_messages.WORD_TEMPLATE, ".dotx .docm .dotm"),
    (corpus_messages.OTHER_TEXT_PROCESSOR, ".sxw .pages .hwp"),
    (corpus_messages.SPREADSHEET, ".xls .et .numbers"),
    (corpus_messages.SLIDES, ".ppt .pps .dps .key"),
    (corpus_messages.FIXED_LAYOUT, ".ofd .caj .kdh .nh .djvu .xps .oxps"),
    (corpus_messages.OTHER_E_BOOK, ".mobi .azw .azw3 .kfx .fb2 .lit"),
    (corpus_messages.ARCHIVE, ".zip .rar .7z .gz .tgz .bz2 .xz .tar .chm .iso"),
    (corpus_messages.PICTURE, ".gif .heic .avif .svg .ico .psd"),
    (corpus_messages.RECORDING, ".mp3 .wav .m4a .flac .ogg .mp4 .mov .avi .mkv .webm"),
    (corpus_messages.E_MAIL, ".eml .emlx .msg .mbox"),
    (corpus_messages.PROGRAM, ".exe .dll .so .bin .class .jar .pyc .o .a .db .sqlite .npz .npy .parquet .pickle"),
)
"""Formats that are refused: a message that names the format, and its extensions."""
_ZIPPED_PARTS = {b"word/document.xml": "docx", b"xl/workbook.xml": "xlsx", b"ppt/presentation.xml": "pptx"}
"""A part that only this format has."""
_OPEN_DOCUMENT = b"vnd.oasis.opendocument."
_MIMETYPES = {
    b"epub+zip": "epub",
    _OPEN_DOCUMENT + b"text": "odt",
    _OPEN_DOCUMENT + b"spreadsheet": "ods",
    _OPEN_DOCUMENT + b"presentation": "odp",
}
"""How the part `mimetype` begins, which stands first in the file."""
_ZIPPED = frozenset({*_MIMETYPES.values(), *_ZIPPED_PARTS.values()})
_KINDS = {ending: kind for kind, endings in _REFUSED for ending in endings.split()}
_READERS = {
    **{form: (form, f"read_{form}") for form in ("html", "docx", "pdf", "mhtml", "epub", "subtitles", "xlsx", "pptx")},
    **{form: ("odf", "read_odf") for form in ("odt", "ods", "odp")},
    "rtf": ("rtf", "read_rtf"),
    "csv": ("sheet", "read_csv"),
    "picture": ("picture", "read_pictures"),
}
"""The module and the function that read a format. They are imported only when they are needed."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def format_of(filename: str, data: bytes) -> str:
    """Return the format of a file, a value of `READABLE`. Raises SourceError, with the reason, for other formats.

    The first bytes of the file count more than its name, because names are often wrong.
    """
    ending = PurePath(filename).suffix.lower()
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if looks_like_picture(data) or READABLE.get(ending) == "picture":
        return "picture"
    if data.startswith(_OLE):
        kind = _KINDS.get(ending, corpus_messages.OLDER_OR_ENCRYPTED_OFFICE)
        raise SourceError(corpus_messages.OTHER_FORMAT_SAVE.format(kind=kind), filename)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")) and ending not in _KINDS:
        return _zip_format(filename, ending, data)
    if ending in _KINDS and not _is_rtf(data):
        message = corpus_messages.OTHER_FORMAT.format(kind=_KINDS[ending], formats=corpus_messages.FORMATS)
        raise SourceError(message, filename)
    form = _by_contents(READABLE.get(ending), data, filename)
    if form in _ZIPPED or form == "pdf":
        raise SourceError(corpus_messages.DAMAGED_OR_OTHER.format(format=form.upper()), filename)
    if form is None and re.match(rb"\s*(?:<!doctype html|<html)", data[:500], re.IGNORECASE):
        return "html"
    return form or "text"


def _by_contents(form: str | None, data: bytes, filename: str) -> str | None:
    """Return the format of a file that is no binary, whatever it is called. `form`: by its ending."""
    if _is_rtf(data):
        return "rtf"
    if form == "rtf":
        return "text"
    if form in ("html", "mhtml", None) and looks_like_mhtml(data):
        return "mhtml"
    if form == "mhtml":
        return "html"
    if form in ("subtitles", "text", None) and looks_like_subtitles(data):
        return "subtitles"
    return "text" if form == "subtitles" else form


def _is_rtf(data: bytes) -> bool:
    """Word writes RTF under the name of its older format where a person saves it so."""
    return data[:1000].lstrip(b"\xef\xbb\xbf \r\n").startswith(b"{\\rtf")


def _zip_format(filename: str, ending: str, data: bytes) -> str:
    for mark, form in _MIMETYPES.items():
        if b"mimetypeapplication/" + mark in data[:200]:
            return form
    if READABLE.get(ending) in _ZIPPED:
        return READABLE[ending]
    for part, form in _ZIPPED_PARTS.items():
        if part in data:
            return form
    raise SourceError(corpus_messages.OTHER_ARCHIVE.format(formats=corpus_messages.FORMATS), filename)


def extract(form: str, data: bytes, *, name: str) -> Extracted:
    """Return the text of a file of format `form`. Raises SourceError, with the reason, if it cannot be read."""
    if form not in _READERS:
        raise ValueError(f"no such format: {form}")
    module, function = _READERS[form]
    with damage_named(name):
        read: Callable[..., Extracted] = getattr(import_module(f"corpus.formats.{module}"), function)
        return read(data, name=name)


@contextmanager
def damage_named(name: str) -> Iterator[None]:
    """Raise SourceError in place of whatever a library raises on a damaged file of this name."""
    try:
        yield
    except (SourceError, MemoryError):
        raise
    except Exception as error:  # on damaged files, libraries raise errors of any kind
        message = corpus_messages.DAMAGED.format(kind=type(error).__name__, reason=error)
        raise SourceError(message, name) from error


def refuse_binary(text: str, filename: str) -> None:
    """Raise SourceError if a file with an unknown extension decodes, but is not text."""
    known = PurePath(filename).suffix.lower() in READABLE
    if not known and len(_BINARY.findall(text)) > 0.001 * len(text):
        raise SourceError(corpus_messages.NOT_TEXT.format(formats=corpus_messages.FORMATS), filename)
