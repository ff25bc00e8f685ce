"""The bibliographic fields of a work: one table with their names in each format.

Edition files and their template, the form on the page, the readers of file formats and the forms of citation all use
this table. To add a field, add it here and to `corpus.document.Metadata`, and place it in `qa.citations.prose`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from corpus.message import Message

FileForm = Literal["html", "epub", "docx", "pdf", "front_matter"]
"""The kinds of file metadata from which the readers take fields."""

_DOI = re.compile(r"(?:urn:)?(?:doi:?\s*|(?:https?://)?(?:dx\.)?doi\.org/)?(10\.\d{4,9}/\S+)", re.IGNORECASE)

_LANGUAGE_TAG = re.compile(r"([A-Za-z]{2,3})((?:-[A-Za-z0-9]{2,8}){0,3})")
_LANGUAGES = {
    name: tag
    for tag, names in {
        "zh": "chi zho cmn chinese 中文 汉语 漢語",
        "en": "eng english 英文 英语 英語",
        "ja": "jpn japanese 日本語 日语 日文",
        "ko": "kor korean 한국어 韩语",
        "fr": "fra fre french français",
        "de": "deu ger german deutsch",
        "es": "spa spanish español",
        "ru": "rus russian русский",
    }.items()
    for name in names.split()
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataField:
    """A field of `corpus.document.Metadata`, and its names in files and citations.

    GB/T 7714 and Chicago have each field that applies to the kind of work.
    """

    name: str
    """The attribute of `Metadata`, the key under `[works.citation]` in an edition file, the name in the page's form."""
    label: Message
    help: Message
    """What to write, in a few words."""
    kind: Literal["text", "person", "date", "doi", "url", "language"] = "text"
    """`person`: several values. `date`: 2021-09-17, 2021-09 or 2021. `language`: a tag such
    as zh-CN. The others: one value."""
    is_common: bool = False
    """The form shows it at once; it shows the other fields on request."""
    csl: str = ""
    """Variable of CSL-JSON; empty if another field includes it, as the title includes the subtitle."""
    bibtex: tuple[str, ...] = ()
    """Keys of BibTeX. A record uses the first one that no earlier field uses."""
    ris: str = ""
    html: tuple[str, ...] = ()
    """Names of <meta>, the most trusted first. `a/b` is a range from the value of `a` to that of `b`."""
    epub: tuple[str, ...] = ()
    """Elements of Dublin Core, with `:` and the role of a contributor."""
    docx: tuple[str, ...] = ()
    """Core properties, as python-docx names them."""
    pdf: tuple[str, ...] = ()
    """Keys of the document information (`info:`), elements of XMP, and elements of PRISM (`prism:`)."""
    front_matter: tuple[str, ...] = ()

    @property
    def singular(self) -> str:
        """The name of one value: `author` for `authors`."""
        return self.name.removesuffix("s") if self.kind == "person" else self.name


