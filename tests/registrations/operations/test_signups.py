import dataclasses
import datetime

import pytest

from events.models import History
from registrations.access import signup_by_key
from registrations.models import Attendee, SeatHold, SeatPool, Signup, Ticket
from registrations.operations import attendance, pools, session_changes, signups, waitlist
from registrations.operations.people import PhoneUnreadable
from registrations.operations.signups import Line, Party
from tests import factories

DAY = datetime.timedelta(days=1)


@pytest.fixture
def before(now):
    return now - DAY


def place(world, party, at, **values):
    return factories.place(world.activity, [world.session], party, at, **values)


def pool(world):
    return SeatPool.objects.get(session=world.session)


def test_a_signup_holds_its_seats_and_has_a_ticket_and_history(world, before):
    placed = place(world, factories.many(30), before)
    assert (placed.signup.state, placed.signup.size) == ("confirmed", 30)
    assert pool(world).taken == SeatHold.objects.get().seats == 30
    assert Ticket.objects.get().signup == placed.signup
    assert History.objects.filter(verb="place", by="participant").count() == 1


def test_the_manage_key_opens_the_signup_and_is_kept_nowhere(world, before):
    placed = place(world, factories.one(), before)
    assert signup_by_key(placed.manage_key) == placed.signup
    assert placed.manage_key not in str(Signup.objects.values().get())


def test_the_same_request_again_gives_the_first_answer(world, before):
    first = place(world, factories.one(), before, idempotency_key="k1")
    again = place(world, factories.one(), before, idempotency_key="k1")
    assert (again.signup, again.manage_key, again.repeated) == (first.signup, first.manage_key, True)
    assert pool(world).taken == 1


def test_the_first_answer_stands_even_when_signup_has_closed_since(world, before, now):
    first = place(world, factories.one(), before, idempotency_key="k1")
    assert place(world, factories.one(), now + DAY, idempotency_key="k1").signup == first.signup


def test_a_key_used_for_something_else_is_refused(world, before):
    place(world, factories.one(), before, idempotency_key="k1")
    with pytest.raises(signups.IdempotencyKeyReused):
        place(world, factories.one("胡国庆"), before, idempotency_key="k1")


def test_signup_opens_and_closes(world, before, now):
    session_changes.move(by=world.owner, session=world.session, at=before, signup_opens_at=before)
    with pytest.raises(signups.SignupNotOpenYet):
        place(world, factories.one(), before - datetime.timedelta(seconds=1))
    place(world, factories.one(), before)
    place(world, factories.one("胡国庆"), now - datetime.timedelta(seconds=1))
    with pytest.raises(signups.SignupClosed):
        place(world, factories.one("肖文"), now)


def test_a_called_off_session_takes_nobody(world, before):
    session_changes.call_off(by=world.owner, session=world.session, reason="暴雨", at=before)
    with pytest.raises(signups.SessionCalledOff):
        place(world, factories.one(), before)


def test_an_activity_without_signup_says_just_come(world, before, now):
    free = factories.activity(world.campaign, signup_by="none")
    with pytest.raises(signups.SignupNotOffered):
        factories.place(free, [factories.session(free, now)], factories.one(), before)


def test_a_draft_takes_nobody(world, before, now):
    draft = factories.activity(world.campaign, state="draft")
    with pytest.raises(signups.SignupClosed):
        factories.place(draft, [factories.session(draft, now)], factories.one(), before)


def test_sessions_of_another_activity_are_refused(world, before, now):
    other = factories.session(factories.activity(world.campaign), now)
    with pytest.raises(signups.SessionsUnfit):
        factories.place(world.activity, [other], factories.one(), before)
    with pytest.raises(signups.SessionsUnfit):
        factories.place(world.activity, [], factories.one(), before)


@pytest.mark.parametrize(
    "lines",
    [(), (Line(size=0),), (Line("刘桂英", size=2),), (Line(size=signups.LARGEST_PARTY + 1),)],
)
def test_a_party_is_of_named_people_or_numbers(world, before, lines):
    with pytest.raises(signups.PartyUnfit):
        place(world, Party("group", lines, "王"), before)
    assert not Signup.objects.exists()


