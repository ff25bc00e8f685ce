"""With the real model: who asks among many gets what who asks alone gets, to the last bit."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest

from corpus.source import Source
from index.encoders.base import Encoded
from index.encoders.micro_batcher import MicroBatcher
from index.encoders.openvino_encoder import OpenVinoEmbedder
from index.searcher import Index
from qa.engine import Engine
from qa.qa_settings import Settings
from qa.reply import Reply
from qa.service.question_queue import QuestionQueue

pytestmark = pytest.mark.model

_RULES = """游泳馆须知

游泳馆早上六点半开门，晚上九点清场。周一闭馆换水。
Children under ten swim only with an adult who watches them.
更衣柜每次两元，钥匙丢失赔偿五十元。
锅炉房每年九月检修，检修期间没有热水。
The lifeguard's telephone number is 555-0177.
"""
_ASKED = [
    *("几点开门？", "周一去得成吗", "柜子多少钱", "丢了钥匙怎么办？", "什么时候没有热水", "锅炉谁修"),
    *("May a child swim alone?", "What is the number of the lifeguard?", "opening hours", "你好", "？", ""),
    "我想带八岁的孩子周末早上七点去游泳，需要准备什么，要不要大人陪着，更衣柜怎么收费？",
]


@pytest.fixture(scope="module")
def embedder() -> OpenVinoEmbedder:
    return OpenVinoEmbedder.from_bundled()


def test_questions_of_one_batch_are_encoded_as_each_alone(embedder: OpenVinoEmbedder) -> None:
    texts = [text for text in _ASKED if text] * 3
    alone = [embedder.encode_questions([text]) for text in texts]
    together = embedder.encode_questions(texts)

    for number, one in enumerate(alone):
        _assert_equal(together.text(number), one)
    assert len(embedder.encode_questions([]).vectors) == 0


def _assert_equal(one: Encoded, other: Encoded) -> None:
    for name in ("vectors", "hidden", "token_ids", "offsets", "starts"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), name)


def test_who_asks_among_32_gets_the_reply_of_asking_alone(embedder: OpenVinoEmbedder, tmp_path: Path) -> None:
    source = Source.from_bytes("须知", _RULES.encode(), None)
    engine = Engine(Index.build(tmp_path / "i", [source], embedder), embedder, Settings())
    alone = {question: engine.ask(question) for question in _ASKED}
    sizes: list[int] = []
    compute = embedder._questions._compute

    def counting(texts: Sequence[str]) -> list[Encoded]:
        sizes.append(len(texts))
        return list(compute(texts))

    with patch.object(embedder, "_questions", MicroBatcher(counting, 32)), ThreadPoolExecutor(32) as pool:
        replies = list(pool.map(engine.ask, _ASKED * 8))

    assert replies == [alone[question] for question in _ASKED * 8]
    assert sum(sizes) >= 8 * (len(_ASKED) - 3)  # all but the greeting and what is no question


def test_128_people_who_ask_at_once_each_get_their_own(embedder: OpenVinoEmbedder, tmp_path: Path) -> None:
    source = Source.from_bytes("须知", _RULES.encode(), None)
    engine = Engine(Index.build(tmp_path / "i", [source], embedder), embedder, Settings())
    asked = [_ASKED[number % len(_ASKED)] for number in range(128)]
    alone = {question: engine.ask(question) for question in _ASKED}

    async def all_at_once() -> list[Reply]:
        queue = QuestionQueue()

        async def ask(person: int) -> Reply:
            with queue.place(person) as place:
                return await place.run(engine.ask, asked[person])

        return await asyncio.gather(*map(ask, range(128)))

    assert asyncio.run(all_at_once()) == [alone[question] for question in asked]
