"""Which words of a question the text never mentions, and what counts as a word."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.search.lexical import Lexical
from qa.question.words import Word, content_words, words
from qa.ranking.unmatched_words import SearchableText, UnmatchedWord, is_within_span

_PASSAGES = ("上合组织秘书处设在北京。", "哈萨克斯坦于2021年主办第二次会议。", "中方向各国提供将近12亿剂疫苗。")


def _text(passages: Sequence[str] = _PASSAGES, *headings: str) -> SearchableText:
    return SearchableText(Lexical.build(passages), passages.__getitem__, lambda: headings)


_TEXT = _text()


def _missing(question: str, match: float) -> list[str]:
    """The missing words, where every word of the question has this best match in the text."""
    return [missing.text for missing in _TEXT.unmatched_words(question, lambda _: match)]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("哈萨克斯坦的货币叫什么？", ["货币"]),
        ("哈薩克斯坦的貨幣叫什麼？", ["貨幣"]),  # as the user wrote it
        ("秘书处的电话号码是多少？", ["电话号码"]),
        ("东京奥运会什么时候举行？", ["东京", "奥运会"]),
        ("印度提供了多少疫苗？", ["印度"]),
        ("上合组织秘书处设在哪个城市？", []),
        ("中国向各国提供了多少剂疫苗？", ["中国"]),
        ("？", []),
    ],
)
def test_words_that_the_text_neither_spells_nor_means(question: str, words: list[str]) -> None:
    """Nothing in the text is close to any of them."""
    assert _missing(question, 0.0) == words


@pytest.mark.parametrize(
    "question", ["哈萨克斯坦的货币叫什么？", "东京奥运会什么时候举行？", "秘书处的电话号码是多少？"]
)
def test_words_that_the_text_means_are_not_missing(question: str) -> None:
    """The text says the same in other words."""
    assert _missing(question, 1.0) == []


def test_the_noun_that_is_asked_for_must_match_best() -> None:
    """0.6 is enough for a word on the way, not for the 货币 of 货币叫什么."""
    assert _missing("哈萨克斯坦的货币叫什么？", 0.6) == ["货币"]
    assert _missing("哈萨克斯坦用货币提供疫苗", 0.6) == []


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("䲟鱼住在秘书处吗？", ["䲟鱼"]),
        ("㐂寿司在北京吗？", ["㐂", "寿司"]),
        ("王𠮷在北京吗？", ["王𠮷"]),
        ("𬭩是什么？", ["𬭩"]),
        ("北京有鱼吗？", []),
    ],
)
def test_rare_characters_are_words(question: str, words: list[str]) -> None:
    """No dictionary and no model knows them; they make one word with a noun of one character beside them."""
    assert [word for word in _missing(question, 0.0) if word not in ("北京",)] == words


def test_a_rare_character_that_the_text_has_is_not_missing() -> None:
    """Whatever the model makes of it."""
    text = _text(("𬭩是一种元素。", "王𠮷在北京。"))

    assert text.unmatched_words("𬭩是什么？王𠮷在哪里？", lambda _: 0.0) == []
    assert text.unmatched_words("王𫟼在哪里？", lambda _: 1.0) == [UnmatchedWord("王𫟼", True, 0, 2, None)]


def test_each_word_is_judged_by_its_own_match() -> None:
    """`match` gets the word with its place in the question."""
    asked: list[Word] = []

    def match(word: Word) -> float:
        asked.append(word)
        return 0.9 if word.text == "东京" else 0.0

    assert [missing.text for missing in _TEXT.unmatched_words("东京奥运会什么时候举行？", match)] == ["奥运会"]
    assert [(word.start, word.end) for word in asked] == [(0, 2), (2, 5)]


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("2035年的目标是什么？", ["2035年"]),
        ("二〇三五年的目标是什么？", ["二〇三五年"]),
        ("２０３５年的目标是什么？", ["２０３５年"]),  # as the user wrote it
        ("2021年的目标是什么？", []),
        ("二〇二一年的目标是什么？", []),
        ("第五屆會議？", ["第五屆"]),
        ("第五次会议？", ["第五次"]),
        ("第二次会议？", []),
        ("第2次会议？", []),
    ],
)
def test_years_and_numbered_things_go_by_their_value(question: str, missing: list[str]) -> None:
    """However they are written, and however well the rest matches."""
    assert _missing(question, 1.0) == missing


@pytest.mark.parametrize(
    ("word", "there"),
    [
        ("秘书处", True),
        ("秘书", True),
        ("书处秘", False),
        ("组织设在", False),  # its pairs are there, some in another order
        ("北", True),
        ("东", False),
        ("abc", True),
        ("ab", False),
        ("第二次", True),
    ],
)
def test_a_word_is_spelt_where_a_passage_has_it(word: str, there: bool) -> None:
    """Whole, not in pieces; a Latin word is one piece."""
    assert _text((*_PASSAGES, "ABC组织", "组织设立", "立设在")).contains(word) == there


@settings(deadline=None)
@given(st.lists(st.text("甲乙丙", max_size=6), max_size=4), st.text("甲乙丙", min_size=1, max_size=4))
def test_a_chinese_word_is_spelt_exactly_where_it_is_a_substring(passages: list[str], word: str) -> None:
    """The n-grams only say where to look."""
    assert _text(passages).contains(word) == any(word in passage for passage in passages)


def test_headings_mention_too_but_do_not_spell_acronyms() -> None:
    """A file's name says nothing of how the text writes it."""
    text = _text(("甲。",), "SCO-2021", "第3条")

    assert (text.contains("sco"), text.passages_contain("sco")) == (True, False)
    assert text.unmatched_words("2021年？第3条？", lambda _: 0.0) == []


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("东京在哪里？", UnmatchedWord("东京", True, 0, 2, 0.0)),
        ("2035年？", UnmatchedWord("2035年", True, 0, 5, None)),
        ("会议的货币是什么？", UnmatchedWord("货币", False, 3, 5, 0.0)),
    ],
)
def test_names_and_years_are_marked_as_names(question: str, missing: UnmatchedWord) -> None:
    """They are hardly ever paraphrased."""
    assert _TEXT.unmatched_words(question, lambda _: 0.0) == [missing]


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("What is the currency of Kazakhstan?", ["currency"]),  # 哈萨克斯坦 is there
        ("How many doses of vaccine are there?", []),  # 剂
        ("Where is the meeting?", []),
        ("Does Norway take part?", ["Norway"]),
        ("does norway take part?", ["norway"]),
        ("Did Sigurdsson come to Beijing?", ["Sigurdsson"]),  # no translation is known
        ("Did WHO come to Beijing?", ["WHO"]),
        ("Who came slowly to Beijing?", []),  # adverbs and verbs are paraphrased
        ("What happened in 2035?", ["2035"]),
    ],
)
def test_an_english_word_is_missing_where_its_chinese_is(question: str, missing: list[str]) -> None:
    """By the dictionary and the list of countries."""
    assert _missing(question, 0.0) == missing


