"""Messages of `corpus` to a person: why a file is refused, and where the parser was not sure.

Errors put the name of the file before the English sentence; the page shows the Chinese one beside it.
"""

from __future__ import annotations

from corpus.message import Message

# Files

NO_TEXT = Message(zh="里面没有文字。请添加有文字的文件。", en="there is no text in it. Add a file that has some.")
TOO_MANY_BYTES = Message(
    zh="超过 {most:,} 字节，太大了。请分成几个文件。",
    en="has more than {most:,} bytes. Split it into several files.",
)
TOO_MANY_CHARACTERS = Message(
    zh="文字超过 {most:,} 字，太长了。请分成几个文件再添加。",
    en="its text has more than {most:,} characters. Split it into several files.",
)
TOO_MANY_PAGES = Message(
    zh="有 {count:,} 页，太多了。请分成几个文件，每个最多 {most:,} 页。",
    en="has {count:,} pages. Split it into files of at most {most:,}.",
)
CANNOT_BE_READ = Message(
    zh="读不了（{reason}）。请检查路径和权限。", en="cannot be read ({reason}). Check the path and its permissions."
)
NO_PLAIN_FILE = Message(
    zh="这不是普通文件（是管道、套接字或设备）。要读别的程序的输出，请用 -。",
    en="is no plain file but a pipe, a socket or a device. To read what a program writes, use -.",
)
DAMAGED = Message(
    zh="文件损坏了，读不下去（{kind}）。请重新取得这个文件。",
    en="is damaged ({kind}: {reason}). Get the file again.",
)
DAMAGED_OR_OTHER = Message(
    zh="文件损坏了，或者根本不是 {format}。请重新取得这个文件。",
    en="is damaged or no {format}. Get the file again.",
)
ENCRYPTED = Message(
    zh="有密码，打不开。请去掉密码，另存一份再添加。", en="is encrypted. Save it without a password and try again."
)

# Formats that are not read

OTHER_FORMAT = Message(zh="这是{kind}。能读的有 {formats}。", en="is {kind}. What is read: {formats}.")
OTHER_FORMAT_SAVE = Message(zh="这是{kind}。", en="is {kind}.")
OTHER_ARCHIVE = Message(
    zh="这是压缩包。请解压，再添加里面的 {formats} 文件。",
    en="is an archive of another kind. Unpack it and add what is in it: {formats}.",
)
NOT_TEXT = Message(zh="这不是文本文件。能读的有 {formats}。", en="is no text. What is read: {formats}.")
FORMATS = Message(
    zh="TXT、Markdown、HTML、MHTML、DOCX、ODT、RTF、PDF、EPUB、XLSX、ODS、CSV、PPTX、ODP、SRT、VTT、图片（PNG、JPEG、TIFF、BMP、WebP）",
    en="TXT, Markdown, HTML, MHTML, DOCX, ODT, RTF, PDF, EPUB, XLSX, ODS, CSV, PPTX, ODP, SRT, VTT "
    "or a picture (PNG, JPEG, TIFF, BMP, WebP)",
)
"""Fills in `formats`."""

