"""Every figure of the brief, beside an oracle that knows nothing but the exported entries (`tests.oracle`)."""

from __future__ import annotations

from supervisor_tui.profiles import profile_file
from sync.replica import Replica, query
from tests.acceptance.people import District
from tests.oracle.beside import differing, periods_of, told_by


def test_every_figure_of_the_sample_district_is_the_oracles(district: District) -> None:
    with Replica.open(profile_file(district["office"].home, "default")) as replica:
        told = told_by(replica)
        asked = ["", *(each.id for each in query.campaigns(replica))]
        compared = [(campaign, *period) for campaign in asked for period in periods_of(replica, campaign)]
        assert len(compared) > 20
        assert [line for each in compared for line in differing(replica, told, *each)] == []
