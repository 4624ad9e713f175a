"""`supervisor-tui`, also `python -m supervisor_tui`."""

import sys


def main() -> int:
    """Run one command, or the workbench; returns the exit code."""
    from supervisor_tui.cli.parser import run
    from sync.command_line import finished, print_anywhere

    print_anywhere()
    return finished(run(sys.argv[1:]))


if __name__ == "__main__":
    sys.exit(main())
