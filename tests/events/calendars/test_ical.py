"""iCalendar as RFC 5545 wants it, read back by a library and checked on its bytes."""

from __future__ import annotations

import datetime

import icalendar
import pytest

from events.calendars import ical
from events.models import Session
from registrations.operations import session_changes
from tests import factories

UTC = datetime.UTC


def written(*sessions, **values) -> bytes:
    ids = [session.pk for session in sessions]
    rows = Session.objects.filter(pk__in=ids).select_related("activity__organization")
    return ical.write(rows, base_url="https://kepu.example", **values)


def entries(*sessions) -> list[icalendar.Event]:
    return list(icalendar.Calendar.from_ical(written(*sessions)).walk("VEVENT"))


def test_a_calendar_says_what_it_is(world):
    book = icalendar.Calendar.from_ical(written(world.session, name="科普活动"))
    assert (book["VERSION"], book["METHOD"], book["CALSCALE"]) == ("2.0", "PUBLISH", "GREGORIAN")
    assert book["X-WR-CALNAME"] == "科普活动"
    assert book["PRODID"]


def test_a_session_is_an_entry_with_its_times_in_utc(world):
    [entry] = entries(world.session)
    assert entry["DTSTART"].dt == world.session.starts_at
    assert entry["DTEND"].dt == world.session.ends_at
    text = written(world.session).decode()
    assert "DTSTART:20261124T010000Z" in text
    assert "DTEND:20261124T030000Z" in text
    assert "TZID" not in text
    assert (entry["SUMMARY"], entry["LOCATION"], entry["STATUS"]) == ("食品安全讲座", "东方社区活动室", "CONFIRMED")
    assert entry["URL"] == f"https://kepu.example/sessions/{world.session.pk}/"


def test_times_are_in_utc_also_for_a_session_that_was_made_this_moment(world, now):
    """Its times are still in the zone in which somebody typed them."""
    made = factories.session(world.activity, now)
    text = ical.write([made], base_url="https://kepu.example").decode()
    times = [line for line in text.splitlines() if line.startswith(("DT", "LAST-MODIFIED"))]
    assert len(times) == 4
    assert all(line.endswith("Z") for line in times)


def test_uid_stays_and_sequence_grows_when_a_session_moves(world, now):
    [before] = entries(world.session)
    later = world.session.starts_at + datetime.timedelta(hours=5)
    session_changes.move(
        by=world.owner, session=world.session, starts_at=later, ends_at=later + datetime.timedelta(hours=1), at=now
    )
    [after] = entries(world.session)
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] == before["SEQUENCE"] + 1
    assert after["DTSTART"].dt == later
    assert after["LAST-MODIFIED"].dt == now


def test_a_change_that_no_calendar_shows_is_no_new_revision(world, now):
    session_changes.move(by=world.owner, session=world.session, signup_closes_at=world.session.starts_at, at=now)
    assert entries(world.session)[0]["SEQUENCE"] == 0


def test_a_session_that_was_called_off_is_cancelled_and_says_why(world, now):
    [before] = entries(world.session)
    session_changes.call_off(by=world.owner, session=world.session, reason="暴雨", at=now)
    [after] = entries(world.session)
    assert (after["STATUS"], after["UID"]) == ("CANCELLED", before["UID"])
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert "暴雨" in after["DESCRIPTION"]


def test_a_lessons_name_stands_behind_the_courses(world, now):
    lesson = factories.session(world.activity, now, name="第一课")
    assert entries(lesson)[0]["SUMMARY"] == "食品安全讲座（第一课）"


def test_sessions_have_different_uids(world, now):
    made = [world.session, *(factories.session(world.activity, now) for _ in range(3))]
    found = entries(*made)
    assert len({entry["UID"] for entry in found}) == 4
    assert {entry["UID"] for entry in found} == {f"{session.uid}@kepu" for session in made}


@pytest.mark.parametrize("length", [1, 24, 25, 26, 160])
def test_no_line_is_longer_than_75_octets_and_none_breaks_a_character(world, now, length):
    activity = factories.activity(
        world.campaign, name="科" * length, summary="声、光、电；地震，知识产权\\保护\n第二行：" * length
    )
    made = factories.session(activity, now, venue="竟陵街道" * 15, address="天门市" * 20)
    raw = written(made)
    assert raw.endswith(b"\r\n")
    lines = raw.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert b"\n" not in b"".join(lines)
    for line in lines:
        line.decode()
    [entry] = entries(made)
    assert entry["SUMMARY"] == activity.name
    assert str(entry["DESCRIPTION"]).startswith(activity.summary)
    assert entry["LOCATION"] == f"{made.venue} {made.address}"


def test_a_calendar_to_subscribe_to_says_when_to_look_again_and_how_it_stands(world):
    later = world.session.changed_at.replace(microsecond=0) + datetime.timedelta(days=1)
    coming = ical.Coming("TENTATIVE", revision=3, changed_at=later, refresh=datetime.timedelta(hours=4))
    raw = written(world.session, coming=coming)
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT4H\r\n" in raw
    assert b"X-PUBLISHED-TTL:PT4H\r\n" in raw
    [entry] = icalendar.Calendar.from_ical(raw).walk("VEVENT")
    assert (entry["STATUS"], entry["SEQUENCE"], entry["DTSTAMP"].dt) == ("TENTATIVE", 3, later)


def test_an_empty_calendar_is_still_one(db):
    assert entries() == []
    assert written().startswith(b"BEGIN:VCALENDAR")
