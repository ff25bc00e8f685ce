"""What is said around the quotes, in the terminal and in exports; none of it is source text."""

NO_ANSWER = "这份文本里没有找到答案。The text has no answer to this."
NEAREST = "最接近的段落（不够回答这个问题）Nearest passages, not enough to answer"
UNDERSTOOD_AS = "按这个意思查找 Understood as"
NOT_MENTIONED = "文本未提到 Not mentioned in the text"
