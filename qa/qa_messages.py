"""The messages of `qa/`: errors, rejections, and the words around quotes in the terminal and in exports."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from corpus.message import Message

# Why a question is rejected

EMPTY_QUESTION = Message(zh="问题是空的，请输入一个问题。", en="The question is empty: type one.")
LONG_QUESTION = Message(
    zh="问题有 {count} 个字符，最多 {most} 个，请缩短后再问。",
    en="The question has {count} characters, more than {most}: shorten it.",
)
MARKS_ALONE = Message(
    zh="问题里只有标点或符号，请用文字写出想问什么。",
    en="The question has only punctuation or symbols: write in words what you want to know.",
)
CONTROL_CHARACTER = Message(
    zh="问题的第 {place} 个字符是控制字符（{code}），请删去后再问。",
    en="Character {place} of the question is a control character ({code}): delete it.",
)
LINE_IS_NO_QUESTION = Message(
    zh="第 {line} 行不是问题，请写成 {shape}。", en="Line {line} is no question: write {shape}."
)
LONG_LINE = Message(
    zh="第 {line} 行有 {count:,} 个字符，最多 {most:,} 个，请分成几行。",
    en="Line {line} has {count:,} characters, more than {most:,}: divide it into several.",
)
LINE_IS_NO_QUOTATION = Message(
    zh="第 {line} 行不是引文，请写成 {shape}。", en="Line {line} is no quotation: write {shape}."
)

# Replies to greetings and to questions about the program

HELLO = Message(
    zh="你好。用平常的话提问，这里从文本中找出回答它的段落，一字不改，附上出处；文本里没有答案，就说没有。",
    en="Hello. Ask in everyday language: this finds the passages of the text that answer, word for word, each with its "
    "citation, and says so where the text has no answer.",
)
WELCOME = Message(zh="不客气。还有问题，接着问就是。", en="You are welcome. Ask on whenever you like.")
ABOUT = Message(
    zh="这里是“原文”：它只从文本中找出回答问题的段落，一字不改，附上出处，从不生成、概括或改写。",
    en="This is Yuanwen: it only finds the passages of the text that answer a question, word for word, each with its "
    "citation. It never generates, summarises or rewords.",
)

# Replies to requests about a text as a whole; `next` is one of the sentences of what to do instead

NO_SUMMARY = Message(
    zh="这里只照录原文，不写总结。{next}", en="This quotes the text and writes no summary of its own. {next}"
)
NO_TRANSLATION = Message(
    zh="这里只照录原文，不作翻译；中文、英文的问题都可以问。{next}",
    en="This quotes the text and does not translate it; ask in Chinese or in English. {next}",
)
NO_COMPARISON = Message(zh="这里只照录原文，不作比较。{next}", en="This quotes the text and compares nothing. {next}")
NO_WRITING = Message(
    zh="这里只照录原文，不代写，也不改写。{next}", en="This quotes the text and writes or rewrites nothing. {next}"
)
NO_OPINION = Message(
    zh="这里没有自己的看法，只照录原文。{next}", en="This has no opinion of its own and quotes the text. {next}"
)
ASK_A_HEADING = Message(zh="可以挑一个标题来读，或来问。", en="Choose a heading to read, or to ask about.")
ASK_A_TEXT = Message(
    zh="这里有 {count} 份文本，可以用《》写出一份的名字来问。",
    en="There are {count} texts here; ask about one by its name, in 《》.",
)
ASK_SOMETHING = Message(
    zh="请就文中的一件事来问，例如“什么时候”“多少”。", en="Ask about one thing in it: when, where, how many."
)
ASK_FOR_EACH = Message(zh="请分开来问：“{one}”，“{other}”。", en="Ask for each of them: “{one}”, “{other}”.")
ASK_WHAT_IT_SAYS = Message(zh="请这样问：原文是怎么说“{topic}”的？", en="Ask what the text says of it: “{topic}”.")
THIS_SECTION = Message(zh="这一部分的原文如下。", en="What follows is the passage itself.")
OWN_SUMMARY = Message(
    zh="这里不写总结；下面是原文自己的“{heading}”。",
    en="This writes no summary; what follows is the text's own “{heading}”.",
)
TITLE_BLOCK = Message(
    zh="这是原文自己的题头；没有题头的，照录第一段。{next}",
    en="This is how the text introduces itself: its title block, or else its first paragraph. {next}",
)
CONTENTS = Message(zh="按标题，原文有这些部分。{next}", en="By its headings, the text has these parts. {next}")
NO_HEADINGS = Message(zh="原文没有标题。{next}", en="The text has no headings. {next}")
COUNTED = Message(zh="按标题数，有 {count} 个。", en="By the headings, there are {count}.")
ONLY_THE_FIRST = Message(zh="{said}这里列出前 {shown} 个。", en="{said} The first {shown} are listed here.")

# Words around quotes in the terminal and in exports; none of them is source text

GRADES: Mapping[str, Message] = MappingProxyType(
    {
        "answers": Message(zh="回答了", en="It answers"),
        "may_answer": Message(zh="可能回答", en="It may answer"),
    }
)
"""By `qa.reply.Grade`. The third grade, below both, is `NO_ANSWER`."""
NO_ANSWER = Message(zh="文中没有找到答案。", en="Not in the text.")
TRY = Message(
    zh="可以换个说法，问得短一些，或翻看目录。", en="Try other words, a shorter question, or browse the contents."
)
TRY_ALL = Message(
    zh="可以换个说法，问得短一些，翻看目录，或向全部文档提问。",
    en="Try other words, a shorter question, browse the contents, or ask all documents.",
)
NEAREST = Message(zh="最接近的段落（不够回答这个问题）", en="Nearest passages, not enough to answer")
ALSO_IN = Message(zh="同文还见于", en="Also in")
QUOTED_FROM = Message(zh="此处引自文件 {name}", en="quoted here from the file {name}")
MORE_COPIES = Message(zh="另有 {count} 处", en="and {count} more")
UNDERSTOOD_AS = Message(zh="按这个意思查找", en="Understood as")
NOT_MENTIONED = Message(zh="文本未提到", en="Not mentioned in the text")
QUOTE_LEFT_OUT = Message(
    zh="引文含有此格式无法保存的字符 {characters}，为不改动原文，此处不抄录，请据出处查看。",
    en="The quote holds characters that this format cannot keep ({characters}), so it is left out; see its place.",
)
CHAT = Message(zh="问一个问题，按回车；Ctrl+D 结束。", en="Ask a question; Ctrl+D ends.")
CHAT_PROMPT = Message(zh="问", en="Ask")

EXPORT_TITLE = Message(zh="原文问答记录", en="A conversation with a text")
EXPORT_PROMISE = Message(
    zh="引文一字不改；编号、出处和说明是本程序的话。",
    en="Quotes are the source's, character for character; numbers, citations and remarks are the program's.",
)
RECOGNISED = Message(zh="文字由图片识别，以原图为准。", en="Recognised from a picture: the picture is the source.")
PAGE_RECOGNISED = Message(zh="识别第 {page}/{pages} 页", en="Recognising page {page} of {pages}")
EXPORTED_ON = Message(zh="导出日期", en="Exported")
SOURCES = Message(zh="来源文件", en="Sources")
ASKED_TEXTS = Message(zh="所问的文本", en="Texts asked")
ALL_TEXTS = Message(zh="全部 {count} 份", en="all {count}")
AND_OTHERS = Message(zh="{titles}等 {count} 份", en="{titles} and others, {count} in all")
EXCERPTS_TITLE = Message(zh="原文摘录", en="Excerpts")
OWN_NOTE = Message(zh="批注", en="Note")
ANSWERED = Message(zh="找到", en="Found")
MAY_BE_ANSWERED = Message(zh="没有找到确实的回答；可能回答的", en="Nothing surely answers; what may answer")
REJECTED = Message(zh="不是可以回答的问题", en="Not a question that a text can answer")

# Verdicts on a quotation

VERDICTS: Mapping[str, Message] = MappingProxyType(
    {
        "exact": Message(zh="与原文一字不差。", en="Exactly the text's own words."),
        "altered": Message(zh="与原文有出入。", en="Not quite the text's own words."),
        "crosses": Message(
            zh="与原文一字不差，但跨越了段落或章节。",
            en="The text's own words, but over a paragraph's or section's border.",
        ),
        "absent": Message(zh="原文里没有这段话。", en="The text does not say this."),
        "too_short": Message(
            zh="太短，无法核对：请给出至少四个字。",
            en="Too short to check: give four letters or characters at least.",
        ),
    }
)
"""By `qa.quotations.checker.Verdict`."""
ABRIDGED = Message(zh="除省略号略去的部分外，与原文一字不差。", en="Exact but for what …… leaves out.")
"""In place of `altered`."""
ONLY: Mapping[str, Message] = MappingProxyType(
    {
        "quote_level": Message(
            zh="文字一字不差，只有引号层级不同：引号里的引号依规范改用另一层。",
            en="The text's own words; only the level of quotation marks differs, as marks inside marks require.",
        ),
        "punctuation": Message(zh="文字一字不差，只有标点不同。", en="The text's own words; only punctuation differs."),
        "script": Message(
            zh="只有简繁、异体不同，其余与原文一致。",
            en="Only Traditional, Simplified or variant characters differ; all else is the text's own.",
        ),
    }
)
"""By `qa.quotations.diff.Only`, in place of `altered`."""
MISATTRIBUTED = Message(
    zh="张冠李戴：{named}里没有这句话，它见于{found}。",
    en="Misattributed: {named} does not say this; it stands in {found}.",
)
SOURCE_IS_NOT_HERE = Message(
    zh="张冠李戴？注明的{named}不在这里的文本中，这句话见于{found}。",
    en="Misattributed? {named}, which is named, is not among the texts here; the words stand in {found}.",
)
NAMED_IS_NOT_HERE = Message(
    zh="注明的{named}不在这里的文本中，添加后才能核对。",
    en="{named}, which is named, is not among the texts here: add it to check this.",
)
DIFFERENCES: Mapping[str, Message] = MappingProxyType(
    {
        "number": Message(zh="数字", en="numbers"),
        "changed": Message(zh="改字", en="changed words"),
        "missing": Message(zh="漏字", en="missing words"),
        "extra": Message(zh="多字", en="added words"),
        "omission": Message(zh="省略", en="an ellipsis"),
        "punctuation": Message(zh="标点", en="punctuation"),
        "script": Message(zh="简繁", en="Traditional or Simplified characters"),
        "width": Message(zh="全半角", en="full or half width"),
        "case": Message(zh="大小写", en="capital or small letters"),
        "form": Message(zh="异体字或字符编码", en="a variant or another Unicode form of the same character"),
        "blanks": Message(zh="空白", en="blanks or invisible characters"),
    }
)
"""By `qa.quotations.diff.Kind`."""
DIFFERENCE = Message(zh="差别", en="Differences")
SOURCE_WORDING = Message(zh="原文", en="The source")
NEAREST_WORDING = Message(zh="最接近的原文（不是这段话）", en="The nearest wording, which is not this")

# Errors

NO_DOCUMENT = Message(
    zh="这里没有文本“{name}”，请换一份。",
    en="There is no document {name!r} to ask. See what there is: python -m qa index list",
)
NO_SUCH_DOCUMENT = Message(
    zh="没有编号或名称是“{given}”的文本。请先列出现有的文本。",
    en="No document has the id or name “{given}”. List the documents to see what there is.",
)
NO_SUCH_PASSAGE = Message(
    zh="没有编号是“{given}”的段落：它可能已被删去或改动。请重新提问或查找。",
    en="No passage has the id “{given}”: it may have been removed or changed. Ask or search again.",
)
NO_SUCH_SECTION = Message(
    zh="文本“{name}”没有第 {given} 部分，只有 {count} 部分，从 0 数起。",
    en="The document “{name}” has no section {given}: it has {count}, counted from 0.",
)
NO_SUCH_SPANS = Message(
    zh="段落“{given}”没有这样的起止位置。请照抄结果里的，或者不写。",
    en="The passage “{given}” has no such spans. Give those of a hit as they are, or none.",
)
NO_SUCH_FORM = Message(
    zh="没有“{given}”这种引文格式。请从这些里选一个：{choices}。",
    en="“{given}” is no form of citation. Choose one of {choices}.",
)
LIBRARY_FULL = Message(
    zh="这里最多放 {most} MB 的文件，已有 {size} MB，放不下了。请先移除一些文本。",
    en="There is no room: this library holds {most} MB of files at most and has {size}. Remove some documents first.",
)
NO_WORDS = Message(zh="没有要查找的字词。请写几个字。", en="There are no words to find. Give some.")
TOO_MANY_MARKS = Message(
    zh="里面有 {count:,} 个引号，最多 {most:,} 个。请分成几个文件核对。",
    en="has {count:,} quotation marks. Check at most {most:,} at a time: split it into several files.",
)
TOO_MUCH_TO_CHECK = Message(
    zh="文本共有 {size} MB，引文核对和查找最多 {most} MB。请在终端核对：python -m qa check",
    en="The texts have {size} MB; quotations are checked and words found in {most} MB at most here. "
    "In the terminal: python -m qa check",
)
LONG_QUOTATIONS = Message(
    zh="引文有 {count:,} 字，一次最多核对 {most:,} 字。请分几次核对。",
    en="The quotations have {count:,} characters, at most {most:,} are checked at a time. Check them in parts.",
)
DOCUMENT_GONE = Message(
    zh="这里已经没有文本“{name}”。请重新载入页面。", en="There is no text “{name}” here any more. Reload the page."
)
UNFORESEEN = Message(zh="出了差错，终端里有记录。请再试一次。", en="What went wrong stands in the terminal. Try again.")
ENGINE_CANNOT_BE_OPENED = Message(
    zh="打不开。出了什么差错，终端里有记录。", en="The engine cannot be opened. What went wrong stands in the terminal."
)
NO_VERDICT = Message(
    zh="没有“{verdict}”这种评价。请从这些里选一个：{choices}。",
    en="{verdict!r} is no verdict. Choose one of {choices}.",
)
VERDICT_AND_PASSAGES = Message(
    zh="评价“对”或“段落不对”，要指出回答问题的段落；评价“应为无答案”，不能有段落。请改正后再评价。",
    en="A right or a wrong passage needs the passage that answers, and “not found” has none.",
)
LONG_FEEDBACK = Message(
    zh="这条评价有 {size:,} 字节，最多 {most:,}，没有记下。请重新提问，问得短一些，再评价。",
    en="This feedback has {size:,} bytes, more than {most:,}, and was not kept. Ask again, in fewer words.",
)
FEEDBACK_LOCKED = Message(
    zh="别的程序一直占着 {path}，评价没有记下。请过一会儿再试。",
    en="{path}: another process keeps it locked, and the feedback was not kept. Try again later.",
)
CANNOT_BE_WRITTEN = Message(
    zh="{path} 写不进去（{reason}）。请检查权限。", en="{path}: cannot be written ({reason}). Check its permissions."
)
CANNOT_BE_READ = Message(
    zh="{path} 读不了（{reason}）。请检查路径。", en="{path}: cannot be read ({reason}). Check the path."
)
OTHER_ENCODING = Message(
    zh="（{path} 不是 UTF-8，按 {encoding} 读了。）", en="({path} is not UTF-8; it was read as {encoding}.)"
)
NOTHING_ADDED = Message(zh="什么也没有添加：给出的文件都不能收录，原因见上文。", en="Nothing was added.")
MORE_WARNINGS = Message(
    zh="另有 {count} 处存疑，网页上会标出", en="{count} more doubtful places are marked on the page"
)
FOLDER_UNREADABLE = Message(
    zh="这个文件夹读不了（{reason}），里面的文件没有收录。请检查它的权限。",
    en="cannot be read ({reason}), so its files were not added. Check its permissions.",
)
WATCH_NEEDS_FOLDER = Message(
    zh="{path} 不是一个文件夹。--watch 后面要给一个文件夹。", en="{path} is no folder. --watch needs one."
)
WATCHING = Message(
    zh="正在跟随 {path}：文件添加、改动、移动或删除后，索引随之更新。按 Ctrl+C 停止。",
    en="Watching {path}: the index follows as files are added, changed, moved or removed. Ctrl+C stops.",
)
WATCH_STOPPED = Message(zh="不再跟随 {path}。", en="No longer watching {path}.")
WATCH_KEEPS = Message(
    zh="{path} 现在读不到（可能没有挂载，或是空的）。先前的 {count} 份文本照旧保留。要去掉它们，请用 index remove。",
    en="{path} cannot be read now, or is empty (perhaps it is not mounted). Its {count} texts stay. "
    "To remove them, use index remove.",
)
WATCH_BY_POLLING = Message(
    zh="系统不能通知这个文件夹的变化（{reason}），改为定时查看。",
    en="The system cannot report changes of this folder ({reason}): it is looked through now and then.",
)
KEPT_AS_IT_WAS = Message(zh="{reason} 索引里还是先前的文本。", en="{reason} The index keeps the text as it was before.")
NO_FILE_TO_ADD = Message(
    zh="什么也没有添加：那里没有文件。请检查路径。", en="Nothing was added: there is no file there."
)
EDITION_EXISTS = Message(
    zh="已经有 {path} 了。请直接修改它，或把它移走，或加上 --print。",
    en="{path} is there already. Edit it, move it away, or add --print.",
)
EDITION_CANNOT_BE_WRITTEN = Message(
    zh="{path} 写不进去（{reason}）。请加上 --print，自己保存。",
    en="{path}: cannot be written ({reason}). Add --print and save it yourself.",
)

# Question files (`python -m qa evaluate`); the file's name precedes the English sentence

NO_QUESTIONS = Message(
    zh="里面没有问题。请每行写一个 JSON 对象。", en="there are no questions in it. Write one JSON object a line."
)
WRONG_QUESTION = Message(
    zh="第 {line} 行不是问题（{what}）。请写成 {shape}。", en="line {line} is no question ({what}). Write {shape}."
)

LINE_CUT_OFF = Message(
    zh="{name}：第 {line} 行没有写完，略过。",
    en="{name}: line {line} was cut off while it was written, and is left out.",
)

# Each of these fills in `what`.
NOT_JSON = Message(zh="不是 JSON", en="no JSON")
NO_OBJECT = Message(zh="不是 JSON 对象", en="no JSON object")
NO_TURNS = Message(
    zh='需要 "question"（一段文字）或 "turns"（若干段文字）',
    en='it needs "question", a text, or "turns", a list of texts',
)
WRONG_LINES = Message(zh='"lines" 不是从 1 起的行号', en='"lines" are no list of numbers from 1')
WRONG_TEXTS = Message(zh='"passages" 或 "answers" 不是若干段文字', en='"passages" and "answers" are no lists of texts')
BLANK_ANSWER = Message(zh="有一个答案是空白的，任何文字里都找得到它", en="an answer is blank: every text would hold it")
WRONG_KIND = Message(zh='"kind" 或 "document" 不是文字', en='"kind" and "document" are no texts')
WRONG_ID = Message(zh='"id" 不是文字或数字', en='"id" is no text or number')

# Larger models that may be fetched (`python -m qa doctor`). README.md says where the figures are from.

NO_RERANKER = Message(
    zh="没有重排模型，不是必需。BAAI/bge-reranker-v2-m3 要下载 2.3 GB，双核处理器上每问多用约 8 秒；"
    "已公布的中文测试里，它把同一编码器的 nDCG@1 从 .61 提到 .80（法律）、"
    ".27 到 .59（新闻）、.34 到 .63（健康）、.26 到 .50（金融）。",
    en="no reranker, which is not needed: BAAI/bge-reranker-v2-m3 is a download of 2.3 GB and takes some 8 s more a "
    "question on two cores; in published Chinese tests it lifts the nDCG@1 of this very encoder from .61 to .80 (law), "
    ".27 to .59 (news), .34 to .63 (health), .26 to .50 (finance)",
)
SMALL_MODEL = Message(
    zh="自带的模型是最小的一个。intfloat/multilingual-e5-large 要下载 2.2 GB，双核处理器上每段约 0.4 秒、"
    "每问约 0.2 秒；同一测试的 nDCG@1 是 .72（法律）、.42（新闻）、.42（健康）、.30（金融）。",
    en="the bundled model is the smallest of its kind: intfloat/multilingual-e5-large is a download of 2.2 GB and "
    "takes some 0.4 s a passage and 0.2 s a question on two cores; in the same tests its nDCG@1 is .72 (law), "
    ".42 (news), .42 (health), .30 (finance)",
)

NOT_EXPORTED = Message(
    zh="这些文本损坏了，没有写出：{names}。请修复：python -m qa index verify --repair",
    en="These documents are damaged and were not written: {names}. Repair them: python -m qa index verify --repair",
)

TOO_LITTLE_MEMORY = Message(
    zh="系统只许本程序用 {found} MB 的地址空间，至少要 {needed} MB。请提高上限再启动：ulimit -v unlimited",
    en="The system allows this program {found} MB of address space, and it needs {needed}. "
    "Raise the limit and start again: ulimit -v unlimited",
)
MEMORY_RAN_OUT = Message(
    zh="内存用完了。请关掉别的程序再试，或换一台内存大些的机器。",
    en="The memory ran out. Close other programs and try again, or use a machine with more memory.",
)

BUSY = Message(
    zh="现在提问的人太多，请过 {seconds} 秒再问。",
    en="Too many are asking at the moment: ask again in {seconds} s.",
)

REPAIR_LOST = Message(
    zh="修复后缺少：{names}。请再添加一次；损坏的数据库留在索引文件夹里。",
    en="The repair could not keep: {names}. Add them again; the damaged database stays in the index folder.",
)
OUTPUT_FAILED = Message(
    zh="输出写不出去（{reason}）。请腾出空间，再试一次。",
    en="The output cannot be written ({reason}). Make room and try again.",
)
