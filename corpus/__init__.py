"""Text in, `Document` out. Imports nothing of ours."""
