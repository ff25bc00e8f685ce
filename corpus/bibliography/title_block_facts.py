"""Reads date, authors, subtitle and kind of a work from its first lines. Pure, and strict rather than clever.

Each rule has to match the whole line. What no rule reads stays unknown, because a missing date in a citation is better
than a wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from corpus.corpus_settings import PARSER
from corpus.document import Block, Date, Document, Kind, NonBody, Passage, Section, SourcedValue, Span, cut
from corpus.text.dates import DAY, YEAR, WrittenDate, find_written, of_match, read_iso, read_written
from corpus.text.scripts import IDEOGRAPHS

_IN_BRACKETS = re.compile(r"[（(]?\s*(?P<date>.+?)\s*[）)]?")

_SPOKEN = "讲话|講話|致辞|致辭|演讲|演講|发言|發言|贺词|賀詞|报告|報告"
_OCCASION = re.compile(
    rf"[—―－-]*\s*(?P<subtitle>(?:(?P<date>{DAY})\s*)?[在于於][^。；！？]{{2,60}}上(?:的[{IDEOGRAPHS}]{{0,6}}(?:{_SPOKEN}))?)"
)
_DASHED = re.compile(r"[—―－]+\s*(?P<subtitle>[^—。；！？]{2,60})")

SURNAMES = (
    "赵钱孙李周吴郑王冯陈卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜谢邹苏潘葛范彭鲁韦马苗凤方俞任袁柳史唐费薛雷贺倪汤滕殷罗毕郝安"
    "常于傅卞齐康伍余元顾孟黄穆萧尹姚邵汪毛狄戴宋庞熊纪舒屈项祝董梁杜阮蓝闵季贾路江童颜郭梅盛林钟徐邱骆高夏蔡田樊胡凌霍虞万"
    "柯管卢莫房裘缪解应宗丁邓洪包左石崔龚程邢裴陆荣翁荀甄家封储靳段焦侯全班仲宫宁甘厉祖武符刘景詹龙叶司黎薄白鄂赖卓蔺屠蒙池乔"
    "翟谭姬申冉边燕尚温庄晏柴瞿阎连习艾容向古易廖耿满匡文广欧沙鞠关查红游权盖岳帅栾冷辛简饶曾肖楚仇巩佟隋涂咸信"
    "趙錢孫吳鄭馮陳衛蔣韓楊許呂張嚴華謝鄒蘇魯韋馬鳳費賀湯羅畢齊顧黃蕭龐紀項賈顏鍾駱萬盧應鄧陸榮龔劉葉龍賴喬譚邊溫莊閻連習歐關權"
)
"""Chinese family names of one character, both scripts."""
_NAME = (
    rf"(?:[{SURNAMES}](?:[{IDEOGRAPHS}]{{1,2}}|\s{{1,4}}[{IDEOGRAPHS}])"
    rf"|(?:欧阳|歐陽|司马|司馬|诸葛|諸葛|上官|慕容|令狐|皇甫)[{IDEOGRAPHS}]{{1,2}}|[{IDEOGRAPHS}]{{2,8}}·[{IDEOGRAPHS}]{{2,8}})"
)
_OFFICES = (
    "主席|总理|總理|省长|市长|州长|县长|区长|主任|书记|委员长|部长|院长|检察长|校长|会长|局长|行长|秘书长|总统|總統"
)
_SPEAKER = re.compile(rf"[（(]?[{IDEOGRAPHS}、\s]{{0,40}}(?:{_OFFICES})\s*(?P<name>{_NAME})[）)]?")
_NAME_ALONE = re.compile(rf"[（(]?(?P<name>{_NAME})[）)]?(?<![省市县縣区區州案法局厅廳院部])")
_BYLINE = re.compile(rf"作者\s*[：:]\s*(?P<name>{_NAME})")
_MAKER = re.compile(rf"[>\s]*制定机关\s*[：:]\s*(?P<name>[{IDEOGRAPHS}]{{3,40}})(?:<[/ br]+>)?")

_ADOPTED = "通过|通過|公布|公佈|发布|發布|颁布|頒布|宣布"
_ADOPTION = re.compile(
    rf"[>\s（(-]*(?P<before>[{IDEOGRAPHS}]{{3,20}})?(?P<date>{DAY})\s*(?P<after>[^，。；]{{0,50}}?)(?:{_ADOPTED}).{{0,80}}"
)
_AMENDED = re.compile(rf"修正案|(?:根据|(?:{YEAR})\s*年).{{0,120}}(?:修正|修订|修訂|修改)")
_ISSUER = re.compile(
    rf"(?:第[{IDEOGRAPHS}]{{1,4}}届)?(?P<name>[{IDEOGRAPHS}]{{0,20}}?"
    rf"(?:全国人民代表大会常务委员会|全国人民代表大会|国务院|联合国大会|聯合國大會))(?=令|第|$)"
)

_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("speech", re.compile(r"(?:讲话|講話|致辞|致辭|演讲|演講|发言|發言|贺词|賀詞)$")),
    ("report", re.compile(r"(?:报告|報告)$|政府工作报告")),
    ("law", re.compile(rf"(?:宪法|憲法|法典|条例|條例|细则|中华人民共和国[{IDEOGRAPHS}]{{1,20}}法)$")),
    ("official", re.compile(r"(?:宣言|声明|聲明|公报|公報|决议|決議|通知|公告|宪章|憲章|公约|公約|协定|協定)$")),
)
_LAW_IF_ADOPTED = re.compile(r"(?:法|规定|办法|规则|决定|解释|批复)$")


@dataclass(frozen=True, slots=True)
class TitleBlock:
    """The metadata in a title block; None and () for what the lines do not state."""

    kind: Kind
    subtitle: SourcedValue | None
    authors: tuple[SourcedValue, ...]
    date: Date | None


def read_title_block(document: Document, work: Section) -> TitleBlock:
    """Return the metadata in the lines between a work's title and its first paragraph or heading."""
    lines = _lines(document, work)
    texts = [document.quote((line,)) for line in lines]
    subtitle, occasion_date = _occasion(document, work, lines, texts)
    dates = [date for line, text in zip(lines, texts, strict=True) if (date := _date_alone(text, (line,)))]
    adoptions = [(match, line) for line, text in zip(lines, texts, strict=True) if (match := _ADOPTION.fullmatch(text))]
    # A work that was amended later has no single date.
    amended = any(_AMENDED.search(text) for text in (*texts, *_first_paragraphs(document, work)))
    adopted = None if amended or not adoptions else _sourced_date(adoptions[0][0], (adoptions[0][1],))
    authors = _speakers(document, lines, texts) or _issuer(document, adoptions)
    date = next(iter(dates), None) or occasion_date or adopted
    return TitleBlock(_kind(work.label, subtitle, bool(adoptions), bool(authors)), subtitle, authors, date)


