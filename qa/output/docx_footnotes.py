"""Footnotes in a DOCX file, which python-docx does not write: a mark after the words, the note at the page's foot."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from docx.document import Document as Docx
    from docx.oxml.text.paragraph import CT_P
    from docx.package import Package
    from docx.parts.story import StoryPart
    from docx.text.paragraph import Paragraph

TEXT_STYLE = "footnote text"
MARK_STYLE = "footnote reference"
"""Word knows both styles by these names."""

_PART = "/word/footnotes.xml"
_NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_NO_NOTES = f"""<w:footnotes xmlns:w="{_NAMESPACE}">
<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>
<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>
</w:footnotes>"""
"""The two lines that a word processor draws above footnotes: they have the numbers before 1."""


def set_up_footnotes(file: Docx) -> None:
    """Give a file the two styles of footnotes. Their fonts are the caller's to set."""
    from docx.enum.style import WD_STYLE_TYPE

    names = {style.name for style in file.styles}
    if TEXT_STYLE not in names:
        file.styles.add_style(TEXT_STYLE, WD_STYLE_TYPE.PARAGRAPH).base_style = file.styles["Normal"]
    if MARK_STYLE not in names:
        file.styles.add_style(MARK_STYLE, WD_STYLE_TYPE.CHARACTER).font.superscript = True


def add_footnote(paragraph: Paragraph, text: str) -> Paragraph:
    r"""Put a footnote's mark at the end of a paragraph, and return the note: its `text` in one paragraph.

    The file is a new one that `set_up_footnotes` has seen. `\n` becomes a line break. Word processors number the
    notes through.
    Raises ValueError for a character that XML cannot hold; the file is then as it was.
    """
    from docx.oxml.parser import OxmlElement, parse_xml
    from docx.text.paragraph import Paragraph

    part = _footnotes_of(paragraph)
    number = str(len(part.element) - 1)  # the two separators come before number 1
    note = parse_xml(f'<w:footnote xmlns:w="{_NAMESPACE}" w:id="{number}"/>')
    own = OxmlElement("w:p")
    note.append(own)
    noted = Paragraph(cast("CT_P", own), part)
    noted.style = TEXT_STYLE
    noted.add_run(style=MARK_STYLE)._r.append(OxmlElement("w:footnoteRef"))
    noted.add_run(f" {text}")
    part.element.append(note)
    mark = paragraph.add_run(style=MARK_STYLE)
    mark._r.append(OxmlElement("w:footnoteReference", {f"{{{_NAMESPACE}}}id": number}))
    return noted


def _footnotes_of(paragraph: Paragraph) -> StoryPart:
    """Return the part of a paragraph's file that holds the footnotes; make it where there is none."""
    from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.oxml.parser import parse_xml
    from docx.parts.story import StoryPart

    document = paragraph.part
    for relation in document.rels.values():
        if relation.reltype == RELATIONSHIP_TYPE.FOOTNOTES:
            return cast("StoryPart", relation.target_part)
    notes = parse_xml(_NO_NOTES)
    part = StoryPart(PackURI(_PART), CONTENT_TYPE.WML_FOOTNOTES, notes, cast("Package", document.package))
    document.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    return part
