"""Is a quotation the text's own wording? Needs no model."""
