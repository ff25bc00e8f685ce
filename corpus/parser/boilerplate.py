"""Marks boilerplate, which a web page or a newspaper put around a text: navigation, 来源：, 责任编辑, share buttons."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from corpus.corpus_settings import PARSER
from corpus.grammar import line_types
from corpus.parser.context import Context
from corpus.parser.lines import Line
from corpus.text.fold import bare

_BUTTON = re.compile(
    r"下载|[ATa]?[+-]|打印文章|打印本文|纠错|我要纠错|订阅|评论|点赞|阅读|听新闻|下载|打印|打印本页|打印此页|打印页面|全屏|收藏|加入收藏|设为首页|关闭|关闭窗口|关闭本页|返回|返回顶部|回到顶部|首页|网站首页|加大|还原|减小|"
    r"放大|缩小|默认|大|中|小|大中小|\[?大中小\]?|\[大\]|\[中\]|\[小\]|】|【|分享|分享到|分享至|一键分享|微信|微博|新浪微博|腾讯微博|QQ空间|朋友圈|"
    r"扫一扫.{0,20}|用微信扫.{0,20}|登录|注册|登录\|?注册|无障碍.{0,6}|长者.{0,4}|关怀版|繁体|繁體|简体|English|EN|移动端|手机版|"
    r"新闻动态|工作动态|通知公告|公示公告|政策文件|政策解读|领导讲话|政府文件|法规文件|规划计划|新闻中心|政务公开|政府信息公开|信息公开|政务服务|互动交流|办事服务|走进.{2,4}|数据开放|要闻动态|网站地图|联系我们|站点地图|"
    r"上一[篇页条].{0,60}|下一[篇页条].{0,60}|相关报道|相关附件|相关链接|相关新闻|相关文件|相关阅读|相关稿件|相关解读|延伸阅读|推荐阅读|猜你喜欢|"
    r"阅读全文|展开全文|点击查看.{0,10}|复制链接|语音播报|听全文|朗读|字号|字体|技术支持.{0,30}|网站标识码.{0,20}|.{0,12}ICP备.{0,24}|"
    r".{0,8}公网安备.{0,24}|版权所有.{0,40}|(?i:copyright|©).{0,60}|无标题文档|用户名|密码|搜索|检索|高级搜索|(?i:home|print|share|login|search|menu)"
)
_BETWEEN_BUTTONS = re.compile(r"[\s|·【】\[\]<>()»]+")
_LABEL = re.compile(
    r"(?:信息|文章|稿件|文件|新闻|内容|资料)?来源|发布(?:时间|日期|机构|单位|者)|发文(?:机关|字号|日期|机构)|成文日期|生成日期|公开日期|印发日期|更新时间|时间|日期|"
    r"(?:责任|本文|网站|值班)?(?:编辑|责编)|责编|校对|审核|初审|复审|终审|作者|记者|录入|阅读(?:次数|量)?|浏览(?:次数|量)?|访问量|点击(?:数|量|次数)?|点击|"
    r"字[号体](?:大小)?|【字[号体]|\[字[号体]|视力保护色|背景色|分享(?:到|至)?|索引号|索取号|主题(?:分类|词)|信息分类|文号|标题|有效性|打印|收藏|保护视力色|扫码阅读|"
    r"当前位置|您(?:现在)?(?:的|所在的?)?位置|您当前(?:所在)?的?位置|所在位置|相关报道|相关附件|相关链接|相关新闻|相关阅读|稿源"
)
_WEAK_LABEL = re.compile(r"(?:记者|时间|日期|作者|标题|有效性)\s?[:>].{0,60}")
"""These lines also occur in texts, such as an interview or a notice of an event."""
_LABELLED = re.compile(rf"(?:{_LABEL.pattern})\s?[:>].{{0,60}}")
_LABEL_ALONE = re.compile(rf"【?\[?(?:{_LABEL.pattern})\s?(?::|>>?)\s?>?")
_CLOCK = r"\d{1,2}[:时]\d{2}分?(?::?\d{2}秒?)?"
_THEN = rf"(?:\s*[|(]?\s*(?:{_LABEL.pattern})\s?[:>]?.{{0,40}})?"
_TIME = re.compile(rf"(?:时间|日期)\s?[:>]\s?(?:\d{{4}}[-年/.]\d{{1,2}}[-月/.]\d{{1,2}}日?)?\s*(?:{_CLOCK})?{_THEN}")
_TIMESTAMP = re.compile(rf"\d{{4}}[-年/.]\d{{1,2}}[-月/.]\d{{1,2}}日?\s*{_CLOCK}{_THEN}")
_CAPTION = re.compile(
    r".{0,60}(?:记者|通讯员)[^。]{0,16}(?:摄|图|报道)\)?|.{0,60}图片来源[^。]{0,16}|\(?摄影\s?[:/][^。]{0,16}|"
    r".{0,80}(?:作政府工作报告|开幕|举行)。.{0,24}摄"
)
_CRUMBS = re.compile(
    r"(?:首页|网站首页|.{0,12}网)\s?(?:[>»/]|->|-&gt;)\s?.{1,60}|[^>»]{1,13}(?:[>»]\s?[^>»\s][^>»]{0,16}){2,6}"
)
_HASH = re.compile(r"[0-9a-f]{24,64}:?")
_TAIL = re.compile(
    r"(?:责任编辑|责编|编辑|扫一扫|相关(?:报道|附件|链接|新闻|文件|阅读|稿件|解读)|打印本页|关闭窗口|关闭本页|上一[篇页条]|下一[篇页条]|版权所有|返回顶部|分享到|网站地图)"
)
_HOST = re.compile(r"(?:主办|承办).{0,30}")
_FOOT = re.compile(r"版权所有|ICP备|网站标识码|公网安备")
"""Lines near 主办单位 that show that it names the owner of a web site."""
_PAGE_NUMBER = re.compile(
    r"[-—－]\s?\d{1,4}\s?[-—－]|第\s?\d{1,4}\s?页(?:\s?[,/]?\s?共\s?\d{1,4}\s?页)?|(?i:page)\s\d{1,4}(?:\s?(?:of|/)\s?\d{1,4})?"
)
_PUBLICATION = re.compile(
    r"\(\s?(?:下转|上接).{1,20}版\s?\)|\(?\s?(?:新华社|新华网|中新社|人民网|本报)[^。;]{0,24}\d{1,2}月\d{1,2}日(?:(?:电|讯)[^。]{0,12})?\)?|"
    r"《[^》]{2,14}》\s?\(\s?\d{4}年\s?\d{1,2}月\s?\d{1,2}日\s?(?:第?\s?\d{1,3}\s?版)?(?:(?!通过|公布|施行|修[订正])[^)]){0,12}\)|\(\s?完\s?\)|"
    r"\(\s?(?:此件|此文件|本文)[^()。]{0,12}(?:发布|公开|删减)[^()。]{0,4}\)|"
    r"\(?(?:原载|载于|刊于|原文载|来源)\s?:?《[^》]{2,20}》[^。]{0,40}\)?"
)
_ARROWS = (">", ">>", "»", "/", "|", "->")


def mark_boilerplate(lines: Sequence[Line], _: Context) -> list[Line]:
    """Return the lines, those that belong to the page and not to the text marked as non-body."""
    out = list(lines)
    texts = [bare(line.text) if len(line.text) <= 160 else "" for line in lines]
    for index, (line, words) in enumerate(zip(lines, texts, strict=True)):
        if line.level or line.kind or not words:
            continue
        at_edge = index < PARSER.publication_lines or index >= len(lines) - PARSER.publication_lines
        if at_edge and (_PUBLICATION.fullmatch(line.text) or _PUBLICATION.fullmatch(words)):
            out[index] = replace(line, kind="pointer")
        elif _PAGE_NUMBER.fullmatch(line.text):
            out[index] = replace(line, kind="chrome")
    for index in (*_find_head(lines, texts), *_find_tail(lines, texts)):
        if not out[index].kind and not out[index].level:
            out[index] = replace(out[index], kind="chrome")
    return out


def _is_boilerplate(line: Line, words: str) -> bool:
    return (
        bool(words)
        and not _WEAK_LABEL.fullmatch(line.text)
        and (
            _is_buttons(line.text)
            or bool(_BUTTON.fullmatch(words))
            or _is_labelled(line.text)
            or bool(_LABEL_ALONE.fullmatch(words))
            or bool(_TIMESTAMP.fullmatch(line.text))
            or bool(_CRUMBS.fullmatch(line.text))
        )
    )


def _is_labelled(text: str) -> bool:
    """Return whether a line is a label with its value: 来源：北京日报, but not 来源：甘草的根和根茎。"""
    return text[-1] not in "。?!" and bool(_LABELLED.fullmatch(text))


def _is_caption(text: str) -> bool:
    return "答记者问" not in text and bool(_CAPTION.fullmatch(text))


def _may_be_boilerplate(line: Line) -> bool:
    """Return whether a line is boilerplate only beside other boilerplate: 作者：张三, 时间：2024-05-01."""
    text = line.text
    if text.startswith(("时间", "日期")):
        return bool(_TIME.fullmatch(text))
    return bool(_WEAK_LABEL.fullmatch(text)) and text[-1] not in "。?!"


def _is_buttons(text: str) -> bool:
    """Return whether a line has nothing but buttons: 首页 | 新闻中心, 【打印】【关闭】."""
    names = [name for name in _BETWEEN_BUTTONS.split(text) if name]
    return len(names) <= 20 and all(_BUTTON.fullmatch(name) for name in names)


def _find_head(lines: Sequence[Line], texts: Sequence[str]) -> list[int]:
    """Return the indices of boilerplate before the text: 下载, 【字号：, 来源：解放日报, a photo caption."""
    found: list[int] = []
    expects_value = False
    trail: set[str] = set()
    for index, (line, words) in enumerate(zip(lines[: PARSER.navigation_lines], texts, strict=False)):
        if not words or line_types.is_salutation(line.text) or (line_types.is_title_like(line.text)):
            break
        goes_on = bool(found) and found[-1] == index - 1
        if expects_value and len(words) <= 12 and not line_types.is_date(line.text):
            found.append(index)
            expects_value = False
        elif goes_on and (words in _ARROWS or _is_link(lines, texts, index, trail)):
            found.append(index)  # a breadcrumb trail: 首页, >, 要闻
            trail.add(words)
        elif (goes_on or words not in _ARROWS) and _is_in_head(lines, texts, index, goes_on=goes_on):
            found.append(index)
            expects_value = bool(_LABEL_ALONE.fullmatch(words)) and not words.startswith(("【", "[", "分享", "字"))
        else:
            expects_value = False
            if len(words) > 90:
                break
    # A single such line may be text: 大, 搜索.
    if len(found) == 1:
        text = lines[found[0]].text
        return found if _is_labelled(text) or _is_caption(text) or _TIMESTAMP.fullmatch(text) else []
    return found


def _is_link(lines: Sequence[Line], texts: Sequence[str], index: int, trail: set[str]) -> bool:
    """Return whether a line is the next link of a breadcrumb trail, or repeats a link of it right before a title."""
    words, after = texts[index], lines[index + 1].text if index + 1 < len(lines) else ""
    if texts[index - 1] in _ARROWS:
        return len(words) <= PARSER.longest_link and not re.search(r"[。,;]", words)
    return words in trail and len(words) <= 6 and line_types.is_plain_title(after)


def _is_in_head(lines: Sequence[Line], texts: Sequence[str], index: int, *, goes_on: bool) -> bool:
    """Return whether a line before the text is boilerplate.

    Timestamps on adjacent lines are an agenda or a chronicle, which is text.
    """
    line = lines[index]
    if _TIMESTAMP.fullmatch(line.text):
        beside = (*lines[max(index - 1, 0) : index], *lines[index + 1 : index + 2])
        return not any(_TIMESTAMP.fullmatch(other.text) for other in beside)
    if _may_be_boilerplate(line):
        after = index + 1
        while after < min(len(lines), index + 6) and _may_be_boilerplate(lines[after]):
            after += 1
        return goes_on or (after < len(lines) and _is_boilerplate(lines[after], texts[after]))
    return _is_boilerplate(line, texts[index]) or _is_caption(line.text)


def _find_tail(lines: Sequence[Line], texts: Sequence[str]) -> list[int]:
    """Return the indices of boilerplate after the text: the lines from 责任编辑 or 相关链接 on, except sentences."""
    size = sum(len(line.text) for line in lines)
    first, rest = None, 0
    for index in range(len(lines) - 1, 0, -1):
        line = lines[index]
        rest += len(line.text)
        if (rest > max(0.06 * size, 40) and len(lines) - index > 3) or len(line.text) > 120 or line.level:
            break
        if _opens_tail(lines, texts, index):
            first = index
    if first is None:
        return []
    while first > 1 and _is_buttons(lines[first - 1].text):
        first -= 1
    found: list[int] = []
    for index in range(first, len(lines)):
        text = lines[index].text
        short = bool(found) and found[-1] == index - 1 and len(text) <= PARSER.longest_line_in_tail and "。" not in text
        if _opens_tail(lines, texts, index) or _is_boilerplate(lines[index], texts[index]) or short:
            found.append(index)
    # 相关链接 with sentences after it is a heading.
    return found if len(found) > 1 or found == [len(lines) - 1] or _is_labelled(lines[found[0]].text) else []


def _opens_tail(lines: Sequence[Line], texts: Sequence[str], index: int) -> bool:
    words = texts[index]
    if _HOST.fullmatch(words):
        return any(_FOOT.search(line.text) for line in lines[max(index - 3, 0) : index + 4])
    return bool(_TAIL.match(words) and _is_boilerplate(lines[index], words)) or bool(
        _TAIL.fullmatch(words.rstrip(":>"))
    )
