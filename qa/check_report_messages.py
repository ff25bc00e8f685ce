"""What a report on checked quotations says, and how their groups are called there and on the page."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from corpus.message import Message

GROUPS: Mapping[str, Message] = MappingProxyType(
    {
        "misattributed": Message(zh="张冠李戴", en="misattributed"),
        "altered": Message(zh="有出入", en="altered"),
        "absent": Message(zh="没有", en="not found"),
        "level": Message(zh="只有引号层级不同", en="level of quotation marks only"),
        "crosses": Message(zh="一字不差，跨段", en="exact, over paragraphs"),
        "exact": Message(zh="一字不差", en="exact"),
        "too_short": Message(zh="太短", en="too short"),
    }
)
"""By `qa.quotations.summary.Group`."""
SEPARATOR = Message(zh="、", en=", ")
PARAGRAPH = Message(zh="第{number}段", en="Paragraph {number}")
NOTE = Message(zh="第{number}段 · 注{note}", en="Paragraph {number}, note {note}")
LONE_NOTE = Message(zh="注{note}", en="Note {note}")
TYPED = Message(zh="第{number}条", en="No. {number}")
TOO_FEW = Message(
    zh="{count} 处引号里不足四个字，没有核对。",
    en="{count} with fewer than four letters in quotation marks were not checked.",
)
UNCLOSED = Message(
    zh="{count} 个引号没有合上（第{paragraphs}段），其中的话没有核对。",
    en="{count} quotation marks are never closed (paragraph {paragraphs}): what they open was not checked.",
)
NO_QUOTATIONS = Message(
    zh="这份稿子里没有找到引文：引文要放在引号里，或者排成引用段落。",
    en="No quotations were found in this draft: they stand in quotation marks or in block quotes.",
)
TITLE = Message(zh="引文核对报告", en="Report on checked quotations")
TITLE_OF = Message(zh="《{name}》引文核对报告", en="Quotations of “{name}”, checked")
CHECKED_ON = Message(zh="核对日期：{date}", en="Checked on {date}")
DRAFT_HASH = Message(
    zh="稿件 SHA-256：{sha256}（只读，未改动）", en="SHA-256 of the draft: {sha256} (read only, not changed)"
)
QUOTED = Message(zh="稿中引文", en="As quoted")
RIGHT_WORDING = Message(zh="原文", en="The source’s own wording")
DIFFERENT = Message(zh="差别：{kinds}", en="Different in: {kinds}")
NOTHING = Message(zh="（没有）", en="(nothing)")
NAMED = Message(zh="稿中注明：{named}", en="Named in the draft: {named}")
PROOF = Message(
    zh="核验：{document}，SHA-256 {sha256}，字符 {spans}",
    en="Proof: {document}, SHA-256 {sha256}, characters {spans}",
)
MADE_BY = Message(
    zh="由原文（Yuanwen）在本机核对：每处原文都是来源文件的逐字切片，没有生成任何文字。",
    en="Checked on this machine by Yuanwen: each wording of a source is a slice of its file; nothing was generated.",
)
UNKNOWN_ENDING = Message(
    zh="报告的文件名要以 {endings} 之一结尾。", en="The report's file name must end in one of {endings}."
)
REPORT_IS_DRAFT = Message(
    zh="报告不能写到稿件本身上，请换一个文件名。",
    en="The report would replace the draft itself: give another file name.",
)
REPORT_CANNOT_BE_WRITTEN = Message(
    zh="{path}：报告写不进去（{reason}）。请换一个位置。",
    en="{path}: the report cannot be written ({reason}). Choose another place.",
)
PROGRESS = Message(zh="已核对 {done}/{all}", en="Checked {done} of {all}")
