"""Everything the page says in its own voice. The source's words are never here."""

from __future__ import annotations

from corpus.message import Message

NAME = Message(zh="原文", en="Yuanwen")
MOTTO = Message(zh="一问，一段，一个出处", en="One question, one passage, one source")
NEEDS_SCRIPT = Message(
    zh="这个网页要开着 JavaScript 才能用。请在浏览器里打开 JavaScript，再刷新。",
    en="This page needs JavaScript. Switch it on in your browser, then reload.",
)
TO_ENGLISH = Message(zh="EN", en="中文")
"""The language switch names the language that it switches to."""
DARK = Message(zh="深色", en="Dark")

QUESTION_BOX = "提问 / Ask"
"""The box's accessible name, the same in both languages: scripts rely on it."""
PLACEHOLDER = Message(zh="就这份文本提问……", en="Ask about this text…")
SEND = Message(zh="发送", en="Send")

WELCOME = Message(zh="向这份文本提问，看原文怎么说", en="Ask the text, read its own words")
DOES = Message(
    zh="用日常语言提问，给出能回答的原文段落：一字不改，附上出处，点一下就回到原处。",
    en="Ask in everyday language, and get the passages that answer: word for word, each with its citation, "
    "one click from its place in the text.",
)
NEVER = Message(
    zh="它从不生成、概括或改写；文本里没有答案，就说没有。",
    en="It never generates, summarises or rewords; where the text has no answer, it says so.",
)
TRY = Message(zh="可以这样问", en="You could ask")
ASK_IN_YOURS = Message(
    zh="例子跟着文本用英文；用中文提问也可以。", en="These are in Chinese, like the text. You can ask in English too."
)
READ_ALL = Message(zh="全文", en="Text")
SKIP = Message(zh="跳到提问框", en="Skip to the question box")
ASK_TAB = Message(zh="问答", en="Ask")
CHECK_TAB = Message(zh="引文核对", en="Check quotes")

SEEKING = Message(zh="正在查找……", en="Looking…")
LOADING = Message(
    zh="正在载入模型，载入完就查这个问题。原文现在就可以读。",
    en="The model is loading; your question is looked up as soon as it is there. The text can be read now.",
)
NOT_LOADED = Message(zh="打不开，现在不能提问：", en="It cannot be opened, so nothing can be asked: ")
FOUND = Message(zh="找到 {count} 段原文", en="Found {count} passages")
FOUND_ONE = Message(zh="找到 1 段原文", en="Found 1 passage")
UNDERSTOOD_AS = Message(zh="按这个意思查找：", en="Understood as: ")
FOUND_UNSURE = Message(zh="找到 1 段原文，只是可能回答", en="Found 1 passage that only may answer")
REST = Message(zh="再看几段（{count}）", en="More passages ({count})")
ONE_PLACE = Message(zh="“{word}”仅 1 处", en="The only place of “{word}”")
ALL_PLACES = Message(zh="“{word}”全部 {count} 处", en="All {count} places of “{word}”")
ASK_ALONE = Message(zh="只按这一句查", en="Ask this alone")
MISSING = Message(zh="文本未提到：", en="Not mentioned in the text: ")
COMMA = Message(zh="、", en=", ")
NEAREST = Message(zh="最接近的几段（不够回答这个问题）", en="Nearest passages (not enough to answer the question)")
NEXT_NEAREST = Message(
    zh="其次接近的几段（不够回答这个问题）", en="Next nearest passages (not enough to answer the question)"
)
FAILED = Message(zh="出了差错，这个问题没有查成。", en="Something went wrong; this question was not looked up.")
WENT_WRONG = Message(
    zh="出了差错，没有做成；终端里有记录。请再试一次。",
    en="Something went wrong, and nothing was done; the terminal has a record of it. Try again.",
)
RETRY = Message(zh="再问一次", en="Ask again")

REWORD = Message(zh="换掉“{term}”再问", en="Ask without “{term}”")