FIELDS: tuple[MetadataField, ...] = (
    MetadataField(
        name="title",
        label=Message(zh="题名", en="Title"),
        help=Message(zh="作品的名称", en="what the work is called"),
        is_common=True,
        csl="title",
        bibtex=("title",),
        ris="TI",
        html=(
            *("citation_title", "eprints.title", "prism.title", "articletitle", "dc.title", "dcterms.title"),
            *("schema:headline", "og:title", "schema:name", "<title>"),
        ),
        epub=("title",),
        docx=("title",),
        pdf=("info:title", "title"),
        front_matter=("title", "标题"),
    ),
    MetadataField(
        name="subtitle",
        label=Message(zh="副题", en="Subtitle"),
        help=Message(zh="不写前面的破折号", en="without the dash before it"),
        is_common=True,
        front_matter=("subtitle", "副题", "副标题"),
    ),
    MetadataField(
        name="authors",
        label=Message(zh="作者（用；分开）", en="Authors (separated by ;)"),
        help=Message(zh="个人或机构", en="persons or bodies"),
        kind="person",
        is_common=True,
        csl="author",
        bibtex=("author",),
        ris="AU",
        html=(
            *("citation_author", "citation_authors", "eprints.creators_name", "dc.creator.personalname"),
            *("dc.creator", "dcterms.creator", "schema:author", "schema:creator", "article:author", "author"),
        ),
        epub=("creator",),
        docx=("author",),
        pdf=("creator", "info:author"),
        front_matter=("author", "authors", "作者"),
    ),
    MetadataField(
        name="translators",
        label=Message(zh="译者（用；分开）", en="Translators (separated by ;)"),
        help=Message(zh="个人或机构", en="persons or bodies"),
        kind="person",
        csl="translator",
        bibtex=("translator",),
        ris="A4",
        html=("schema:translator",),
        epub=("contributor:trl",),
        front_matter=("translator", "translators", "译者"),
    ),
    MetadataField(
        name="date",
        label=Message(zh="日期", en="Date"),
        help=Message(zh="如 2021-09-17", en="e.g. 2021-09-17"),
        kind="date",
        is_common=True,
        csl="issued",
        bibtex=("year",),
        ris="DA",
        html=(
            *("citation_publication_date", "citation_date", "prism.publicationdate", "prism.coverdate"),
            *("eprints.date", "dc.date.issued", "dcterms.issued", "dc.date", "dcterms.date", "citation_online_date"),
            *("article:published_time", "schema:datepublished", "pubdate", "publishdate", "datepublished", "date"),
            *("citation_year",),
        ),
        epub=("date",),
        pdf=("publicationdate", "date"),
        front_matter=("date", "日期", "发布日期"),
    ),
    MetadataField(
        name="number",
        label=Message(zh="文号", en="Document number"),
        help=Message(zh="如 国办发〔2021〕8号", en="as GOV/2021/8"),
        csl="number",
        bibtex=("number",),
        ris="M1",
        html=("citation_technical_report_number", "schema:legislationidentifier"),
        front_matter=("文号", "发文字号"),
    ),
    MetadataField(
        name="publication",
        label=Message(zh="报刊", en="Publication"),
        help=Message(zh="报纸或期刊的名称", en="newspaper or journal"),
        is_common=True,
        csl="container-title",
        bibtex=("journal",),
        ris="T2",
        html=("citation_journal_title", "prism.publicationname", "eprints.publication", "schema:ispartof"),
        pdf=("prism:publicationname",),
        front_matter=("publication", "journal", "container-title", "报刊", "刊名", "期刊"),
    ),
    MetadataField(
        name="volume",
        label=Message(zh="卷", en="Volume"),
        help=Message(zh="如 12", en="as 12"),
        csl="volume",
        bibtex=("volume",),
        ris="VL",
        html=("citation_volume", "prism.volume", "eprints.volume", "dc.source.volume", "schema:volumenumber"),
        pdf=("prism:volume",),
        front_matter=("volume", "卷"),
    ),
    MetadataField(
        name="issue",
        label=Message(zh="期", en="Issue"),
        help=Message(zh="如 3", en="as 3"),
        csl="issue",
        bibtex=("number", "issue"),
        ris="IS",
        html=(
            *("citation_issue", "prism.number", "prism.issueidentifier", "eprints.number", "dc.source.issue"),
            *("schema:issuenumber",),
        ),
        pdf=("prism:number", "prism:issueidentifier"),
        front_matter=("issue", "期"),
    ),
    MetadataField(
        name="edition",
        label=Message(zh="版本", en="Edition"),
        help=Message(zh="如 2 或 修订版", en="as 2 or revised edition"),
        csl="edition",
        bibtex=("edition",),
        ris="ET",
        html=("schema:bookedition",),
        front_matter=("edition", "版本", "版次"),
    ),
    MetadataField(
        name="publisher",
        label=Message(zh="出版者", en="Publisher"),
        help=Message(zh="出版社或发布机构", en="press or issuing body"),
        is_common=True,
        csl="publisher",
        bibtex=("publisher",),
        ris="PB",
        html=(
            *("citation_publisher", "eprints.publisher", "dc.publisher", "dcterms.publisher", "schema:publisher"),
            *("contentsource", "og:site_name", "sitename"),
        ),
        epub=("publisher",),
        pdf=("publisher",),
        front_matter=("publisher", "出版者", "发布机构"),
    ),
    MetadataField(
        name="place",
        label=Message(zh="地点", en="Place"),
        help=Message(zh="出版地；讲话、公文：发表之处", en="of publication; of a speech, where it was given"),
        is_common=True,
        csl="publisher-place",
        bibtex=("address",),
        ris="CY",
        front_matter=("publisher-place", "出版地"),
    ),
    MetadataField(
        name="page",
        label=Message(zh="页码", en="Pages"),
        help=Message(zh="在报刊或书里的，如 45-52", en="of the publication, as 45-52"),
        csl="page",
        bibtex=("pages",),
        ris="SP",
        html=(
            *("citation_firstpage/citation_lastpage", "prism.startingpage/prism.endingpage", "citation_pages"),
            *("eprints.pagerange", "dc.identifier.pagenumber", "schema:pagination", "schema:pagestart/schema:pageend"),
        ),
        pdf=("prism:pagerange", "prism:startingpage/prism:endingpage"),
        front_matter=("pages", "页码"),
    ),
    MetadataField(
        name="doi",
        label=Message(zh="DOI", en="DOI"),
        help=Message(zh="如 10.1000/182", en="as 10.1000/182"),
        kind="doi",
        csl="DOI",
        bibtex=("doi",),
        ris="DO",
        html=(
            *("citation_doi", "prism.doi", "eprints.id_number", "dc.identifier.doi", "dc.identifier"),
            *("dcterms.identifier", "schema:identifier"),
        ),
        epub=("identifier",),
        docx=("identifier",),
        pdf=("prism:doi", "identifier"),
        front_matter=("doi",),
    ),
    MetadataField(
        name="url",
        label=Message(zh="网址", en="URL"),
        help=Message(zh="以 https:// 开头", en="begins with https://"),
        kind="url",
        csl="URL",
        bibtex=("url",),
        ris="UR",
        html=("og:url", "<link rel=canonical>", "schema:url"),
        pdf=("prism:url",),
        front_matter=("url", "网址"),
    ),
    MetadataField(
        name="accessed",
        label=Message(zh="查阅时间", en="Accessed"),
        help=Message(zh="如 2024-05-01", en="as 2024-05-01"),
        kind="date",
        csl="accessed",
        bibtex=("urldate",),
        ris="Y2",
        front_matter=("accessed", "urldate", "访问日期", "引用日期"),
    ),
    MetadataField(
        name="language",
        label=Message(zh="语言", en="Language"),
        help=Message(zh="如 zh 或 en", en="as zh or en"),
        kind="language",
        csl="language",
        bibtex=("language",),
        ris="LA",
        html=("citation_language", "schema:inlanguage", "dc.language", "dcterms.language", "og:locale", "<html lang>"),
        epub=("language",),
        docx=("language",),
        pdf=("language", "prism:language"),
        front_matter=("language", "lang", "语言"),
    ),
)
"""Every field, in the order of the form and of citations."""


def keys_of(field: MetadataField, form: FileForm) -> tuple[str, ...]:
    """Return the names of a field in files of a form."""
    keys: tuple[str, ...] = getattr(field, form)
    return keys


def read_language(text: str) -> str | None:
    """Return the language tag `en`, `zh-CN`, also from `en_US`, `chi` or `Chinese`; None for others."""
    words = text.strip().replace("_", "-")
    if name := _LANGUAGES.get(words.lower()):
        return name
    match = _LANGUAGE_TAG.fullmatch(words)
    if not match:
        return None
    code, rest = match[1].lower(), match[2]
    return _LANGUAGES.get(code, code) + rest if code not in ("und", "mul", "zxx") else None


def read_doi(text: str) -> str | None:
    """Return the DOI `10.1000/182`, also from `https://doi.org/10.1000/182` or `doi:10.1000/182`; None for others."""
    match = _DOI.fullmatch(text.strip())
    return match[1] if match else None
