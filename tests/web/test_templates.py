"""Templates escape whatever they are given, and a content-security-policy without inline style and script holds."""

from __future__ import annotations

import re
from pathlib import Path

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from corpus.bibliography.edition import CitationFields, Value
from corpus.document import Document
from corpus.message import Message
from corpus.parse import parse
from corpus.text.controls import replace_surrogates
from index.catalog import Catalog, CatalogEntry
from qa.quotations.checker import Checker
from qa.reply import Answer, Citation, Hit, NotFound, Rejected
from tests.web.elements import Element, tree
from web.html import templating
from web.html.card import beside_html, card_html, gone_html, quote_html, unbroken, unmarked_quote_html
from web.html.document_list import document_rows_html, no_documents_html, warnings_html
from web.html.example_questions import examples_html
from web.html.markup import shown_name, source_text
from web.html.metadata_form import about_html
from web.html.page import page_html
from web.html.quotation import checks_html
from web.html.reading_pane import contents_html, document_html
from web.html.reply_view import reply_html
from web.html.templating import TEMPLATES, render

_WEB = TEMPLATES.parent
_PIECES = (
    *("<x-y>", "</x-y>", "</template>", "</blockquote>", "-->", "<!--", "&", "&lt;", "&#13", ";", " › ", " · "),
    *('"', "'", '" onx="1', "' onx='1", " onx=1 ", "`", "{{ 7*7 }}", "{% if %}", "{%- raw -%}", "{# x #}", "{x}", "%s"),
    *("\0", "\r", "\n", "\t", "\u202e", "\u2066", "\x1b[31m", "\u2028", "\ufeff", "甲", "a"),
)
_hostile = st.lists(st.sampled_from(_PIECES), min_size=1, max_size=8).map("".join)
_surrogates = st.lists(st.sampled_from((*_PIECES, "\ud800", "\udfff")), min_size=1, max_size=8).map("".join)


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a template called `tried`."""
    monkeypatch.setattr(templating, "TEMPLATES", tmp_path)
    monkeypatch.setattr(templating, "_environment", templating._environment.__wrapped__)
    return tmp_path / "tried.html"


def _is_clean(element: Element) -> bool:
    """Whether nothing in an element was made by a hostile text."""
    return all(
        one.tag != "x-y"
        and not {"onx", "style"} & one.attributes.keys()
        and not any('"' in name for name in one.attributes)
        for one in element.walk()
    )


@given(_hostile, _hostile, _surrogates)
def test_a_hostile_document_is_text_in_every_view(words: str, heading: str, name: str) -> None:
    """Its quotes are its slices; its name comes back from each attribute."""
    text = f"第一章 {heading}\n\n甲{words}乙。\n\n第一条 {heading}{words}"
    document = parse(text, name=name)
    shown = replace_surrogates(name)
    for passage in document.passages:
        (quote,) = tree(quote_html(document, passage, matched=passage.spans[:1])).all("blockquote")
        assert quote.text == document.quote(passage.spans)
        assert quote.attributes["data-document"] == shown
    (pane,) = tree(document_html(document)).all("article")
    assert pane.text == text
    copies = tuple(Citation(document, passage) for passage in document.passages)
    hits = [Hit(copy, copy.passage.sentences[0], copy.passage.spans, 0.5, (), "answers", copies) for copy in copies]
    for hit in hits:
        card = tree(card_html(hit, stored=[document]))
        assert _is_clean(card)
        assert replace_surrogates(str(hit.citation)) == card.all("cite")[0].text
    catalog = Catalog.of([document])
    for html in (
        contents_html(document),
        examples_html(document),
        warnings_html(document),
        page_html(catalog, version=1),
        about_html(document, [CitationFields(title=Value(supplied=shown))]),
        checks_html(Checker([document]).check_all(f"{words}\n甲{words}丙丁戊己庚辛"), [document]),
        *(gone_html(unmarked_quote_html(document, passage)) for passage in document.passages),
        beside_html([unmarked_quote_html(document, passage) for passage in document.passages]),
        *(card_html(hit, stored=[]) for hit in hits),
    ):
        html.encode()
        assert _is_clean(tree(html))


@given(_surrogates, _surrogates)
def test_a_hostile_question_or_message_is_text(question: str, term: str) -> None:
    """Lone surrogates, which nothing can carry, are shown as U+FFFD."""
    document = parse("第一条 猫。", name=term)
    said = Message(zh=question, en=term)
    replies = (
        NotFound(question + term, question, (term,), ()),
        Rejected(question, said, tuple((document, section) for section in document.sections)),
        Answer(question, question, (term,), (), message=said),
    )
    for reply in replies:
        root = tree(reply_html(reply, stored=[document], feedback=True))
        assert _is_clean(root)
        assert replace_surrogates(question) in root.text
        assert replace_surrogates(term) in root.text


@given(_surrogates)
def test_a_hostile_name_is_text_in_the_document_list(name: str) -> None:
    entries = [CatalogEntry(name, "", 3, 5, "0" * 64), CatalogEntry("甲", "", 1, 1, "1" * 64)]
    root = tree(document_rows_html(entries, may_change=True))
    assert _is_clean(root)
    first = root.all("div", **{"class": "row"})[0]
    shown = [one.attributes["data-document"] for one in (*first.all("input"), *first.all("button"))]
    assert shown == [shown_name(name)] * 5


@given(_surrogates)
def test_a_citation_keeps_its_characters_where_its_blanks_are_kept_together(citation: str) -> None:
    """An & before a › was cut into two."""
    for text in (citation, f"《甲&》 › {citation}", f'{citation}" · 第1段（第1、3行）'):
        assert tree(unbroken(text)).text == replace_surrogates(text)


@given(_hostile)
def test_source_text_keeps_each_character(text: str) -> None:
    """U+0000 goes as a mark, a carriage return as a reference: a browser would lose them."""
    html = source_text(text)
    assert "\0" not in html and "\r" not in html
    assert tree(html).text == text


def test_what_a_template_is_given_is_escaped_unless_we_made_it(template: Path) -> None:
    template.write_text("<b title=\"{{ text }}\">{{ text }}</b>{{ made }}{{ 7 }}{{ 'x' if made == text }}", "utf-8")
    assert render("tried", text="<i>\r\"'\ud800", made=Markup("<u>")) == (
        '<b title="&lt;i&gt;&#13;&#34;&#39;\ufffd">&lt;i&gt;&#13;&#34;&#39;\ufffd</b><u>7'
    )


def test_a_name_without_a_value_and_a_value_that_is_no_text_are_mistakes(template: Path) -> None:
    template.write_text("{{ text }}", "utf-8")
    with pytest.raises(jinja2.UndefinedError, match="text"):
        render("tried")
    for value in (None, b"x", Message(zh="甲", en="a"), ["x"]):
        with pytest.raises(TypeError, match=type(value).__name__):
            render("tried", text=value)


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.stem)
def test_no_template_switches_escaping_off(path: Path) -> None:
    """Nor goes around it: `~`, `join` and the like escape by another rule, so only addresses of ours are joined so."""
    text = path.read_text("utf-8")
    assert not re.search(r"\|\s*(safe|join|replace|indent|xmlattr|tojson|forceescape)\b|autoescape|Markup", text)
    assert re.findall(r"\w+ ~ .*?[,)%]", text) == [] or path.stem == "metadata_form"


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.stem)
def test_no_template_has_wording_of_its_own(path: Path) -> None:
    """It is in `web/strings.py`, in both languages: what has no Chinese is a sign or a name."""
    without_comments = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)
    assert not re.search(r"[\u4e00-\u9fff]", without_comments)


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.stem)
def test_each_template_is_rendered_by_a_view_or_another_template(path: Path) -> None:
    others = [*_WEB.rglob("*.py"), *TEMPLATES.glob("*.html")]
    assert any(re.search(rf'"{path.stem}(\.html)?"', other.read_text("utf-8")) for other in others)


def test_no_html_has_a_style_or_a_handler_of_its_own(shipped: Document) -> None:
    """The content-security-policy allows neither. Nor do templates and scripts hold any."""
    hit = Hit(Citation(shipped, shipped.passages[4]), shipped.passages[4].sentences[0], (), 0.9)
    views = (
        page_html(Catalog.of([shipped]), version=0, pages=3),
        reply_html(Answer("问", None, (), (hit,), (hit,)), feedback=True),
        about_html(shipped, ()),
        no_documents_html(may_change=True),
    )
    for view in views:
        for element in tree(view).walk():
            assert element.tag not in ("script", "style", "link")
            assert not [name for name in element.attributes if name == "style" or name.startswith("on")], element.tag
    for path in (*TEMPLATES.glob("*.html"), *(_WEB / "static" / "js").glob("*.js"), *(_WEB / "html").glob("*.py")):
        text = path.read_text("utf-8")
        assert not re.search(r"""\s(style|on[a-z]+)=["'{\\]|setAttribute\(\s*["'`](style|on)|javascript:""", text), path


def test_with_javascript_off_the_page_says_what_it_needs_in_both_languages() -> None:
    (notice,) = tree(page_html(Catalog.of([]))).all("noscript")
    assert "请在浏览器里打开 JavaScript" in notice.text
    assert "This page needs JavaScript" in notice.text
    assert not {"zh", "en"} & {one.attributes.get("class") for one in notice.walk()}  # neither is hidden
