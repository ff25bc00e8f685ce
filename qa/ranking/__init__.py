"""Rank passages, and estimate the probability that they answer."""

RANKER_VERSION = 5
"""Raise it when the same question over the same index gives other candidates, scores or confidence than before.

The null scores of each index are then measured again (`null_scores`). tests/qa/test_versions.py fails until it is
raised.
"""
