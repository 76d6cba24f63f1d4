"""Whose records count, from when, and what other units reported."""

from __future__ import annotations

import datetime

import pytest

from events.models import Activity
from registrations.figures import Amount, Grade, amount
from registrations.models import ExpertSupport
from registrations.operations import accounts, session_changes
from registrations.reports.ledger import scope_of
from tests import factories
from tests.registrations.reports.counting import figure, number, report

YEAR = (datetime.date(2026, 1, 1), datetime.date(2026, 12, 31))


def led_by(organization, world, people, **values):
    """A lecture that another organization leads within the campaign, and how many came."""
    made = factories.activity(world.campaign, organization=organization, **values)
    factories.heads(factories.session(made, world.session.starts_at), people)
    return made


@pytest.fixture
def town(world):
    """A township body below the association; it does not report through it."""
    return factories.organization(
        "wangchang", parent=world.lead, kind="township", where=factories.region(parent=factories.city())
    )


def attendance(organization, **values):
    return number(organization, "attendance", **values)


def test_what_a_township_body_leads_counts_in_the_tree_and_not_in_the_associations_own(world, town):
    factories.heads(world.session, 10)
    led_by(town, world, 7)
    assert attendance(world.lead, scope="own") == (10, "exact")
    assert attendance(world.lead, scope="tree") == (17, "exact")
    assert attendance(town, scope="own") == (7, "exact")


def test_a_base_that_reports_through_the_association_counts_as_its_own(world):
    base = factories.organization("base", parent=world.lead, reports=True, kind="base")
    led_by(base, world, 7, form="visit")
    assert attendance(world.lead, scope="own") == (7, "exact")
    assert number(world.lead, "base_visits") == (1, "exact")


def test_only_the_lead_organization_counts_an_activity(world):
    """A co-organizer below it, and one elsewhere, have nothing of their own."""
    below = factories.organization("below", parent=world.lead)
    elsewhere = factories.organization("elsewhere", where=factories.region("429005000000", "潜江市", "city"))
    joint = factories.activity(world.campaign, co_organizers=[below, elsewhere])
    factories.heads(factories.session(joint, world.session.starts_at), 50)
    for scope in ("own", "tree", "region"):
        assert attendance(world.lead, scope=scope) == (50, "exact")
        assert attendance(elsewhere, scope=scope) is None
    assert attendance(below, scope="own") is None
    assert attendance(below, scope="tree") is None


def test_activities_of_others_count_in_the_region_where_they_are_placed_there(world):
    city, elsewhere = factories.city(), factories.organization("bureau")
    town = factories.region(parent=city)
    led_by(elsewhere, world, 5, region=town)
    at_venue = factories.activity(world.campaign, organization=elsewhere)
    factories.heads(factories.session(at_venue, world.session.starts_at, region=town), 6)
    outside = factories.region("429005000000", "潜江市", "city")
    led_by(elsewhere, world, 100, region=outside)
    assert attendance(world.lead, scope="tree") is None
    assert attendance(world.lead, scope="region") == (11, "exact")


def test_an_activity_in_the_region_by_several_sessions_counts_once(world):
    town = factories.region(parent=factories.city())
    made = factories.activity(world.campaign, organization=factories.organization("bureau"), region=town)
    for hour in range(3):
        session = factories.session(made, world.session.starts_at + datetime.timedelta(hours=3 * hour), region=town)
        factories.heads(session, 10)
    accounts.record_output(by="test", activity=made, measure="leaflets", number=40, at=world.session.ends_at)
    assert attendance(world.lead, scope="region") == (30, "exact")
    assert number(world.lead, "leaflets", scope="region") == (40, "exact")


def test_own_lies_within_the_tree_and_the_tree_within_the_region(world, town):
    base = factories.organization("base", reports=True, parent=world.lead)
    for organization in (world.lead, town, base, factories.organization("bureau")):
        led_by(organization, world, 3, region=factories.region(parent=factories.city()))
    own, tree, region = (
        set(Activity.objects.filter(scope_of(world.lead, scope)).values_list("pk", flat=True))
        for scope in ("own", "tree", "region")
    )
    assert own < tree < region


@pytest.mark.parametrize("state, counts", [("draft", False), ("published", True), ("held", True), ("archived", True)])
def test_an_activity_counts_once_it_is_published(world, state, counts):
    led_by(world.lead, world, 9, state=state)
    assert attendance(world.lead) == ((9, "exact") if counts else None)


