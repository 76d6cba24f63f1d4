"""Every page and endpoint × every role, against a table written by hand: one that is missing here fails."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

import pytest
from django.core import signing
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.test import Client, override_settings
from rest_framework.test import APIClient

from events.access import ROLES_THAT_MAY, WITHOUT_ROLE, Act
from events.models import Role
from events.operations import people, tokens
from frontend.participant import mine
from registrations import access
from registrations.models import Answer, Evidence, Message
from registrations.operations import (
    accounts,
    cards,
    certificates,
    indicators,
    questions,
    quotes,
    returns,
    stands,
    targets,
    telling,
    tickets,
)
from registrations.operations.signups import ticket_of
from tests import factories
from tests.access_table import TABLE
from tests.courses import held, line
from tests.routes import Route, every

EXPECTED = {
    (method, path): Act(act) for act, method, path in (line.split(maxsplit=2) for line in TABLE.strip().splitlines())
}

#: Pages of django-allauth that we do not offer: not found, whoever asks.
NOT_OFFERED = {str(route) for route in every() if route.act is None}


def test_every_address_stands_in_the_table():
    found = {(route.method, f"/{route.path}"): route.act for route in every() if route.act is not None}
    assert found == EXPECTED


def test_what_names_no_act_belongs_to_the_sign_in_package_and_is_nobodys():
    assert all(address.startswith("GET /accounts/") for address in NOT_OFFERED)


def test_every_act_is_somebodys():
    assert set(ROLES_THAT_MAY) | WITHOUT_ROLE == set(Act)
    assert not set(ROLES_THAT_MAY) & WITHOUT_ROLE
    assert all(ROLES_THAT_MAY.values())


@pytest.fixture
def rows(world: factories.World, now: datetime.datetime) -> dict[str, Any]:
    """One row of each kind, all of the same organization, by the words that stand before its number in an address."""
    signup = factories.place(world.activity, [world.session], factories.one(), now - datetime.timedelta(days=2))
    by = world.owner
    head = factories.heads(world.session, 9, now, by=by, basis="besides")
    output = accounts.record_output(by=by, activity=world.activity, measure="leaflets", number=10, at=now)
    said = accounts.state(
        by=by, activity=world.activity, measure="panels", number=3, bound="exact", phrase="展板3块", at=now
    )
    photo = accounts.add_evidence(
        by=by,
        organization=world.lead,
        kind=Evidence.Kind.LINK,
        url="https://a.example/",
        activity=world.activity,
        at=now,
    )
    question = questions.add(by=by, activity=world.activity, kind="text", label="忌口", at=now)
    answer = Answer.objects.create(
        signup=signup.signup,
        question=question,
        asked="忌口",
        value="a.pdf",
        file=ContentFile(b"%PDF", "a.pdf"),
        answered_at=now,
    )
    message = Message.objects.create(
        signup=signup.signup, about="confirmed", channel="email", key="k", queued_at=now, not_before=now
    )
    roster = factories.roster(by, world.session, ["周卫国"], now)
    told = telling.mark(by=by, signup=signup.signup, session=world.session, about="reminder", at=now)
    station, key = factories.station(by, world.lead, world.session)
    printed = cards.print_batch(by=by, session=world.session, group="farmers", many=1, key="k", at=now)
    (stand,) = stands.add(
        by=by, activity=world.activity, session=world.session, places=[stands.Place("食品安全")], at=now
    )
    handed_in = stands.hand_in(stand=stand, numbers=stands.Numbers(panels=3), key="k", at=now)
    course = held(world, now)
    course.come(trainee := course.trainee(), 0, 1, 2)
    course.close()
    (certificate,) = certificates.issue(by=by, activity=course.activity, at=now)
    move = factories.move(by, world.session, station, now)
    recorded = factories.recorded(by, world, now)
    colleague = factories.user(world.lead, Role.READER)
    invitation, _secret = people.invite(by=by, organization=world.lead, role=Role.READER, name="新同事", at=now)
    token, _key = tokens.make(
        by=by,
        organization=world.lead,
        role=Role.READER,
        name="报表",
        expires_at=now + datetime.timedelta(days=30),
        at=now,
    )
    return (
        recorded
        | figure_rows(world, now)
        | {
            "campaigns": world.campaign.pk,
            "activities": world.activity.pk,
            "courses": course.activity.pk,
            "trainees": line(trainee).pk,
            "certificates": certificate.pk,
            "step": "reopen",
            "sessions": world.session.pk,
            "signups": signup.signup.pk,
            "mine": signup.signup.pk,
            "present": signup.signup.attendees.get().pk,
            "leave": signup.signup.attendees.get().pk,
            "moves": move.pk,
            "calls": signup.signup.pk,
            "told": told.pk,
            "headcounts": head.pk,
            "questions": question.pk,
            "deliveries": message.pk,
            "calendar": f"{access.calendar_key(signup.signup)}.ics",
            "imports": roster.pk,
            "answers": answer.pk,
            "answer": answer.pk,
            "outputs": output.pk,
            "statements": said.pk,
            "statement": said.pk,
            "evidence": photo.pk,
            "stations": station.pk,
            "cards": printed.pk,
            "stands": stand.pk,
            "stand-reports": handed_in.pk,
            "organizations": world.lead.code,
            "year-end": "leaflets",
            "tokens": token.pk,
            "invitations": invitation.pk,
            "roles": colleague.memberships.get().pk,
            "people": colleague.pk,
            "scan": "zh",
            "build": "decode.js",
            "<year>": 2026,
            "<kind>": "statement",
            "<form>": "csv",
            "manage_key": signup.manage_key,
            "station_key": key,
            "token": tickets.text(ticket_of(signup.signup)),
        }
    )


def figure_rows(world: factories.World, now: datetime.datetime) -> dict[str, Any]:
    """One row of each kind that has to do with figures."""
    by = world.owner
    own = indicators.make(
        by=by,
        organization=world.lead,
        section="campaigns",
        label="讲座",
        definition="讲座",
        rule={"count": "sessions"},
        at=now,
    )
    target = targets.promise(by=by, organization=world.lead, year=2026, label="讲座", kind="open", at=now)
    closed = returns.close(by=by, of=factories.return_of(by, world.lead, now), at=now)
    quote = factories.quote(by, world.lead, now)
    holder = quotes.hand_out(by=by, quote=quote, name="市政府办", how="wechat", told_at=now, at=now)
    return {
        "indicators": own.pk,
        "targets": target.pk,
        "returns": closed.pk,
        "restate": "leaflets",
        "return-files": closed.files.all()[0].pk,
        "quotes": quote.reference,
        "quote-holders": holder.pk,
    }


def address(route: Route, rows: dict[str, Any]) -> str:
    """A route with numbers of real rows in the place of its converters."""
    if route.path.startswith("[tT]/"):
        return f"/T/{rows['token']}"
    parts: list[str] = []
    for part in route.path.split("/"):
        if part in rows:
            parts.append(part if not part.startswith("<") else str(rows[part]))
        elif part.startswith("<"):
            parts.append(str(rows[parts[-1]]))
        else:
            parts.append(part.replace("<form>", rows["<form>"]))
    return "/" + "/".join(parts)


def answer(route: Route, rows: dict[str, Any], client: Client) -> tuple[int, str]:
    """(status, where it leads) of one request, undone afterwards."""
    headers: dict[str, str] = {}
    if "/signups/mine" in route.path:
        headers["Authorization"] = f"Manage {rows['manage_key']}"
    if route.act is Act.USE_STATION:
        headers["Authorization"] = f"Station {rows['station_key']}"
    headers["Idempotency-Key"] = uuid.uuid4().hex
    with transaction.atomic():
        send = getattr(client, route.method.lower())
        more = {} if route.method == "GET" else {"data": {}}
        response = send(address(route, rows), headers=headers, **more)
        if response.streaming:
            b"".join(response)
        transaction.set_rollback(True)
    return response.status_code, response.headers.get("Location", "")


def is_denied(route: Route, status: int, target: str) -> bool:
    if route.api:
        return status in {401, 403}
    return status == 403 or (status == 302 and target.startswith("/accounts/login/?next="))


def client_of(route: Route, user: Any, manage_key: str = "") -> Client:
    """A browser, or a program, of somebody; `manage_key`: a browser that remembers that sign-up."""
    client: Client = APIClient() if route.api else Client()
    client.raise_request_exception = False
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    if manage_key:
        client.cookies[mine.COOKIE] = signing.dumps([manage_key], salt=mine.COOKIE, compress=True)
    return client


@pytest.mark.parametrize("role", [None, *Role.values])
@override_settings(DEBUG=False)
def test_a_role_is_let_in_where_the_table_says_so_and_nowhere_else(role, world, rows):
    user = factories.user(world.lead, role) if role else None
    wrong = []
    for route in every():
        if route.act is None:
            continue
        status, target = answer(route, rows, client_of(route, user))
        if route.act in {Act.SEE_PUBLIC, Act.USE_STATION}:
            allowed = True
        elif route.act is Act.SEE_OWN_ACCOUNT:
            allowed = user is not None
        else:
            allowed = role in ROLES_THAT_MAY[route.act]
        if status >= 500 or is_denied(route, status, target) == allowed:
            wrong.append(f"{route}: {status} {target}, allowed: {allowed}")
    assert not wrong, "\n".join(wrong)


def test_an_owner_elsewhere_finds_none_of_our_rows(world, rows):
    """A row out of reach looks exactly like one that does not exist."""
    stranger = factories.user(factories.organization("elsewhere"), Role.OWNER)
    wrong = []
    for route in every():
        if route.act is None or route.act in WITHOUT_ROLE or "<" not in route.path:
            continue
        if route.path == "console/year-end/<code>/" or "download" in route.path:
            continue  # an indicator's code names no row
        status, target = answer(route, rows, client_of(route, stranger))
        if status not in {404, 405}:
            wrong.append(f"{route}: {status} {target}")
    assert not wrong, "\n".join(wrong)


def test_pages_that_are_not_offered_are_not_found(world):
    client = Client()
    client.force_login(world.owner.user, backend="django.contrib.auth.backends.ModelBackend")
    for path in ("/accounts/signup/", "/accounts/email/", "/accounts/password/reset/", "/accounts/password/set/"):
        assert client.get(path).status_code == 404


WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


def test_reading_writes_nothing(world, rows):
    """Not even a ticket's address by a scanner: a GET never writes."""
    wrong = []
    for route in every():
        if route.act is None or route.method != "GET" or route.act is Act.USE_STATION:
            continue
        written: list[str] = []

        def look(execute: Any, sql: str, params: Any, many: bool, context: Any, seen: list[str] = written) -> Any:
            if sql.lstrip().upper().startswith(WRITES) and "django_session" not in sql:
                seen.append(sql)
            return execute(sql, params, many, context)

        client = client_of(route, world.owner.user, rows["manage_key"])
        with connection.execute_wrapper(look):
            status, _target = answer(route, rows, client)
        if status >= 500:
            wrong.append(f"{route}: {status}")
        wrong += [f"{route}: {sql[:80]}" for sql in written]
    assert not wrong, "\n".join(wrong)
