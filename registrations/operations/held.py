"""补录: entering in one act what was held already – or planning a single lecture in one act.

One page makes the campaign, the activity and the session behind it.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.access import Actor
from events.errors import Refusal
from events.models import Activity, Campaign, DatePrecision, Organization, Publication, Region, Session, whole_period
from events.operations import activities, campaigns
from registrations.models import Evidence
from registrations.operations import accounts, session_changes


class NotHeldYet(Refusal):
    code = "not_held_yet"
    status = 400
    sentence = _("This day lies ahead. Plan it instead, or correct the date.")


@dataclass(frozen=True, slots=True)
class Count:
    """A number as somebody stated it, with the words they used."""

    number: int | None
    bound: str
    phrase: str


@dataclass(frozen=True, slots=True)
class Held:
    """What the page asks for. `people` and `outputs` may be empty: not recorded is not zero."""

    name: str
    form: str
    day: datetime.date
    precision: str
    place: str
    region: Region | None
    campaign: Campaign | None
    audiences: tuple[str, ...] = ()
    summary: str = ""
    people: Count | None = None
    counted: str = "counted"
    counted_by: str = ""
    outputs: tuple[tuple[str, Count], ...] = ()


def routine(by: Actor | str, organization: Organization, year: int, at: datetime.datetime) -> Campaign:
    """The year's routine work: the shelf for what belongs to no campaign."""
    shelf = Campaign.objects.filter(organization=organization, kind=Campaign.Kind.ROUTINE, year=year).first()
    first, last = whole_period(year)
    return shelf or campaigns.plan(
        by=by,
        organization=organization,
        name=f"{year}年日常科普工作",
        kind=Campaign.Kind.ROUTINE,
        year=year,
        starts_on=first,
        ends_on=last,
        state=Publication.PUBLISHED,
        at=at,
    )


@transaction.atomic
def record(
    *,
    by: Actor,
    organization: Organization,
    held: Held,
    at: datetime.datetime,
    photos: Sequence[UploadedFile] = (),
) -> Activity:
    """Write down an activity that was held: with the day known a session with a headcount, else statements only.

    Raises NotHeldYet, UnknownMeasure, NumberMissing, FileUnfit.
    """
    first = last = held.day
    if held.precision != DatePrecision.DAY:
        month = held.day.month if held.precision == DatePrecision.MONTH else None
        first, last = whole_period(held.day.year, month)
    if first > timezone.localdate(at):
        raise NotHeldYet(field="day")
    activity = activities.plan(
        by=by,
        campaign=held.campaign or routine(by, organization, held.day.year, at),
        organization=organization,
        name=held.name,
        form=held.form,
        starts_on=first,
        ends_on=last,
        date_precision=held.precision,
        place=held.place,
        region=held.region,
        summary=held.summary,
        state=Publication.HELD,
        audiences=held.audiences,
        at=at,
    )
    session = _session(by, activity, held, at) if held.precision == DatePrecision.DAY else None
    if held.people is not None:
        _people(by, activity, session, held, held.people, at)
    for measure, count in held.outputs:
        if count.number is None:
            continue
        accounts.record_output(
            by=by,
            activity=activity,
            measure=measure,
            number=count.number,
            bound=count.bound,
            sessions=[session] if session else [],
            at=at,
        )
    for photo in photos:
        accounts.add_evidence(
            by=by,
            organization=organization,
            kind=Evidence.Kind.PHOTO,
            activity=activity,
            sessions=[session] if session else [],
            file=photo,
            at=at,
        )
    return activity


def _session(by: Actor, activity: Activity, held: Held, at: datetime.datetime) -> Session:
    """The hours are not asked for: an office day is written, which the page shows as the day alone."""
    zone = timezone.get_current_timezone()
    start = datetime.datetime.combine(held.day, datetime.time(9), zone)
    return session_changes.schedule(
        by=by,
        activity=activity,
        starts_at=start,
        ends_at=start + datetime.timedelta(hours=2),
        venue=held.place,
        region=held.region,
        at=at,
    )


def _people(
    by: Actor, activity: Activity, session: Session | None, held: Held, count: Count, at: datetime.datetime
) -> None:
    """Counted heads where there is a session and a number; else what is said, in its own words."""
    if session is not None and count.number is not None and held.counted in {"counted", "estimated"}:
        accounts.count_heads(
            by=by,
            session=session,
            people=count.number,
            basis="everyone",
            method=held.counted,
            bound=count.bound,
            counted_by=held.counted_by or str(by.user),
            counted_at=session.starts_at,
            at=at,
        )
        return
    accounts.state(
        by=by,
        activity=activity,
        measure="attendance",
        number=count.number,
        bound=count.bound,
        phrase=count.phrase,
        at=at,
    )


@dataclass(frozen=True, slots=True)
class Planned:
    """One lecture or the like that lies ahead: what the same page asks for it."""

    name: str
    form: str
    starts_at: datetime.datetime
    ends_at: datetime.datetime
    venue: str
    region: Region | None
    campaign: Campaign | None
    signup_by: str = Activity.SignupBy.NONE
    capacity: int | None = None
    audiences: tuple[str, ...] = ()
    summary: str = ""
    state: str = Publication.DRAFT


@transaction.atomic
def plan(*, by: Actor, organization: Organization, planned: Planned, at: datetime.datetime) -> Session:
    """Plan a single activity in one act: campaign, activity and session. Raises TimesReversed."""
    year = timezone.localtime(planned.starts_at).year
    activity = activities.plan(
        by=by,
        campaign=planned.campaign or routine(by, organization, year, at),
        organization=organization,
        name=planned.name,
        form=planned.form,
        signup_by=planned.signup_by,
        place=planned.venue,
        region=planned.region,
        summary=planned.summary,
        state=planned.state,
        audiences=planned.audiences,
        at=at,
    )
    return session_changes.schedule(
        by=by,
        activity=activity,
        starts_at=planned.starts_at,
        ends_at=planned.ends_at,
        venue=planned.venue,
        region=planned.region,
        capacity=planned.capacity,
        at=at,
    )
