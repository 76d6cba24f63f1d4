from __future__ import annotations

import hashlib
import json

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.utils import timezone

from events.models import Organization, User
from registrations.demo import living, square
from registrations.models import (
    Attendance,
    Certificate,
    CourseResult,
    ScanOutcome,
    Signup,
    Stand,
    StandReport,
    Station,
)

pytestmark = pytest.mark.django_db


def everything() -> dict[str, tuple[int, str]]:
    """Of every table: how many rows, and a digest of all they hold."""
    result = {}
    for model in apps.get_models():
        rows = [list(row) for row in model._default_manager.order_by("pk").values_list()]
        text = json.dumps(rows, default=str, ensure_ascii=False)
        result[model._meta.label] = (len(rows), hashlib.sha256(text.encode()).hexdigest())
    return result


def test_loading_the_demo_a_second_time_changes_nothing():
    call_command("demo", verbosity=0)
    before = everything()
    call_command("demo", verbosity=0)
    assert everything() == before


def test_the_demo_shows_a_living_year_with_every_role():
    call_command("demo", verbosity=0)
    assert set(User.objects.values_list("username", flat=True)) >= {row[0] for row in living.PEOPLE}
    assert all(User.objects.get(username=row[0]).check_password(living.PASSWORD) for row in living.PEOPLE)
    assert Signup.objects.filter(idempotency_key__startswith="demo-").count() == len(living._PARTIES)
    assert Signup.objects.filter(state="waiting").exists()
    assert Station.objects.filter(paired_at__isnull=False).exists()
    assert Attendance.objects.get(session__activity__external_id="living-van-today").present == 42


@pytest.mark.parametrize("hour", [0, 9, 23])
def test_the_demo_shows_a_square_with_stands_cards_and_scans_to_be_decided_at_any_hour(hour, now, monkeypatch):
    at = now.replace(hour=hour, minute=2)
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)
    call_command("demo", verbosity=0)
    assert sorted(StandReport.objects.values_list("state", flat=True)) == ["accepted", "sent"]
    assert Stand.objects.standing().count() == len(square.PLACES)
    came = Attendance.objects.filter(attendee__signup__state="printed")
    assert sum(came.values_list("present", flat=True)) == square.CAME
    assert list(ScanOutcome.objects.exclude(why="").values_list("why", flat=True)) == ["wrong_session"] * 2
    before = everything()
    call_command("demo", verbosity=0)
    assert everything() == before


def test_the_demo_shows_a_course_that_is_over_with_its_certificates():
    call_command("demo", verbosity=0)
    done = Certificate.objects.order_by("pk")
    assert done.count() == 8
    year = timezone.localdate().year
    assert (done[0].name, done[0].number) == ("万春生", f"天科协培〔{year}〕第0001号")
    assert CourseResult.objects.filter(decided=True, by_rule=False).count() == 1


def test_the_demo_is_refused_in_production_and_leaves_nothing(settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        call_command("demo", verbosity=0)
    assert not Organization.objects.exists()
    assert not User.objects.exists()


def test_where_there_is_an_organization_already_the_demo_asked_only_if_empty_stays_away(tianmen):
    before = everything()
    call_command("demo", "--if-empty", verbosity=0)
    assert everything() == before
