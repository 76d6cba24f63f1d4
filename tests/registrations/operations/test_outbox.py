"""Messages: queued with their reason, sent at most once, overtaken by later news, and never without a record."""

import datetime
import itertools

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from events.models import History
from registrations.models import Message, Signup
from registrations.operations import approvals, offers, outbox, privacy, reminders, session_changes, signups
from tests import factories
from tests.smtp import Script, mail_server

HOUR = datetime.timedelta(hours=1)
MAIL = "liu@example.cn"


@pytest.fixture
def script():
    return Script()


@pytest.fixture
def server(settings, script):
    """A mail server that the site knows."""
    settings.KEPU_EMAIL = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with mail_server(script) as port:
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 5
        yield port


@pytest.fixture
def before(now):
    return now - 48 * HOUR


def place(world, at, party=None, **values):
    party = party or factories.one(contact_email=MAIL)
    return factories.place(world.activity, [world.session], party, at, **values).signup


def deliver(at):
    return outbox.deliver_due(now=lambda: at)


def told(state=None):
    rows = Message.objects.order_by("pk")
    return [one.about for one in (rows.filter(state=state) if state else rows)]


def test_without_a_mail_server_nothing_is_queued_and_nothing_asked_of_the_database(
    world, before, django_assert_num_queries
):
    signup = place(world, before)
    with django_assert_num_queries(0):
        outbox.tell(signup=signup, about=Message.About.CONFIRMED, at=before)
    assert not Message.objects.exists()


def test_a_confirmed_sign_up_is_told_so_with_time_place_and_the_link_that_opens_it(world, before, server, script):
    placed = factories.place(world.activity, [world.session], factories.one(contact_email=MAIL), before)
    assert deliver(before) == 1
    (letter,) = script.received
    text = letter.get_content()
    assert (letter["To"], letter["Subject"]) == (MAIL, "【报名成功】食品安全讲座")
    assert all(part in text for part in ("刘桂英，您好", "东方社区活动室", "1人", f"#k={placed.manage_key}"))
    message = Message.objects.get()
    assert (message.state, message.sent_at, message.attempts) == ("sent", before, 1)


def test_what_has_been_sent_is_not_sent_again(world, before, server, script):
    place(world, before)
    assert (deliver(before), deliver(before)) == (1, 0)
    assert not outbox.deliver(pk=Message.objects.get().pk, now=lambda: before)
    assert len(script.received) == 1


def test_the_same_matter_is_told_once(world, before, server):
    signup = place(world, before)
    outbox.tell(signup=signup, about=Message.About.CONFIRMED, at=before)
    assert told() == ["confirmed"]


def test_what_is_undone_is_not_told(world, before, server):
    with transaction.atomic():
        place(world, before)
        transaction.set_rollback(True)
    assert not Message.objects.exists()


def test_who_has_no_address_is_passed_over(world, before, server):
    place(world, before, factories.one())
    assert not Message.objects.exists()


def test_every_turn_of_a_sign_up_is_told_and_a_later_one_overtakes_what_has_not_left(world, before, server):
    large = place(world, before, factories.many(40))
    place(world, before)
    assert told("queued") == ["waiting"]
    signups.cancel(by="participant", signup=large, at=before)
    assert (told("withdrawn"), told("queued")) == (["waiting"], ["promoted"])


def test_an_offer_says_until_when_and_its_lapse_is_told(world, before, server, script):
    factories.terms(world.activity, offer_hours=24)
    large = place(world, before, factories.many(40))
    place(world, before)
    signups.cancel(by="participant", signup=large, at=before)
    deliver(before)
    assert "11月23日09:00前" in script.received[-1].get_content()
    offers.lapse_due(at=before + 24 * HOUR)
    deliver(before + 24 * HOUR)
    offer, lapse = (letter["Subject"] for letter in script.received)
    assert "候补轮到您了" in offer
    assert "候补逾期未确认" in lapse


