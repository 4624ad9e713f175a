"""The words of the command line: every command, its options, and which function does it.

Exit codes: 0 done; 1 refused or not found; 2 wrong usage; 3 no connection, everything kept for later; 4 the local file
is damaged.

This module is all that `--help` loads: no `typing`, and the parser of a command is made when that command is given.
"""

from __future__ import annotations

from supervisor_tui.locale import FOLDER
from sync.console.arguments import Later, Parser, Speaking
from sync.console.language import asked_for, from_locale

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence
    from typing import Any

    from sync.console.arguments import Arguments

    Command = Callable[[argparse.Namespace], int]  # takes the parsed options, returns the exit code

DONE, REFUSED, WRONG_USAGE, NO_CONNECTION, DAMAGED = 0, 1, 2, 3, 4

_JSON = ("--json", {"action": "store_true", "help": "print one JSON value and nothing else"})
_UNIT = ("unit", {"metavar": "UNIT", "help": "a unit's id, name, part of its name, or pinyin initials"})
_WHY = ("--why", {"required": True, "metavar": "TEXT", "help": "the reason, kept with the change"})
_FILE = ("--file", {"metavar": "F", "help": "read the fields (a JSON object) from this file instead of stdin"})
_CAMPAIGN = ("--campaign", {"metavar": "ID", "default": "", "help": "a campaign; the one at hand without it"})
_ONE_OF = ("--campaign", {"metavar": "ID", "default": "", "help": "of one campaign"})
_AS_OF = ("--as-of", {"metavar": "DAY", "default": "", "help": "as it was at the end of a day; now without it"})
_YES = ("--yes", {"action": "store_true", "help": "keep it without asking, whatever day it names"})
_NATURES = ("problem", "difficulty", "suggestion")
_SHOWN = (
    "open",
    "overdue",
    "soon",
    "to_answer",
    "reported",
    "verified",
    "moved",
    "watch",
    "closed",
    "given_up",
    "void",
    "all",
)
_WHICH = (
    "open (the default), overdue, soon, to_answer, reported, verified, moved, watch, closed, given_up, void, or all"
)
_RECORD = ("record", {"metavar": "RECORD", "help": "a record's id, its beginning, or its check code"})

_FILTERS = (  # of follow-ups, by what stands in the columns of the register
    ("--nature", {"choices": _NATURES, "default": "", "help": "of one nature"}),
    ("--status", {"metavar": "S", "default": "", "help": "open, in_progress, reported, verified …"}),
    ("--category", {"metavar": "C", "default": "", "help": "of units of one category"}),
    ("--group", {"metavar": "G", "default": "", "help": "of units of one group, by id or name"}),
    ("--text", {"metavar": "TEXT", "default": "", "help": "with these words in the title or the unit's name"}),
    ("--class", {"metavar": "C", "default": "", "dest": "class_", "help": "of one class of problems"}),
    ("--lead", {"metavar": "TEXT", "default": "", "help": "that this unit leads, as it is written there"}),
    ("--responsible", {"metavar": "TEXT", "default": "", "help": "of this responsible unit, as it is written"}),
    ("--post", {"metavar": "TEXT", "default": "", "help": "of this responsible post, as it is written"}),
    ("--moved", {"type": int, "default": 0, "metavar": "N", "help": "put off N times or more"}),
    ("--reported-by", {"metavar": "P", "default": "", "dest": "reporter", "help": "that this person reported"}),
    ("--verified-by", {"metavar": "P", "default": "", "dest": "verifier", "help": "that this person verified"}),
    ("--source", {"metavar": "R", "default": "", "help": "opened from this record, or a kind of record"}),
)

