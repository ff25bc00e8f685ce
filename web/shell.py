"""The page around the replies: header, conversation, question box, source pane."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from corpus.model import Document
from web import words
from web.markup import both, escape
from web.source import contents_html, source_html
from web.words import Phrase

_HERE = Path(__file__).parent


def page_html(documents: Sequence[Document]) -> str:
    """Return the whole page but for the replies."""
    return f"""<div class="yuanwen">
{_header()}
<section class="talk"><h2 class="sr">{both(words.CONVERSATION)}</h2>
<div class="scroller"><div class="log" role="log">{_intro(documents)}</div></div>
{_dock()}</section>
<section class="reader"><div class="drawerbar">
<button type="button" data-act="close">‹ {both(words.BACK)}</button></div>
<h2 class="sr" id="yw-reader">{both(words.SOURCE)}</h2>
<div class="scroller" tabindex="0" role="region" aria-labelledby="yw-reader">{source_html(documents)}</div></section>
<nav class="toc" aria-labelledby="yw-toc"><h2 id="yw-toc">{both(words.CONTENTS)}</h2>
<ol>{contents_html(documents)}</ol></nav>
<template id="yw-seeking"><p class="seeking" role="status">{both(words.SEEKING)}</p></template>
<template id="yw-failed"><p class="failed">{both(words.FAILED)}
<button type="button" data-act="retry">{both(words.RETRY)}</button></p></template>
</div>"""


def head_html() -> str:
    """Return what belongs into the document's head: style, behaviour, icon. Nothing of it is fetched."""
    style, behaviour = ((_HERE / name).read_text("utf-8") for name in ("page.css", "page.js"))
    icon = "data:image/svg+xml," + "".join(f"%{byte:02x}" for byte in _icon().encode())
    return f'<style>{style}</style><script>{behaviour}</script><link rel="icon" type="image/svg+xml" href="{icon}">'


def _header() -> str:
    # The name is drawn, not set: type in serif is the source's voice alone.
    return f"""<header class="bar"><h1 class="brand"><span class="sr">{both(words.NAME)}</span>{_logo()}</h1>
<p class="motto">{both(words.MOTTO)}</p>
<button type="button" class="phone" data-act="open">{both(words.READ_ALL)}</button>
<button type="button" data-act="language">{both(words.TO_ENGLISH)}</button>
<button type="button" data-act="theme" aria-pressed="false">☾<span class="sr">{both(words.DARK)}</span></button>
</header>"""


def _intro(documents: Sequence[Document]) -> str:
    examples = "".join(
        f'<button type="button" class="chip" data-ask>{escape(question)}</button>'
        for document in documents
        for question in words.EXAMPLES.get(document.name, ())
    )
    chips = f'<p class="try">{both(words.TRY)}</p><div class="chips">{examples}</div>' if examples else ""
    return (
        f'<section class="intro"><h3>{both(words.WELCOME)}</h3><p>{both(words.DOES)}</p>'
        f"<p>{both(words.NEVER)}</p>{chips}</section>"
    )


def _dock() -> str:
    return f"""<form class="dock"><div class="box">
<textarea rows="1" aria-label="{escape(words.QUESTION_BOX)}" enterkeyhint="send" autocomplete="off" spellcheck="false"
 {_in_both("placeholder", words.PLACEHOLDER)}></textarea>
<kbd aria-hidden="true">/</kbd><button type="submit" class="send">{both(words.SEND)}</button></div></form>"""


def _in_both(attribute: str, phrase: Phrase) -> str:
    """An attribute cannot hold two languages: `page.js` puts in the one that is chosen."""
    chinese, english = escape(phrase.zh), escape(phrase.en)
    return f'{attribute}="{chinese}" data-{attribute}-zh="{chinese}" data-{attribute}-en="{english}"'


def _logo() -> str:
    return (_HERE / "logo.svg").read_text("utf-8").strip()


def _icon() -> str:
    """The first of the logo's two characters, in vermilion."""
    first = _logo().split("<path ")[1].split("/>")[0]
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 1000"><path fill="#a5372b" {first}/></svg>'