# Each of these fills in `kind`: what the file is, and what helps.
OLDER_WORD = Message(
    zh="旧版 Word 文件。请另存为“Word 文档（.docx）”", en="an older Word file. Save it as “Word document (.docx)”"
)
OLDER_OR_ENCRYPTED_OFFICE = Message(
    zh="旧版或加了密码的 Office 文件。请去掉密码，另存为 DOCX、XLSX 或 PPTX",
    en="an older or an encrypted Office file. Save it as DOCX, XLSX or PPTX without a password",
)
WORD_TEMPLATE = Message(
    zh="Word 模板或带宏的文件。请另存为“Word 文档（.docx）”",
    en="a Word template or a file with macros. Save it as “Word document (.docx)”",
)
OTHER_TEXT_PROCESSOR = Message(
    zh="别种文字处理文件。请另存为 DOCX 或 PDF", en="a text-processor file of another kind. Save it as DOCX or PDF"
)
SPREADSHEET = Message(zh="读不了的表格。请另存为 XLSX 或 CSV", en="a sheet that is not read. Save it as XLSX or CSV")
SLIDES = Message(
    zh="读不了的幻灯片。请另存为 PPTX 或 PDF", en="a set of slides that is not read. Save it as PPTX or PDF"
)
FIXED_LAYOUT = Message(zh="读不了的版式文件。请另存为 PDF", en="a fixed-layout file that is not read. Save it as PDF")
OTHER_E_BOOK = Message(zh="读不了的电子书。请转成 EPUB", en="an e-book that is not read. Convert it to EPUB")
ARCHIVE = Message(zh="压缩包。请解压，再添加里面的文件", en="an archive. Unpack it and add what is in it")
PICTURE = Message(
    zh="这种格式的图片读不了。请另存为 PNG、JPEG 或 TIFF，再添加",
    en="a picture of a kind that is not read. Save it as PNG, JPEG or TIFF and add that",
)
RECORDING = Message(zh="录音或录像。请添加整理成文字的稿子", en="sound or film. Add a transcript")
E_MAIL = Message(
    zh="电子邮件。请在邮件程序里另存为 PDF、HTML 或纯文本",
    en="an e-mail. Save it in the mail program as PDF, HTML or text",
)
PROGRAM = Message(zh="程序或程序的数据，不是文章", en="a program or its data")

# Encodings

WRONG_ENCODING = Message(
    zh="第 {line} 行（字节 {byte}）不合 {encoding} 编码。请把文件另存为 UTF-8，再添加。",
    en="byte {byte} (line {line}) is not {encoding}. Save the file as UTF-8 and try again.",
)
UNKNOWN_ENCODING = Message(
    zh="第 {line} 行（字节 {byte}）不合 {encoding} 编码，整个文件也读不成 GB18030 或 Big5。"
    "请把文件另存为 UTF-8，再添加。",
    en="byte {byte} (line {line}) is not {encoding}, and the file reads as neither GB18030 nor Big5. "
    "Save the file as UTF-8 and try again.",
)
MOSTLY_GARBLED = Message(
    zh="从第 {line} 行（字节 {byte}）起，大部分是乱码：{what}"
    "请找原来的文件，或用还能正常显示它的程序另存一份，再添加。",
    en="byte {byte} (line {line}): the text is garbled here and in most places. {what} "
    "Get the original file again, or save it from the program that still shows it rightly.",
)
LOST_CHARACTERS = Message(zh="这里有无法解码的字符（U+FFFD），原字已经丢失。", en="Characters were lost here (U+FFFD).")
OVERWRITTEN = Message(
    zh="这里是乱码，原文已被错误的编码覆盖。", en="Garbled: an earlier program overwrote these characters."
)
PRIVATE_USE = Message(
    zh="这里有没有标准含义的私用区字符。", en="Private-use characters: nobody can say what they stand for."
)
READ_AS_LATIN = Message(zh="这里像是把 UTF-8 读成了西文编码。", en="This looks like UTF-8 that was read as Latin-1.")
READ_AS_GBK = Message(zh="这里像是把 UTF-8 读成了 GBK。", en="This looks like UTF-8 that was read as GBK.")

# ZIP files: Office, OpenDocument and EPUB

