import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.parse import parse, parse_source
from corpus.source import SHIPPED, load
from qa.output.terminal import render_check
from qa.quotations.checker import Check, Checker, quotations

_GOLDEN = Path(__file__).parents[1] / "golden" / "quotations.txt"
_SHIPPED = parse_source(load(SHIPPED))
_CHECKER = Checker([_SHIPPED])


def _cases() -> Iterator[tuple[Checker, list[str]]]:
    checker, text, is_text = _CHECKER, "", False
    for line in _GOLDEN.read_text("utf-8").split("\n")[3:]:
        if line == "--":
            checker, is_text = Checker([parse(text, name="短文")]), False
        elif is_text:
            text += line + "\n"
        elif line.startswith("== "):
            text, is_text = "", line != "== shipped"
        elif line:
            yield checker, line.split(" | ", 2)


@pytest.mark.parametrize(("checker", "case"), [pytest.param(*case, id=case[1][2]) for case in _cases()])
def test_golden(checker: Checker, case: list[str]) -> None:
    """The verdict, and how many places there are or what sets the quotation apart."""
    verdict, detail, quote = case
    check = checker.check(quote.replace("↵", "\n").replace("␣", " "))

    assert check.verdict == verdict
    if check.places:
        assert len(check.places) == int(detail)
    elif verdict == "altered":
        assert set(check.kinds) == set(detail.split())


def test_there_are_sixty_cases() -> None:
    """And each verdict has some."""
    verdicts = [case[0] for _, case in _cases()]

    assert len(verdicts) >= 60
    assert set(verdicts) == {"exact", "altered", "crosses", "absent", "too_short"}


def _bare(text: str) -> str:
    return re.sub(r"\s|\*", "", text)


def check_consistent(check: Check) -> None:
    """What holds of every check, whatever was checked."""
    for place in (*check.places, *filter(None, [check.nearest])):
        text = place.document.text
        assert place.text == "".join(text[span.start : span.end] for span in place.spans)
        assert place.blocks
        assert place.citation
    for place in check.places:
        assert _bare(place.text) in _bare(check.quote)
    if check.nearest:
        assert "".join(step.source for step in check.diff) == check.nearest.text
        quoted = "".join(step.quoted for step in check.diff)
        set_in = r"[\s\x02\u00ad\ufffe-]"  # blanks and hyphens of a viewer are left out before the comparison
        assert re.sub(set_in, "", quoted) in re.sub(set_in, "", check.quote)
        for step in check.diff:
            assert (step.op == "equal") == (step.quoted == step.source)
            assert (step.op == "equal") == (not step.kinds)
        assert bool(check.kinds)
    assert (check.verdict in ("exact", "crosses")) == bool(check.places)
    assert (check.verdict == "altered") <= (check.nearest is not None)


@st.composite
def _slices(draw: st.DrawFn, least: int) -> tuple[str, int, int]:
    """A slice of a passage of the shipped text: the passage's text, start and end."""
    passages = [p for p in _SHIPPED.passages if sum(len(span) for span in p.spans) > least]
    text = _SHIPPED.quote(draw(st.sampled_from(passages)).spans)
    start = draw(st.integers(0, len(text) - least))
    return text, start, draw(st.integers(start + least, min(len(text), start + 200)))


@given(_slices(1))
def test_any_slice_of_a_passage_is_exact(case: tuple[str, int, int]) -> None:
    """And its places are slices that say the same."""
    text, start, end = case
    quote = text[start:end]
    check = _CHECKER.check(quote)

    if check.verdict != "too_short":
        assert check.verdict == "exact"
        assert any(
            _bare(place.text) == _bare(quote).strip('“”"') or _bare(quote) == _bare(place.text)
            for place in check.places
        )
        check_consistent(check)


@given(_slices(4), st.sampled_from(["\n", "\r\n", "\n　　", " \n"]), st.data())
def test_a_line_break_anywhere_leaves_it_exact(case: tuple[str, int, int], wrap: str, data: st.DataObject) -> None:
    """But within a Latin word, a wrap stands for a blank."""
    text, start, end = case
    at = data.draw(st.integers(start + 1, end - 1))
    if not re.search(r"[a-z*. ]", text[at - 1 : at + 1]):
        check = _CHECKER.check(text[start:at] + wrap + text[at:end])

        assert check.verdict in ("exact", "too_short")


