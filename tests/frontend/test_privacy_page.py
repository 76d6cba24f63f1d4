"""个人信息 in the console: what is due, erasing it, who saw people whole; and an activity's own rule."""

import datetime

import pytest
from django.utils import timezone

from events.models import Activity, Role
from registrations.models import Signup
from registrations.operations import privacy
from tests import factories
from tests.frontend.conftest import signed_in


@pytest.fixture
def old(db):
    """An association whose lecture was 200 days ago, with two sign-ups."""
    world = factories.world(timezone.now() - datetime.timedelta(days=200))
    for name in ("刘桂英", "肖建国"):
        factories.signup(world.session, factories.one(name, phone="19912345678"))
    return world


@pytest.fixture
def browser(old):
    return signed_in(old.owner.user)


def test_the_page_says_what_is_due_and_on_what_rule_and_names_nobody(old, browser):
    page = browser.get("/console/privacy/").content.decode()
    assert "食品安全讲座" in page
    assert "180" in page
    assert "个人信息保护法" in page or "Personal Information Protection Law" in page
    assert "刘桂英" not in page
    assert "/console/privacy/erase/" in page


def test_the_question_erases_nothing_and_the_answer_erases_what_is_due(old, browser):
    assert "食品安全讲座" in browser.get("/console/privacy/erase/").content.decode()
    assert Signup.objects.filter(erased_at=None).count() == 2
    assert browser.post("/console/privacy/erase/").headers["Location"] == "/console/privacy/"
    assert Signup.objects.filter(erased_at=None).count() == 0
    page = browser.get("/console/privacy/").content.decode()
    assert "/console/privacy/erase/" not in page


def test_others_sign_ups_stay(old, browser):
    elsewhere = factories.organization("elsewhere")
    theirs = factories.session(factories.activity(factories.campaign(elsewhere)), old.session.starts_at)
    signup = factories.signup(theirs, factories.one("别处"))
    browser.post("/console/privacy/erase/")
    signup.refresh_from_db()
    assert signup.contact_name == "别处"


def test_whoever_saw_people_whole_stands_there_with_the_purpose(old, browser):
    privacy.note_access(
        by=old.owner, organization=old.lead, what="roster", purpose="电话通知改期", on=old.session, people=2,
        at=timezone.now(),
    )  # fmt: skip
    page = browser.get("/console/privacy/").content.decode()
    assert "电话通知改期" in page
    assert old.owner.user.name in page
    assert f"/console/sessions/{old.session.pk}/" in page


def test_who_is_no_owner_is_not_let_in(old):
    for role in (Role.ORGANIZER, Role.READER, Role.VOLUNTEER):
        client = signed_in(factories.user(old.lead, role))
        assert client.get("/console/privacy/").status_code == 403
        assert client.post("/console/privacy/erase/").status_code == 403
    assert Signup.objects.filter(erased_at=None).count() == 2


@pytest.mark.parametrize("rows", [1, 4])
def test_the_page_costs_the_same_queries_whatever_its_length(old, browser, rows, django_assert_num_queries):
    for n in range(rows):
        lecture = factories.activity(old.campaign, name=f"讲座{n}")
        factories.signup(factories.session(lecture, old.session.starts_at), factories.one(f"刘{n}"))
        privacy.note_access(
            by=old.owner, organization=old.lead, what="roster", purpose="x", on=old.session, people=1,
            at=timezone.now(),
        )  # fmt: skip
    with django_assert_num_queries(7):
        browser.get("/console/privacy/")


def form_of(activity, **values):
    return {
        "name": activity.name, "form": activity.form, "signup_by": activity.signup_by, "mode": "onsite",
        "date_precision": "day", "starts_on": "2026-01-01", "ends_on": "2026-01-02",
    } | values  # fmt: skip


def test_an_activity_states_its_own_days_with_their_basis_and_a_legal_hold(old, browser):
    address = f"/console/activities/{old.activity.pk}/change/"
    given = {"retention_days": "30", "retention_basis": "活动通知第六条", "legal_hold_until": "2030-01-01"}
    assert browser.post(address, form_of(old.activity, **given)).status_code == 302
    held = Activity.objects.get()
    assert (held.retention_days, held.retention_basis) == (30, "活动通知第六条")
    assert held.legal_hold_until == datetime.date(2030, 1, 1)
    assert "活动通知第六条" in browser.get("/console/privacy/").content.decode()
    browser.post("/console/privacy/erase/")
    assert Signup.objects.filter(erased_at=None).count() == 2


def test_days_without_a_basis_are_told_beside_the_field(old, browser):
    response = browser.post(
        f"/console/activities/{old.activity.pk}/change/", form_of(old.activity, retention_days="30")
    )
    assert response.status_code == 200
    assert 'href="#id_retention_basis"' in response.content.decode()
    assert Activity.objects.get().retention_days is None
