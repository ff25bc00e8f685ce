"""Where the fitted numbers in the packages come from: each module is run as `python -m training.NAME`."""
