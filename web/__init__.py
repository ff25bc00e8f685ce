"""Values in, HTML out: what the page shows, without the framework that serves it."""