COPY = Message(zh="复制原文", en="Copy quote")
COPY_CITED = Message(zh="复制（含出处）", en="Copy with citation")
FORM = Message(zh="引文格式", en="Citation form")
FORM_NOW = Message(zh="引文格式：", en="Citation form: ")
MORE = Message(zh="更多", en="More")
LINK = Message(zh="复制链接", en="Copy link")
AROUND = Message(zh="上下文", en="Context")
WHY = Message(zh="为什么是这一段", en="Why this passage")
MATCHED = Message(zh="对上的词（点线）：", en="Words that matched (dotted line): ")
BY_MEANING = Message(zh="意思相近，没有单独对上的词", en="Close in meaning; no single word matched")
BEST = Message(zh="。标黄的一句最能回答。", en=". The yellow sentence answers best.")
BEST_IS_ALL = Message(zh="。整段是一句话。", en=". The passage is one sentence.")
WHOLE_PARAGRAPH = Message(zh="展开全段（{count:,} 字）", en="Whole paragraph ({count:,} characters)")
ONLY_AROUND = Message(zh="只看答案前后", en="Only around the answer")
AS_IN_SOURCE = Message(zh="原文如此", en="as in the source")
ANSWER_WORDS = Message(zh="加粗、画粗线的是回答的字句。", en=" The words in bold with a thick underline answer.")
HOW_SURE = Message(zh="有多大把握", en="How sure")
NUMBER_MEANS = Message(
    zh="（0 到 1，越高越有把握：这样的段落，100 次里大约有 {percent} 次真的回答了问题）",
    en="(0 to 1, higher is surer: of 100 passages rated like this, about {percent} do answer)",
)
CHECKED = Message(zh="✓ 已核对", en="✓ Checked")
CHECKED_HOW = Message(
    zh="显示之前又从原文截取了一遍，逐字相同。",
    en="Cut from the source once more before it was shown: equal, character for character.",
)
LINES_ARE = Message(
    zh="行号按原文栏里的文字计，即栏边的号码；Word、电子书等文件本身没有行。",
    en="Lines are those of the text in the reading pane, numbered at its margin: a file such as Word or EPUB has none.",
)
PROOF_PLACE = Message(zh="文本 {name}，第 {lines} 行，字符 ", en="Text {name}, lines {lines}, characters ")
MISMATCH = Message(
    zh="这一段与现在的原文（{name}）对不上，所以不显示。请重建索引：python -m qa index build",
    en="This passage does not agree with the text as it is now ({name}), so it is not shown. "
    "Rebuild the index: python -m qa index build",
)
COPIED = Message(zh="已复制", en="Copied")
ALSO_IN = Message(zh="同文还见于：", en="Also in: ")
SHOW = Message(zh="查看原文", en="Show in text")

JUDGE = Message(zh="这个回答", en="This reply")
RIGHT = Message(zh="对", en="Right")
WRONG = Message(zh="段落不对", en="Wrong passage")
SHOULD_BE_NONE = Message(zh="应为无答案", en="Should be “not found”")
RIGHT_NONE = Message(zh="对，确实没有", en="Correct: not in the text")
THERE_IS = Message(zh="文中有答案", en="It is in the text")
WHICH = Message(zh="哪一段回答了问题？", en="Which passage answers?")
EACH = Message(zh="都回答了", en="All of them")
PICK = Message(
    zh="请在原文里点一下真正回答问题的那一段。不指出来就什么也不记。",
    en="Click the passage in the text that does answer. Unless you do, nothing is written down.",
)
CANCEL = Message(zh="取消", en="Cancel")
NOTED = Message(zh="记下了，它成了一道测试题：{path}", en="Saved as a test question: {path}")

