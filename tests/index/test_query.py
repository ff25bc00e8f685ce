"""A weighted query: a question and the earlier ones that it is searched for with."""

import pytest

from index.query import WeightedQuery


def test_a_question_alone_weighs_1() -> None:
    assert WeightedQuery.of("为什么？") == WeightedQuery(("为什么？",), (1.0,))


def test_the_question_itself_is_the_last_text() -> None:
    """Pairs come in the order of the texts."""
    query = WeightedQuery(("谁？", "在哪里？"), (0.3, 1.0))

    assert query.question == "在哪里？"
    assert list(query) == [("谁？", 0.3), ("在哪里？", 1.0)]


@pytest.mark.parametrize(
    ("texts", "weights"), [((), ()), (("谁？",), ()), (("谁？",), (0.5,)), (("谁？", "在哪里？"), (1.0, 0.3))]
)
def test_texts_and_weights_belong_together(texts: tuple[str, ...], weights: tuple[float, ...]) -> None:
    """One weight for each text, and the question weighs 1."""
    with pytest.raises(ValueError, match="one weight for each text"):
        WeightedQuery(texts, weights)
