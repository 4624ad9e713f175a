"""`supervisor-tui`, also `python -m supervisor_tui`."""

import sys


def main() -> int:
    """Run one command, or the workbench; returns the exit code."""
    from supervisor_tui.cli.commands import run
    from sync.console.arguments import finished, print_anywhere

    is_open = print_anywhere()
    code = finished(run(sys.argv[1:]))
    if code or is_open:
        return code
    from supervisor_tui.cli.options.outcome import say
    from supervisor_tui.locale import t

    return say(t("cli.stdout_closed"), 1)


if __name__ == "__main__":
    sys.exit(main())
