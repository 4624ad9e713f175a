"""One command is a key binding, a footer entry, a palette entry and a row of the help at once.

Words: `cmd.ID` is its name, `cmd.ID_help` what it does. The first key is the one the footer shows: one that works while
an input method is on (a function key, Ctrl, Enter, Esc); letters may follow it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from textual.binding import Binding, BindingType

from supervisor_tui.locale import has, t

_SHOWN = {
    "escape": "Esc",
    "enter": "Enter",
    "slash": "/",
    "tab": "Tab",
    "space": "Space",
    "question_mark": "?",
    "asterisk": "*",
    "right_square_bracket": "]",
}


@dataclass(frozen=True)
class Command:
    """Something a person can do on a screen."""

    id: str
    keys: str
    action: str
    show: bool = True
    first: bool = False  # before the keys of the text that has the focus

    @property
    def binding(self) -> Binding:
        """The command as Textual binds it; the description is its id, translated where it is shown."""
        return Binding(self.keys, self.action, self.id, show=self.show, priority=self.first, id=self.id)

    @property
    def title(self) -> str:
        """Its name in the language spoken now."""
        return t(f"cmd.{self.id}")

    @property
    def help(self) -> str:
        """What it does, in a sentence."""
        return t(f"cmd.{self.id}_help")


def bindings(commands: Iterable[Command]) -> list[BindingType]:
    """The commands as a screen's BINDINGS."""
    return [command.binding for command in commands]


def is_named(description: str) -> bool:
    """Whether a binding has words of ours; Textual's own have none, in English."""
    return bool(description) and any(map(has, _keys_of(description)))


def described(description: str) -> str:
    """The words of a binding: a command's id, or any key of the catalogue."""
    return next((t(key) for key in _keys_of(description) if has(key)), description)


def _keys_of(description: str) -> tuple[str, ...]:
    return (f"cmd.{description}", f"form.cmd.{description}", description)


def shown_key(keys: str) -> str:
    """The first of a binding's keys as a person reads it: F2, ^P, Enter."""
    key = keys.partition(",")[0]
    if key.startswith("ctrl+"):
        return "^" + _SHOWN.get(key[5:], key[5:].upper())
    if len(key) > 1 and key[0] == "f" and key[1:].isdecimal():
        return key.upper()
    return _SHOWN.get(key, key)


HELP = Command("help", "f1,question_mark,fullwidth_question_mark", "app.help")
SYNC = Command("sync", "f5", "app.open_sync")
TODO = Command("todo", "f6", "app.open('todo')")
SEARCH = Command("search", "f7,ctrl+f", "app.open('search')")
REGISTER = Command("register", "f8", "app.open('register')")
ASIDE = Command("aside", "ctrl+o", "app.open('aside')", show=False)
REVIEWS = Command("reviews", "ctrl+r", "app.open('reviews')", show=False)
STAGES = Command("stages", "ctrl+e", "app.open('stages')", show=False)
DUTY = Command("duty", "ctrl+d", "app.open('duty')", show=False)
CONFLICTS = Command("conflicts", "ctrl+k", "app.open('conflicts')", show=False)
PALETTE = Command("palette", "ctrl+p", "app.palette")
CAMPAIGN = Command("campaign", "ctrl+n", "app.open_campaign", show=False)
BRIEF = Command("brief", "ctrl+s", "app.open('brief')", show=False)
EXPORT = Command("export", "ctrl+x", "app.open_export", show=False)
CHECKS = Command("checks", "ctrl+w", "app.open_checks", show=False)
PASSPHRASE = Command("passphrase", "f12", "app.open_passphrase", show=False)
RESCUE = Command("rescue", "f11", "app.rescue", show=False)
LANGUAGE = Command("language", "ctrl+l", "app.switch_language", show=False)
QUIT = Command("quit", "ctrl+q", "app.quit", show=False)
EVERYWHERE = (
    *(SYNC, TODO, SEARCH, REGISTER, HELP, PALETTE),
    *(CONFLICTS, ASIDE, REVIEWS, STAGES, DUTY, BRIEF, EXPORT, CHECKS, CAMPAIGN, PASSPHRASE, RESCUE, LANGUAGE, QUIT),
)

INSPECT = Command("inspect", "f2", "inspect")
NOTE = Command("note", "f3", "note")
FOLLOW_UP = Command("follow_up", "f4", "follow_up")
COUNT = Command("count", "ctrl+b", "plain('count')", show=False)
SURVEY = Command("survey", "ctrl+t", "plain('survey')", show=False)
GATE = Command("gate", "ctrl+g", "plain('gate')", show=False)
CARD = Command("card", "ctrl+u", "card", show=False)
TRENDS = Command("trends", "f10", "trends")
CLOSE_UNIT = Command("close_unit", "ctrl+z", "close_unit", show=False)
ENROL = Command("enrol", "ctrl+a", "enrol", show=False)
MARK_UNIT = Command("mark", "ctrl+v,space,ideographic_space", "mark", show=False)
MARK_ALL_UNITS = Command("mark_all", "asterisk,fullwidth_asterisk", "mark_all", show=False)
ON_A_UNIT = (INSPECT, NOTE, FOLLOW_UP, COUNT, SURVEY, GATE, CARD, ENROL, TRENDS, CLOSE_UNIT)