SOURCE = Message(zh="原文全文", en="The text")
TEXTS = Message(zh="文本", en="Texts")
TEXT_NOW = Message(zh="文本：", en="Text: ")
"""Before the title of the text that is read."""
TEXT_VIEW = Message(zh="文字", en="Text")
PAGE_VIEW = Message(zh="原页", en="Page")
VIEW = Message(zh="怎样显示原文", en="How the text is shown")
FOLIO = Message(zh="第 {page} 页", en="Page {page}")
"""The numbers are put in by the behaviour, here and below."""
FOLIO_LABEL = Message(zh="第 {label} 页（文件第 {page} 页）", en="Page {label} (page {page} of the file)")
NEXT_PAGE = Message(zh="下一页", en="Next page")
PREVIOUS_PAGE = Message(zh="上一页", en="Previous page")
LARGER = Message(zh="放大", en="Larger")
SMALLER = Message(zh="缩小", en="Smaller")
FIT_WIDTH = Message(zh="适合宽度", en="Fit the width")
NO_PAGES = Message(
    zh="这份文件的原页显示不出来，请看文字。", en="The pages of this file cannot be shown; read its text instead."
)
PAGE_NOT_DRAWN = Message(zh="这一页画不出来，下面是它的文字。", en="This page cannot be drawn; its text is below.")
NO_PAGE = Message(zh="文件里没有这一页，请换一页。", en="The file has no such page. Choose another.")
PARAGRAPHS = Message(zh="{count} 段", en="{count} paragraphs")
ONE_PARAGRAPH = Message(zh="1 段", en="1 paragraph")
ADD = Message(zh="添加文件……", en="Add files…")
DROP = Message(zh="也可以把文件拖到页面上。", en="Or drop them on the page.")
DROP_HERE = Message(zh="松手就添加", en="Drop to add")
GONE_TEXT = Message(zh="{name}已经移除。", en="{name} was removed.")
"""The name is put in by the behaviour."""
ASK_ALL = Message(zh="问全部文本", en="Ask all texts")
REMOVE = Message(zh="移除", en="Remove")
BEHIND = Message(zh="前面的改动做完，就移除{name}。", en="{name} will be removed when the changes before it are done.")
"""The name is put in by the behaviour."""
DOUBTFUL_CHARACTERS = Message(zh="加波浪线的字没有把握。", en=" Characters with a wavy line are doubtful.")
SHARED_LIBRARY = Message(zh="共享文库", en="Shared library")
OWN_LIBRARY = Message(zh="我的文库", en="My library")
TO_SHARED_LIBRARY = Message(zh="去共享文库", en="Go to the shared library")
TO_OWN_LIBRARY = Message(zh="去我的文库", en="Go to my library")
LOGGED_IN = Message(zh="已登录：{user}", en="Logged in as {user}")
LOG_OUT = Message(zh="退出登录", en="Log out")
PLACE_IN_QUEUE = Message(
    zh="现在问的人多，前面还有 {count} 个问题。", en="Many are asking; {count} questions before yours."
)
BUSY_AGAIN = Message(
    zh="现在问的人太多，{seconds} 秒后自动再问。", en="Too many are asking. Asking again in {seconds} s."
)
NO_ADDRESS = Message(zh="这里没有这个地址。", en="There is nothing at this address.")
NO_METHOD = Message(zh="这个地址不能这样用。", en="This address cannot be used in this way.")

