import io

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.core.management import call_command

from registrations.models import PersonKeyYear, Signup
from tests import factories


def test_after_rotating_the_new_key_alone_reads_everything_and_the_old_one_nothing(world, settings):
    old, new = settings.KEPU_DATA_KEYS[0], Fernet.generate_key().decode()
    factories.signup(world.session, factories.one(phone="19900000001"))
    secret = PersonKeyYear.objects.get().secret
    settings.KEPU_DATA_KEYS = [new, old]
    out = io.StringIO()
    call_command("rotatekeys", stdout=out)
    assert "registrations.Signup: 1" in out.getvalue()
    settings.KEPU_DATA_KEYS = [new]
    assert Signup.objects.get().contact_phone == "19900000001"
    assert PersonKeyYear.objects.get().secret == secret
    settings.KEPU_DATA_KEYS = [old]
    with pytest.raises(InvalidToken):
        Signup.objects.get()


def test_what_was_erased_stays_empty(world, settings, now):
    from registrations.operations import privacy

    signup = factories.signup(world.session, factories.one(phone="19900000001"))
    privacy.erase(by="participant", signup=signup, at=now)
    call_command("rotatekeys", stdout=io.StringIO())
    assert Signup.objects.get().contact_phone == ""
