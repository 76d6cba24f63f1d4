"""A participant sees, takes along and erases what is kept about the own sign-up; nobody else does."""

import datetime
import json

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from frontend.participant import mine
from registrations import retention
from registrations.models import SeatPool, Signup
from registrations.operations import attendance, privacy, records, session_changes, tickets
from registrations.operations.signups import Line, Party, ticket_of
from tests import factories


def browser(*keys):
    """A browser that remembers these sign-ups."""
    client = Client()
    client.cookies[mine.COOKIE] = signing.dumps(list(keys), salt=mine.COOKIE, compress=True)
    return client


def family():
    lines = (Line("肖文", village="东方社区"), Line("肖建国", village="东方社区"))
    return Party("family", lines, "肖文", "19900000003", unit="东方社区", note="带轮椅", guardian_name="肖母")


@pytest.fixture
def placed(soon):
    return factories.place(soon.activity, [soon.session], family(), timezone.now())


@pytest.fixture
def own(placed):
    return browser(placed.manage_key)


@pytest.fixture
def visited(world, now):
    """The key of a sign-up whose session is over: its ticket was scanned, one of two was ticked as present."""
    placed = factories.place(world.activity, [world.session], family(), now - datetime.timedelta(days=1))
    station, _key = factories.station(world.owner, world.lead, world.session, at=now)
    scan = factories.scan(world.session, tickets.address(ticket_of(placed.signup)), now)
    records.receive(station=station, records=[scan], sent_at=now, at=now)
    line = placed.signup.attendees.get(name="肖建国")
    attendance.correct(by=world.owner, attendee=line, session=world.session, present=1, reason="签到表", at=now)
    return placed


def test_the_page_shows_everything_that_is_kept(placed, own):
    page = own.get(f"/mine/{placed.signup.pk}/data/").content.decode()
    for word in ("肖文", "肖建国", "19900000003", "带轮椅", "肖母", "东方社区", "食品安全讲座", "2026-11"):
        assert word in page, word


def test_the_ticket_page_leads_there(placed, own):
    assert f"/mine/{placed.signup.pk}/data/" in own.get(f"/mine/{placed.signup.pk}/").content.decode()


def test_the_file_holds_the_same_and_what_was_scanned_and_attended(world, now, visited):
    privacy.note_access(
        by=world.owner, organization=world.lead, what="roster", purpose="通知改期", on=world.session, people=2, at=now
    )
    response = browser(visited.manage_key).get(f"/mine/{visited.signup.pk}/data.json")
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Cache-Control"] == "no-store"
    given = json.loads(response.content)
    assert given["signup"]["contact_phone"] == "19900000003"
    assert given["consent"]["version"] == "2026-11"
    assert [one["name"] for one in given["people"]] == ["肖文", "肖建国"]
    assert [one["answer"] for one in given["scans"]] == ["admit"]
    assert {one["name"] for one in given["attendance"]} >= {"肖建国"}
    assert [one["purpose"] for one in given["seen_whole"]] == ["通知改期"]
    assert given["kept_until"] == "2027-05-23"


def test_another_browser_finds_none_of_it(placed):
    for path in ("data/", "data.json", "erase/"):
        assert Client().get(f"/mine/{placed.signup.pk}/{path}").status_code == 404
        assert Client().post(f"/mine/{placed.signup.pk}/{path}").status_code == 404
    assert Signup.objects.get().erased_at is None


def test_looking_at_the_question_erases_nothing_and_says_what_goes_and_what_stays(placed, own):
    page = own.get(f"/mine/{placed.signup.pk}/erase/").content.decode()
    assert Signup.objects.get().contact_name == "肖文"
    assert page.count("<h2>") == 2
    assert "食品安全讲座" in page  # it is still to come, so it is cancelled


def test_erasing_one_that_is_to_come_cancels_it_and_frees_the_seats(soon, placed, own):
    assert SeatPool.objects.get().taken == 2
    response = own.post(f"/mine/{placed.signup.pk}/erase/")
    assert response.headers["Location"] == "/mine/?erased=1"
    signup = Signup.objects.get()
    assert (signup.state, signup.contact_name, signup.contact_phone, signup.note) == ("cancelled", "", "", "")
    assert signup.erased_at
    assert SeatPool.objects.get().taken == 0


def test_this_browser_forgets_the_erased_one_and_keeps_the_others(soon, placed):
    other = factories.place(soon.activity, [soon.session], factories.one(), timezone.now())
    client = browser(placed.manage_key, other.manage_key)
    client.post(f"/mine/{placed.signup.pk}/erase/")
    assert client.get(f"/mine/{placed.signup.pk}/").status_code == 404
    assert client.get(f"/mine/{other.signup.pk}/").status_code == 200
    assert client.get("/mine/?erased=1").content.decode().count('role="status"') == 1


def test_with_the_kept_link_the_page_says_that_it_was_erased(placed, own):
    own.post(f"/mine/{placed.signup.pk}/erase/")
    page = browser(placed.manage_key).get(f"/mine/{placed.signup.pk}/").content.decode()
    assert "肖" not in page
    assert f"/mine/{placed.signup.pk}/change/" not in page
    data = browser(placed.manage_key).get(f"/mine/{placed.signup.pk}/data/").content.decode()
    assert "肖" not in data
    assert f"/mine/{placed.signup.pk}/erase/" not in data


def test_after_attendance_only_names_go(world, visited):
    browser(visited.manage_key).post(f"/mine/{visited.signup.pk}/erase/")
    signup = Signup.objects.get()
    assert (signup.state, signup.size, signup.contact_name) == ("confirmed", 2, "")
    assert sum(row.present for line in signup.attendees.all() for row in line.attendances.all()) == 2


def test_an_erased_sign_up_takes_no_new_names(placed, own):
    privacy.erase(by="system", signup=placed.signup, at=timezone.now())
    form = {"contact_name": "肖文", "names": "肖建国", "people": "2", "contact_phone": "", "note": ""}
    page = own.post(f"/mine/{placed.signup.pk}/change/", form)
    assert page.status_code == 200
    assert Signup.objects.get().contact_name == ""


def test_under_a_legal_hold_nothing_is_erased_and_the_page_says_until_when(placed, own):
    activity = placed.signup.activity
    activity.legal_hold_until = timezone.localdate() + datetime.timedelta(days=30)
    activity.save()
    response = own.post(f"/mine/{placed.signup.pk}/erase/")
    assert response.status_code == 409
    assert activity.legal_hold_until.isoformat() in response.content.decode()
    assert Signup.objects.get().contact_name == "肖文"


def test_a_called_off_session_is_nothing_to_cancel(soon, placed, own):
    session_changes.call_off(by=soon.owner, session=soon.session, reason="暴雨", at=timezone.now())
    own.post(f"/mine/{placed.signup.pk}/erase/")
    assert Signup.objects.get().erased_at


def test_the_privacy_page_says_how_long_by_the_rules_themselves(db, client):
    page = client.get("/privacy/").content.decode()
    assert str(retention.rules().default.days) in page
    assert "/mine/" in page
