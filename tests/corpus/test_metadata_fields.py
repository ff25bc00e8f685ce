"""The table of bibliographic fields: every format uses the names of the table."""

from __future__ import annotations

import dataclasses
import io
import re
import tomllib
import zipfile

import docx
import pytest
from reportlab.pdfgen.canvas import Canvas

from corpus.bibliography.edition import CitationFields, Value, parse_edition
from corpus.bibliography.edition_template import draft_edition
from corpus.bibliography.metadata import with_supplied
from corpus.bibliography.metadata_fields import FIELDS, FileForm, MetadataField, keys_of, read_doi
from corpus.document import Date, Document, Metadata, SourcedValue
from corpus.errors import SourceError
from corpus.parse import parse, parse_source
from corpus.source import Source

_TOLD = {
    "title": "渡口记",
    "authors": "陆晚",
    "translators": "何川",
    "date": "2019-04-30",
    "number": "石政发〔2019〕14号",
    "publication": "石浦学刊",
    "volume": "27",
    "issue": "4",
    "edition": "3",
    "publisher": "石浦社",
    "place": "石浦",
    "subtitle": "一个县的水路",
    "page": "88-97",
    "doi": "10.5555/sp.2019.88",
    "url": "https://sp.example.org/88",
    "accessed": "2023-11-02",
    "language": "zh-Hant",
}
"""A value for each field. No value is part of another."""
_XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/">{}</rdf:Description></rdf:RDF></x:xmpmeta>'
)


def _claims(form: FileForm) -> list[pytest.ParameterSet]:
    return [pytest.param(field, key, id=f"{field.name} as {key}") for field in FIELDS for key in keys_of(field, form)]


def _shown(metadata: Metadata, field: MetadataField) -> str:
    value = getattr(metadata, field.name)
    values = value if isinstance(value, tuple) else () if value is None else (value,)
    return "；".join(one.text if isinstance(one, SourcedValue) else str(one) for one in values)


def _written(field: MetadataField) -> object:
    value = Value(supplied=_TOLD[field.name])
    return (value,) if field.kind == "person" else value


def _parts(key: str, value: str) -> list[tuple[str, str]]:
    """Return the names and values in a file: two for the ends of a range."""
    return list(zip(key.split("/"), value.split("-"), strict=True)) if "/" in key else [(key, value)]


def test_the_record_of_a_work_has_the_fields_of_the_table() -> None:
    """They have the table's order, and the type of the kind of value."""
    types = {"person": "tuple[SourcedValue, ...]", "date": "Date | None"}
    declared = {field.name: field.type for field in dataclasses.fields(Metadata)}

    assert list(declared) == ["kind", *(field.name for field in FIELDS)]
    for field in FIELDS[1:]:
        assert declared[field.name] == types.get(field.kind, "SourcedValue | None")


def test_every_field_has_a_name_in_both_languages_and_in_each_form_of_citation() -> None:
    """The title includes the subtitle; no two fields share a name."""
    for field in FIELDS:
        assert all((field.label.zh, field.label.en, field.help.zh, field.help.en))
        assert bool(field.csl) == bool(field.ris) == bool(field.bibtex) == (field.name != "subtitle")
    for names in (
        [field.csl for field in FIELDS],
        [field.ris for field in FIELDS],
        [field.label.zh for field in FIELDS],
    ):
        assert len(set(names)) == len(names)


def test_an_edition_file_says_every_field() -> None:
    """The keys are the table's names, and the comments of the template are valid entries."""
    draft = draft_edition(parse("甲。\n", name="甲"))
    offered = draft[draft.index("#   [works.citation]") :].partition("\n\n")[0].replace("#   ", "")
    keys = tomllib.loads(offered)["works"]["citation"]
    assert list(keys) == [field.name for field in FIELDS]

    for field in FIELDS:
        entry = f'{{ supplied = "{_TOLD[field.name]}" }}'
        keys = f"{field.name} = [{entry}]" if field.kind == "person" else f"{field.name} = {entry}"
        document = parse("甲。\n", name="甲")
        toml = f'sha256 = "{document.sha256}"\n[[works]]\nlines = ["1"]\n[works.citation]\n{keys}\n'
        metadata = parse("甲。\n", name="甲", edition=parse_edition(toml, name="a.toml")).metadata[0]
        assert _shown(metadata, field) == _TOLD[field.name]


@pytest.mark.parametrize("field", FIELDS, ids=[field.name for field in FIELDS])
def test_what_a_person_supplies_takes_the_place_of_what_is_known(field: MetadataField) -> None:
    """This holds for every field, and no other field changes."""
    document = with_supplied(parse("甲。\n", name="甲"), [CitationFields.model_validate({field.name: _written(field)})])
    other = parse("甲。\n", name="甲")

    assert _shown(document.metadata[0], field) == _TOLD[field.name]
    for one in FIELDS:
        assert one is field or getattr(document.metadata[0], one.name) == getattr(other.metadata[0], one.name)


