"""The data generator and the benchmark: see README.md."""