FILTER = Command("filter", "f9,slash,fullwidth_solidus", "filter", show=False)
LINE_KEYS = {"/": "slash", "／": "fullwidth_solidus"}  # open a line to type in, where they are bound
CATEGORY = Command("category", "ctrl+y,c", "category", show=False)
KIND = Command("kind", "f9,t", "kind")
BACK = Command("back", "escape", "back")
CORRECT = Command("correct", "f2,e", "correct")
WITHDRAW = Command("withdraw", "f9,w", "withdraw")
STEP = Command("step", "f4,n", "step")
UNDO_STEP = Command("undo_step", "ctrl+z", "undo_step", show=False)
REVIEW = Command("review", "f10,v", "review")
ATTACH = Command("attach", "ctrl+a", "attach", show=False, first=True)
ATTACHMENTS = Command("attachments", "ctrl+u", "attachments", show=False)
TO_UNIT = Command("to_unit", "f3,u", "to_unit")
TO_RECORD = Command("to_record", "f3,r", "to_record")
START = Command("start", "enter,f5", "start")
FILTER_KIND = Command("filter_kind", "f9", "next('kind')")
FILTER_STAGE = Command("filter_stage", "f10", "next('stage')")
FILTER_CATEGORY = Command("filter_category", "ctrl+y", "next('category')", show=False)
FILTER_GROUP = Command("filter_group", "ctrl+g", "next('group')", show=False)
DECIDE = Command("decide", "f4", "decide")
ASSIGN_GROUP = Command("assign_group", "f2", "assign('group')")
ASSIGN_LIAISON = Command("assign_liaison", "f3", "assign('liaison')")
CARD_OF = Command("card", "f4,ctrl+u", "card")
MARK = Command("mark", "f10,space,ideographic_space", "mark")
MARK_ALL = Command("mark_all", "ctrl+t", "mark_all", show=False)
FILTER_HINTS = Command("filter_hints", "f9", "filter_hints")
FILTER_GAPS = Command("filter_gaps", "f9", "filter_gaps")
OPEN_REPAIRS = Command("open_repairs", "ctrl+y", "open_repairs", show=False)
NEXT_STAGE = Command("next_stage", "f9", "next_stage")
WRITE_STICK = Command("write_stick", "f2", "write_stick")
READ_STICK = Command("read_stick", "f4", "read_stick")
CHOOSE_PERIOD = Command("choose_period", "f9", "choose_period")
TWO_DAYS = Command("two_days", "f2", "two_days")
CHOOSE_CAMPAIGN = Command("choose_campaign", "f4", "choose_campaign")
AS_OF = Command("as_of", "f3,d", "as_of")
AS_OF_LIST = Command("as_of", "ctrl+right_square_bracket,d", "as_of", show=False)
AS_OF_FILE = Command("as_of", "ctrl+y,d", "as_of", show=False)
CHOOSE_TABLE = Command("choose_table", "ctrl+t", "choose_table", show=False)
ISSUE = Command("issue", "f10", "issue")
ISSUED = Command("issued", "f3", "issued")
SINCE = Command("since", "f2", "since")
WITHDRAW_BRIEF = Command("withdraw_brief", "f9", "withdraw")
STOP = Command("stop", "f9", "stop")
FILTER_SHOWN = Command("filter_shown", "f9,a", "next('shown')")
FILTER_NATURE = Command("filter_nature", "f10", "next('nature')")
FILTER_BY = Command("filter_by", "ctrl+t", "filter_by", show=False)
FILTER_TEXT = Command("filter_text", "f2,slash,fullwidth_solidus", "filter_text")
RELEASE = Command("release", "f2", "release")
ANSWER = Command("answer", "f4", "answer")
CLOSING_HOW = Command("closing_how", "f2", "how")
CLOSING_DAY = Command("closing_day", "f3", "day")
CLOSING_SUCCESSOR = Command("closing_successor", "f4", "successor")
CLOSING_OUTCOME = Command("closing_outcome", "f9", "outcome")
CLOSING_DONE = Command("closing_done", "f10", "finish")
DROP = Command("drop", "f9,delete", "drop")
UNLOCK = Command("unlock", "f10", "unlock")
ANEW = Command("anew", "f9", "anew")
KEEP_PASSPHRASE = Command("keep_passphrase", "f10", "keep")
REMOVE_PASSPHRASE = Command("remove_passphrase", "f9", "remove")
