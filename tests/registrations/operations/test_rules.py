"""Who may sign up: ages, grades, residents first, one session each, guardians; and who stands at the door."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registrations.grades import age_band
from registrations.models import Attendance, SeatPool, Signup, SignupTerms
from registrations.operations import rules, signups, terms
from registrations.operations.signups import Line, Party
from tests import factories

HOUR = datetime.timedelta(hours=1)
DAY = 24 * HOUR


@pytest.fixture
def before(now):
    return now - DAY


def place(world, party, at, **values):
    return factories.place(world.activity, [world.session], party, at, **values)


def refusal_of(world, party, at, **values):
    with pytest.raises(rules.Refusal) as refused:
        place(world, party, at, **values)
    assert not Signup.objects.exists()
    return refused.value


@pytest.mark.parametrize(
    "low, high, age, code",
    [(8, 12, 7, "age_unfit"), (8, 12, 13, "age_unfit"), (60, None, 59, "too_young"), (None, 12, 13, "too_old")],
)
def test_an_age_outside_is_refused_with_the_ages_that_fit(world, before, low, high, age, code):
    factories.terms(world.activity, min_age=low, max_age=high)
    refused = refusal_of(world, factories.one(ages=(age,), guardian_name="刘建国", guardian_consent="phone"), before)
    assert (refused.code, refused.field) == (code, "ages")
    assert all(str(bound) in refused.message for bound in (low, high) if bound is not None)


@given(
    low=st.none() | st.integers(0, 99),
    high=st.none() | st.integers(0, 99),
    ages=st.lists(st.integers(0, 120), max_size=4),
)
def test_a_party_fits_exactly_when_every_age_that_is_given_does(low, high, ages):
    asked = SignupTerms(min_age=low, max_age=high)
    party = factories.many(3, ages=tuple(ages))
    fits = all((low is None or age >= low) and (high is None or age <= high) for age in ages)
    try:
        rules.refuse_age(asked, party)
    except rules.AgeUnfit:
        assert not fits
    else:
        assert fits


def test_a_person_has_to_give_the_age_that_is_asked_for_and_its_band_is_kept(world, before):
    factories.terms(world.activity, min_age=60)
    assert refusal_of(world, factories.one(), before).code == "age_missing"
    placed = place(world, factories.one(ages=(67,)), before)
    assert placed.signup.attendees.get().age_band == "60+"


def test_classes_of_other_grades_are_refused(world, before):
    factories.terms(world.activity, grades=["p5", "p6"])
    assert refusal_of(world, factories.many(38, grade="p4"), before).code == "grade_unfit"
    assert place(world, factories.many(38, grade="p5"), before).signup.grade == "p5"


def test_residents_come_first_until_the_moment_and_everybody_after_it(world, now, before):
    home = factories.region()
    world.activity.region = home
    world.activity.save()
    factories.terms(world.activity, residents_first_until=before)
    elsewhere = factories.region("429006100000", "多宝镇")
    village = factories.region("429006104201", "江桥村", "village", home)

    refused = refusal_of(world, factories.one(region=elsewhere), before - HOUR)
    assert (refused.code, refused.facts["region"]) == ("residents_first", "汪场镇")
    assert refusal_of(world, factories.one(), before - HOUR).code == "residents_first"

    for name, region in [("甲", home), ("乙", village)]:
        assert place(world, factories.one(name, region=region), before - HOUR).signup.state == "confirmed"
    assert place(world, factories.one("丙", region=elsewhere), before).signup.state == "confirmed"


def test_residents_come_first_only_where_it_is_said_whose(world):
    with pytest.raises(terms.NoTownship):
        factories.terms(world.activity, residents_first_until=world.session.starts_at)


def test_one_session_each_refuses_a_second_one_to_the_same_person(world, now, before):
    factories.terms(world.activity, one_session_each=True)
    other = factories.session(world.activity, now + DAY)
    place(world, factories.one(phone="13912345678"), before)
    with pytest.raises(rules.OneSessionEach):
        factories.place(world.activity, [other], factories.one(phone="13912345678"), before)
    with pytest.raises(rules.OneSessionEach):
        factories.place(world.activity, [world.session, other], factories.one("胡国庆"), before)
    # Somebody else of the same family has the same phone.
    factories.place(world.activity, [other], factories.one("胡国庆", phone="13912345678"), before)


@pytest.mark.parametrize(
    "party, field",
    [
        (factories.one("刘小明", ages=(9,)), "guardian_consent"),
        (factories.one("刘小明", under_14=True), "guardian_consent"),
        (factories.one("刘小明", under_14=True, guardian_consent="phone"), "guardian_name"),
        (Party("class", (Line("刘小明"), Line(size=30)), "程老师"), "guardian_consent"),
    ],
    ids=["by age", "said so", "without a name", "class with names"],
)
def test_for_somebody_younger_than_14_a_guardian_has_to_agree(world, before, party, field):
    refused = refusal_of(world, party, before)
    assert (refused.code, refused.field, refused.status) == ("guardian_needed", field, 400)


@pytest.mark.parametrize(
    "party",
    [
        factories.one("刘小明", ages=(9,), guardian_name="刘建国", guardian_consent="phone"),
        factories.one("刘小明", ages=(14,)),
        Party("class", (Line("刘小明"), Line(size=30)), "程老师", guardian_consent="paper"),
        Party("class", (Line("刘小明"), Line(size=30)), "程老师", guardian_consent="older"),
        factories.many(38),
    ],
    ids=["guardian", "of age", "papers at school", "older pupils", "numbers alone"],
)
def test_with_a_guardian_of_age_or_by_numbers_they_are_signed_up(world, before, party):
    signup = place(world, party, before).signup
    assert (signup.guardian_consent, signup.ages) == (party.guardian_consent, list(party.ages))


def test_the_office_is_not_held_to_the_terms(world, before):
    factories.terms(world.activity, min_age=60)
    placed = place(world, factories.one(ages=(30,)), before, by=world.owner, source="organizer")
    assert placed.signup.state == "confirmed"


def test_terms_that_contradict_themselves_are_refused(world):
    with pytest.raises(terms.AgesReversed):
        factories.terms(world.activity, min_age=12, max_age=8)
    with pytest.raises(terms.GradesUnknown):
        factories.terms(world.activity, grades=["p5", "k1"])


def test_at_the_door_a_full_session_still_gives_a_ticket_that_holds_no_seat_and_is_no_attendance(world, now):
    factories.signup(world.session, factories.many(40))
    placed = place(world, factories.one(), now + datetime.timedelta(minutes=5), source="walk_in")
    assert (placed.signup.state, placed.signup.source) == ("confirmed", "walk_in")
    assert signups.ticket_of(placed.signup).last_valid_day >= now.date()
    assert not placed.signup.holds.exists()
    assert SeatPool.objects.get().taken == 40
    assert not Attendance.objects.exists()


@pytest.mark.parametrize("minutes", [-1, 4 * 60])
def test_the_door_is_for_while_people_are_let_in_and_online_sign_up_is_over(world, now, minutes):
    refused = refusal_of(world, factories.one(), now + datetime.timedelta(minutes=minutes), source="walk_in")
    assert refused.code == "not_at_the_door_yet"


def test_at_the_door_of_a_course_one_signs_up_for_that_lesson_alone(world, now):
    course = factories.activity(world.campaign, signup_by="course", name="果树修剪培训")
    lesson = factories.session(course, now)
    factories.session(course, now + DAY)
    signup = factories.place(course, [lesson], factories.one(), now + HOUR, source="walk_in").signup
    assert (signup.covers_course, [one.session for one in signup.chosen.all()]) == (False, [lesson])


def test_several_sessions_are_one_package_that_has_a_seat_in_each_or_waits_for_all(world, now, before):
    other = factories.session(world.activity, now + DAY, capacity=1)
    both = [world.session, other]
    package = factories.place(world.activity, both, factories.one(), before).signup
    assert (package.state, package.holds.count()) == ("confirmed", 2)
    waiting = factories.place(world.activity, both, factories.one("胡国庆"), before).signup
    assert (waiting.state, waiting.holds.count()) == ("waiting", 0)
    assert SeatPool.objects.get(session=world.session).taken == 1

    signups.cancel(by="participant", signup=package, at=before)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.holds.count()) == ("confirmed", 2)


def test_with_another_age_the_band_is_another(world, before):
    signup = place(world, factories.one(ages=(67,)), before).signup
    signups.change(by="participant", signup=signup, party=factories.one(ages=(30,)), at=before)
    assert signup.attendees.get().age_band == age_band(30) != "60+"
