"""What finds rows: dense vectors, words, and the vectors of single tokens."""
