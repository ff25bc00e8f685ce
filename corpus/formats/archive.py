"""The parts of a ZIP file (DOCX, EPUB), with bounds on what they unpack to, and XML without entities of its own."""

from __future__ import annotations

import io
import zipfile
import zlib

from lxml import etree

from corpus.errors import SourceError
from corpus.formats.limits import HIGHEST_RATIO, MOST_PART, MOST_PARTS, MOST_UNPACKED, SMALL

ENCRYPTED = "有密码，打不开。请去掉密码，另存一份再添加。"


def open_zip(data: bytes, *, name: str) -> zipfile.ZipFile:
    """Open it. Raises SourceError if it is damaged, encrypted, or unpacks to more than is reasonable."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise SourceError(
            f"{name}: is damaged ({error}). Get the file again.", "文件损坏了，打不开。请重新取得这个文件。"
        ) from error
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    if (
        len(parts) > MOST_PARTS
        or unpacked > MOST_UNPACKED
        or (unpacked > SMALL and unpacked > HIGHEST_RATIO * len(data))
    ):
        raise SourceError(
            f"{name}: unpacks to {unpacked:,} bytes in {len(parts):,} parts, more than is reasonable for "
            f"{len(data):,} bytes. Save it anew without its pictures.",
            f"文件只有 {len(data):,} 字节，展开却有 {unpacked:,} 字节、{len(parts):,} 个部分，不合常理。"
            "请去掉图片，另存一份再添加。",
        )
    if any(part.flag_bits & 1 for part in parts):
        raise SourceError(f"{name}: is encrypted. Save it without a password and try again.", ENCRYPTED)
    return archive


def read_part(archive: zipfile.ZipFile, part: str, *, name: str) -> bytes:
    """Return a part. Raises SourceError if it is missing, damaged or too large."""
    try:
        size = archive.getinfo(part).file_size
        if size > MOST_PART:
            raise SourceError(
                f"{name}: {part} in it has {size:,} bytes. Divide it into several files.",
                f"里面的 {part} 有 {size:,} 字节，太大了。请分成几个文件再添加。",
            )
        return archive.read(part)  # never more than `size`
    except KeyError as error:
        raise SourceError(
            f"{name}: is damaged: {part} is missing in it. Get the file again.",
            f"文件损坏了：里面缺少 {part or '正文'}。请重新取得这个文件。",
        ) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise SourceError(
            f"{name}: is damaged: {part} in it cannot be unpacked. Get the file again.",
            f"文件损坏了：里面的 {part} 解不开。请重新取得这个文件。",
        ) from error


def read_xml(archive: zipfile.ZipFile, part: str, *, name: str) -> etree._Element:
    """Return the root of an XML part. Raises SourceError as `read_part` does, or if it is not well-formed."""
    try:
        return parse_xml(read_part(archive, part, name=name), name=name)
    except etree.XMLSyntaxError as error:
        raise SourceError(
            f"{name}: is damaged: {part} in it is no XML ({error.msg}). Get the file again.",
            f"文件损坏了：里面的 {part} 不是完好的 XML。请重新取得这个文件。",
        ) from error


def parse_xml(data: bytes, *, name: str) -> etree._Element:
    """Return the root. Raises XMLSyntaxError, and SourceError if the file defines entities of its own."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(data, parser)
    if next(root.iter(etree.Entity), None) is not None:
        raise SourceError(
            f"{name}: its XML defines entities of its own, which are not read. Save it anew.",
            "里面的 XML 自己定义了实体，这里不读。请另存一份再添加。",
        )
    return root


def local(element: etree._Element) -> str:
    """Return the name of an element without its namespace, in lower case; empty for comments and the like."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""
