"""What runs around an engine: where its index is, opening it in the background, changes, feedback."""
