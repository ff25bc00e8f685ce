"""What the HTTP API says to the person who writes or runs a program."""

from __future__ import annotations

from corpus.message import Message

# Why a request is refused

BAD_JSON = Message(
    zh="请求的正文不是写法正确的 JSON，请检查引号、逗号和编码（UTF-8）。",
    en="The body is no well-formed JSON. See to its quotation marks, commas and encoding (UTF-8).",
)
BAD_REQUEST = Message(
    zh="请求的正文没有传完整，或者写法不对，请再发一次。",
    en="The body did not arrive whole or is not well formed. Send it again.",
)
WRONG_FIELDS = Message(
    zh="请求里有不对的地方：{places}。怎么写见 /api/v1/docs。",
    en="Something in the request is wrong: {places}. How to write it: /api/v1/docs.",
)
AND_MORE = Message(zh="还有 {count} 处", en="and {count} more")
NO_ADDRESS = Message(
    zh="没有这个地址，有哪些见 /api/v1/docs。", en="There is no such address. Those that there are: /api/v1/docs."
)
NO_METHOD = Message(
    zh="这个地址不支持这种方法，支持哪些见 Allow。",
    en="This address does not take this method. Allow names those it takes.",
)
NOT_JSON = Message(
    zh="这里要 JSON，请发 Content-Type: application/json。", en="This takes JSON: send Content-Type: application/json."
)
NOT_A_FILE = Message(
    zh="这里要一份文件：multipart/form-data 的 file 部分，或者 application/octet-stream 加 ?name=文件名。",
    en="This takes a file: the part `file` of multipart/form-data, or application/octet-stream with ?name=FILENAME.",
)
NO_FILE = Message(
    zh="请求里没有文件，请放在 multipart/form-data 的 file 部分。",
    en="There is no file in the request: send it as the part `file` of multipart/form-data.",
)
NO_NAME = Message(zh="文件没有名字，请用 ?name=文件名 说明。", en="The file has no name: say it with ?name=FILENAME.")
FILE_TOO_LARGE = Message(
    zh="文件太大，最多 {most} MB，请分成几份。", en="The file has more than {most} MB. Split it into several."
)
NO_SUCH_CHANGE = Message(
    zh="没有这个编号的改动，或者已经太久。", en="There is no change of this number, or it was too long ago."
)
STILL_LOADING = Message(
    zh="正在载入模型，请 {seconds} 秒后再问。", en="The model is loading. Ask again in {seconds} seconds."
)
WENT_WRONG = Message(
    zh="出了差错，没有做成；服务器的终端里有记录。",
    en="Something went wrong, and nothing was done; the server's terminal has a record of it.",
)
OTHER_REFUSAL = Message(zh="请求不能照办。", en="The request cannot be fulfilled.")

# What is wrong with a field

MISSING = Message(zh="{field} 没有给出", en="{field} is missing")
UNKNOWN_FIELD = Message(zh="没有 {field} 这个字段", en="there is no field {field}")
NO_TEXT = Message(zh="{field} 要是文字", en="{field} has to be text")
NO_TRUTH_VALUE = Message(zh="{field} 要是 true 或 false", en="{field} has to be true or false")
NO_WHOLE_NUMBER = Message(zh="{field} 要是整数", en="{field} has to be a whole number")
NO_LIST = Message(zh="{field} 要是列表", en="{field} has to be a list")
NO_OBJECT = Message(zh="{field} 要是 JSON 对象", en="{field} has to be a JSON object")
TOO_LONG = Message(zh="{field} 太长，最多 {max_length}", en="{field} is too long, with more than {max_length}")
TOO_SHORT = Message(zh="{field} 太短，至少 {min_length}", en="{field} is too short, with less than {min_length}")
TOO_SMALL = Message(zh="{field} 至少是 {ge}", en="{field} has to be {ge} or more")
TOO_LARGE = Message(zh="{field} 最多是 {le}", en="{field} has to be {le} or less")
NO_CHOICE = Message(zh="{field} 要是 {expected} 之一", en="{field} has to be one of {expected}")
WRONG_FIELD = Message(zh="{field} 不对", en="{field} is not as it has to be")
THE_BODY = Message(zh="正文", en="the body")

# The page that describes it

GUIDE_TITLE = Message(zh="HTTP 接口", en="HTTP API")
GUIDE_INTRO = Message(
    zh="程序可以在这里提问、核对引文、读取文本。答复就是命令行的 JSON：text 总是原文的片段，一字不改，"
    "spans 是它在全文里的位置（按码点），citation 是出处。",
    en="Programs ask questions, check quotations and read documents here. The replies are the command line's JSON: "
    "`text` is always the source's own characters, `spans` its place in the document (code points), `citation` where "
    "it is from.",
)
GUIDE_PROMISE = Message(
    zh="v1 只增加字段，不删除，也不改变含义。出错时答复是 application/problem+json（RFC 9457）。",
    en="Within v1 fields are added, none is removed or changes its meaning. "
    "An error is application/problem+json (RFC 9457).",
)
GUIDE_SCHEMA = Message(zh="OpenAPI 描述", en="OpenAPI description")
GUIDE_PARAMETERS = Message(zh="参数", en="Parameters")
GUIDE_FIELDS = Message(zh="请求的字段", en="Fields of the request")
GUIDE_EXAMPLE = Message(zh="例子", en="Example")
GUIDE_ANSWERS = Message(zh="答复", en="Responses")
GUIDE_NEEDED = Message(zh="必填", en="required")
