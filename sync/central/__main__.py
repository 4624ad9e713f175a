"""`central-store`, also `python -m sync.central`."""

import sys


def main() -> int:
    """Run one command; returns the exit code."""
    from sync.central.cli import run
    from sync.command_line import finished, print_anywhere

    is_open = print_anywhere()
    code = finished(run(sys.argv[1:]))
    if code or is_open:
        return code
    from sync.central.cli_output import print_wrong
    from sync.central.locale import t

    print_wrong(t("office.stdout_closed"))
    return 1


if __name__ == "__main__":
    sys.exit(main())
