"""A second text, about something else, leaves the answers of the first as sure as they were."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.source import Source
from index.encoders.base import Embedder
from index.searcher import Index
from qa.engine import Engine
from qa.qa_settings import Settings
from qa.reply import Answer

_FIRST = """白浪渡口管理办法
一、开航与停航
渡船每天早上六点半开航，晚上七点收班，中午不休息。
江面能见度不足五百米，或者风力达到七级，渡船一律停航。
二、票价与优待
成年人单程票价三元，自行车另收一元，一米二以下的儿童免票。
本镇居民凭证可办月票，每月四十五元，不限次数。
三、船员与安全
每条渡船至少配备两名持证船员，载客不得超过三十六人。
乘客上船前应当穿好救生衣，拒不穿着的，船员有权拒绝其登船。
四、失物招领
在船上拾得的物品交到码头值班室，保管九十天，无人认领的上交镇政府。
"""
_SECOND = """云山茶话
一、采茶
清明前采下的芽头最嫩，一斤干茶约需五万个芽头。
二、炒青
铁锅烧到两百度左右下鲜叶，双手翻炒，约十分钟起锅摊凉。
"""
_ASKED = {
    "渡船晚上几点收班？": "渡船每天早上六点半开航",
    "风力达到几级渡船停航？": "江面能见度不足五百米",
    "月票每月多少钱？": "本镇居民凭证可办月票",
    "一条渡船最多可以载多少人？": "每条渡船至少配备两名持证船员",
    "拾到的东西保管多少天？": "在船上拾得的物品",
    "中午能坐船吗？": "渡船每天早上六点半开航",
    "下午几点以后就没有船了": "渡船每天早上六点半开航",
}
_NEARLY = 0.05
"""The last two questions lost 0.13 and 0.15 while titles were encoded together with the words under them."""


@pytest.mark.model
def test_a_second_text_leaves_a_sure_answer_sure(tmp_path: Path, real_embedder: Embedder) -> None:
    """The same passage first, of the same grade, and nearly as sure."""
    first, second = (
        Source.from_bytes(name, text.encode(), None) for name, text in (("渡口", _FIRST), ("茶话", _SECOND))
    )
    replies = []
    for name, sources in (("alone", [first]), ("among", [first, second])):
        engine = Engine(Index.build(tmp_path / name, sources, real_embedder), real_embedder, Settings())
        replies.append([engine.ask(question) for question in _ASKED])
    for words, alone, among in zip(_ASKED.values(), *replies, strict=True):
        assert isinstance(alone, Answer)
        assert isinstance(among, Answer)
        assert alone.hits[0].citation.text.startswith(words)
        assert alone.hits[0].grade == "answers"
        assert among.hits[0].citation.passage.id == alone.hits[0].citation.passage.id
        assert among.hits[0].grade == "answers"
        assert abs(among.hits[0].confidence - alone.hits[0].confidence) < _NEARLY