CANNOT_BE_OPENED = Message(
    zh="文件损坏了，打不开。请重新取得这个文件。", en="is damaged ({reason}). Get the file again."
)
UNPACKS_TO_TOO_MUCH = Message(
    zh="文件只有 {size:,} 字节，展开却有 {unpacked:,} 字节、{parts:,} 个部分，不合常理。请去掉图片，另存一份再添加。",
    en="unpacks to {unpacked:,} bytes in {parts:,} parts, more than is reasonable for {size:,} bytes. "
    "Save it again without its pictures.",
)
PART_TOO_LARGE = Message(
    zh="里面的 {part} 有 {size:,} 字节，太大了。请分成几个文件再添加。",
    en="{part} in it has {size:,} bytes. Split it into several files.",
)
PART_MISSING = Message(
    zh="文件损坏了：里面缺少 {part}。请重新取得这个文件。",
    en="is damaged: {part} is missing in it. Get the file again.",
)
MAIN_PART = Message(zh="正文", en="the text itself")
"""Fills in `part` where the file does not name it."""
PART_CANNOT_BE_UNPACKED = Message(
    zh="文件损坏了：里面的 {part} 解不开。请重新取得这个文件。",
    en="is damaged: {part} in it cannot be unpacked. Get the file again.",
)
PART_NOT_XML = Message(
    zh="文件损坏了：里面的 {part} 不是完好的 XML。请重新取得这个文件。",
    en="is damaged: {part} in it is no XML ({reason}). Get the file again.",
)
OWN_ENTITIES = Message(
    zh="里面的 XML 自己定义了实体，这里不读。请另存一份再添加。",
    en="its XML defines entities of its own, which are not read. Save it again.",
)
DRM = Message(
    zh="有版权保护（DRM），读不了。请添加没有保护的版本。",
    en="is protected by DRM and cannot be read. Add a copy without it.",
)
DOCUMENT_TYPE = Message(
    zh="里面的 {part} 有文档类型声明，Office 从不这样写。请用 Office 打开，另存一份再添加。",
    en="{part} in it has a document type, which Office never writes. Save it again from Office.",
)
STRICT_OPEN_XML = Message(
    zh="不是普通的 Word 文档（也许是 Strict Open XML）。请另存为“Word 文档（.docx）”再添加。",
    en="is no ordinary Word document (perhaps Strict Open XML). Save it as “Word document (.docx)”.",
)
OTHER_OFFICE = Message(
    zh="这是别种 Office 文件。请另存为“Word 文档（.docx）”再添加。",
    en="is another kind of Office file. Save it as “Word document (.docx)”.",
)
NESTED_TABLES = Message(
    zh="表格套表格超过 {most} 层。请把内容复制到新文档，存好再添加。",
    en="its tables are nested more than {most} deep. Copy its contents to a new document.",
)

# Sheets

TOO_MANY_CELLS = Message(
    zh="有 {count:,} 个单元格，太多了。请分成几个文件，每个最多 {most:,} 个。",
    en="has {count:,} cells. Split it into files of at most {most:,}.",
)
FORMULA_NOT_COMPUTED = Message(
    zh="{place} 是公式，文件里没有存它的结果，所以这里是空的。请用表格程序打开文件，存一次，再添加。",
    en="{place} is a formula whose result is not in the file, so it is empty here. "
    "Open the file in a spreadsheet program, save it, and add it again.",
)

# Slides

SPEAKER_NOTES = Message(zh="备注", en="notes")
"""The place of what the speaker notes on a slide."""
OTHER_SLIDES = Message(
    zh="不是普通的演示文稿（也许是模板或 Strict Open XML）。请另存为“PowerPoint 演示文稿（.pptx）”再添加。",
    en="is no ordinary presentation (perhaps a template or Strict Open XML). "
    "Save it as “PowerPoint presentation (.pptx)”.",
)
NESTED_SHAPES = Message(
    zh="图形组合套组合超过 {most} 层。请取消组合，存好再添加。",
    en="its shapes are grouped more than {most} deep. Ungroup them, save, and add it again.",
)

# RTF and OpenDocument

NESTED_GROUPS = Message(
    zh="内容一层套一层，超过 {most:,} 层。请用文字处理程序打开，另存为“Word 文档（.docx）”再添加。",
    en="its parts are nested more than {most:,} deep. Save it as DOCX from a text processor.",
)

# HTML and PDF

