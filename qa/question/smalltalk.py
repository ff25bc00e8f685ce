"""Small talk: greetings and questions about the program itself, which no text answers."""

from __future__ import annotations

import re

from corpus.message import Message
from corpus.text.normalise import normalised
from qa import qa_messages

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
_REPLIES = ((_TOOL, qa_messages.ABOUT), (_THANKS, qa_messages.WELCOME), (_GREETING, qa_messages.HELLO))


def small_talk(question: str) -> Message | None:
    """Return the reply to small talk; None for a question about the text."""
    said = re.sub(r"[\s!?。、,.~…]+", " ", normalised(question)).strip()
    while said:
        for part, message in _REPLIES:
            if part.fullmatch(said):
                return message
        greeting = _GREETING.match(said)
        said = said[greeting.end() :].strip() if greeting else ""
    return None
