"""Indicators of one's own, targets, and reasons for changes."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from events.models import History
from registrations.models import ChangeReason, OwnIndicator, Target
from registrations.operations import indicators, targets
from registrations.reports import comparison, yearend
from tests import factories
from tests.registrations.reports.counting import report


def make(world, now, rule, **values):
    given = {"section": "campaigns", "label": "线上讲座", "definition": "线上举办的讲座场次"} | values
    return indicators.make(by=world.owner, organization=world.lead, rule=rule, at=now, **given)


def test_an_own_indicator_stands_in_its_section_of_the_work_report_with_its_version(world, now):
    made = make(world, now, {"count": "sessions", "where": {"form": ["lecture"]}, "unit": "次"})
    found = report(world.lead)
    [section] = [part for part in found.parts if part.section.code == "campaigns"]
    line = section.lines[-1]
    assert (line.indicator.code, line.indicator.label["zh"], line.zh) == (made.code, "线上讲座", "1次")
    assert line.indicator.version == "1"
    other = factories.organization("elsewhere")
    assert report(other).line(made.code) is None


@pytest.mark.parametrize(
    "rule, refusal",
    [
        ({"sum": ["attendance", "persons"]}, indicators.UnlikeMeasures),
        ({"count": ["sessions", "courses"]}, indicators.UnlikeMeasures),
        ({"stock": "terminals", "where": {"form": ["lecture"]}}, indicators.StockTakesNoConditions),
        ({"sum": "terminals"}, indicators.RuleUnfit),
        ({"sum": "likes"}, indicators.RuleUnfit),
        ({"count": "sessions", "where": {"form": ["party"]}}, indicators.UnknownCondition),
        ({"count": "sessions", "where": {"colour": ["red"]}}, indicators.RuleUnfit),
    ],
)
def test_a_rule_that_adds_unlike_measures_or_cannot_be_meant_is_refused(world, now, rule, refusal):
    with pytest.raises(refusal):
        make(world, now, rule)
    assert not OwnIndicator.objects.exists()


def test_the_refusal_of_unlike_measures_names_them_with_their_units():
    with pytest.raises(indicators.UnlikeMeasures) as refused:
        indicators.refuse_rule({"sum": ["attendance", "persons"]})
    assert "参与人次（人次）、参与人数（人）" in refused.value.message


def test_an_unknown_section_is_refused(world, now):
    with pytest.raises(indicators.UnknownSection):
        make(world, now, {"count": "sessions"}, section="nowhere")


def test_what_it_counts_changes_its_version_and_its_name_does_not(world, now):
    made = make(world, now, {"count": "sessions"})
    named = indicators.change(by=world.owner, indicator=made, at=now, label="场次")
    assert named.version == 1
    changed = indicators.change(by=world.owner, indicator=made, at=now, rule={"count": "courses"})
    assert changed.version == 2
    same = indicators.change(by=world.owner, indicator=made, at=now, rule={"count": "courses"})
    assert same.version == 2
    assert History.objects.filter(kind="registrations.ownindicator", verb="change").count() == 2


def test_retired_it_leaves_the_report_and_its_code_is_nobody_elses(world, now):
    made = make(world, now, {"count": "sessions"})
    indicators.retire(by=world.owner, indicator=made, at=now)
    assert report(world.lead).line(made.code) is None
    assert make(world, now, {"count": "sessions"}).code != made.code
    indicators.bring_back(by=world.owner, indicator=made, at=now)
    assert report(world.lead).line(made.code) is not None


def test_a_reason_takes_the_place_of_an_earlier_one(world, now):
    for text in ("场次减少", "天气原因取消3场"):
        indicators.explain(
            by=world.owner, organization=world.lead, year=2026, scope="own", indicator="sessions", text=text, at=now
        )
    assert [one.text for one in ChangeReason.objects.all()] == ["天气原因取消3场"]
    with pytest.raises(indicators.ReasonMissing):
        indicators.explain(
            by=world.owner, organization=world.lead, year=2026, scope="own", indicator="sessions", text=" ", at=now
        )


def heads(world, year, people):
    made = factories.activity(world.campaign)
    session = factories.session(made, world.session.starts_at.replace(year=year, month=5))
    factories.heads(session, people)


def compared(world, as_of=None):
    return comparison.of(report(world.lead, as_of=as_of or datetime.date(2026, 12, 31)))


@pytest.mark.parametrize("now_people, percent, large", [(108, "8.0", False), (109, "9.0", True), (91, "-9.0", True)])
def test_a_change_over_eight_percent_asks_for_a_reason(world, now, now_people, percent, large):
    heads(world, 2025, 100)
    heads(world, 2026, now_people)
    row = compared(world).rows["attendance"]
    assert (row.before.figure.number, row.change.percent, row.change.large) == (100, Decimal(percent), large)
    assert row.wants_reason is large
    indicators.explain(
        by=world.owner, organization=world.lead, year=2026, scope="own", indicator="attendance", text="新增", at=now
    )
    assert not compared(world).rows["attendance"].wants_reason


def test_where_one_of_the_two_years_has_no_number_there_is_no_percent(world):
    heads(world, 2026, 50)
    row = compared(world).rows["attendance"]
    assert (row.before.figure, row.change) == (None, None)


def test_a_running_year_is_set_beside_the_same_days_of_the_last(world):
    heads(world, 2025, 100)
    late = factories.activity(world.campaign)
    factories.heads(factories.session(late, world.session.starts_at.replace(year=2025, month=12)), 900)
    heads(world, 2026, 100)
    row = compared(world, datetime.date(2026, 6, 30)).rows["attendance"]
    assert (row.before.figure.number, row.change.large) == (100, False)


@pytest.mark.parametrize(
    "day, before",
    [
        (datetime.date(2024, 2, 29), datetime.date(2023, 2, 28)),
        (datetime.date(2025, 2, 28), datetime.date(2024, 2, 29)),
        (datetime.date(2026, 12, 31), datetime.date(2025, 12, 31)),
        (datetime.date(2026, 6, 15), datetime.date(2025, 6, 15)),
    ],
)
def test_the_last_day_of_a_month_stands_against_the_last_day_of_that_month(day, before):
    assert comparison._end_before(day) == before


def promise(world, now, **values):
    given = {"year": 2026, "label": "科普活动", "kind": "number"} | values
    return targets.promise(by=world.owner, organization=world.lead, at=now, **given)


def test_a_target_keeps_its_first_number_beside_the_adjusted_one_and_its_rate_follows_the_records(world, now):
    target = promise(world, now, initial=4, indicator="sessions", unit="场")
    targets.change(by=world.owner, target=target, at=now, adjusted=2)
    [aim] = comparison.aims_of(world.lead, report(world.lead))
    assert (aim.target.initial, aim.target.adjusted, aim.reached, aim.rate) == (4, 2, 1, Decimal("50.0"))
    assert compared(world).rows["sessions"].aims[0].target == target


def test_a_number_that_nobody_measures_is_entered(world, now):
    promise(world, now, initial=Decimal("8.8"), actual=Decimal("9.1"), unit="%")
    [aim] = comparison.aims_of(world.lead, report(world.lead))
    assert (aim.reached, aim.rate) == (Decimal("9.10"), Decimal("103.4"))


@pytest.mark.parametrize(
    "values, refusal",
    [
        ({"kind": "number"}, targets.TargetNumberMissing),
        ({"kind": "milestone"}, targets.TargetDayMissing),
        ({"kind": "open", "adjusted": 3}, targets.AdjustedWithoutNumber),
    ],
)
def test_a_target_says_what_its_kind_asks_for(world, now, values, refusal):
    with pytest.raises(refusal):
        promise(world, now, **values)


def test_a_milestone_has_its_day_and_no_number_yet_may_become_one(world, now):
    milestone = promise(world, now, kind="milestone", due_on=datetime.date(2026, 12, 31))
    targets.change(by=world.owner, target=milestone, at=now, reached_on=datetime.date(2026, 11, 1))
    open_one = promise(world, now, kind="open", label="宣传日")
    changed = targets.change(by=world.owner, target=open_one, at=now, kind="number", initial=5)
    assert (changed.kind, changed.initial, changed.position) == ("number", 5, 2)
    targets.remove(by=world.owner, target=changed, at=now)
    assert [one.pk for one in Target.objects.all()] == [milestone.pk]


def test_one_indicator_is_tried_out_without_standing_anywhere(world):
    from registrations.indicators.catalogue import Indicator, rule_of

    heads(world, 2026, 40)
    tried = Indicator("tried", {"zh": "x"}, {"zh": "x"}, rule_of({"sum": "attendance"}, ""))
    line = yearend.one(
        organization=world.lead, indicator=tried, year=2026, scope="own", as_of=datetime.date(2026, 12, 31)
    )
    assert line.figure.number == 40
