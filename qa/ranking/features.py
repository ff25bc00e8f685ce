"""Ranking features beside late interaction and BM25: title, dictionary, year, definition. Each adds a little.

They are in units of the score. Each was chosen on all development sets together; docs/quality.md has its effect.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from corpus.text.normalise import normalised, years_in
from index.encoders.base import Vectors
from index.query import WeightedQuery
from index.search.bm25_terms import terms
from index.searcher import Index, Rows
from qa.qa_settings import RANKING
from qa.question.dictionary import translations

_NO_TERM = "\0\0"
"""A term that no text has, so it has the highest weight."""
_NAMES_A_WORK = re.compile(r"年?度?的?[^,。?!的]{0,10}?(?:报告|讲话|演讲|致辞|宣言|声明|公报|白皮书|规划|计划|纲要)")
"""After a year: 2010年政府工作报告 is not about 2010 in every line."""
_RELATIVE = (
    (re.compile("(?<![过失])去年|(?<![以])上一?年(?![级纪龄满]|度级)"), -1),
    (re.compile("(?<!当)今年(?![级轻])|(?<![基资样成版文])本年(?![级龄])"), 0),
)
_ASKS_WHAT_IT_IS = re.compile(
    r"(?:(?<!为)什么[是叫]|何谓|(?<![为任])何为)(?P<after>[^,。?!]{2,16}?)[吗呢么]?[?!]*$"
    r"|(?:^|[,。、:的])(?P<before>[^,。?!的]{2,16}?)(?:是|指的?是?|是指|的定义是|的含义是)(?:什么|啥|何)(?:意思)?[呢吗]?[?!]*$"
    r"|(?:^|[,。、:的])(?P<measured>[^,。?!的]{2,16}?)(?:有|最)?(?:多[长久大高重远少]|几[年月天日个])"
)


def of_rows(
    query: WeightedQuery,
    lexical: WeightedQuery,
    rows: npt.NDArray[np.int64],
    known: Rows,
    index: Index,
    titles: Titles,
) -> Vectors:
    """Return shape (rows,): the sum of the features title, dictionary and year.

    `lexical`: the query for BM25. `known`: the index's columns of these rows.
    """
    scores: Vectors = RANKING.title * titles.shares(lexical, known.documents)
    scores += RANKING.dictionary * dictionary_overlap(query, rows, index)
    scores += RANKING.year * of_its_year(query.question, known, titles)
    return scores


def of_first(query: WeightedQuery, rows: npt.NDArray[np.int64], index: Index) -> Vectors:
    """Return shape (rows,): the feature definition, for the first rows in the order of their scores."""
    scores = np.zeros(len(rows), np.float32)
    if pattern := definition_pattern(query.question):
        first = [bool(pattern.search(normalised(index.text(int(row))))) for row in rows[: RANKING.definition_passages]]
        scores[: len(first)] = RANKING.definition * np.array(first, np.float32)
    return scores


def definition_pattern(question: str) -> re.Pattern[str] | None:
    """Return a pattern of definitions in normalised text, for a question that asks for one; else None.

    什么是格式条款 and 记分周期有多长 ask for a definition.
    """
    match = _ASKS_WHAT_IT_IS.search(normalised(question))
    if match is None:
        return None
    term = re.escape(match["after"] or match["before"] or match["measured"])
    says = "是(?!否|不是)|为(?![了何]|什么)|即(?![使将便])|,?是?指|,系指"
    return re.compile(rf"{term}[”\"」》’]?(?:{says})|(?:所称|所谓|称为|称作|叫做)的?[“\"「《]?{term}")


class Titles:
    """The titles of all documents. They distinguish near duplicates, such as reports of each year and province."""

    def __init__(self, index: Index) -> None:
        self._index = index

    @cached_property
    def _weights(self) -> tuple[list[frozenset[str]], dict[str, float]]:
        """The terms of each title, and the weight of each term."""
        titles = [frozenset(terms(record.title)) for record in self._index.manifest.documents]
        frequency = Counter(term for title in titles for term in title)
        return titles, {term: math.log(len(titles) / count) for term, count in frequency.items()}

    @cached_property
    def years(self) -> npt.NDArray[np.int64]:
        """Shape (documents,): the first year in each title; 0 for none."""
        named = [years_in(normalised(record.title.replace("_", " "))) for record in self._index.manifest.documents]
        return np.array([years[0][0] if years else 0 for years in named], np.int64)

    def shares(self, query: WeightedQuery, documents: npt.NDArray[np.int64]) -> Vectors:
        """Return shape (rows,), 0 to 1: how well the query names the title of each row's document (given by number).

        The geometric mean of two shares: the share of the query's title terms that this title has, and the share of
        this title that the query has. So 加班 alone does not name a long title with that word. A term of all titles
        has weight 0, so in a single document all shares are 0.
        """
        titles, weights = self._weights
        wanted = {term: weights.get(term, 0.0) for text in query.texts for term in terms(text)}
        total = sum(wanted.values())
        if total <= 0:
            return np.zeros(len(documents), np.float32)
        numbers, places = np.unique(documents, return_inverse=True)
        each = []
        for number in numbers:
            named = sum(weight for term, weight in wanted.items() if term in titles[number])
            whole = sum(weights[term] for term in titles[number])
            each.append(named / math.sqrt(total * whole) if named else 0.0)
        return np.array(each, np.float32)[places]


def dictionary_overlap(query: WeightedQuery, rows: npt.NDArray[np.int64], index: Index) -> Vectors:
    """Return shape (rows,), 0 to 1: the share of an English query whose Chinese translations are in the passages.

    The weight of a word is that of its most common translation in the index; half of the highest weight if the index
    has no translation. All shares are 0 for a query in Chinese.
    """
    translated = [(translations(text), weight) for text, weight in query]
    reached = np.zeros(len(rows), np.float32)
    if not any(found for found, _ in translated) or not len(rows):
        return reached
    texts: list[str] = []  # read only if the index has a translation; an index of English texts has none
    unknown = index.lexical.weight(_NO_TERM)
    for found, factor in translated:
        share, total = np.zeros(len(rows), np.float32), 0.0
        for words in (translation.chinese for translation in found):
            # The weight of a translation is that of its rarest character pair.
            rarity = {word: max(index.lexical.weight(pair) for pair in map("".join, pairwise(word))) for word in words}
            known = {word: weight for word, weight in rarity.items() if weight < unknown}
            weight = min(known.values(), default=unknown / 2)
            total += weight
            if not known:
                continue
            texts = texts or [normalised(index.text(int(row))) for row in rows]
            share += np.array([weight if any(word in text for word in known) else 0.0 for text in texts], np.float32)
        reached += np.float32(factor / max(total, 1e-9)) * share
    return reached / np.float32(sum(query.weights))


def of_its_year(question: str, known: Rows, titles: Titles) -> Vectors:
    """Return shape (rows,): 1 if the headings name a year of the question, −1 if they name another year, else 0.

    去年 and 今年 count from the year in the document's title: a report is about that year and the year before.
    """
    text = normalised(question)
    named = [year for year, end in years_in(text) if not _NAMES_A_WORK.match(text, end)]
    steps = [step for pattern, step in _RELATIVE if pattern.search(text)]
    fits = np.zeros(len(known.years), np.float32)
    if not named and not steps:
        return fits
    years = known.years
    own = titles.years[known.documents]
    wanted = np.isin(years, named)
    for step in steps:
        wanted |= (own > 0) & (years == own + step)
    knows = (years > 0) & ((own > 0) | bool(named))
    fits[knows] = np.where(wanted[knows], 1, -1)
    return fits
