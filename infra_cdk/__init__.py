"""The infrastructure: stacks, the API document, the local run, all derived from the declarations in `functions/`."""