UPLOADING = Message(zh="上传", en="Uploading")
WAITING = Message(zh="等待添加", en="Waiting")
BEING_READ = Message(zh="正在读取", en="Reading")
BEING_RECOGNISED = Message(zh="正在识别第 {page}/{pages} 页", en="Recognising text, page {page} of {pages}")
BEING_PARSED = Message(zh="正在找章节和段落", en="Finding sections and paragraphs")
CANCEL_UPLOAD = Message(zh="取消", en="Cancel")
CANCELLING = Message(zh="正在取消……", en="Cancelling…")
READING = Message(zh="正在添加 {percent}%", en="Adding, {percent}%")
NOT_ADDED = Message(zh="未添加", en="Not added")
UNREADABLE = Message(
    zh="浏览器读不到它：也许是文件夹，也许已被移走。请选择里面的文件。",
    en="The browser cannot read it: perhaps it is a folder, or was moved away. Choose the files in it.",
)
ADDED = Message(zh="已添加，{paragraphs}", en="Added, {paragraphs}")
REPLACED = Message(zh="已更新，{paragraphs}", en="Updated, {paragraphs}")
THERE_ALREADY = Message(zh="已经在这里了，{paragraphs}", en="Already here, {paragraphs}")
RENAMED = Message(zh="；名字已有，所以叫 {name}", en="; that name is taken, so it is called {name}")
COUNTS = Message(
    zh="共 {all} 份，已添加 {done} 份，未添加 {refused} 份", en="{all} files: {done} added, {refused} not added"
)
COUNTS_ALL_WELL = Message(zh="共 {all} 份，已添加 {done} 份", en="{all} files: {done} added")
"""The counts are put in by the behaviour; that of files that are not added only where there are any."""
CLEAR = Message(zh="清除", en="Clear")
DONE = Message(zh="完成", en="Done")
READ_IT = Message(zh="打开", en="Open")
TOO_LARGE = Message(
    zh="文件有 {size} MB，最多 {most} MB，请分成几份。",
    en="The file is {size} MB, more than {most}. Split it into several.",
)
TOO_MANY = Message(
    zh="同时上传的文件太多，等前面的传完再添加。",
    en="Too many files are being uploaded. Add this one when they have arrived.",
)
TOO_LONG = Message(
    zh="有一处文字有 {count:,} 个字符，最多 {most:,} 个，请缩短后再试。",
    en="A text has {count:,} characters, more than {most:,}: shorten it and try again.",
)
TOO_MANY_ASKED = Message(
    zh="一次问了 {count:,} 份文本，最多 {most:,} 份，请少选几份，或者全部都问。",
    en="That is {count:,} documents to ask, more than {most:,}: choose fewer, or ask all.",
)
NO_FEEDBACK = Message(zh="这里不记评价。", en="Feedback is switched off.")
NO_CHANGES = Message(zh="这里不能改动文本。", en="The texts cannot be changed here.")
NO_FORM = Message(
    zh="没有“{form}”这种引文格式。请从这些里选一种：{choices}。",
    en="{form!r} is no citation form. Choose one of {choices}.",
)
UPLOAD_BROKEN = Message(zh="文件没有传完整，请再添加一次。", en="The file did not arrive whole. Add it again.")
NO_TEXT = Message(zh="这里已经没有文本“{name}”，请换一份。", en="The text “{name}” is no longer here. Choose another.")
NO_PASSAGE = Message(zh="这一段已不在文本里，请重新提问。", en="That passage is no longer in the texts. Ask again.")
HAS_ANSWER = Message(zh="文中有答案。", en="The text has an answer.")
MAY_HAVE_ANSWER = Message(zh="文中可能有答案。", en="The text may have an answer.")
DOES_NOT_ANSWER = Message(zh="没有回答。", en="It does not answer.")
WRONG_ARGUMENTS = Message(
    zh="参数不对，请照工具的说明改正：{reason}。", en="The arguments do not fit: {reason}. See the tool's description."
)
MANY_QUOTATIONS = Message(
    zh="有 {count:,} 条引文，一次最多核对 {most:,} 条。请分几次核对。",
    en="There are {count:,} quotations, and at most {most:,} are checked at a time. Check them in parts.",
)
DOUBT = Message(zh="结构存疑处：1 处", en="Structure in doubt at 1 place")
DOUBTS = Message(zh="结构存疑处：{count} 处", en="Structure in doubt at {count} places")
DOUBT_MARK = Message(zh="这里结构存疑", en="Structure in doubt here")
MEND = Message(
    zh="要改正：python -m qa edition 文件，改好后再添加。",
    en="To correct it: python -m qa edition FILE, then add it again.",
)
WHAT_SAYS = Message(zh="“{heading}”写了什么？", en="What does “{heading}” say?")

ABOUT_IT = Message(zh="出处", en="Details")
ABOUT_TITLE = Message(zh="出处信息", en="Citation details")
ABOUT_DOES = Message(
    zh="原文自己说的照用。你填的会代替它，在引文里放进〔 〕。空着就用原文的。",
    en="What the source says itself is used. What you fill in takes its place, in 〔 〕. "
    "Leave empty to use the source's.",
)
ABOUT_KIND = Message(zh="类型", en="Kind")
KINDS = {
    "speech": Message(zh="讲话", en="speech"),
    "report": Message(zh="报告", en="report"),
    "law": Message(zh="法律", en="law"),
    "official": Message(zh="公文", en="official document"),
    "newspaper": Message(zh="报纸", en="newspaper"),
    "article": Message(zh="文章", en="article"),
    "book": Message(zh="书", en="book"),
    "webpage": Message(zh="网页", en="web page"),
    "document": Message(zh="文档", en="document"),
}
FROM_SOURCE = Message(zh="原文：", en="Source: ")
FROM_ELSEWHERE = Message(zh="已有：", en="Known: ")
NO_DATE = Message(
    zh="“{text}”不是日期，请写成 2021-09-17、2021-09 或 2021。",
    en="“{text}” is not a date. Write it as 2021-09-17, 2021-09 or 2021.",
)
NO_DOI = Message(
    zh="“{text}”不是 DOI，请写成 10.1000/182 这样（10. 开头，中间有斜线）。",
    en="“{text}” is not a DOI. Write it as 10.1000/182: it begins with 10. and has a slash.",
)
SAVE = Message(zh="保存", en="Save")
SAVING = Message(zh="正在保存……", en="Saving…")
FIND = Message(zh="在文中查找", en="Find in text")
FIND_SHORT = Message(zh="查找", en="Find")
NEXT = Message(zh="下一处", en="Next")
PREVIOUS = Message(zh="上一处", en="Previous")
CLOSE = Message(zh="关闭", en="Close")
GONE = Message(zh="这个链接所指的段落已不在文本里。", en="The passage that this link names is no longer in the text.")
GONE_NEAREST = Message(zh="最接近的是这一段：", en="The nearest one is this:")
GONE_BROWSE = Message(
    zh="文本里也没有和它相近的段落；可以翻一翻目录。",
    en="Nothing in it comes near that passage, either; browse the contents.",
)

