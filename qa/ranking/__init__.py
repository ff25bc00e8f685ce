"""In what order passages answer, and how surely."""
