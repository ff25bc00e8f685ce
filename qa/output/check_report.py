"""Writes the report on the quotations of a draft: HTML without script that prints well, DOCX, Markdown, JSON."""

from __future__ import annotations

import datetime
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from markupsafe import Markup, escape

from corpus.message import Message
from corpus.text.controls import escape_controls_in_json, replace_surrogates
from qa import check_report_messages
from qa.citations.markdown_quote import block_quote, escape_markdown, uncarriable
from qa.output.check_report_style import STYLE
from qa.output.json_records import check_as_json
from qa.quotations.checker import Check, Place
from qa.quotations.draft import DraftQuotation
from qa.quotations.summary import SIGNS, counts, group_of, joined, verdict_of

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Checked quotations, those of a draft or typed ones."""

    checked: tuple[tuple[DraftQuotation, Check], ...]
    name: str = ""
    """Of the draft's file; empty for typed quotations."""
    sha256: str = ""
    """Of the draft; empty where it is not known."""
    short: int = 0
    """How many were too short to be checked."""
    unclosed: tuple[int, ...] = ()
    """The paragraphs with a mark that nothing closes."""

    @property
    def title(self) -> Message:
        return check_report_messages.TITLE_OF.format(name=self.name) if self.name else check_report_messages.TITLE

    @property
    def summary(self) -> Message:
        """How many there are of each group; that there are none."""
        said = [words for _, _, words in counts(check for _, check in self.checked)]
        return joined(said, " · ") if said else check_report_messages.NO_QUOTATIONS

    @property
    def remarks(self) -> Iterator[Message]:
        """What was not checked."""
        if self.short:
            yield check_report_messages.TOO_FEW.format(count=self.short)
        if self.unclosed:
            places = Message(zh="、".join(map(str, self.unclosed)), en=", ".join(map(str, self.unclosed)))
            yield check_report_messages.UNCLOSED.format(count=len(self.unclosed), paragraphs=places)

    def place(self, quotation: DraftQuotation) -> Message:
        """Return where a quotation stands in the draft, or which of the typed ones it is."""
        return (
            place_in_draft(quotation) if self.name else check_report_messages.TYPED.format(number=quotation.paragraph)
        )


def place_in_draft(quotation: DraftQuotation) -> Message:
    """Return the paragraph and the note in which a quotation stands."""
    if not quotation.note:
        return check_report_messages.PARAGRAPH.format(number=quotation.paragraph)
    if not quotation.paragraph:
        return check_report_messages.LONE_NOTE.format(note=quotation.note)
    return check_report_messages.NOTE.format(number=quotation.paragraph, note=quotation.note)


def right_place(check: Check) -> Place | None:
    """Return the place whose wording is right: the first one, or the nearest one of an altered quotation."""
    return check.places[0] if check.places else check.nearest if check.verdict == "altered" else None


def proof(place: Place) -> Message:
    """Return by what a wording can be verified."""
    spans = "、".join(f"{span.start}–{span.end}" for span in place.spans)
    return check_report_messages.PROOF.format(document=place.document.name, sha256=place.document.sha256, spans=spans)


def differences(check: Check) -> Message | None:
    """Return the kinds of difference of an altered quotation."""
    if check.verdict != "altered":
        return None
    return check_report_messages.DIFFERENT.format(kinds=joined(check.differences, check_report_messages.SEPARATOR))


def to_json(report: CheckReport, _language: Language = "zh") -> bytes:
    """Return the report as JSON: each quotation as `check --json` has it, with its place in the draft."""
    record: dict[str, Any] = {
        "draft": report.name,
        "sha256": report.sha256,
        "short": report.short,
        "unclosed": list(report.unclosed),
        "quotations": [
            {"paragraph": one.paragraph, "note": one.note, "source": one.source} | check_as_json(check, None)
            for one, check in report.checked
        ],
    }
    return (escape_controls_in_json(json.dumps(record, ensure_ascii=False, indent=1)) + "\n").encode()


def to_markdown(report: CheckReport, language: Language = "zh", *, on: datetime.date | None = None) -> bytes:
    """Return the report in Markdown."""

    def say(message: Message) -> str:
        return escape_markdown(_one_line(_in(message, language)))

    parts = [f"# {say(report.title)}", *map(say, _head(report, on))]
    for one, check in report.checked:
        place = right_place(check)
        parts.append(f"## {say(report.place(one))} · {SIGNS[group_of(check)]} {say(verdict_of(check))}")
        parts += [f"{say(check_report_messages.QUOTED)}:", block_quote(_carried(one.quote))]
        parts += map(say, _said(check))
        if place:
            parts += [f"{say(check_report_messages.RIGHT_WORDING)}:", block_quote(_carried(place.text))]
            parts += [f"—— {escape_markdown(_one_line(place.citation))}", say(proof(place))]
    parts.append(say(check_report_messages.MADE_BY))
    return ("\n\n".join(parts) + "\n").encode("utf-8", "replace")


