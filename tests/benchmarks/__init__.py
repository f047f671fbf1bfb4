"""Benchmarks of the budgets: `make bench` prints them as one table. Ratios within one run, never absolute times."""
