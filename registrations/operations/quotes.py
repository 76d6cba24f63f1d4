"""Telling numbers (报数): writing a sentence down with its figures, to whom it was told, and putting it right."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.access import Actor
from events.errors import Refusal
from events.models import Organization
from events.operations import history
from registrations.models import Quote, QuoteCorrection, QuoteHolder
from registrations.reports import quotes as telling
from registrations.reports import yearend

#: Letters and digits that nobody misreads on paper or telephone.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 8


class NothingChosen(Refusal):
    code = "nothing_chosen"
    status = 400
    sentence = _("Choose at least one figure.")


class FigureNotRecorded(Refusal):
    code = "figure_not_recorded"
    sentence = _("Nothing is recorded for “%(label)s”: it cannot be told.")


class HolderMissing(Refusal):
    code = "holder_missing"
    status = 400
    sentence = _("Say to whom it was told.")


class NothingToCorrect(Refusal):
    code = "nothing_to_correct"
    sentence = _("They hold what is so: there is nothing to correct.")


def new_reference() -> str:
    return "".join(secrets.choice(_ALPHABET) for _place in range(_LENGTH))


@transaction.atomic
def write_down(
    *,
    by: Actor,
    organization: Organization,
    catalogue: str,
    scope: str,
    period: tuple[datetime.date, datetime.date],
    as_of: datetime.date,
    codes: Sequence[str],
    at: datetime.datetime,
) -> Quote:
    """Keep the sentence and its figures under a reference. Raises NothingChosen, FigureNotRecorded, and CatalogueError
    for a catalogue there is not."""
    report = yearend.evaluate_span(
        organization=organization, start=period[0], end=period[1], scope=scope, as_of=as_of, catalogue=catalogue
    )
    lines = [line for line in report.lines if line.indicator.code in set(codes)]
    if not lines:
        raise NothingChosen(field="codes")
    for line in lines:
        if line.figure is None:
            raise FigureNotRecorded(label=line.indicator.label["zh"])
    missing, reference = telling.missing_units(report, at), new_reference()
    assert by.user is not None
    made = Quote.objects.create(
        organization=organization,
        reference=reference,
        catalogue=catalogue,
        scope=scope,
        period_start=period[0],
        period_end=period[1],
        as_of=as_of,
        rules=report.catalogue.rules,
        text=telling.sentence(report, lines, missing=missing, reference=reference, today=timezone.localdate(at)),
        figures=[telling.value(line) for line in lines],
        missing=missing,
        by=by.user,
        at=at,
    )
    history.record(by=by, verb="quote", on=made, organization=organization, at=at)
    return made


@transaction.atomic
def hand_out(
    *, by: Actor, quote: Quote, name: str, how: str, told_at: datetime.datetime, at: datetime.datetime
) -> QuoteHolder:
    """Somebody was told. Raises HolderMissing."""
    if not name.strip():
        raise HolderMissing(field="name")
    assert by.user is not None
    made = QuoteHolder.objects.create(quote=quote, name=name.strip(), how=how, told_at=told_at, by=by.user, at=at)
    history.record(by=by, verb="tell_figures", on=made, organization=quote.organization, at=at)
    return made


@transaction.atomic
def correct(*, by: Actor, holder: QuoteHolder, at: datetime.datetime) -> QuoteCorrection:
    """The holder was told what is so now; the note is kept with its figures. Locks the holder. Raises NothingToCorrect."""
    QuoteHolder.objects.select_for_update().get(pk=holder.pk)
    then = telling.compare(holder.quote)
    mine = next(one for one in telling.holders(holder.quote, then) if one.holder.pk == holder.pk)
    if not mine.note:
        raise NothingToCorrect
    assert by.user is not None
    made = QuoteCorrection.objects.create(
        holder=holder, text=mine.note, figures=[one.now for one in then], sent_at=at, by=by.user
    )
    history.record(by=by, verb="correct_figures", on=made, organization=holder.quote.organization, at=at)
    return made
