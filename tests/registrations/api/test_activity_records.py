"""Evidence, records, supports, trips and stocks through the API."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from events.models import Role
from registrations.models import Evidence
from registrations.operations import trips
from tests import factories
from tests.registrations.photos import upload


def client_of(user):
    client = APIClient()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def office(world):
    return client_of(world.owner.user)


def test_a_photo_is_sent_as_a_form_and_a_link_as_json_and_either_is_taken_out(world, office):
    there = f"/api/v1/activities/{world.activity.pk}/evidence"
    photo = office.post(there, {"file": upload(), "title": "现场"}, format="multipart").json()
    assert (photo["kind"], photo["taken_at"]) == ("photo", "2018-09-17T09:30:05+08:00")
    link = office.post(there, {"url": "https://www.tianmen.gov.cn/a.html", "title": "报道"}, format="json").json()
    assert link["address"] is None
    taken_out = office.patch(f"/api/v1/evidence/{photo['id']}", {"withdrawn": True}, format="json").json()
    assert taken_out["withdrawn_at"]
    assert [one["kind"] for one in office.get(there, {"kind": "link"}).json()["results"]] == ["link"]


@pytest.mark.parametrize(
    "data", [{}, {"url": "javascript:alert(1)"}, {"file": SimpleUploadedFile("a.exe", b"MZ")}, {"session": 1}]
)
def test_evidence_that_is_none_is_refused(world, office, data):
    there = f"/api/v1/activities/{world.activity.pk}/evidence"
    assert office.post(there, data, format="multipart").status_code == 400
    assert not Evidence.objects.exists()


def test_a_record_is_filled_in_and_reviewed_by_another(world, office):
    there = f"/api/v1/activities/{world.activity.pk}/records"
    made = office.post(there, {"summary": "很好", "expected": 60, "filled_in": True}, format="json").json()
    assert made["state"] == "filled_in"
    review = f"/api/v1/records/{made['id']}/review"
    assert office.post(review).json()["code"] == "reviewed_by_another"
    colleague = client_of(factories.user(world.lead, Role.ORGANIZER))
    assert colleague.post(review).json()["state"] == "reviewed"
    assert office.post(there, {"summary": "改"}, format="json").json()["code"] == "record_reviewed"


def test_a_support_is_entered_changed_and_taken_back(world, office):
    there = f"/api/v1/organizations/{world.lead.code}/supports"
    given = {"expert": "李农技", "beneficiary": "合作社", "what": "病虫害", "starts_on": "2026-03-01",
             "ends_on": "2026-03-31", "date_precision": "month"}  # fmt: skip
    made = office.post(there, given, format="json").json()
    changed = office.patch(f"/api/v1/supports/{made['id']}", {"what": "施肥", "withdrawn": True}, format="json").json()
    assert (changed["what"], changed["expert"], bool(changed["withdrawn_at"])) == ("施肥", "李农技", True)
    assert office.get(there, {"year": 2025}).json()["results"] == []


def test_a_trip_follows_its_odometer_and_keeps_what_is_not_sent(world, office):
    there = f"/api/v1/organizations/{world.lead.code}/trips"
    given = {"vehicle_name": "大篷车", "on": "2026-09-17", "driver": "王师傅", "destination": "汪场镇", "odometer_start": 100,
             "odometer_end": 146}  # fmt: skip
    made = office.post(there, given, format="json").json()
    assert made["km"] == 46
    changed = office.patch(f"/api/v1/trips/{made['id']}", {"odometer_end": 150}, format="json").json()
    assert (changed["km"], changed["driver"]) == (50, "王师傅")
    assert office.post(there, given | {"odometer_end": 1}, format="json").json()["code"] == "odometer_backwards"


def test_a_stock_change_is_entered_and_taken_back(world, office):
    there = f"/api/v1/organizations/{world.lead.code}/stocks"
    made = office.post(there, {"measure": "terminals", "change": 7, "on": "2018-05-01"}, format="json").json()
    assert office.patch(f"/api/v1/stocks/{made['id']}", {"withdrawn": True}, format="json").json()["withdrawn_at"]
    assert (
        office.post(there, {"measure": "terminals", "change": 0, "on": "2018-05-01"}, format="json").status_code == 400
    )


@pytest.mark.parametrize("many", [1, 5])
def test_lists_cost_the_same_queries_at_any_size(world, office, now, many, django_assert_num_queries):
    for number in range(many):
        trips.add(by=world.owner, organization=world.lead, on=datetime.date(2026, 3, 1), vehicle_name="大篷车", driver="王",
                  destination=f"第{number}站", km=3, at=now)  # fmt: skip
        office.post(
            f"/api/v1/activities/{world.activity.pk}/evidence", {"file": upload(seed=number)}, format="multipart"
        )
    with django_assert_num_queries(7):
        assert len(office.get(f"/api/v1/organizations/{world.lead.code}/trips").json()["results"]) == many
    with django_assert_num_queries(9):
        assert len(office.get(f"/api/v1/activities/{world.activity.pk}/evidence").json()["results"]) == many
