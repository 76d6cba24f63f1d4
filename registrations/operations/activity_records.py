"""The activity record (活动记录表): filled in by a named person, reviewed by another, taken up again only with a reason."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from events.access import Actor
from events.errors import Refusal
from events.models import Activity, Session
from events.operations import history
from registrations.models import ActivityRecord, RecordReopening
from registrations.operations.accounts import SessionElsewhere

State = ActivityRecord.State


class RecordReviewed(Refusal):
    code = "record_reviewed"
    sentence = _("This record has been reviewed. Say why it has to change, then it can be filled in again.")


class NothingToReview(Refusal):
    code = "nothing_to_review"
    sentence = _("A record is reviewed once it has been filled in.")


class ReviewedByAnother(Refusal):
    code = "reviewed_by_another"
    sentence = _("Whoever filled the record in does not review it. Ask a colleague.")


class ReopeningUnexplained(Refusal):
    code = "reopening_unexplained"
    status = 400
    sentence = _("Say why: the next reader will ask.")


class RecordEmpty(Refusal):
    code = "record_empty"
    status = 400
    sentence = _("Write a sentence or two on how it went before you hand it in.")


@dataclass(frozen=True, slots=True)
class Written:
    """What people write into a record; the numbers stand elsewhere."""

    expected: int | None = None
    experts: str = ""
    partners: str = ""
    summary: str = ""
    paper_place: str = ""


FIELDS = ("expected", "experts", "partners", "summary", "paper_place")


def _locked(activity: Activity, session: Session | None, at: datetime.datetime) -> ActivityRecord:
    """The record, made where there is none yet. Locks the activity: two who begin at once write one record."""
    if session is not None and session.activity_id != activity.pk:
        raise SessionElsewhere(field="session")
    Activity.objects.select_for_update().get(pk=activity.pk)
    found = ActivityRecord.objects.filter(activity=activity, session=session).first()
    return found or ActivityRecord(activity=activity, session=session, made_at=at, changed_at=at)


def _write(
    by: Actor | str, record: ActivityRecord, written: Written, at: datetime.datetime, then: Callable[[], None]
) -> ActivityRecord:
    if record.state == State.REVIEWED:
        raise RecordReviewed
    changed = [name for name in FIELDS if getattr(record, name) != getattr(written, name)]
    for name in FIELDS:
        setattr(record, name, getattr(written, name))
    record.changed_at = at
    then()
    verb = "hand_in_record" if record.state == State.FILLED_IN else "change"
    record.save()
    history.record(by=by, verb=verb, on=record, organization=record.activity.organization, at=at, fields=changed)
    return record


@transaction.atomic
def save(
    *, by: Actor | str, activity: Activity, session: Session | None, written: Written, at: datetime.datetime
) -> ActivityRecord:
    """Keep it as far as it is written. One that was handed in is a draft again. Raises RecordReviewed."""
    record = _locked(activity, session, at)

    def as_draft() -> None:
        record.state, record.filled_in_by, record.filled_in_at = State.DRAFT, None, None

    return _write(by, record, written, at, as_draft)


@transaction.atomic
def hand_in(
    *, by: Actor, activity: Activity, session: Session | None, written: Written, at: datetime.datetime
) -> ActivityRecord:
    """Filled in: whoever does this answers for it. Raises RecordReviewed, RecordEmpty."""
    if not written.summary.strip():
        raise RecordEmpty(field="summary")
    record = _locked(activity, session, at)

    def as_filled_in() -> None:
        record.state, record.filled_in_by, record.filled_in_at = State.FILLED_IN, by.user, at

    return _write(by, record, written, at, as_filled_in)


def _again(record: ActivityRecord) -> ActivityRecord:
    rows = ActivityRecord.objects.select_related("activity__organization", "session")
    return rows.select_for_update(of=("self",)).get(pk=record.pk)


@transaction.atomic
def review(*, by: Actor, record: ActivityRecord, at: datetime.datetime) -> ActivityRecord:
    """Another named person has looked through it. Reviewing twice changes nothing. Raises NothingToReview,
    ReviewedByAnother."""
    record = _again(record)
    if record.state == State.REVIEWED:
        return record
    if record.state != State.FILLED_IN:
        raise NothingToReview
    if by.user is None or by.user == record.filled_in_by:
        raise ReviewedByAnother
    record.state, record.reviewed_by, record.reviewed_at = State.REVIEWED, by.user, at
    record.save(update_fields=["state", "reviewed_by", "reviewed_at"])
    history.record(by=by, verb="review", on=record, organization=record.activity.organization, at=at)
    return record


@transaction.atomic
def reopen(*, by: Actor, record: ActivityRecord, reason: str, at: datetime.datetime) -> ActivityRecord:
    """Something has to change after all: filled in again, with the reason beside it. Raises ReopeningUnexplained."""
    if not reason.strip():
        raise ReopeningUnexplained(field="reason")
    record = _again(record)
    if record.state != State.REVIEWED:
        return record
    RecordReopening.objects.create(record=record, reason=reason.strip(), by=by.user, at=at)
    record.state, record.reviewed_by, record.reviewed_at = State.FILLED_IN, None, None
    record.save(update_fields=["state", "reviewed_by", "reviewed_at"])
    history.record(by=by, verb="reopen", on=record, organization=record.activity.organization, at=at)
    return record
