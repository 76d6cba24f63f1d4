import datetime

import pytest

from events.models import History
from registrations.models import Signup, Told
from registrations.operations import attendance, privacy, session_changes, signups, telling
from registrations.operations.signups import Line, Party
from registrations.reports import calls
from tests import factories


@pytest.fixture
def before(now):
    return now - datetime.timedelta(days=1)


def told(world, signup, at, about="reminder", by=None):
    return telling.mark(by=by or world.owner, signup=signup, session=world.session, about=about, at=at)


def test_a_mark_says_who_told_whom_of_what_and_when(world, before):
    signup = factories.signup(world.session, factories.one(), before)
    mark = told(world, signup, before)
    assert (mark.signup, mark.session, mark.about) == (signup, world.session, "reminder")
    assert (mark.by, mark.at, mark.withdrawn_at) == (world.owner.user, before, None)
    history = History.objects.get(kind="registrations.told")
    assert (history.verb, history.object_id, history.organization) == ("tell", mark.pk, world.lead)


def test_the_first_mark_stands(world, now, before):
    signup = factories.signup(world.session, factories.one(), before)
    first = told(world, signup, before)
    again = told(world, signup, now, by=factories.actor(world.lead, "organizer"))
    assert again == first
    assert (again.by, again.at) == (world.owner.user, before)
    assert History.objects.filter(kind="registrations.told").count() == 1


def test_each_matter_is_told_by_itself(world, before):
    signup = factories.signup(world.session, factories.one(), before)
    told(world, signup, before)
    told(world, signup, before, about="called_off")
    assert Told.objects.count() == 2


def test_a_mark_taken_back_stays_on_record_and_can_be_made_anew(world, now, before):
    signup = factories.signup(world.session, factories.one(), before)
    first = telling.take_back(by=world.owner, told=told(world, signup, before), at=now)
    assert first.withdrawn_at == now
    assert told(world, signup, now) != first
    assert Told.objects.count() == 2
    verbs = list(History.objects.filter(kind="registrations.told").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["tell", "withdraw", "tell"]


def test_taking_back_twice_changes_nothing(world, now, before):
    mark = told(world, factories.signup(world.session, factories.one(), before), before)
    telling.take_back(by=world.owner, told=mark, at=before)
    assert telling.take_back(by=world.owner, told=mark, at=now).withdrawn_at == before
    assert History.objects.filter(verb="withdraw").count() == 1


def test_a_sign_up_for_another_session_is_refused(world, now, before):
    other = factories.session(world.activity, now + datetime.timedelta(days=1))
    signup = factories.signup(other, factories.one(), before)
    with pytest.raises(attendance.NotOfThisSession):
        told(world, signup, before)
    assert not Told.objects.exists()


def test_a_course_sign_up_can_be_told_of_each_lesson(world, now, before):
    course = factories.activity(world.campaign, signup_by="course", form="training")
    lessons = [factories.session(course, now + datetime.timedelta(days=n)) for n in range(2)]
    signup = factories.place(course, lessons, factories.one(), before).signup
    for lesson in lessons:
        telling.mark(by=world.owner, signup=signup, session=lesson, about="moved", at=before)
    assert Told.objects.count() == 2


def names(world, about="reminder"):
    return [call.signup.contact_name for call in calls.of(world.session, about)]


def test_those_who_wait_are_not_reminded_but_hear_that_it_is_called_off(world, before):
    factories.signup(world.session, factories.many(40), before)
    waiting = factories.signup(world.session, factories.one("候补人"), before)
    assert waiting.state == Signup.State.WAITING
    assert names(world) == ["程老师"]
    session_changes.call_off(by=world.owner, session=world.session, reason="大风", at=before)
    assert sorted(names(world, "called_off")) == ["候补人", "程老师"]


def test_whoever_cancelled_or_was_erased_is_called_by_nobody(world, before):
    gone = factories.signup(world.session, factories.one("已取消"), before)
    signups.cancel(by=world.owner, signup=gone, at=before)
    erased = factories.signup(world.session, factories.one("已删除"), before)
    privacy.erase(by=world.owner, signup=erased, at=before)
    factories.signup(world.session, factories.one(), before)
    assert names(world, "moved") == ["刘桂英"]


def test_calls_stand_by_village_then_unit_then_township(world, before):
    village = Party("village", (Line("甲", village="江桥村"), Line(size=9)), "村书记", unit="汪场镇")
    factories.signup(world.session, factories.one("无处", phone=""), before)
    factories.signup(world.session, village, before)
    factories.signup(world.session, factories.many(2, unit="实验小学"), before)
    factories.signup(world.session, factories.one("镇上人", region=factories.region()), before)
    factories.signup(world.session, Party("person", (Line("乙", village="江桥村"),), "乙"), before)
    groups = [
        (place, [call.signup.contact_name for call in some])
        for place, some in calls.by_place(calls.of(world.session, "reminder"))
    ]
    assert groups == [
        ("实验小学", ["程老师"]),
        ("江桥村", ["村书记", "乙"]),
        ("汪场镇", ["镇上人"]),
        ("", ["无处"]),
    ]


def test_the_count_is_that_of_the_list(world, now, before):
    for n in range(3):
        told(world, factories.signup(world.session, factories.one(f"学员{n}"), before), before)
    factories.signup(world.session, factories.one("未通知"), before)
    gone = Signup.objects.get(contact_name="学员0")
    signups.cancel(by=world.owner, signup=gone, at=before)
    telling.take_back(by=world.owner, told=Told.objects.get(signup__contact_name="学员1"), at=now)
    listed = calls.of(world.session, "reminder")
    assert calls.counts(world.session, "reminder") == (1, 3)
    assert (sum(call.told is not None for call in listed), len(listed)) == (1, 3)
