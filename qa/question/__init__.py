"""What a question asks, points at and leans on."""
