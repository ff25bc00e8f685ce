"""The Viterbi algorithm of jieba's tagger with arrays: the same states, in a time that no question makes long.

jieba compares each state of a character with each of the character before it in Python. A character that its table does
not know may have any of 256 states, so that a question of 2,000 such characters took 20 seconds.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from qa.qa_settings import QUESTION

State = tuple[str, str]
"""The place of a character in its word (B, M, E or S), and the part of speech."""


class TagStates:
    """The tables of jieba's model: `states` of characters, and logarithms of probabilities."""

    def __init__(
        self,
        states: dict[str, tuple[State, ...]],
        start: dict[State, float],
        transitions: dict[State, dict[State, float]],
        emissions: dict[State, dict[str, float]],
        least: float,
    ) -> None:
        """`least`: the emission of a character that a state does not emit."""
        self._names = sorted(transitions, reverse=True)  # of equal probabilities, jieba takes the greatest state
        self._place = {state: place for place, state in enumerate(self._names)}
        self._states = states
        self._start = np.array([start[state] for state in self._names])
        self._emissions = [emissions[state] for state in self._names]
        self._least = least
        self._transitions = np.full((len(self._names), len(self._names)), -np.inf)
        self._leads: npt.NDArray[np.bool_] = np.zeros(self._transitions.shape, bool)
        for state, following in transitions.items():
            for other, probability in following.items():
                self._transitions[self._place[state], self._place[other]] = probability
                self._leads[self._place[state], self._place[other]] = True
        self._goes_on: npt.NDArray[np.bool_] = np.logical_or.reduce(self._leads, axis=1)

    def of(self, text: str) -> list[State]:
        """Return the most probable state of each character of a text, which is not empty."""
        emitted = cache(self._emitted)
        allowed = cache(self._allowed)
        now = allowed(text[0])
        best = self._start[now] + emitted(text[0])[now]
        links: dict[tuple[bytes, bytes], npt.NDArray[np.float64]] = {}
        steps: list[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]] = []
        for character in text[1:]:
            leads = self._goes_on[now]
            before, best = now[leads], best[leads]
            expected: npt.NDArray[np.bool_] = np.logical_or.reduce(self._leads[before], axis=0)
            own = allowed(character)
            now = own[expected[own]]
            if not len(now):
                now = np.flatnonzero(expected) if expected.any() else np.arange(len(self._names))
            # Added in jieba's order: the sums, and what is equal, depend on it.
            key = before.tobytes(), now.tobytes()
            if key not in links:
                if len(links) >= QUESTION.kept_links:
                    links.clear()
                links[key] = np.ascontiguousarray(self._transitions[np.ix_(before, now)].T)
            sums = (links[key] + best) + emitted(character)[now][:, None]
            from_ = np.argmax(sums, axis=1)
            best = sums[np.arange(len(now)), from_]
            steps.append((now, before[from_]))
        state = int(now[int(np.argmax(best))])
        route = [state]
        for reached, came_from in reversed(steps):
            state = int(came_from[np.searchsorted(reached, state)])
            route.append(state)
        return [self._names[state] for state in reversed(route)]

    def _emitted(self, character: str) -> npt.NDArray[np.float64]:
        return np.array([emission.get(character, self._least) for emission in self._emissions])

    def _allowed(self, character: str) -> npt.NDArray[np.intp]:
        states: Any = self._states.get(character, self._names)
        return np.array(sorted(self._place[state] for state in states), np.intp)