def test_a_session_that_was_called_off_counts_nothing(world, now):
    factories.heads(world.session, 10)
    session_changes.call_off(by=world.owner, session=world.session, reason="大雪", at=now)
    assert attendance(world.lead) is None
    assert figure(world.lead, "sessions") is None


def test_leaflets_of_two_sessions_together_count_once_and_are_split_by_nobody(world, now):
    second = factories.session(world.activity, now + datetime.timedelta(days=1))
    accounts.record_output(
        by=world.owner, activity=world.activity, sessions=[world.session, second], measure="leaflets", number=600,
        bound="at_least", at=now,
    )  # fmt: skip
    assert number(world.lead, "leaflets") == (600, "at_least")
    assert len(figure(world.lead, "leaflets").records) == 1


def test_leaflets_of_a_session_count_in_its_year_and_those_of_an_activity_in_the_year_it_ends(world, now):
    made = factories.activity(world.campaign, form="exhibition")
    first = factories.session(made, now)
    factories.session(made, now + datetime.timedelta(days=60))  # in January
    accounts.record_output(by=world.owner, activity=made, sessions=[first], measure="leaflets", number=30, at=now)
    accounts.record_output(by=world.owner, activity=made, measure="leaflets", number=5, at=now)
    assert number(world.lead, "leaflets", year=2026) == (30, "exact")
    assert number(world.lead, "leaflets", year=2027) == (5, "exact")


def test_an_activity_entered_without_sessions_counts_in_the_year_it_ends_once_it_has_begun(world, now):
    made = factories.activity(
        world.campaign, form="consultation", signup_by="none", state="held",
        starts_on=datetime.date(2026, 3, 1), ends_on=datetime.date(2026, 3, 31), date_precision="month",
    )  # fmt: skip
    accounts.record_output(by=world.owner, activity=made, measure="consultations", number=200, at=now)
    assert number(world.lead, "consultations") == (200, "exact")
    assert number(world.lead, "consultations", as_of=datetime.date(2026, 2, 28)) is None
    assert number(world.lead, "consultations", year=2025) is None


def test_people_attendances_and_consultations_never_share_a_sum(world, now):
    accounts.record_output(by=world.owner, activity=world.activity, measure="consultations", number=200, at=now)
    factories.heads(world.session, 10)
    units = {line.indicator.code: line.figure.unit for line in report(world.lead).lines if line.figure}
    assert units["attendance"] == units["consultations"] == "人次"
    assert attendance(world.lead) == (10, "exact")


def support(world, activity, first, last, **values):
    return ExpertSupport.objects.create(
        organization=world.lead, activity=activity, expert="王专家", beneficiary="江桥村", what="病虫害防治",
        starts_on=first, ends_on=last, at=world.session.starts_at, **values,
    )  # fmt: skip


def test_each_support_of_an_expert_is_one_item_in_the_year_it_ends_once_it_has_begun(world):
    made = factories.activity(world.campaign, form="expert_support", starts_on=YEAR[0], ends_on=YEAR[1])
    support(world, made, datetime.date(2026, 3, 1), datetime.date(2026, 3, 1))
    support(world, made, datetime.date(2026, 10, 1), datetime.date(2026, 10, 9))
    support(world, made, datetime.date(2026, 12, 1), datetime.date(2027, 1, 9))
    assert number(world.lead, "supports") == (2, "exact")
    assert number(world.lead, "supports", as_of=datetime.date(2026, 6, 30)) == (1, "exact")


def install(world, change, on, bound="exact", organization=None):
    return accounts.change_stock(
        by="test", organization=organization or world.lead, measure="terminals", change=change, on=on, bound=bound,
        phrase=f"{change:+d}台", at=world.session.starts_at,
    )  # fmt: skip


def test_a_stock_is_what_was_installed_minus_what_was_withdrawn_up_to_the_cut_off(world):
    for change, month in ((7, 1), (3, 6), (-2, 9)):
        install(world, change, datetime.date(2026, month, 1))
    shown = {month: number(world.lead, "terminals", as_of=datetime.date(2026, month, 1)) for month in (1, 5, 6, 9)}
    assert shown == {1: (7, "exact"), 5: (7, "exact"), 6: (10, "exact"), 9: (8, "exact")}
    assert figure(world.lead, "terminals", as_of=datetime.date(2025, 12, 31), year=2025) is None
    assert number(world.lead, "terminals", year=2027) == (8, "exact")
    assert figure(world.lead, "terminals").as_of == "2026-12-31"


def test_a_stock_from_which_at_least_some_were_withdrawn_is_at_most_the_rest(world):
    install(world, 10, datetime.date(2026, 1, 1))
    install(world, -3, datetime.date(2026, 2, 1), bound="at_least")
    assert figure(world.lead, "terminals").whole == Amount(7, 0, 7)


