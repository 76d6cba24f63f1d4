"""A living year: open campaigns with sessions, sign-ups and a paired check-in point, counted from the day of loading."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from events.access import Actor
from events.models import Activity, Campaign, Organization, Session, User
from events.operations import activities, campaigns, people
from registrations.demo.record import SYSTEM, region
from registrations.models import SeatPool, Station
from registrations.operations import accounts, attendance, session_changes, signups, stations
from registrations.operations.signups import CONSENT_VERSION, Line, Party

#: Demo sign-ins: shown by `make run`, refused in production together with the whole command.
PASSWORD = "kepu-demo-2026"
PEOPLE = [
    ("kexie", "陈科协", "tianmen", "owner"),
    ("zhouzhiyuan", "周组织", "tianmen", "organizer"),
    ("lilingdao", "李领导", "tianmen", "reader"),
    ("wanggan", "王干事", "wangchang", "owner"),
    ("zhangyizhe", "张义工", "tianmen", "volunteer"),
]


def load_people(at: datetime.datetime) -> User:
    for username, name, code, role in PEOPLE:
        if not User.objects.filter(username=username).exists():
            user = people.make_account(by=SYSTEM, username=username, name=name, password=PASSWORD, at=at)
            people.give_role(by=SYSTEM, user=user, organization=Organization.objects.get(code=code), role=role, at=at)
    return User.objects.get(username="kexie")


def load_living(book: dict[str, Any], lead: Organization, owner: User, at: datetime.datetime) -> None:
    today = timezone.localdate(at)
    for row in book["living"]["campaigns"]:
        key = f"living-{row['id']}"
        if Campaign.objects.filter(organization=lead, external_id=key).exists():
            continue
        made = campaigns.plan(
            by=SYSTEM,
            organization=lead,
            name=row["name"],
            kind=row["kind"],
            theme=row["theme"],
            description=row["description"],
            year=today.year,
            starts_on=today - datetime.timedelta(days=20),
            ends_on=today + datetime.timedelta(days=30),
            state="published",
            external_id=key,
            at=at,
        )
        for part in row["activities"]:
            _activity(part, made, lead, today, at)
    _signups(lead, Actor(owner), at)


def _activity(
    row: dict[str, Any], made: Campaign, lead: Organization, today: datetime.date, at: datetime.datetime
) -> None:
    activity = activities.plan(
        by=SYSTEM,
        campaign=made,
        organization=lead,
        name=row["name"],
        form=row["form"],
        signup_by=row["signup"],
        summary=row["summary"],
        audiences=row["audience"],
        contact_name="科普部",
        contact_phone="0728-5220000",
        state="published",
        external_id=f"living-{row['id']}",
        at=at,
    )
    for one in row["sessions"]:
        day = today + datetime.timedelta(days=one["in_days"])
        start = timezone.make_aware(datetime.datetime.combine(day, datetime.time.fromisoformat(one["at"])))
        session = session_changes.schedule(
            by=SYSTEM,
            activity=activity,
            name=one.get("name", ""),
            starts_at=start,
            ends_at=start + datetime.timedelta(hours=one["hours"]),
            venue=one["venue"],
            region=region(one["region"]),
            capacity=one.get("capacity", row.get("capacity")),
            # The van's day takes sign-ups until it is over, so that the demo can be tried at any hour.
            signup_closes_at=start + datetime.timedelta(hours=one["hours"]) if one["in_days"] == 0 else None,
            at=at,
        )
        if "heads" in one:
            accounts.count_heads(
                by=SYSTEM,
                session=session,
                people=one["heads"],
                basis="everyone",
                method="counted",
                counted_by="张义工",
                counted_at=start,
                at=at,
            )


def _sessions(lead: Organization, key: str) -> QuerySet[Session]:
    return Session.objects.filter(
        activity__organization=lead,
        activity__external_id=f"living-{key}",
        starts_at__gt=timezone.now() - datetime.timedelta(hours=20),
    )


#: (activity, which session, party): invented people, with numbers that are not given out (1990000…).
_PARTIES = [
    ("winter-health", 0, Party("person", (Line("刘桂英", village="东方社区"),), "刘桂英", "19900000001")),
    ("winter-health", 0, Party("person", (Line("胡国庆"),), "胡国庆", "19900000002")),
    ("winter-health", 0, Party("family", (Line("肖文"), Line("肖建国"), Line("王秀兰")), "肖文", "19900000003")),
    ("winter-health", 1, Party("village", (Line(size=25),), "赵书记", "19900000004", unit="岳口镇健康村")),
    ("van-today", 0, Party("class", (Line(size=46),), "程老师", "19900000005", unit="佛子山镇中学七（2）班")),
    ("van-today", 0, Party("class", (Line(size=44),), "鲁老师", "19900000006", unit="佛子山镇中学七（3）班")),
    ("van-today", 0, Party("person", (Line("吴小雨"),), "吴小雨", "19900000007")),
    ("quake-drill", 0, Party("family", (Line("江涛"), Line("江小雪"), Line("梅芳")), "江涛", "19900000008")),
    ("quake-drill", 0, Party("family", (Line("彭丽"), Line("彭一诺")), "彭丽", "19900000009")),
    ("winter-greenhouse", 0, Party("person", (Line("万大军", village="江桥村"),), "万大军", "19900000010")),
    ("winter-greenhouse", 0, Party(
        "village", tuple(Line(name, village="江桥村") for name in ("刘忠", "何平", "夏荷花")), "村书记", "19900000011",
        unit="汪场镇江桥村",
    )),
]  # fmt: skip


def _signups(lead: Organization, by: Actor, at: datetime.datetime) -> None:
    for number, (key, place, party) in enumerate(_PARTIES):
        activity = Activity.objects.get(organization=lead, external_id=f"living-{key}")
        if activity.signups.filter(idempotency_key=f"demo-{number}").exists():
            continue
        sessions = list(_sessions(lead, key))
        if not sessions or not SeatPool.objects.exists():
            continue
        chosen = sessions if activity.signup_by == Activity.SignupBy.COURSE else [sessions[place]]
        placed = signups.place(
            by=SYSTEM,
            activity=activity,
            sessions=chosen,
            party=party,
            idempotency_key=f"demo-{number}",
            consent=CONSENT_VERSION,
            # They signed up some days ago: today's session may be over by the hour this runs.
            at=at - datetime.timedelta(days=3),
        )
        if number == 5:  # one class has been ticked off by its teacher's list
            line = placed.signup.attendees.get()
            attendance.correct(by=by, attendee=line, session=chosen[0], present=42, reason="班主任签到表", at=at)
    if not Station.objects.filter(organization=lead, name="演示签到点").exists():
        session = _sessions(lead, "van-today").first()
        _station, code = stations.make(
            by=by,
            organization=lead,
            session=session,
            name="演示签到点",
            expires_at=at + datetime.timedelta(days=365),
            at=at,
        )
        stations.pair(code=code, at=at)
