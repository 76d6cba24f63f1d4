"""Activities that were held, written inside PostgreSQL: as many as a city association keeps after years, within minutes.

One activity is held through the operations themselves; its rows are then repeated with other numbers, people and hours.
Foreign keys are not looked up meanwhile, and indexes that hold no constraint are made anew at the end.
"""

# ruff: noqa: S608  # of numbers and of names of our own tables
from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.models import Model

    from events.models import Organization
    from registrations.models import Scan
    from tests.factories import World

GROUPS = ("", "farmers", "students", "residents", "elderly")


@dataclass(frozen=True, slots=True)
class Plan:
    """`people` sign up for each activity and come to all of its `sessions`, each through one of its `gates`; two
    activities in three are signed up for as a whole where there are several sessions."""

    activities: int
    sessions: int
    people: int
    gates: int

    @property
    def scans(self) -> int:
        return self.activities * self.sessions * self.people


@dataclass(frozen=True, slots=True)
class Written:
    """The numbers of the first of what was written; the others follow."""

    activity: int
    session: int
    signup: int
    ticket: int
    scan: int


def write(plan: Plan, *, world: World, organizations: Sequence[Organization], last: datetime.datetime) -> Written:
    """Held by these organizations in turn, the sessions one after the other until the `last` begins."""
    from django.db import connection, transaction

    scan = _pattern(world, last)
    tables = [model._meta.db_table for model in _models()]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local maintenance_work_mem = '512MB'")
        cursor.execute("set local session_replication_role = replica")
        with _without_indexes(cursor, tables):
            written = _rows(cursor, plan, scan, [one.pk for one in organizations], last)
        for model in _models():
            _go_on_counting(cursor, model)
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")  # as autovacuum does in the course of the years
        cursor.execute("checkpoint")
    return written


def _models() -> tuple[type[Model], ...]:
    from events.models import Activity, Session
    from registrations import models as ours

    return (
        Activity, Session, ours.Station, ours.Signup, ours.SignupSession, ours.Attendee, ours.Ticket, ours.StationRecord,
        ours.Scan, ours.ScanOutcome, ours.Attendance, ours.RosterChange,
    )  # fmt: skip


def _pattern(world: World, at: datetime.datetime) -> Scan:
    """A scan of the only sign-up for the only session of an activity."""
    from registrations.models import Scan
    from registrations.operations import records, tickets
    from registrations.operations.signups import ticket_of
    from tests import factories

    activity = factories.activity(world.campaign, name="农村实用技术培训", form="training")
    session = factories.session(activity, at, venue="东方社区活动室")
    code = tickets.address(ticket_of(factories.signup(session, factories.one("周卫国", unit="江桥村"))))
    station, _key = factories.station(world.owner, world.lead, session, at=at)
    records.receive(station=station, records=[factories.scan(session, code, at)], sent_at=at, at=at)
    return Scan.objects.get(session=session)


