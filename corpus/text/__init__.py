"""Text processing below the level of documents: characters, numerals, dates and sentences."""
