"""Check whether a quotation is the text's own wording. No model is needed."""
