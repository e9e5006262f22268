"""Benchmarks: every headline number is a ratio to a floor measured in the same minute (docs/performance.md)."""
