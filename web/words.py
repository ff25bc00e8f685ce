"""Everything the page says in its own voice, in Chinese and English. The source's words are never here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrase:
    """One wording in both languages; `{…}` in it are filled in by `web.markup.both`."""

    zh: str
    en: str


NAME = Phrase("原文", "Yuanwen")
MOTTO = Phrase("一问，一段，一个出处", "One question, one passage, one source")
TO_ENGLISH = Phrase("EN", "中文")
"""The language switch names the language that it switches to."""
DARK = Phrase("深色", "Dark")

QUESTION_BOX = "提问 / Ask"
"""The box's accessible name, the same in both languages: scripts rely on it."""
PLACEHOLDER = Phrase("就这份文本提问……", "Ask about this text…")
SEND = Phrase("发送", "Send")
CONVERSATION = Phrase("问答", "Questions and answers")

WELCOME = Phrase("向这份文本提问，读它自己的话", "Ask the text, read its own words")
DOES = Phrase(
    "用平常的话提问，这里找出回答它的段落：一字不改，附上出处，点一下就回到原处。",
    "Ask in everyday language, and get the passages that answer: word for word, each with its citation, "
    "one click from its place in the text.",
)
NEVER = Phrase(
    "它从不生成、概括或改写；文本里没有答案，就说没有。",
    "It never generates, summarises or rewords; where the text has no answer, it says so.",
)
TRY = Phrase("可以这样问", "You could ask")
READ_ALL = Phrase("全文", "Full text")

SEEKING = Phrase("正在查找……", "Looking…")
FOUND = Phrase("找到 {count} 段原文", "Found {count} passages")
FOUND_ONE = Phrase("找到 1 段原文", "Found 1 passage")
UNDERSTOOD_AS = Phrase("按这个意思查找：", "Understood as: ")
SURE = Phrase("很相关", "Very relevant")
UNSURE = Phrase("可能相关", "Possibly relevant")
NOT_FOUND = Phrase("这份文本里没有找到答案。", "This text has no answer to that.")
MISSING = Phrase("文本未提到：", "Not mentioned in the text: ")
COMMA = Phrase("、", ", ")
NEAREST = Phrase("最接近的几段（不够回答这个问题）", "Nearest passages (not enough to answer the question)")
FAILED = Phrase("出了差错，这个问题没有查成。", "Something went wrong; this question was not looked up.")
RETRY = Phrase("再问一次", "Ask again")

COPY = Phrase("复制原文", "Copy quote")
COPIED = Phrase("已复制", "Copied")
SHOW = Phrase("在原文中看", "Show in text")

SOURCE = Phrase("原文全文", "The text")
CONTENTS = Phrase("目录", "Contents")
BACK = Phrase("回到问答", "Back to answers")

EXAMPLES = {
    "sco-2021": (
        "上合组织秘书处设在哪个城市？",
        "“上海精神”是什么？",
        "各国在互联网上有没有自己做主的权利？",
        "How many vaccine doses has China provided so far?",
        "What about weapons in outer space?",
        "明天北京天气怎么样？",
    )
}
"""Questions to click, by the document they suit. The last one has no answer: that is worth seeing, too."""
