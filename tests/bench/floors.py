"""What the same PostgreSQL does at most, by pgbench: the rows of a batch of scans, and one row that everybody changes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from urllib.parse import urlsplit

#: Tables like those that a batch of scans is written into, with their indexes and foreign keys.
_LIKE = """
drop table if exists floor_outcome, floor_scan, floor_record, floor_attendance, floor_change;
create table floor_record (like registrations_stationrecord including all,
    foreign key (station_id) references registrations_station deferrable initially deferred);
create table floor_scan (like registrations_scan including all,
    foreign key (record_id) references floor_record deferrable initially deferred,
    foreign key (station_id) references registrations_station deferrable initially deferred,
    foreign key (session_id) references events_session deferrable initially deferred,
    foreign key (ticket_id) references registrations_ticket deferrable initially deferred);
create table floor_outcome (like registrations_scanoutcome including all,
    foreign key (scan_id) references floor_scan deferrable initially deferred,
    foreign key (session_id) references events_session deferrable initially deferred);
create table floor_attendance (like registrations_attendance including defaults including identity,
    primary key (id),
    foreign key (attendee_id) references registrations_attendee deferrable initially deferred,
    foreign key (session_id) references events_session deferrable initially deferred);
create index on floor_attendance (attendee_id, session_id);
create index on floor_attendance (session_id, grade);
create table floor_change (like registrations_rosterchange including all,
    foreign key (organization_id) references events_organization deferrable initially deferred,
    foreign key (session_id) references events_session deferrable initially deferred);
"""


def scans(clients: int, many: int, seconds: int) -> float:
    """Scans a second, `many` of them in each durable commit: one statement that writes the same rows into tables with the
    same indexes and foreign keys – record, scan, outcome, attendance and the change for the phones –, the records sent by
    the client. Nothing is read, judged or answered."""
    from registrations.models import Attendance, RosterChange, Scan

    scan = Scan.objects.select_related("record").filter(outcome__outcome="counted").latest("pk")
    came = Attendance.objects.filter(session=scan.session).latest("pk")
    change = RosterChange.objects.filter(session=scan.session).latest("pk")
    record = scan.record
    payload, answer, facts = (
        f"'{json.dumps(one, ensure_ascii=False)}'" for one in (record.payload, record.answer, scan.facts)
    )
    rows = ",".join([f"(gen_random_uuid(),'{record.digest}',{payload}::jsonb,{answer}::jsonb,{facts}::jsonb)"] * many)
    at = f"'{record.made_at.isoformat()}'::timestamptz"
    statement = f"""with sent (id, digest, payload, answer, facts) as (values {rows}),
     r as (insert into floor_record (station_id, record_id, kind, digest, payload, made_at, sequence, epoch, corrected_at,
           clock_uncertain, received_at, answer) select {record.station_id}, id, 'scan', digest, payload, {at},
           {record.sequence}, '{record.epoch}', {at}, false, {at}, answer from sent returning id, record_id),
     s as (insert into floor_scan (record_id, scan_id, station_id, session_id, ticket_id, direction, arriving, corrected_at,
           clock_uncertain, judged, facts) select r.id, r.record_id, {record.station_id}, {scan.session_id},
           {scan.ticket_id}, 'entry', 1, {at}, false, 'admit', sent.facts from r join sent on sent.id = r.record_id
           returning id),
     o as (insert into floor_outcome (scan_id, session_id, outcome, counted, why)
           select id, {scan.session_id}, 'counted', 1, '' from s),
     a as (insert into floor_attendance (attendee_id, session_id, present, grade, first_at)
           select {came.attendee_id}, {scan.session_id}, 1, 'scanned', {at} from s)
     insert into floor_change (organization_id, session_id, kind, object_id)
           select {change.organization_id}, {scan.session_id}, 'outcome', id from s;"""  # noqa: S608  # no values from outside
    return _transactions(_LIKE, " ".join(statement.split()), clients, seconds) * many


def one_row(clients: int, seconds: int) -> float:
    """Durable commits a second that all change the same row, as sign-ups for the same seats do."""
    setup = "drop table if exists hot; create table hot (id int primary key, taken int); insert into hot values (1, 0)"
    return _transactions(setup, "update hot set taken = taken + 1 where id = 1;", clients, seconds)


def _transactions(setup: str, statement: str, clients: int, seconds: int) -> float:
    where = urlsplit(os.environ["DATABASE_URL"])
    programs = os.environ["PG_BIN"]  # of the cluster that tests/postgres.py started
    connection = ["-h", str(where.hostname), "-p", str(where.port), "-U", str(where.username)]
    subprocess.run([f"{programs}/psql", *connection, "-qc", setup, where.path[1:]], check=True, capture_output=True)
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(statement + "\n")
        script.flush()
        done = subprocess.run(
            [f"{programs}/pgbench", *connection, "-n", "-M", "prepared", "-f", script.name, "-c", str(clients),
             "-j", "2", "-T", str(seconds), where.path[1:]],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    found = re.search(r"^tps = ([\d.]+)", done.stdout, re.M)
    assert found is not None
    return float(found[1])
