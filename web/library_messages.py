"""What the page says about its texts: which can be asked, the list, its order and choice, adding and removing."""

from __future__ import annotations

from corpus.message import Message

# The first view
WELCOME_SEVERAL = Message(
    zh="向这 {count} 份文本提问，看原文怎么说", en="Ask these {count} texts, read their own words"
)
WELCOME_NONE = Message(zh="添加文件，向它提问", en="Add a file and ask it")
CAN_ASK = Message(zh="现在可问：", en="You can ask: ")
TITLES_OTHERS = Message(zh="等 {count} 份文本", en=" and others, {count} texts in all")
MORE_WORKS = Message(zh="等 {count} 篇", en=" and others, {count} works")
ADD_FILES = Message(zh="添加文件", en="Add files")
ONLY_HERE = Message(
    zh="文件只在这台电脑上读取，问题也不离开它。", en="Files are read on this computer only; questions do not leave it."
)
ONLY_ON_SERVER = Message(
    zh="文件和问题只在这台服务器上处理，不再传到别处。",
    en="Files and questions are processed on this server only; they go nowhere else.",
)

# What is asked
ASK_SEVERAL = Message(zh="就 {count} 份文本提问……", en="Ask about {count} texts…")
ASK_NONE = Message(zh="先添加文件，再提问……", en="Add a file first…")
IN_ALL = Message(zh="在全部 {count} 份中查找", en="Searching all {count} texts")
IN_SOME = Message(zh="在 {some}/{count} 份中查找", en="Searching {some} of {count} texts")
"""The counts are put in by the behaviour."""
AND_OTHERS = Message(zh="等", en=" and others")
CHECK_ALL = Message(zh="全选", en="All")
CHECK_NONE = Message(zh="全不选", en="None")
ONLY_CHECKED = Message(zh="仅在勾选的文本中查", en="Only checked texts are searched")
NONE_CHECKED = Message(
    zh="没有勾选文本。请先勾选要查的文本，再提问。", en="No text is checked. Check those to search, then ask."
)

# The list
SEARCH = Message(zh="按标题、名称或文件夹找文本", en="Find a text by title, name or folder")
NONE_LIKE_THAT = Message(
    zh="没有这样的文本。请换个词，或放宽筛选。", en="There is no such text. Try other words, or filter less."
)
ORDER = Message(zh="排列", en="Order")
ORDERS = {
    "": Message(zh="按添加先后", en="As added"),
    "newest": Message(zh="新添加的在前", en="Last added first"),
    "title": Message(zh="按标题", en="By title"),
    "date": Message(zh="按日期，新的在前", en="By date, newest first"),
    "name": Message(zh="按文件名", en="By file name"),
    "kind": Message(zh="按类型分组", en="Grouped by kind"),
    "folder": Message(zh="按文件夹分组", en="Grouped by folder"),
}
KIND = Message(zh="类型", en="Kind")
EVERY_KIND = Message(zh="全部类型", en="All kinds")
OTHER_KIND = Message(zh="其他", en="Other")
YEAR = Message(zh="年份", en="Year")
EVERY_YEAR = Message(zh="全部年份", en="All years")
NO_YEAR = Message(zh="没有日期", en="No date")
FOLDER = Message(zh="文件夹 {number}", en="Folder {number}")
"""Of a folder whose name was not kept when its texts were added."""
NO_FOLDER = Message(zh="单独添加的", en="Added singly")
IN_GROUP = Message(zh="{count} 份", en="{count} texts")
"""The number of texts in a group is put in by the behaviour."""
SEARCHED = Message(zh="在其中查找：", en="Search in: ")
LIST_IS_EMPTY = Message(
    zh="还没有文本。点“添加文件”，或把文件拖到页面上。",
    en="There are no texts yet. Add files, or drop them here.",
)
ADMINISTRATOR_ADDS = Message(
    zh="还没有文本。请管理这个网页的人添加。", en="There are no texts yet. Whoever runs this page can add some."
)

# Adding
FOLDED = Message(zh="已添加 {count} 份", en="{count} added")
"""The number is put in by the behaviour."""
UNFOLD = Message(zh="查看", en="Show")
FOLD = Message(zh="收起", en="Hide")

# Removing
REMOVED_UNDO = Message(zh="已移除；你自己的文件不受影响。", en="Removed; your own file stays as it is.")
REMOVED_SEVERAL = Message(zh="已移除 {name}。", en="Removed {name}.")
"""The names are put in by the behaviour."""
BEING_REMOVED = Message(zh="正在移除……", en="Being removed…")
UNDO = Message(zh="撤销", en="Undo")

# Where there are no texts
NOTHING_TO_ASK = Message(
    zh="还没有文本可问。请先添加文件，再提问。", en="There are no texts to ask yet. Add a file, then ask again."
)
NOTHING_TO_CHECK_IN = Message(
    zh="还没有文本可供核对。请先添加引文所出的文件，再核对。",
    en="There are no texts to check against yet. Add the file that the quotation is from, then check again.",
)

# Examples
WHAT_IS = Message(zh="什么是{term}？", en="What is {term}?")
