"""Requests made up from the OpenAPI description: no answer is a fault, and none lies outside what is described."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from io import StringIO
from typing import Any

import hypothesis
import pytest
import schemathesis
import yaml
from django.core.cache import cache
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from events.operations import tokens
from events_site.wsgi import application
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
)
from registrations.operations.stands import Numbers, Place
from tests import factories
from tests.courses import held
from tests.events.api import asking

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
#: Few and always the same: what they find must not depend on the day.
EACH = hypothesis.settings(
    max_examples=5,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@functools.cache
def described() -> Any:
    out = StringIO()
    call_command("spectacular", stdout=out)
    found = schemathesis.openapi.from_dict(yaml.safe_load(out.getvalue()))
    found.app = application
    return found


def operations() -> Iterator[Any]:
    for result in described().get_all_operations():
        yield result.ok()


@pytest.fixture(autouse=True)
def _connection_stays() -> Iterator[None]:
    """A request to the application itself ends with closing what Django takes for an old connection: the test's own."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def rows(running: factories.World) -> dict[str, dict[str, Any]]:
    """For each scheme a key that works, and for each address numbers of rows that are there."""
    at = timezone.now()
    placed = factories.place(
        running.activity,
        [running.session],
        factories.one(phone="13912345678"),
        running.session.starts_at - 2 * asking.HOUR,
    )
    station, station_key = factories.station(running.owner, running.lead)
    _token, key = tokens.make(
        by=running.owner, organization=running.lead, role="owner", name="x", expires_at=at + 24 * asking.HOUR, at=at
    )
    heads = factories.heads(running.session, 3, at, by=running.owner, basis="besides")
    question = questions.add(by=running.owner, activity=running.activity, kind="text", label="忌口", at=at)
    output = accounts.record_output(by=running.owner, activity=running.activity, measure="leaflets", number=1, at=at)
    said = accounts.state(
        by=running.owner, activity=running.activity, measure="schools", number=1, bound="exact", phrase="1所", at=at
    )
    batch = cards.print_batch(by=running.owner, session=running.session, group="elderly", many=2, key="k", at=at)
    [stand] = stands.add(by=running.owner, activity=running.activity, session=None, places=[Place("食品安全")], at=at)
    report = stands.hand_in(stand=stand, numbers=Numbers(consultations=3), key="k", at=at)
    link = accounts.add_evidence(
        by=running.owner,
        organization=running.lead,
        kind="link",
        url="https://a.example/",
        activity=running.activity,
        at=at,
    )
    spare, _key = tokens.make(
        by=running.owner, organization=running.lead, role="reader", name="y", expires_at=at + 24 * asking.HOUR, at=at
    )
    own = indicators.make(
        by=running.owner, organization=running.lead, section="campaigns", label="讲座", definition="讲座场次",
        rule={"count": "sessions"}, at=at,
    )  # fmt: skip
    target = targets.promise(by=running.owner, organization=running.lead, year=2026, label="讲座", kind="open", at=at)
    running.activity.refresh_from_db()
    # What is recorded of an activity counts on its last day, which is tomorrow in the last hours of a day
    last, today = running.activity.ends_on, timezone.localdate(at)
    assert last is not None
    given = {"period": (today, today), "as_of": today}
    closed = returns.close(by=running.owner, of=factories.return_of(running.owner, running.lead, at, **given), at=at)
    quote = factories.quote(running.owner, running.lead, at, period=(last, last), as_of=last, codes=["leaflets"])
    holder = quotes.hand_out(by=running.owner, quote=quote, name="市政府办", how="phone", told_at=at, at=at)
    course = held(running, running.session.starts_at)
    course.come(course.trainee(), 0, 1, 2)
    course.close()
    (certificate,) = certificates.issue(by=running.owner, activity=course.activity, at=at)
    return {
        "keys": {
            "token": f"Bearer {key}",
            "manage": f"Manage {placed.manage_key}",
            "station": f"Station {station_key}",
        },
        "numbers": {
            "campaigns": running.campaign.pk,
            "activities": running.activity.pk,
            "sessions": running.session.pk,
            "signups": placed.signup.pk,
            "stations": station.pk,
            "tokens": spare.pk,
            "headcounts": heads.pk,
            "questions": question.pk,
            "outputs": output.pk,
            "cards": batch.pk,
            "stands": stand.pk,
            "stand-reports": report.pk,
            "statements": said.pk,
            "courses": course.activity.pk,
            "certificates": certificate.pk,
            "organizations": "tianmen",
            "evidence": link.pk,
            **factories.recorded(running.owner, running, at),
            "indicators": own.pk,
            "targets": target.pk,
            "returns": closed.pk,
            "quotes": quote.reference,
            "quote-holders": holder.pk,
        },
    }


TAGS = [
    "account", "plan", "sessions", "sign-up", "attendance", "stations", "station", "figures", "records", "courses",
]  # fmt: skip


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("tag", TAGS)
def test_no_request_fit_or_unfit_made_up_from_the_description_is_answered_outside_it(
    rows: dict[str, dict[str, Any]], tag: str, mode: GenerationMode
) -> None:
    asked = [one for one in operations() if one.definition.raw["tags"] == [tag]]
    assert asked
    for operation in asked:
        # What one operation does to the rows is none of the next one's affair.
        with transaction.atomic():
            ask(operation, rows, mode)
            transaction.set_rollback(True)


def ask(operation: Any, rows: dict[str, dict[str, Any]], mode: GenerationMode) -> None:
    """Some requests of an operation, with a key that fits and for rows that are there."""
    schemes = [name for one in operation.definition.raw.get("security", []) for name in one]
    key = next((rows["keys"][name] for name in schemes if name in rows["keys"]), None)
    collection = operation.path.removeprefix("/api/v1/").split("/")[0]

    @EACH
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    def answers_as_described(case: Any) -> None:
        cache.clear()
        for name in case.path_parameters or {}:
            if name != "year":
                case.path_parameters[name] = rows["numbers"][collection]
        case.call_and_validate(headers={"Authorization": key} if key else {}, checks=CHECKS)

    answers_as_described()


def test_every_operation_is_asked() -> None:
    assert {tag for one in operations() for tag in one.definition.raw["tags"]} == set(TAGS)
