"""How rows are shown: the columns of every list, and the lines of a unit's card. Pure, in words of the domain."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from supervisor_tui.labels.campaigns import category_words, class_words, stage_words
from supervisor_tui.labels.dates import NARROW, list_day, narrow
from supervisor_tui.labels.fields import figure_words
from supervisor_tui.labels.follow_ups import due_words, status_words
from supervisor_tui.locale import language, t
from supervisor_tui.rules.gaps import Gap
from supervisor_tui.terminal.text import one_line, without_floods
from supervisor_tui.widgets.bars import share_bars
from supervisor_tui.widgets.paged_list import Column
from supervisor_tui.widgets.spans import Span
from sync.model.kinds import IMPORTED
from sync.replica.as_of.assignments import CHAIN
from sync.replica.queries.rows import FollowUpRow, HistoryRow, UnitCard, UnitRow
from sync.replica.queries.search import Hit
from sync.replica.queries.succession import Succession
from sync.replica.query import count_verdicts

_GAP: Span = ("  ", "")
MARK = "*"  # before a unit that is chosen


def wide_words(zh: int, en: int) -> int:
    """Cells for a column of words of the catalogue: English ones are longer."""
    return en if language() == "en" else zh


def unit_columns(today: str, *, alone: bool) -> list[Column[UnitRow]]:
    """Name, last visit, open and overdue follow-ups; with the list alone on screen the category, too."""

    def overdue(row: UnitRow) -> Span:
        return str(row.overdue), "bad" if row.overdue else "dim"

    category = Column[UnitRow]("unit.category", lambda row: (category_words(row.category), "dim"), wide_words(12, 21))
    return [
        Column("unit.name", lambda row: row.name, names=True),
        *([category] if alone else []),
        Column("unit.last_visit", lambda row: narrow(row.last_visit, today) or ("-", "dim"), NARROW, "right"),
        Column("unit.open", lambda row: (str(row.open), "plain" if row.open else "dim"), 4, "right"),
        Column("unit.overdue", overdue, wide_words(4, 7), "right"),
    ]


def history_columns(today: str, stage_on: Callable[[str, str], str], *, wide: bool) -> list[Column[HistoryRow]]:
    """Stage (where it begins), day, kind, what it says, whether the office has it.

    `stage_on` gives the stage of a campaign on a day.
    """

    def stage(row: HistoryRow) -> Span:
        code = row.stage or stage_on(row.campaign, row.day)
        return stage_words(code) if code else "", "heading"

    return [
        Column("history.stage", stage, 11 if wide else 8, once=True),
        Column("history.day", lambda row: list_day(row.day, today, wide=wide), 10 if wide else NARROW),
        Column("history.kind", lambda row: kind_words(row), wide_words(4, 10)),
        Column("history.what", lambda row: what_words(row, today)),
        Column("history.state", state_words, 8),
    ]


def kind_words(row: HistoryRow) -> Span:
    """The kind; a follow-up says its nature."""
    if row.kind == "follow_up":
        return t(f"nature.{row.fields.get('nature', 'problem')}"), "accent"
    return t(f"kind_short.{row.kind}"), "accent" if row.kind == "inspection" else "plain"


def what_words(row: HistoryRow, today: str) -> list[Span]:
    """What a record says in one line."""
    spans: list[Span] = []
    if row.withdrawn:
        spans.append((t("history.withdrawn") + " ", "warn"))
    if row.conflicts:
        spans.append((t("history.conflict") + " ", "bad"))
    if row.invalid:
        spans.append((t("history.invalid") + " ", "warn"))
    for field in ("carried_to", "carried_from"):
        if row.fields.get(field):
            spans.append((t(f"history.{field}") + " ", "dim"))
    if row.fields.get("source"):
        spans.append((t("history.imported") + " ", "dim"))
    if row.fields.get("good_practice"):
        spans.append((t("history.good_practice") + " ", "good"))
    if row.kind == "inspection" and row.fields.get("template") != IMPORTED:
        spans += [*verdict_words(row.fields), _GAP]
    elif row.kind == "follow_up":
        told = [str(row.fields.get(name, "")) for name in ("status", "due_on", "watch_until")]
        spans += [due_words(told[0], told[1], today, told[2]), _GAP]
    elif row.kind == "liaison_note":
        spans.append((t(f"mode.{row.fields.get('mode', 'visit')}") + "  ", "dim"))
    elif row.kind in ("count", "survey", "participation"):
        spans.append((figure_words(row.kind, row.fields), "plain"))
    elif row.kind == "gate":
        spans.append((t(f"decision.{row.fields.get('decision', 'pass')}") + "  ", "plain"))
    return [*spans, (one_line(row.title), "plain")]


def verdict_words(fields: dict[str, object]) -> list[Span]:
    """`达标 21 基本 3 未达 1`; what is nought is left out, but for the first."""
    met, partly, unmet = count_verdicts(fields)
    spans: list[Span] = [(f"{t('verdict.met')} {met}", "good")]
    if partly:
        spans.append((f" {t('verdict.partly')} {partly}", "warn"))
    if unmet:
        spans.append((f" {t('verdict.unmet')} {unmet}", "bad"))
    return spans


def state_words(row: HistoryRow) -> Span:
    """Whether the office has a record."""
    return t(f"state.{row.state}"), {"pending": "warn", "apart": "bad"}.get(row.state, "dim")


def follow_up_columns(
    today: str, *, wide: bool, with_unit: bool = True, whole: bool = False
) -> list[Column[FollowUpRow]]:
    """Due, nature, status, unit, what it is about; `whole`: its class, and who is responsible, too."""
    cells = 22 if wide else wide_words(18, 14)
    unit = [Column[FollowUpRow]("register.unit", lambda row: row.unit_name, cells, names=True)]
    classed = [
        Column[FollowUpRow]("register.class", lambda row: (class_words(row.class_) if row.class_ else "", "dim"), 14),
        Column[FollowUpRow]("register.responsible", lambda row: (_responsible(row), "dim"), 16),
    ]
    post = [Column[FollowUpRow]("register.post", lambda row: (row.responsible_post, "dim"), 12)]
    return [
        Column(
            "register.due", lambda row: due_words(row.status, row.due_on, today, row.watch_until), wide_words(11, 13)
        ),
        Column("register.nature", lambda row: (t(f"nature.{row.nature}"), "accent"), wide_words(4, 10)),
        Column("register.status", lambda row: status_words(row.nature, row.status), wide_words(8, 13)),
        *(unit if with_unit else []),
        Column("register.title_column", lambda row: row.title),
        *([] if whole else post if wide else []),
        *(classed if whole else []),
    ]


def _responsible(row: FollowUpRow) -> str:
    return " ".join(filter(None, (row.responsible_unit, row.responsible_post)))


def hit_columns(today: str, *, wide: bool) -> list[Column[Hit]]:
    """Day, kind, unit, the text around what was found."""
    return [
        Column("search.day", lambda hit: list_day(hit.day, today, wide=wide), 10 if wide else NARROW),
        Column("search.kind", lambda hit: (t(f"kind_short.{hit.kind}"), "accent"), 8),
        Column("search.unit", lambda hit: hit.unit_name, 24 if wide else 16, names=True),
        Column("search.text", hit_words),
    ]


def hit_words(hit: Hit) -> list[Span]:
    """The snippet with what was typed standing out."""
    if without_floods(hit.snippet) != hit.snippet:  # cut in pieces, each would carry its share of the flood
        return [(hit.snippet, "plain")]
    spans: list[Span] = []
    place = 0
    for start, end in hit.spans:
        if start < place:
            continue
        spans += [(hit.snippet[place:start], "plain"), (hit.snippet[start:end], "hit")]
        place = end
    return [*spans, (hit.snippet[place:], "plain")]


def closed_words(found: Succession) -> str:
    """When and why a unit closed, and what follows it."""
    why = t(f"closed_why.{found.closed_why}") if found.closed_why else t("units.closed")
    into = t("list.comma").join(one_line(name) for _, name in found.successors)
    if not into:
        return t("unit.closed", on=one_line(found.closed_on), why=why)
    return t("unit.closed_into", on=one_line(found.closed_on), why=why, into=into)


def succession_words(found: Succession) -> list[Span]:
    """What a unit became and what it came from; nothing for most."""
    spans: list[Span] = [("  " + closed_words(found), "warn")] if found.closed_on else []
    if found.predecessors:
        units = t("list.comma").join(one_line(name) for _, name in found.predecessors)
        spans.append(("  " + t("unit.came_from", units=units), "dim"))
    return spans


CARD_LINES = 6


def card_lines(card: UnitCard, stages: Sequence[str], gap: Gap, part: list[Span]) -> list[list[Span]]:
    """The head of a unit's file: counts, who looks after it, who answers for it, visits by stage (`stages` and any
    other), the trend. `gap`: who answers for it, and what it lacks; `part`: the campaigns it takes part in.
    """
    return [_counted(card), _assigned(card, gap), _chain(gap), part, _stages(card, stages), _trend(card)]


def _counted(card: UnitCard) -> list[Span]:
    if not card.counts:
        return [(t("card.no_counts"), "dim")]
    spans: list[Span] = []
    for name in ("members", "retired", "laid_off", "floating", "out_of_contact"):
        if (value := card.counts.get(name)) is not None:
            spans += [(f"{t(f'card.{name}')} ", "dim"), (one_line(str(value)), "plain"), _GAP]
    return [*spans, (t("card.counted_on", day=one_line(card.counted_on)), "dim")]


def _assigned(card: UnitCard, gap: Gap) -> list[Span]:
    spans: list[Span] = []
    for name, words in (("group", card.group_name), ("liaison", card.liaison_name)):
        missing: Span = (t("card.none"), "bad" if name in gap.lacks else "dim")
        spans += [(t(f"card.{name}") + " ", "dim"), (one_line(words), "plain") if words else missing, _GAP]
    if gap.unit.weak:
        flags = t("list.comma").join(t(f"field.unit.{flag}") for flag in gap.unit.weak)
        spans += [(t("card.weak") + " ", "dim"), (flags, "warn")]
    return spans


def _chain(gap: Gap) -> list[Span]:
    """The posts from above to the unit's own; a missing link stands in its place."""
    links: list[Span] = []
    for post in CHAIN:
        if held := gap.unit.chain.get(post):
            links.append((one_line(held), "plain"))
        elif post in gap.lacks:
            links.append((t("card.missing", post=t(f"chain.{post}")), "bad"))
    spans: list[Span] = [(t("card.chain") + " ", "dim")]
    for place, link in enumerate(links):
        spans += [(" > ", "dim"), link] if place else [link]
    return spans if links else [*spans, (t("card.none"), "dim")]


def _stages(card: UnitCard, stages: Sequence[str]) -> list[Span]:
    spans: list[Span] = []
    for stage in dict.fromkeys([*stages, *card.visits]):
        visits = card.visits.get(stage, 0)
        spans += [
            (f"{stage_words(stage)} ", "dim"),
            (t("card.visits", count=visits), "plain" if visits else "dim"),
            _GAP,
        ]
    return spans


def _trend(card: UnitCard) -> list[Span]:
    """The share of items met, visit by visit: a bar for each of the last twelve, the figures of the last four."""
    shares = [met / total for _, met, partly, unmet in card.verdicts if (total := met + partly + unmet)]
    if not shares:
        return [(t("card.no_visits"), "dim")]
    figures = " > ".join(f"{round(100 * share)}%" for share in shares[-4:])
    return [(t("card.trend") + " ", "dim"), (share_bars(shares), "good"), ("  " + figures, "plain")]
