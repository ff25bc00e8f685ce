"""Greetings and questions about the tool itself, which no text answers."""

from __future__ import annotations

import re

from corpus.text.normalise import normalised

_GREETING = re.compile(
    r"(?:你好|您好|大家好|早上好|上午好|下午好|晚上好|嗨|哈喽|在吗|hi|hello|hey|good (?:morning|afternoon|evening))"
    r"(?:[啊呀吗]| there)?"
)
_THANKS = re.compile(
    r"(?:(?:好的?)? ?(?:谢谢|多谢|感谢)(?:你|您|啦|了)?|thanks?(?: you)?(?: very much| a lot)?"
    r"|ok(?:ay)?|再见|拜拜|bye(?:-?bye)?)"
)
_TOOL = re.compile(
    r"(?:请问)?(?:你们?|您|这个?(?:工具|程序|系统|网站|机器人))(?:到底|究竟)?"
    r"(?:是(?:谁|什么|干什么的|做什么的|人吗|机器人吗|ai吗)|叫什么(?:名字)?|"
    r"能(?:做|干|帮我做|帮我)?(?:什么|啥|些什么)|会(?:做|干)?(?:什么|啥|些什么)|"
    r"有什么(?:用|功能)|怎么用|可以(?:做|干)?什么)(?:的)?|"
    r"怎么(?:用|使用)(?:你|这个)?|(?:介绍一下|自我介绍)(?:你自己)?|"
    r"who (?:are|r) you|what(?: are|'re) you|what(?:'s| is) your name|what can you do|"
    r"what (?:is this|does this (?:tool )?do)|how do(?:es)? (?:you|this|it) work|help"
)
_HELLO = (
    "你好。用平常的话提问，这里从文本中找出回答它的段落，一字不改，附上出处；文本里没有答案，就说没有。",
    "Hello. Ask in everyday language: this finds the passages of the text that answer, word for word, each with its "
    "citation, and says so where the text has no answer.",
)
_WELCOME = ("不客气。还有问题，接着问就是。", "You are welcome. Ask on whenever you like.")
_ABOUT = (
    "这里是“原文”：它只从文本中找出回答问题的段落，一字不改，附上出处，从不生成、概括或改写。",
    "This is Yuanwen: it only finds the passages of the text that answer a question, word for word, each with its "
    "citation. It never generates, summarises or rewords.",
)


def small_talk(question: str) -> tuple[str, str] | None:
    """Return what to say, in Chinese and in English; None for a question about the text."""
    said = re.sub(r"[\s!?。、,.~…]+", " ", normalised(question)).strip()
    while said:
        for part, words in ((_TOOL, _ABOUT), (_THANKS, _WELCOME), (_GREETING, _HELLO)):
            if part.fullmatch(said):
                return words
        greeting = _GREETING.match(said)
        said = said[greeting.end() :].strip() if greeting else ""
    return None
