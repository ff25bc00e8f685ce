"""What the client of the HTTP API says when it gets no answer."""

from __future__ import annotations

from corpus.message import Message

NO_SERVER = Message(
    zh="连不上 {address}（{reason}），请看看服务是否开着：yuanwen serve",
    en="{address} does not answer ({reason}). Check that it is being served: yuanwen serve",
)
NO_ADDRESS = Message(
    zh="{address} 不是网址，请写全，比如 http://127.0.0.1:7860",
    en="{address} is no address: write http://127.0.0.1:7860",
)
BAD_TOKEN = Message(
    zh="令牌里有不能用的字符，应只有 ASCII 的字母、数字和符号。",
    en="The token has characters that no token has: only letters, digits and signs of ASCII can be sent.",
)
TOO_SLOW = Message(
    zh="{address} 在 {seconds} 秒内没有答复，请再试一次，或者把 timeout 设大一些。",
    en="{address} did not answer within {seconds} seconds. Try again, or give a larger timeout.",
)
NO_API = Message(
    zh="{address} 的答复（状态 {status}）不是 JSON，请检查网址。",
    en="The answer of {address} (status {status}) is no JSON. See to the address.",
)
NOT_READ = Message(
    zh="读不了文件（{reason}）。请检查它在不在，是不是文件。",
    en="The file cannot be read ({reason}). See whether it is there, and a file.",
)
