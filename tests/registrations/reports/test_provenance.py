from __future__ import annotations

import pytest

from events.access import ANYBODY
from registrations.operations import accounts
from registrations.reports import provenance
from tests import factories
from tests.registrations.reports.counting import report


@pytest.fixture
def city_wide(world, now):
    """The region's figures: a session and a statement of the association, and one of a bureau placed in the city."""
    bureau = factories.organization("nongye")
    theirs = factories.activity(
        world.campaign, organization=bureau, name="农业局讲座", region=factories.region(parent=factories.city())
    )
    for activity, venue in (
        (world.activity, world.session),
        (theirs, factories.session(theirs, now, venue="江桥村刘家")),
    ):
        accounts.state(
            by="test", activity=activity, measure="leaflets", number=5, bound="exact", phrase="内部材料：5份", at=now
        )
        assert venue.activity == activity
    return report(world.lead, scope="region").as_json()


def labels(report, code):
    [figure] = [one for one in report["figures"] if one["code"] == code]
    return sorted(record["label"] for record in figure["records"])


def test_beyond_ones_reach_a_record_is_organization_and_activity_alone(world, city_wide):
    seen = provenance.within_reach(world.owner, city_wide)
    assert labels(seen, "leaflets") == ["nongye科协：农业局讲座", "食品安全讲座：内部材料：5份"]
    assert labels(seen, "sessions") == ["nongye科协：农业局讲座", "食品安全讲座 2026-11-24 东方社区活动室"]
    assert "刘家" not in str(seen)


def test_the_numbers_stay_and_the_report_that_was_given_is_left_as_it_was(world, city_wide):
    before = str(city_wide)
    seen = provenance.within_reach(world.owner, city_wide)
    assert [one["number"] for one in seen["figures"]] == [one["number"] for one in city_wide["figures"]]
    assert str(city_wide) == before


def test_somebody_without_any_role_sees_organizations_and_activities_alone(world, city_wide):
    seen = provenance.within_reach(ANYBODY, city_wide)
    assert labels(seen, "leaflets") == ["nongye科协：农业局讲座", "tianmen科协：食品安全讲座"]


def test_a_reader_of_the_whole_association_sees_its_labels_whole(world, city_wide):
    seen = provenance.within_reach(factories.actor(world.lead, "reader"), city_wide)
    assert "食品安全讲座：内部材料：5份" in labels(seen, "leaflets")