MENU = Message(zh="菜单", en="Menu")
EXPORT = Message(zh="导出这次问答", en="Export this conversation")
MARKDOWN = Message(zh="Markdown", en="Markdown")
WORD = Message(zh="Word（.docx）", en="Word (.docx)")
NEW = Message(zh="新的问答", en="New conversation")
KEEP_FEEDBACK = Message(zh="保存我的评价", en="Save my feedback")
KEPT_AT = Message(zh="保存在 {path}", en="Kept in {path}")
HELP = Message(zh="键盘快捷键", en="Keyboard shortcuts")
NOTHING_TO_EXPORT = Message(zh="还没有可以导出的问答。", en="There is nothing to export yet.")
LEFT_OUT = Message(
    zh="已导出。有 {count} 问所问的文本已经移除，没有导出。",
    en="Exported, without {count} of the questions: the texts that they were asked of were removed.",
)
KEYS = (
    ("/", Message(zh="到提问框", en="Go to the question box")),
    ("↑", Message(zh="提问框空着时：上一个问题", en="In the empty box: the last question")),
    ("j  k", Message(zh="下一段、上一段引文", en="Next, previous quote")),
    ("p", Message(zh="演示：引文满屏，← → 翻页", en="Present: quotes fill the screen, ← → turn")),
    ("c", Message(zh="复制当前一段", en="Copy the current quote")),
    ("o", Message(zh="查看当前一段在原文中的位置", en="Show the current quote in the text")),
    (
        "g",
        Message(zh="查当前引文里的词，再按 ← → 换词", en="Look up a word of the current quote; then ← → for the next"),
    ),
    ("f", Message(zh="在文中查找", en="Find in the text")),
    (
        "s",
        Message(
            zh="复制、引用、摘录选中的文字或当前一段", en="Copy, cite, excerpt the selected words or the current quote"
        ),
    ),
    ("←  →", Message(zh="原页：上一页、下一页", en="Original pages: previous, next")),
    ("+  −  0", Message(zh="原页：放大、缩小、适合宽度", en="Original pages: larger, smaller, fit the width")),
    ("Esc", Message(zh="关闭、离开提问框", en="Close; leave the question box")),
    ("?", Message(zh="这张表", en="This list")),
)
SHEET_ENTRY = Message(zh="一张表的问题……", en="A sheet of questions…")
SHEET_TITLE = Message(zh="一张表的问题", en="A sheet of questions")
SHEET_DOES = Message(
    zh="选一个 XLSX 或 CSV 文件：一行一个问题，写在“问题”一列；没有这一列，就写在第一列。"
    "问完得到一份 XLSX，每个问题旁边有引文、出处、评价和链接。",
    en="Choose an XLSX or CSV file with one question a row, in a column headed “question” or in the first one. "
    "The answers come as XLSX: beside each question its quote, citation, grade and link.",
)
SHEET_ACROSS = Message(zh="每份文本各占几栏", en="Columns of its own for each text")
SHEET_CHOOSE = Message(zh="选择文件", en="Choose a file")
SHEET_STOP = Message(zh="停下", en="Stop")
SHEET_STOPPING = Message(zh="正在停下……", en="Stopping…")
SHEET_DOWNLOAD = Message(zh="下载答案（XLSX）", en="Download the answers (XLSX)")
SHEET_STAGES = {
    "asking": Message(zh="问了 {done:,} / {all:,}", en="Asked {done:,} of {all:,}"),
    "writing": Message(zh="问了 {done:,} / {all:,}，正在写成表", en="Asked {done:,} of {all:,}; writing the sheet"),
    "done": Message(zh="{all:,} 个都问完了。", en="All {all:,} are asked."),
    "stopped": Message(zh="停下了，问了 {done:,} / {all:,}。", en="Stopped; asked {done:,} of {all:,}."),
    "failed": Message(zh="没有问完，问了 {done:,} / {all:,}。", en="Not finished; asked {done:,} of {all:,}. "),
}
"""How far a sheet of questions is, by the stage of its run."""
SHEET_ANSWERS = "answers"
"""The end of the name of the file of answers, the same in both languages."""
SHEET_TOO_LONG = Message(
    zh="一共要问 {count:,} 次，一张表最多 {most:,} 次。请分成几张表。",
    en="That is {count:,} to ask, and a sheet may have {most:,}. Split it into several.",
)
SHEET_UNDER_WAY = Message(
    zh="前面的表还没有问完。等它问完，或先停下它，再选这一张。",
    en="The sheet before is still being asked. Wait for it or stop it, then choose this one.",
)
SHEETS_UNDER_WAY = Message(
    zh="正在问的表太多。请过几分钟再试。", en="Too many sheets are being asked. Try again in some minutes."
)
SHEET_GONE = Message(
    zh="这里没有这张表的答案了。请再选一次文件。",
    en="The answers to that sheet are no longer here. Choose it again.",
)
SHEET_NOT_READY = Message(zh="答案还没有写好。请等一会儿。", en="The answers are not written yet. Wait a little.")
CONTENTS = Message(zh="目录", en="Contents")
BACK = Message(zh="回到问答", en="Back to answers")