def test_more_withdrawn_than_installed_leaves_nothing_rather_than_less(world):
    install(world, 2, datetime.date(2026, 1, 1))
    install(world, -5, datetime.date(2026, 2, 1))
    assert number(world.lead, "terminals") == (0, "exact")


def test_a_townships_stock_is_in_the_tree_alone(world, town):
    install(world, 7, datetime.date(2026, 1, 1))
    install(world, 2, datetime.date(2026, 1, 1), organization=town)
    assert number(world.lead, "terminals", scope="own") == (7, "exact")
    assert number(world.lead, "terminals", scope="tree") == (9, "exact")
    assert number(world.lead, "terminals", scope="region") == (9, "exact")


def handed_in(world, people, *, bound="exact", period=YEAR, recipient=None, subject="training_citywide"):
    return accounts.report(
        by="test", recipient=recipient or world.lead, region=world.lead.region, reporter_name="市农业局",
        period=period, measure="attendance", number=people, bound=bound, subject=subject,
        phrase="全年培训4700余人次", at=world.session.starts_at,
    )  # fmt: skip


def test_what_others_reported_counts_in_the_region_alone(world):
    factories.heads(world.session, 10)
    handed_in(world, 4700, bound="at_least")
    assert attendance(world.lead, scope="own") == attendance(world.lead, scope="tree") == (10, "exact")
    assert attendance(world.lead, scope="region") == (4710, "at_least")
    found = figure(world.lead, "training_citywide", scope="region")
    assert found.grades == {Grade.REPORTED: amount(4700, "at_least")}
    assert found.records[0].label == "市农业局：全年培训4700余人次"


def test_joint_activities_are_taken_out_of_what_was_reported(world):
    factories.heads(world.session, 200)
    handed_in(world, 4700).overlaps.add(world.activity)
    assert number(world.lead, "training_citywide", scope="region") == (4500, "exact")
    assert attendance(world.lead, scope="region") == (4700, "exact")


def test_a_joint_activity_larger_than_what_was_reported_leaves_nothing_of_it(world):
    factories.heads(world.session, 200)
    handed_in(world, 150).overlaps.add(world.activity)
    assert attendance(world.lead, scope="region") == (200, "exact")


def test_a_joint_activity_whose_people_are_unknown_leaves_the_reported_number_at_most(world, now):
    accounts.state(
        by="test",
        activity=world.activity,
        measure="attendance",
        number=None,
        bound="unknown",
        phrase="人数不详",
        at=now,
    )
    handed_in(world, 150).overlaps.add(world.activity)
    whole = figure(world.lead, "training_citywide", scope="region").whole
    assert (whole.stated, whole.low, whole.high, whole.unknown_parts) == (None, 0, 150, 1)


def test_reported_figures_of_another_year_subject_or_period_to_come_do_not_count(world):
    handed_in(world, 1, period=(datetime.date(2025, 1, 1), datetime.date(2025, 12, 31)))
    handed_in(world, 2, subject="something_else")
    handed_in(world, 4, period=(datetime.date(2026, 10, 1), datetime.date(2026, 12, 31)))
    assert number(world.lead, "training_citywide", scope="region", as_of=datetime.date(2026, 9, 30)) is None
    assert number(world.lead, "training_citywide", scope="region") == (4, "exact")


def test_where_nothing_is_recorded_the_report_has_no_figures_and_no_passage(world, now):
    session_changes.call_off(by=world.owner, session=world.session, reason="大雪", at=now)
    empty = report(world.lead)
    assert empty.as_json()["figures"] == []
    assert "##" not in empty.as_markdown()
    assert all(line.zh == line.en == "" for line in empty.lines)


def test_a_number_that_is_not_known_is_written_as_unknown_also_where_a_sentence_wants_it_bare(world, now):
    made = factories.activity(world.campaign, form="expert_support", starts_on=YEAR[0], ends_on=YEAR[1])
    for measure, bound, said in (("projects", "unknown", None), ("supports", "at_most", 71)):
        accounts.state(by="test", activity=made, measure=measure, number=said, bound=bound, phrase="……", at=now)
    assert "为未统计项目提供近71项技术支撑" in report(world.lead).as_markdown()


def test_a_figure_is_said_in_both_languages(world):
    factories.heads(world.session, 1250)
    line = report(world.lead).line("attendance")
    assert (line.zh, line.en) == ("1250人次", "1,250 attendances")
    assert report(world.lead).line("no_such_code") is None
