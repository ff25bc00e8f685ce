"""In what order passages answer, and how surely."""

RANKER_VERSION = 1
"""Raise it when the same question over the same index gives other candidates, scores or confidence than before.

Then what everyday questions reach in each index is measured again (`null_scores`). tests/qa/test_versions.py fails
until it is raised.
"""