CHECK_TITLE = Message(zh="这句引文，是不是原话？", en="Is this quotation the text's own wording?")
CHECK_DOES = Message(
    zh="粘贴一条或几条引文：一行一条，或者整段文章（查其中“ ”里的话）。一字不差才算原话。",
    en="Paste one quotation or several: one per line, or a whole paragraph (what is between “ ” is checked). "
    "Only what agrees character for character is called exact.",
)
CHECK_BOX = Message(zh="要核对的引文", en="Quotations to check")
CHECK_PLACEHOLDER = Message(zh="把引文粘贴在这里……", en="Paste quotations here…")
CHECK_NOW = Message(zh="核对", en="Check")
NOTHING_TO_CHECK = Message(zh="先粘贴要核对的引文。", en="Paste the text to check first.")
ALSO_AT = Message(zh="原文里还有 {count} 处", en="Also found in {count} other places")
TYPED = Message(zh="你的引文", en="Your quotation")
NEAREST_WORDING = Message(zh="原文是这样写的", en="The text's own wording")
NEAREST_AT_ALL = Message(zh="原文里最接近的话（是另一句话）", en="The nearest in the text (another statement)")
DIFFERENT_IN = Message(zh="不同在：", en="Different in: ")
NO_WORDS = Message(zh="（没有）", en="(nothing)")
SEMICOLON = Message(zh="；", en="; ")

WHY_SHARES = Message(
    zh="意思比较中，问题里各个词的分量：按模型的算法精确拆分，合计 100%。",
    en="The share of each word of the question in the comparison of meanings, split exactly as the model adds it up.",
)
WHY_ORDER = Message(zh="排序还看什么", en="What else decides the order")
WHY_ORDER_OF = Message(
    zh="原样出现的字词、最接近的一句、同一节的其他段落、标题与年份；最后由另一个模型通读问题和段落，估计它回答问题的概率。",
    en="Words that stand in the text as they are spelled, the closest sentence, the rest of the section, titles and "
    "years; and last the probability that the passage answers, by a second model that reads both.",
)
WHY_NO_MATCH = Message(zh="没有相近的词", en="nothing close enough")
WHY_IN_HEADING = Message(zh="→ 标题里的词", en="→ a word of the headings")
WHY_OTHERS = Message(zh="其他", en="Other words")
WHY_EARLIER = Message(zh="（前一问）", en="(from before)")
WHY_PLACED = Message(
    zh="问题指明了文中的位置，所以按位置取出，没有逐词比较。",
    en="The question points at this place of the text, so it was taken by its place; no words were compared.",
)
WHY_NOTHING = Message(zh="没有一个词与这一段相近。", en="No word of the question is close to this passage.")

