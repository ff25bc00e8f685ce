"""Answer a question with passages: returns `Answer`, `NotFound` or `Rejected`."""
