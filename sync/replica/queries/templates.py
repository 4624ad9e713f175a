"""The templates of the district, as far as this version can read them. Read through `query`."""

from __future__ import annotations

import msgspec

from sync.model.kinds import ANY_CAMPAIGN
from sync.model.templates import InvalidTemplate, Template, read_template
from sync.replica.as_of.calendar import zones
from sync.replica.queries.campaigns import dated_records, latest_begun, stages
from sync.replica.queries.records import record
from sync.replica.replica import Replica


class TemplateRow(msgspec.Struct, frozen=True, kw_only=True):
    """A template, the record that holds it, and the campaign it belongs to."""

    record: str
    template: Template
    campaign: str


def templates(replica: Replica, campaign: str) -> list[TemplateRow]:
    """The newest version of every template of a campaign, in order of stage; what cannot be read is left out.

    Of two of one name the campaign's own is used before one for any campaign.
    """
    newest: dict[tuple[str, str], TemplateRow] = {}
    for row in _read(replica):
        place = (row.campaign, row.template.name)
        wanted = row.campaign in (campaign, ANY_CAMPAIGN)
        if wanted and (place not in newest or row.template.version >= newest[place].template.version):
            newest[place] = row
    found = {name: row for (of, name), row in sorted(newest.items(), key=lambda each: each[0][0] == campaign)}
    order = {stage: place for place, stage in enumerate(stages(replica))}
    return sorted(found.values(), key=lambda row: (order.get(row.template.stage, len(order)), row.template.name))


def _read(replica: Replica) -> list[TemplateRow]:
    """Every template that can be read; one that names no campaign is of the latest that had begun when it was made."""
    days, found = zones(replica), []
    for record_id, at, fields in dated_records(replica, "template"):
        try:
            template = read_template(fields.get("document"))
        except InvalidTemplate:
            continue
        campaign = str(fields.get("campaign") or latest_begun(replica, days.day_of(at)))
        found.append(TemplateRow(record=record_id, template=template, campaign=campaign))
    return found


def template(replica: Replica, record_id: str) -> Template | None:
    """The template a record id names, whatever its version; None if it is not here or cannot be read."""
    found = record(replica, record_id)
    try:
        return None if found is None else read_template(found.fields.get("document"))
    except InvalidTemplate:
        return None
