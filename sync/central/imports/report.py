"""What an import has to say: what was found, kept and refused, and every doubt with its place in the file."""

from __future__ import annotations

from typing import Literal

import msgspec

from sync.central.locale import t


class CannotRead(Exception):
    """A file that is not what it should be; the text, in the language spoken, is one plain sentence or more."""


class Rejected(msgspec.Struct, frozen=True, kw_only=True):
    """A row or file that may not be kept: where it stands, and why."""

    place: str
    reason: str


class Doubt(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing a person should look at: where it stands, what it says, how it was read, in the language spoken.

    `weight`: `note` (left out, as it should be), `doubt` (read, but it may mean something else), `refused`.
    """

    weight: Literal["note", "doubt", "refused"]
    row: int
    says: str
    read: str
    sheet: str = ""
    column: str = ""
    heading: str = ""

    def __str__(self) -> str:
        cell = f"{self.column}{self.row}" if self.column else t("tables.row", row=self.row)
        place = f"{self.sheet}!{cell}" if self.sheet else cell
        heading = f" {self.heading}" if self.heading else ""
        says = t("tables.says", says=self.says) if self.says else t("tables.empty")
        return f"{t('weight.' + self.weight)}: {place}{heading}: {says}: {self.read}"


class Question(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only the office can say: what a heading or a word means, whether hidden or struck-out rows are read.

    `says`: the heading or word; `field`: the field whose word it is; `among`: what the word may mean, as the office
    calls it -> its id.
    """

    about: Literal["heading", "word", "hidden", "struck"]
    says: str
    place: str
    field: str = ""
    among: dict[str, str] = {}


class Report(msgspec.Struct, kw_only=True):
    """What an import found and kept; `changed`: records that are new or different now.

    `enrolled`: how many units take part in which campaign by their batch from now on; `unfit`: how many have which
    batch that fits no campaign, or several. `asked` names the headings nobody has given a meaning yet, `questions`
    everything that is asked about, once each.
    """

    found: int = 0
    kept: int = 0
    changed: int = 0
    rejected: list[Rejected] = []
    doubts: list[Doubt] = []
    enrolled: dict[str, int] = {}
    unfit: dict[str, int] = {}
    asked: list[str] = []
    questions: list[Question] = []

    def ask(self, question: Question) -> None:
        """Ask about something; of hidden and of struck-out rows once for all."""
        once = question.about in ("hidden", "struck")
        same = [
            each for each in self.questions if each.about == question.about and (once or each.says == question.says)
        ]
        if not same:
            self.questions.append(question)
