"""From a retrieval score to a probability that the passage answers."""

import math

# `python training/confidence.py --data DIR` on XQuAD (240 Chinese paragraphs, 1,190 questions in Chinese and
# English, each asked of the half of the paragraphs that answers it and of the half that does not).
_MIDDLE = 0.318
"""The score of a passage that is as likely as not to answer."""
_SLOPE = 11.0


def confidence(score: float) -> float:
    """Return the probability, 0 to 1, that a passage of this score answers the question."""
    return 1 / (1 + math.exp(-_SLOPE * (score - _MIDDLE)))
