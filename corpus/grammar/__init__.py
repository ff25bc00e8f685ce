"""The grammar of single lines: line types and enumerators, used by the parser, the formats and questions."""
