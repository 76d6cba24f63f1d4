"""Returns (报表): making, closing with a seal, opening again, and restating what changed afterwards."""

from __future__ import annotations

import datetime

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.access import Actor
from events.errors import Refusal
from events.models import Organization
from events.operations import history
from registrations.indicators import catalogue as catalogues
from registrations.models import Reopening, Restatement, Return, ReturnFile
from registrations.operations.indicators import ReasonMissing
from registrations.reports import returns as saying

#: How often a closed return is held against the records by itself, and how many at one beat.
EVERY, AT_ONCE = datetime.timedelta(days=1), 5


class UnknownCatalogue(Refusal):
    code = "unknown_catalogue"
    status = 400
    sentence = _("There is no list of figures “%(catalogue)s”.")


class PeriodReversed(Refusal):
    code = "period_reversed"
    status = 400
    sentence = _("The last day lies before the first.")


class CutoffOutside(Refusal):
    code = "cutoff_outside"
    status = 400
    sentence = _("The cut-off has to lie within the period.")


class ReturnExists(Refusal):
    code = "return_exists"
    sentence = _("There is such a return for this recipient, period and cut-off already.")


class CutoffAhead(Refusal):
    code = "cutoff_ahead"
    sentence = _("The cut-off lies ahead: a return is closed once its last day is over.")


class AlreadyClosed(Refusal):
    code = "already_closed"
    sentence = _("This return is closed already. What changes now is restated beside it.")


class NotClosed(Refusal):
    code = "not_closed"
    sentence = _("This return is open: its figures still follow the records.")


class NothingToRestate(Refusal):
    code = "nothing_to_restate"
    sentence = _("The records say the same as the return: there is nothing to restate.")


@transaction.atomic
def make(
    *,
    by: Actor,
    organization: Organization,
    catalogue: str,
    scope: str,
    period: tuple[datetime.date, datetime.date],
    as_of: datetime.date,
    recipient: str,
    at: datetime.datetime,
) -> Return:
    """An open return; its figures follow the records. Raises UnknownCatalogue, PeriodReversed, CutoffOutside,
    ReturnExists."""
    start, end = period
    if catalogue not in catalogues.CODES:
        raise UnknownCatalogue(field="catalogue", catalogue=catalogue)
    if end < start:
        raise PeriodReversed(field="end")
    if not start <= as_of <= end:
        raise CutoffOutside(field="as_of")
    read = catalogues.load(catalogue)
    made, created = Return.objects.get_or_create(
        organization=organization,
        catalogue=catalogue,
        scope=scope,
        period_start=start,
        period_end=end,
        as_of=as_of,
        recipient=recipient,
        defaults={"catalogue_version": read.version, "rules": read.rules, "made_at": at},
    )
    if not created:
        raise ReturnExists
    history.record(by=by, verb="make", on=made, organization=organization, at=at)
    return made


def _locked(one: Return) -> Return:
    return Return.objects.select_for_update(of=("self",)).select_related("organization").get(pk=one.pk)


@transaction.atomic
def close(*, by: Actor, of: Return, at: datetime.datetime) -> Return:
    """Seal what the records say now, and issue the files. Locks the return. Raises AlreadyClosed, CutoffAhead."""
    found = _locked(of)
    if found.state == Return.State.CLOSED:
        raise AlreadyClosed
    if found.as_of > timezone.localdate(at):
        raise CutoffAhead
    report = saying.evaluate_return(found)
    found.figures = saying.canonical(saying.content(found, report))
    found.sha256 = saying.sha256(found.figures)
    found.catalogue_version, found.rules = report.catalogue.version, report.catalogue.rules
    found.state, found.closed_at, found.closed_by, found.checked_at = Return.State.CLOSED, at, by.user, at
    found.save()
    for issue in saying.issues(found, report, found.figures):
        issue_file(of=found, issue=issue, at=at)
    history.record(by=by, verb="close_return", on=found, organization=found.organization, at=at)
    return found


def issue_file(*, of: Return, issue: saying.Issue, at: datetime.datetime) -> ReturnFile:
    """Keep one file of a closed return with its digest."""
    return ReturnFile.objects.create(
        of=of,
        name=issue.name,
        media_type=issue.media_type,
        file=ContentFile(issue.content, issue.name),
        sha256=saying.sha256(issue.content),
        issued_at=at,
    )


@transaction.atomic
def reopen(*, by: Actor, of: Return, reason: str, at: datetime.datetime) -> Return:
    """Let a closed return follow the records again. What it said, its seal and its files are kept. Locks the return.
    Raises ReasonMissing, NotClosed."""
    if not reason.strip():
        raise ReasonMissing(field="reason")
    found = _locked(of)
    if found.state != Return.State.CLOSED:
        raise NotClosed
    assert by.user is not None
    assert found.closed_at is not None
    Reopening.objects.create(
        of=found,
        figures=found.figures,
        sha256=found.sha256,
        closed_at=found.closed_at,
        reason=reason.strip(),
        by=by.user,
        at=at,
    )
    Restatement.objects.filter(of=found, accepted_at=None).delete()
    found.state, found.closed_at, found.closed_by = Return.State.OPEN, None, None
    found.figures, found.sha256, found.checked_at = "", "", None
    found.save()
    history.record(by=by, verb="reopen_return", on=found, organization=found.organization, at=at)
    return found


@transaction.atomic
def propose(*, of: Return, at: datetime.datetime) -> list[Restatement]:
    """Hold a closed return against the records: each figure that differs is proposed as a restatement; a proposal whose
    figure is as it was again goes. Locks the return. Raises NotClosed."""
    found = _locked(of)
    if found.state != Return.State.CLOSED:
        raise NotClosed
    differing = {one.code: one for one in saying.differences(found)}
    proposed = Restatement.objects.filter(of=found, accepted_at=None)
    proposed.exclude(indicator__in=differing).delete()
    for code, one in differing.items():
        Restatement.objects.update_or_create(
            of=found,
            indicator=code,
            accepted_at=None,
            defaults={"old": one.old, "new": one.new},
            create_defaults={"old": one.old, "new": one.new, "proposed_at": at},
        )
    Return.objects.filter(pk=found.pk).update(checked_at=at)
    return list(proposed.all())


@transaction.atomic
def restate(*, by: Actor, of: Return, indicator: str, reason: str, at: datetime.datetime) -> Restatement:
    """A named person lets the new figure stand beside the closed one, and says why. Raises ReasonMissing, NotClosed,
    NothingToRestate."""
    if not reason.strip():
        raise ReasonMissing(field="reason")
    row = next((one for one in propose(of=of, at=at) if one.indicator == indicator), None)
    if row is None:
        raise NothingToRestate
    row.reason, row.accepted_at, row.accepted_by = reason.strip(), at, by.user
    row.save()
    history.record(by=by, verb="restate", on=row, organization=of.organization, at=at)
    return row


def propose_due(*, at: datetime.datetime) -> int:
    """The daily look at closed returns, a few at each beat, those first that were looked at longest ago."""
    due = Return.objects.filter(state=Return.State.CLOSED, checked_at__lte=at - EVERY).order_by("checked_at", "pk")
    rows = list(due[:AT_ONCE])
    for one in rows:
        propose(of=one, at=at)
    return len(rows)
