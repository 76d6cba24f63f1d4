"""Stands on a square and what they hand in (展位填报): sent by whoever holds a stand's code, accepted by the office.

Only what is accepted counts: its numbers become outputs and its photo evidence, once. People are counted at entrances, never
summed over stands, so a stand is asked for none.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from events.access import Actor
from events.errors import Refusal
from events.models import Activity, Organization, Session
from events.operations import history
from registrations.models import Evidence, Output, Stand, StandReport
from registrations.operations import accounts, evidence, files
from registrations.operations.accounts import SessionElsewhere

State = StandReport.State
MOST = 200


class TwoStandsAlike(Refusal):
    code = "two_stands_alike"
    sentence = _("There is a stand “%(name)s” of the same unit already.")


class TooManyStands(Refusal):
    code = "too_many_stands"
    sentence = _("An activity has at most %(most)s stands.")


class StandHasCounted(Refusal):
    code = "stand_has_counted"
    sentence = _("What this stand handed in is accepted. Take the acceptance back first.")


class NothingHandedIn(Refusal):
    code = "nothing_handed_in"
    status = 400
    sentence = _("Fill in at least one number; 0 is a number too.")


class LeafletsUnclear(Refusal):
    code = "leaflets_unclear"
    status = 400
    sentence = _(
        "Say both how many leaflets were taken along and how many are left; no more can be left than were taken."
    )


class ReportReplaced(Refusal):
    code = "report_replaced"
    sentence = _("The stand has handed in again meanwhile. Look at the new numbers first.")


class ReportNotAccepted(Refusal):
    code = "report_not_accepted"
    sentence = _("This has not been accepted.")


@dataclass(frozen=True, slots=True)
class Place:
    """A stand as it is planned."""

    name: str
    unit: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a stand states of its day; empty where it is not known."""

    leaflets_taken: int | None = None
    leaflets_left: int | None = None
    consultations: int | None = None
    free_clinics: int | None = None
    panels: int | None = None
    remark: str = ""

    @property
    def empty(self) -> bool:
        stated = (self.leaflets_taken, self.leaflets_left, self.consultations, self.free_clinics, self.panels)
        return all(number is None for number in stated)


def _refuse_twin(stand: Stand) -> None:
    twins = Stand.objects.standing().filter(
        activity=stand.activity, session=stand.session, name=stand.name, unit=stand.unit
    )
    if twins.exclude(pk=stand.pk).exists():
        raise TwoStandsAlike(field="name", name=stand.name)


@transaction.atomic
def add(
    *, by: Actor, activity: Activity, session: Session | None, places: Sequence[Place], at: datetime.datetime
) -> list[Stand]:
    """Stands of an activity, or of one of its sessions. One that is there already – of that name and unit – is not made
    again. Locks the activity. Raises SessionElsewhere, TooManyStands."""
    if session is not None and session.activity_id != activity.pk:
        raise SessionElsewhere(field="session")
    Activity.objects.select_for_update().get(pk=activity.pk)
    standing = list(Stand.objects.standing().filter(activity=activity))
    known = {(one.name, one.unit) for one in standing if one.session_id == (session.pk if session else None)}
    fresh = {(one.name, one.unit): one for one in places if (one.name, one.unit) not in known}
    if len(standing) + len(fresh) > MOST:
        raise TooManyStands(field="places", most=MOST)
    made = Stand.objects.bulk_create(
        Stand(activity=activity, session=session, name=one.name, unit=one.unit, place=one.place, made_at=at)
        for one in fresh.values()
    )
    request = history.request_id()
    lead = activity.organization
    history.record_all(
        history.line(by=by, verb="make", on=one, organization=lead, at=at, request_id=request) for one in made
    )
    return made


@transaction.atomic
def change(*, by: Actor, stand: Stand, place: Place, at: datetime.datetime) -> Stand:
    """Other words for a stand; its code stays good. Raises TwoStandsAlike."""
    stand = _locked(stand)
    stand.name, stand.unit, stand.place = place.name, place.unit, place.place
    _refuse_twin(stand)
    stand.save()
    _record(by, "change", stand, at)
    return stand


@transaction.atomic
def remove(*, by: Actor, stand: Stand, at: datetime.datetime) -> None:
    """The stand does not take place; its code opens nothing any more. Raises StandHasCounted."""
    stand = _locked(stand)
    if stand.removed_at is not None:
        return
    if stand.reports.filter(state=State.ACCEPTED, replaced_at=None).exists():
        raise StandHasCounted
    stand.removed_at = at
    stand.save(update_fields=["removed_at"])
    _record(by, "remove", stand, at)


@transaction.atomic
def replace_code(*, by: Actor, stand: Stand, at: datetime.datetime) -> Stand:
    """Another code, for one that got into other hands; the sheet that hangs there opens nothing any more."""
    stand = _locked(stand)
    stand.generation += 1
    stand.save(update_fields=["generation"])
    _record(by, "replace_link", stand, at)
    return stand


