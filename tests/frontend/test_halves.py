"""Days whose morning and afternoon are checked in apart, on the pages."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from events.models import Session
from tests import factories
from tests.registrations.operations.test_halves import day_of

DAY = datetime.timedelta(days=1)
FILLED = {"name": "第一讲", "starts": "09:00", "ends": "17:00", "venue": "农技中心", "capacity": "30",
          "in_halves": "on", "break_from": "12:00", "break_until": "14:00"}  # fmt: skip


@pytest.fixture
def coming(db):
    """A world whose sessions are still to come."""
    start = timezone.localtime(timezone.now() + 7 * DAY).replace(hour=9, minute=0, second=0, microsecond=0)
    return factories.world(start)


@pytest.fixture
def office(client, coming):
    client.force_login(coming.owner.user)
    return client


def form_of(coming, **values):
    return FILLED | {"day": f"{coming.session.starts_at:%Y-%m-%d}"} | values


def test_the_form_that_plans_a_session_makes_both_halves_of_a_day(office, coming):
    answer = office.post(reverse("schedule", args=[coming.activity.pk]), form_of(coming))
    assert answer.status_code == 302
    halves = Session.objects.exclude(half="").order_by("starts_at")
    assert [timezone.localtime(one.starts_at).hour for one in halves] == [9, 14]
    assert answer.url == reverse("console_session", args=[halves[0].pk])


@pytest.mark.parametrize("left_out", ["break_from", "break_until"])
def test_the_hours_of_the_break_are_asked_for_and_nothing_is_made_without(office, coming, left_out):
    answer = office.post(reverse("schedule", args=[coming.activity.pk]), form_of(coming, **{left_out: ""}))
    assert answer.context["form"].errors.keys() == {left_out}
    assert Session.objects.count() == 1


def test_a_break_outside_the_day_is_told_beside_its_field(office, coming):
    answer = office.post(reverse("schedule", args=[coming.activity.pk]), form_of(coming, break_until="18:00"))
    assert answer.context["form"].errors.keys() == {"break_from"}


def test_without_the_box_one_session_is_made_whatever_the_break_says(office, coming):
    office.post(reverse("schedule", args=[coming.activity.pk]), form_of(coming, in_halves=""))
    assert list(Session.objects.values_list("half", flat=True)) == ["", ""]


def test_the_public_sees_one_entry_with_the_hours_of_both_halves(client, coming):
    morning, afternoon = day_of(coming, coming.session.starts_at + DAY)
    for address in (reverse("home"), reverse("campaign", args=[coming.campaign.pk])):
        page = client.get(address)
        assert morning in dict(page.context["sessions"])
        assert afternoon not in dict(page.context["sessions"])
        assert "09:00–12:00" in page.text
        assert "14:00–17:00" in page.text
    assert "14:00–17:00" in client.get(reverse("session", args=[morning.pk])).text


def test_the_page_of_a_half_says_what_changes_for_both_and_calling_off_that_the_other_stays(office, coming):
    morning, afternoon = day_of(coming, coming.session.starts_at + DAY)
    assert reverse("move_session", args=[afternoon.pk]) in office.get(reverse("move_session", args=[morning.pk])).text
    page = office.get(reverse("call_off", args=[afternoon.pk]))
    assert reverse("call_off", args=[morning.pk]) in page.text
    assert reverse("call_off", args=[coming.session.pk]) not in page.text


def test_lists_of_the_office_tell_the_halves_apart(office, coming):
    morning, afternoon = day_of(coming, coming.session.starts_at + DAY)
    page = office.get(reverse("console_sessions"))
    assert morning.title in page.text
    assert afternoon.title in page.text


def test_by_rest_a_session_with_a_break_is_two_halves(office, coming):
    day = f"{coming.session.starts_at:%Y-%m-%d}"
    body = {"activity": coming.activity.pk, "starts_at": f"{day}T09:00", "ends_at": f"{day}T17:00", "venue": "农技中心",
            "break_from": f"{day}T12:00", "break_until": f"{day}T14:00"}  # fmt: skip
    made = office.post("/api/v1/sessions", body, content_type="application/json")
    assert made.status_code == 201, made.json()
    assert (made.json()["half"], made.json()["half_of"]) == ("morning", None)
    listed = office.get("/api/v1/sessions", {"activity": coming.activity.pk}).json()["results"]
    assert made.json()["id"] in [one["half_of"] for one in listed]
    del body["break_until"]
    assert office.post("/api/v1/sessions", body, content_type="application/json").status_code == 400
