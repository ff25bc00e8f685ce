"""From a retrieval score to a probability that the passage answers.

Logistic in the cosine less background. Fitted on XQuAD's 240 Chinese paragraphs, asked their own questions
(Chinese and English) and those of other paragraphs' texts: see `benchmarks/confidence.py`.
"""

import math

_MIDDLE = 0.20
"""The score at which it is as likely as not."""
_SLOPE = 15.0


def confidence(score: float) -> float:
    """Return the probability, 0 to 1, that a passage of this score answers the question."""
    return 1 / (1 + math.exp(-_SLOPE * (score - _MIDDLE)))
