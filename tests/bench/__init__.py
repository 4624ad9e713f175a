"""Measurements of speed as ratios inside one run: ours beside a floor, in turn. By hand: `python -m tests.bench`."""
