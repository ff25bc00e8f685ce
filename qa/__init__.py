"""A question in, `Answer | NotFound` out."""