@pytest.mark.parametrize(("field", "key"), _claims("html"))
def test_a_page_says_it_in_its_meta_elements(field: MetadataField, key: str) -> None:
    """Every name of a field in the table is read."""
    head = {
        "<title>": f"<title>{_TOLD[field.name]}</title>",
        "<link rel=canonical>": f'<link rel="canonical" href="{_TOLD[field.name]}">',
    }.get(key) or "".join(f'<meta name="{name}" content="{value}">' for name, value in _parts(key, _TOLD[field.name]))

    start = f'<html lang="{_TOLD[field.name]}">' if key == "<html lang>" else "<html>"
    page = f"{start}<head>{head}</head><body><p>船靠岸。</p>".encode()
    assert _shown(_read("a.html", page), field) == _TOLD[field.name]


@pytest.mark.parametrize(("field", "key"), _claims("front_matter"))
def test_front_matter_says_it(field: MetadataField, key: str) -> None:
    """Values are words of the source, which need no brackets, except dates."""
    said = Source.from_file("a.md", f"---\n{key}: {_TOLD[field.name]}\n---\n\n船靠岸。\n".encode(), None).properties
    value = getattr(said, field.name)
    one = value[0] if isinstance(value, tuple) else value

    assert (one.supplied if field.kind == "date" else one.words) == _TOLD[field.name]
    assert one.line == (None if field.kind == "date" else 2)


@pytest.mark.parametrize(("field", "key"), _claims("front_matter"))
def test_front_matter_in_toml_says_it(field: MetadataField, key: str) -> None:
    """As in YAML; the value is that of its key, where lines above hold it too."""
    told = _TOLD[field.name]
    lines = ("+++", f"# {told}", f"'{key}' = [", f'  "{told}"]', "[params]", "x = 1", "+++", "", "船靠岸。")
    text = "\r\n".join(lines)
    said = Source.from_file("a.md", text.encode(), None).properties
    value = getattr(said, field.name)
    one = value[0] if isinstance(value, tuple) else value

    assert (one.supplied if field.kind == "date" else one.words) == told
    assert one.line == (None if field.kind == "date" else 4)


@pytest.mark.parametrize(
    "front",
    [
        "+++\ntitle = \n+++",
        "+++\ntitle = 1979-01-01\nauthor = {a = 1}\n+++",
        "---\ntitle = '航道'\n---",
        "+++\n" + "a=" + "[" * 9000 + "\n+++",
    ],
)
def test_front_matter_that_is_broken_says_nothing_wrong(front: str) -> None:
    said = Source.from_file("a.md", f"{front}\n\n船靠岸。\n".encode(), None).properties

    assert said is None or (said.title and said.title.words == "1979-01-01" and not said.authors)


@pytest.mark.parametrize("character", ["\x85", "\u2028", "\u2029"])
def test_front_matter_has_the_lines_of_its_text(character: str) -> None:
    """YAML ends a line at more characters than a text does."""
    text = f"---\nnote: '船{character}岸'\ntitle: 航道\n---\n\n船靠岸。\n"
    said = Source.from_file("a.md", text.encode(), None).properties

    assert said is not None and said.title is not None
    assert (said.title.line, said.title.words) == (3, "航道")


@pytest.mark.parametrize(("field", "key"), _claims("epub"))
def test_a_book_says_it_in_its_package(field: MetadataField, key: str) -> None:
    """Values are Dublin Core elements; an attribute (EPUB 2) or a meta (EPUB 3) gives a contributor's role."""
    tag, _, role = key.partition(":")
    second = f'<dc:{tag} xmlns:opf="http://www.idpf.org/2007/opf" opf:role="{role}">{_TOLD[field.name]}</dc:{tag}>'
    third = f'<dc:{tag} id="c">{_TOLD[field.name]}</dc:{tag}><meta refines="#c" property="role">{role}</meta>'
    for said in (second, third) if role else (f"<dc:{tag}>{_TOLD[field.name]}</dc:{tag}>",):
        assert _shown(_read("a.epub", _epub(said)), field) == _TOLD[field.name]


@pytest.mark.parametrize(("field", "key"), _claims("docx"))
def test_a_word_document_says_it_in_its_properties(field: MetadataField, key: str) -> None:
    file = docx.Document()
    file.add_paragraph("船靠岸。")
    setattr(file.core_properties, key, _TOLD[field.name])
    stream = io.BytesIO()
    file.save(stream)

    assert _shown(_read("a.docx", stream.getvalue()), field) == _TOLD[field.name]


