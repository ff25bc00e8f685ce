"""Line types: what a line can be, judged by its words alone.

Lines are folded (`corpus.text.fold`) to half width, so that `(`, `,`, `:`, `;`, `!` and `?` stand for both widths.
`corpus.parser.headings` decides from the neighbours of a possible heading whether it is one.
"""

from __future__ import annotations

import re

from corpus.corpus_settings import PARSER
from corpus.grammar.enumerators import CLAUSE_STOP, enumerator_of, shape_of
from corpus.text.dates import MONTH
from corpus.text.numerals import HAN_DIGITS
from corpus.text.scripts import IDEOGRAPHS, has_han

_N = rf"[{HAN_DIGITS}\d]{{1,8}}"
_H = rf"[{HAN_DIGITS}]{{1,5}}"
_RULE = re.compile(
    r"应当|應當|不得|可以|有权|有權|予以|视为|視為|之日起|有下列|的,|修改为|删去|增加一|作为第|修正为|shall\b|may\b"
)
_STOP = re.compile(r"[。!?]")
_APPENDIX = re.compile(
    rf"(?:附\s?件|附\s?录|附\s?錄|附\s?表|附)\s?[{HAN_DIGITS}\d]{{0,3}}(?:\s?[:.、]\s?(?P<t>[^。!?;]{{0,50}}))?|"
    r"(?:注\s?释|注\s?釋|註\s?釋|名词解释|名詞解釋|附\s?注|参考文献|參考文獻|相关名词解释|有关名词解释|名词注释)\s?:?"
    r"|(?i:(?:appendix|annex|schedule)(?:\s+[A-Z0-9]{1,3})?(?:\s?[:.]\s?[^.!?;]{0,60})?|notes|references|bibliography)\s?:?"
)
_TITLED_ANNEX = re.compile(
    rf"附\s?[件录錄表图圖]\s?[{HAN_DIGITS}\d]{{1,3}}(?:\s(?![的和与與或及至]|所[列称稱]|规定|規定)[^。!?;,:]{{1,30}})"
    r"|(?i:appendix|annex|schedule)\s[A-Z0-9]{1,3}\s[A-Z][^.!?;,:]{0,60}"
)
_ANNEX = re.compile(
    rf"附\s?[件录錄表图圖]?\s?[{HAN_DIGITS}\d]{{0,3}}\s?:?|(?i:appendix|annex|schedule)(?:\s+[A-Z0-9]{{1,3}})?"
)
_FRONT = re.compile(
    r"序\s?言|序|前\s?言|引\s?言|导\s?言|導\s?言|导\s?论|绪\s?论|緒\s?論|摘\s?要|提\s?要|总\s?则|總\s?則|附\s?则|附\s?則|结\s?语|結\s?語|"
    r"结\s?束\s?语|前\s?文|"
    r"(?i:preamble|introduction|preface|foreword|(?:executive )?(?:abstract|summary)|conclusions?|epilogue|prologue)"
)
_BACK = re.compile(
    r"后\s?记|後\s?記|跋|致\s?谢|致\s?謝|鸣\s?谢|鳴\s?謝|(?i:acknowledge?ments?|author contributions|data availability)"
)
_ABSTRACT = re.compile(r"[【\[]?(?:摘\s?要|(?i:abstract))[】\]]?(?P<stop>\s?[:—.]\s?|(?<=[】\]])\s?)(?=\S)")
_BRACKETED = re.compile(r"【[^】。]{2,24}】")
_PAGE_AT_END = re.compile(r"(?:\s*[.…·]{2,}\s*|\t+|\s{2,}|\s*\()\d{1,4}\)?$")
_LED_TO_PAGE = re.compile(r"[.…·]{3,}\s*[\dIVXivx]{1,4}$")
_CONTENTS = re.compile(r"目\s*[录錄次]|(?i:(?:table of )?contents)")
_SALUTATION = re.compile(
    r"(?:尊敬的|亲爱的|親愛的|各位|同志[们們]|同胞[们們]|朋友[们們]|女士[们們]|先生[们們])[^。;]{0,40}[,!:]|"
    r"(?:各位|同志[们們]|同胞[们們]|朋友[们們])[^,。;!:]{0,12}[,、!]?各位[^,。;!:]{1,12}[!:]"
)
_ADDRESS = re.compile(r"(?:各位(?:代表|委员|委員|同志|朋友|来宾|來賓|同事)|同志[们們]|同胞[们們]|朋友[们們])[,、!]")
_RECIPIENT = re.compile(r"[^。,;!?]{2,60}:")
_DATE = re.compile(rf"\(?\s?{MONTH}")
_MOMENT = re.compile(rf"\d{{4}}[-年]\d{{1,2}}[-月]\d{{1,2}}日?\s?\d{{1,2}}[:时]\d{{2}}分?\s?[{IDEOGRAPHS}]{{3}}")
"""A timestamp with an event after it: 2008年5月12日14时28分…"""
_OFFICE = re.compile(
    r"(?:(?:国务院)?(?:副?总理|代总理)|[^\s。,;:!?]{0,24}(?:省长|市长|主席|州长|区长|县长|书记|部长|主任|院长|检察长|行政长官|总统|秘书长))"
    rf"\s{{0,3}}[{IDEOGRAPHS}·]{{1,3}}\s{{0,3}}[{IDEOGRAPHS}·]{{0,4}}"
)
_DOCUMENT_NUMBER = re.compile(
    rf"[{IDEOGRAPHS}]{{2,14}}\s?[〔\[(]\s?\d{{4}}\s?[〕\])]\s?第?\d{{1,5}}号|第\s?\d{{1,5}}\s?号"
)
_BYLINE = re.compile(r"(?i:by)\s[A-Z][\w.’'-]*(?:\s[\w.,’'&-]+){0,8}")
_NAME = re.compile(rf"[{IDEOGRAPHS}]{{1,2}}\s{{1,3}}[{IDEOGRAPHS}]{{1,2}}|[{IDEOGRAPHS}]{{2,3}}")
_ADOPTED = re.compile(r"(?:通过|通過|公布|发布|施行|修正|修订|批准|宣布|印发|颁布|生效)(?:[^。]{0,8})?\)?$")


