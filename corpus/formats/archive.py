"""Reads ZIP files (Office, OpenDocument, EPUB) within limits on their size, and XML that defines no entities."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from contextlib import suppress

from lxml import etree

from corpus import corpus_messages
from corpus.corpus_settings import FORMATS
from corpus.errors import SourceError

_HEADER = struct.Struct("<26x2H")
"""The header of a part: the lengths of its name and of its extra field, which its bytes follow."""
_IS_UTF8 = 0x800
"""The flag of a part whose name is in UTF-8."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The methods of compression that DOCX and EPUB allow."""


def open_zip(data: bytes, *, name: str) -> zipfile.ZipFile:
    """Return the open archive. Raises SourceError if it is damaged, encrypted, or larger than a limit when unpacked."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise SourceError(corpus_messages.CANNOT_BE_OPENED.format(reason=error), name) from error
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    if (
        len(parts) > FORMATS.most_parts
        or unpacked > FORMATS.most_unpacked
        or (unpacked > FORMATS.small and unpacked > FORMATS.highest_ratio * len(data))
    ):
        message = corpus_messages.UNPACKS_TO_TOO_MUCH
        raise SourceError(message.format(size=len(data), unpacked=unpacked, parts=len(parts)), name)
    if any(part.flag_bits & 1 for part in parts):
        raise SourceError(corpus_messages.ENCRYPTED, name)
    for part in parts:
        if not part.flag_bits & _IS_UTF8 and not part.filename.isascii():
            archive.NameToInfo.setdefault(_decoded(part.filename), part)
    return archive


def _decoded(filename: str) -> str:
    """Return the name of a part that lacks the flag for UTF-8; `zipfile` takes it for code page 437."""
    raw = filename.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        with suppress(UnicodeDecodeError):
            return raw.decode(encoding)
    return filename


def read_part(archive: zipfile.ZipFile, part: str, *, name: str) -> bytes:
    """Return the bytes of a part. Raises SourceError if it is missing, damaged or too large."""
    try:
        size = archive.getinfo(part).file_size
        if size > FORMATS.most_part:
            raise SourceError(corpus_messages.PART_TOO_LARGE.format(part=part, size=size), name)
        if archive.getinfo(part).compress_type not in _METHODS:
            raise NotImplementedError  # those of other methods unpack all at once
        with archive.open(part) as stream:
            return stream.read(size)  # `ZipFile.read` would unpack everything first, however much that is
    except KeyError as error:
        missing = part or corpus_messages.MAIN_PART
        raise SourceError(corpus_messages.PART_MISSING.format(part=missing), name) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise SourceError(corpus_messages.PART_CANNOT_BE_UNPACKED.format(part=part), name) from error


def refuse_false_sizes(archive: zipfile.ZipFile, data: bytes, *, name: str) -> None:
    """Raise SourceError if a part of the archive in `data` is larger than the archive says, or is damaged.

    `open_zip` judges by the sizes that the archive gives. A library that reads it again would unpack all there is.
    """
    for part in archive.infolist():
        start = part.header_offset + _HEADER.size
        if is_inside := 0 <= part.header_offset <= len(data) - _HEADER.size:  # zipfile computes even negative offsets
            start += sum(_HEADER.unpack_from(data, part.header_offset))
        packed = memoryview(data)[start : start + part.compress_size]
        if part.compress_type == zipfile.ZIP_STORED:
            fits = part.compress_size == part.file_size
        else:
            fits = part.compress_type == zipfile.ZIP_DEFLATED and _unpacks_within(packed, part.file_size)
        if not (is_inside and fits):
            raise SourceError(corpus_messages.PART_CANNOT_BE_UNPACKED.format(part=part.filename), name)


def _unpacks_within(packed: memoryview, size: int) -> bool:
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    rest: bytes | memoryview = packed
    try:
        while rest and not unpacker.eof:
            size -= len(unpacker.decompress(rest, min(size, FORMATS.small) + 1))
            if size < 0:
                return False
            rest = unpacker.unconsumed_tail
    except zlib.error:
        return False
    return True


def refuse_document_types(archive: zipfile.ZipFile, *, name: str) -> None:
    """Raise SourceError if an XML part has a document type, in which it may define entities, in whatever encoding."""
    for part in archive.namelist():
        if part.endswith((".xml", ".rels", ".vml")):
            xml = read_part(archive, part, name=name)
            if b"<!DOCTYPE" in xml or b"<!DOCTYPE" in xml[: FORMATS.xml_head].replace(b"\0", b""):
                raise SourceError(corpus_messages.DOCUMENT_TYPE.format(part=part), name)


def read_xml(archive: zipfile.ZipFile, part: str, *, name: str) -> etree._Element:
    """Return the root of an XML part. Raises SourceError as `read_part` does, and if the XML is not well-formed."""
    try:
        return parse_xml(read_part(archive, part, name=name), name=name)
    except etree.XMLSyntaxError as error:
        raise SourceError(corpus_messages.PART_NOT_XML.format(part=part, reason=error.msg), name) from error


def parse_xml(data: bytes, *, name: str) -> etree._Element:
    """Return the root. Raises XMLSyntaxError if it is not well-formed, and SourceError if it uses its own entities."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(data, parser)
    if next(root.iter(etree.Entity), None) is not None:
        raise SourceError(corpus_messages.OWN_ENTITIES, name)
    return root


def local(element: etree._Element) -> str:
    """Return the name of an element without its namespace, in lower case; empty for comments and instructions."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""