@pytest.mark.parametrize(("match", "missing"), [(0.60, ["Norway"]), (0.30, ["Sigurdsson", "Norway"])])
def test_a_name_with_a_certain_translation_must_match_better(match: float, missing: list[str]) -> None:
    """Countries are like one another to the model; a name that no dictionary has may be there in Chinese."""
    assert _missing("Did Sigurdsson come to Norway?", match) == missing


_ENGLISH = _text(("The park opens at six.", "Twelve rowing boats are for hire.", "Call Mr. Chen."), "Rules of Lea Park")


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("When does the park open?", []),
        ("Is there a boat?", []),
        ("Who is Mr. Chen?", []),
        ("Is there a Lea Park?", []),  # in the title
        ("Who is Mr. Zhang?", ["Zhang"]),
        ("Is there a restaurant?", ["restaurant"]),
        ("Does IKEA have boats?", ["IKEA"]),
        ("公园有餐厅吗？", ["餐厅"]),
        ("挪威在哪里？", ["挪威"]),
    ],
)
def test_an_english_text_is_searched_for_inflected_forms(question: str, missing: list[str]) -> None:
    """And for the English of a Chinese word."""
    assert [word.text for word in _ENGLISH.unmatched_words(question, lambda _: 0.0)] == missing


_MANUAL = _text(
    (
        "XJ-200A型水泵适用于清水。",
        "E1043表示电机过热。",
        "检查RS-485接线和GB/T 3452.1。",
        "2022年及以后出厂的保修二年。",
    )
)


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("E1043是什么意思", []),
        ("E-1043是什么意思", []),
        ("ｅ１０４３是什么意思", []),
        ("E1099是什么意思", ["E1099"]),
        ("E104是什么意思", ["E104"]),  # part of a longer number
        ("XJ200A是什么", []),
        ("XJ-200是什么", []),  # the family of XJ-200A
        ("XJ-200C是什么", ["XJ-200C"]),
        ("RS-232怎么接", ["RS-232"]),
        ("GB/T 3452.1是什么", []),
        ("GB/T 3452.2是什么", ["GB/T 3452.2"]),
        ("iPhone 15是什么", ["iPhone 15"]),
        ("支持USB-C吗", ["USB-C"]),
        ("What does E1099 mean?", ["E1099"]),
        ("2023年出厂的保修几年", []),  # within 2022年及以后
        ("2019年出厂的保修几年", ["2019年"]),
    ],
)
def test_a_code_is_there_as_it_is_written_or_missing(question: str, missing: list[str]) -> None:
    """However near another code comes, and with or without the marks within it."""
    assert [word.text for word in _MANUAL.unmatched_words(question, lambda _: 1.0)] == missing


