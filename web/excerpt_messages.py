"""What the page says of selected words and of kept excerpts, in its own voice."""

from __future__ import annotations

from corpus.message import Message

SELECTED = Message(zh="选中的文字", en="Selected words")
COPY_CITED = Message(zh="复制（含出处）", en="Copy with citation")
COPY_REFERENCE = Message(zh="只复制出处", en="Copy citation only")
COPY_LINK = Message(zh="复制链接", en="Copy link")
CHECK = Message(zh="核对", en="Check")
ASK = Message(zh="就这段提问", en="Ask about this")
KEEP = Message(zh="摘录", en="Excerpt")
CHOOSE_PARAGRAPH = Message(zh="选一段：↑↓ 换段，回车选中", en="Choose a paragraph: ↑ ↓ to move, Enter to select")
OF_LINE = Message(zh="第 {line} 行的这一段：复制、引用、摘录", en="The paragraph at line {line}: copy, cite, excerpt")
"""The line is put in by the behaviour."""
KEPT = Message(zh="已摘录。", en="Excerpted. ")
SEE = Message(zh="看摘录", en="See excerpts")

TAB = Message(zh="摘录", en="Excerpts")
TITLE = Message(zh="摘录", en="Excerpts")
DOES = Message(
    zh="从原文和答案里选下的话，按文本归在一起。只记它们的位置，每次显示都从原文重新截取；只存在这个浏览器里。",
    en="Words you selected in texts and answers, by text. Only their places are kept, in this browser alone; "
    "the words are cut from the text anew each time.",
)
NONE = Message(
    zh="还没有摘录。在原文或引文里选中几个字，或者点行号，再点“摘录”。",
    en="No excerpts yet. Select words in the text or in a quote, or click a line number; then choose “Excerpt”.",
)
YOUR_NOTE = Message(zh="批注", en="Your note")
WRITE_NOTE = Message(zh="写一句自己的话……", en="Write a note of your own…")
FROM_QUESTION = Message(zh="问：", en="Asked: ")
UP = Message(zh="上移", en="Move up")
DOWN = Message(zh="下移", en="Move down")
REMOVE = Message(zh="移除", en="Remove")
REMOVED = Message(zh="移除了一条摘录。", en="Removed. ")
UNDO = Message(zh="撤销", en="Undo")
SAVE_AS = Message(zh="存为：", en="Save as: ")
FORMATS = {
    "docx": Message(zh="Word（脚注）", en="Word (footnotes)"),
    "markdown": Message(zh="Markdown 文件", en="Markdown file"),
    "bibtex": Message(zh="BibTeX 文件", en="BibTeX file"),
    "ris": Message(zh="RIS 文件", en="RIS file"),
    "csl-json": Message(zh="CSL-JSON 文件", en="CSL-JSON file"),
}
"""Files of excerpts, by the ids of `qa.output.excerpt_files.EXTENSIONS`."""
CHANGED = Message(
    zh="“{name}”已经变了，原来的位置不再可靠。请在原文里重新选取。",
    en="“{name}” has changed, and the words may stand elsewhere now. Select them in the text again.",
)
GONE = Message(
    zh="“{name}”已经移除，这条摘录显示不出来。请重新添加这份文件。",
    en="“{name}” was removed, so this excerpt cannot be shown. Add the file again.",
)
NOTHING_SELECTED = Message(
    zh="没有选中文字。请在原文里选几个字再试。", en="No words are selected. Select some in the text and try again."
)
NOT_THE_SAME = Message(
    zh="选中的文字和原文对不上，没有复制。请刷新页面再试。",
    en="The selected words do not agree with the text, so nothing was copied. Reload the page and try again.",
)
MANY_SPANS = Message(
    zh="选中的文字分成 {count:,} 处，最多 {most:,} 处。请选短一些。",
    en="The selection has {count:,} pieces, more than {most:,}. Select less.",
)
MANY_EXCERPTS = Message(
    zh="摘录有 {count:,} 条，一次最多 {most:,} 条。请先导出并移除一些。",
    en="There are {count:,} excerpts, more than {most:,}. Save and remove some first.",
)
NOTHING_TO_EXPORT = Message(
    zh="没有可以导出的摘录：所摘的文本都已改变或移除。",
    en="There is nothing to save: the texts of all excerpts have changed or were removed.",
)
LEFT_OUT = Message(
    zh="已导出。有 {count} 条摘录的文本已经改变或移除，没有导出。",
    en="Saved, without {count} of the excerpts: their texts have changed or were removed.",
)
NOT_STORED = Message(
    zh="浏览器没有存下：存储已满，或不允许网页存储。请先导出摘录，再移除一些，或在浏览器设置里允许存储。",
    en="The browser did not store it: its storage is full, or forbidden for pages. "
    "Save the excerpts as a file and remove some, or allow storage in the browser's settings.",
)
