"""Makes files from choices: HTML, valid ZIP files with XML of our choosing (DOCX, EPUB), and PDF.

Random bytes in a ZIP file or PDF hardly ever get past its checksums; these files are whole, and strange inside.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from tests.fuzz.choices import Choices

_HTML_TAGS = (
    *("p", "div", "h1", "h2", "h6", "ul", "ol", "li", "table", "tr", "td", "th", "caption", "pre", "br", "a", "span"),
    *("header", "nav", "footer", "aside", "main", "article", "section", "ruby", "rt", "script", "style", "template"),
    *("title", "meta", "link", "body", "head", "html", "frameset", "svg", "b", "dl", "dt", "dd", "form", "select"),
)
_HTML_ATTRIBUTES = {
    "class": ("nav", "footer", "breadcrumb", "share", "main", "toc"),
    "id": ("a", "b", "nav", "content"),
    "href": ("#a", "a.html", "http://a.b/c", "javascript:1"),
    "style": ("display:none", "display : none", "visibility:hidden", ""),
    "hidden": ("",),
    "role": ("navigation", "presentation", "none", "main"),
    "name": ("author", "citation_title", "date", "citation_doi", "keywords", "a"),
    "property": ("og:title", "article:published_time", "og:site_name"),
    "content": ("甲；乙", "2021-09-17", "2021-13-40", "10.1000/a", "题", "https://a.b"),
    "rel": ("canonical",),
    "charset": ("gb2312", "utf-8", "utf-7", "x"),
    "data-read": ("",),
}
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_WORD_TAGS = re.findall(
    r"[\w:]+",
    "w:p w:r w:t w:tab w:br w:cr w:sym w:tbl w:tr w:tc w:pPr w:rPr w:pStyle w:numPr w:numId w:ilvl w:outlineLvl "
    "w:vanish w:del w:ins w:moveFrom w:sdt w:sdtPr w:sdtContent w:docPartObj w:docPartGallery w:footnoteReference "
    "w:endnoteReference w:txbxContent w:instrText w:ruby w:rt w:sectPr w:style w:name w:basedOn w:abstractNum w:num "
    "w:lvl w:numFmt w:lvlText w:start w:lvlRestart w:lvlOverride w:startOverride w:isLgl w:suff w:abstractNumId "
    "w:numStyleLink w:footnote w:hyperlink w:smartTag",
)
_WORD_ATTRIBUTES = {
    "w:val": (
        *(
            "0",
            "1",
            "2",
            "9",
            "99999",
            "-1",
            "a",
            "heading 1",
            "标题 2",
            "toc 1",
            "title",
            "decimal",
            "%1.%2",
            "第%1章",
        ),
        *("chineseCounting", "upperRoman", "lowerLetter", "ideographTraditional", "bullet", "none", "nothing"),
        *("Table of Contents", "false", ""),
    ),
    "w:id": ("0", "1", "2", "a"),
    "w:styleId": ("0", "1", "a", "heading 1"),
    "w:type": ("paragraph", "normal", "separator", "numbering"),
    "w:default": ("1", "true", "0"),
    "w:ilvl": ("0", "1", "8", "9", "x"),
    "w:numId": ("0", "1", "2"),
    "w:abstractNumId": ("0", "1", "2"),
    "w:char": ("F0B7", "d800", "0000", "zz", "4e2d"),
}
_EPUB_TAGS = (
    *("package", "manifest", "item", "spine", "itemref", "metadata", "dc:title", "dc:creator", "dc:contributor"),
    *("dc:date", "meta", "rootfiles", "rootfile", "nav", "ol", "li", "a", "navMap", "navPoint", "navLabel", "text"),
    *("content", "html", "body", "p", "h1", "div", "table", "tr", "td", "EncryptionMethod", "br"),
)
_EPUB_ATTRIBUTES = {
    "id": ("a", "b", "nav", "ncx"),
    "idref": ("a", "b", "nav", "c"),
    "href": ("a.xhtml", "b.xhtml", "a.xhtml#x", "../a", "%2e%2e/a", "nav.xhtml", "", "//["),
    "src": ("a.xhtml", "b.xhtml#x", "http://[", ""),
    "media-type": ("application/xhtml+xml", "application/x-dtbncx+xml", "text/html", "image/png"),
    "properties": ("nav", "cover", ""),
    "full-path": ("OPS/book.opf", "a", ""),
    "property": ("role",),
    "refines": ("#a",),
    "Algorithm": ("x", "http://www.idpf.org/2008/embedding"),
    "epub:type": ("toc", "landmarks"),
    "opf:role": ("trl", "aut"),
}


def markup(choices: Choices, tags: Sequence[str], attributes: Mapping[str, Sequence[str]], *, most: int = 400) -> str:
    """Return elements with attributes and text, well-formed; a byte 254 ends them."""
    parts: list[str] = []
    opened: list[str] = []
    names = list(attributes)
    while choices and len(parts) < most:
        byte = choices.byte()
        if byte == 254:
            break
        if byte < 140:
            tag = tags[byte % len(tags)]
            count = choices.byte() % 4
            chosen = {choices.pick(names): choices.byte() for _ in range(count)}
            values = "".join(
                f" {name}={quoteattr(attributes[name][at % len(attributes[name])])}" for name, at in chosen.items()
            )
            parts.append(f"<{tag}{values}>")
            opened.append(tag)
        elif byte < 190:
            if opened:
                parts.append(f"</{opened.pop()}>")
        elif byte < 194:
            parts.append(("<!-- -->", "<?a b?>", "&#160;", "<![CDATA[<]]>")[byte - 190])
        else:
            parts.append(escape(_printable(choices.text(3))))
    return "".join([*parts, *(f"</{tag}>" for tag in reversed(opened))])


def _printable(text: str) -> str:
    """Return the text without characters that XML forbids."""
    return "".join(c for c in text if c in "\t\n\r" or (c >= " " and not 0xD800 <= ord(c) < 0xE000 and c < "\ufffe"))


def html_page(choices: Choices) -> bytes:
    """Return a page: raw bytes, or elements, which may be cut off in the middle."""
    if choices.byte() % 4 == 0:
        return choices.rest()
    return markup(choices, _HTML_TAGS, _HTML_ATTRIBUTES).encode("utf-8", "replace")


def zip_file(parts: Mapping[str, bytes]) -> bytes:
    """Return a ZIP file of these parts, stored as they are."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return stream.getvalue()