def test_without_consent_nothing_is_kept(world, before):
    with pytest.raises(signups.ConsentMissing):
        place(world, factories.one(), before, consent="")
    assert not Signup.objects.exists()


@pytest.mark.parametrize("phone", ["19900000001", "+86 199 0000 0001", "199-0000-0001", "0086 19900000001"])
def test_a_phone_is_found_again_however_it_was_typed(world, before, phone):
    placed = place(world, factories.one(phone=phone), before)
    assert placed.signup.contact_phone == "19900000001"
    with pytest.raises(signups.AlreadySignedUp):
        place(world, factories.one(phone="19900000001"), before)


@pytest.mark.parametrize("phone", ["12345", "0728-5220000", "12900000001", "+1 202 555 0100", "abc"])
def test_what_is_no_mobile_number_is_refused_beside_its_field(world, before, phone):
    with pytest.raises(PhoneUnreadable) as refused:
        place(world, factories.one(phone=phone), before)
    assert refused.value.field == "contact_phone"


def test_a_phone_is_encrypted_in_the_table(world, before):
    from django.db import connection

    place(world, factories.one(phone="19900000001"), before)
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact_phone, contact_phone_hash FROM registrations_signup")
        kept, digest = cursor.fetchone()
    assert "19900000001" not in kept
    assert "19900000001" not in digest
    assert kept


def test_a_family_and_a_village_share_a_phone(world, before):
    place(world, factories.one("刘桂英", "19900000001"), before)
    place(world, factories.one("胡国庆", "19900000001"), before)
    assert pool(world).taken == 2


def test_a_full_session_refuses_or_queues_as_asked(world, before):
    place(world, factories.many(40), before)
    with pytest.raises(signups.SessionFull) as refused:
        place(world, factories.one(), before, when_full="refuse")
    assert refused.value.facts == {"free": 0}
    waiting = place(world, factories.one(), before)
    assert waiting.signup.state == "waiting"
    assert (pool(world).taken, pool(world).waiting) == (40, 1)


def test_while_anybody_waits_newcomers_queue(world, before):
    place(world, factories.many(38), before)
    assert place(world, factories.many(5), before).signup.state == "waiting"
    assert place(world, factories.one(), before).signup.state == "waiting"
    assert pool(world).taken == 38


def test_cancelling_gives_seats_to_whoever_waits(world, before):
    first = place(world, factories.many(40), before).signup
    second = place(world, factories.many(30), before).signup
    third = place(world, factories.many(10), before).signup
    signups.cancel(by="participant", signup=first, at=before)
    assert {one.pk for one in Signup.objects.filter(state="confirmed")} == {second.pk, third.pk}
    assert (pool(world).taken, pool(world).waiting) == (40, 0)


def test_cancelling_again_changes_nothing(world, before):
    placed = place(world, factories.many(5), before).signup
    signups.cancel(by="participant", signup=placed, at=before)
    signups.cancel(by="participant", signup=placed, at=before)
    assert pool(world).taken == 0


def test_one_who_waits_leaves_the_queue(world, before):
    place(world, factories.many(40), before)
    waiting = place(world, factories.many(5), before).signup
    signups.cancel(by="participant", signup=waiting, at=before)
    assert pool(world).waiting == 0


def test_first_fit_lets_small_parties_pass_but_no_further_than_the_size_of_whom_they_pass(world, before):
    """A party of ten may be overtaken by ten seats; after that freed seats gather for it."""
    seated = [place(world, factories.many(5, unit=f"{n}班"), before).signup for n in range(8)]
    minute = datetime.timedelta(minutes=1)
    big = place(world, factories.many(10), before).signup
    small = [place(world, factories.many(5, unit=f"小{n}"), before + (n + 1) * minute).signup for n in range(3)]

    def states():
        return [one.state for one in Signup.objects.filter(pk__in=[big.pk, *(s.pk for s in small)]).order_by("pk")]

    signups.cancel(by="participant", signup=seated[0], at=before)
    assert states() == ["waiting", "confirmed", "waiting", "waiting"]
    signups.cancel(by="participant", signup=seated[1], at=before)
    assert states() == ["waiting", "confirmed", "confirmed", "waiting"]
    # Ten seats have passed it by now: the next five are kept for it, and with five more it moves up.
    signups.cancel(by="participant", signup=seated[2], at=before)
    assert states() == ["waiting", "confirmed", "confirmed", "waiting"]
    signups.cancel(by="participant", signup=seated[3], at=before)
    assert states() == ["confirmed", "confirmed", "confirmed", "waiting"]


