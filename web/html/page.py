"""Makes the whole page from the catalog: header, conversation, question box, quotation check, reading pane, menus."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from corpus.document import Document
from index.catalog import Catalog
from qa.citations.forms import FORMS
from qa.service import feedback
from web import strings
from web.html.document_list import examples_html, no_documents_html
from web.html.markup import attribute, both, escape, in_both, sign_button
from web.html.reading_pane import contents_html, document_html
from web.html.upload_menu import documents_menu_html

_STATIC = Path(__file__).parents[1] / "static"


def page_html(catalog: Catalog, *, keeps_feedback: bool = True, version: int | None = None, pages: int = 0) -> str:
    """Return the page before the first question, with the first document in the reading pane.

    `pages`: how many pages of its file can be shown as they look. `version` counts the changes of the index; None where
    the page is read-only.
    """
    documents = catalog.documents[:1]
    source, contents = (
        (document_html(documents[0], pages=pages), contents_html(documents[0]))
        if documents
        else (no_documents_html(may_change=version is not None), "")
    )
    changes = "" if version is None else f' data-version="{version}"'
    return f"""<div class="yuanwen"{changes}>
<button type="button" class="skip" data-act="skip">{both(strings.SKIP)}</button>
{_header()}
<section class="talk" id="yw-talk" role="tabpanel" aria-labelledby="yw-tab-talk">
<div class="scroller"><div class="log" role="log">{_intro(documents)}</div></div>
{_dock()}</section>
<section class="talk check" id="yw-check" role="tabpanel" aria-labelledby="yw-tab-check" hidden></section>
<section class="reader" aria-labelledby="yw-reader"><h2 class="sr" id="yw-reader">{both(strings.SOURCE)}</h2>
{_readerbar(documents)}{_pagebar()}
<div class="scroller" tabindex="0" role="region" aria-labelledby="yw-reader">{source}</div></section>
<nav class="toc" aria-labelledby="yw-toc"><h2 id="yw-toc">{both(strings.CONTENTS)}</h2>
<ol>{contents}</ol></nav>
{_menu(keeps_feedback)}{_forms()}{documents_menu_html(catalog, may_change=version is not None)}{_help()}{_templates()}
</div>"""


def _header() -> str:
    # The name is drawn, not set: type in serif is the source's voice alone.
    tabs = "".join(
        f'<button type="button" role="tab" id="yw-tab-{name}" aria-controls="yw-{name}" data-act="tab" '
        f'data-tab="{name}" aria-selected="{chosen}" tabindex="{0 if chosen == "true" else -1}">{both(words)}</button>'
        for name, words, chosen in (("talk", strings.ASK_TAB, "true"), ("check", strings.CHECK_TAB, "false"))
    )
    return f"""<header class="bar"><h1 class="brand"><span class="sr">{both(strings.NAME)}</span>{_logo()}</h1>
<p class="motto">{both(strings.MOTTO)}</p>
<div class="tabs" role="tablist">{tabs}</div>
<button type="button" class="phone" data-act="open">{both(strings.READ_ALL)}</button>
<button type="button" data-act="language">{both(strings.TO_ENGLISH)}</button>
<button type="button" data-act="theme" aria-pressed="false">☾<span class="sr">{both(strings.DARK)}</span></button>
<button type="button" class="dots" popovertarget="yw-menu">⋯<span class="sr">{both(strings.MENU)}</span></button>
</header>"""


def _intro(documents: Sequence[Document]) -> str:
    examples = "".join(examples_html(document) for document in documents)
    unseen = "" if examples else " hidden"
    chips = f'<p class="try"{unseen}>{both(strings.TRY)}</p><div class="chips examples">{examples}</div>'
    return (
        f'<section class="intro"><h2>{both(strings.WELCOME)}</h2><p>{both(strings.DOES)}</p>'
        f"<p>{both(strings.NEVER)}</p>{chips}</section>"
    )


def _dock() -> str:
    return f"""<form class="dock"><div class="adding" hidden><p class="sum" hidden><span class="counts"></span>
<button type="button" data-act="clear">{both(strings.CLEAR)}</button></p><ul class="coming"></ul>
<p class="sr heard" role="status"></p></div>
<p class="asking" hidden>{both(strings.ONLY_THIS)}<b></b><span class="others"></span>
<button type="button" data-act="everything">{both(strings.ASK_ALL)}</button></p><div class="box">
<textarea rows="1" aria-label="{escape(strings.QUESTION_BOX)}" enterkeyhint="send" autocomplete="off" spellcheck="false"
 {attribute("placeholder", strings.PLACEHOLDER)}></textarea>
<kbd aria-hidden="true">/</kbd><button type="submit" class="send">{both(strings.SEND)}</button></div></form>"""


def _readerbar(documents: Sequence[Document]) -> str:
    name = escape(documents[0].name) if documents else ""
    return f"""<div class="readerbar">
<button type="button" class="back" data-act="close">‹ {both(strings.BACK)}</button>
<button type="button" class="texts" popovertarget="yw-texts">{both(strings.TEXTS)}
<b class="docname">{name}</b> ▾</button>
<button type="button" class="contents" data-act="contents" aria-expanded="false">{both(strings.CONTENTS)}</button>
<button type="button" data-act="find">{both(strings.FIND_SHORT)}
<span class="sr">{both(strings.FIND)}</span></button></div>"""


def _pagebar() -> str:
    """Return the bar of what shows pages of a file. It is hidden for a document without them."""
    views = "".join(
        f'<button type="button" data-act="view" data-view="{name}" aria-pressed="false">{both(words)}</button>'
        for name, words in (("text", strings.TEXT_VIEW), ("page", strings.PAGE_VIEW))
    )
    turning = sign_button("pageBefore", "‹", strings.PREVIOUS_PAGE), sign_button("pageAfter", "›", strings.NEXT_PAGE)
    return f"""<div class="pagebar" hidden>
