"""Where the numbers in docs/ come from: each module is a script, run as `python -m benchmarks.NAME`."""
