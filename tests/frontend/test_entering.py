"""Entering what was held, and planning what will be."""

import datetime

import pytest
from django.utils import timezone

from events.models import Activity, Campaign, Session
from registrations.models import Evidence, Headcount
from tests.registrations.operations.test_accounts import photo

HELD = {
    "name": "东方社区食品安全讲座",
    "form": "lecture",
    "place": "东方社区",
    "precision": "day",
    "counted": "counted",
}


def held(world, **values):
    day = timezone.localdate() - datetime.timedelta(days=3)
    return HELD | {"day": day.isoformat(), "organization": world.lead.code} | values


def test_what_was_held_is_entered_on_one_page(world, owner):
    response = owner.post(
        "/console/enter/",
        held(world, people="500多", output_leaflets="1000余", photos=[photo("一.jpg"), photo("二.jpg")]),
    )
    made = Activity.objects.get(name=HELD["name"])
    assert response.headers["Location"] == f"/console/activities/{made.pk}/"
    head = Headcount.objects.get()
    assert (head.people, head.bound) == (500, "at_least")
    assert Evidence.objects.filter(activity=made).count() == 2
    page = owner.get(response.headers["Location"]).content.decode()
    assert "1000" in page
    picture = owner.get(f"/console/evidence/{Evidence.objects.first().pk}/")
    assert picture.headers["Content-Type"] == "image/jpeg"


def test_save_and_enter_the_next_comes_back_to_an_empty_page(world, owner):
    assert owner.post("/console/enter/", held(world, again="1")).headers["Location"] == "/console/enter/"


@pytest.mark.parametrize(
    "values, field",
    [
        ({"people": "很多"}, "id_people"),
        ({"people": "99999999999"}, "id_people"),
        ({"day": "昨天"}, "id_day"),
        ({"day": "2026-02-30"}, "id_day"),
        ({"name": ""}, "id_name"),
        ({"form": "party"}, "id_form"),
        ({"day": "2999-01-01"}, "id_day"),
    ],
)
def test_a_slip_is_told_beside_its_field_and_nothing_is_written(world, owner, values, field):
    before = Activity.objects.count()
    response = owner.post("/console/enter/", held(world, **values))
    assert response.status_code == 400
    page = response.content.decode()
    assert f'href="#{field}"' in page
    assert "东方社区" in page
    assert Activity.objects.count() == before


def test_a_page_that_is_no_photo_is_refused_with_everything_else(world, owner):
    from django.core.files.uploadedfile import SimpleUploadedFile

    bad = SimpleUploadedFile("现场.jpg", b"<html>", content_type="image/jpeg")
    assert owner.post("/console/enter/", held(world, photos=[bad])).status_code == 400
    assert not Activity.objects.filter(name=HELD["name"]).exists()


def test_one_lecture_is_planned_on_one_page_and_is_public_at_once(world, owner, client):
    day = timezone.localdate() + datetime.timedelta(days=9)
    given = {
        "name": "冬季健康讲座",
        "form": "lecture",
        "place": "文化中心",
        "day": day.isoformat(),
        "starts": "09:00",
        "ends": "11:00",
        "organization": world.lead.code,
        "signup": "on",
        "capacity": "80",
        "publish": "on",
    }
    response = owner.post("/console/plan/", given)
    session = Session.objects.get(activity__name="冬季健康讲座")
    assert response.headers["Location"] == f"/console/sessions/{session.pk}/"
    assert client.get(f"/sessions/{session.pk}/sign-up/").status_code == 200
    assert owner.post("/console/plan/", given | {"ends": "08:00"}).status_code == 400


def test_a_campaign_is_planned_filled_published_and_ended(world, owner):
    given = {"name": "科技活动周", "kind": "st_week", "organization": world.lead.code}
    given |= {"starts_on": "2026-05-16", "ends_on": "2026-05-23"}
    campaign = owner.post("/console/campaigns/new/", given).headers["Location"]
    pk = Campaign.objects.get(name="科技活动周").pk
    activity = {"name": "开放日", "form": "open_institute", "signup_by": "session", "mode": "onsite"}
    owner.post(f"{campaign}activities/new/", activity | {"date_precision": "day"})
    made = Activity.objects.get(name="开放日")
    session = {"day": "2026-05-17", "starts": "09:00", "ends": "16:00", "venue": "市科技馆", "capacity": "200"}
    owner.post(f"/console/activities/{made.pk}/sessions/new/", session)
    for address in (f"{campaign}state/", f"/console/activities/{made.pk}/state/"):
        owner.post(address, {"state": "published"})
    assert Session.objects.public().filter(activity=made).exists()
    owner.post(f"{campaign}state/", {"state": "draft"})
    assert Campaign.objects.get(pk=pk).state == "draft"
    page = owner.post(f"{campaign}state/", {"state": "archived"}, follow=True).content.decode()
    assert Campaign.objects.get(pk=pk).state == "draft"
    assert "notice error" in page
