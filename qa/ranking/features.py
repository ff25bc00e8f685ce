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
from index.backend import AnyIndex, Rows
from index.encoders.base import Vectors
from index.query import WeightedQuery
from index.search.bm25_terms import terms
from qa.qa_settings import RANKING
from qa.question.asked_years import AskedYears, asked_years
from qa.question.dictionary import translations
from qa.ranking.periods import Periods

_NO_TERM = "\0\0"
"""A term that no text has, so it has the highest weight."""
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
    index: AnyIndex,
    titles: Titles,
) -> Vectors:
    """Return shape (rows,): the sum of the features title, dictionary and year.

    `lexical`: the query for BM25. `known`: the index's columns of these rows.
    """
    asked = asked_years(query.question)
    periods = titles.periods.of(rows) if asked else np.zeros((4, len(rows)), np.int16)
    spoken_of = _spoken_of(asked, periods)
    scores: Vectors = RANKING.title * titles.shares(lexical, known.documents, spoken_of)
    scores += RANKING.dictionary * dictionary_overlap(query, rows, index)
    scores += RANKING.year * of_its_year(asked, periods)
    scores -= RANKING.edition * titles.periods.of_other_editions(query.question, rows)
    return scores


def of_first(query: WeightedQuery, rows: npt.NDArray[np.int64], index: AnyIndex) -> Vectors:
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

    def __init__(self, index: AnyIndex) -> None:
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

    @cached_property
    def periods(self) -> Periods:
        """The years of works and sections."""
        return Periods(self._index)

    def shares(
        self, query: WeightedQuery, documents: npt.NDArray[np.int64], spoken_of: npt.NDArray[np.int64]
    ) -> Vectors:
        """Return shape (rows,), 0 to 1: how well the query names the title of each row's document (given by number).

        The geometric mean of two shares: the share of the query's title terms that this title has, and the share of
        this title that the query has. So 加班 alone does not name a long title with that word. A term of all titles
        has weight 0, so in a single document all shares are 0.
        """
        titles, weights = self._weights
        unseen = math.log(len(titles)) if len(titles) else 0.0
        years = frozenset(f"#{year}" for year in np.unique(spoken_of[spoken_of > 0]))
        weight = {
            term: weights.get(term, unseen if term[:5] in years else 0.0)
            for text in query.texts
            for term in terms(text)
        }
        total = sum(weight.values())
        if total <= 0:
            return np.zeros(len(documents), np.float32)
        pairs, places = np.unique(np.stack([documents, spoken_of]), axis=1, return_inverse=True)
        each = []
        for number, year in pairs.T:
            title = self._with_year(titles[number], int(self.years[number]), int(year))
            named = sum(value for term, value in weight.items() if term in title)
            whole = sum(weights.get(term, unseen) for term in title)
            each.append(named / math.sqrt(total * whole) if named else 0.0)
        return np.array(each, np.float32)[places.ravel()]

    @staticmethod
    def _with_year(title: frozenset[str], own: int, year: int) -> frozenset[str]:
        """Return the terms of a title with another year in place of its own."""
        if not year or not own or year == own:
            return title
        mine = f"#{own}"
        return frozenset(f"#{year}{term[5:]}" if term.startswith(mine) else term for term in title)


def dictionary_overlap(query: WeightedQuery, rows: npt.NDArray[np.int64], index: AnyIndex) -> Vectors:
    """Return shape (rows,), 0 to 1: the share of an English query whose Chinese translations are in the passages.

    The weight of a word is that of its most common translation in the index; half of the highest weight if the index
    has no translation. All shares are 0 for a query in Chinese.
    """
    translated = [(translations(text), weight) for text, weight in query]
    reached = np.zeros(len(rows), np.float32)
    if not any(found for found, _ in translated) or not len(rows):
        return reached
    texts: list[str] = []  # read only if the index has a translation; an index of English texts has none
    chinese = (word for found, _ in translated for translation in found for word in translation.chinese)
    weights = index.lexical.weights({_NO_TERM, *(pair for word in chinese for pair in map("".join, pairwise(word)))})
    unknown = weights[_NO_TERM]
    for found, factor in translated:
        share, total = np.zeros(len(rows), np.float32), 0.0
        for words in (translation.chinese for translation in found):
            # The weight of a translation is that of its rarest character pair.
            rarity = {word: max(weights[pair] for pair in map("".join, pairwise(word))) for word in words}
            known = {word: weight for word, weight in rarity.items() if weight < unknown}
            weight = min(known.values(), default=unknown / 2)
            total += weight
            if not known:
                continue
            texts = texts or [normalised(index.text(int(row))) for row in rows]
            share += np.array([weight if any(word in text for word in known) else 0.0 for text in texts], np.float32)
        reached += np.float32(factor / max(total, 1e-9)) * share
    return reached / np.float32(sum(query.weights))


def _spoken_of(asked: AskedYears, periods: npt.NDArray[np.int16]) -> npt.NDArray[np.int64]:
    """Return shape (rows,): the year that a section speaks of, in place of that of its work's title; 0 for the latter.

    A question about facts of 2018 finds the review of 2018 in the report of 2019 as well as if it were titled 2018.
    """
    own, first, last, _ = periods.astype(np.int64)
    if not asked.facts or asked.works or asked.asks_plan:
        return np.zeros(len(own), np.int64)
    year: npt.NDArray[np.int64] = last.copy()
    for one in sorted(asked.facts):
        year[(first <= one) & (one <= last)] = one
    return year


def of_its_year(asked: AskedYears, periods: npt.NDArray[np.int16]) -> Vectors:
    """Return shape (rows,), −1 to 1: how well a row's years are those of the question; 0 if either is unknown.

    `periods`: see `Periods.of`. The plan of a year is in the report of that year, its facts in a section about that
    year, which is often in the report of the next one. 去年 and 今年 count from the year of the work.
    """
    own, first, last, is_whole = periods.astype(np.int64)
    fits = np.zeros(len(own), np.float32)
    known = (first > 0) & ((own > 0) | bool(asked.facts))
    if asked.facts or asked.steps:
        wanted = np.zeros(len(own), bool)
        for year in asked.facts:
            wanted |= (first <= year) & (year <= last)
        for step in asked.steps:
            wanted |= (own > 0) & (first <= own + step) & (own + step <= last)
        fits[known] = np.where(wanted[known], 1, -1)
    if not asked.asks_plan and asked.facts:
        fits[(first == own) & (fits > 0)] = RANKING.planned
        mine = np.isin(own, list(asked.facts))
        if (mine & (is_whole == 1)).any():
            fits[(own > 0) & ~mine & (is_whole == 1)] = -RANKING.titled
    if asked.asks_plan and asked.facts:
        mine = np.isin(own, list(asked.facts))
        fits[mine & (fits == 0)] = 1
        fits[(own > 0) & ~mine] = -1
    return fits
