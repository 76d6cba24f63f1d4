"""Seats kept for a township, as the office keeps them and the public sees them."""

import datetime

from django.utils import timezone

from registrations.models import SeatPool
from tests import factories
from tests.frontend.conftest import signed_in


def keep(client, world, capacity="10", day=None):
    day = day or timezone.localdate() + datetime.timedelta(days=1)
    given = {"region": "429006104000", "capacity": capacity, "flows_back_on": day.isoformat()}
    return client.post(f"/console/sessions/{world.session.pk}/kept-seats/", given)


def test_the_office_keeps_seats_and_the_public_sees_for_whom_and_until_when(soon, client):
    factories.region()
    owner = signed_in(soon.owner.user)
    assert keep(owner, soon).status_code == 302
    assert SeatPool.objects.get(region__code="429006104000").capacity == 10
    page = client.get(f"/sessions/{soon.session.pk}/").content.decode()
    assert "汪场镇" in page
    assert "10" in owner.get(f"/console/sessions/{soon.session.pk}/").content.decode()


def test_what_cannot_be_kept_is_told_beside_its_field(soon):
    factories.region()
    owner = signed_in(soon.owner.user)
    page = keep(owner, soon, capacity="41").content.decode()
    assert 'href="#id_capacity"' in page
    past = keep(owner, soon, day=timezone.localdate()).content.decode()
    assert 'href="#id_flows_back_on"' in past
    assert SeatPool.objects.count() == 1


def test_an_activity_without_signup_has_no_seats_to_keep(soon):
    free = factories.activity(soon.campaign, signup_by="none")
    session = factories.session(free, soon.session.starts_at)
    assert signed_in(soon.owner.user).get(f"/console/sessions/{session.pk}/kept-seats/").status_code == 404


def test_the_form_of_a_session_speaks_of_all_its_seats(soon):
    """Changing the hour does not give kept seats away."""
    factories.region()
    owner = signed_in(soon.owner.user)
    keep(owner, soon)
    start = timezone.localtime(soon.session.starts_at)
    form = {"day": start.date().isoformat(), "starts": "20:00", "ends": "21:00", "venue": "礼堂"}
    assert owner.post(f"/console/sessions/{soon.session.pk}/change/", form | {"capacity": "40"}).status_code == 302
    assert sorted(SeatPool.objects.values_list("capacity", flat=True)) == [10, 30]
    owner.post(f"/console/sessions/{soon.session.pk}/change/", form | {"capacity": "50"})
    assert sorted(SeatPool.objects.values_list("capacity", flat=True)) == [10, 40]


def test_seats_are_kept_by_rest_too(soon):
    factories.region()
    owner = signed_in(soon.owner.user)
    body = {"region": "429006104000", "capacity": 10}
    answer = owner.post(f"/api/v1/sessions/{soon.session.pk}/kept-seats", body, content_type="application/json")
    assert answer.json()["seats"] == {
        "capacity": 40,
        "taken": 0,
        "free": 30,
        "waiting": 0,
        "kept": [{"region": "汪场镇", "free": 10, "until": None}],
    }
    wrong = owner.post(
        f"/api/v1/sessions/{soon.session.pk}/kept-seats", body | {"capacity": 41}, content_type="application/json"
    )
    assert (wrong.status_code, wrong.json()["code"]) == (409, "quota_needs_seats")
