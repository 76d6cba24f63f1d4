"""The live page, leave on the roster, and the list of check-in points."""

import datetime

import pytest
from django.utils import timezone

from events.models import Role
from registrations.models import Attendance, Correction, Station
from tests import factories
from tests.frontend.conftest import signed_in
from tests.registrations.operations.handing_in import MINUTE, code_of, send
from tests.registrations.reports.test_live import crowd

HTMX = {"HX-Request": "true"}


@pytest.fixture
def today(db):
    """An association whose lecture began ten minutes ago by the real clock."""
    return factories.world(timezone.now().replace(microsecond=0) - 10 * MINUTE)


@pytest.fixture
def office(today):
    return signed_in(today.owner.user)


def live(world):
    return f"/console/sessions/{world.session.pk}/live/"


def test_the_page_keeps_itself_up_to_date_and_its_refresh_is_the_panel_alone(today, office):
    page = office.get(live(today)).content.decode()
    assert 'data-live="5"' in page
    assert 'hx-trigger="refresh"' in page
    assert '<noscript><meta http-equiv="refresh"' in page
    panel = office.get(live(today), headers=HTMX).content.decode()
    assert 'id="live"' in panel
    assert "<html" not in panel


def test_once_check_in_is_over_nothing_asks_any_more(world, owner):
    page = owner.get(live(world)).content.decode()
    assert 'data-live=""' in page
    assert "noscript" not in page


def test_what_was_scanned_stands_on_the_page_masked_with_who_is_missing(today, office):
    at = timezone.now()
    station = factories.station(today.owner, today.lead, today.session, at=at)[0]
    came = factories.signup(today.session, factories.one("刘桂英", unit="江桥村"))
    factories.signup(today.session, factories.one("周卫国", unit="汪场镇"))
    send(station, at, factories.scan(today.session, code_of(came), at))
    response = office.get(live(today))
    page = response.content.decode()
    assert "周**" in page
    assert "周卫国" not in page
    assert "汪场镇" in page
    assert "江桥村" not in page
    assert "<rect" in page
    assert response.context["counts"].present == 1
    assert "周**" not in office.get(live(today) + "?q=江桥").content.decode()


@pytest.mark.parametrize("many", [10, 2_000])
def test_the_page_costs_the_same_queries_however_many_signed_up(
    today, office, many, on_postgresql, django_assert_num_queries
):
    crowd(today, timezone.now(), many)
    with django_assert_num_queries(11 if on_postgresql else 12):  # within a transaction: read as a whole
        page = office.get(live(today))
    assert page.context["counts"].people == many
    assert len(page.context["page"].object_list) == min(50, many // 2)


def test_a_reader_looks_on_and_a_volunteer_does_not(today):
    assert signed_in(factories.user(today.lead, Role.READER)).get(live(today)).status_code == 200
    assert signed_in(factories.user(today.lead, Role.VOLUNTEER)).get(live(today)).status_code == 403


def test_leave_is_marked_on_the_roster_shown_apart_and_taken_back(world, owner):
    line = factories.signup(world.session, factories.one()).attendees.get()
    address = f"/console/sessions/{world.session.pk}/leave/{line.pk}/"
    row = owner.post(address, headers=HTMX).content.decode()
    assert 'name="back" value="1"' in row
    session = owner.get(f"/console/sessions/{world.session.pk}/")
    assert (session.context["totals"].leave, session.context["totals"].no_show) == (1, 0)
    assert session.context["rows"][0].lines[0].leave
    assert owner.get(f"/console/sessions/{world.session.pk}/live/").context["counts"].leave == 1
    owner.post(address, {"back": "1"})
    session = owner.get(f"/console/sessions/{world.session.pk}/")
    assert (session.context["totals"].leave, session.context["totals"].no_show) == (0, 1)
    assert list(Correction.objects.values_list("kind", flat=True)) == ["leave", "back"]


def test_who_is_ticked_off_after_all_is_on_leave_no_more(world, owner):
    line = factories.signup(world.session, factories.one()).attendees.get()
    owner.post(f"/console/sessions/{world.session.pk}/leave/{line.pk}/")
    owner.post(f"/console/sessions/{world.session.pk}/present/{line.pk}/", {"present": "1"})
    session = owner.get(f"/console/sessions/{world.session.pk}/")
    assert session.context["totals"].leave == 0
    assert Attendance.objects.get().present == 1


def test_points_say_what_their_phones_last_said(world, owner):
    station = factories.station(world.owner, world.lead, world.session)[0]
    at = timezone.now()
    Station.objects.filter(pk=station.pk).update(
        records_pending=7, app_version="scanner 42", roster_at=at, last_contact_at=at - datetime.timedelta(minutes=26)
    )
    page = owner.get("/console/stations/").content.decode()
    assert "scanner 42" in page
    assert "wifi-off" in page
    assert "cloud-upload" in page
    assert live(world) in page


def test_points_of_a_session_are_its_own_and_those_of_all_sessions_above_it(world, owner, now):
    below = factories.organization("town", parent=world.lead)
    theirs = factories.session(factories.activity(factories.campaign(below)), now)
    own = factories.station(world.owner, below, theirs)[0]
    above = factories.station(world.owner, world.lead, None)[0]
    factories.station(world.owner, world.lead, world.session)
    factories.station(world.owner, factories.organization("other", parent=world.lead), None)
    page = owner.get(f"/console/stations/?session={theirs.pk}")
    assert {station.pk for station in page.context["page"]} == {own.pk, above.pk}


def test_points_that_are_over_come_last_and_can_be_left_out(world, owner):
    over = factories.station(world.owner, world.lead, world.session)[0]
    Station.objects.filter(pk=over.pk).update(revoked_at=timezone.now(), made_at=timezone.now())
    used = factories.station(world.owner, world.lead, world.session, at=timezone.now() - datetime.timedelta(days=1))[0]
    assert [one.pk for one in owner.get("/console/stations/").context["page"]] == [used.pk, over.pk]
    assert [one.pk for one in owner.get("/console/stations/?state=in_use").context["page"]] == [used.pk]