@transaction.atomic
def hand_in(
    *, stand: Stand, numbers: Numbers, key: str, at: datetime.datetime, photo: UploadedFile | None = None
) -> StandReport:
    """What a stand states, in the place of what it stated before; without a new photo the earlier one stays. The same
    `key` gives the report it made. Locks the stand.

    Raises NothingHandedIn, LeafletsUnclear, StandHasCounted, FileUnfit.
    """
    stand = _locked(stand)
    earlier = stand.reports.filter(key=key).first()
    if earlier is not None:
        return earlier
    if numbers.empty:
        raise NothingHandedIn
    taken, left = numbers.leaflets_taken, numbers.leaflets_left
    if (taken is None) != (left is None) or (taken is not None and left is not None and left > taken):
        raise LeafletsUnclear(field="leaflets_left")
    before = stand.reports.select_for_update().filter(replaced_at=None).first()
    if before is not None and before.state == State.ACCEPTED:
        raise StandHasCounted
    made = StandReport(stand=stand, key=key, sent_at=at)
    for name in ("leaflets_taken", "leaflets_left", "consultations", "free_clinics", "panels", "remark"):
        setattr(made, name, getattr(numbers, name))
    if photo is not None:
        _keep_photo(made, photo)
    elif before is not None:
        made.photo, made.photo_type = before.photo.name, before.photo_type  # type: ignore[assignment]  # the same file
        made.photo_taken_at = before.photo_taken_at
    if before is not None:
        before.replaced_at = at
        before.save(update_fields=["replaced_at"])
    made.save()
    _record(f"stand:{stand.pk}", "hand_in", stand, at)
    return made


def _keep_photo(report: StandReport, photo: UploadedFile) -> None:
    """Without the place it was taken at, which nobody was asked for. Raises FileUnfit."""
    picture = evidence.cleaned(photo, field="photo")
    if picture is None:
        raise files.FileUnfit(field="photo", name=photo.name or "", most=files.LARGEST_FILE_MB)
    report.photo_type, report.photo_taken_at = picture.media_type, evidence.taken_at(picture)
    name = f"stand-{report.stand_id}{files.ENDINGS[picture.media_type]}"
    report.photo = ContentFile(picture.data, name=name)  # type: ignore[assignment]  # Django stores it on saving


@transaction.atomic
def accept(*, by: Actor, report: StandReport, at: datetime.datetime) -> StandReport:
    """What the stand states counts from now on: an output for each number that is known, and the photo as evidence.
    Accepting it twice changes nothing. Locks the stand. Raises ReportReplaced."""
    stand, report = _decided(report)
    if report.state == State.ACCEPTED:
        return report
    sessions = [stand.session] if stand.session else []
    note = " · ".join(word for word in (stand.name, stand.unit) if word)[:200]
    made: list[Output] = [
        accounts.record_output(
            by=by, activity=stand.activity, measure=measure, number=number, sessions=sessions, note=note, at=at
        )
        for measure, number in report.numbers.items()
        if number
    ]
    if report.photo:
        report.evidence = evidence.keep_stored(
            by=by,
            organization=_lead(stand),
            kind=Evidence.Kind.PHOTO,
            activity=stand.activity,
            sessions=sessions,
            stored=report.photo,
            media_type=report.photo_type,
            taken_at=report.photo_taken_at,
            title=note[:160],
            at=at,
        )
    _decide(by, report, State.ACCEPTED, "", at)
    report.outputs.set(made)
    _record(by, "accept", stand, at)
    return report


@transaction.atomic
def send_back(*, by: Actor, report: StandReport, answer: str, at: datetime.datetime) -> StandReport:
    """Something is wrong with it: the stand reads why, and hands in again. Raises ReportReplaced, StandHasCounted."""
    stand, report = _decided(report)
    if report.state == State.ACCEPTED:
        raise StandHasCounted
    _decide(by, report, State.RETURNED, answer, at)
    _record(by, "send_back", stand, at)
    return report


@transaction.atomic
def take_back(*, by: Actor, report: StandReport, at: datetime.datetime) -> StandReport:
    """The acceptance was a mistake: its outputs are withdrawn and its evidence is taken out; the stand may hand in again.
    Raises ReportReplaced, ReportNotAccepted."""
    stand, report = _decided(report)
    if report.state != State.ACCEPTED:
        raise ReportNotAccepted
    for output in report.outputs.all():
        accounts.withdraw(by=by, row=output, at=at)
    if report.evidence is not None:
        evidence.take_out(by=by, evidence=report.evidence, at=at)
        report.evidence = None
    _decide(by, report, State.SENT, "", at)
    report.outputs.clear()
    _record(by, "take_back", stand, at)
    return report


def _locked(stand: Stand) -> Stand:
    rows = Stand.objects.select_related("activity__organization", "session")
    return rows.select_for_update(of=("self",)).get(pk=stand.pk)


def _decided(report: StandReport) -> tuple[Stand, StandReport]:
    """The stand and its report, locked, as they are now."""
    stand = _locked(report.stand)
    report = stand.reports.select_related("evidence").select_for_update(of=("self",)).get(pk=report.pk)
    if report.replaced_at is not None:
        raise ReportReplaced
    return stand, report


def _decide(by: Actor, report: StandReport, state: str, answer: str, at: datetime.datetime) -> None:
    report.state, report.answer = state, answer
    report.decided_by, report.decided_at = by.user, at
    report.save()


def _lead(stand: Stand) -> Organization:
    return stand.activity.organization


def _record(by: Actor | str, verb: str, stand: Stand, at: datetime.datetime) -> None:
    history.record(by=by, verb=verb, on=stand, organization=_lead(stand), at=at)
