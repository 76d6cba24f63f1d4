import datetime

import pytest

from registrations.operations import session_changes
from registrations.reports import notices, seats
from tests import factories

BASE = "https://kepu.example"
Kind = notices.Kind


def written(kind, session, at):
    from events.models import Session

    rows = Session.objects.select_related("activity__campaign", "activity__organization")
    found = seats.with_seats(rows).get(pk=session.pk)
    return notices.text(kind, found, seats.of(found), base_url=BASE, at=at)


@pytest.fixture
def before(now):
    return now - datetime.timedelta(days=7)


def test_an_invitation_says_all_that_somebody_in_a_group_asks(world, before):
    lecture = world.activity
    lecture.contact_name, lecture.contact_phone = "科普部", "0728-5220000"
    lecture.save()
    lecture.audience_rows.create(group="farmers")
    lecture.audience_rows.create(group="elderly")
    factories.signup(world.session, factories.many(28), before)
    assert written(Kind.INVITATION, world.session, before) == (
        "【报名通知】食品安全讲座\n"
        "\n"
        "时间：11月24日（周二）09:00–11:00\n"
        "地点：东方社区活动室\n"
        "对象：农民、老年人\n"
        "主办：tianmen科协\n"
        "名额：共40个，还剩12个\n"
        "报名：点开下面的链接或扫海报上的二维码，不用注册；一人、一家、一个班、一个村都可以一次报名。\n"
        f"https://kepu.example/sessions/{world.session.pk}/\n"
        "咨询：科普部 0728-5220000\n"
        "\n"
        "欢迎参加，请相互转告。"
    )


def test_a_full_session_invites_to_the_waiting_list(world, before):
    factories.signup(world.session, factories.many(40), before)
    assert "名额：共40个，已报满，可以登记候补" in written(Kind.INVITATION, world.session, before)


def test_seats_without_limit_are_not_counted_out(world, now, before):
    free = factories.session(world.activity, now + datetime.timedelta(days=1))
    assert "名额" not in written(Kind.INVITATION, free, before)


def test_an_invitation_says_from_when_and_until_when(world, now, before):
    session = factories.session(
        world.activity,
        now,
        signup_opens_at=now - datetime.timedelta(days=6),
        signup_closes_at=now - datetime.timedelta(days=1),
    )
    text = written(Kind.INVITATION, session, before)
    assert "报名：11月18日09:00起" in text
    assert "截止：11月23日09:00" in text
    late = written(Kind.INVITATION, session, now - datetime.timedelta(hours=1))
    assert "网上报名已截止，想参加的请到现场登记" in late


def test_where_nobody_signs_up_people_just_come(world, now, before):
    fair = factories.activity(world.campaign, signup_by="none", name="科普大集")
    text = written(Kind.INVITATION, factories.session(fair, now), before)
    assert "不用报名，直接到场参加" in text
    assert "名额" not in text
    assert "凭证" not in written(Kind.REMINDER, fair.sessions.get(), before)


def test_a_sign_up_for_a_course_is_said_to_hold_for_all_lessons(world, now, before):
    course = factories.activity(world.campaign, signup_by="course", form="training", name="培训班")
    lesson = factories.session(course, now, name="第一课", capacity=30)
    text = written(Kind.INVITATION, lesson, before)
    assert text.startswith("【报名通知】培训班 · 第一课\n")
    assert "一次报名，整期各课都有效" in text


@pytest.mark.parametrize("days, words", [(0, "活动就在今天，"), (1, "活动就在明天，"), (3, "活动即将举行，")])
def test_a_reminder_counts_days_by_the_calendar(world, now, days, words):
    at = (now - datetime.timedelta(days=days)).replace(hour=0, minute=5)
    assert words in written(Kind.REMINDER, world.session, at)


def test_a_reminder_tells_how_one_gets_in_without_a_phone(world, before):
    assert "没带手机的，报姓名或短码也可以签到" in written(Kind.REMINDER, world.session, before)


def test_a_moved_session_is_announced_with_its_new_time_and_place(world, now, before):
    moved = session_changes.move(
        by=world.owner,
        session=world.session,
        starts_at=now + datetime.timedelta(days=2, hours=5),
        ends_at=now + datetime.timedelta(days=2, hours=7),
        venue="市科技馆",
        at=before,
    )
    text = written(Kind.MOVED, moved, before)
    assert "调整后时间：11月26日（周四）14:00–16:00\n调整后地点：市科技馆\n" in text
    assert "报名凭证不用更换" in text


def test_calling_off_gives_the_reason(world, before):
    off = session_changes.call_off(by=world.owner, session=world.session, reason="大风降温", at=before)
    assert written(Kind.CALLED_OFF, off, before) == (
        "【取消通知】食品安全讲座\n"
        "\n"
        "原定11月24日（周二）09:00–11:00在东方社区活动室举行的这场活动取消。\n"
        "原因：大风降温\n"
        "\n"
        "给您带来不便，敬请谅解，请相互转告。"
    )


def test_nobody_is_invited_to_a_session_that_is_called_off_and_none_is_called_off_by_a_notice(world, before):
    assert Kind.CALLED_OFF not in notices.kinds(world.session)
    off = session_changes.call_off(by=world.owner, session=world.session, reason="大风", at=before)
    assert notices.kinds(off) == [Kind.CALLED_OFF]


def test_the_office_is_named_where_the_activity_names_no_contact(world, before):
    assert "咨询" not in written(Kind.INVITATION, world.session, before)
    world.lead.contact_name, world.lead.contact_phone = "办公室", "0728-5223456"
    world.lead.save()
    assert "咨询：办公室 0728-5223456" in written(Kind.INVITATION, world.session, before)


def test_another_years_session_names_its_year(world, now):
    at = now - datetime.timedelta(days=400)
    assert "时间：2026年11月24日（周二）09:00–11:00" in written(Kind.INVITATION, world.session, at)


def test_no_notice_names_anybody_who_signed_up(world, before):
    factories.signup(world.session, factories.one(phone="19912345678"), before)
    for kind in Kind:
        text = written(kind, world.session, before)
        assert "刘" not in text
        assert "199" not in text