_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_WORD_PARTS = {"document": "document.main", "styles": "styles", "numbering": "numbering", "footnotes": "footnotes"}
_CONTENT_TYPES = (
    f'<Types xmlns="{_PACKAGE}/content-types">'
    f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    + "".join(f'<Override PartName="/word/{n}.xml" ContentType="{_TYPE}.{t}+xml"/>' for n, t in _WORD_PARTS.items())
    + "</Types>"
).encode()
_ROOT_RELATIONS = (
    f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" Type="{_RELATIONS}/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
).encode()
_WORD_RELATIONS = (
    f'<Relationships xmlns="{_PACKAGE}/relationships">'
    + "".join(
        f'<Relationship Id="r{n}" Type="{_RELATIONS}/{n}" Target="{n}.xml"/>' for n in _WORD_PARTS if n != "document"
    )
    + "</Relationships>"
).encode()


def docx_file(choices: Choices) -> bytes:
    """Return a Word file whose body, styles, lists and notes are made from choices, or whose parts are raw bytes."""
    how = choices.byte()
    parts = {
        "[Content_Types].xml": _CONTENT_TYPES,
        "_rels/.rels": _ROOT_RELATIONS,
        "word/_rels/document.xml.rels": _WORD_RELATIONS,
    }
    for bit, part in enumerate(_WORD_PARTS):
        inner = "w:body" if part == "document" else ""
        body = markup(choices, _WORD_TAGS, _WORD_ATTRIBUTES)
        body = f"<{inner}>{body}</{inner}>" if inner else body
        xml = f'<w:{part} xmlns:w="{_W}">{body}</w:{part}>'.encode("utf-8", "replace")
        parts[f"word/{part}.xml"] = choices.take(40) + xml if how == bit else xml
    if how == 100:
        parts[choices.pick(list(parts))] = choices.rest()
    return zip_file(parts)


_OPF = (
    '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:opf="http://www.idpf.org/2007/opf">{}<manifest>'
    '<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/>'
    '<item id="b" href="b.xhtml" media-type="application/xhtml+xml"/>'
    '<item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>{}'
    '</manifest><spine><itemref idref="a"/><itemref idref="b"/>{}</spine></package>'
)
_XHTML = '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><body>{}</body></html>'


