"""A science day on the square, running on the day of loading: stands, printed cards, and a phone at the entrance."""

from __future__ import annotations

import datetime
import uuid

from django.utils import timezone

from events.access import Actor
from events.models import Activity, Campaign, Organization, Region, Session
from events.operations import activities, campaigns
from registrations.demo.record import SYSTEM
from registrations.models import Signup, Station, Ticket
from registrations.operations import cards, records, session_changes, stands, stations, tickets
from registrations.operations.signups import ticket_of
from registrations.operations.stands import Numbers, Place

KEY = "living-square"
HOUR = datetime.timedelta(hours=1)
PLACES = [
    Place("义诊和急救体验", "市第一人民医院", "A1"),
    Place("食品安全快检", "市市场监管局", "A2"),
    Place("防震减灾", "市应急管理局", "B1"),
    Place("科普图书角", "市图书馆", "B2"),
]
CAME = 14


def load_square(lead: Organization, by: Actor, at: datetime.datetime) -> None:
    """Once: where the campaign is there already, nothing happens."""
    if Campaign.objects.filter(organization=lead, external_id=KEY).exists():
        return
    activity, session = _plan(lead, at)
    _stands(activity, session, by, at)
    _entrance(lead, session, by, at)


def _plan(lead: Organization, at: datetime.datetime) -> tuple[Activity, Session]:
    today = timezone.localdate(at)
    begins = timezone.make_aware(datetime.datetime.combine(today, datetime.time()))
    campaign = campaigns.plan(
        by=SYSTEM,
        organization=lead,
        name="全国科普日广场活动",
        kind="science_day",
        theme="提升全民科学素质，协力建设科技强国",
        description="市直单位和学会在广场设展位：义诊、咨询、展板、科普资料。",
        year=today.year,
        starts_on=today,
        ends_on=today,
        state="published",
        external_id=KEY,
        at=at,
    )
    activity = activities.plan(
        by=SYSTEM,
        campaign=campaign,
        organization=lead,
        name="科普日广场集中宣传",
        form="opening",
        signup_by="none",
        summary="不用报名，直接到场。入口可领签到卡。",
        audiences=["public", "elderly"],
        contact_name="科普部",
        contact_phone="0728-5220000",
        state="published",
        external_id=KEY,
        at=at,
    )
    session = session_changes.schedule(
        by=SYSTEM,
        activity=activity,
        starts_at=begins + 8 * HOUR,
        ends_at=begins + 20 * HOUR,
        venue="市民广场",
        region=Region.objects.get(code="429006001000"),
        # All day, so that the demo can be tried at any hour.
        check_in_opens_at=begins,
        check_in_closes_at=begins + 24 * HOUR,
        at=at,
    )
    return activity, session


def _stands(activity: Activity, session: Session, by: Actor, at: datetime.datetime) -> None:
    """One report is accepted, one waits, two stands have not handed in."""
    clinic, food, *_others = stands.add(by=by, activity=activity, session=session, places=PLACES, at=at)
    done = Numbers(leaflets_taken=400, leaflets_left=60, consultations=85, free_clinics=52, panels=6)
    stands.accept(by=by, report=stands.hand_in(stand=clinic, numbers=done, key="demo", at=at), at=at)
    waits = Numbers(leaflets_taken=300, leaflets_left=40, consultations=33, panels=4, remark="下午还会再发一些")
    stands.hand_in(stand=food, numbers=waits, key="demo", at=at)


def _entrance(lead: Organization, session: Session, by: Actor, at: datetime.datetime) -> None:
    """Cards that were handed out and scanned, and two scans that somebody has to decide about: tickets of another session."""
    batch = cards.print_batch(by=by, session=session, group="elderly", many=60, key="demo", at=at)
    station, code = stations.make(
        by=by, organization=lead, session=None, name="广场入口", expires_at=at + datetime.timedelta(days=365), at=at
    )
    station, _key = stations.pair(code=code, at=at)
    handed_out = Ticket.objects.filter(signup=batch).exclude(attendee=None).order_by("pk")[:CAME]
    classes = Signup.objects.filter(activity__external_id="living-van-today", kind="class").order_by("pk")
    codes = [tickets.address(one) for one in [*handed_out, *(ticket_of(one) for one in classes)]]
    records.receive(station=station, records=_scans(station, session, codes, at), sent_at=at, at=at)


def _scans(station: Station, session: Session, codes: list[str], at: datetime.datetime) -> list[object]:
    """As a phone sends them, the last of them just now, none before the day has begun."""
    opens, _closes = session.check_in_window
    return [
        {
            "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{KEY}:{station.pk}:{number}")),
            "kind": "scan",
            "made_at": max(opens, at - datetime.timedelta(minutes=3) * (len(codes) - number)).isoformat(),
            "sequence": number,
            "epoch": "demo",
            "session": session.pk,
            "code": code,
            "how": "camera",
        }
        for number, code in enumerate(codes, start=1)
    ]
