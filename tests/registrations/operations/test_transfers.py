"""Handing a sign-up on: what goes over, what stays, and what the earlier holder has afterwards: nothing."""

import datetime

import pytest

from events.errors import NotFound
from events.models import History
from registrations import access
from registrations.models import Answer, Attendee, Message, RosterChange, SeatPool, Signup
from registrations.operations import (
    attendance,
    gathering,
    pools,
    privacy,
    questions,
    session_changes,
    signups,
    tickets,
    transfers,
)
from registrations.operations.parties import PartyUnfit
from registrations.operations.rules import AgeUnfit, ChangesClosed, GuardianNeeded, SessionCalledOff
from registrations.operations.signups import (
    AlreadyAttended,
    AlreadySignedUp,
    ConsentMissing,
    IdempotencyKeyReused,
    Line,
    Party,
    SignupErased,
    SignupOver,
    ticket_of,
)
from registrations.operations.transfers import SeatsOfTownship
from tests import factories

NEW = factories.one("司马青", "13800000002")
CONSENT = "2026-11"


@pytest.fixture
def before(now):
    return now - datetime.timedelta(days=1)


@pytest.fixture
def placed(world, before):
    return factories.place(
        world.activity, [world.session], factories.one("刘桂英", "19900000001", note="坐前排"), before
    )


def handed_on(signup, party=NEW, *, at, consent=CONSENT):
    key = transfers.offer(by="participant", signup=signup, at=at)
    return transfers.accept(key=key, party=party, consent=consent, at=at)


def test_another_person_comes_on_the_same_seat_with_another_ticket(world, before, placed):
    old = ticket_of(placed.signup)
    taken = handed_on(placed.signup, at=before)
    signup = taken.signup
    assert (signup.pk, signup.state, signup.contact_name, signup.note) == (placed.signup.pk, "confirmed", "司马青", "")
    assert [line.name for line in signup.attendees.standing()] == ["司马青"]
    assert SeatPool.objects.get(session=world.session).taken == 1
    old.refresh_from_db()
    assert (old.state, old.revoked_at) == ("revoked", before)
    assert ticket_of(signup).short_code != old.short_code
    told = set(RosterChange.objects.filter(kind="ticket").values_list("object_id", flat=True))
    assert {old.pk, ticket_of(signup).pk} <= told


def test_nothing_of_the_earlier_person_is_left(world, before, placed):
    handed_on(placed.signup, at=before)
    rows = [*Signup.objects.values(), *Attendee.objects.values(), *Answer.objects.values(), *History.objects.values()]
    assert "刘桂英" not in str(rows)
    assert "19900000001" not in str([Signup.objects.get().contact_phone, *Attendee.objects.values_list("phone")])


def test_the_earlier_key_and_calendar_open_nothing_and_the_new_ones_do(before, placed):
    calendar = access.calendar_key(placed.signup)
    taken = handed_on(placed.signup, at=before)
    for key, opens in ((placed.manage_key, access.signup_by_key), (calendar, access.signup_by_calendar_key)):
        with pytest.raises(NotFound):
            opens(key)
    assert access.signup_by_key(taken.manage_key) == taken.signup
    assert access.manage_key(taken.signup) == taken.manage_key
    assert access.signup_by_calendar_key(access.calendar_key(taken.signup)) == taken.signup
    assert placed.manage_key in access.earlier_keys(taken.signup)


def test_what_was_on_its_way_to_the_earlier_holder_stays_here(before, placed):
    queued = {"channel": "email", "queued_at": before, "not_before": before, "subject": "活动提醒"}
    Message.objects.create(signup=placed.signup, about="reminder", key="k", address="old@a.example", **queued)
    handed_on(placed.signup, at=before)
    row = Message.objects.get()
    assert (row.state, row.address, row.text) == ("withdrawn", "", "")


def test_the_first_request_sent_again_tells_nobody_who_holds_it_now(world, before):
    first = factories.place(world.activity, [world.session], factories.one(), before, idempotency_key="k")
    handed_on(first.signup, at=before)
    with pytest.raises(IdempotencyKeyReused):
        factories.place(world.activity, [world.session], factories.one(), before, idempotency_key="k")