def epub_file(choices: Choices) -> bytes:
    """Return a book with package, chapters and contents made from choices, or with a part of raw bytes."""
    how = choices.byte()

    def some(most: int) -> str:
        return markup(choices, _EPUB_TAGS, _EPUB_ATTRIBUTES, most=most).replace("epub:type", "type")

    chapters = [_XHTML.format(markup(choices, _HTML_TAGS, _HTML_ATTRIBUTES, most=100)) for _ in range(2)]
    package = _OPF.format(f"<metadata>{some(20)}</metadata>", some(20), some(20))
    navigation = _XHTML.format(f'<nav epub:type="toc"><ol>{some(60).replace("dc:", "")}</ol></nav>')
    container = '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>'
    parts = {
        "mimetype": b"application/epub+zip",
        "META-INF/container.xml": container.encode(),
        "OPS/book.opf": package.encode("utf-8", "replace"),
        "OPS/a.xhtml": chapters[0].encode("utf-8", "replace"),
        "OPS/b.xhtml": chapters[1].encode("utf-8", "replace"),
        "OPS/nav.xhtml": navigation.encode("utf-8", "replace"),
    }
    if how < 60:
        name = list(parts)[how % len(parts)]
        parts[name] = choices.rest() if how % 2 else parts[name][: choices.byte() * 4] + choices.rest()
    elif how < 80:
        parts["META-INF/encryption.xml"] = f"<encryption>{some(20).replace('dc:', '')}</encryption>".encode()
    return zip_file(parts)


_OPERATORS = ("Tj", "'", "T*", "Td", "Tm", "Tf", "Tr", "Tc", "Tw", "Tz", "TL", "Ts", "BT", "ET", "q", "Q", "cm", "Do")
_NUMBERS = ("0", "1", "-1", "12", "100", "700", "0.001", "-12", "99999", "1e9", "300", "20")


def pdf_file(choices: Choices) -> bytes:
    """Return raw bytes, or a PDF of a few pages with text at any places, without a table of objects."""
    how = choices.byte()
    if how < 128:
        return choices.rest()
    count = 1 + how % 3
    kids = " ".join(f"{10 + 2 * page} 0 R" for page in range(count))
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R/Outlines 5 0 R>>",
        2: f"<</Type/Pages/Count {count}/Kids[{kids}]>>".encode(),
        3: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        4: b"<</Title(" + choices.take(choices.byte() % 16) + b")/Author(a; b)/CreationDate(D:2021)>>",
        5: b"<</Type/Outlines/First 6 0 R/Last 6 0 R/Count 1>>",
        6: _bookmark(choices),
    }
    for page in range(count):
        stream = _page(choices)
        rotate = choices.pick((0, 90, 180, 270, 45))
        objects[10 + 2 * page] = (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {choices.pick(_NUMBERS)} 800]/Rotate {rotate}"
            f"/Contents {11 + 2 * page} 0 R/Resources<</Font<</F 3 0 R>>>>>>"
        ).encode()
        objects[11 + 2 * page] = f"<</Length {len(stream)}>>stream\n".encode() + stream + b"\nendstream"
    body = b"".join(b"%d 0 obj" % number + content + b"endobj\n" for number, content in objects.items())
    return b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R/Info 4 0 R>>\n%%EOF"


def _bookmark(choices: Choices) -> bytes:
    title, page, after = _literal(choices), 10 + 2 * (choices.byte() % 4), choices.byte() % 9
    entry = f"<</Title({title})/Parent 5 0 R/Dest[{page} 0 R/Fit]/Next {after} 0 R>>"
    return entry.encode("latin-1", "replace")


def _page(choices: Choices) -> bytes:
    parts = ["BT /F 12 Tf 50 700 Td 14 TL"]
    while choices and len(parts) < 120:
        byte = choices.byte()
        if byte == 254:
            break
        if byte < 150:
            parts.append(f"({_literal(choices)}) {('Tj', chr(39))[byte % 2]}")
        elif byte < 200:
            parts.append(f"{choices.pick(_NUMBERS)} {choices.pick(_NUMBERS)} Td")
        elif byte < 220:
            numbers = " ".join(choices.pick(_NUMBERS) for _ in range(6))
            parts.append(f"{numbers} {('Tm', 'cm')[byte % 2]}")
        elif byte < 235:
            parts.append(f"/F {choices.pick(_NUMBERS)} Tf")
        else:
            parts.append(f"{choices.pick(_NUMBERS)} {choices.pick(_OPERATORS)}")
    return " ".join([*parts, "ET"]).encode("latin-1", "replace")


def _literal(choices: Choices) -> str:
    words = choices.pick(("1. Scope", "Chapter 1", "the of and to", "- 3 -", "A. On All", "hyphen-", "\xad", "(a)", ""))
    words += choices.take(choices.byte() % 12).decode("latin-1")
    return words.replace("\\", "").replace("(", "\\(").replace(")", "\\)")
