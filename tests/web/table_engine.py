"""An engine that answers one question with a row of a wide table, which is long besides."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from corpus.document import Span
from corpus.parse import parse_source
from corpus.source import Source
from index.catalog import Catalog
from qa.ranking.citable_units import unit_of
from qa.ranking.explanation import Explanation
from qa.reply import Answer, Citation, Hit, Reply

CURRENCY = "吉尔吉斯斯坦的货币是什么？"
_NAMES = ("哈萨克斯坦", "中国", "俄罗斯", "印度", "伊朗") * 6


class TableEngine:
    """Its only document is a table of fourteen columns between two paragraphs."""

    heads = (
        "国家",
        "首都",
        "人口",
        "面积",
        "语言",
        "时区",
        "独立",
        "加入",
        "区号",
        "域名",
        "最高",
        "货币",
        "河流",
        "国歌",
    )

    def __init__(self) -> None:
        names = (*_NAMES, "吉尔吉斯斯坦", *_NAMES)
        rows = [[name, *(f"{name}的{head}" for head in self.heads[1:])] for name in names]
        cells = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
        head = "".join(f"<th>{head}</th>" for head in self.heads)
        page = f"<h1>成员国概况</h1><p>下表列出基本情况。</p><table><tr>{head}</tr>{cells}</table><p>完。</p>"
        self.document = parse_source(Source.from_file("成员国.html", page.encode(), None))
        self.catalog = Catalog.of([self.document])

    def explain(
        self,
        question: str,
        passages: Sequence[str],
        history: Sequence[str] = (),
        *,
        documents: Collection[str] = (),
        alone: bool = False,
    ) -> Explanation | None:
        """Nothing is explained."""
        return None

    def ask(
        self, question: str, history: Sequence[str] = (), *, documents: Collection[str] = (), alone: bool = False
    ) -> Reply:
        """Return the row of 吉尔吉斯斯坦 under its head; the words that answer stand in the twelfth column."""
        at = self.document.text.index("吉尔吉斯斯坦的货币")
        row = next(one for one in self.document.passages if any(span.start <= at < span.end for span in one.spans))
        unit = unit_of(self.document, row)
        assert unit is not None
        answer = (Span(at, at + len("吉尔吉斯斯坦的货币")),)
        hit = Hit(Citation(self.document, unit.passage), unit.passage.sentences[-1], answer, 0.97, answer=answer)
        return Answer(question, None, (), (hit,))
