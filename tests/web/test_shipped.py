"""The shipped text, read in order: what the design says of it, by line."""

import pytest

from corpus.document import Document, NonBody, Passage
from corpus.parse import parse_source
from corpus.source import SHIPPED, load
from qa.citations.forms import own_form


def _at(document: Document, line: int) -> Passage:
    return next(p for p in document.passages if line in {document.line(span.start) for span in p.spans})


def test_each_line_lies_in_its_work(shipped: Document) -> None:
    """The speech is 3–23 and 65–87, the declaration 25–61 and 89–215, and no passage mixes them."""
    speech = {*range(3, 24), *range(65, 88)}
    for passage in shipped.passages:
        lines = {shipped.line(span.start) for span in passage.spans}
        is_speech = passage.section.work.label.startswith("不忘初心")
        assert lines <= speech if is_speech else lines.isdisjoint(speech)


@pytest.mark.parametrize("lines", [(79, 81), (61, 91), (141, 143), (171, 173)])
def test_a_paragraph_cut_by_a_column_is_one_passage_of_two_spans(shipped: Document, lines: tuple[int, int]) -> None:
    """It begins on the first line and goes on at the second."""
    passage = _at(shipped, lines[0])

    assert [shipped.line(span.start) for span in passage.spans] == list(lines)


@pytest.mark.parametrize(
    "sentence",
    [
        "共建“一带一路”是各国共同发展的大舞台",
        "形成构建人类命运共同体的共同理念具有重要现实意义。",
        "共同打击恐怖主义及其融，阻止恐怖主义",  # the source lost characters here; they stay lost
        "其他本组织文件，继续开展务实合作",
    ],
)
def test_a_sentence_cut_by_a_column_is_whole_in_one_passage(shipped: Document, sentence: str) -> None:
    """In the passage's text, and inside one of its sentences."""
    passage = next(p for p in shipped.passages if sentence in shipped.quote(p.spans))

    assert len(passage.spans) == 2
    assert any(sentence in shipped.quote(s.spans) for s in passage.sentences)


def test_the_rest_of_line_91_is_the_first_paragraph_of_its_section(shipped: Document) -> None:
    """The sentence before it belongs to the paragraph of line 61."""
    passage = next(p for p in shipped.passages if shipped.quote(p.spans).startswith("成员国愿进一步加强政策沟通"))

    assert passage.section.label == "二、政治领域"
    assert passage.paragraph == 1
    assert shipped.lines(passage.spans) == (91, 91)


def test_the_title_block_is_one_passage(shipped: Document) -> None:
    """Title, subtitle, date and speaker: it answers who, when and on what occasion."""
    block = shipped.passages[0]

    assert [shipped.line(span.start) for span in block.spans] == [3, 5, 7, 9]
    assert block.paragraph == 0


def test_the_newspapers_pointer_is_kept_and_is_no_passage(shipped: Document) -> None:
    """（下转第五版） is shown in the reader and never cited."""
    pointers = [block for block in shipped.blocks if isinstance(block, NonBody) and block.kind == "pointer"]

    assert [shipped.quote((pointer.span,)) for pointer in pointers] == ["（下转第五版）"]


def test_the_sections_of_the_shipped_text(shipped: Document) -> None:
    """All of them, in reading order, by level."""
    outline = [(section.level, section.label) for section in shipped.sections]

    assert outline == [
        (0, "不忘初心 砥砺前行 开启上海合作组织发展新征程"),
        (1, "我们共促政治互信"),
        (1, "我们共护安全稳定"),
        (1, "我们共谋繁荣发展"),
        (1, "我们共担国际道义"),
        (1, "第一，走团结合作之路"),
        (1, "第二，走安危共担之路"),
        (1, "第三，走开放融通之路"),
        (1, "第四，走互学互鉴之路"),
        (0, "上海合作组织二十周年杜尚别宣言"),
        (1, "一、上合组织的建立、发展建设和主要原则"),
        (1, "二、政治领域"),
        (1, "三、安全领域"),
        (2, "（一）阿富汗和地区安全"),
        (2, "（二）打击恐怖主义、分裂主义和极端主义"),
        (2, "（三）国际信息安全"),
        (2, "（四）禁毒合作"),
        (2, "（五）防务合作"),
        (2, "（六）打击有组织犯罪和反腐败"),
    ]


@pytest.mark.parametrize(
    ("line", "citation"),
    [
        (3, "《不忘初心 砥砺前行 开启上海合作组织发展新征程》 · 题头（第3–9行）"),
        (23, "《不忘初心 砥砺前行 开启上海合作组织发展新征程》 我们共谋繁荣发展 · 第1段（第23行）"),
        (69, "《不忘初心 砥砺前行 开启上海合作组织发展新征程》 · 第3段（第69行）"),
        (77, "《不忘初心 砥砺前行 开启上海合作组织发展新征程》 第二，走安危共担之路 · 第2段（第77行）"),
        (79, "《不忘初心 砥砺前行 开启上海合作组织发展新征程》 第三，走开放融通之路 · 第1段（第79–81行）"),
        (25, "〔上海合作组织二十周年杜尚别宣言〕 · 第1段（第25行）"),
        (61, "〔上海合作组织二十周年杜尚别宣言〕 一、上合组织的建立、发展建设和主要原则 · 第9段（第61、91行）"),
        (179, "〔上海合作组织二十周年杜尚别宣言〕 三、安全领域 ›（三）国际信息安全 · 第7段（第179行）"),
    ],
)
def test_citations(shipped: Document, line: int, citation: str) -> None:
    """Work, section path, paragraph, and the place in the file."""
    assert own_form(shipped, _at(shipped, line)) == citation


def test_without_its_edition_the_text_still_parses() -> None:
    """By rules alone: one work, in the order of the file, nothing lost."""
    source = load(SHIPPED)
    document = parse_source(type(source)(source.name, source.data, None, source.text))

    assert len([section for section in document.sections if section.level == 0]) == 1
    assert document.passages[0].paragraph == 0
