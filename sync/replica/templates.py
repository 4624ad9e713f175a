"""The templates of the district, as far as this version can read them. Read through `query`."""

from __future__ import annotations

import msgspec

from sync.replica.campaigns import district_records, stages
from sync.replica.replica import Replica
from sync.replica.whole_records import record
from sync.templates import InvalidTemplate, Template, read_template


class TemplateRow(msgspec.Struct, frozen=True, kw_only=True):
    """A template and the record that holds it."""

    record: str
    template: Template


def templates(replica: Replica) -> list[TemplateRow]:
    """The newest version of every template, in order of stage; templates this version cannot read are left out."""
    newest: dict[str, TemplateRow] = {}
    for record_id, fields in district_records(replica, "template"):
        try:
            found = read_template(fields.get("document"))
        except InvalidTemplate:
            continue
        if found.name not in newest or found.version >= newest[found.name].template.version:
            newest[found.name] = TemplateRow(record=record_id, template=found)
    order = {stage: place for place, stage in enumerate(stages(replica))}
    return sorted(newest.values(), key=lambda row: (order.get(row.template.stage, len(order)), row.template.name))


def template(replica: Replica, record_id: str) -> Template | None:
    """The template a record id names, whatever its version; None if it is not here or cannot be read."""
    found = record(replica, record_id)
    try:
        return None if found is None else read_template(found.fields.get("document"))
    except InvalidTemplate:
        return None
