"""A spot check (抽查): sessions drawn so that anybody can draw them again, what is recorded of them, and whom to call."""

from __future__ import annotations

import datetime
import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from events.models import Organization, Session
from registrations import masks, phrases
from registrations.figures import Grade
from registrations.indicators import measures
from registrations.models import Attendance, Evidence, Headcount, Output
from registrations.reports import attendance, ledger, notices
from registrations.reports.typesetting import Document

#: People of a session whom one calls back.
CALLS = 5
MOST = 50

_GRADES = {
    Grade.SCANNED: "扫码签到",
    Grade.CONFIRMED: "名单核对",
    Grade.SELF: "自行填报",
    Grade.TALLIED: "现场清点",
    Grade.ESTIMATED: "估算",
    Grade.REPORTED: "据材料",
}


@dataclass(frozen=True, slots=True)
class Draw:
    """What was asked for, and what came of it. `pool` is how many could have been drawn."""

    organization: Organization
    start: datetime.date
    end: datetime.date
    seed: str
    sessions: tuple[Session, ...]
    pool: int


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    phone: str
    village: str


def eligible(
    organization: Organization, start: datetime.date, end: datetime.date, at: datetime.datetime
) -> QuerySet[Session]:
    """Sessions that were held in the span and are led by the organization, by what reports through it or by what is below
    it."""
    led = Q(activity__organization__path__startswith=organization.path) | Q(
        activity__organization__reports_to=organization
    )
    zone = timezone.get_current_timezone()
    first = datetime.datetime.combine(start, datetime.time(), zone)
    last = datetime.datetime.combine(end + datetime.timedelta(days=1), datetime.time(), zone)
    rows = Session.objects.standing().filter(
        led, starts_at__gte=first, starts_at__lt=last, ends_at__lt=at, activity__state__in=ledger.COUNTED_STATES
    )
    return rows.select_related("activity__organization", "region")


def _lot(seed: str, *what: int | str) -> bytes:
    return hashlib.sha256(":".join([seed, *map(str, what)]).encode()).digest()


def draw(
    *, organization: Organization, start: datetime.date, end: datetime.date, many: int, seed: str, at: datetime.datetime
) -> Draw:
    """The sessions whose lot – SHA-256 of «seed:number» – is smallest: the same seed draws the same ones again, and one
    more session in the span changes at most one of them."""
    pool = eligible(organization, start, end, at)
    numbers = list(pool.order_by().values_list("pk", flat=True))
    chosen = sorted(numbers, key=lambda pk: _lot(seed, pk))[: min(many, MOST)]
    return Draw(
        organization, start, end, seed, tuple(pool.filter(pk__in=chosen).order_by("starts_at", "pk")), len(numbers)
    )


def people(sessions: Sequence[Session], seed: str) -> dict[int, list[Attendance]]:
    """By session up to five people who came and whose names are still kept, drawn by the same lots; one query."""
    rows = Attendance.objects.filter(session__in=sessions, attendee__erased_at=None, attendee__signup__erased_at=None)
    named = rows.exclude(attendee__name="").select_related("attendee__signup")
    found: dict[int, list[Attendance]] = defaultdict(list)
    for row in sorted(named, key=lambda one: _lot(seed, one.session_id, one.attendee_id)):
        if len(found[row.session_id]) < CALLS:
            found[row.session_id].append(row)
    return found


def _person(row: Attendance, *, whole: bool) -> Person:
    line = row.attendee
    phone = line.phone or line.signup.contact_phone
    if whole:
        return Person(line.name, phone, line.village or line.signup.unit)
    return Person(masks.name(line.name), masks.phone(phone) if phone else "", line.village or line.signup.unit)


def pack(found: Draw, called: dict[int, list[Attendance]], *, whole: bool, at: datetime.datetime) -> Document:
    """The papers for whoever checks: a page a session. Names and phones are masked unless `whole`, which the caller has
    written down."""
    totals = attendance.totals(found.sessions)
    heads, outputs, papers = _recorded(found.sessions)
    rows = []
    for session in found.sessions:
        graded = totals[session.pk].grades
        rows.append(
            {
                "activity": session.activity.name,
                "lead": session.activity.organization.name,
                "when": notices.when(session, at),
                "where": notices.where(session),
                "people": [[_GRADES[grade], phrases.write(part, "人次")] for grade, part in graded.items()],
                "heads": heads[session.pk],
                "outputs": outputs[session.activity_id],
                "papers": papers[session.activity_id],
                "calls": [
                    [one.name, one.phone or "未留电话", one.village]
                    for one in (_person(row, whole=whole) for row in called.get(session.pk, []))
                ],
            }
        )
    data = {
        "organization": found.organization.name,
        "span": f"{found.start:%Y-%m-%d} 至 {found.end:%Y-%m-%d}",
        "seed": found.seed,
        "many": len(found.sessions),
        "pool": found.pool,
        "printed": timezone.localtime(at).strftime("%Y-%m-%d %H:%M"),
        "sessions": rows,
    }
    return Document("spot_check.typ", data)


def _recorded(
    sessions: Sequence[Session],
) -> tuple[dict[int, list[str]], dict[int, list[str]], dict[int, list[str]]]:
    """Counts by session, outputs and evidence by activity, in words; three queries."""
    heads: dict[int, list[str]] = defaultdict(list)
    for one in Headcount.objects.filter(session__in=sessions, withdrawn_at=None):
        method = "清点" if one.method == Headcount.Method.COUNTED else "估算"
        heads[one.session_id].append(f"{one.counted_by}{method}{one.people}人{f'（{one.how}）' if one.how else ''}")
    activities = {session.activity_id for session in sessions}
    outputs: dict[int, list[str]] = defaultdict(list)
    known = measures.all_measures()
    for output in Output.objects.filter(activity__in=activities, withdrawn_at=None):
        measure = known[output.measure]
        outputs[output.activity_id].append(f"{measure.zh}{output.number}{measure.unit}")
    papers: dict[int, list[str]] = defaultdict(list)
    for item in Evidence.objects.filter(activity__in=activities):
        place = f"（原件：{item.paper_place}）" if item.paper_place else ""
        if item.activity_id is not None:
            papers[item.activity_id].append(f"{item.get_kind_display()} {item.title}{place}".strip())
    return heads, outputs, papers
