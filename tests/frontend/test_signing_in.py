"""Who is let in, and how."""

from tests import factories


def test_nobody_is_let_in_without_signing_in_and_comes_back_afterwards(world, client):
    response = client.get("/console/year-end/?year=2018")
    assert response.headers["Location"] == "/accounts/login/?next=%2Fconsole%2Fyear-end%2F%3Fyear%3D2018"


def test_signing_in_with_user_name_and_password(world, client):
    given = {"login": world.owner.user.username, "password": factories.PASSWORD, "next": "/console/people/"}
    assert client.post("/accounts/login/", given).headers["Location"] == "/console/people/"
    assert client.get("/console/").status_code == 200


def test_a_wrong_password_is_told_and_many_are_slowed_down(world, client):
    given = {"login": world.owner.user.username, "password": "wrong"}
    answers = [client.post("/accounts/login/", given) for _ in range(12)]
    assert 'role="alert"' in answers[0].content.decode()
    assert client.get("/console/").status_code == 302
    late = client.post("/accounts/login/", given | {"password": factories.PASSWORD})
    assert late.status_code == 200  # even the right one has to wait now


def test_a_second_factor_is_asked_for_once_it_is_switched_on(world, client):
    from allauth.mfa.adapter import get_adapter
    from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time

    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(world.owner.user, secret)
    given = {"login": world.owner.user.username, "password": factories.PASSWORD}
    assert client.post("/accounts/login/", given).headers["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/console/").status_code == 302
    assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    response = client.post("/accounts/2fa/authenticate/", {"code": code})
    assert response.headers["Location"] == "/console/"
    assert client.get("/console/").status_code == 200
    assert get_adapter().is_mfa_enabled(world.owner.user)