@pytest.mark.parametrize(("field", "key"), _claims("pdf"))
def test_a_pdf_says_it_in_its_information_or_in_xmp(field: MetadataField, key: str) -> None:
    """PRISM properties are read from elements and from attributes."""
    value = _TOLD[field.name]
    if key.startswith("info:"):
        assert _shown(_read("a.pdf", _pdf({key.removeprefix("info:").title(): value}, "")), field) == value
        return
    space = "prism" if key.startswith("prism:") else "dc"
    names = _parts(key.removeprefix("prism:").replace("/prism:", "/"), value)
    elements = _XMP.format("".join(f"<{space}:{name}>{text}</{space}:{name}>" for name, text in names))
    assert _shown(_read("a.pdf", _pdf({}, elements)), field) == value
    if space == "prism":
        attributes = " ".join(f'prism:{name}="{text}"' for name, text in names)
        short = _XMP.format("").replace("basic/2.0/'", "").replace('basic/2.0/">', f'basic/2.0/" {attributes}>')
        assert _shown(_read("a.pdf", _pdf({}, short)), field) == value


def test_a_publication_with_a_volume_an_issue_or_a_doi_is_a_journal() -> None:
    """The name of a publication alone does not show the kind, unless the field is one of journals."""
    head = '<meta name="prism.publicationname" content="石浦旬报">'
    assert _read("a.html", f"{head}<p>船靠岸。".encode()).kind == "document"
    assert (
        _read("a.html", '<meta name="citation_journal_title" content="石浦旬报"><p>船靠岸。'.encode()).kind == "article"
    )
    for name in ("citation_volume", "citation_issue"):
        assert _read("a.html", f'{head}<meta name="{name}" content="4"><p>船靠岸。'.encode()).kind == "article"


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("10.5555/sp.2019.88", "10.5555/sp.2019.88"),
        (" https://doi.org/10.5555/a(b)c ", "10.5555/a(b)c"),
        ("http://dx.doi.org/10.12345/X", "10.12345/X"),
        ("doi:10.5555/x", "10.5555/x"),
        ("DOI: 10.5555/x", "10.5555/x"),
        ("urn:doi:10.5555/x", "10.5555/x"),
        ("10.5555", None),
        ("10.5555/", None),
        ("10.5555/a b", None),
        ("urn:isbn:9787100000000", None),
        ("https://example.org/10.5555/x", None),
        ("", None),
    ],
)
def test_a_doi_is_told_by_its_shape(text: str, doi: str | None) -> None:
    assert read_doi(text) == doi


def test_an_identifier_that_is_no_doi_is_passed_over() -> None:
    """Books may have an ISBN or a UUID as identifier."""
    said = "<dc:identifier>urn:uuid:0b1f</dc:identifier><dc:identifier>doi:10.5555/x</dc:identifier>"
    assert _read("a.epub", _epub(said)).doi == SourcedValue("10.5555/x", ())
    assert _read("a.epub", _epub("<dc:identifier>9787100000000</dc:identifier>")).doi is None


def test_what_an_edition_supplies_has_to_be_a_doi_and_a_day() -> None:
    """The error names the wrong value in both languages."""
    document = parse("甲。\n", name="甲")
    for name, text, why in (("doi", "11.5555/x", "is not a DOI"), ("accessed", "2023-11-31", "is not a date")):
        said = CitationFields.model_validate({name: Value(supplied=text)})
        with pytest.raises(SourceError, match=re.escape(f"“{text}” {why}")) as refused:
            with_supplied(document, [said])
        assert f"“{text}”不是" in refused.value.message.zh


def test_dates_keep_what_is_known_of_them() -> None:
    """A month alone gets no day."""
    said = CitationFields.model_validate({"accessed": Value(supplied="2023-11")})
    assert with_supplied(parse("甲。\n", name="甲"), [said]).metadata[0].accessed == Date(2023, 11, None, ())


def _read(filename: str, data: bytes) -> Metadata:
    document: Document = parse_source(Source.from_file(filename, data, None))
    return document.metadata[0]


def _epub(said: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr(
            "META-INF/container.xml",
            '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="a.opf" media-type="application/oebps-package+xml"/></rootfiles></container>',
        )
        archive.writestr(
            "a.opf",
            '<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"{said}</metadata><manifest>"
            '<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest>'
            '<spine><itemref idref="a"/></spine></package>',
        )
        archive.writestr("a.xhtml", '<html xmlns="http://www.w3.org/1999/xhtml"><body><p>船靠岸。</p></body></html>')
    return stream.getvalue()


def _pdf(info: dict[str, str], xmp: str) -> bytes:
    """Return a PDF with a line of text, an information dictionary, and an XMP packet after its end."""
    stream = io.BytesIO()
    canvas = Canvas(stream)
    for key, value in info.items():
        getattr(canvas, f"set{key}")(value)
    canvas.drawString(72, 700, "The ferry comes to the bank in the evening.")
    canvas.save()
    return stream.getvalue() + xmp.encode()
