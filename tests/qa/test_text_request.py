"""What is read as a request about a text as a whole, and what is a question about what it says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.question.text_request import Task, text_request

REQUESTS: tuple[tuple[Task, str], ...] = (
    *(
        ("summarise", said)
        for said in (
            *(
                "总结一下",
                "请帮我总结一下这篇文章，谢谢！",
                "把这份材料概括一下",
                "用三句话概括全文",
                "100字以内归纳这份报告",
            ),
            *(
                "給我一個摘要",
                "写个摘要吧",
                "要点",
                "列出要点",
                "主要内容是什么？",
                "全文大意",
                "能不能提炼一下这个文件的核心观点",
            ),
            *("tl;dr", "Summarize", "Could you please summarise this text?", "Give me a short summary of the report"),
            *(
                "What are the key points?",
                "summarise it in three sentences, please",
                "Can you sum up the document for me?",
            ),
        )
    ),
    *(
        ("translate", said)
        for said in (
            *(
                "翻译",
                "请翻译成英文",
                "把这篇文章翻译成法语",
                "麻烦把最后一段译成日文",
                "有英文版吗？",
                "翻译一下“和为贵”",
            ),
            *("translate this into English", "Can you translate it?", "Please translate the contract to French"),
        )
    ),
    *(
        ("compare", said)
        for said in (
            "比较这两份文件",
            "请对比一下旧合同和新合同",
            "比较甲方案与乙方案的异同",
            "compare the two reports",
            "Please compare apples with pears",
        )
    ),
    *(
        ("write", said)
        for said in (
            "帮我写一篇读后感",
            "写一首诗",
            "起草一份通知",
            "改写这段文字",
            "续写",
            "write an essay about bees",
            "Could you draft a reply?",
            "rewrite this",
        )
    ),
    *(
        ("judge", said)
        for said in (
            "你怎么看？",
            "你怎么看待这次改革",
            "你觉得这篇文章怎么样",
            "评价一下这篇文章",
            "您对涨价有什么看法",
            "What do you think of it?",
            "What's your opinion on tariffs?",
        )
    ),
    *(
        ("describe", said)
        for said in (
            "这是什么？",
            "这是什么文章？",
            "这篇文章讲什么",
            "这份报告主要讲了什么内容？",
            "What is this text about?",
            "what's this document",
            "这篇文章的标题是什么",
        )
    ),
    *(
        ("author", said)
        for said in ("谁写的？", "这篇文章是谁写的", "作者是谁", "who wrote this?", "Who is the author of the report")
    ),
    *(
        ("date", said)
        for said in ("是哪一年的？", "这份报告是哪一年的", "这本书是什么时候出版的", "when was it written?")
    ),
    *(
        ("contents", said)
        for said in (
            "目录",
            "请列出目录",
            "有哪些章节",
            "分哪几个部分",
            "这篇文章的结构",
            "大纲",
            "table of contents",
            "Show me the outline",
            "What chapters are there?",
        )
    ),
    *(
        ("count", said)
        for said in (
            "几点建议",
            "报告提出了几条建议？",
            "一共有多少章",
            "分几个部分",
            "how many chapters are there?",
            "How many articles does the law have?",
        )
    ),
)

QUESTIONS = (
    # the words of requests, in questions about what a text says
    *(
        "文章怎么总结上海精神？",
        "会议总结了哪些经验？",
        "两国如何翻译这个词？",
        "报告对比了哪些数据",
        "谁翻译了这部小说的前三章？",
    ),
    *(
        "报告比较了哪两个城市？",
        "哪个城市的房租比较便宜？",
        "他写了几封信？",
        "作者怎么评价这场战役？",
        "评审委员会给出了什么评价？",
    ),
    *(
        "总结大会什么时候开？",
        "年终总结要交给哪个部门？",
        "翻译费由谁承担？",
        "翻译人员需要什么证书？",
        "译成了多少种语言？",
    ),
    *(
        "比较优势是什么意思？",
        "比较文学系有多少学生",
        "对比度怎么调？",
        "概括性条款有效吗？",
        "文件归纳了哪三类风险？",
    ),
    *(
        "摘要里提到了哪些药物？",
        "要点检查多久做一次？",
        "重点人群有哪些？",
        "工作重点是什么？",
        "这次改革的要点是什么？",
    ),
    *(
        "目录里的药品可以报销多少？",
        "目录管理的商品有哪些？",
        "公司的组织结构是什么？",
        "大纲由谁审定？",
        "人口结构有什么变化？",
    ),
    *(
        "改写历史的是哪场战役？",
        "起草小组由谁组成？",
        "写字楼的租金是多少？",
        "写作大赛的奖金有多少？",
        "续写合同要交什么材料？",
    ),
    *(
        "什么是合同？",
        "合同是什么？",
        "有什么规定？",
        "有哪些办法？",
        "这是什么意思？",
        "关于什么时候还款有什么规定？",
    ),
    *("合同什么时候签？", "通知是什么时候到的？", "条例自何时起施行？", "谁批准了这个方案？", "方案由谁负责？"),
    *(
        "你觉得图书馆几点关门？",
        "你认为谁是这里的主任？",
        "有什么意见可以向谁反映？",
        "部分地区为什么停水？",
        "第一部分讲了什么？",
    ),
    *("各章节的负责人是谁？", "书的作者在哪一年出生？", "新闻发言人是谁？", "东西放在哪里？", "内容审核要几天？"),
    "How does the declaration summarise its aims?",
    "Who translated the poem into Greek?",
    "Which translation of the Bible did they use?",
    "What does the abstract noun mean here?",
    "How does the price compare with last year?",
    "Compared with 2019, how much did sales fall?",
    "What did the review committee conclude?",
    "Who drafted the second amendment?",
    "When was the contract signed?",
    "What is the overview committee responsible for?",
    "What contents must the label show?",
    "Which parts of the engine are covered by the warranty?",
    "What is the structure of the protein?",
    "How is the council organised?",
    "What does he think of the plan?",
    "What are the key findings on nitrogen?",
    "Draft articles on state responsibility",
    "Who wrote the letter to the mayor?",
    "What is a contract?",
    "the author's year of birth",
)


@pytest.mark.parametrize(("task", "said"), REQUESTS)
def test_a_request_is_read_in_either_language(task: Task, said: str) -> None:
    """With or without words of politeness, in Traditional characters too."""
    request = text_request(said)

    assert request is not None
    assert request.task == task
    assert not request.name


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_about_what_the_text_says_is_no_request(question: str) -> None:
    """Some need the name of a text to be one: 总结大会 is none unless a text is called so."""
    request = text_request(question)

    assert request is None or request.name


@pytest.mark.parametrize(
    ("said", "name", "title"),
    [
        ("总结一下劳动法", "劳动法", ""),
        ("请翻译一下游客须知", "游客须知", ""),
        ("概括2018年政府工作报告", "2018年政府工作报告", ""),
        ("总结一下《红楼梦》", "", "红楼梦"),
        ("summarise the Charter of the Bees", "charter of the bees", ""),
        ("劳动法的目录", "劳动法", ""),
    ],
)
def test_the_name_of_a_text_is_told_from_the_request(said: str, name: str, title: str) -> None:
    """It is looked up among the titles."""
    request = text_request(said)

    assert request is not None
    assert (request.name, request.title) == (name, title)


@pytest.mark.parametrize(
    ("said", "one", "other"),
    [
        ("请比较一下甲方案和乙方案", "甲方案", "乙方案"),
        ("compare apples with pears", "apples", "pears"),
        ("你怎么看上海精神", "", "上海精神"),
    ],
)
def test_what_to_compare_or_to_judge_is_named(said: str, one: str, other: str) -> None:
    request = text_request(said)

    assert request is not None
    assert (request.one, request.other) == (one, other)


@given(
    st.text(max_size=200)
    | st.text("总结翻译比较写你怎么看这篇文章是什么有几条建议把成和的《》“”how many is the text ", max_size=80)
)
def test_no_question_raises(said: str) -> None:
    """Whatever is typed; and the request keeps to its own words."""
    request = text_request(said)

    assert request is None or isinstance(request.task, str)
