"""The messages of `grid`: heads of its sheets, words in its cells, and what goes wrong with its files."""

from __future__ import annotations

from corpus.message import Message

# Names of sheets: at most 31 characters, both languages together

ANSWERS_SHEET = Message(zh="答案", en="Answers")
SOURCES_SHEET = Message(zh="出处", en="Sources")
ABOUT_SHEET = Message(zh="说明", en="About")

# Heads of columns

QUESTION = Message(zh="问题", en="Question")
COLUMN = Message(zh="第 {letter} 列", en="Column {letter}")
QUOTE = Message(zh="引文", en="Quote")
QUOTE_GOES_ON = Message(zh="引文（续 {part}）", en="Quote, part {part}")
CITATION = Message(zh="引用", en="Citation")
GRADE = Message(zh="评价", en="Grade")
LINK = Message(zh="链接", en="Link")
DOCUMENT = Message(zh="文本", en="Document")
SECTION = Message(zh="章节", en="Section")
LINES = Message(zh="行", en="Lines")
SPANS = Message(zh="字符位置", en="Characters, from–to")
CONFIDENCE = Message(zh="把握", en="Confidence")
PASSAGE = Message(zh="段落编号", en="Passage id")
PASSAGES = Message(zh="段落数", en="Passages")

# In place of a quote or a grade

NOT_ASKED = Message(zh="还没有问。", en="Not asked yet.")
LONG_QUOTE = Message(
    zh="引文有 {count:,} 个字符，一格放不下，全文在“出处”表第 {row} 行，分 {parts} 格。",
    en="The quote has {count:,} characters, more than a cell holds: it stands whole in row {row} of the sheet "
    "Sources, in {parts} cells.",
)
LONG_WORDS = Message(
    zh="这里的文字有 {count:,} 个字符，一格放不下，请看问题文件。",
    en="These words have {count:,} characters, more than a cell holds: see the file of questions.",
)

# The sheet that says how it was made

MADE_BY = Message(zh="由“原文”{version} 制作", en="Made by Yuanwen {version}")
MADE_ON = Message(zh="日期", en="Date")
INDEX = Message(zh="索引", en="Index")
MODEL = Message(zh="模型", en="Model")
RERANKER = Message(zh="重排模型", en="Reranker")
TOP = Message(zh="每格最多几段", en="Passages a cell, at most")
FORM = Message(zh="引用格式", en="Form of citation")
PAGE = Message(zh="网页", en="Page")
FINISHED = Message(zh="已问 / 全部", en="Asked, of all")
WITHOUT_LINKS = Message(
    zh="一张表最多放 {most:,} 个链接，后面的 {count:,} 处只写明地方。",
    en="A sheet holds {most:,} links; the last {count:,} places are text.",
)

# Questions that cannot be read

NOT_A_SHEET = Message(
    zh="这里只读 .xlsx 和 .csv。请另存为其中一种。", en="grid reads .xlsx and .csv. Save it as one of them."
)
NO_QUESTIONS = Message(
    zh="里面没有问题。请把问题写在“问题”一列，或第一列，每行一个。",
    en="There are no questions in it. Write them in a column headed “question”, or in the first one, one a row.",
)
NO_TABLE = Message(
    zh="第 {line} 行不合 CSV 的写法（{reason}）。请给含逗号、引号或换行的格子加上双引号。",
    en="Line {line} is not CSV ({reason}). Put double quotes round a cell with commas, quotes or line ends.",
)
TOO_MANY_ROWS = Message(
    zh="有 {most:,} 行以上，太多了。请分成几个文件。",
    en="There are more than {most:,} rows. Split it into several files.",
)
WIDE_ROW = Message(
    zh="第 {row} 行有 {found} 格，首行只有 {expected} 格。请给含逗号的格子加上双引号。",
    en="Row {row} has {found} cells, the first row {expected}. Put double quotes round a cell with commas.",
)
FORMULAS = Message(
    zh="有 {count} 个问题是公式，文件里没有它们的结果（如 {place}）。请用电子表格程序打开，存一次再试。",
    en="{count} questions are formulas without a result in the file (such as {place}). Open it in a spreadsheet "
    "program, save it, and try again.",
)
TOO_LARGE = Message(
    zh="结果有 {rows:,} 行、{columns:,} 列、{passages:,} 段引文，XLSX 最多放 {most_rows:,} 行、{most_columns:,} 列。"
    "请分成几次问，或写成 CSV。",
    en="The result has {rows:,} rows, {columns:,} columns and {passages:,} quotes; XLSX holds {most_rows:,} rows and "
    "{most_columns:,} columns. Divide the questions, or write CSV.",
)

# The output and the answers kept beside it

NO_FOLDER = Message(zh="没有文件夹 {folder}。请先建立它。", en="There is no folder {folder}. Make it first.")
IS_FOLDER = Message(zh="这是一个文件夹。请给出文件名。", en="is a folder. Name a file.")
SAME_FILE = Message(
    zh="答案会盖掉问题文件。请给 -o 另一个名字。", en="The answers would replace the questions. Give -o another name."
)
IS_THERE = Message(
    zh="已经有这个文件了。请换一个名字，或加上 --overwrite 盖掉它。",
    en="is there already. Choose another name, or add --overwrite to replace it.",
)
NOT_OURS = Message(
    zh="这不是 grid 留下的文件，而它要用这个名字。请把它移走，或给 -o 另一个名字。",
    en="is no file of grid, which needs this name. Move it away, or give -o another name.",
)
IN_USE = Message(
    zh="另一个程序正在写这份答案。请等它结束，或给 -o 另一个名字。",
    en="Another process is writing these answers. Wait for it, or give -o another name.",
)
CANNOT_BE_WRITTEN = Message(
    zh="写不进去（{reason}）。请检查权限和空间；如果在别的程序里打开着，请关掉，再运行一次，问过的不再重问。",
    en="cannot be written ({reason}). Check permissions and space, close it if it is open in another program, and run "
    "the command again: what is answered is kept.",
)
READ_AS = Message(
    zh="（{count} 个问题，在“{head}”一列；第一个：{first}）",
    en="({count} questions, in the column “{head}”; the first: {first})",
)
GOES_ON = Message(
    zh="（{count} 格上次已经问过，从那里接着问。）", en="({count} cells were answered before; it goes on from there.)"
)
ASKED_AGAIN = Message(
    zh="（上次问过的 {count} 格是用另一份索引、另一个版本或别的选项问的，现在重新问。）",
    en="({count} cells were answered from another index or version, or with other options: these are asked again.)",
)
STOPPED = Message(
    zh="停下了。问过的留在 {path}；再运行同一条命令，就从这里接着问。",
    en="Stopped. What is answered is kept in {path}: run the same command again to go on.",
)
READ_AS_FORMULAS = Message(
    zh="（有 {count} 格以 = + - @ 开头，原样写在 CSV 里；电子表格程序会当成公式。要打开来看，请写成 .xlsx。）",
    en="({count} cells begin with = + - @ and stand in the CSV as they are; a spreadsheet program takes them for "
    "formulas. To open them in one, write .xlsx.)",
)
