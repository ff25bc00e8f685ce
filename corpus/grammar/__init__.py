"""What one line can be, judged by its words alone: the parser, the formats and questions use it."""
