"""`central-store`, also `python -m sync.central`."""

import sys


def main() -> int:
    """Run one command; returns the exit code."""
    from sync.central.cli import run
    from sync.command_line import finished, print_anywhere

    print_anywhere()
    return finished(run(sys.argv[1:]))


if __name__ == "__main__":
    sys.exit(main())
