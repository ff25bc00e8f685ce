"""The laws of the design, for every input."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.document import Document, NonBody, Passage, Section, Span
from corpus.parse import parse
from tests.budget import budget

_HEADINGS = (
    *(
        "一、总则",
        "（一）分则",
        "第一，做好准备。",
        "——**我们先行**，",
        "各位同事！",
        "（下转第五版）",
        "二、先行。再来。",
    ),
    *(
        "第一章 总则",
        "第二条　为了",
        "第三条",
        "1.目的：",
        "①其一",
        "附件1",
        "目录",
        "——先行。",
        "一是先行。",
        "二是后行。",
    ),
    *(
        "# 标题",
        "## 小节",
        "---",
        "```",
        "|a|b|",
        "|-|:-:|",
        "a | b",
        "-|-",
        "<br>",
        "<h1>题</h1>",
        "<!--",
        "**一、粗**",
        "- [a](#a)",
        "> 引",
    ),
    *(
        "修路办法",
        "《修路办法》",
        "（2019年3月1日公布）",
        "第一条　为了",
        "本报讯（记者张三）3月12日，",
        "最高人民法院",
        "A/RES/1",
    ),
    *("【农资】", "摘要：路", "附件：1.表", "步骤一：挖", "甲、总说", "A. On All", "（", ">", "致谢", "第一章　路……1"),
    *("Article 1", "Chapter II. On All", "1.1 Scope", "来源：某报", "责任编辑：", "打印", "2020年1月1日", "注释："),
)
_BLANKS = ("　　", " ", "\t", "\n", "\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028")
_OTHERS = (
    "不忘初心 砥砺前行",
    "“引”。",
    "甲",
    "\ufeff",
    "\0",
    "\u200b",
    "𠀀",
    "e\u0301",
    "\ud800",
    "<b>",
    "**",
    "。",
    "...",
    "?!”",
    "甲乙丙丁戊己庚辛壬癸甲乙丙丁戊己庚辛壬癸甲乙丙丁戊己庚辛壬癸，",
    "word word word word word word word word word word word",
    "锟斤拷",
)
PIECES = (*_HEADINGS, *_BLANKS, *_OTHERS)
"""Pieces of hostile texts, for tests/fuzz/ too."""
_NUMBERED = st.builds(
    str.format,
    st.sampled_from(
        ("{0}.{2}", "{0}、{2}", "{1}、{2}", "（{1}）{2}", "（{0}）{2}", "第{1}条　{2}", "第{1}，{2}", "{2}")
    ),
    st.integers(1, 4),
    st.sampled_from("一二三四"),
    st.sampled_from(("甲乙丙。", "甲乙丙", "甲乙，丙丁。", "甲乙。丙丁戊，己庚。", "甲乙；", "甲乙丙：")),
)
"""Lines with random numbers: any text can be read, however badly it is numbered."""
_TEXTS = (
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join)
    | st.lists(_NUMBERED, max_size=12).map("\n".join)
    | st.text(max_size=200)
)


def placed_spans(document: Document) -> list[Span]:
    """Return all spans of a document, each character once: a run-in heading's title lies in its passage."""
    spans: list[Span] = []
    for block in document.blocks:
        match block:
            case Passage():
                spans += block.spans
            case NonBody():
                spans.append(block.span)
            case Section(title_span=Span() as span, is_run_in=False):
                spans.append(span)
    return spans


def check_laws(document: Document, *, ascending: bool = True) -> None:
    """Check the laws. `ascending`: the spans of a passage are in the order of the source, as without an edition."""
    text = document.text
    for passage in document.passages:
        assert all(span.end <= len(text) for span in passage.spans)
        assert all(a.end <= b.start for a, b in pairwise(passage.spans if ascending else sorted(passage.spans)))
        tiles = [span for sentence in passage.sentences for span in sentence.spans]
        assert document.quote(tiles) == document.quote(passage.spans)
        assert {i for s in tiles for i in range(s.start, s.end)} == {
            i for s in passage.spans for i in range(s.start, s.end)
        }
    placed = sorted(i for span in placed_spans(document) for i in range(span.start, span.end))
    assert len(placed) == len(set(placed)), "a character lies in two places"
    assert {i for i, character in enumerate(text) if not character.isspace()} <= set(placed)
    for section in document.sections:
        if section.title_span:
            assert "".join(document.quote((section.title_span,)).split()) == "".join(section.label.split())
        if section.is_run_in:
            first = document.blocks[document.blocks.index(section) + 1]
            assert isinstance(first, Passage)
            assert first.section is section
    assert len({passage.id for passage in document.passages}) == len(document.passages)


@given(_TEXTS)
@example("")
@example("\n")
@example("标题")
@example("标题\n正文。\n（一）\n一、")
@example("--7\n--?")
@example("三、甲乙丙。\n（二）甲乙丙\n（二）甲乙，丙丁。\n（四）甲乙丙")
def test_laws_1_to_4_for_any_string(text: str) -> None:
    """Spans are valid, nothing is lost or repeated, sentences tile their passage, and parse accepts any string."""
    check_laws(parse(text, name="任意"))


def test_laws_1_to_4_for_the_shipped_text(shipped: Document) -> None:
    """The edition's order and joins are included."""
    check_laws(shipped)


_LINES = st.sampled_from(
    (
        *(
            "一、总则",
            "（一）分则",
            "二、先行。再来。",
            "第一，做好准备。",
            "——**我们先行**，三年。",
            "第二条　为了大家。",
        ),
        *("1.目的：", "各位同事！", "甲乙丙。", "“引”。", "副歌。", "　　缩进的一段。", "", "（下转第五版）"),
    )
)


@given(st.lists(_LINES, max_size=30).map("\n".join))
def test_ids_survive_what_is_added_after(text: str) -> None:
    """The id of a passage does not depend on its position. Only the wrapping width is found from the whole text."""
    before = [passage.id for passage in parse(text + "\n\n甲。", name="a").passages]
    after = [passage.id for passage in parse(text + "\n\n甲。\n" + "乙" * 80 + "。", name="a").passages]

    assert before == after[: len(before)]


@pytest.mark.parametrize("name", ["a", "b"])
def test_ids_tell_documents_apart(name: str) -> None:
    """The same words in two documents are two passages."""
    ids = {parse("甲。", name=other).passages[0].id for other in ("a", "b")}

    assert len(ids) == 2
    assert parse("甲。", name=name).passages[0].id in ids


@pytest.mark.parametrize(
    "line",
    [
        "一、总则\n",
        "——先行。再来。\n",
        "第一章 总则.....\n",
        "# 甲\n",
        "“甲乙\n",
        "```\n",
        "各位代表！\n",
        "a. ",
        "。一、甲",
        "(（",
    ],
)
def test_a_hostile_text_takes_no_more_than_its_length(line: str) -> None:
    """The line is repeated ten thousand times: a rule that looked at all lines for each line would take minutes."""
    text = line * budget(10_000)

    assert parse(text, name="a").text == text


@pytest.mark.parametrize(
    "line", ["> " * 62 + "甲", "甲 > " * 31 + "。", "> > " * 9 + "Hello there, I think that", "a>a>" * 40]
)
def test_a_hostile_line_takes_no_more_than_its_length(line: str) -> None:
    """A pattern that tried every way to split such a line into links would not end."""
    document = parse(f"标题\n{line}\n正文。", name="a")

    assert line in document.text
