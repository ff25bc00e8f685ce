"""What is known of a work beside its text: edition files, title blocks, dates, metadata."""
