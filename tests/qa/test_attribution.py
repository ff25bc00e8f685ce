"""Whether the words stand in the work that the sentence or the footnote names."""

from __future__ import annotations

import pytest

from corpus.parse import parse
from qa.output.json_records import check_as_json
from qa.quotations.attribution import titles_in
from qa.quotations.checker import Check, Checker

_SHARED = "任何组织和个人都有维护航道安全的义务"
TAX = f"中华人民共和国盐税法\n\n第一条　盐税按引征收，每引不得超过三钱。\n\n第二条　{_SHARED}。\n"
PORT = f"中华人民共和国港口信息保护法\n\n第一条　港口应当公开泊位信息，不得隐瞒。\n\n第二条　{_SHARED}，违者罚款。\n"
CHECKER = Checker([parse(TAX, name="salt-tax"), parse(PORT, name="港口法文本")])
SALT = "盐税按引征收，每引不得超过三钱"


def judged(quote: str, source: str) -> tuple[str, bool, bool]:
    check = CHECKER.check(quote, source)
    return check.verdict, check.named_is_known, check.misattributed


@pytest.mark.parametrize(
    ("source", "known", "misattributed"),
    [
        ("参见《中华人民共和国盐税法》第一条", True, False),
        ("《盐税法》", True, False),
        ("《鹽稅法》（2019年修订）第1条。", True, False),
        ("《港口信息保护法》第一条", True, True),
        ("《港保法》", True, True),
        ("《渔业法》第三条", False, True),
        ("Salt-Tax, art. 1", True, False),
        ("港口法文本，第1条", True, True),
        ("张三：《盐政考》，载《盐税法》", True, False),
    ],
)
def test_the_named_work_is_compared_with_the_place(source: str, known: bool, misattributed: bool) -> None:
    assert judged(SALT, source) == ("exact", known, misattributed)


def test_nothing_named_says_nothing() -> None:
    for source in ("", "同上", "见作者采访", "《》"):
        check = CHECKER.check(SALT, source)
        assert (check.named, check.misattributed, check.attribution) == ((), False, None)
        assert "named" not in check_as_json(check, None)


def test_words_of_several_works_are_those_of_the_named_one() -> None:
    check = CHECKER.check(_SHARED, "《港口信息保护法》")

    assert [place.document.name for place in check.places] == ["港口法文本", "salt-tax"]
    assert not check.misattributed


def test_the_nearest_wording_is_looked_for_in_the_named_work_first() -> None:
    check = CHECKER.check("任何组织和个人都有维护航道畅通的义务", "《港口信息保护法》")

    assert check.verdict == "altered"
    assert check.nearest is not None
    assert check.nearest.document.name == "港口法文本"
    assert not check.misattributed


def test_an_absent_quotation_of_a_work_that_is_not_here_says_so() -> None:
    check = CHECKER.check("火星之上并无海水，亦无舟楫", "《天文志》")

    assert (check.verdict, check.misattributed) == ("absent", False)
    assert check.attribution is not None
    assert "《天文志》" in check.attribution.zh


def test_json_has_what_is_named() -> None:
    record = check_as_json(CHECKER.check(SALT, "《渔业法》"), "q")

    assert (record["named"], record["named_is_known"], record["misattributed"]) == (["渔业法"], False, True)
    assert record["verdict"] == "exact"


def test_titles_may_hold_titles() -> None:
    assert titles_in("见《读〈盐铁论〉札记》与《论《盐铁论》》，《未完") == ["读〈盐铁论〉札记", "论《盐铁论》"]


def test_hostile_names_end() -> None:
    for source in ("《" * 5000, "《" + "（" * 5000 + "》", "》《" * 5000, "\ud800《\0》"):
        check: Check = CHECKER.check(SALT, source)
        assert check.verdict == "exact"