# command: (what it does, where it stands, its arguments)
_COMMANDS: dict[str, tuple[str, str, Arguments]] = {
    "demo": (
        "try everything on a sample district, with a central store of its own",
        "supervisor_tui.demo:run",
        (
            ("--headless", {"action": "store_true", "help": "do the main job without a terminal, printing each step"}),
            ("--units", {"type": int, "default": 0, "metavar": "N", "help": "a generated district of N units"}),
            ("--keep", {"metavar": "DIR", "help": "keep the demo's files in DIR (an empty or new folder)"}),
        ),
    ),
    "join": (
        "enrol this laptop with a one-time code from the office",
        "supervisor_tui.cli.sync:join",
        (
            ("url", {"metavar": "URL", "help": "the central store's address"}),
            ("code", {"metavar": "CODE", "help": "the one-time code"}),
            ("--device", {"metavar": "NAME", "default": "", "help": "a name for this laptop"}),
        ),
    ),
    "status": ("where this laptop stands with the office", "supervisor_tui.cli.show.quick:status", (_JSON,)),
    "sync": (
        "exchange with the central store until nothing is left",
        "supervisor_tui.cli.sync:sync",
        (
            _JSON,
            ("--watch", {"action": "store_true", "help": "go on, once a minute, until stopped"}),
            ("--verbose", {"action": "store_true", "help": "say first where to, by which proxy, and who is trusted"}),
        ),
    ),
    "bundle": (
        "exchange by stick: write what is to go to the office, read its answer",
        "supervisor_tui.cli.bundles:bundle",
        (
            ("action", {"choices": ("write", "read"), "help": "write or read"}),
            ("file", {"metavar": "FILE", "help": "the file, or the stick's folder: the names are found there"}),
            (
                "--attachments",
                {
                    "metavar": "MIB",
                    "type": int,
                    "default": 64,
                    "help": "how much of attachments it may carry each way",
                },
            ),
            _JSON,
        ),
    ),
    "units": (
        "the units in scope, with last visit, open and overdue follow-ups",
        "supervisor_tui.cli.show.quick:units",
        (
            ("text", {"metavar": "TEXT", "nargs": "?", "default": "", "help": "part of a name, or pinyin initials"}),
            ("--category", {"metavar": "C", "help": "one category, e.g. weak_enterprise"}),
            ("--closed", {"action": "store_true", "help": "those that have closed instead"}),
            _ONE_OF,
            _AS_OF,
            _JSON,
            ("--csv", {"action": "store_true", "help": "comma-separated, for a spreadsheet"}),
        ),
    ),
    "history": (
        "everything on one unit, newest first",
        "supervisor_tui.cli.show.records:history",
        (_UNIT, _ONE_OF, _AS_OF, _JSON),
    ),
    "record": (
        "keep a new record; fields as a JSON object from a file or stdin",
        "supervisor_tui.cli.edit:record",
        (
            ("kind", {"metavar": "KIND", "help": "inspection, liaison_note, follow_up, count, survey, gate …"}),
            ("--unit", {"required": True, "metavar": "UNIT", "help": "the unit it is about"}),
            _FILE,
            _YES,
            ("--anyway", {"action": "store_true", "help": "although the unit has closed before"}),
            (
                "--attach",
                {
                    "action": "append",
                    "default": [],
                    "metavar": "[ITEM=]FILE",
                    "help": "attach a file, for an item of the checklist that asks for it or for none; repeatable",
                },
            ),
        ),
    ),
    "correct": (
        "keep a new version of a record: the fields that change",
        "supervisor_tui.cli.edit:correct",
        (_RECORD, _WHY, _FILE, _YES),
    ),
    "attach": (
        "attach a file to an inspection, a note or a follow-up",
        "supervisor_tui.cli.attachments:attach",
        (
            _RECORD,
            ("file", {"metavar": "FILE", "help": "pdf, picture, office document or text, up to 20 MiB"}),
            _WHY,
            ("--item", {"default": "", "metavar": "ITEM", "help": "the item of the checklist that asks for it"}),
        ),
    ),
    "attachments": (
        "a record's attachments; with --save one of them as a file",
        "supervisor_tui.cli.attachments:attachments",
        (
            _RECORD,
            ("--save", {"type": int, "default": 0, "metavar": "N", "help": "the number in the list"}),
            ("--out", {"metavar": "PATH", "default": "", "help": "the file or folder to save it in"}),
            _JSON,
        ),
    ),
    "withdraw": ("withdraw a record; it stays readable", "supervisor_tui.cli.edit:withdraw", (_RECORD, _WHY)),
    "step": (
        "move a follow-up on",
        "supervisor_tui.cli.edit:step",
        (
            _RECORD,
            ("status", {"metavar": "STATUS", "help": "open, in_progress, reported, verified, closed, returned …"}),
            ("--progress", {"metavar": "TEXT", "default": "", "help": "what was done"}),
            ("--on", {"metavar": "DAY", "default": "", "help": "the day of the step; today without it"}),
            _YES,
        ),
    ),
    "show": ("one record with all its versions", "supervisor_tui.cli.show.records:show", (_RECORD, _JSON)),
    "conflicts": ("fields that two people changed differently", "supervisor_tui.cli.show.records:conflicts", (_JSON,)),
    "resolve": (
        "settle a conflict",
        "supervisor_tui.cli.edit:resolve",
        (
            _RECORD,
            ("field", {"metavar": "FIELD", "help": "the field, as `conflicts` names it"}),
            ("--take", {"metavar": "DEVICE:SEQ", "default": "", "help": "the version whose value to take"}),
            ("--value", {"metavar": "JSON", "help": "another value instead"}),
            _WHY,
        ),
    ),
    "search": (
        "search everything in scope",
        "supervisor_tui.cli.show.lists:search",
        (
            ("text", {"metavar": "TEXT", "help": "words to look for"}),
            ("--kind", {"metavar": "K", "default": "", "help": "inspection, liaison_note, follow_up …"}),
            ("--from", {"metavar": "D", "default": "", "dest": "since", "help": "from this day (or month) on"}),
            ("--to", {"metavar": "D", "default": "", "dest": "until", "help": "up to this day (or month)"}),
            ("--stage", {"metavar": "S", "default": "", "help": "of one stage of a campaign, the one at hand"}),
            _ONE_OF,
            ("--category", {"metavar": "C", "default": "", "help": "of units of one category"}),
            ("--group", {"metavar": "G", "default": "", "help": "of units of one group, by id or name"}),
            ("--limit", {"type": int, "default": 50, "metavar": "N", "help": "at most N"}),
            _JSON,
        ),
    ),
    "followups": (
        "the register of follow-ups",
        "supervisor_tui.cli.show.register:follow_ups",
        (
            ("--overdue", {"action": "store_true", "help": "only those past their date"}),
            (
                "--shown",
                {
                    "choices": _SHOWN,
                    "metavar": "WHICH",
                    "default": "open",
                    "help": _WHICH,
                },
            ),
            ("--unit", {"metavar": "U", "help": "of one unit"}),
            *_FILTERS,
            _ONE_OF,
            _AS_OF,
            _JSON,
        ),
    ),
    "review": (
        "accept a record, or return it with a comment; grant a request, or refuse it (office)",
        "supervisor_tui.cli.edit:review",
        (
            _RECORD,
            ("verdict", {"choices": ("accepted", "returned"), "help": "accepted or returned"}),
            ("--comment", {"metavar": "TEXT", "default": "", "help": "what is to be put right, or why"}),
        ),
    ),
    "requests": (
        "what the office was asked for and has not ruled on: to put off, give up or withdraw a follow-up",
        "supervisor_tui.cli.show.requests:pending",
        (_JSON,),
    ),
    "stages": (
        "every unit's place at the gate of a stage, and what is missing",
        "supervisor_tui.cli.show.planning:stages",
        (
            ("--stage", {"metavar": "S", "default": "", "help": "a stage; the one under way without it"}),
            _CAMPAIGN,
            _AS_OF,
            _JSON,
        ),
    ),
    "next": (
        "where to go next, each unit with its reasons",
        "supervisor_tui.cli.show.planning:next_",
        (("--limit", {"type": int, "default": 20, "metavar": "N", "help": "at most N"}), _CAMPAIGN, _AS_OF, _JSON),
    ),
    "gaps": (
        "units that lack a group, a liaison officer, a post that answers for them, or a repair",
        "supervisor_tui.cli.show.oversight:gaps",
        (
            ("--lacks", {"metavar": "WHAT", "default": "", "help": "group, liaison, contact_point, first …"}),
            _CAMPAIGN,
            _AS_OF,
            _JSON,
        ),
    ),
    "assign": (
        "give units to a group or a liaison officer (office); every laptop follows at its next sync",
        "supervisor_tui.cli.show.oversight:assign",
        (
            ("units", {"metavar": "UNIT", "nargs": "+", "help": "units by id, name, or pinyin initials"}),
            ("--group", {"metavar": "G", "default": None, "help": "a group by id or name; empty for none"}),
            ("--liaison", {"metavar": "P", "default": None, "help": "a liaison officer by id or name; empty for none"}),
            ("--from", {"metavar": "DAY", "default": "", "dest": "since", "help": "from this day on; today without"}),
            ("--until", {"metavar": "DAY", "default": "", "help": "the last day; without it no end"}),
            ("--correction", {"action": "store_true", "help": "what stands was wrong from its first day"}),
            _WHY,
        ),
    ),
    "close": (
        "close a unit (office): each open follow-up goes to a successor or is settled, all of it or nothing",
        "supervisor_tui.cli.closing:close",
        (
            _UNIT,
            ("--on", {"metavar": "DAY", "default": "", "help": "the day it ended; today without it"}),
            ("--why", {"choices": ("merged", "dissolved", "moved"), "required": True, "help": "how it ended"}),
            ("--successor", {"metavar": "U", "action": "append", "default": [], "help": "what follows it; repeatable"}),
            ("--reason", {"required": True, "metavar": "TEXT", "help": "the reason, kept with the change"}),
            (
                "--give",
                {"metavar": "F=U", "action": "append", "default": [], "help": "hand a follow-up to a successor"},
            ),
            (
                "--settle",
                {"metavar": "F=TEXT", "action": "append", "default": [], "help": "settle a follow-up, with the reason"},
            ),
            ("--settle-rest", {"metavar": "TEXT", "default": "", "help": "settle all others, with one reason"}),
        ),
    ),
    "reopen": (
        "take the closing of a unit back within 30 days (office): it was never closed",
        "supervisor_tui.cli.closing:reopen",
        (_UNIT, _WHY),
    ),
    "enrol": (
        "let units take part in a campaign from a day, or until one (office)",
        "supervisor_tui.cli.enrolling:enrol_units",
        (
            ("units", {"metavar": "UNIT", "nargs": "*", "help": "units by id, name, or pinyin initials"}),
            ("--file", {"metavar": "FILE", "help": "a text file with one unit a line"}),
            ("--batch", {"metavar": "B", "default": "", "help": "the units of a batch"}),
            ("--category", {"metavar": "C", "default": "", "help": "of units of one category"}),
            ("--group", {"metavar": "G", "default": "", "help": "of units of one group, by id or name"}),
            ("--campaign", {"metavar": "ID", "required": True, "help": "the campaign"}),
            ("--from", {"metavar": "DAY", "default": "", "dest": "since", "help": "the first day, YYYY-MM-DD"}),
            (
                "--until",
                {"metavar": "DAY", "default": "", "help": "the last day; without --from: end what runs on it"},
            ),
            ("--why", {"metavar": "TEXT", "default": "", "help": "the reason, where something that stood changes"}),
        ),
    ),
    "trends": (
        "a unit's counts, figures, opinions and satisfaction over time",
        "supervisor_tui.cli.show.trends:trends",
        (_UNIT, _ONE_OF, _AS_OF, _JSON),
    ),
    "upgrade-notes": (
        "the records whose day or campaign changed when this file came from an earlier version",
        "supervisor_tui.cli.show.upgraded:upgrade_notes",
        (_JSON,),
    ),
    "hints": (
        "inspections with something worth a second look, newest first",
        "supervisor_tui.cli.show.planning:hints",
        (
            ("--limit", {"type": int, "default": 500, "metavar": "N", "help": "look at the newest N"}),
            _ONE_OF,
            _AS_OF,
            _JSON,
        ),
    ),
    "draw": (
        "draw units by lot; the seed is kept, so that anybody can draw again",
        "supervisor_tui.cli.show.planning:draw",
        (
            ("count", {"metavar": "COUNT", "type": int, "nargs": "?", "default": 1, "help": "how many units"}),
            ("--category", {"metavar": "C", "default": None, "help": "of one category"}),
            ("--seed", {"metavar": "SEED", "default": "", "help": "draw again with this seed"}),
            ("--list", {"action": "store_true", "help": "the draws made here so far"}),
            _JSON,
        ),
    ),
    "passphrase": (
        "encrypt this profile, change its passphrase, or take it off",
        "supervisor_tui.cli.options.passphrase:passphrase",
        (
            ("action", {"choices": ("set", "change", "remove"), "help": "set, change or remove"}),
            ("--new-file", {"metavar": "FILE", "help": "read the new passphrase from this file's first line"}),
        ),
    ),
    "backup": (
        "copy this profile, also while it is in use (encrypted if it is, or with --passphrase-file); bring it back "
        "with restore, never by copying the file",
        "supervisor_tui.cli.options.passphrase:backup",
        (("file", {"metavar": "FILE", "help": "a new file"}),),
    ),
    "restore": (
        "make a profile from a backup; an existing one is never overwritten, so use this instead of copying the file",
        "supervisor_tui.cli.options.passphrase:restore",
        (
            ("file", {"metavar": "FILE", "help": "the backup"}),
            ("--force", {"action": "store_true", "help": "set an existing profile aside under another name first"}),
        ),
    ),
    "campaign": (
        "the campaigns there are; with an id, work in that one from now on",
        "supervisor_tui.cli.show.campaigns:campaign",
        (
            ("campaign", {"metavar": "CAMPAIGN", "nargs": "?", "default": "", "help": "its id"}),
            ("--of-each", {"action": "store_true", "help": "choose none: of each unit the one it takes part in"}),
            _JSON,
        ),
    ),
    "form": (
        "try a template's file for a unit before it goes out; nothing is kept",
        "supervisor_tui.cli.template_preview:form",
        (
            ("file", {"metavar": "FILE", "help": "a template in toml"}),
            ("--unit", {"metavar": "UNIT", "default": "", "help": "the unit whose category it is asked for"}),
            ("--check", {"action": "store_true", "help": "only say what is wrong, or what it would ask"}),
        ),
    ),
    "brief": (
        "the figures of a period; issue them under a number, list and show issued briefs, which never change",
        "supervisor_tui.cli.briefs:brief",
        (
            (
                "action",
                {"choices": ("list", "issue", "show"), "nargs": "?", "help": "without it the figures as they are"},
            ),
            ("number", {"metavar": "N", "nargs": "?", "default": "", "help": "3, 2026-3, or the record's id"}),
            ("--from", {"metavar": "D", "default": "", "dest": "since", "help": "from this day on"}),
            ("--to", {"metavar": "D", "default": "", "dest": "until", "help": "up to this day"}),
            (
                "--campaign",
                {"metavar": "ID", "default": "", "help": "of one campaign; the brief: the one at hand without it; all"},
            ),
            ("--yes", {"action": "store_true", "help": "issue it without asking"}),
            _JSON,
        ),
    ),
    "export": (
        "write the brief, a unit's file, the register, an inspection's sheet for signing, or the entries",
        "supervisor_tui.cli.export:export",
        (
            ("what", {"choices": ("brief", "unit", "register", "sheet", "entries"), "help": "which of them"}),
            (
                "--format",
                {"metavar": "F", "default": "", "help": "docx, xlsx, html, csv, json; else by --out's ending"},
            ),
            ("--unit", {"metavar": "U", "default": "", "help": "of one unit"}),
            ("--record", {"metavar": "RECORD", "default": "", "help": "the sheet's inspection: its id or check code"}),
            ("--number", {"metavar": "N", "default": "", "help": "the brief that was issued under it, as it was"}),
            ("--from", {"metavar": "D", "default": "", "dest": "since", "help": "from this day on"}),
            ("--to", {"metavar": "D", "default": "", "dest": "until", "help": "up to this day"}),
            (
                "--campaign",
                {"metavar": "ID", "default": "", "help": "of one campaign; the brief: the one at hand without it; all"},
            ),
            _AS_OF,
            ("--all", {"action": "store_true", "help": "settled follow-ups, too, in the register"}),
            (
                "--shown",
                {"choices": ("", *_SHOWN), "metavar": "WHICH", "default": "", "help": _WHICH},
            ),
            *_FILTERS,
            ("--out", {"metavar": "PATH", "required": True, "help": "the file to write; - for stdout"}),
            ("--force", {"action": "store_true", "help": "replace a file of that name"}),
        ),
    ),
    "doctor": (
        "whether this laptop can be relied on: file, history, office, proxy, clock, disk",
        "supervisor_tui.cli.doctor:doctor",
        (_JSON,),
    ),
    "rebuild": ("fold every entry again; the same records come back", "supervisor_tui.cli.maintenance:rebuild", ()),
    "serve": (
        "the same workbench in a browser, on this machine only",
        "supervisor_tui.cli.serving:serve",
        (("--port", {"type": int, "default": 0, "metavar": "P", "help": "a port of loopback; a free one without it"}),),
    ),
    "verify": (
        "recompute chains, seals, receipts and what is shown of them; or an exported file, without any profile",
        "supervisor_tui.cli.maintenance:verify",
        (
            ("unit", {"metavar": "UNIT|FILE", "nargs": "?", "help": "one unit's ledger, or a file; all without it"}),
            ("--store-key", {"metavar": "KEY", "default": "", "help": "the central store's public key, for a file"}),
            _JSON,
        ),
    ),
}