GLOSS = Message(zh="点字查英文", en="Dictionary on tap")
GLOSS_NOTE = Message(zh="词典释义，不是翻译", en="Dictionary, not a translation")
GLOSS_UNKNOWN = Message(zh="词典里没有这个词。", en="The dictionary does not have this word.")
GLOSS_PARTS = Message(
    zh="词典里没有这个词（也许是名字）。它的各部分：",
    en="The dictionary does not have this word (it may be a name). Its parts:",
)
GLOSS_TRADITIONAL = Message(zh="繁体", en="traditional")
GLOSS_CREDIT = Message(
    zh="词典释义出自 CC-CEDICT（MDBG 与贡献者，CC BY-SA 4.0 许可），只作参考，不是翻译。",
    en="Glosses come from CC-CEDICT (MDBG and contributors, licensed CC BY-SA 4.0): a dictionary, not a translation.",
)

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
ENGLISH_EXAMPLES = {
    "sco-2021": (
        "How many vaccine doses has China provided so far?",
        "What about weapons in outer space?",
        "Do states have sovereign rights over the internet?",
        "Who gave the speech?",
        "What does it say about Taiwan?",
    )
}
"""The same for readers of English, who see these alone."""

# The quotation check: counts, drafts, reports

CHECKED_ALL = Message(zh="核对了 {count} 条", en="Checked {count}")
TALLY = Message(zh="按结果筛选", en="Filter by result")
IN_ORDER = Message(zh="按位置", en="In order")
BY_SEVERITY = Message(zh="按严重程度", en="Gravest first")
ORDER = Message(zh="排序", en="Order")
REPORT_AS = Message(zh="导出报告", en="Save the report")
REPORT_HTML = Message(zh="网页", en="Web page")
COPY_RIGHT = Message(zh="复制正确的原文（含出处）", en="Copy the right wording with its citation")
CHECK_DRAFT = Message(zh="核对整篇稿件……", en="Check a whole draft…")
DRAFT_DOES = Message(
    zh="Word、Markdown、网页或纯文本；也可以拖到这里。稿件不改动，也不保存。",
    en="Word, Markdown, a web page or plain text; or drop it here. It is neither changed nor kept.",
)
DRAFT_READ = Message(zh="稿件 {name}：找到 {count} 条引文。", en="Draft {name}: {count} quotations found.")
READING_DRAFT = Message(zh="正在读稿件……", en="Reading the draft…")
CHECKING_DRAFT = Message(zh="已核对 {done}/{all}", en="Checked {done} of {all}")
MANY_IN_DRAFT = Message(
    zh="稿件里有 {count:,} 条引文，一次最多核对 {most:,} 条。"
    "请把稿件分成几份，或在终端核对：python -m qa check --draft",
    en="The draft has {count:,} quotations, and at most {most:,} are checked at a time here. Split it, or use the "
    "terminal: python -m qa check --draft",
)
NO_REPORT_FORM = Message(
    zh="没有 {form} 这种报告。请选 {choices}。", en="There is no report as {form}: choose {choices}."
)
REPORT_SUFFIX = Message(zh="引文核对", en="quotations")

AWAY = Message(zh="程序没有应答 · 正在重连", en="The program is not answering · reconnecting")
BACK_AGAIN = Message(zh="已重新连上", en="Connected again")
LOST = Message(
    zh="程序没有应答 · 正在重连。刚才的操作没有完成，连上后请再做一次。",
    en="The program is not answering · reconnecting. Nothing was done; do it again once it is connected.",
)
NO_PART = Message(
    zh="页面的这一部分没有取到。请再试一次；程序更新过的话，请刷新页面，问过的不会丢。",
    en="This part of the page did not come. Try again; after an update of the program, reload it: no question is lost.",
)
LOST_QUESTION = Message(
    zh="程序没有应答 · 正在重连。连上后自动再问这个问题。",
    en="The program is not answering · reconnecting. Then this question is asked again by itself.",
)
NTH = Message(zh="第 {number} 段，共 {count} 段", en="Passage {number} of {count}")
TYPE_SIZE = Message(zh="字号", en="Type size")
SMALLER_TYPE = Message(zh="缩小字号", en="Smaller type")
LARGER_TYPE = Message(zh="放大字号", en="Larger type")
PRESENT = Message(zh="演示", en="Present")
PREVIOUS_QUOTE = Message(zh="上一段引文", en="Previous quote")
NEXT_QUOTE = Message(zh="下一段引文", en="Next quote")
