"""Writes a text as flat OpenDocument, which LibreOffice prints."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence

from benchmarks.printed_texts import CONTENTS, Item, Variant, lead

_SPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("style", "style"),
        ("text", "text"),
        ("svg", "svg-compatible"),
        ("fo", "xsl-fo-compatible"),
    )
)
_CHAPTER = '<text:p text:style-name="Small"><text:chapter text:display="name" text:outline-level="2"/></text:p>'
_PAGE = '<text:p text:style-name="Small"><text:page-number text:select-page="current">1</text:page-number></text:p>'
_BOLD = 'fo:font-weight="bold" style:font-weight-asian="bold"'
_TAB = (
    '<style:tab-stops><style:tab-stop style:position="140mm" style:type="right" style:leader-style="dotted" '
    'style:leader-text="."/></style:tab-stops>'
)


def flat_odt(items: Sequence[Item], variant: Variant) -> str:
    return "".join(
        (
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<office:document office:mimetype="application/vnd.oasis.opendocument.text" office:version="1.3" ',
            f"{_SPACES}><office:font-face-decls>",
            *(
                f'<style:font-face style:name="{name}" svg:font-family="{name}"/>'
                for name in ("Noto Serif CJK SC", "Liberation Serif")
            ),
            "</office:font-face-decls>",
            f"<office:styles>{''.join(_styles(variant))}</office:styles>",
            f"<office:automatic-styles>{''.join(_page_styles(variant))}</office:automatic-styles>",
            '<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="P">',
            f"<style:header>{_CHAPTER}</style:header>" * variant.heads,
            f"<style:footer>{_PAGE}</style:footer>" * variant.numbers,
            "</style:master-page></office:master-styles><office:body><office:text>",
            *_body(items, variant),
            "</office:text></office:body></office:document>",
        )
    )


def _sized(size: float) -> str:
    return f'fo:font-size="{size:g}pt" style:font-size-asian="{size:g}pt"'


def _style(name: str, paragraph: str, text: str = "", *, inside: str = "", outline: int = 0) -> str:
    level = f' style:default-outline-level="{outline}"' if outline else ""
    return (
        f'<style:style style:name="{name}" style:family="paragraph"{level}>'
        f"<style:paragraph-properties {paragraph}>{inside}</style:paragraph-properties>"
        f"<style:text-properties {text}/></style:style>"
    )


def _styles(variant: Variant) -> Iterator[str]:
    lang, country = ("zh", "CN") if variant.is_chinese else ("en", "GB")
    align = f'fo:text-align="{"justify" if variant.justified else "start"}"'
    # Punctuation that hangs beyond a column is not printed.
    lines = f'{align} fo:line-height="150%" style:punctuation-wrap="simple"'
    first = f'fo:text-indent="{2 * variant.size}pt"' if variant.indented else 'fo:margin-bottom="8pt"'
    yield (
        '<style:default-style style:family="paragraph"><style:paragraph-properties/><style:text-properties '
        f'style:font-name-asian="Noto Serif CJK SC" style:font-name="Liberation Serif" {_sized(variant.size)} '
        f'fo:language="{lang}" fo:country="{country}" style:language-asian="zh" style:country-asian="CN" '
        'fo:hyphenate="true" fo:hyphenation-remain-char-count="2" fo:hyphenation-push-char-count="2"/>'
        "</style:default-style>"
    )
    around = 'fo:margin-top="6pt" fo:margin-bottom="6pt"'
    yield _style("Body", f"{first} {lines}")
    yield _style("Quote", f'fo:margin-left="10mm" fo:margin-right="10mm" {around} {lines}')
    yield _style("Item", f'fo:margin-left="8mm" fo:text-indent="-5mm" {lines}')
    yield _style("Caption", 'fo:text-align="center"', _sized(0.9 * variant.size))
    yield _style("Small", 'fo:text-align="center"', _sized(9))
    yield _style("Note", 'fo:text-align="start"', _sized(0.85 * variant.size))
    yield _style("Line", "", inside=_TAB)
    yield _style("H1", 'fo:text-align="center" fo:margin-bottom="12pt"', _sized(20), outline=1)
    for level, scale in ((2, 1.4), (3, 1.2)):
        apart = 'fo:keep-with-next="always" fo:margin-top="10pt" fo:margin-bottom="4pt"'
        yield _style(f"H{level}", apart, f"{_sized(scale * variant.size)} {_BOLD}", outline=level)
    for name, text in (("Bold", _BOLD), ("Raised", 'style:text-position="super 58%"')):
        yield f'<style:style style:name="{name}" style:family="text"><style:text-properties {text}/></style:style>'
    yield (
        '<text:notes-configuration text:note-class="footnote" text:citation-style-name="Raised" '
        'text:citation-body-style-name="Raised" style:num-format="1" text:start-value="1"/>'
    )


def _page_styles(variant: Variant) -> Iterator[str]:
    width, height = variant.paper
    margins = " ".join(f'fo:margin-{side}="{15 if side in ("top", "bottom") else 20}mm"' for side in _SIDES)
    space = '<style:header-footer-properties fo:min-height="8mm" fo:margin-bottom="4mm" fo:margin-top="4mm"/>'
    yield (
        f'<style:page-layout style:name="P"><style:page-layout-properties fo:page-width="{width}mm" '
        f'fo:page-height="{height}mm" {margins}/><style:header-style>{space}</style:header-style>'
        f"<style:footer-style>{space}</style:footer-style></style:page-layout>"
    )
    columns = f'<style:columns fo:column-count="{variant.columns}" fo:column-gap="8mm"/>' if variant.columns > 1 else ""
    yield (
        '<style:style style:name="Cols" style:family="section"><style:section-properties>'
        f"{columns}</style:section-properties></style:style>"
        '<style:style style:name="Break" style:family="paragraph" style:parent-style-name="Body">'
        '<style:paragraph-properties fo:break-before="page"/></style:style>'
    )


_SIDES = ("top", "bottom", "left", "right")


def _body(items: Sequence[Item], variant: Variant) -> Iterator[str]:
    title, *rest = items
    yield _heading(title)
    if variant.contents:
        yield f'<text:p text:style-name="{"Break" if variant.title_page else "Body"}">{CONTENTS[variant.is_chinese]}'
        yield "</text:p>"
        for number, item in enumerate(item for item in rest if item.level):
            words = f"{html.escape(item.text)}<text:tab/>{3 + number // 2}"
            yield f'<text:p text:style-name="Line">{words}</text:p>'
    if variant.contents or variant.title_page:
        yield '<text:p text:style-name="Break"/>'
    yield '<text:section text:style-name="Cols" text:name="S">'
    for number, item in enumerate(rest):
        yield _heading(item) if item.level else _paragraph(item, variant, number)
    yield "</text:section>"


def _heading(item: Item) -> str:
    attributes = f'text:style-name="H{item.level}" text:outline-level="{item.level}"'
    return f"<text:h {attributes}>{html.escape(item.text)}</text:h>"


def _paragraph(item: Item, variant: Variant, number: int) -> str:
    bold, words = map(html.escape, lead(item, variant))
    if bold:
        words = f'<text:span text:style-name="Bold">{bold}</text:span>{words}'
    if item.note:
        words += (
            f'<text:note text:id="n{number}" text:note-class="footnote"><text:note-citation>1</text:note-citation>'
            f'<text:note-body><text:p text:style-name="Note">{html.escape(item.note)}</text:p></text:note-body>'
            f"</text:note>{html.escape(item.halves[1])}"
        )
    style = "Body" if item.kind == "paragraph" else item.kind.title()
    return f'<text:p text:style-name="{style}">{words}</text:p>'