def test_a_link_works_once_and_a_new_one_ends_the_one_before(before, placed):
    first = transfers.offer(by="participant", signup=placed.signup, at=before)
    second = transfers.offer(by="participant", signup=placed.signup, at=before)
    with pytest.raises(NotFound):
        transfers.accept(key=first, party=NEW, consent=CONSENT, at=before)
    transfers.accept(key=second, party=NEW, consent=CONSENT, at=before)
    with pytest.raises(NotFound):
        transfers.accept(key=second, party=factories.one("第三人"), consent=CONSENT, at=before)


def test_a_link_that_was_taken_back_opens_nothing(before, placed):
    key = transfers.offer(by="participant", signup=placed.signup, at=before)
    transfers.take_back(by="participant", signup=placed.signup, at=before)
    transfers.take_back(by="participant", signup=placed.signup, at=before)
    with pytest.raises(NotFound):
        access.signup_by_transfer_key(key)
    assert list(History.objects.filter(verb="take_back_transfer").values_list("object_id", flat=True)) == [
        placed.signup.pk
    ]


def test_whoever_waits_hands_on_their_place_in_the_queue(world, before):
    factories.signup(world.session, factories.many(40), before)
    first = factories.signup(world.session, factories.one("甲"), before)
    factories.signup(world.session, factories.one("乙"), before + datetime.timedelta(minutes=1))
    taken = handed_on(first, at=before + datetime.timedelta(minutes=2)).signup
    assert (taken.state, taken.queued_at) == ("waiting", before)


def test_a_village_keeps_its_list_and_its_codes_and_gets_another_contact(world, before):
    lines = (Line("刘忠", village="江桥村", phone="19900000003"), Line("何平", village="江桥村"), Line(size=3))
    signup = factories.signup(world.session, Party("village", lines, "村书记", "19900000001", unit="江桥村"), before)
    codes = sorted(signup.tickets.values_list("short_code", "state"))
    held = list(signup.attendees.values("pk", "name", "size", "phone"))
    taken = handed_on(signup, Party("village", (), "会计", "19900000009"), at=before).signup
    assert (taken.contact_name, taken.contact_phone, taken.unit, taken.size) == ("会计", "19900000009", "江桥村", 5)
    assert sorted(taken.tickets.values_list("short_code", "state")) == codes
    assert list(taken.attendees.values("pk", "name", "size", "phone")) == held


def test_of_a_family_as_many_others_come(world, before):
    family = Party("family", (Line("肖华"), Line("肖强"), Line(size=1)), "肖华", "19900000001")
    signup = factories.signup(world.session, family, before)
    with pytest.raises(PartyUnfit):
        handed_on(signup, Party("family", (Line("王芳"), Line(size=3)), "王芳"), at=before)
    taken = handed_on(signup, Party("family", (Line("王芳"), Line(size=2)), "王芳", "19900000002"), at=before).signup
    assert [(line.name, line.size) for line in taken.attendees.standing()] == [("王芳", 1), ("", 2)]


def test_somebody_who_has_a_seat_already_does_not_get_a_second(world, before, placed):
    factories.signup(world.session, NEW, before)
    with pytest.raises(AlreadySignedUp):
        handed_on(placed.signup, at=before)
    assert Signup.objects.get(pk=placed.signup.pk).contact_name == "刘桂英"


def test_ones_own_other_phone_may_take_it_over(before, placed):
    taken = handed_on(placed.signup, factories.one("刘桂英", "19900000001"), at=before)
    assert access.signup_by_key(taken.manage_key).contact_name == "刘桂英"


def test_the_terms_of_the_activity_hold_for_the_new_person(world, before, placed):
    factories.terms(world.activity, min_age=10, max_age=16)
    with pytest.raises(AgeUnfit):
        handed_on(placed.signup, factories.one("大人", ages=(40,)), at=before)
    with pytest.raises(GuardianNeeded):
        handed_on(placed.signup, factories.one("孩子", ages=(12,)), at=before)
    child = factories.one("孩子", ages=(12,), guardian_consent="phone", guardian_name="家长")
    taken = handed_on(placed.signup, child, at=before).signup
    assert (taken.ages, taken.guardian_name) == ([12], "家长")
    assert taken.attendees.standing().get().age_band