def find_date(document: Document, spans: Sequence[Span]) -> Date | None:
    """Return the first date in some spans (`corpus.text.dates`); None if there is none."""
    written = find_written(document.quote(spans))
    return _date(written, cut(spans, written.start, written.end)) if written else None


def read_supplied_date(text: str) -> Date | None:
    """Return the date written as 2021-09-17, 2021-09 or 2021; None for anything else."""
    written = read_iso(text)
    return _date(written, ()) if written else None


def _lines(document: Document, work: Section) -> list[Span]:
    """Return the lines of the title block and the following lines that are not prose, without the title."""
    lines: list[Span] = []
    for block in _first_blocks(document, work):
        match block:
            case Passage(paragraph=0):
                lines += block.spans
            case Passage(spans=(span,)) if len(span) <= PARSER.longest_facts_line and not _is_prose(
                document.quote((span,))
            ):
                lines.append(span)
            case NonBody(kind="pointer" | "contents" | "chrome" | "markup"):
                pass
            case _:
                break
    title = work.title_span
    return [
        line
        for line in lines[: PARSER.facts_lines]
        if not (title and title.start <= line.start and line.end <= title.end)
    ]


def _first_blocks(document: Document, work: Section) -> list[Block]:
    """Return the first blocks of a work after its title, headings included."""
    blocks = document.blocks_after(work, PARSER.facts_lines)
    return list(takewhile(lambda block: not (isinstance(block, Section) and block.parent is None), blocks))


def _first_paragraphs(document: Document, work: Section) -> list[str]:
    return [document.quote(block.spans) for block in _first_blocks(document, work) if isinstance(block, Passage)]


def _is_in_title_block(document: Document, work: Section, line: Span) -> bool:
    blocks = _first_blocks(document, work)
    return any(line in block.spans for block in blocks if isinstance(block, Passage) and block.paragraph == 0)