<div class="views" role="group" {attribute("aria-label", strings.VIEW)}>{views}</div>
<div class="turning">{turning[0]}<span class="at"></span>{turning[1]}
{sign_button("smaller", "−", strings.SMALLER)}{sign_button("fit", "↔", strings.FIT_WIDTH)}
{sign_button("larger", "+", strings.LARGER)}</div></div>"""


def _menu(keeps_feedback: bool) -> str:
    kept = ""
    if keeps_feedback:
        kept = (
            f'<hr><button type="button" role="switch" aria-checked="true" data-act="keepFeedback">'
            f"{both(strings.KEEP_FEEDBACK)}</button>"
            f'<p class="note">{both(strings.KEPT_AT, path=feedback.default_file())}</p>'
        )
    return f"""<div class="pop" id="yw-menu" popover role="group" {attribute("aria-label", strings.MENU)}>
<p class="note">{both(strings.EXPORT)}</p>
<button type="button" data-act="export" data-format="markdown">{both(strings.MARKDOWN)}</button>
<button type="button" data-act="export" data-format="docx">{both(strings.WORD)}</button>
<hr><button type="button" data-act="forms"><span>{both(strings.FORM_NOW)}<b class="form"></b></span></button>{kept}
<hr><button type="button" data-act="fresh">{both(strings.NEW)}</button>
<button type="button" data-act="help">{both(strings.HELP)} <kbd aria-hidden="true">?</kbd></button></div>"""


def _forms() -> str:
    buttons = "".join(
        f'<button type="button" role="menuitemradio" aria-checked="false" data-act="form" data-form="{name}">'
        f"{in_both(form.chinese, form.english)}</button>"
        for name, form in FORMS.items()
    )
    return f'<div class="pop" id="yw-forms" popover role="menu" {attribute("aria-label", strings.FORM)}>{buttons}</div>'


def _help() -> str:
    rows = "".join(
        f"<dt>{''.join(f'<kbd>{escape(key)}</kbd>' for key in keys.split())}</dt><dd>{both(message)}</dd>"
        for keys, message in strings.KEYS
    )
    return f"""<dialog id="yw-help" aria-labelledby="yw-help-title"><h2 id="yw-help-title">{both(strings.HELP)}</h2>
<dl>{rows}</dl><form method="dialog"><button type="submit">{both(strings.CLOSE)}</button></form></dialog>"""


def _templates() -> str:
    """Return what the behaviour puts on the page later. Until then the question box is the page's only text box."""
    return f"""<template id="yw-seeking"><p class="seeking" role="status">{both(strings.SEEKING)}</p></template>
<template id="yw-loading"><span>{both(strings.LOADING)}</span></template>
<template id="yw-failed"><p class="failed"><span class="why">{both(strings.FAILED)}</span>
<button type="button" data-act="retry">{both(strings.RETRY)}</button></p></template>
<template id="yw-askall"><button type="button" data-act="askAll">{both(strings.ASK_ALL)}</button></template>
<template id="yw-lost"><span>{both(strings.LOST)}</span></template>
<template id="yw-folio">{both(strings.FOLIO, page="{page}")}</template>
<template id="yw-foliolabel">{both(strings.FOLIO_LABEL, page="{page}", label="{label}")}</template>
<template id="yw-others">{both(strings.OTHERS, count="{count}")}</template>
<template id="yw-gonetext"><span>{both(strings.GONE_TEXT, name="{name}")}</span></template>
<template id="yw-narrowing"><div class="narrowing"><input type="search" autocomplete="off" spellcheck="false"
 {attribute("aria-label", strings.NARROW)} {attribute("placeholder", strings.NARROW)}>
<p class="note none" role="status" hidden>{both(strings.NONE_OF_THAT_NAME)}</p></div></template>
<template id="yw-find"><div class="find" role="search"><input type="search" autocomplete="off" spellcheck="false"
 {attribute("aria-label", strings.FIND)}
 {attribute("placeholder", strings.FIND)}><span class="hits" role="status"></span>
{sign_button("previous", "↑", strings.PREVIOUS)}{sign_button("next", "↓", strings.NEXT)}
{sign_button("endFind", "✕", strings.CLOSE)}</div>
</template>
<template id="yw-checking"><div class="scroller"><div class="checks">
<h2>{both(strings.CHECK_TITLE)}</h2><p class="does">{both(strings.CHECK_DOES)}</p>
<form class="tocheck"><textarea rows="5" {attribute("aria-label", strings.CHECK_BOX)} spellcheck="false"
 {attribute("placeholder", strings.CHECK_PLACEHOLDER)}></textarea>
<button type="submit" class="main">{both(strings.CHECK_NOW)}</button></form>
<div class="results" role="status"></div></div></div></template>
<template id="yw-which"><span class="ask">{both(strings.WHICH)}</span></template>
<template id="yw-each">{both(strings.EACH)}</template>
<template id="yw-pick"><span class="ask">{both(strings.PICK)}</span>
<button type="button" data-act="unpick">{both(strings.CANCEL)}</button></template>"""


def _logo() -> str:
    return (_STATIC / "logo.svg").read_text("utf-8").strip()