def to_docx(report: CheckReport, language: Language = "zh", *, on: datetime.date | None = None) -> bytes:
    """Return the report as a DOCX file."""
    import docx

    from qa.output.docx_export import set_up

    file = docx.Document()
    title = _one_line(_in(report.title, language))
    set_up(file, title, on)
    file.add_heading(title, 0)
    for message in _head(report, on):
        file.add_paragraph(_one_line(_in(message, language)))
    for one, check in report.checked:
        place = right_place(check)
        verdict = f"{SIGNS[group_of(check)]} {_in(verdict_of(check), language)}"
        file.add_heading(_one_line(f"{_in(report.place(one), language)} · {verdict}"), 1)
        quoted = file.add_paragraph(f"{_in(check_report_messages.QUOTED, language)}: ")
        for words, is_changed, _ in _sides(check):
            quoted.add_run(_carried(words)).font.strike = is_changed or None
        for message in _said(check):
            file.add_paragraph(_one_line(_in(message, language)))
        if place:
            file.add_paragraph(_carried(place.text), "Quote")
            file.add_paragraph(f"{_one_line(place.citation)}\n{_one_line(_in(proof(place), language))}", "Caption")
    file.add_paragraph(_in(check_report_messages.MADE_BY, language))
    data = io.BytesIO()
    file.save(data)
    return data.getvalue()


def to_html(report: CheckReport, language: Language = "zh", *, on: datetime.date | None = None) -> bytes:
    """Return the report as one HTML file without script or anything from elsewhere."""

    def say(message: Message) -> Markup:
        return _html(_in(message, language))

    results = Markup().join(_result(report, one, check, say) for one, check in report.checked)
    head = Markup().join(Markup("<p>{}</p>").format(say(message)) for message in _head(report, on))
    page = Markup(
        '<!DOCTYPE html>\n<html lang="{}"><head><meta charset="utf-8"><meta name="viewport" '
        'content="width=device-width"><meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\"><title>{}</title><style>{}</style></head>\n<body><h1>{}</h1>{}\n{}<footer>{}"
        "</footer></body></html>\n"
    ).format(
        "zh-Hans" if language == "zh" else "en",
        say(report.title),
        Markup(STYLE),
        say(report.title),
        head,
        results,
        say(check_report_messages.MADE_BY),
    )
    return page.encode("utf-8", "replace")


def _result(report: CheckReport, one: DraftQuotation, check: Check, say: Callable[[Message], Markup]) -> Markup:
    group = group_of(check)
    quoted = Markup().join(
        Markup("<del>{}</del>").format(_html(words)) if is_changed else _html(words)
        for words, is_changed, _ in _sides(check)
    )
    parts = [
        Markup('<h2><span class="where">{}</span> <span class="verdict">{} {}</span></h2>').format(
            say(report.place(one)), SIGNS[group], say(verdict_of(check))
        ),
        Markup('<p class="label">{}</p><p class="quoted">{}</p>').format(say(check_report_messages.QUOTED), quoted),
        *(Markup("<p>{}</p>").format(say(message)) for message in _said(check)),
    ]
    if place := right_place(check):
        words = Markup().join(
            Markup("<ins>{}</ins>").format(_html(source)) if is_changed and source else _html(source)
            for _, is_changed, source in _sides(check)
        )
        parts.append(
            Markup(
                '<p class="label">{}</p><blockquote>{}</blockquote><p class="cite">{}</p><p class="proof">{}</p>'
            ).format(
                say(check_report_messages.RIGHT_WORDING),
                words if check.diff else _html(place.text),
                _html(place.citation),
                say(proof(place)),
            )
        )
    return Markup('<article class="{}">{}</article>\n').format(group, Markup().join(parts))


def _head(report: CheckReport, on: datetime.date | None) -> Iterator[Message]:
    yield check_report_messages.CHECKED_ON.format(date=(on or datetime.date.today()).isoformat())
    if report.sha256:
        yield check_report_messages.DRAFT_HASH.format(sha256=report.sha256)
    yield report.summary
    yield from report.remarks


def _said(check: Check) -> Iterator[Message]:
    """Yield what is said of a check beside its verdict."""
    if check.named:
        yield check_report_messages.NAMED.format(named="、".join(f"《{title}》" for title in check.named))
    if check.attribution and not check.misattributed:
        yield check.attribution
    if check.verdict != "altered":
        return
    if kinds := differences(check):
        yield kinds
    for step in check.diff:
        if step.op != "equal":
            yield joined((boxed(step.quoted), boxed(step.source)), " → ")


def boxed(words: str) -> Message:
    """Return one side of a difference in brackets, so that a mark or a blank can be seen."""
    shown = "［" + words + "］"
    return Message(zh=shown, en=shown) if words else check_report_messages.NOTHING


def _sides(check: Check) -> Iterator[tuple[str, bool, str]]:
    """Yield the parts of the quotation, whether each is changed, and what the source has there."""
    if check.verdict != "altered":
        yield check.quote, False, ""
        return
    for step in check.diff:
        yield step.quoted, step.op != "equal", step.source


def _in(message: Message, language: Language) -> str:
    return message.zh if language == "zh" else message.en


def _html(text: str) -> Markup:
    return escape(replace_surrogates(text).replace("\0", "\ufffd"))


def _one_line(text: str) -> str:
    return " ".join(_carried(text).split())


def _carried(text: str) -> str:
    """Return text without characters that a file cannot hold."""
    return "".join("\ufffd" if uncarriable(character) else character for character in text.replace("\r", "\n"))


WRITERS: Mapping[str, Callable[[CheckReport, Language], bytes]] = MappingProxyType(
    {".html": to_html, ".docx": to_docx, ".md": to_markdown, ".json": to_json}
)
"""By the ending of the report's file."""