def is_rule(text: str) -> bool:
    """Return whether a text states a rule, as items of a law do and titles do not."""
    return bool(_RULE.search(text))


def is_appendix(text: str) -> bool:
    """Return whether a line is the heading of an appendix, with or without a title: 附件1, 注释：, References."""
    return bool(_APPENDIX.fullmatch(text)) or is_titled_annex(text)


def is_titled_annex(text: str) -> bool:
    """Return whether a line is the number of an annex and, after a blank, its title: 附件一 收费表, Annex 2 Fees."""
    return bool(_TITLED_ANNEX.fullmatch(text))


def is_annex(text: str) -> bool:
    """Return whether a line is the name of an annex without a title: 附件1, Annex A."""
    return bool(_ANNEX.fullmatch(text))


def is_unnumbered_part(text: str) -> bool:
    """Return whether a line is the heading of a part that usually has no number: 序言, 附则, Preamble."""
    return bool(_FRONT.fullmatch(text))


def is_back_matter(text: str) -> bool:
    """Return whether a line is the heading of back matter: 致谢, Acknowledgements."""
    return bool(_BACK.fullmatch(text))


def is_led_to_page(text: str) -> bool:
    """Return whether dots lead from a line to a page number: 第一章　总则……1."""
    return len(text) <= PARSER.longest_contents_entry and bool(_LED_TO_PAGE.search(text))


def without_page(text: str) -> str:
    """Return an entry of a table of contents without the dots and the page number."""
    return _PAGE_AT_END.sub("", text) if len(text) <= PARSER.longest_contents_entry else text


def abstract_end(text: str) -> int:
    """Return where the label 摘要 or Abstract ends in a paragraph that opens with it (摘要：…); 0 for others."""
    match = _ABSTRACT.match(text)
    return match.start("stop") if match else 0


def is_bracketed(text: str) -> bool:
    """Return whether a line is a text in brackets and nothing else: 【农机检修】."""
    return bool(_BRACKETED.fullmatch(text))


def is_contents_title(text: str) -> bool:
    return bool(_CONTENTS.fullmatch(text))


def is_salutation(text: str) -> bool:
    return len(text) <= PARSER.longest_heading and bool(_SALUTATION.fullmatch(text))


def is_address(text: str) -> bool:
    """Return whether a line addresses somebody and does nothing else: 有关单位：, 各位代表：."""
    return len(text) <= PARSER.longest_heading and bool(_SALUTATION.fullmatch(text) or _RECIPIENT.fullmatch(text))


def is_recipient(text: str) -> bool:
    """Return whether a line names the recipients of a notice: 各有关单位：."""
    return len(text) <= 120 and text[0] == "各" and text[-1] == ":" and not CLAUSE_STOP.search(text)


def opens_with_address(text: str) -> bool:
    """Return whether a paragraph opens with an address: 各位代表，…"""
    return bool(_ADDRESS.match(text))


def is_date(text: str) -> bool:
    match = _DATE.match(text)
    return match is not None and len(text) - match.end() <= 4


def is_signature(text: str) -> bool:
    """Return whether a line is short enough to name a signatory."""
    return len(text) <= 36 and not re.search(r"[。!?;:]", text)


def is_title_line(text: str, longest: int) -> bool:
    return len(text) <= longest and not re.search(r"[。!?;:.,]", text)


def is_plain_title(text: str) -> bool:
    """Return whether a line is short and without a full stop, as titles and unnumbered headings are."""
    return (
        2 <= len(text) <= PARSER.longest_heading
        and not re.search(r"[。!?;:|<>=]", text)
        and text[-1] not in ",、.…—-"
        and text[0] not in ",。、)”》"
        and text.count(",") <= 2
        and bool(re.search(rf"[{IDEOGRAPHS}A-Za-z]", text))
    )


