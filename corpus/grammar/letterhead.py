"""Lines of a letterhead: the organ that issues a document, its symbol, and the genre that its title names."""

from __future__ import annotations

import re

from corpus.corpus_settings import PARSER
from corpus.grammar.enumerators import CLAUSE_STOP
from corpus.text.numerals import HAN_DIGITS
from corpus.text.scripts import IDEOGRAPHS

_ORGAN = re.compile(
    rf"[{IDEOGRAPHS}]{{2,24}}(?:法院|检察院|檢察院|委员会|委員會|政府|办公厅|辦公廳|办公室|辦公室|部|局|厅|廳|署|省委|市委|县委)|中共中央|国务院"
)
_GENRE = re.compile(
    r"(?:条例|條例|办法|辦法|规定|規定|规则|規則|细则|細則|通知|通告|公告|公报|公報|决定|決定|决议|決議|意见|意見|方案|计划|計畫|规划|纲要|綱要|"
    r"章程|宣言|声明|聲明|报告|報告|解释|解釋|批复|批覆|函|令|法|协定|協定|公约|公約|议定书|備忘錄|备忘录|制度|准则|準則|标准|標準|规范|规程|要点|清单|"
    r"讲话|講話|致辞|致辭|演讲|判决书|裁定书|议程|说明|須知|须知|指南|合同|协议)(?:\s?\([^()]{1,24}\)|\s?\[\d{1,2}\])*$"
)
_MASTHEAD = re.compile(
    r"联合国|聯合國|(?:大\s?会|安全理事会|经济及社会理事会|人权理事会)|"
    rf"第[{HAN_DIGITS}\d]+届会议|(?:临时)?议程项目\s?\d.{{0,40}}|"
    r"[A-Z]{1,6}(?:/[\w.()-]+){1,6}|(?i:distr)[.:].{0,40}|(?:Original|原文)\s?:.{0,40}|\d{1,2} [A-Z][a-z]{2,8} \d{4}|"
    r"(?i:united nations|general assembly|security council|economic and social council|human rights council)|"
    r"[A-Z][a-z]+(?:-[a-z]+)? session|(?:Provisional )?(?i:agenda) items? \d.{0,40}"
)


def is_named_as_a_document(text: str) -> bool:
    """Return whether a line ends with a genre of document, as titles do: …条例, …实施方案（试行）."""
    return len(text) <= PARSER.longest_document_title and not CLAUSE_STOP.search(text) and bool(_GENRE.search(text))


def is_organ(text: str) -> bool:
    """Return whether a line is an issuing organ and nothing else: 最高人民法院."""
    return bool(_ORGAN.fullmatch(text))


def is_masthead(text: str) -> bool:
    """Return whether a line belongs above the title of a United Nations document: A/RES/74/300, Distr.: General."""
    return bool(_MASTHEAD.fullmatch(text))