def test_where_the_office_looks_at_changes_it_looks_at_the_new_person(world, before):
    factories.terms(world.activity, approval=True, changes_need_approval=True)
    signup = factories.signup(world.session, factories.one("刘桂英"), before)
    Signup.objects.filter(pk=signup.pk).update(state="confirmed", approved_at=before)
    taken = handed_on(Signup.objects.get(pk=signup.pk), at=before).signup
    assert (taken.state, taken.approved_at) == ("pending", None)


def test_seats_kept_for_a_township_go_to_its_people_only(world, before):
    town = factories.region("429006104000", "汪场镇", parent=factories.city())
    common = SeatPool.objects.get(session=world.session)
    pools.keep(by=world.owner, pool=common, region=town, capacity=5, flows_back_on=None, at=before)
    signup = factories.signup(world.session, factories.one("刘桂英", region=town), before)
    with pytest.raises(SeatsOfTownship):
        handed_on(signup, at=before)
    assert handed_on(signup, factories.one("司马青", region=town), at=before).signup.contact_name == "司马青"


def test_the_new_person_answers_for_themselves(world, before):
    question = questions.add(by=world.owner, activity=world.activity, kind="text", label="忌口", at=before)
    answered = factories.one("刘桂英", answers={str(question.pk): "不吃辣"})
    signup = factories.signup(world.session, answered, before)
    handed_on(signup, factories.one("司马青", answers={str(question.pk): ""}), at=before)
    assert not Answer.objects.exists()


def test_the_new_person_agrees_for_themselves(before, placed):
    key = transfers.offer(by="participant", signup=placed.signup, at=before)
    with pytest.raises(ConsentMissing):
        transfers.accept(key=key, party=NEW, consent="", at=before)
    later = before + datetime.timedelta(hours=1)
    assert transfers.accept(key=key, party=NEW, consent="2026-12", at=later).signup.consented_at == later


@pytest.mark.parametrize("refusal", [SignupOver, SignupErased, ChangesClosed, SessionCalledOff, AlreadyAttended])
def test_what_is_over_is_not_handed_on_neither_offered_nor_taken(world, now, before, placed, refusal):
    key, at = transfers.offer(by="participant", signup=placed.signup, at=before), before
    if refusal is SignupOver:
        signups.cancel(by="participant", signup=placed.signup, at=before)
    elif refusal is SignupErased:
        Signup.objects.filter(pk=placed.signup.pk).update(erased_at=before)
    elif refusal is ChangesClosed:
        at = now
    elif refusal is SessionCalledOff:
        session_changes.call_off(by=world.owner, session=world.session, reason="暴雨", at=before)
    else:
        line = placed.signup.attendees.get()
        attendance.correct(by=world.owner, attendee=line, session=world.session, present=1, reason="名单", at=before)
    with pytest.raises(refusal):
        transfers.accept(key=key, party=NEW, consent=CONSENT, at=at)
    with pytest.raises(refusal):
        transfers.offer(by="participant", signup=placed.signup, at=at)


def test_erasing_ends_a_link_that_is_out(before, placed):
    key = transfers.offer(by="participant", signup=placed.signup, at=before)
    privacy.erase(by="test", signup=placed.signup, at=before)
    with pytest.raises(NotFound):
        access.signup_by_transfer_key(key)


def test_a_holder_whose_page_is_still_open_can_no_longer_cancel_or_change(before, placed):
    page = Signup.objects.get(pk=placed.signup.pk)
    handed_on(placed.signup, at=before)
    with pytest.raises(NotFound):
        signups.cancel(by="participant", signup=page, at=before)
    with pytest.raises(NotFound):
        signups.change(by="participant", signup=page, party=factories.one("又是我"), at=before)
    assert Signup.objects.get().state == "confirmed"


def test_the_old_code_is_a_revoked_one_and_no_forgery(before, placed):
    text = tickets.text(ticket_of(placed.signup))
    handed_on(placed.signup, at=before)
    found = gathering.read_codes([text])[text].ticket
    assert found is not None
    assert found.state == "revoked"
