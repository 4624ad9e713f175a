"""One record: its fields in words, every version with who, when and why; correcting, withdrawing, the next step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from supervisor_tui.commands import CORRECT, STEP, TO_UNIT, WITHDRAW, bindings
from supervisor_tui.days import local
from supervisor_tui.fields import field_words, value_words
from supervisor_tui.locale import t
from supervisor_tui.screens.base import WorkbenchScreen, titled
from supervisor_tui.text import cells, harmless, one_line
from supervisor_tui.widgets.spans import Span
from sync.records import InvalidFields
from sync.replica import ReplicaError, append, query
from sync.replica.append import Refused
from sync.replica.views import Record, Version
from sync.steps import NEXT_STEPS

Piece = str | tuple[str, str]
_NAME_CELLS = 16


class RecordScreen(WorkbenchScreen[None]):
    """A record as it stands, and how it came to stand so."""

    DEFAULT_CSS = """
    RecordScreen VerticalScroll { padding: 1 2; }
    """
    AUTO_FOCUS = "VerticalScroll"
    BINDINGS: ClassVar[list[BindingType]] = bindings([CORRECT, STEP, TO_UNIT, WITHDRAW])

    def __init__(self, record: str) -> None:
        super().__init__()
        self.record_id = record
        self.found: Record | None = None

    def body(self) -> ComposeResult:
        """The text of the record."""
        with VerticalScroll():
            yield Static(id="fields", markup=False)
            yield Static(id="versions", markup=False)

    def heading(self) -> list[Span]:
        """The kind and the unit."""
        if self.found is None:
            return titled(t("record.gone"))
        card = query.unit(self.replica, self.found.ledger)
        return titled(t(f"kind.{self.found.kind}"), card.name if card else self.found.ledger)

    def read(self) -> None:
        """The record and its versions."""
        self.found = query.record(self.replica, self.record_id)
        if self.found is not None:
            self.query_one("#fields", Static).update(Content.assemble(*self._fields(self.found)))
            self.query_one("#versions", Static).update(Content.assemble(*self._versions(self.found)))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Steps are for follow-ups; a withdrawn record is not withdrawn again."""
        if action == "step":
            return self.found is not None and self.found.kind == "follow_up"
        if action == "withdraw":
            return self.found is not None and not self.found.withdrawn
        return True

    # --- words -------------------------------------------------------------------------------------------------------

    def _fields(self, found: Record) -> list[Piece]:
        pieces: list[Piece] = []
        if found.withdrawn:
            pieces.append((t("record.withdrawn") + "\n\n", "bold $warning"))
        titles = self._item_titles(found)
        for name, value in _in_order(found):
            words = titles.get(name) or field_words(found.kind, name)
            pieces += _pair(words, value_words(self.replica, name, value), conflicted=name in found.conflicts)
        if found.conflicts:
            pieces.append(("\n" + t("record.conflicts", count=len(found.conflicts)) + "\n", "bold $error"))
        return pieces

    def _item_titles(self, found: Record) -> dict[str, str]:
        """The wording of checklist items, from the template the record was made with."""
        from supervisor_tui.locale import language

        template = query.template(self.replica, str(found.fields.get("template", "")))
        if template is None:
            return {}
        return {item.field: item.title.in_(language()) for section in template.sections for item in section.items}

    def _versions(self, found: Record) -> list[Piece]:
        pieces: list[Piece] = [("\n" + t("record.versions", count=len(found.versions)) + "\n", "bold")]
        for number, version in enumerate(found.versions, start=1):
            pieces += self._version(number, version, found.kind)
        return pieces

    def _version(self, number: int, version: Version, kind: str) -> list[Piece]:
        author = one_line(query.person_name(self.replica, version.by))
        state = t(f"verdict_of_version.{version.verdict}")
        reason = _why_not(version)
        pieces: list[Piece] = [
            (f"{number}  ", "dim"),
            f"{local(version.at)}  {author}  ",
            (state, "$success" if version.verdict == "accepted" else "$warning"),
            f"  {one_line(version.why)}\n" if version.why else "\n",
        ]
        if reason:
            pieces.append((f"   {reason}\n", "$error"))
        if number > 1:
            for name, value in version.set.items():
                changed = one_line(value_words(self.replica, name, value)) or t("record.cleared")
                pieces.append((f"   {field_words(kind, name)}: {changed}\n", "dim"))
        return pieces

    # --- what can be done --------------------------------------------------------------------------------------------

    def action_to_unit(self) -> None:
        """The file of the record's unit."""
        from supervisor_tui.screens.unit_file import UnitScreen

        if self.found is not None:
            self.app.push_screen(UnitScreen(self.found.ledger))

    def action_correct(self) -> None:
        """A new version, in the form the record was written in; the reason is asked on keeping."""
        from supervisor_tui.forms.keeping import begin_correction
        from supervisor_tui.screens.forms_by_kind import form_for

        begun = begin_correction(self.replica, self.record_id)
        if begun is None or self.found is None:
            return
        begun.changed()
        begun.flush()
        form = form_for(self.found.kind, self.found.ledger, begun.draft.id)
        if form is None:
            self.say(t("record.no_form"), severity="warning")
            return
        self.app.push_screen(form)

    def action_withdraw(self) -> None:
        """Withdraw, with a reason."""
        self._ask(t("record.ask_withdraw"), lambda why: append.withdraw(self.replica, self.record_id, why))

    def action_step(self) -> None:
        """The next step of a follow-up: the one there is, or the one chosen."""
        if self.found is None or self.found.kind != "follow_up":
            return
        from supervisor_tui.screens.choose import ChooseScreen

        steps = NEXT_STEPS.get(str(self.found.fields.get("status", "")), ())
        choices = [(step, t(f"step.{step}")) for step in steps]
        self.app.push_screen(ChooseScreen(t("record.ask_step"), choices), self._step_chosen)

    def _step_chosen(self, step: str | None) -> None:
        if step is None:
            return
        asked = t("record.ask_progress", step=t(f"status.{step}"))
        self._ask(asked, lambda said: append.step(self.replica, self.record_id, step, said), may_be_empty=True)

    def _ask(self, question: str, act: Callable[[str], Any], *, may_be_empty: bool = False) -> None:
        from supervisor_tui.screens.ask import AskScreen

        def answered(answer: str | None) -> None:
            if answer is not None:
                self._do(lambda: act(answer))

        self.app.push_screen(AskScreen(question, may_be_empty=may_be_empty), answered)

    def _do(self, act: Callable[[], Any]) -> None:
        try:
            act()
        except Refused as refused:
            self.say(t(f"refused.{refused.code}"), severity="warning")
        except InvalidFields as invalid:
            self.say(
                "\n".join(f"{fault.field}: {t('fault.' + fault.code, wanted=fault.wanted)}" for fault in invalid.faults)
            )
        except ReplicaError:
            self.say(t("cli.cannot_write"), severity="error")
        else:
            self.say(t("finish.kept"))
        self.redraw()
        self.refresh_bindings()


def _in_order(found: Record) -> list[tuple[str, Any]]:
    """The fields in the order of their kind, then dotted members by name."""
    from sync.records import KINDS

    known = list(KINDS[found.kind].fields) if found.kind in KINDS else []
    return sorted(
        ((name, value) for name, value in found.fields.items() if name != "withdrawn"),
        key=lambda pair: (known.index(pair[0]) if pair[0] in known else len(known), pair[0]),
    )


def _pair(words: str, value: str, *, conflicted: bool) -> list[Piece]:
    """A field's name and value; a value of several lines stands under each other."""
    name = one_line(words)
    lines = harmless(value).split("\n")
    first = name + " " * max(1, _NAME_CELLS - cells(name))
    mark: list[Piece] = [(f" {t('history.conflict')}", "$error")] if conflicted else []
    rest = [f"{' ' * _NAME_CELLS}{line}\n" for line in lines[1:]]
    return [(first, "dim"), lines[0], *mark, "\n", *rest]


def _why_not(version: Version) -> str:
    if version.verdict == "apart":
        return t(f"apart.{version.code}")
    return t(f"flaw.{version.code}") if version.verdict == "invalid" else ""
