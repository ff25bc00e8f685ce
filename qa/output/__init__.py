"""Write replies as JSON, as text for a terminal, and as files."""
