"""Charts and what is still to do: read off the ledger."""

from __future__ import annotations

import datetime

from registrations.operations import accounts, session_changes
from registrations.reports import charts, todo
from tests import factories
from tests.registrations.reports.counting import report

DAY = datetime.timedelta(days=1)


def chart(world, code, **values):
    [found] = [one for one in charts.of(report(world.lead, **values).ledger) if one.code == code]
    return {bar.key: (bar.figure.number, bar.share) for bar in found.bars}


def held(world, people, month=11, region=None, **values):
    made = factories.activity(world.campaign, **values)
    factories.heads(factories.session(made, world.session.starts_at.replace(month=month, day=3), region=region), people)
    return made


def test_attendance_stands_by_month_in_their_order_and_by_form_the_largest_first(world):
    held(world, 30, month=9)
    held(world, 60, month=3, form="exhibition")
    held(world, 10, month=9)
    assert chart(world, "month") == {"2026-03": (60, 1000), "2026-09": (40, 666)}
    assert list(chart(world, "month")) == ["2026-03", "2026-09"]
    assert list(chart(world, "form")) == ["exhibition", "lecture"]


def test_a_session_counts_in_its_own_township_and_what_has_none_stands_last(world):
    town = factories.region(parent=factories.city())
    held(world, 30, region=town)
    held(world, 90)
    assert chart(world, "township") == {"汪场镇": (30, 333), "": (90, 1000)}
    assert list(chart(world, "township")) == ["汪场镇", ""]


def test_an_activity_for_two_groups_counts_with_each(world):
    held(world, 30, audiences=["farmers", "elderly"])
    held(world, 5)
    assert chart(world, "audience") == {"elderly": (30, 1000), "farmers": (30, 1000), "": (5, 166)}


def test_what_a_document_says_of_a_year_stands_in_no_month(world, now):
    made = factories.activity(
        world.campaign, state="held", signup_by="none", starts_on=datetime.date(2026, 1, 1),
        ends_on=datetime.date(2026, 12, 31), date_precision="year",
    )  # fmt: skip
    accounts.state(by="test", activity=made, measure="attendance", number=500, bound="about", phrase="约500人", at=now)
    held(world, 10, month=5)
    assert chart(world, "month") == {"2026-05": (10, 20), "": (500, 1000)}


def test_many_townships_are_summed_in_the_last_bar(world):
    for number in range(15):
        held(world, 10 + number, region=factories.region(f"42900620{number:02d}", f"第{number}镇"))
    found = chart(world, "township")
    assert len(found) == charts.MOST
    assert list(found)[-1] == "other"
    assert sum(number for number, _share in found.values()) == sum(range(10, 25))


def test_unknown_attendance_draws_no_bar_and_is_no_zero(world, now):
    accounts.state(
        by="test", activity=world.activity, measure="attendance", number=None, bound="unknown", phrase="不详", at=now
    )
    [by_form] = [one for one in charts.of(report(world.lead).ledger) if one.code == "form"]
    assert by_form.longest is None
    assert by_form.bars[0].figure.number is None


def test_what_is_missing_is_read_off_the_span(world, now):
    after = now + 3 * DAY
    found = todo.of(report(world.lead).ledger, after)
    assert (found.uncounted, found.uncounted_count) == ((world.session,), 1)
    assert (found.few_photos, found.unrecorded_count) == ((world.activity,), 0)
    empty = factories.activity(
        world.campaign, state="held", signup_by="none", name="无记录", starts_on=now.date(), ends_on=now.date()
    )
    assert todo.of(report(world.lead).ledger, after).unrecorded == (empty,)
    factories.heads(world.session, 3)
    accounts.record_output(by="test", activity=empty, measure="leaflets", number=3, at=after)
    for activity in (world.activity, empty):
        for number in range(2):
            accounts.add_evidence(
                by="test", organization=world.lead, activity=activity, kind="photo", title=f"{number}", at=after
            )
    assert todo.of(report(world.lead).ledger, after).nothing


def test_what_lies_ahead_or_was_called_off_is_not_asked_for(world, now):
    assert todo.of(report(world.lead).ledger, now - DAY).nothing
    session_changes.call_off(by=world.owner, session=world.session, reason="大雪", at=now)
    assert todo.of(report(world.lead).ledger, now + 3 * DAY).nothing
