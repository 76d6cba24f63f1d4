import io

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command

from events.models import Organization, Region, User

ASKED = {"code": "tianmen", "name": "天门市科学技术协会", "username": "kexie", "owner": "陈科协"}


@pytest.fixture
def typed(monkeypatch):
    return lambda text: monkeypatch.setattr("sys.stdin", io.StringIO(text))


def run(**options):
    call_command("firstowner", stdout=io.StringIO(), **(ASKED | options))


def test_an_empty_site_gets_its_organization_owner_and_regions(db, typed):
    typed("a very good one\n")
    run()
    owner = authenticate(username="kexie", password="a very good one")
    assert [(one.organization.code, one.role) for one in owner.memberships.all()] == [("tianmen", "owner")]
    assert Region.objects.townships().count() == 28


def test_a_second_one_is_refused(db, typed):
    typed("a very good one\na very good one\n")
    run()
    with pytest.raises(CommandError):
        run(code="other", username="other")
    assert Organization.objects.count() == 1


def test_a_weak_password_leaves_nothing_behind(db, typed):
    typed("12345\n")
    with pytest.raises(CommandError, match="10"):
        run()
    assert not Organization.objects.exists()
    assert not User.objects.exists()


def test_an_unknown_region_is_told(db, typed):
    typed("a very good one\n")
    with pytest.raises(CommandError, match="990000"):
        run(region="990000")
    assert not Organization.objects.exists()