@pytest.mark.parametrize(
    ("year", "text", "within"),
    [
        (2020, "2019年至2024年", True),
        (2025, "2019年至2024年", False),
        (2018, "2019年至2024年", False),
        (2020, "from 2019 to 2024", True),
        (2030, "2022年及以后出厂", True),
        (2021, "2022年及以后出厂", False),
        (2010, "2022年以前出厂", True),
        (2023, "since 2022", True),
        (2023, "2022年和2024年", False),
    ],
)
def test_a_span_of_years_has_the_years_between(year: int, text: str, within: bool) -> None:
    """And those before or after an open end."""
    assert is_within_span(year, text) == within


def test_a_word_whose_synonym_is_there_is_not_missing() -> None:
    """Two Chinese words that translate one English word are near-synonyms."""
    assert _text(("教师在学校。",)).unmatched_words("学校有老师吗", lambda _: 0.2) == []
    assert [word.text for word in _text(("学校。",)).unmatched_words("学校有老师吗", lambda _: 0.2)] == ["老师"]


def test_a_word_must_match_worse_where_nothing_of_the_question_is_there() -> None:
    """The text may say all of it in other words."""
    assert _missing("红烧肉和米饭", 0.0) == ["红烧肉", "米饭"]
    assert _missing("红烧肉和米饭", 0.42) == []
    assert _missing("疫苗、红烧肉和米饭", 0.42) == ["红烧肉", "米饭"]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("上合组织秘书处设在哪个城市？", ["秘书处"]),
        ("哈萨克斯坦的货币叫什么？", ["哈萨克斯坦", "货币"]),
        ("How many vaccine doses has China provided so far?", ["vaccine", "doses", "China", "provided", "far"]),
        ("讲话的主要内容是什么？", []),
        ("", []),
    ],
)
def test_content_words(question: str, found: list[str]) -> None:
    """Not what is said of any text, and not the words that ask."""
    assert [word.text for word in content_words(question)] == found


@settings(deadline=None)
@given(st.text("上海合作組織的货币 \t\r\n。？1a"))
def test_a_word_is_a_slice_of_the_question(question: str) -> None:
    """Whatever jieba makes of blanks and line ends, the places are those of the user's own characters."""
    assert all(word.text == question[word.start : word.end] != "" for word in words(question))


@pytest.mark.parametrize(
    ("question", "passage", "missing"),
    [
        ("三季度来了多少条船？", "一季度进港四十艘，2季度五十艘。", ["三季度"]),
        ("第4季度来了多少条船？", "第一季度进港四十艘。", ["4季度"]),
        ("二季度来了多少条船？", "一季度进港四十艘，2季度五十艘。", []),
        ("三季度来了多少条船？", "全年进港四十艘船。", []),
        ("哪个季度船最多？", "一季度进港四十艘。", []),
    ],
)
def test_a_quarter_is_missing_where_others_are_told_of(question: str, passage: str, missing: list[str]) -> None:
    found = _text([passage]).unmatched_words(question, lambda _: 1.0)

    assert [word.text for word in found] == missing
