"""`central-store`, also `python -m sync.central`."""

import sys


def main() -> int:
    """Run one command; returns the exit code."""
    from sync.central.cli.commands import run
    from sync.console.arguments import finished, print_anywhere

    is_open = print_anywhere()
    code = finished(run(sys.argv[1:]))
    if code or is_open:
        return code
    from sync.central.cli.output import print_wrong
    from sync.central.locale import t

    print_wrong(t("office.stdout_closed"))
    return 1


if __name__ == "__main__":
    sys.exit(main())
