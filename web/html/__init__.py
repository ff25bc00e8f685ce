"""Makes the page's HTML from values: documents, replies, checked quotations, changes of the index."""
