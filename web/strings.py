"""Everything the page says in its own voice, in Chinese and English. The source's words are never here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrase:
    """One wording in both languages; `{…}` in it are filled in by `web.html.markup.both`."""

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
READ_ALL = Phrase("全文", "Text")
SKIP = Phrase("跳到提问框", "Skip to the question box")
ASK_TAB = Phrase("问答", "Ask")
CHECK_TAB = Phrase("引文核对", "Check quotes")

SEEKING = Phrase("正在查找……", "Looking…")
LOADING = Phrase(
    "正在载入模型，载入完就查这个问题。原文现在就可以读。",
    "The model is loading; your question is looked up as soon as it is there. The text can be read now.",
)
NOT_LOADED = Phrase("打不开，现在不能提问：", "It cannot be opened, so nothing can be asked: ")
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
WENT_WRONG = Phrase(
    "出了差错，没有做成；终端里有记录。请再试一次。",
    "Something went wrong, and nothing was done; the terminal has a record of it. Try again.",
)
LOST = Phrase(
    "没有做成：程序没有应答。请看看它是否还开着，再试一次。",
    "Nothing was done: the program does not answer. See whether it still runs, and try again.",
)
UNTRANSLATED = "没有做成，原因是：{reason}"
"""Introduces the few reasons of the library that have no Chinese of their own: those that only misuse brings about."""
RETRY = Phrase("再问一次", "Ask again")

REWORD = Phrase("换掉“{term}”再问", "Ask without “{term}”")
OTHER_WAYS = Phrase("可以换个说法再问，或翻一翻这些章节", "Try other words, or browse these sections")

COPY = Phrase("复制原文", "Copy quote")
COPY_CITED = Phrase("复制引文", "Cite")
FORM = Phrase("引文格式", "Citation form")
FORM_NOW = Phrase("引文格式：", "Citation form: ")
MORE = Phrase("更多", "More")
LINK = Phrase("复制链接", "Copy link")
AROUND = Phrase("上下文", "Context")
WHY = Phrase("为什么是这一段", "Why this passage")
MATCHED = Phrase("对上的词（下划线）：", "Words that matched (underlined): ")
BY_MEANING = Phrase("意思相近，没有单独对上的词", "Close in meaning; no single word matched")
BEST = Phrase("。标黄的一句最能回答。", ". The yellow sentence answers best.")
BEST_IS_ALL = Phrase("。整段是一句话。", ". The passage is one sentence.")
HOW_SURE = Phrase("有多大把握", "How sure")
NUMBER_MEANS = Phrase(
    "（0 到 1，越高越有把握：这样的段落，100 次里大约有 {percent} 次真的回答了问题）",
    "(0 to 1, higher is surer: of 100 passages rated like this, about {percent} do answer)",
)
CHECKED = Phrase("✓ 已核对", "✓ Checked")
CHECKED_HOW = Phrase(
    "显示之前又从原文截取了一遍，逐字相同。",
    "Cut from the source once more before it was shown: equal, character for character.",
)
PROOF_PLACE = Phrase("文本 {name}，第 {lines} 行，字符 ", "Text {name}, lines {lines}, characters ")
MISMATCH = Phrase(
    "这一段与现在的原文（{name}）对不上，所以不显示。请重建索引：python -m qa index build",
    "This passage does not agree with the text as it is now ({name}), so it is not shown. "
    "Rebuild the index: python -m qa index build",
)
COPIED = Phrase("已复制", "Copied")
SHOW = Phrase("在原文中看", "In text")

JUDGE = Phrase("这个回答", "This reply")
RIGHT = Phrase("对", "Right")
WRONG = Phrase("段落不对", "Wrong passage")
SHOULD_BE_NONE = Phrase("应当说没有", "Should be “not found”")
RIGHT_NONE = Phrase("对，确实没有", "Right, there is none")
THERE_IS = Phrase("其实有", "There is one")
WHICH = Phrase("哪一段回答了问题？", "Which passage answers?")
EACH = Phrase("都回答了", "All of them")
PICK = Phrase(
    "请在原文里点一下真正回答问题的那一段。不指出来就什么也不记。",
    "Click the passage in the text that does answer. Unless you do, nothing is written down.",
)
CANCEL = Phrase("算了", "Never mind")
NOTED = Phrase("记下了，它成了一道测试题：{path}", "Noted; it is a test question now: {path}")

SOURCE = Phrase("原文全文", "The text")
TEXTS = Phrase("文本", "Texts")
PARAGRAPHS = Phrase("{count} 段", "{count} paragraphs")
NO_TEXTS = Phrase("还没有文本。", "There are no texts yet.")
ADD = Phrase("添加文件……", "Add files…")
DROP = Phrase("也可以把文件拖到页面上。", "Or drop them on the page.")
DROP_HERE = Phrase("松手就添加", "Drop to add")
ADD_SOME = Phrase("添加文件", "add some")
DROP_FIRST = Phrase("把文件拖到页面上，或者", "Drop files on the page, or ")
NARROW = Phrase("按名字找文本", "Find a text by its name")
NONE_OF_THAT_NAME = Phrase("没有叫这个名字的文本。", "No text has that name.")
GONE_TEXT = Phrase("“{name}”已经移除。", "“{name}” was removed.")
"""The name is put in by the behaviour."""
OTHERS = Phrase("等 {count} 份", " and others, {count} in all")
ONLY = Phrase("只问", "Only")
ONLY_THIS = Phrase("只问：", "Only in: ")
ASK_ALL = Phrase("问全部文本", "Ask all texts")
REMOVE = Phrase("移除", "Remove")
REMOVE_SURE = Phrase("移除这份文本？", "Remove this text?")
BEHIND = Phrase("前面的改动做完，就移除“{name}”。", "“{name}” will be removed when the changes before it are done.")
"""The name is put in by the behaviour."""
REMOVE_WHAT = Phrase(
    "它的文字、索引和补充的出处信息都会从这里删去；你自己的文件不受影响。",
    "Its words, index and supplied details are deleted here; your own file stays as it is.",
)
UPLOADING = Phrase("上传", "Uploading")
WAITING = Phrase("等待收录", "Waiting")
READING = Phrase("正在收录 {percent}%", "Being added, {percent}%")
NOT_ADDED = Phrase("没有收录：", "Not added: ")
UNREADABLE = Phrase(
    "浏览器读不到它：也许是文件夹，也许已被移走。请选择里面的文件。",
    "The browser cannot read it: perhaps it is a folder, or was moved away. Choose the files in it.",
)
ADDED = Phrase("已收录，{count} 段", "Added, {count} paragraphs")
REPLACED = Phrase("已更新，{count} 段", "Updated, {count} paragraphs")
THERE_ALREADY = Phrase("已经在这里了，{count} 段", "There already, {count} paragraphs")
RENAMED = Phrase("；名字已有，所以叫 {name}", "; that name is taken, so it is called {name}")
COUNTS = Phrase(
    "共 {all} 份，已收录 {done} 份，没有收录 {refused} 份", "{all} files: {done} added, {refused} not added"
)
"""The counts are put in by the behaviour."""
CLEAR = Phrase("清除", "Clear")
DONE = Phrase("好了", "Done")
READ_IT = Phrase("打开", "Open")
TOO_LARGE = Phrase(
    "文件有 {size} MB，最多 {most} MB，请分成几份。",
    "The file has {size} MB, more than {most}. Divide it into several.",
)
TOO_MANY = Phrase(
    "同时上传的文件太多，等前面的传完再添加。",
    "Too many files are on their way. Add this one when they are there.",
)
UPLOAD_BROKEN = Phrase("文件没有传完整，请再添加一次。", "The file did not arrive whole. Add it again.")
NO_TEXT = Phrase("这里已经没有文本“{name}”，请换一份。", "There is no text “{name}” here any more. Choose another.")
NO_PASSAGE = Phrase("这一段已不在文本里，请重新提问。", "That passage is no longer in the texts. Ask again.")
TOO_MUCH_TO_CHECK = Phrase(
    "文本共有 {size} MB，引文核对最多 {most} MB。请在终端核对：python -m qa check",
    "The texts have {size} MB; quotations are checked in {most} MB at most here. In the terminal: python -m qa check",
)
DOUBT = Phrase("规则拿不准的地方：1 处", "The rules were unsure at 1 place")
DOUBTS = Phrase("规则拿不准的地方：{count} 处", "The rules were unsure at {count} places")
DOUBT_MARK = Phrase("规则在这里拿不准", "The rules were unsure here")
MEND = Phrase(
    "要改正：python -m qa edition 文件，改好后再添加。", "To correct it: python -m qa edition FILE, then add it again."
)
WHAT_SAYS = Phrase("“{heading}”写了什么？", "What does “{heading}” say?")

ABOUT_IT = Phrase("出处", "Details")
ABOUT_TITLE = Phrase("出处信息", "Citation details")
ABOUT_DOES = Phrase(
    "原文自己说的照用。你填的会代替它，在引文里放进〔 〕。空着就用原文的。",
    "What the source says itself is used. What you fill in takes its place, in 〔 〕. Leave empty to use the source's.",
)
ABOUT_KIND = Phrase("类型", "Kind")
KINDS = {
    "speech": Phrase("讲话", "speech"),
    "report": Phrase("报告", "report"),
    "law": Phrase("法律", "law"),
    "official": Phrase("公文", "official document"),
    "newspaper": Phrase("报纸", "newspaper"),
    "article": Phrase("文章", "article"),
    "book": Phrase("书", "book"),
    "webpage": Phrase("网页", "web page"),
    "document": Phrase("文档", "document"),
}
FROM_SOURCE = Phrase("原文：", "Source: ")
FROM_ELSEWHERE = Phrase("已有：", "Known: ")
NO_DATE = Phrase(
    "“{text}”不是日期，请写成 2021-09-17、2021-09 或 2021。",
    "“{text}” is no date: write 2021-09-17, 2021-09 or 2021.",
)
NO_DOI = Phrase(
    "“{text}”不是 DOI，请写成 10.1000/182 这样（10. 开头，中间有斜线）。",
    "“{text}” is no DOI: write it as 10.1000/182, with 10. at its beginning and a slash.",
)
SAVE = Phrase("保存", "Save")
SAVING = Phrase("正在保存……", "Saving…")
FIND = Phrase("在文中查找", "Find in text")
FIND_SHORT = Phrase("查找", "Find")
NEXT = Phrase("下一处", "Next")
PREVIOUS = Phrase("上一处", "Previous")
CLOSE = Phrase("关闭", "Close")
GONE = Phrase("这个链接所指的段落已不在文本里。", "The passage that this link names is no longer in the text.")
GONE_NEAREST = Phrase("最接近的是这一段：", "The nearest one is this:")
GONE_BROWSE = Phrase(
    "文本里也没有和它相近的段落；可以翻一翻目录。",
    "Nothing in it comes near that passage, either; browse the contents.",
)

MENU = Phrase("菜单", "Menu")
EXPORT = Phrase("导出这次问答", "Export this conversation")
MARKDOWN = Phrase("Markdown", "Markdown")
WORD = Phrase("Word（.docx）", "Word (.docx)")
NEW = Phrase("新的问答", "New conversation")
KEEP_FEEDBACK = Phrase("评价记成测试题", "Keep feedback as test questions")
KEPT_AT = Phrase("保存在 {path}", "Kept in {path}")
HELP = Phrase("键盘快捷键", "Keyboard shortcuts")
NOTHING_TO_EXPORT = Phrase("还没有可以导出的问答。", "There is nothing to export yet.")
LEFT_OUT = Phrase(
    "已导出。有 {count} 问所问的文本已经移除，没有导出。",
    "Exported, without {count} of the questions: the texts that they were asked of were removed.",
)
KEYS = (
    ("/", Phrase("到提问框", "Go to the question box")),
    ("↑", Phrase("提问框空着时：上一个问题", "In the empty box: the last question")),
    ("j  k", Phrase("下一段、上一段引文", "Next, previous quote")),
    ("c", Phrase("复制当前一段", "Copy the current quote")),
    ("o", Phrase("在原文中看当前一段", "Show the current quote in the text")),
    ("f", Phrase("在文中查找", "Find in the text")),
    ("Esc", Phrase("关闭、离开提问框", "Close; leave the question box")),
    ("?", Phrase("这张表", "This list")),
)
CONTENTS = Phrase("目录", "Contents")
BACK = Phrase("回到问答", "Back to answers")

CHECK_TITLE = Phrase("这句引文，是不是原话？", "Is this quotation the text's own wording?")
CHECK_DOES = Phrase(
    "粘贴一条或几条引文：一行一条，或者整段文章（查其中“ ”里的话）。一字不差才算原话。",
    "Paste one quotation or several: one a line, or a whole paragraph (what stands in “ ” is checked). "
    "Only what agrees character for character is called exact.",
)
CHECK_BOX = Phrase("要核对的引文", "Quotations to check")
CHECK_PLACEHOLDER = Phrase("把引文粘贴在这里……", "Paste quotations here…")
CHECK_NOW = Phrase("核对", "Check")
NOTHING_TO_CHECK = Phrase("先粘贴要核对的引文。", "Paste what is to be checked first.")
CHECKED_COUNT = Phrase("核对了 {count} 条，{exact} 条一字不差", "Checked {count}; {exact} exact")
ALSO_AT = Phrase("原文里还有 {count} 处", "It also stands at {count} other places")
TYPED = Phrase("你的引文", "Your quotation")
NEAREST_WORDING = Phrase("原文是这样写的", "The text's own wording")
NEAREST_AT_ALL = Phrase("原文里最接近的话（是另一句话）", "The nearest in the text (another statement)")
DIFFERENT_IN = Phrase("不同在：", "Different in: ")
NO_WORDS = Phrase("（没有）", "(nothing)")
SEMICOLON = Phrase("；", "; ")

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
