"""Benchmarks: one file for each figure in docs/reference/performance.md."""