NESTED_ELEMENTS = Message(
    zh="网页元素嵌套超过 {most} 层。请用浏览器打开，另存一份再添加。",
    en="its elements are nested more than {most} deep. Save it again from a browser.",
)
NOTHING_RECOGNISED = Message(
    zh="没有文字层，从图片里也没有认出文字。请换一份更清楚的（300 dpi，正放），或添加它的文字稿。",
    en="has no text layer, and no text was recognised in its pictures. "
    "Add a clearer copy (300 dpi, upright), or its text.",
)
OCR_CANNOT_RUN = Message(
    zh="是图片，而文字识别（OCR）用不了（{reason}）。请重新安装依赖：python -m pip install -r requirements.txt。",
    en="is a picture, and text recognition (OCR) cannot run ({reason}). "
    "Install what it needs again: python -m pip install -r requirements.txt.",
)
PICTURE_TOO_LARGE = Message(
    zh="图片超过 {most:,} 像素。请缩小（300 dpi 就够），或调大设置 {setting}。",
    en="has more than {most:,} pixels. Make it smaller (300 dpi is enough), or raise the setting {setting}.",
)
A_PICTURE = Message(zh="图片", en="picture")
LAYER_RECOGNISED_ANEW = Message(
    zh="第{pages}页原有的文字层与页面不符，已按页面重新识别。要保留原有的文字层，请设 ocr.layers = 0，再添加一次。",
    en="The text layer of page {pages} does not say what the page shows, so the page was recognised anew. "
    "To keep the layer, set ocr.layers = 0 and add the file again.",
)
UNREADABLE_FONTS = Message(
    zh="字体没有说明每个字形是什么字，取出来的都是乱码。请换一个版本，或添加它的文字稿。",
    en="its fonts do not say which characters they show. Get another edition of it, or its text.",
)
PAGE_DAMAGED = Message(zh="第 {page} 页损坏了。请重新取得这个文件。", en="page {page} is damaged. Get the file again.")
PAGES_WITHOUT_TEXT = Message(
    zh="前面的第{pages}页没有认出文字（可能是空白页或插图），不在文本里。",
    en="No text was recognised on page {pages} before this (blank, or a picture); it is not in the text.",
)

WORDS_WITHOUT_BLANKS = Message(
    zh="这一页的西文词与词之间没有空格，引文里也没有。引用前请对照原页。",
    en="The words of this page have no blanks between them, so quotations have none. Compare the page first.",
)
TEXT_OVER_TEXT = Message(
    zh="这一页有文字叠在文字上，先后次序可能不对。引用前请对照原页。",
    en="Text stands over text on this page, so its order may be wrong. Compare the page before you quote.",
)

# The process that reads files

READING_TOOK_TOO_LONG = Message(
    zh="{seconds:,} 秒还没有读完，已经停下。请检查这个文件；如果它没有问题，请分成几个文件，或调大设置 {setting}。",
    en="was not read in {seconds:,} seconds, so reading was stopped. Check the file; if nothing is wrong with it, "
    "divide it into several files, or raise the setting {setting}.",
)
READING_TOOK_TOO_MUCH_MEMORY = Message(
    zh="读它需要的内存超过 {most:,} 字节，已经停下。请分成几个文件，或调大设置 {setting}。",
    en="needs more than {most:,} bytes of memory to be read, so reading was stopped. Split it into several files, or "
    "raise the setting {setting}.",
)
READING_OPENED_TOO_MANY_FILES = Message(
    zh="读它时打开的文件超过 {most:,} 个，已经停下。请另存一份再添加，或调大设置 {setting}。",
    en="opens more than {most:,} files to be read, so reading was stopped. Save it again, "
    "or raise the setting {setting}.",
)
READING_RETURNED_TOO_MUCH = Message(
    zh="读出来的内容超过 {most:,} 字节，已经停下。请分成几个文件，或调大设置 {setting}。",
    en="gives more than {most:,} bytes of text and structure, so reading was stopped. Split it into several files, or "
    "raise the setting {setting}.",
)
READING_FAILED = Message(
    zh="读这个文件的程序出了错，停下了（{reason}）。请把文件另存一份再添加。",
    en="made the program that reads files fail ({reason}). Save the file again and add that.",
)
READING_CANNOT_START = Message(
    zh="读文件的程序启动不了（{reason}）。请关掉一些程序，再试一次。",
    en="cannot be read, as the process for that cannot start ({reason}). Close some programs and try again.",
)
READING_CANCELLED = Message(zh="已经取消。要收录，请再添加一次。", en="was cancelled. Add it again if you want it.")

# Edition files

