"""Reads EPUB: documents in the order of the spine, chapters of the table of contents as headings."""

from __future__ import annotations

import html.entities
import posixpath
import re
from dataclasses import dataclass
from urllib.parse import unquote
from zipfile import ZipFile

from lxml import etree

from corpus import corpus_messages
from corpus.bibliography.edition import CitationFields
from corpus.corpus_settings import FORMATS
from corpus.errors import SourceError
from corpus.formats.archive import local, open_zip, parse_xml, read_part, read_xml
from corpus.formats.extracted_text import Extracted, TextWriter
from corpus.formats.html import decode_html, inline_text, parse_html, write_blocks
from corpus.formats.html_boilerplate import find_boilerplate
from corpus.formats.properties import by_field, properties

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_FONTS_ONLY = frozenset({"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"})
_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]*);")
_XML_ENTITIES = frozenset({b"amp", b"lt", b"gt", b"quot", b"apos"})


@dataclass(frozen=True, slots=True)
class _Chapter:
    """An entry of the table of contents."""

    title: str
    target: str
    """Path of the document in the archive."""
    anchor: str
    level: int


def read_epub(data: bytes, *, name: str) -> Extracted:
    """Return the text of a book. Raises SourceError if it is damaged or protected, or has no text."""
    archive = open_zip(data, name=name)
    _refuse_protected(archive, name)
    container = read_xml(archive, _CONTAINER, name=name)
    package_path = next((root.get("full-path") or "" for root in container.iter("{*}rootfile")), "")
    package = read_xml(archive, package_path, name=name)
    items = _items(package, posixpath.dirname(package_path))
    chapters = _chapters(archive, package, items, name)
    book = TextWriter(name)
    starts: dict[tuple[str, str], int] = {}
    read: set[str] = set()
    for reference in package.iter("{*}itemref"):
        item = items.get(reference.get("idref") or "")
        # The standard allows a document once in the spine. One that comes again would make a small file a huge text.
        if item is None or "html" not in item.kind or item.path in read:
            continue
        read.add(item.path)
        root = _parse(read_part(archive, item.path, name=name), name)
        body = next((element for element in root if local(element) == "body"), root)
        book.gap()
        starts[item.path, ""] = book.length
        # The navigation document is not text of the book, even if the spine has it.
        boilerplate = {body: "contents"} if "nav" in item.properties.split() else find_boilerplate(body)
        starts |= {(item.path, anchor): at for anchor, at in write_blocks(book, body, boilerplate).items()}
    entries = [
        (at, chapter.title, chapter.level)
        for chapter in chapters
        if (at := starts.get((chapter.target, chapter.anchor), starts.get((chapter.target, "")))) is not None
    ]
    book.mark_headings(entries, near=FORMATS.epub_title_lines)
    return book.finish(_properties(package), whole_paragraphs=book.has_headings)


def _refuse_protected(archive: ZipFile, name: str) -> None:
    if _ENCRYPTION in archive.namelist():
        methods = read_xml(archive, _ENCRYPTION, name=name).iter("{*}EncryptionMethod")
        if any(method.get("Algorithm") not in _FONTS_ONLY for method in methods):
            raise SourceError(corpus_messages.DRM, name)


@dataclass(frozen=True, slots=True)
class _Item:
    path: str
    kind: str
    properties: str


def _items(package: etree._Element, folder: str) -> dict[str, _Item]:
    return {
        item.get("id") or "": _Item(
            _path(folder, item.get("href") or ""), item.get("media-type") or "", item.get("properties") or ""
        )
        for manifest in package.iter("{*}manifest")
        for item in manifest
        if local(item) == "item"
    }


def _path(folder: str, reference: str) -> str:
    """Return the path in the archive of a reference relative to `folder`."""
    return posixpath.normpath(posixpath.join(folder, unquote(reference)))


def _parse(data: bytes, name: str) -> etree._Element:
    """Return the root of a document, parsed as XML, or as HTML if it is not well-formed."""

    def named(match: re.Match[bytes]) -> bytes:
        character = html.entities.html5.get(match[1].decode("ascii") + ";")
        if match[1] in _XML_ENTITIES or character is None:
            return match[0]
        return "".join(f"&#{ord(part)};" for part in character).encode("ascii")

    try:
        return parse_xml(_ENTITY.sub(named, data), name=name)
    except etree.XMLSyntaxError:
        return parse_html(decode_html(data, name=name), name=name)


def _chapters(archive: ZipFile, package: etree._Element, items: dict[str, _Item], name: str) -> list[_Chapter]:
    """Return the table of contents of EPUB 3 (nav) or, without that, of EPUB 2 (NCX)."""
    for item in items.values():
        if "nav" in item.properties.split():
            root = _parse(read_part(archive, item.path, name=name), name)
            navs = list(root.iter("{*}nav"))
            tables = [nav for nav in navs if "toc" in (nav.get("{http://www.idpf.org/2007/ops}type") or "").split()]
            return _nav_chapters((tables or navs)[:1], posixpath.dirname(item.path))
    for item in items.values():
        if item.kind == "application/x-dtbncx+xml":
            root = read_xml(archive, item.path, name=name)
            return _ncx_chapters(root, posixpath.dirname(item.path))
    return []


def _nav_chapters(navs: list[etree._Element], folder: str) -> list[_Chapter]:
    chapters = []
    for nav in navs:
        level = sum(local(ancestor) == "ol" for ancestor in nav.iterancestors())
        walk = etree.iterwalk(nav, events=("start", "end"))
        for event, element in walk:
            if local(element) == "ol":
                level += 1 if event == "start" else -1
            elif local(element) == "a" and event == "start":
                chapters.append(_chapter(inline_text(element), element.get("href") or "", folder, level))
                walk.skip_subtree()
    return chapters


def _ncx_chapters(root: etree._Element, folder: str) -> list[_Chapter]:
    chapters = []
    level = 0
    for event, point in etree.iterwalk(root, events=("start", "end"), tag="{*}navPoint"):
        level += 1 if event == "start" else -1
        if event == "end":
            continue
        title = next(
            (" ".join("".join(map(str, label.itertext())).split()) for label in point.iterfind("{*}navLabel")), ""
        )
        source = next((content.get("src") or "" for content in point.iterfind("{*}content")), "")
        chapters.append(_chapter(title, source, folder, level))
    return chapters


def _chapter(title: str, reference: str, folder: str, level: int) -> _Chapter:
    path, _, anchor = reference.partition("#")  # urllib raises errors of its own at http://[
    return _Chapter(title, _path(folder, path), unquote(anchor), min(max(level, 1), FORMATS.epub_contents_depth))


def _properties(package: etree._Element) -> CitationFields | None:
    raw: dict[str, list[str]] = {}
    for metadata in package.iterchildren("{*}metadata"):
        roles = {
            meta.get("refines") or "": (meta.text or "").strip()
            for meta in reversed(list(metadata.iter("{*}meta")))
            if meta.get("property") == "role"
        }
        for element in metadata.iter():
            if (tag := local(element)) and element.text:
                # The MARC code of a contributor (`trl`) stands in a meta element (EPUB 3) or an attribute (EPUB 2).
                role = roles.get(f"#{element.get('id')}", element.get("{http://www.idpf.org/2007/opf}role") or "")
                raw.setdefault(f"{tag}:{role}" if tag == "contributor" else tag, []).append(element.text)
    raw["date"] = raw.get("date", [])[:1]  # the others are dates of changes to the file
    return properties(by_field(raw, "epub"))
