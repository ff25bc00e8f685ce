"""Topic words of a question of which a document has more places than an answer shows."""

from __future__ import annotations

import pytest

from corpus.parse import parse_source
from corpus.source import Source
from qa.question.topic_places import TopicPlaces, topic_places

TEXT = """渡口记

柳湾渡口归三家船户，每家守十天。

春天渡口涨水，“大摆渡”停两日，Ferry rules are posted.

票价由船户商定；渡口立有木牌。

冬天不开“大摆渡”，the ferry rests.
"""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("渡口怎么样？", [("渡口", 4)]),  # the title is one of them
        ("船户说了什么？", [("船户", 2)]),
        ("木牌在哪里？", [("木牌", 1)]),  # not in the passage that is shown
        ("票价多少？", [("票价", 1)]),
        ("“大摆渡”停几天？", [("大摆渡", 2)]),  # one name, however it is divided
        ("What about the FERRY?", [("FERRY", 2)]),
        ("骆驼吃什么？", []),
    ],
)
def test_topic_words_with_other_places_are_offered(question: str, expected: list[tuple[str, int]]) -> None:
    document = parse_source(Source.from_file("渡口记.txt", TEXT.encode(), None))
    shown = [document.passages[0]]
    assert topic_places(question, document, shown, 60) == [TopicPlaces(*one) for one in expected]


def test_a_word_is_offered_only_if_it_stands_elsewhere_and_not_everywhere() -> None:
    document = parse_source(Source.from_file("渡口记.txt", TEXT.encode(), None))
    assert topic_places("票价多少？", document, document.passages, 60) == []
    assert topic_places("渡口怎么样？", document, [], 3) == []
    assert topic_places("船户守渡口吗？", document, [], 60) == [TopicPlaces("船户", 2), TopicPlaces("渡口", 4)]
