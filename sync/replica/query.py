"""What the screens and the command line read: lists by the page, cards, records, registers, the state of the exchange.

The one import for readers of the modules below. Every function takes an open `Replica` and reads what is visible,
nothing more. `today` is a day, YYYY-MM-DD.
"""

from sync.replica.queries.campaigns import campaign, campaign_named, campaigns, categories, classes, stages
from sync.replica.queries.follow_ups import follow_ups
from sync.replica.queries.histories import conflicts, history
from sync.replica.queries.names import group_name, person_name, unit_name
from sync.replica.queries.records import find_record, last_inspection, record, records_of_code
from sync.replica.queries.status import receipts, rulings, status
from sync.replica.queries.templates import TemplateRow, template, templates
from sync.replica.queries.unit_cards import TREND_VISITS, count_verdicts, unit
from sync.replica.queries.units import find_unit, units

__all__ = [
    "TREND_VISITS",
    "TemplateRow",
    "campaign",
    "campaign_named",
    "campaigns",
    "categories",
    "classes",
    "conflicts",
    "count_verdicts",
    "find_record",
    "find_unit",
    "follow_ups",
    "group_name",
    "history",
    "last_inspection",
    "person_name",
    "receipts",
    "record",
    "records_of_code",
    "rulings",
    "stages",
    "status",
    "template",
    "templates",
    "unit",
    "unit_name",
    "units",
]