NOT_TOML = Message(
    zh="版本文件不是 TOML（{reason}）。请改正它，或拿走它。",
    en="not TOML: {reason}. Correct the edition file or remove it.",
)
WRONG_ENTRY = Message(
    zh="版本文件的 {place} 不合要求（{reason}）。请改正它，或拿走它。",
    en="{place}: {reason}. Correct the edition file or remove it.",
)
WHOLE_FILE = Message(zh="整体", en="the file")
"""Fills in `place` where no single entry is wrong."""
EDITION_OF_OTHER_TEXT = Message(
    zh="版本文件是给另一份文字做的（SHA-256 {expected}…，不是 {found}…）。"
    "请换回那份文字，或改正版本文件的行号和 sha256。",
    en="the edition file was made for another text (SHA-256 {expected}…, not {found}…). "
    "Restore the text, or correct the edition file's line numbers and sha256.",
)
LINE_PLACED_WRONGLY = Message(
    zh="版本文件把第 {line} 行放了 {times} 次。请让每一行恰好属于一篇，或属于 pointers。",
    en="the edition places line {line} {times} times. Give each line of text to exactly one work, or to pointers.",
)
JOIN_WITHOUT_TEXT = Message(
    zh="版本文件要把第 {first} 行和第 {second} 行接起来，但这不是两行不同的、有文字的行。请改正行号。",
    en="the edition joins lines {first} and {second}, which are not two lines with text. Correct the numbers.",
)
JOIN_WITH_OTHER_WORDS = Message(
    zh="第 {line} 行不是以版本文件所说的“{words}”开头。请照原文改正。",
    en="line {line} does not begin with the edition's words “{words}”. Copy them from the source.",
)
LINE_WITHOUT_DATE = Message(
    zh="第 {line} 行没有日期。请写成 2021-09-17、2021-09 或 2021，或改指另一行。",
    en="line {line} has no date. Write supplied as 2021-09-17, 2021-09 or 2021, or name another line.",
)
NOT_A_DATE = Message(
    zh="“{words}”不是日期。请写成 2021-09-17、2021-09 或 2021，或改指另一行。",
    en="“{words}” is not a date. Write supplied as 2021-09-17, 2021-09 or 2021, or name another line.",
)
NOT_A_DOI = Message(
    zh="“{words}”不是 DOI。请写成 10.1000/182 这样。", en="“{words}” is not a DOI. Write it as 10.1000/182."
)
CITATION_WITHOUT_TEXT = Message(
    zh="版本文件的出处指向第 {line} 行，那里没有文字。请改正行号。",
    en="the citation points at line {line}, which has no text. Correct the number.",
)
CITATION_TOO_LONG = Message(
    zh="版本文件的出处用了第 {line} 行，其中超过 {most:,} 字，太长了。请用 words 写出其中的几个字。",
    en="the citation takes more than {most:,} characters of line {line}. Give the words that it means in words.",
)
CITATION_WITH_OTHER_WORDS = Message(
    zh="第 {line} 行没有“{words}”这几个字。请照原文抄写，或改用 supplied。",
    en="line {line} does not have the words “{words}”. "
    "Copy them from the source, or write supplied instead of line and words.",
)

# Where the parser was not sure

LIKE_A_HEADING = Message(zh="像标题，但按正文处理了。", en="This looks like a heading and was taken for text.")
UNNUMBERED_HEADING = Message(zh="没有编号，按标题处理了。", en="Without a number; taken for a heading.")
NUMBER_MISSING = Message(zh="编号不连续，前面可能漏了一个标题。", en="A number is missing before this heading.")
NOT_FROM_ONE = Message(zh="编号不是从一开始的。", en="The numbers do not begin with one here.")

# Settings

SETTING_UNUSABLE = Message(
    zh="{setting} = {value} 用不了（{reason}）。默认值是 {default}。看有哪些设置：{command}",
    en="{setting} = {value} cannot be used: {reason}. Its default is {default}. See what there is: {command}",
)
NO_SETTING = Message(
    zh="没有设置项 {setting}。看有哪些设置：{command}", en="there is no setting {setting}. See what there is: {command}"
)
NO_SETTINGS_FILE = Message(
    zh="没有这份设置文件。请改正 YUANWEN_SETTINGS，或不设。",
    en="there is no such settings file. Correct YUANWEN_SETTINGS, or unset it.",
)
SETTINGS_NOT_TOML = Message(
    zh="读不成 TOML（{reason}）。请改正，或移走。", en="cannot be read as TOML ({reason}). Correct it, or move it away."
)