def _is_prose(text: str) -> bool:
    return text.rstrip("）)")[-1:] in set("。！？；.!?;")


def _occasion(
    document: Document, work: Section, lines: Sequence[Span], texts: Sequence[str]
) -> tuple[SourcedValue | None, Date | None]:
    """Return the subtitle and the date of the occasion (——2018年3月5日在……会议上), on one line or two."""
    for index, text in enumerate(texts):
        for count in (1, 2):
            spans = tuple(lines[index : index + count])
            if len(spans) == count and (match := _OCCASION.fullmatch(document.quote(spans))):
                return _sourced(document, spans, match, "subtitle"), _sourced_date(match, spans)
        # Below the title block, a dash begins an item of a list.
        if _is_in_title_block(document, work, lines[index]) and (match := _DASHED.fullmatch(text)):
            return _sourced(document, (lines[index],), match, "subtitle"), None
    if work.title_span and (match := re.search(rf"[—―－]+(?P<date>{DAY})在[^。]*上$", work.label)):
        return None, _sourced_date(match, (work.title_span,))
    return None, None


def _speakers(document: Document, lines: Sequence[Span], texts: Sequence[str]) -> tuple[SourcedValue, ...]:
    """Return the person named with an office, in a byline, or alone beside the date or the occasion."""
    for line, text in zip(lines, texts, strict=True):
        for pattern in (_SPEAKER, _BYLINE, _MAKER):
            if match := pattern.fullmatch(text):
                return (_sourced(document, (line,), match, "name"),)
    for index, text in enumerate(texts):
        beside = [*texts[max(index - 1, 0) : index], *texts[index + 1 : index + 2]]
        if (match := _NAME_ALONE.fullmatch(text)) and any(
            _is_date_line(other) or _OCCASION.fullmatch(other) for other in beside
        ):
            return (_sourced(document, (lines[index],), match, "name"),)
    return ()


def _issuer(document: Document, adoptions: Sequence[tuple[re.Match[str], Span]]) -> tuple[SourcedValue, ...]:
    """Return the body that adopted the work, if it is one that passes laws or resolutions."""
    for adoption, line in adoptions:
        for group in ("before", "after"):
            if adoption[group] and (match := _ISSUER.match(adoption[group])):
                shift = adoption.start(group)
                spans = cut((line,), shift + match.start("name"), shift + match.end("name"))
                return (SourcedValue(document.quote(spans), spans),)
    return ()


def _kind(title: str, subtitle: SourcedValue | None, adopted: bool, has_author: bool) -> Kind:
    title = re.sub(r"(?<!\s)\s*[（(][^（）()]*[）)]$", "", title)
    for kind, pattern in _KINDS:
        if pattern.search(title) or (subtitle and pattern.search(subtitle.text)):
            return kind
    if adopted and _LAW_IF_ADOPTED.search(title):
        return "law"
    if subtitle and has_author and subtitle.text.endswith("上"):
        return "speech"
    return "document"


def _date_alone(text: str, spans: Sequence[Span]) -> Date | None:
    """Return the date of a line with nothing else, in brackets or not; None for others and for four digits alone."""
    if not (match := _in_brackets(text)) or not (written := read_written(match["date"])):
        return None
    return None if match["date"].isdecimal() else _date(written, cut(spans, *match.span("date")))


def _in_brackets(text: str) -> re.Match[str] | None:
    """Return the match of a line that may be a date in brackets or not; None for a line that is too long for one."""
    return _IN_BRACKETS.fullmatch(text) if len(text) <= PARSER.longest_facts_line else None


def _is_date_line(text: str) -> bool:
    return bool((match := _in_brackets(text)) and read_written(match["date"]))


def _sourced(document: Document, spans: Sequence[Span], match: re.Match[str], group: str) -> SourcedValue:
    words = cut(spans, *match.span(group))
    return SourcedValue(document.quote(words), words)


def _sourced_date(match: re.Match[str], spans: Sequence[Span]) -> Date | None:
    return _date(of_match(match), cut(spans, *match.span("date"))) if match["date"] else None


def _date(written: WrittenDate, spans: tuple[Span, ...]) -> Date | None:
    """Return a date; None if the calendar has no such day (2月30日)."""
    try:
        return Date(written.year, written.month, written.day, spans)
    except ValueError:
        return None
