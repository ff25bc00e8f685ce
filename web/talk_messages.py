"""What the page says about conversations that are kept, questions that wait for files, and answers that are shared."""

from __future__ import annotations

from corpus.message import Message

ASKED_OF = Message(zh="在 {asked:,}/{all:,} 份中查找", en="Looked up in {asked:,} of {all:,} texts")
ASKED_MORE = Message(zh="还有 {count:,} 份", en="and {count:,} more")
ASK_ALL_OF_IT = Message(zh="这一问改问全部文本", en="Put this question to all texts")

LATE = Message(
    zh="还有 {count} 份正在加入，加好后会再查一次。",
    en="{count} more being added; this will be looked up again when they are there.",
)
"""The count is put in by the behaviour, here and below."""
LATE_FIRST = Message(
    zh="还有 {count} 份正在加入，加好就查这个问题。",
    en="{count} being added; your question is looked up as soon as they are there.",
)
CAME = Message(
    zh="新加的文本里也查过了，这是现在的回答。", en="Looked up in what was added, too: this is the reply now."
)
CAME_NONE = Message(
    zh="新加的文本里也查过了，还是没有找到答案。",
    en="Looked up in what was added, too: there is no answer there either.",
)
CAME_SAME = Message(
    zh="新加的文本里也查过了，回答没有变。", en="Looked up in what was added, too: the reply is the same."
)
CAME_NEWER = Message(
    zh="新加的文本里也查过了，有了新的回答。", en="Looked up in what was added, too: there is a new reply."
)
SHOW_NEWER = Message(zh="换成新的回答", en="Show the new reply")

SINCE_CHANGED = Message(
    zh="《{name}》后来改动过，下面的引文是从现在的文本里重新截取的。",
    en="“{name}” has changed since; the quotes below are cut from the text as it is now.",
)
SINCE_RENAMED = Message(zh="《{name}》现在叫《{now}》。", en="“{name}” is called “{now}” now.")
SINCE_GONE = Message(
    zh="《{name}》已不在这里，那时引自它的话没有了。",
    en="“{name}” is not here any more, nor is what was quoted from it.",
)
SINCE_LOST = Message(
    zh="那时引过的 {count} 段，现在的文本里没有了。",
    en="Passages quoted then that are not in the text any more: {count}.",
)
SINCE_MISSING = Message(zh="那时还引过、这次的回答里没有：", en="Quoted then, and not in the reply now: ")

CONVERSATIONS = Message(zh="以前的问答", en="Conversations")
CONVERSATIONS_ENTRY = Message(zh="以前的问答……", en="Conversations…")
CONVERSATIONS_DOES = Message(
    zh="只存在这个浏览器里，不会发到别处。打开时每个问题都重新查一遍，引文总是从现在的文本里截取。",
    en="They are kept in this browser alone and sent nowhere. Opening one asks its questions again, "
    "so that each quote is cut from the text as it is now.",
)
CONVERSATIONS_MOST = Message(
    zh="最多留 {most} 次，每次最后 {longest} 问；再多就从最旧的删起。",
    en="The newest {most} are kept, of each the last {longest} questions; beyond that the oldest go.",
)
CONVERSATIONS_NONE = Message(zh="还没有问过什么。", en="Nothing was asked yet.")
CONVERSATIONS_UNMATCHED = Message(zh="没有哪次问答有这些字。", en="No conversation has these words.")
CONVERSATIONS_FIND = Message(zh="按标题或问题里的字找", en="Find by words of a title or question")
CONVERSATIONS_FORBIDDEN = Message(
    zh="这个浏览器不许网页保存东西，所以问答只留到关掉这个标签页。",
    en="This browser lets the page keep nothing, so a conversation lasts until its tab is closed.",
)
KEEP_CONVERSATIONS = Message(zh="在这个浏览器里保留问答", en="Keep conversations in this browser")
QUESTIONS_ONE = Message(zh="1 问", en="1 question")
QUESTIONS_COUNT = Message(zh="{count} 问", en="{count} questions")
CURRENT = Message(zh="正在看", en="open now")
RENAME = Message(zh="改名", en="Rename")
RENAMING = Message(zh="这次问答的名字", en="Name of this conversation")
DELETE = Message(zh="删除", en="Delete")
DELETE_ALL = Message(zh="全部删除", en="Delete all")
DELETED = Message(zh="删除了“{name}”。", en="Deleted “{name}”.")
"""The name is put in by the behaviour."""
DELETED_ALL = Message(zh="删除了 {count} 次问答。", en="Deleted {count} conversations.")
UNDO = Message(zh="撤销", en="Undo")
RESUME = Message(zh="接着上次：", en="Go on with: ")
STORAGE_FULL = Message(
    zh="浏览器给的空间满了，最旧的 {count} 次问答删去了。",
    en="The browser's room is full: the {count} oldest conversations were deleted.",
)
STORAGE_PART = Message(
    zh="浏览器给的空间满了，这次问答只留下了最后 {count} 问。",
    en="The browser's room is full: only the last {count} questions of this conversation are kept.",
)
STORAGE_NONE = Message(
    zh="浏览器没有空间了，这次问答没有保留：关掉这个标签页就没有了。要留下来，请导出。",
    en="The browser has no room left, so this conversation lasts until its tab is closed. To keep it, export it.",
)
BRANCHED = Message(
    zh="另一个标签页也在接着这次问答，所以这里另存为一次。",
    en="Another tab goes on with this conversation, so it is kept apart from here on.",
)

