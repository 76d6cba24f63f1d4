"""Importing long lists for the office: rows grouped by village or unit into sign-ups, all of them or none.

A list is kept as a draft while somebody looks through it. What takes more than a moment is done by the worker, which
says how far it is; the rows are written in one transaction at the end, so that a worker that is killed has written
nothing, and whoever runs the list again writes it once.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from events.access import Actor
from events.errors import Refusal
from events.models import Activity, Region, Session, User
from events.operations import history
from registrations import rosters, tasks
from registrations.models import RosterImport, Signup
from registrations.operations import lines, people, placing, signups
from registrations.operations.parties import LARGEST_PARTY, Party
from registrations.rosters import Checked, Row

#: Rows of a list, rows that are imported within a request, and rows between two reports of how far it is.
MOST_ROWS, AT_ONCE, STEP = 5_000, 500, 500
#: A list that nobody has imported goes after so long; one whose worker was killed is taken up again after so long.
DRAFTS_LAST = datetime.timedelta(days=1)
STALE = datetime.timedelta(minutes=10)
State = RosterImport.State
_UNDER_WAY = (State.QUEUED, State.RUNNING)


class ImportUnderWay(Refusal):
    code = "import_under_way"
    sentence = _("This list is being imported already, or has been.")


class RowsUnfit(Refusal):
    code = "rows_unfit"
    sentence = _("Put the marked cells right first: nothing has been imported.")


def checked(rows: Iterable[Row]) -> Checked:
    """What is wrong with which cell."""
    return rosters.check(rows, most_people=None)


def rows_of(roster: RosterImport) -> list[Row]:
    return [Row(*cells) for cells in json.loads(roster.rows or "[]")]


def _kept(rows: Iterable[Row]) -> str:
    cells = [[row.name, row.village, row.phone, row.people, row.remark, row.position] for row in rows]
    return json.dumps(cells, ensure_ascii=False)


@transaction.atomic
def draft(
    *,
    by: Actor,
    session: Session,
    kind: str,
    rows: Sequence[Row],
    contact_name: str,
    contact_phone: str,
    unit: str,
    region: Region | None,
    when_full: str,
    at: datetime.datetime,
) -> RosterImport:
    """Keep a list that was read, to be looked through. Raises PhoneUnreadable."""
    assert isinstance(by.user, User)  # pages are opened by people
    made = RosterImport.objects.create(
        session=session,
        kind=kind,
        rows=_kept(rows),
        contact_name=contact_name,
        contact_phone=people.phone(contact_phone),
        unit=unit,
        region=region,
        when_full=when_full,
        total=len(rows),
        people=checked(rows).people,
        by=by.user,
        made_at=at,
        touched_at=at,
    )
    history.record(by=by, verb="read_roster", on=made, organization=session.activity.organization, at=at)
    return made


@transaction.atomic
def correct(*, roster: RosterImport, cells: Mapping[int, Mapping[str, str]], at: datetime.datetime) -> RosterImport:
    """Put cells right, by the row's index and the column's name; a row of which nothing is left is taken out. Raises
    ImportUnderWay."""
    roster = _locked(roster)
    rows = rows_of(roster)
    for index, given in cells.items():
        if index < len(rows):
            old = rows[index]
            columns = {name: getattr(old, name) for name in ("name", "village", "phone", "people")} | dict(given)
            rows[index] = rosters.typed(**columns, position=old.position)
    rows = [row for row in rows if not row.blank]
    roster.rows, roster.total, roster.people = _kept(rows), len(rows), checked(rows).people
    roster.touched_at = at
    roster.save(update_fields=["rows", "total", "people", "touched_at"])
    return roster


@transaction.atomic
def discard(*, by: Actor, roster: RosterImport, at: datetime.datetime) -> None:
    """Throw a list away that was not imported. Raises ImportUnderWay."""
    organization = roster.session.activity.organization
    history.record(by=by, verb="discard_roster", on=roster, organization=organization, at=at)
    _locked(roster).delete()


def begin(*, by: Actor, roster: RosterImport, at: datetime.datetime) -> None:
    """Import a list: a short one now, a long one by the worker. Raises ImportUnderWay, RowsUnfit; what stops a short one
    stands in its `problem`."""
    with transaction.atomic():
        roster = _locked(roster)
        rows = rows_of(roster)
        if not rows or checked(rows).errors:
            raise RowsUnfit
        roster.state, roster.done, roster.problem, roster.touched_at = State.QUEUED, 0, "", at
        roster.save(update_fields=["state", "done", "problem", "touched_at"])
        organization = roster.session.activity.organization
        history.record(by=by, verb="import_roster", on=roster, organization=organization, at=at)
        if len(rows) > AT_ONCE:
            tasks.import_roster.enqueue(roster.pk)
    if len(rows) <= AT_ONCE:
        run(pk=roster.pk, at=at)


def _locked(roster: RosterImport) -> RosterImport:
    rows = RosterImport.objects.select_related("session__activity__organization").select_for_update(of=("self",))
    found = rows.filter(pk=roster.pk, state__in=[State.DRAFT, State.FAILED]).first()
    if found is None:
        raise ImportUnderWay
    return found


def run(*, pk: int, at: datetime.datetime) -> None:
    """Import a list that waits for it; one that is done, or was thrown away, is let be. Any number of workers may try."""
    related = ("session__activity__campaign", "session__activity__organization", "session__activity__terms")
    rows = RosterImport.objects.select_related(*related, "region", "by").prefetch_related(
        "session__activity__questions"
    )
    found = rows.filter(pk=pk, state__in=_UNDER_WAY).first()
    if found is None:
        return
    try:
        entries = list(_looked_through(found, at))
        _write(found, entries, at)
    except Refusal as refusal:
        _fail(found, refusal.message, at)
    except Exception:
        _fail(found, gettext("Something went wrong here; nothing has been imported. Please try again."), at)
        raise


def _looked_through(roster: RosterImport, at: datetime.datetime) -> Iterator[placing.Ready]:
    """Each sign-up looked through, and how far it is written down. Raises what `signups.ready` raises."""
    session, activity = roster.session, roster.session.activity
    by_course = activity.signup_by == Activity.SignupBy.COURSE
    chosen = list(activity.sessions.standing()) if by_course else [session]
    done = told = 0
    for number, (rows, party) in enumerate(_parties(roster)):
        yield signups.ready(
            by=Actor(roster.by),
            activity=activity,
            sessions=chosen,
            party=party,
            idempotency_key=f"{roster.key.hex}-{number}",
            consent=signups.CONSENT_VERSION,
            when_full=roster.when_full,
            source=Signup.Source.IMPORT,
            at=at,
        )
        done += rows
        if done - told >= STEP:
            told = done
            RosterImport.objects.filter(pk=roster.pk, state__in=_UNDER_WAY).update(state=State.RUNNING, done=done)


def _parties(roster: RosterImport) -> Iterator[tuple[int, Party]]:
    """The sign-ups a list becomes, each with the number of its rows: one for each village or unit, and several where its
    people are too many for one."""
    rows = rows_of(roster)
    order = {unit: place for place, unit in enumerate(dict.fromkeys(row.village for row in rows))}
    for unit, of_unit in groupby(sorted(rows, key=lambda row: order[row.village]), key=lambda row: row.village):
        some: list[Row] = []
        size = 0
        for row in of_unit:
            heads = rosters.count(row.people) or 1
            if some and size + heads > LARGEST_PARTY:
                yield len(some), _party(roster, unit, some)
                some, size = [], 0
            some.append(row)
            size += heads
        yield len(some), _party(roster, unit, some)


def _party(roster: RosterImport, unit: str, rows: Sequence[Row]) -> Party:
    at_home = roster.unit[: rosters.LONGEST] if roster.kind == Signup.Kind.VILLAGE else ""
    remarks = "；".join(f"{row.name}：{row.remark}" for row in rows if row.remark)
    return Party(
        kind=roster.kind,
        lines=tuple(lines.of_rows(rows, at_home=at_home)),
        contact_name=roster.contact_name,
        contact_phone=roster.contact_phone,
        unit=unit or roster.unit,
        region=roster.region,
        note=remarks[:300],
    )


@transaction.atomic
def _write(roster: RosterImport, entries: Sequence[placing.Ready], at: datetime.datetime) -> None:
    """All of it, once. Raises SessionFull, AlreadySignedUp."""
    held = RosterImport.objects.select_for_update().filter(pk=roster.pk, state__in=_UNDER_WAY).first()
    if held is None:
        return
    outcomes = placing.write_all(entries)
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            raise outcome
    written = [one.signup for one in outcomes if isinstance(one, placing.Written)]
    RosterImport.objects.filter(pk=roster.pk).update(
        state=State.DONE,
        done=F("total"),
        signups=len(written),
        waiting=sum(one.state == Signup.State.WAITING for one in written),
        rows="",
        contact_name="",
        contact_phone="",
        touched_at=at,
        finished_at=at,
    )


def _fail(roster: RosterImport, problem: str, at: datetime.datetime) -> None:
    failed = {"state": State.FAILED, "done": 0, "problem": problem[:300], "touched_at": at, "finished_at": at}
    RosterImport.objects.filter(pk=roster.pk, state__in=_UNDER_WAY).update(**failed)


def look_after(*, at: datetime.datetime) -> int:
    """Delete lists that nobody imported, and take up those whose worker was killed: how many of these. For the worker."""
    idle = RosterImport.objects.filter(state__in=[State.DRAFT, State.FAILED], touched_at__lte=at - DRAFTS_LAST)
    idle.delete()
    left = RosterImport.objects.filter(state__in=_UNDER_WAY, touched_at__lte=at - STALE)
    for roster in left:
        RosterImport.objects.filter(pk=roster.pk).update(touched_at=at)
        tasks.import_roster.enqueue(roster.pk)
    return len(left)
