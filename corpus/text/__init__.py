"""Characters, numbers and sentences: nothing here knows what a document is."""