SHARE = Message(zh="分享……", en="Share…")
SHARE_TITLE = Message(zh="分享这一段", en="Share this passage")
SHARE_LINK = Message(zh="链接", en="Link")
SHARE_LINK_DOES = Message(zh="打开就是这一段在原文里的位置。", en="It opens at this passage in the text.")
SHARE_LINK_HERE = Message(
    zh="这个链接只在这台电脑上打得开。要发给别人，请用下面的文件或图片。",
    en="This link works on this machine only. For others, use the file or the picture.",
)
SHARE_FILE = Message(zh="网页文件", en="HTML file")
SHARE_FILE_DOES = Message(
    zh="一个文件：引文、出处、问题和凭据。不联网也打得开，也好打印。",
    en="One file: the quote, its citation, the question and the proof. It opens offline, and prints well.",
)
SHARE_PICTURE = Message(zh="图片", en="Picture")
SHARE_PICTURE_IS = Message(
    zh="这一段引文的图片，附出处和凭据", en="A picture of this quote with its citation and proof"
)
SHARE_PICTURE_DRAWN = Message(zh="正在画……", en="Being drawn…")
SHARE_PICTURE_LONG = Message(
    zh="这一段太长，画不成一张图，请用网页文件。", en="This passage is too long for a picture; use the HTML file."
)
SHARE_DOWNLOAD_FILE = Message(zh="下载网页文件", en="Download the file")
SHARE_DOWNLOAD_PICTURE = Message(zh="下载图片", en="Download the picture")
SHARE_COPY_PICTURE = Message(zh="复制图片", en="Copy the picture")
SHARE_GONE = Message(
    zh="这一段已不在这个问题的回答里，请再问一次。",
    en="This passage is not in the reply to the question any more. Ask again.",
)
SHARED_QUESTION = Message(zh="问题", en="Question")
SHARED_NEAR = Message(zh="最接近的一段，不够回答这个问题", en="The nearest passage; not enough to answer the question")
SHARED_PROOF = Message(zh="凭据", en="Proof")
SHARED_TEXT = Message(zh="文本", en="Text")
SHARED_LINES = Message(zh="行", en="Lines")
SHARED_CHARACTERS = Message(zh="字符", en="Characters")
SHARED_MADE = Message(zh="截取于", en="Cut on")
SHARED_HOW = Message(
    zh="引文是这份文本里这几段字符的原样：从第一个数起（文首的字符是 0），到第二个数之前。凡字体是宋体的，一字未改。",
    en="The quote is these characters of the text as they stand: from the first number (the text begins at 0) up to, "
    "and without, the second. What is set in serif is the source's own wording.",
)
SHARED_BEST = Message(
    zh="黄底的一句最能回答，黄底不是原文所有。", en="The yellow sentence answers best; the colour is not the source's."
)
SHARED_ANSWER = Message(
    zh="深黄的字是答案所在，颜色不是原文所有。",
    en="The deep yellow words are the answer; the colour is not the source's.",
)
SHARED_BOTH = Message(
    zh="黄底的一句最能回答，其中深黄的字是答案所在，颜色不是原文所有。",
    en="The yellow sentence answers best, and the deep yellow words in it are the answer; "
    "the colours are not the source's.",
)
SHARED_BY = Message(zh="由原文 Yuanwen 截取，没有生成一个字。", en="Cut by Yuanwen; not a word of it was generated.")
