"""Scripts that fit the numbers in the packages' data files. Run one with `python -m training.NAME`."""
