"""Rows that tests stand on, made by the operations themselves, so that they are as real ones are."""

from __future__ import annotations

import datetime
import itertools
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from events.access import Actor
from events.models import Activity, Campaign, Organization, Region, Session, User
from events.operations import activities, campaigns, organizations, people
from registrations import rosters
from registrations.models import Headcount, Quote, Return, RosterImport, Signup, SignupTerms, Station, StationMove
from registrations.operations import (
    accounts,
    activity_records,
    desk,
    imports,
    ledger_imports,
    quotes,
    records,
    returns,
    session_changes,
    signups,
    stations,
    supports,
    trips,
)
from registrations.operations import terms as setting
from registrations.operations.signups import CONSENT_VERSION, Line, Party, Placed

PASSWORD = "long enough 9"
_numbers = itertools.count(1)


def _at(at: datetime.datetime | None) -> datetime.datetime:
    return at or timezone.now()


def region(
    code: str = "429006104000", name: str = "汪场镇", kind: str = "town", parent: Region | None = None
) -> Region:
    return Region.objects.get_or_create(code=code, defaults={"name": name, "kind": kind, "parent": parent})[0]


def city() -> Region:
    return region("429006000000", "天门市", "city")


def organization(
    code: str = "",
    *,
    parent: Organization | None = None,
    reports: bool = False,
    kind: str = "association",
    where: Region | None = None,
) -> Organization:
    code = code or f"org{next(_numbers)}"
    return organizations.found(
        by="test",
        code=code,
        name=f"{code}科协",
        kind=kind,
        region=where or city(),
        parent=parent,
        reports_to=parent if reports else None,
        at=timezone.now(),
    )


def user(organization: Organization | None = None, role: str = "owner", username: str = "") -> User:
    username = username or f"user{next(_numbers)}"
    made = people.make_account(by="test", username=username, name=f"员{username}", password=PASSWORD, at=timezone.now())
    if organization is not None:
        people.give_role(by="test", user=made, organization=organization, role=role, at=timezone.now())
    return made


def actor(organization: Organization, role: str = "owner") -> Actor:
    return Actor(user(organization, role))


def campaign(organization: Organization, *, state: str = "published", year: int = 2026, **values: Any) -> Campaign:
    given: dict[str, Any] = {"name": "全国科普月", "kind": "science_month"} | values
    return campaigns.plan(by="test", organization=organization, year=year, state=state, at=timezone.now(), **given)


def activity(
    campaign: Campaign, *, form: str = "lecture", signup_by: str = "session", state: str = "published", **values: Any
) -> Activity:
    given: dict[str, Any] = {"name": "食品安全讲座", "organization": campaign.organization} | values
    return activities.plan(
        by="test", campaign=campaign, form=form, signup_by=signup_by, state=state, at=timezone.now(), **given
    )


def session(
    activity: Activity,
    starts_at: datetime.datetime,
    *,
    hours: float = 2,
    capacity: int | None = None,
    venue: str = "东方社区活动室",
    **values: Any,
) -> Session:
    return session_changes.schedule(
        by="test",
        activity=activity,
        starts_at=starts_at,
        ends_at=starts_at + datetime.timedelta(hours=hours),
        venue=venue,
        capacity=capacity,
        at=timezone.now(),
        **values,
    )


def one(name: str = "刘桂英", phone: str = "", **values: Any) -> Party:
    """One named person."""
    return Party("person", (Line(name),), name, phone, **values)


def many(size: int, unit: str = "佛子山镇中学七（2）班", kind: str = "class", **values: Any) -> Party:
    """A class or group by its size, without names."""
    return Party(kind, (Line(size=size),), "程老师", unit=unit, **values)


def terms(activity: Activity, **values: Any) -> SignupTerms:
    """The activity's terms changed, and at hand with it."""
    made = setting.set_terms(by=Actor(), activity=activity, at=timezone.now(), **values)
    activity.terms = made
    return made


def place(activity: Activity, sessions: list[Session], party: Party, at: datetime.datetime, **values: Any) -> Placed:
    """A sign-up with its manage key, placed the day before the session unless said otherwise."""
    given: dict[str, Any] = {
        "by": "participant",
        "idempotency_key": uuid.uuid4().hex,
        "consent": CONSENT_VERSION,
    } | values
    return signups.place(activity=activity, sessions=sessions, party=party, at=at, **given)


def signup(session: Session, party: Party, at: datetime.datetime | None = None, **values: Any) -> Signup:
    return place(
        session.activity, [session], party, at or session.starts_at - datetime.timedelta(days=1), **values
    ).signup


def station(
    by: Actor, organization: Organization, session: Session | None = None, at: datetime.datetime | None = None
) -> tuple[Station, str]:
    """A paired check-in point and its key."""
    _made, code = stations.make(
        by=by,
        organization=organization,
        session=session,
        name="东门",
        expires_at=_at(at) + datetime.timedelta(days=30),
        at=_at(at),
    )
    return stations.pair(code=code, at=_at(at))