def test_approval_and_refusal_are_told_with_the_reason(world, before, server, script):
    factories.terms(world.activity, approval=True)
    good, bad = place(world, before), place(world, before, factories.one("胡国庆", contact_email="hu@example.cn"))
    deliver(before)
    approvals.approve(by=world.owner, signup=good, at=before)
    approvals.refuse(by=world.owner, signup=bad, reason="名额有限", at=before)
    deliver(before)
    assert told("sent") == ["pending", "pending", "confirmed", "refused"]
    assert "原因：名额有限" in script.received[-1].get_content()


def test_who_cancels_knows_it_and_whom_the_office_cancels_is_told(world, before, server):
    own, other = place(world, before), place(world, before, factories.one("胡国庆", contact_email="hu@example.cn"))
    deliver(before)
    signups.cancel(by="participant", signup=own, at=before)
    signups.cancel(by=world.owner, signup=other, at=before)
    assert told("queued") == ["cancelled"]


def test_a_moved_session_is_told_to_all_with_its_new_time_and_the_last_move_overtakes_the_first(
    world, before, now, server, script
):
    for number in range(3):
        place(world, before, factories.one(f"第{number}人", contact_email=f"a{number}@example.cn"))
    place(world, before, factories.one("没有邮箱"))
    deliver(before)
    script.received.clear()
    for days in (1, 2):
        start = now + days * 24 * HOUR
        world.session.refresh_from_db()
        session_changes.move(
            by=world.owner, session=world.session, starts_at=start, ends_at=start + 2 * HOUR, at=before
        )
    deliver(before)
    assert told("withdrawn") == ["moved"] * 3
    assert len(script.received) == 3
    assert all("11月26日" in letter.get_content() for letter in script.received)


def test_a_new_title_alone_is_no_move(world, before, server):
    place(world, before)
    session_changes.move(by=world.owner, session=world.session, name="第一讲", at=before)
    assert told() == ["confirmed"]


@pytest.mark.parametrize("people", [2, 12])
def test_telling_many_costs_the_same_beside_what_letters_read(
    world, before, server, people, django_assert_max_num_queries
):
    for number in range(people):
        place(world, before, factories.one(f"第{number}人", contact_email=f"a{number}@example.cn"))
    rows = list(Signup.objects.select_related("activity__organization"))
    with django_assert_max_num_queries(5):
        outbox.tell_all(signups=rows, about="called_off", at=before, session=world.session)


def test_a_session_called_off_is_told_with_the_reason(world, before, server, script):
    place(world, before)
    deliver(before)
    session_changes.call_off(by=world.owner, session=world.session, reason="暴雨红色预警", at=before)
    deliver(before)
    assert "原因：暴雨红色预警" in script.received[-1].get_content()


def test_a_reminder_goes_once_to_each_start_to_those_who_are_in(world, now, before, server, script):
    factories.terms(world.activity, reminder_hours=24)
    place(world, before)
    waiting = place(world, before, factories.many(40, contact_email="b@example.cn"))
    assert waiting.state == "waiting"
    assert reminders.queue_due(at=now - 25 * HOUR) == 0
    assert (reminders.queue_due(at=now - 24 * HOUR), reminders.queue_due(at=now - 23 * HOUR)) == (1, 0)
    deliver(now - 24 * HOUR)
    world.session.refresh_from_db()
    later = now + 24 * HOUR
    session_changes.move(
        by=world.owner, session=world.session, starts_at=later, ends_at=later + HOUR, at=now - 20 * HOUR
    )
    assert reminders.queue_due(at=now) == 1
    assert told().count("reminder") == 2


def test_a_cancelled_one_is_not_reminded_any_more(world, now, before, server):
    factories.terms(world.activity, reminder_hours=24)
    signup = place(world, before)
    reminders.queue_due(at=now - 24 * HOUR)
    signups.cancel(by=world.owner, signup=signup, at=now - 23 * HOUR)
    assert told("queued") == ["cancelled"]


