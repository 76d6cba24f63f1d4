"""Invariant 6, «erasing a person changes no figure», for worlds made up at random."""

from __future__ import annotations

import contextlib
import datetime
import json
from dataclasses import dataclass
from typing import Any

import hypothesis
import pytest
from django.apps import apps
from django.core import serializers
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st

from events.access import Actor
from events.errors import Refusal
from events.models import Session
from registrations.models import Signup
from registrations.operations import accounts, attendance, privacy, records, signups, tickets
from registrations.operations.signups import Line, Party
from registrations.reports import attendance as reports
from registrations.reports import yearend
from tests import factories

NAMES = ["肖文", "欧阳雪"]
PHONES = ["", "19900000001", "19900000002"]
AT = datetime.datetime(2026, 11, 24, 9, 0, tzinfo=timezone.get_default_timezone())
END_OF_YEAR = datetime.date(2026, 12, 31)

person = st.builds(
    lambda name, phone, village: Party(
        "person", (Line(name, village=village),), name, phone, note=f"{name}带轮椅", guardian_name=name
    ),
    st.sampled_from(NAMES), st.sampled_from(PHONES), st.sampled_from(["", "江桥村"]),
)  # fmt: skip
village = st.builds(
    lambda names, rest, kind, phone: Party(
        kind, (*(Line(name, village="江桥村") for name in names), Line(size=rest)), names[0], phone, unit="江桥村"
    ),
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True), st.integers(1, 30),
    st.sampled_from(["family", "village", "group"]), st.sampled_from(PHONES),
)  # fmt: skip
school_class = st.builds(factories.many, st.integers(1, 45))
#: (who, where, what happened to them: nothing, the ticket was scanned, a list was ticked, both, or they cancelled)
entries = st.lists(
    st.tuples(
        st.one_of(person, village, school_class),
        st.integers(0, 3),
        st.sampled_from(["", "scan", "tick", "scan tick", "absent", "cancel"]),
    ),
    min_size=1,
    max_size=6,
)
heads = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 90), st.sampled_from(["besides", "everyone"])), max_size=2)


AGAIN = Party("person", (Line("肖文"),), "肖文", "19900000001")


@dataclass
class Town:
    """An association and a township body that reports through it; a lecture, a training of one day, a course of two."""

    lead: Any
    below: Any
    owner: Actor
    sessions: list[Session]
    stations: dict[int, Any]


def town() -> Town:
    lead = factories.organization("tianmen")
    below = factories.organization("wangchang", parent=lead, reports=True, where=factories.region())
    owner = factories.actor(lead)
    month, rural = factories.campaign(lead), factories.campaign(below, kind="rural_training", name="农技培训")
    lecture, training = factories.activity(month), factories.activity(month, form="training", name="一日培训")
    course = factories.activity(rural, form="training", signup_by="course", name="黄鳝养殖")
    sessions = [
        factories.session(one, AT + datetime.timedelta(days=day))
        for one, day in ((lecture, 0), (training, 0), (course, 0), (course, 1))
    ]
    stations = {one.pk: factories.station(owner, one, at=AT)[0] for one in (lead, below)}
    return Town(lead, below, owner, sessions, stations)


def enter(here: Town, party: Party, where: int, what: str) -> Signup:
    session = here.sessions[where]
    course = [one for one in here.sessions if one.activity_id == session.activity_id]
    sessions = course if session.activity.signup_by == "course" else [session]
    signup = factories.place(session.activity, sessions, party, AT - datetime.timedelta(days=2)).signup
    if what == "cancel":
        signups.cancel(by="participant", signup=signup, at=AT - datetime.timedelta(days=1))
    if "scan" in what:
        code = tickets.address(signups.ticket_of(signup))
        scan = factories.scan(session, code, session.starts_at, arriving=party.size)
        at = session.starts_at
        records.receive(station=here.stations[session.activity.organization_id], records=[scan], sent_at=at, at=at)
    if "tick" in what or what == "absent":
        for line in signup.attendees.all()[:2]:
            present = 0 if what == "absent" else line.size
            attendance.correct(
                by=here.owner, attendee=line, session=session, present=present, reason="签到表", at=session.ends_at
            )
    return signup


def figures(here: Town) -> dict[str, Any]:
    """All that is counted: each scope of both organizations, and each session's totals."""
    found: dict[str, Any] = {
        f"{organization.code} {scope}": yearend.evaluate_year(
            organization=organization, year=2026, scope=scope, as_of=END_OF_YEAR
        ).as_json()
        for organization in (here.lead, here.below)
        for scope in yearend.SCOPES
    }
    totals = reports.totals(here.sessions)
    return found | {str(one.pk): totals[one.pk] for one in here.sessions}


def everything_kept() -> str:
    """All rows of sign-ups, attendees, records and histories as one text, personal fields readable."""
    models = [*apps.get_app_config("registrations").get_models(), apps.get_model("events", "History")]
    dumped = [json.loads(serializers.serialize("json", model.objects.all())) for model in models]
    return json.dumps(dumped, ensure_ascii=False, default=str)


@pytest.mark.django_db
@hypothesis.settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@hypothesis.given(entries=entries, heads=heads, order=st.permutations(range(6)), first=st.integers(0, 6))
@hypothesis.example(  # somebody who learned twice is one learner, before and after one of the two is erased
    entries=[(AGAIN, 1, "tick"), (AGAIN, 2, "scan"), (factories.many(30), 0, "scan")], heads=[], order=range(6), first=1
)
def test_erasing_anybody_in_any_order_and_the_retention_job_change_no_figure(entries, heads, order, first):
    with transaction.atomic():
        here = town()
        made = []
        for party, where, what in entries:
            with contextlib.suppress(Refusal):  # the same person twice
                made.append(enter(here, party, where, what))
        for where, people, basis in heads:
            with contextlib.suppress(Refusal):
                accounts.count_heads(
                    by=here.owner, session=here.sessions[where], people=people, basis=basis, method="counted",
                    counted_by="员", counted_at=AT, at=AT,
                )  # fmt: skip
        before = figures(here)
        for signup in [made[place] for place in order if place < len(made)][:first]:
            privacy.erase(by="participant", signup=signup, at=AT)
            assert figures(here) == before
        privacy.erase_due(by="system", at=AT + datetime.timedelta(days=4 * 365))
        assert figures(here) == before
        kept = everything_kept()
        assert not [word for word in [*NAMES, *filter(None, PHONES)] if word in kept]
        assert not Signup.objects.filter(erased_at=None).exists()
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_the_worlds_that_are_made_up_hold_what_would_be_lost():
    """The property above would hold of an empty world too: one of these has names, phones, people who came, figures."""
    here = town()
    one = Party("person", (Line("肖文"),), "肖文", "19900000001", note="肖文带轮椅")
    enter(here, one, 0, "scan")
    enter(here, one, 2, "tick")
    enter(here, factories.many(30), 0, "scan tick")
    kept = everything_kept()
    assert "肖文" in kept
    assert "19900000001" in kept
    found = figures(here)
    assert found["tianmen own"]["figures"]
    assert found[str(here.sessions[0].pk)].checked_in == 31
