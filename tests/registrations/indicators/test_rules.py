"""What rules may say, and what they yield from records."""

from __future__ import annotations

import dataclasses

import pytest

from events.models import Campaign, Organization
from events.models.activity import Activity, Form
from registrations.figures import Figure
from registrations.indicators import catalogue, measures
from registrations.indicators.catalogue import CatalogueError, Indicator, Sum, rule_of
from registrations.indicators.evaluate import TAGS, evaluate
from registrations.operations import accounts
from registrations.reports import ledger, yearend
from tests import factories

NAMES = {"zh": "名", "en": "name"}


def yields(world, rule) -> Figure | None:
    start, end = yearend.year_span(2026)
    book = ledger.read(organization=world.lead, start=start, end=end, scope="own", as_of=end)
    return evaluate(Indicator("one", NAMES, NAMES, rule_of(rule, "one")), book)


def number(world, rule):
    found = yields(world, rule)
    return None if found is None else found.number


def held(world, people, **values):
    made = factories.activity(world.campaign, **values)
    session = factories.session(made, world.session.starts_at)
    factories.heads(session, people)
    return made


@pytest.mark.parametrize(
    "rule, complaint",
    [
        ({"sum": ["attendance", "persons"]}, r"unlike measures are not added: attendance \(人次\), persons \(人\)"),
        ({"sum": ["leaflets", "likes"]}, "unlike measures are not added"),
        ({"count": "leaflets"}, "is an amount and is summed"),
        ({"count": "sessions", "unit": "人"}, "nothing is counted in «人»"),
        ({"sum": "leaflets", "unit": "场"}, "has no place"),
        ({"count": "sessions", "at_least": "many"}, "at_least is a number"),
        ({"count": "sessions", "where": {"form": "lecture"}}, "each condition is a list"),
        ({"count": "sessions", "where": ["form"]}, "each condition is a list"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(rule, complaint):
    with pytest.raises(CatalogueError, match=complaint):
        rule_of(rule, "one")


def test_a_part_is_counted_like_the_whole_that_stands_above_it():
    data = {
        "catalogue": "small", "version": "1", "rules": "1", "label": NAMES, "source": "test",
        "sections": [{"code": "only", "label": NAMES, "indicators": [
            {"code": "all", "rule": {"sum": "attendance"}, "label": NAMES, "definition": NAMES},
            {"code": "part", "of": "all", "rule": {"sum": "attendance", "where": {"mode": ["online"]}},
             "label": NAMES, "definition": NAMES},
        ]}],
    }  # fmt: skip
    part = data["sections"][0]["indicators"][1]
    assert catalogue.parse(data).indicators[1].of == "all"
    for rule in ({"sum": "persons"}, {"count": "sessions"}):
        with pytest.raises(CatalogueError, match="counted unlike"):
            catalogue.parse(data | {"sections": [data["sections"][0] | {"indicators": [
                data["sections"][0]["indicators"][0], part | {"rule": rule}]}]})  # fmt: skip
    data["sections"][0]["indicators"].reverse()
    with pytest.raises(CatalogueError, match="does not stand above it"):
        catalogue.parse(data)


@pytest.mark.parametrize("code", catalogue.CODES)
def test_every_condition_of_a_catalogue_names_something_there_is(code):
    known = {
        "form": set(Form.values),
        "mode": set(Activity.Mode.values),
        "organization_kind": set(Organization.Kind.values),
        "campaign_kind": set(Campaign.Kind.values),
        "tag": set(TAGS),
    }
    assert set(TAGS) <= known["campaign_kind"]
    for one in catalogue.load(code).indicators:
        if isinstance(one.rule, Sum):
            for name, values in one.rule.where.items():
                assert set(values) <= known[name], one.code


def test_the_national_survey_has_its_nineteen_indicators_and_the_parts_on_site_and_online():
    read = catalogue.load("national_survey")
    assert len([one for one in read.indicators if not one.of]) == 19
    parts = {one.of for one in read.indicators if one.of}
    assert parts == {"lectures_times", "lectures_people"}
    assert {one.measure.unit for one in read.indicators} == {"次", "人次", "个"}
    assert all(one.source and one.version for one in read.indicators)


def test_on_site_and_online_are_told_apart(world):
    held(world, 30)
    held(world, 500, mode="online")
    assert number(world, {"sum": "attendance", "where": {"mode": ["onsite"]}}) == 30
    assert number(world, {"sum": "attendance", "where": {"mode": ["online"]}}) == 500


def test_an_activity_counts_for_each_group_it_is_made_for(world):
    held(world, 30, audiences=["farmers", "elderly"])
    held(world, 5, audiences=["youth"])
    assert number(world, {"sum": "attendance", "where": {"audience_group": ["farmers"]}}) == 30
    assert number(world, {"sum": "attendance", "where": {"audience_group": ["elderly", "youth"]}}) == 35


def test_a_thousand_people_in_one_activity_make_it_a_major_one(world):
    rule = {"count": "activities", "at_least": 1000, "unit": "次"}
    held(world, 999)
    assert number(world, rule) is None
    two_days = held(world, 600)
    factories.heads(factories.session(two_days, world.session.ends_at), 400)
    assert number(world, rule) == 1
    about = factories.activity(world.campaign, form="opening", signup_by="none")
    factories.session(about, world.session.starts_at)
    accounts.state(
        by="test",
        activity=about,
        measure="attendance",
        number=3000,
        bound="about",
        phrase="约3000人",
        at=world.session.ends_at,
    )
    assert number(world, rule) == 2
    assert yields(world, rule).unit == "次"


def test_at_most_a_thousand_is_not_a_thousand(world):
    near = factories.activity(world.campaign, form="opening", signup_by="none")
    factories.session(near, world.session.starts_at)
    accounts.state(
        by="test",
        activity=near,
        measure="attendance",
        number=1000,
        bound="at_most",
        phrase="近千人",
        at=world.session.ends_at,
    )
    assert number(world, {"count": "activities", "at_least": 1000}) is None


def test_times_held_count_lectures_courses_and_trainings_each_by_its_own_measure(world):
    rule = {"count": "occasions"}
    assert number(world, rule) == 1  # the lecture of the world
    course = factories.activity(world.campaign, form="training", signup_by="course")
    for day in range(3):
        factories.session(course, world.session.starts_at.replace(day=1 + day))
    group = factories.activity(world.campaign, form="training", signup_by="none")
    for day in range(2):
        factories.session(group, world.session.starts_at.replace(day=1 + day))
    show = factories.activity(world.campaign, form="exhibition", signup_by="none")
    accounts.state(
        by="test",
        activity=show,
        measure="exhibitions",
        number=2,
        bound="exact",
        phrase="展览2次",
        at=world.session.ends_at,
    )
    factories.session(show, world.session.starts_at)
    contest = factories.activity(world.campaign, form="contest", signup_by="none")
    factories.session(contest, world.session.starts_at)
    assert number(world, rule) == 1 + 1 + 2 + 2 + 1
    assert yields(world, rule).unit == "次"


def test_a_unit_is_a_word_for_what_is_counted_and_changes_no_number(world):
    plain, called = yields(world, {"count": "sessions"}), yields(world, {"count": "sessions", "unit": "次"})
    assert dataclasses.replace(plain, unit="次") == called


def cell(figure, per=1):
    return yearend.Line(Indicator("one", NAMES, NAMES, rule_of({"sum": "leaflets"}, ""), per=per), figure).cell


def test_a_form_has_whole_numbers_zero_where_it_rounds_to_zero_and_a_dash_where_there_is_none():
    from registrations.figures import Grade, amount, figure

    def of(number, bound="exact"):
        return figure("leaflets", "份", amount(number, bound), Grade.TALLIED)

    assert cell(None) == "-"
    assert cell(of(0)) == "0"
    assert cell(of(1600, "at_least")) == "1600"
    assert cell(of(4999), per=10_000) == "0"
    assert cell(of(15_000), per=10_000) == "2"
    assert cell(of(None, "unknown")) == "未统计"


def test_every_counted_measure_is_in_the_vocabulary():
    assert set(measures.all_measures()) >= catalogue.COUNTED