def record(kind: str, made_at: datetime.datetime, sequence: int = 1, **values: Any) -> dict[str, Any]:
    """What every record of a phone says, and the `values` of this kind."""
    return {
        "id": str(uuid.uuid4()),
        "kind": kind,
        "made_at": made_at.isoformat(),
        "sequence": sequence,
        "epoch": "e1",
    } | values


def roster(by: Actor, session: Session, names: Iterable[str], at: datetime.datetime, **values: Any) -> RosterImport:
    """A list that was read in, each name alone in its row; `rows` instead of names, where they say more."""
    given: dict[str, Any] = {
        "kind": "village",
        "rows": [rosters.typed(name, "江桥村", position=place) for place, name in enumerate(names, start=1)],
        "contact_name": "江主任",
        "contact_phone": "13900001111",
        "unit": "",
        "region": None,
        "when_full": "refuse",
    } | values
    return imports.draft(by=by, session=session, at=at, **given)


def scan(session: Session, code: str, made_at: datetime.datetime, sequence: int = 1, **values: Any) -> dict[str, Any]:
    """A scan record as a phone sends it."""
    return record("scan", made_at, sequence) | {"session": session.pk, "code": code} | values


def move(
    by: Actor, made_for: Session, station: Station, at: datetime.datetime, to: Session | None = None
) -> StationMove:
    """The hour of a station's scans that begins with one made `at`, moved to a session of an hour later or to `to`."""
    records.receive(station=station, records=[scan(made_for, "x", at)], sent_at=at, at=at)
    return desk.move_span(
        by=by,
        station=station,
        session=made_for,
        to_session=to or session(made_for.activity, made_for.starts_at + datetime.timedelta(hours=1)),
        since=at,
        until=at + datetime.timedelta(hours=1),
        reason="选错场次",
        at=at,
    )


def heads(session: Session, people: int, at: datetime.datetime | None = None, **values: Any) -> Headcount:
    """A count of heads entered in the office: of everybody, at the session's beginning and entered at its end unless both
    were `at`."""
    given: dict[str, Any] = {"by": "test", "basis": "everyone", "method": "counted", "counted_by": "张义工"} | values
    return accounts.count_heads(
        session=session, people=people, counted_at=at or session.starts_at, at=at or session.ends_at, **given
    )


def return_of(by: Actor, organization: Organization, now: datetime.datetime, **values: Any) -> Return:
    """An open return of this year's first ten months."""
    given: dict[str, Any] = {
        "catalogue": "work_report",
        "scope": "own",
        "period": (datetime.date(now.year, 1, 1), datetime.date(now.year, 10, 31)),
        "as_of": datetime.date(now.year, 10, 31),
        "recipient": "省科协",
    } | values
    return returns.make(by=by, organization=organization, at=now, **given)


def quote(by: Actor, organization: Organization, now: datetime.datetime, **values: Any) -> Quote:
    """This year's sessions, told as of its end."""
    given: dict[str, Any] = {
        "catalogue": "work_report",
        "scope": "own",
        "period": (datetime.date(now.year, 1, 1), datetime.date(now.year, 12, 31)),
        "as_of": datetime.date(now.year, 12, 31),
        "codes": ["sessions"],
    } | values
    return quotes.write_down(by=by, organization=organization, at=now, **given)


@dataclass(frozen=True)
class World:
    """An association with one published lecture at nine o'clock, forty seats, and an owner."""

    lead: Organization
    owner: Actor
    campaign: Campaign
    activity: Activity
    session: Session


def world(now: datetime.datetime, **values: Any) -> World:
    """`now` is when the lecture begins; `values`: of the session."""
    lead = organization("tianmen")
    planned = campaign(lead)
    lecture = activity(planned)
    return World(lead, actor(lead), planned, lecture, session(lecture, now, **({"capacity": 40} | values)))


def recorded(by: Actor, here: World, at: datetime.datetime) -> dict[str, int]:
    """A record, a support, a trip, a stock change and a ledger that was read, by the words of their addresses."""
    record = activity_records.save(
        by=by, activity=here.activity, session=None, written=activity_records.Written(summary="讲座"), at=at
    )
    day = timezone.localdate(at)
    (support,) = supports.add_many(
        by=by,
        organization=here.lead,
        supports=[supports.Support("李农技", "众盛菊花合作社", "病虫害防治指导", day, day)],
        at=at,
    )
    trip = trips.add(
        by=by,
        organization=here.lead,
        on=day,
        vehicle_name="科普大篷车",
        driver="王师傅",
        destination="汪场镇",
        km=46,
        at=at,
    )
    stock = accounts.change_stock(by=by, organization=here.lead, measure="terminals", change=1, on=day, at=at)
    table = SimpleUploadedFile("台账.csv", "活动名称,时间\n科普讲座,9月17日".encode())
    ledger = ledger_imports.draft(by=by, organization=here.lead, year=2018, upload=table, at=at)
    return {
        "records": record.pk,
        "supports": support.pk,
        "trips": trip.pk,
        "stocks": stock.pk,
        "ledger-imports": ledger.pk,
    }
