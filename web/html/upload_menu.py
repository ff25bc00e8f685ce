"""The 文本 menu: the document list, the button and the hint for uploads, and the dialogs that confirm a change.

The words are in `web/strings.py`, what happens on a click in `web/static/js/uploads.js` and `texts.js`.
"""

from __future__ import annotations

from index.catalog import Catalog
from web import strings
from web.html.document_list import document_rows_html, warnings_html
from web.html.markup import attribute, both, sign_button


def documents_menu_html(catalog: Catalog, *, may_change: bool) -> str:
    """Return the menu with the document list, and the dialogs and messages of what changes it."""
    warnings = warnings_html(catalog.documents[0]) if catalog.entries else ""
    change = dialogs = ""
    if may_change:
        change = (
            f'<hr><button type="button" data-act="add">{both(strings.ADD)}</button>'
            f'<p class="note drophint">{both(strings.DROP)}</p>'
            f'<input type="file" multiple hidden tabindex="-1" {attribute("aria-label", strings.ADD)}>'
        )
        cancel = f'<button type="button" class="stop" data-act="cancel">{both(strings.CANCEL_UPLOAD)}</button>'
        dialogs = f"""<dialog id="yw-sure" aria-labelledby="yw-sure-title">
<h2 id="yw-sure-title">{both(strings.REMOVE_SURE)}</h2><p class="which"></p>
<p class="does">{both(strings.REMOVE_WHAT)}</p>
<form method="dialog"><button type="submit" value="yes" class="yes">{both(strings.REMOVE)}</button>
<button type="submit" value="">{both(strings.CANCEL)}</button></form></dialog>
<dialog id="yw-about" aria-labelledby="yw-about-title"><h2 id="yw-about-title">{both(strings.ABOUT_TITLE)}</h2>
<p class="which"></p><p class="does">{both(strings.ABOUT_DOES)}</p><form class="about"><div class="works"></div>
<p class="wrong" role="alert" hidden></p><p class="note saving" role="status"></p>
<button type="submit">{both(strings.SAVE)}</button>
<button type="button" data-act="closeAbout">{both(strings.CANCEL)}</button></form></dialog>
<div class="drophere" hidden>{both(strings.DROP_HERE)}</div>
<template id="yw-waiting">{both(strings.WAITING)}</template>
<template id="yw-behind"><span>{both(strings.BEHIND, name="{name}")}</span></template>
<template id="yw-saving">{both(strings.SAVING)}</template>
<template id="yw-notadded">{both(strings.NOT_ADDED)}</template>
<template id="yw-unreadable">{both(strings.UNREADABLE)}</template>
<template id="yw-counts">{both(strings.COUNTS, all="{all}", done="{done}", refused="{refused}")}</template>
<template id="yw-uploading">{both(strings.UPLOADING)}</template>
<template id="yw-readit"><button type="button" data-act="text">{both(strings.READ_IT)}</button></template>
<template id="yw-cancel">{cancel}</template>
<template id="yw-cancelling">{both(strings.CANCELLING)}</template>
<template id="yw-gone">{sign_button("dismiss", "✕", strings.CLOSE)}</template>"""
    return f"""<div class="pop" id="yw-texts" popover role="group" {attribute("aria-label", strings.TEXTS)}>
<div class="rows">{document_rows_html(catalog.entries, may_change=may_change)}</div>{change}
<div class="warnings">{warnings}</div></div>{dialogs}
<div class="pop" id="yw-warning" popover role="group" {attribute("aria-label", strings.DOUBT_MARK)}></div>"""