@given(_slices(10), st.data())
def test_a_changed_ideograph_is_never_exact(case: tuple[str, int, int], data: st.DataObject) -> None:
    """It is altered, and the step says which."""
    text, start, end = case
    at = data.draw(st.integers(start, end - 1))
    if "\u4e00" <= text[at] <= "\u9fff":
        check = _CHECKER.check(text[start:at] + "龘" + text[at + 1 : end])

        assert check.verdict in ("altered", "too_short")
        if check.verdict == "altered":
            assert any("龘" in step.quoted for step in check.diff if step.op != "equal")
            check_consistent(check)


@given(
    st.text(max_size=60),
    st.text(alphabet="甲乙丙 \n*，。“”ab1", max_size=60),
    st.text(alphabet="甲乙丙 \n*，。“”ab1", max_size=40),
)
@example("\ud800" * 9, "abcd\0", "**abcd**")
def test_any_strings_get_a_verdict(strange: str, source: str, quote: str) -> None:
    """On any text, whatever is pasted; a quotation of the whole text is never absent."""
    checker = Checker([parse(source, name="a"), parse(strange, name="b")])
    for text in (quote, strange, source):
        check_consistent(checker.check(text))


@pytest.mark.parametrize(
    "quote",
    [
        "啊" * 10_000,
        "国" * 10_000,
        "国家" * 5_000,
        "成 员 国 " * 3_000,
        "“" * 9_999 + "成员国主张",
        "\0" * 9_999 + "各国青年",
    ],
)
def test_hostile_quotations_are_absent(quote: str) -> None:
    """One character over and over, blanks everywhere, marks that nobody closes."""
    assert _CHECKER.check(quote).verdict == "absent"
    assert quotations(quote)


def test_a_text_of_one_character_lists_no_more_places_than_anyone_reads() -> None:
    """Ten thousand."""
    checker = Checker([parse("啊" * 50_000, name="a")])

    assert len(checker.check("啊啊啊啊").places) == 10_000
    assert checker.check("啊" * 9_999 + "吧").verdict == "altered"


def test_words_that_are_equal_are_no_difference() -> None:
    """At the end of a quotation too, where they are too few to be aligned."""
    text = (
        "某市修路办法\n（2019年3月1日公布）\n第一章 总则\n第一条　为了大家，先修路。\n第二条　路**宽**三米，长 4 km；"
        "“引文”在此。\n第二章 分则\n第三条　违者罚款五百元。\n（一）初犯；\n（二）再犯。\n附件1\n表一\n"
    )
    checker = Checker([parse(text, name="某市修路办法")])
    check = checker.check("第一条　为了大家，先修路。了（略）龘在在会上的讲话了：·第一章 总则(（二）再犯。")

    assert check.nearest
    check_consistent(check)


def test_spans_skip_breaks_and_marks() -> None:
    """They are the source's own characters, at their own offsets."""
    column = _CHECKER.check("各国共同发展的大舞台").places[0]
    marks = _CHECKER.check("我们共促政治互信，缔结长期").places[0]

    assert [_SHIPPED.text[s.start : s.end] for s in column.spans] == ["各国共同发", "展的大舞台"]
    assert column.lines == (79, 81)
    assert len(column.passages) == 1
    assert [_SHIPPED.text[s.start : s.end] for s in marks.spans] == ["我们共促政治互信", "，缔结长期"]


def test_all_documents_are_searched() -> None:
    """In their order; a supplied title is no source text."""
    documents = [parse(f"{name}\n\n天地玄黄，宇宙洪荒。", name=name) for name in ("千字文一", "千字文二")]
    checker = Checker(documents)

    assert [place.document.name for place in checker.check("天地玄黄").places] == ["千字文一", "千字文二"]
    assert _CHECKER.check("上海合作组织二十周年杜尚别宣言").verdict != "exact"


def test_the_stretch_is_cut_where_the_quotation_ends() -> None:
    """A changed first or last character has its counterpart; added words have none."""
    changed = _CHECKER.check("戍员国主张，各国在管理互联网方面享有平等权力").nearest
    added = _CHECKER.check("有人说成员国主张，各国在管理互联网方面享有平等权利").nearest

    assert changed
    assert changed.text == "成员国主张，各国在管理互联网方面享有平等权利"
    assert added
    assert added.text == "成员国主张，各国在管理互联网方面享有平等权利"


