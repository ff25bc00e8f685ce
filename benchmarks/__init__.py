"""Scripts that measure the figures in docs/. Run one with `python -m benchmarks.NAME`."""