def test_seats_given_back_by_those_who_passed_count_as_passed(world, before):
    seated = [place(world, factories.many(5, unit=f"{n}班"), before).signup for n in range(8)]
    big = place(world, factories.many(10), before).signup
    small = [place(world, factories.many(5, unit=f"小{n}"), before).signup for n in range(4)]
    for one in seated[:2]:
        signups.cancel(by="participant", signup=one, at=before)
    for one in small[:2]:
        one.refresh_from_db()
        assert one.state == "confirmed"
        signups.cancel(by="participant", signup=one, at=before)
    big.refresh_from_db()
    assert big.state == "confirmed"


def test_seats_freed_at_once_let_no_more_pass_than_one_after_the_other(world, before):
    seated = [place(world, factories.many(9, unit=f"{n}班"), before).signup for n in range(4)]
    big = place(world, factories.many(10), before).signup
    small = [place(world, factories.many(4, unit=f"小{n}"), before).signup for n in range(4)]
    signups.cancel(by="participant", signup=seated[0], at=before)  # 13 are free: ten for it, three for nobody
    big.refresh_from_db()
    assert big.state == "confirmed"
    assert not Signup.objects.filter(pk__in=[one.pk for one in small]).exclude(state="waiting").exists()


def test_who_waits_for_more_than_there_are_seats_bars_nobody(world, before):
    seated = [place(world, factories.many(20, unit=f"{n}班"), before).signup for n in range(2)]
    place(world, factories.many(41), before)
    small = [place(world, factories.many(20, unit=f"小{n}"), before).signup for n in range(4)]
    for one in (*seated, *small[:2]):
        signups.cancel(by="participant", signup=one, at=before)
    assert [Signup.objects.get(pk=one.pk).state for one in small[2:]] == ["confirmed", "confirmed"]


def test_whoever_waits_knows_the_place_in_the_queue(world, before):
    place(world, factories.many(40), before)
    minute = datetime.timedelta(minutes=1)
    waiting = [place(world, factories.one(f"候补{n}"), before + n * minute).signup for n in range(3)]
    assert [waitlist.position(one) for one in waiting] == [1, 2, 3]


def test_more_seats_promote_and_fewer_than_promised_are_refused(world, before):
    place(world, factories.many(40), before)
    waiting = place(world, factories.many(5), before).signup
    pools.set_capacity(by=world.owner, pool=pool(world), capacity=45, at=before)
    waiting.refresh_from_db()
    assert waiting.state == "confirmed"
    with pytest.raises(pools.CapacityBelowTaken) as refused:
        pools.set_capacity(by=world.owner, pool=pool(world), capacity=44, at=before)
    assert refused.value.facts == {"taken": 45, "capacity": 44}
    assert pool(world).capacity == 45


def test_a_course_holds_one_seat_for_all_its_lessons(world, before, now):
    course = factories.activity(world.campaign, form="training", signup_by="course")
    lessons = [factories.session(course, now + n * 7 * DAY, capacity=20) for n in range(3)]
    placed = factories.place(course, lessons, factories.one(), before)
    assert placed.signup.covers_course
    assert SeatPool.objects.get(activity=course).taken == 1
    assert list(Signup.objects.for_session(lessons[2])) == [placed.signup]