def _rows(cursor: Any, plan: Plan, scan: Scan, leading: Sequence[int], last: datetime.datetime) -> Written:
    """Numbers count from 0: of activities `a`, of sessions `s`, of people `p`, of scans `n`."""
    from events.models import Activity, Session
    from registrations import models as ours

    assert scan.session is not None
    assert scan.ticket is not None
    first = {model: _next(cursor, model) for model in _models() if model is not ours.ScanOutcome}
    activity, session, person = first[Activity], first[Session], first[ours.Signup]
    line, ticket, gate = first[ours.Attendee], first[ours.Ticket], first[ours.Station]
    record, scanned = first[ours.StationRecord], first[ours.Scan]
    each, sessions, people = plan.sessions, plan.activities * plan.sessions, plan.activities * plan.people
    lead = f"(array{list(leading)})[%s %% {len(leading)} + 1]"
    begins = f"timestamptz '{last.isoformat()}' - interval '2 hours' * ({sessions} - 1 - %s)"
    whole = f"({each} > 1 and a %% 3 < 2)".replace("%%", "%")
    groups = f"(array{list(GROUPS)}::text[])[p % {len(GROUPS)} + 1]"
    since = begins % f"(n / {plan.people})"
    came = f"{since} - interval '45 minutes' + interval '90 minutes' * (n % {plan.people}) / {plan.people}"
    of_person = f"(n / {plan.people * each} * {plan.people} + n % {plan.people})"
    of_session, name = f"{session} + n / {plan.people}", "md5('scan' || n)::uuid"
    of_gate = f"{gate} + n / {plan.people} * {plan.gates} + n % {plan.gates}"
    by_scan = _series("n", plan.scans)

    _repeat(
        cursor, Activity, scan.session.activity_id, _series("a", plan.activities),
        id=f"{activity} + a", organization_id=lead % "a", signup_by=f"case when {whole} then 'course' else 'session' end",
    )  # fmt: skip
    _repeat(
        cursor, Session, scan.session_id, _series("s", sessions),
        id=f"{session} + s", activity_id=f"{activity} + s / {each}", starts_at=begins % "s",
        ends_at=begins % "s" + " + interval '2 hours'", uid="gen_random_uuid()",
        changed_at=begins % "s",
    )  # fmt: skip
    _repeat(
        cursor, ours.Station, scan.station_id, _series("g", sessions * plan.gates),
        id=f"{gate} + g", session_id=f"{session} + g / {plan.gates}", key_hash=f"md5('gate' || {gate} + g)",
        organization_id=lead % f"(g / {plan.gates * each})", name=f"(g % {plan.gates} + 1) || '号门'",
        made_at=begins % f"(g / {plan.gates})", expires_at=begins % f"(g / {plan.gates})" + " + interval '1 day'",
    )  # fmt: skip
    _repeat(
        cursor, ours.Signup, scan.ticket.signup_id, _series("p", people, f"p / {plan.people} as a"),
        id=f"{person} + p", activity_id=f"{activity} + a", covers_course=whole, manage_key_hash=f"md5('key' || {person} + p)",
        idempotency_key=f"md5('once' || {person} + p)",
    )  # fmt: skip
    _repeat(
        cursor, ours.Attendee, scan.ticket.signup.attendees.get().pk, _series("p", people),
        id=f"{line} + p", signup_id=f"{person} + p", audience_group=groups,
    )  # fmt: skip
    _repeat(
        cursor, ours.Ticket, scan.ticket_id, _series("p", people),
        id=f"{ticket} + p", signup_id=f"{person} + p", code=f"({ticket} + p::bigint) * 1099511627791 % (1::bigint << 56)",
        short_code=f"upper(lpad(to_hex(({ticket} + p::bigint) * 2654435761 % (1::bigint << 32)), 8, '0'))",
    )  # fmt: skip
    chosen = f"(select n, {of_person} as p, n / {plan.people * each} as a from {by_scan}) as chosen where not {whole}"
    _repeat(
        cursor, ours.SignupSession, scan.ticket.signup.chosen.get().pk, chosen,
        id=f"{first[ours.SignupSession]} + n", signup_id=f"{person} + p", session_id=of_session,
    )  # fmt: skip
    _repeat(
        cursor, ours.StationRecord, scan.record_id, by_scan,
        id=f"{record} + n", station_id=of_gate, record_id=name, made_at=came, corrected_at=came, received_at=came,
        sequence="n",
    )  # fmt: skip
    _repeat(
        cursor, ours.Scan, scan.pk, by_scan,
        id=f"{scanned} + n", record_id=f"{record} + n", scan_id=name, station_id=of_gate, session_id=of_session,
        ticket_id=f"{ticket} + {of_person}", corrected_at=came,
    )  # fmt: skip
    _repeat(cursor, ours.ScanOutcome, scan.pk, by_scan, scan_id=f"{scanned} + n", session_id=of_session)
    _repeat(
        cursor, ours.Attendance, ours.Attendance.objects.get(attendee__signup=scan.ticket.signup_id).pk, by_scan,
        id=f"{first[ours.Attendance]} + n", attendee_id=f"{line} + {of_person}", session_id=of_session, first_at=came,
    )  # fmt: skip
    # A line when the ticket was issued and one when it was scanned, in transactions that are over.
    change = ours.RosterChange.objects.filter(session=scan.session_id, kind="outcome").latest("pk")
    cursor.execute("select pg_current_xact_id()::text::bigint")
    told = {"organization_id": lead % f"(n / {plan.people * each})", "session_id": of_session}
    told["transaction"] = f"n::bigint * {cursor.fetchone()[0] - 1} / {plan.scans}"
    number = f"{first[ours.RosterChange]} + 2 * n"
    _repeat(
        cursor, ours.RosterChange, change.pk, by_scan,
        id=number, kind="'ticket'", object_id=f"{ticket} + {of_person}", **told,
    )  # fmt: skip
    _repeat(
        cursor, ours.RosterChange, change.pk, by_scan,
        id=f"{number} + 1", object_id=f"{scanned} + n", **told,
    )  # fmt: skip
    return Written(activity, session, person, ticket, scanned)


def _series(name: str, many: int, *further: str) -> str:
    columns = ", ".join([name, *further])
    return f"(select {columns} from generate_series(0, {many - 1}) as {name}) as numbers"


def _repeat(cursor: Any, model: type[Model], like: Any, numbers: str, **different: str) -> None:
    """A row like that one for each of the numbers, but for the columns that are `different`."""
    columns = [field.column for field in model._meta.concrete_fields]
    values = ", ".join(different.get(column, f'pattern."{column}"') for column in columns)
    table, key = model._meta.db_table, model._meta.pk.column
    names = ", ".join(f'"{column}"' for column in columns)
    pattern = f'(select * from "{table}" where "{key}" = {like}) as pattern'
    cursor.execute(f'insert into "{table}" ({names}) select {values} from {pattern}, {numbers}')


@contextmanager
def _without_indexes(cursor: Any, tables: Sequence[str]) -> Iterator[None]:
    """Drop the indexes that hold no constraint, and make them again: faster than to keep them up with each row."""
    cursor.execute(
        "select indexname, indexdef from pg_indexes where schemaname = current_schema() and tablename = any(%s)"
        " and not exists (select from pg_constraint where conindid = indexname::regclass)",
        [list(tables)],
    )
    found = cursor.fetchall()
    for name, _definition in found:
        cursor.execute(f'drop index "{name}"')
    yield
    for _name, definition in found:
        cursor.execute(definition)


def _next(cursor: Any, model: type[Model]) -> int:
    cursor.execute(f'select coalesce(max("{model._meta.pk.column}"), 0) + 1 from "{model._meta.db_table}"')
    return int(cursor.fetchone()[0])


def _go_on_counting(cursor: Any, model: type[Model]) -> None:
    table, key = model._meta.db_table, model._meta.pk.column
    cursor.execute("select pg_get_serial_sequence(%s, %s)", [table, key])
    if sequence := cursor.fetchone()[0]:
        cursor.execute(f'select setval(%s, (select max("{key}") from "{table}"))', [sequence])