def test_one_number_stands_out() -> None:
    """2000 → 1000, not 2 → 1."""
    check = _CHECKER.check("提供2000名扶贫培训名额")

    assert [(step.op, step.quoted, step.source) for step in check.diff] == [
        ("equal", "提供", "提供"),
        ("replace", "2000", "1000"),
        ("equal", "名扶贫培训名额", "名扶贫培训名额"),
    ]
    assert "提供[-2000-]{+1000+}名扶贫培训名额" in render_check(check)
    assert "数字 numbers" in render_check(check)


def test_a_citation_goes_from_the_first_to_the_last_paragraph() -> None:
    """Where the quotation runs over a border."""
    place = _CHECKER.check("并拥有网络主权。（四）禁毒合作成员国指出").places[0]

    assert place.citation.startswith(
        "〔上海合作组织二十周年杜尚别宣言〕 三、安全领域 ›（三）国际信息安全 · 第7段（第179行） 至 "
    )
    assert place.citation.endswith("（四）禁毒合作 · 第1段（第183行）")
    assert place.section == ("三、安全领域", "（三）国际信息安全")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("天地玄黄\n\n宇宙洪荒\n", ["天地玄黄", "宇宙洪荒"]),
        ("他说“天地玄黄”，又说「宇宙洪荒」。", ["天地玄黄", "宇宙洪荒"]),
        ("他说“天地\n玄黄”。\n宇宙洪荒", ["天地\n玄黄", "宇宙洪荒"]),
        ("本着“和”的精神", ["本着“和”的精神"]),
        ('He said "to be or not" twice.', ["to be or not"]),
        ("“外面「里面四个字」外面”", ["外面「里面四个字」外面"]),
        ("“没有关上的引文", ["“没有关上的引文"]),
        (" \n", []),
    ],
)
def test_quotations_of_a_pasted_text(text: str, expected: list[str]) -> None:
    """One a line, or those between quotation marks."""
    assert quotations(text) == expected


def test_the_source_decides_whose_marks_they_are() -> None:
    """A line with marks of the source is one quotation; prose around a quotation is none."""
    source = "遵循互信、互利、平等、协商、尊重多样文明、谋求共同发展的“上海精神”。"
    prose = "宣言说：“成员国主张，各国在管理互联网方面享有同等权利，并拥有网络主权。”这很清楚。"

    assert [check.quote for check in _CHECKER.check_all(f"{source}\n{prose}")] == [source, quotations(prose)[0]]


_ABRIDGED = Checker(
    [
        parse("第一章 借阅\n\n坚持公益、便民的原则，不得收取押金，也不得变相收费。\n\n读者每次借书十册。", name="甲"),
        parse("第二章 归还\n\n逾期的图书应当在三十日内归还……不得转借。\n", name="乙"),
    ]
)


@pytest.mark.parametrize(
    ("quote", "left_out"),
    [
        ("坚持公益、便民的原则……也不得变相收费。", ["，不得收取押金，"]),
        ("坚持公益...不得收取押金[…]变相收费", ["、便民的原则，", "，也不得"]),
        ("“公益〔略〕收取押金”", ["、便民的原则，不得"]),
        ("也不得变相收费……每次借书十册", ["。读者"]),
        ("逾期的图书……三十日内归还……不得转借", ["应当在"]),
        ("……不得收取押金，也不得变相收费", [""]),
    ],
)
def test_a_quotation_is_exact_but_for_what_an_ellipsis_leaves_out(quote: str, left_out: list[str]) -> None:
    """The verdict stays `altered`; its words and the diff say what is left out."""
    check = _ABRIDGED.check(quote)

    check_consistent(check)
    assert (check.verdict, check.kinds) == ("altered", ("omission",))
    assert check.message.en == "Exact but for what …… leaves out."
    assert [step.source for step in check.diff if step.op != "equal"] == left_out


@pytest.mark.parametrize(
    "quote",
    [
        "也不得变相收费……坚持公益、便民的原则",  # in the wrong order
        "坚持公益、便民的原则……不得转借",  # in two documents
        "坚持公益、便民的原则……也不得变相收税。",  # a word is another
    ],
)
def test_an_ellipsis_does_not_excuse_another_order_place_or_word(quote: str) -> None:
    """Only words that stand in one section, in their order, are exact but for the ellipsis."""
    check = _ABRIDGED.check(quote)

    assert check.kinds != ("omission",)
    assert "but for" not in check.message.en
