"""Run an engine: find its index, open it in the background, change the index, store feedback."""
