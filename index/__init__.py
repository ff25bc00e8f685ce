"""Documents in, candidates out."""