def test_a_repeated_request_for_a_course_stays_the_same_when_a_lesson_is_added(world, before, now):
    course = factories.activity(world.campaign, form="training", signup_by="course")
    lessons = [factories.session(course, now, capacity=20)]
    first = factories.place(course, lessons, factories.one(), before, idempotency_key="k1")
    lessons.append(factories.session(course, now + 7 * DAY))
    again = factories.place(course, lessons, factories.one(), before, idempotency_key="k1")
    assert (again.signup, again.repeated) == (first.signup, True)


def test_several_sessions_are_one_package_all_or_none(world, before, now):
    second = factories.session(world.activity, now + DAY, capacity=1)
    third = factories.session(world.activity, now + 2 * DAY, capacity=1)
    factories.place(world.activity, [third], factories.one("胡国庆"), before)
    waiting = factories.place(world.activity, [world.session, second, third], factories.one(), before).signup
    assert waiting.state == "waiting"
    assert [one.taken for one in SeatPool.objects.order_by("pk")] == [0, 0, 1]


def test_changing_numbers_changes_seats(world, before):
    placed = place(world, factories.many(30), before).signup
    signups.change(by="participant", signup=placed, party=factories.many(35), at=before)
    assert pool(world).taken == SeatHold.objects.get().seats == 35
    signups.change(by="participant", signup=placed, party=factories.many(20), at=before)
    assert pool(world).taken == SeatHold.objects.get().seats == 20
    with pytest.raises(signups.SessionFull):
        signups.change(by="participant", signup=placed, party=factories.many(41), at=before)
    placed.refresh_from_db()
    assert (placed.size, pool(world).taken) == (20, 20)


def test_nobody_grows_past_those_who_wait(world, before):
    placed = place(world, factories.many(30), before).signup
    place(world, factories.many(20), before)
    with pytest.raises(signups.SessionFull):
        signups.change(by="participant", signup=placed, party=factories.many(31), at=before)


def test_giving_seats_back_promotes(world, before):
    placed = place(world, factories.many(40), before).signup
    waiting = place(world, factories.many(10), before).signup
    signups.change(by="participant", signup=placed, party=factories.many(30), at=before)
    waiting.refresh_from_db()
    assert waiting.state == "confirmed"


def test_a_cancelled_signup_is_not_changed(world, before):
    placed = place(world, factories.many(3), before).signup
    signups.cancel(by="participant", signup=placed, at=before)
    with pytest.raises(signups.SignupOver):
        signups.change(by="participant", signup=placed, party=factories.many(2), at=before)


def test_who_has_come_neither_cancels_nor_changes_who_comes_but_may_correct_the_phone(world, before, now):
    placed = place(world, factories.many(3), before).signup
    line = placed.attendees.get()
    attendance.correct(by=world.owner, attendee=line, session=world.session, present=3, reason="签到表", at=now)
    with pytest.raises(signups.AlreadyAttended):
        signups.cancel(by="participant", signup=placed, at=now)
    with pytest.raises(signups.AlreadyAttended):
        signups.change(by="participant", signup=placed, party=factories.many(4), at=now)
    party = dataclasses.replace(factories.many(3), contact_phone="19900000001")
    signups.change(by="participant", signup=placed, party=party, at=now)
    placed.refresh_from_db()
    assert placed.contact_phone == "19900000001"


def test_the_same_person_has_the_same_key_in_one_year_and_another_in_the_next(world, before, now):
    this_year = [place(world, factories.one(phone="19900000001"), before).signup]
    other = factories.activity(world.campaign)
    this_year.append(
        factories.place(other, [factories.session(other, now)], factories.one(phone="19900000001"), before).signup
    )
    third = factories.activity(world.campaign)
    later = now + 365 * DAY
    next_year = factories.place(
        third, [factories.session(third, later)], factories.one(phone="19900000001"), now
    ).signup
    keys = [Attendee.objects.get(signup=one).person_key for one in [*this_year, next_year]]
    assert keys[0] == keys[1] != keys[2]
    assert all(len(key) == 64 for key in keys)


def test_a_name_alone_is_no_person_key(world, before):
    assert place(world, factories.one(), before).signup.attendees.get().person_key == ""
