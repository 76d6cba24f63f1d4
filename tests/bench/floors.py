"""What the same PostgreSQL does at most, by pgbench: rows into a narrow table, and one row that everybody changes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from urllib.parse import urlsplit

_ROW = "(1, 2, md5(random()::text), now())"


def rows(clients: int, many: int, seconds: int) -> float:
    """Rows a second, `many` of them in each durable commit."""
    setup = "drop table if exists floor; create table floor (id bigserial primary key, a int, b bigint, c text, d timestamptz)"
    insert = f"insert into floor (a, b, c, d) values {', '.join([_ROW] * many)};"  # noqa: S608  # no values from outside
    return _transactions(setup, insert, clients, seconds) * many


def records(clients: int, many: int, seconds: int) -> float:
    """Scans a second, `many` of them in each durable commit: the statement that stores records, into the table it stores
    them in, with rows as a phone's are; nothing is judged and nothing follows from them."""
    from registrations.models import StationRecord

    row = StationRecord.objects.filter(kind="scan").latest("pk")
    texts = [
        (row.digest, json.dumps(row.payload, ensure_ascii=False), json.dumps(row.answer, ensure_ascii=False))
    ] * many
    digests, payloads, answers = ("ARRAY[" + ",".join(f"'{one[n]}'" for one in texts) + "]" for n in range(3))
    moment = row.made_at.isoformat()
    insert = (
        "insert into registrations_stationrecord (station_id, record_id, kind, digest, payload, made_at, sequence, epoch,"
        " corrected_at, clock_uncertain, received_at, answer)"
        f" select {row.station_id}, gen_random_uuid(), 'scan', d, p::jsonb, '{moment}', {row.sequence}, '{row.epoch}',"  # noqa: S608  # no values from outside
        f" '{moment}', false, '{moment}', a::jsonb from unnest({digests}, {payloads}, {answers}) as t(d, p, a);"
    )
    return _transactions("select 1", insert, clients, seconds) * many


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
