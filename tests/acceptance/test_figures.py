"""Every figure of the brief, beside an oracle that knows nothing but the exported entries (`tests.oracle`)."""

from __future__ import annotations

from supervisor_tui.files.profiles import profile_file
from sync.replica import Replica, query
from tests.acceptance.people import District
from tests.oracle.beside import differing, differing_register, differing_stages, periods_of, told_by
from tests.oracle.register import register
from tests.oracle.stages import stages


def test_every_figure_of_the_sample_district_is_the_oracles(district: District) -> None:
    with Replica.open(profile_file(district["office"].home, "default")) as replica:
        told = told_by(replica)
        asked = ["", *(each.id for each in query.campaigns(replica))]
        compared = [(campaign, *period) for campaign in asked for period in periods_of(replica, campaign)]
        assert len(compared) > 20
        assert [line for each in compared for line in differing(replica, told, *each)] == []


def test_every_row_of_the_register_of_the_sample_district_is_the_oracles_now_and_on_past_days(
    district: District,
) -> None:
    with Replica.open(profile_file(district["office"].home, "default")) as replica:
        told, days = told_by(replica), ["", *_past_days(replica)]
        assert len(register(told, days[1])) > 20
        assert [line for day in days for line in differing_register(replica, told, day)] == []


def test_where_every_unit_of_the_sample_district_stands_at_every_gate_is_the_oracles_now_and_on_past_days(
    district: District,
) -> None:
    with Replica.open(profile_file(district["office"].home, "default")) as replica:
        told, places = told_by(replica), set[str]()
        for campaign in query.campaigns(replica):
            for stage in [row.stage for row in campaign.stages]:
                for day in ("", *_past_days(replica)):
                    assert differing_stages(replica, told, campaign.id, stage, day) == []
                    places |= {
                        each.place for each in stages(told, campaign.id, stage, day or "9999-12-31", day).values()
                    }
        assert len(places) > 3


def _past_days(replica: Replica) -> list[str]:
    """Return two days on which the sample district had something to do."""
    found = sorted(row.due_on for row in register(told_by(replica)))
    return [found[len(found) // 3], found[2 * len(found) // 3]]
