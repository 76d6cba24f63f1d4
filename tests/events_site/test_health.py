import pytest
from django.test import Client

from events_site import health


def test_alive_says_so_without_a_database(client):
    assert client.get("/healthz").content == b"ok\n"


def test_ready_names_each_part(db, client):
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"database": "ok", "migrations": "ok", "cache": "ok"}


def test_not_ready_is_503_and_says_which_part(db, client, monkeypatch):
    def broken(*args, **kwargs):
        raise OSError("secret address 10.0.0.1")

    monkeypatch.setitem(health.CHECKS, "database", broken)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["database"] == "down"
    assert "10.0.0.1" not in response.content.decode()


def test_metrics_are_for_this_machine_or_a_token(db, client, settings):
    assert b"django_http_requests" in client.get("/metrics").content
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 403
    settings.KEPU_METRICS_TOKEN = "let me see"
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer let me see"}).status_code == 200


@pytest.mark.parametrize("address", ["/", "/healthz", "/nothing/", "/api/v1/campaigns"])
def test_every_answer_carries_the_number_of_its_request(db, client, address):
    first, second = client.get(address), client.get(address)
    assert len(first.headers["X-Request-Id"]) == 16
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]


@pytest.mark.parametrize("length", ["-1", "1e3", "²", "9" * 30])
def test_a_length_that_is_no_number_is_refused(db, length):
    response = Client().generic("POST", "/api/v1/signups", "{}", "application/json", CONTENT_LENGTH=length)
    assert response.status_code == 413
    assert response.json()["code"] == "too_large"


def test_a_fault_of_ours_says_its_number_and_changes_nothing(db, monkeypatch):
    from frontend.participant import listing

    def broken(*args, **kwargs):
        raise RuntimeError("a bug")

    monkeypatch.setattr(listing, "_listed", broken)
    client = Client(raise_request_exception=False)
    response = client.get("/")
    assert response.status_code == 500
    assert response.headers["X-Request-Id"] in response.content.decode()