@pytest.mark.parametrize("answer", ["451 try later", "421 busy"])
def test_while_nothing_has_left_it_is_tried_again_after_longer_and_longer_pauses_and_given_up_in_the_end(
    world, before, server, script, answer
):
    script.recipient = answer
    place(world, before)
    at, tries = before, 0
    for _ in range(40):
        tries += deliver(at)
        at += HOUR
    message = Message.objects.get()
    assert (message.state, message.attempts, tries) == ("failed", outbox.MOST_ATTEMPTS, outbox.MOST_ATTEMPTS)
    assert answer[:3] in message.problem
    assert MAIL not in message.problem


def test_a_server_that_is_away_for_a_while_costs_nothing_but_time(world, before, server, settings, script):
    place(world, before)
    settings.EMAIL_PORT = 9
    deliver(before)
    assert Message.objects.get().state == "queued"
    settings.EMAIL_PORT = server
    assert (deliver(before + datetime.timedelta(minutes=1)), deliver(before + HOUR)) == (0, 1)
    assert len(script.received) == 1


def test_an_address_that_is_refused_is_not_tried_again(world, before, server, script):
    script.recipient = "550 no such user"
    place(world, before)
    deliver(before)
    assert (Message.objects.get().state, deliver(before + HOUR)) == ("failed", 0)


def test_when_the_line_breaks_after_the_message_nobody_knows_and_nothing_sends_it_again_by_itself(
    world, before, server, script
):
    script.data = ""
    place(world, before)
    deliver(before)
    assert Message.objects.get().state == "unsure"
    outbox.look_after(at=before + 24 * HOUR)
    assert deliver(before + 24 * HOUR) == 0
    assert len(script.received) == 1


def test_a_person_may_send_it_again_under_the_same_message_id(world, before, server, script):
    script.data = ""
    place(world, before)
    deliver(before)
    script.data = "250 queued"
    outbox.send_again(by=world.owner, message=Message.objects.get(), at=before)
    deliver(before)
    first, second = script.received
    assert first["Message-ID"] == second["Message-ID"]
    assert Message.objects.get().state == "sent"
    assert History.objects.filter(verb="send_again").count() == 1
    with pytest.raises(outbox.NothingToSendAgain):
        outbox.send_again(by=world.owner, message=Message.objects.get(), at=before)


def test_whose_worker_died_becomes_unsure_after_a_while_and_not_before(world, before, server):
    place(world, before)
    Message.objects.update(state="sending", tried_at=before)
    outbox.look_after(at=before + outbox.STALE)
    assert told("sending") == ["confirmed"]
    outbox.look_after(at=before + outbox.STALE + HOUR)
    assert told("unsure") == ["confirmed"]


def test_erasing_a_person_empties_what_was_written_and_leaves_that_it_was_sent(world, before, server):
    signup = place(world, before)
    deliver(before)
    privacy.erase(by="participant", signup=signup, at=before)
    message = Message.objects.get()
    assert (message.address, message.text, message.subject, message.state) == ("", "", "", "sent")
    assert Signup.objects.get().contact_email == ""


def test_the_address_and_the_letter_are_encrypted_at_rest(world, before, server):
    from django.db import connection

    place(world, before)
    with connection.cursor() as cursor:
        cursor.execute("SELECT address, text FROM registrations_message")
        assert not any("example" in part or "刘桂英" in part for part in itertools.chain(*cursor.fetchall()))


def test_the_worker_sends_what_was_queued(transactional_db, server, script):
    world = factories.world(timezone.now() + 48 * HOUR)
    factories.terms(world.activity, reminder_hours=72)
    place(world, timezone.now())
    call_command("work", once=True)
    call_command("work", once=True)
    assert sorted(told("sent")) == ["confirmed", "reminder"]
    assert len(script.received) == 2