def is_english_title(text: str) -> bool:
    """Return whether most words of an alphabetic line are capitalised, as in an English title."""
    words = re.findall(r"[A-Za-z][\w’'-]*", text)
    if not words or len(text) > 70 or len(words) > 10 or text[-1] in ".,;:?!":
        return False
    long = [word for word in words if len(word) > 3 or word == words[0]]
    return sum(word[0].isupper() for word in long) >= 0.7 * len(long) and len("".join(words)) > 0.6 * len(text.strip())


def is_short_line(text: str) -> bool:
    """Return whether a line is a few alphabetic words without punctuation: The state of our rivers."""
    return text[0].isupper() and len(text) <= 60 and len(text.split()) <= 9 and not re.search(r"[^\w\s’'&/()-]", text)


def is_subtitle(text: str) -> bool:
    """Return whether a line can stand below a title: ——在…上的讲话, a date, an adoption, an office and a name."""
    return (
        len(text) <= 120
        and not CLAUSE_STOP.search(text)
        and (
            text.startswith(("——", "—", "(", "--", "[", "【"))
            or bool(_DOCUMENT_NUMBER.fullmatch(text))
            or bool(_BYLINE.fullmatch(text))
            or bool(_DATE.match(text) and not _MOMENT.match(text))
            or bool(_OFFICE.fullmatch(text))
            or (len(text) <= PARSER.longest_title and bool(_ADOPTED.search(text)))
        )
    )


def is_name(text: str) -> bool:
    return bool(_NAME.fullmatch(text))


def is_title_like(text: str) -> bool:
    """Return whether a line is a numbered title or the heading of an appendix or a preface, and nothing more."""
    if is_appendix(text) or is_unnumbered_part(text) or is_back_matter(text):
        return True
    enumerator = enumerator_of(text) if len(text) <= PARSER.longest_heading else None
    return (
        enumerator is not None
        and enumerator.style not in ("——", "一是", "第一,")
        and shape_of(text, enumerator)[0] == "title"
    )


def opens_with_enumerator(text: str) -> bool:
    """Return whether a line begins with a bullet, or with an enumerator that starts a paragraph."""
    if re.match(r"[-*+•·●■◆] ", text):
        return True
    enumerator = enumerator_of(text)
    if enumerator is None:
        return False
    if enumerator.style == "——":
        return len(text) > enumerator.end
    return enumerator.style not in ("1.1", "1.1.1", "I.") or " " in text[: enumerator.end]


def is_apart(text: str) -> bool:
    """Return whether a line is never joined with others: a salutation, a horizontal rule, an appendix heading."""
    return (
        is_salutation(text)
        or is_appendix(text)
        or is_contents_title(text)
        or is_led_to_page(text)
        or not re.search(r"[\w。,;、!?)”’》]", text)
    )


def is_cut(text: str) -> bool:
    """Return whether a line without final punctuation is a paragraph that was cut, rather than a heading."""
    if is_title_like(text) or (
        enumerator_of(text) and len(text) <= PARSER.longest_heading_in_series and not CLAUSE_STOP.search(text)
    ):
        return text.count("“") > text.count("”")
    return (
        len(text) > PARSER.longest_heading
        or bool(_STOP.search(text))
        or (";" in text and len(text) > 25)
        or (text[-1] in "的和与及或在把被将对“(《" and len(text) > 4)
        or text.count("“") > text.count("”")
    ) and has_han(text)


_GLUED_HEADING = re.compile(
    rf"(?<=[。!?])(?=(?:\([{HAN_DIGITS}甲乙丙丁戊己庚]{{1,3}}\)|[{HAN_DIGITS}]{{1,3}}、)[^。,;:!?()]{{3,30}}$)"
)


def heading_cuts(text: str) -> list[int]:
    """Return the offsets at which to split a line before a heading that lost the line end before it."""
    cuts: list[int] = []
    if glued := _GLUED_HEADING.search(text):
        cuts.append(glued.start())
    if len(text) <= PARSER.longest_title and (
        second := re.match(rf"[{HAN_DIGITS}]{{1,3}}、[{IDEOGRAPHS}、]{{3,30}}(?=1[.](?!\d)[{IDEOGRAPHS}]{{2}})", text)
    ):
        cuts.append(second.end())
    return cuts


def head_cuts(text: str) -> list[int]:
    """Return the offsets at which to split a line of the title block: after a speaker, before a salutation."""
    cuts: list[int] = []
    if match := re.match(
        rf"(?:国务院)?(?:副?总理|[^\s。,;]{{0,16}}(?:省长|市长|主席|书记))\s?[{IDEOGRAPHS}]{{1,4}}\s{{2,}}(?=\S)", text
    ):
        cuts.append(match.end())
    salutation = re.search(r"(?:各位代表|各位委员|同志们|各位同志)[!:]$", text)
    if salutation and salutation.start() > 0:
        cuts.append(salutation.start())
    return cuts


_WITHIN = re.compile(rf"(?<=[。!?;:”)])\s*(?=(?:{_H}、|\({_H}\)|第{_N}[编章节条]|第{_H},|附件\d?:))")


def enumerators_within(text: str) -> list[int]:
    """Return the offsets at which numbered paragraphs begin inside a line, after the end of a sentence."""
    return [match.end() for match in _WITHIN.finditer(text) if 0 < match.end() < len(text)]
