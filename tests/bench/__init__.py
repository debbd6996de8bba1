"""Benchmarks: ratios against named peers in the same run. Run them with ``deploy/bench``; never part of the tests."""
