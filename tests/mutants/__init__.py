"""Guards, each taken out, and the tests that have to fail without it: `make mutants`."""
