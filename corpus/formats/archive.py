"""Reads ZIP files (DOCX, EPUB) within limits on their unpacked size, and XML that defines no entities."""

from __future__ import annotations

import io
import zipfile
import zlib

from lxml import etree

from corpus import corpus_messages
from corpus.corpus_settings import FORMATS
from corpus.errors import SourceError


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
    return archive


def read_part(archive: zipfile.ZipFile, part: str, *, name: str) -> bytes:
    """Return the bytes of a part. Raises SourceError if it is missing, damaged or too large."""
    try:
        size = archive.getinfo(part).file_size
        if size > FORMATS.most_part:
            raise SourceError(corpus_messages.PART_TOO_LARGE.format(part=part, size=size), name)
        return archive.read(part)  # never more than `size`
    except KeyError as error:
        missing = part or corpus_messages.MAIN_PART
        raise SourceError(corpus_messages.PART_MISSING.format(part=missing), name) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise SourceError(corpus_messages.PART_CANNOT_BE_UNPACKED.format(part=part), name) from error


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