class _Later(Later):
    """A command's parser that is made when it is first asked for anything: one of thirty is."""

    def arguments(self, command: str) -> Arguments:
        return _COMMANDS[command][2]


def build_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = Parser(
        prog="supervisor-tui",
        description="A terminal workbench for supervision groups in the field. 督导工作台。",
        epilog="Without a command the workbench opens.",
    )
    parser.add_argument("--version", action="store_true", help="print the version")
    parser.add_argument("--home", metavar="DIR", help="the program's folder (or SUPERVISOR_TUI_HOME)")
    parser.add_argument("--profile", metavar="NAME", default="default", help="which profile (default: default)")
    parser.add_argument("--lang", choices=("zh", "en"), help="the language (default: the locale)")
    parser.add_argument(
        "--passphrase-file",
        metavar="FILE",
        help="an encrypted profile's passphrase, the file's first line (or SUPERVISOR_TUI_PASSPHRASE_FILE)",
    )
    later: Any = _Later  # has what argparse asks of a parser, without being one
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=later, prog=parser.prog)
    for name, (summary, _, _) in _COMMANDS.items():
        commands.add_parser(name, help=summary, description=summary)
    return parser


def run(arguments: Sequence[str]) -> int:
    """Do what the command line says; the exit code."""
    try:
        with Speaking(asked_for(arguments) or from_locale(), FOLDER):
            options = build_parser().parse_args(arguments)
    except SystemExit as stop:  # argparse has said what was wrong, or printed the help
        return stop.code if isinstance(stop.code, int) else WRONG_USAGE
    if options.version:
        from supervisor_tui import __version__

        print(f"supervisor-tui {__version__}")
        return DONE
    from supervisor_tui.cli.options.outcome import guarded

    where = _COMMANDS[options.command][1] if options.command else "supervisor_tui.cli.workbench:run"
    return guarded(_load(where), options)


def _load(where: str) -> Command:
    from importlib import import_module

    module, _, function = where.partition(":")
    command: Command = getattr(import_module(module), function)
    return command
