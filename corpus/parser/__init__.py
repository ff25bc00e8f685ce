"""Lines in, sections and passages out: the passes of the parser."""
