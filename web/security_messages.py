"""What the doors of the server say: refusals, the login page, and the commands for users."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from corpus.message import Message

# Options that do not go together

NO_LOCK = Message(
    zh="这样一来，别的机器也能进来（{reason}），却没有锁。请加上 --auth 文件（用户要登录；先用 yuanwen user add）、"
    "--token 文件（程序凭令牌），或者写明 --public（人人可读，谁也不能改）。",
    en="Other machines could come in ({reason}), and there is no lock. Add --auth FILE (users log in; first "
    "`yuanwen user add`), --token FILE (programs show a token), or say --public (everybody may read, nobody may "
    "change anything).",
)
PUBLIC_AND_LOCKED = Message(
    zh="--public 是人人可读，不能与 --auth、--token 同用，请只留一种。",
    en="--public lets everybody read and does not go with --auth or --token: choose one.",
)
BAD_HOST_NAME = Message(
    zh="“{value}”不是主机名。请写 --allowed-host texts.example.org 这样的名字，不带 http:// 和路径。",
    en="{value!r} is no host name: write it like --allowed-host texts.example.org, without http:// or a path.",
)
BAD_ORIGIN = Message(
    zh="“{value}”不是网址的开头。请写 --public-origin https://texts.example.org，端口不同就写上，不带路径。",
    en="{value!r} is no origin: write it like --public-origin https://texts.example.org, with the port if it is not "
    "the usual one, without a path.",
)
BAD_ROOT_PATH = Message(
    zh="“{value}”不能作路径前缀。请写 --root-path /yuanwen 这样的，以 / 开头，不以 / 结尾。",
    en="{value!r} cannot be a root path: write it like --root-path /yuanwen, with / before it and none after it.",
)
BAD_PROXY = Message(
    zh="“{value}”不是 IP 地址，也不是网段。请写 --trusted-proxy 127.0.0.1 或 10.0.0.0/24 这样的。",
    en="{value!r} is no IP address or network: write it like --trusted-proxy 127.0.0.1 or 10.0.0.0/24.",
)
NO_TOKENS = Message(
    zh="文件里没有令牌。请放进一个，例如：openssl rand -hex 32 > {path}",
    en="There is no token in it. Put one there, for example: openssl rand -hex 32 > {path}",
)
SHORT_TOKEN = Message(
    zh="第 {line} 行的令牌太短或有空白，至少要 {least} 个可见的 ASCII 字符。可以这样造一个：openssl rand -hex 32",
    en="The token in line {line} is too short or has blanks: it needs {least} visible ASCII characters. "
    "To make one: openssl rand -hex 32",
)
UNREADABLE = Message(
    zh="读不了这个文件（{reason}），请检查它在不在、能不能读。",
    en="It cannot be read ({reason}). See whether it is there and may be read.",
)
NO_USERS = Message(
    zh="文件里没有用户，谁也登录不了。请先添加：yuanwen user add 名字 --file {path}",
    en="It has no users, so nobody could log in. Add one first: yuanwen user add NAME --file {path}",
)
REASON_HOST = Message(zh="--host {value} 不只是本机", en="--host {value} is not this machine alone")
REASON_OPTION = Message(zh="{value} 说明有人从外面来", en="{value} says that somebody comes from outside")

# Users

BAD_NAME = Message(
    zh="“{name}”不能作用户名：请用字母、汉字、数字和 - _ .，以字母、汉字或数字开头，最多 {most} 个字符。",
    en="{name!r} cannot be a user's name: use letters, digits and - _ . with a letter or digit first, at most "
    "{most} characters.",
)
USER_EXISTS = Message(
    zh="已有用户“{name}”。换密码请用：yuanwen user password {name}",
    en="There is a user {name!r} already. To change the password: yuanwen user password {name}",
)
NO_USER = Message(
    zh="没有用户“{name}”。有哪些用户：yuanwen user list", en="There is no user {name!r}. To see all: yuanwen user list"
)
SHORT_PASSWORD = Message(
    zh="密码要有 {least} 到 {most} 个字符，请换一个。",
    en="A password has {least} to {most} characters. Choose another.",
)
PASSWORDS_DIFFER = Message(
    zh="两次输入的密码不一样，请再来一次。", en="The two passwords differ. Run the command again."
)
ASK_PASSWORD = Message(zh="密码：", en="Password: ")
ASK_AGAIN = Message(zh="再输入一次：", en="Once more: ")
BAD_USERS_FILE = Message(
    zh="第 {line} 行不是用户的记录。请从备份恢复这个文件，或删去那一行。",
    en="Line {line} is no record of a user. Restore the file from a copy, or delete that line.",
)
FILE_BUSY = Message(zh="另一个命令正在改它，请稍后再试。", en="Another command is changing it. Try again in a moment.")
NOT_WRITTEN = Message(
    zh="写不了这个文件（{reason}），什么也没有改。请检查权限和磁盘。",
    en="It cannot be written ({reason}); nothing was changed. See to its permissions and the disk.",
)
USER_ADDED = Message(zh="已添加用户“{name}”，记在 {path}", en="Added the user {name}, in {path}")
USER_REMOVED = Message(zh="已移除用户“{name}”，其登录随即失效。", en="Removed the user {name}; their sessions end.")
PASSWORD_CHANGED = Message(
    zh="已换“{name}”的密码，原来的登录随即失效。", en="Changed the password of {name}; their sessions end."
)

# What a request is refused for

BAD_TARGET = Message(zh="这个地址写法不对，请检查。", en="The address is not well formed. See how it is written.")
BAD_HOST = Message(
    zh="请求要有一个写法正确的 Host。", en="A request needs exactly one Host, and a well-formed one. Send it."
)
OTHER_HOST = Message(
    zh="这里不以这个主机名提供服务。要用它，请在启动时加上：--allowed-host {name}",
    en="Nothing is served here under this host name. To use it, start the server with --allowed-host {name}",
)
FOREIGN = Message(
    zh="请求来自别的网站的页面，这里只接受自己页面的。请直接打开本站。",
    en="The request comes from a page of another site, and only this site's own pages may send it. "
    "Open this site itself.",
)
NO_PREFLIGHT = Message(
    zh="别的网站的页面不能调用这里。程序请不经浏览器直接调用。",
    en="Pages of other sites cannot call this. Programs call it directly, without a browser.",
)
NOT_JSON = Message(
    zh="请求的正文要是 {types}，并在 Content-Type 里写明。",
    en="The body of this request must be {types}: say so in Content-Type.",
)
ENCODED_BODY = Message(
    zh="请求的正文不要压缩。", en="The body of a request is sent as it is: leave Content-Encoding out."
)
STALE_PAGE = Message(zh="这个页面已经过期，请重新载入后再试。", en="This page is out of date. Reload it and try again.")
TOKEN_FOR_PROGRAMS = Message(
    zh="程序不能用浏览器的登录来提问或改动，请出示令牌：Authorization: Bearer …（服务启动时用 --token）。",
    en="A program cannot ask or change with the login of a browser. Show a token: Authorization: Bearer … (the server "
    "is started with --token).",
)
BODY_TOO_LARGE = Message(
    zh="请求有 {most:,} 字节以上，太大了，请分成几次。",
    en="The request has more than {most:,} bytes. Split it into several.",
)
BODY_TOO_SLOW = Message(
    zh="请求传得太慢，已经不等了，请再试一次。", en="The request came too slowly and was given up. Try again."
)
BAD_LENGTH = Message(zh="请求的长度写得不对。", en="The length of the request is not well formed. Send it again.")
LOG_IN_FIRST = Message(zh="请先登录。", en="Log in first.")
SHOW_TOKEN = Message(
    zh="这里要凭令牌进入，请在请求里带上：Authorization: Bearer 令牌",
    en="Access needs a token: send it with the request as Authorization: Bearer TOKEN",
)
TOO_MANY_REQUESTS = Message(
    zh="请求太多了，请 {seconds} 秒后再试。", en="Too many requests. Try again in {seconds} seconds."
)

# Login page

LOGIN_TITLE = Message(zh="登录", en="Log in")
USER_NAME = Message(zh="用户名", en="User name")
PASSWORD = Message(zh="密码", en="Password")
LOG_IN = Message(zh="登录", en="Log in")
WRONG_LOGIN = Message(zh="用户名或密码不对，请再试一次。", en="The user name or the password is wrong. Try again.")
LOGIN_EXPIRED = Message(zh="登录页已经过期，请再试一次。", en="The login page was out of date. Try again.")
WAIT_TO_LOG_IN = Message(
    zh="错了太多次，请 {seconds} 秒后再试。", en="That was wrong too often. Try again in {seconds} seconds."
)
BACK_HOME = Message(zh="回到首页", en="To the start page")

TITLES: Mapping[int, Message] = MappingProxyType(
    {
        400: Message(zh="请求有误", en="Bad request"),
        401: Message(zh="需要登录", en="Login needed"),
        403: Message(zh="不允许", en="Not allowed"),
        404: Message(zh="没有找到", en="Not found"),
        405: Message(zh="不支持这种请求", en="Method not allowed"),
        408: Message(zh="请求太慢", en="Request too slow"),
        409: Message(zh="有冲突", en="Conflict"),
        413: Message(zh="请求太大", en="Request too large"),
        415: Message(zh="不支持这种内容", en="Content type not supported"),
        421: Message(zh="不是这里的主机名", en="Host not served here"),
        422: Message(zh="请求的内容有误", en="Request not valid"),
        429: Message(zh="请求太多", en="Too many requests"),
        500: Message(zh="出了差错", en="Something went wrong"),
        503: Message(zh="暂时不能服务", en="Not available now"),
    }
)
"""The title of a problem, by HTTP status."""
OTHER_TITLE = Message(zh="没有做成", en="Nothing was done")
