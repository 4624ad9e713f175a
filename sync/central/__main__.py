"""`central-store`, also `python -m sync.central`."""

import sys


def main() -> int:
    """Run one command; returns the exit code."""
    from sync.central.cli import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
