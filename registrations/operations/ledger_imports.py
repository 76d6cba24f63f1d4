"""Last year's ledger (活动台账) as a table: kept while somebody looks through it, written whole or not at all, undone as long
as nothing else hangs on it.

What a cell says of numbers becomes a statement in its own words, with the file as its document: a ledger is a document, and
nobody counted here. An activity whose day is known gets its session; of one of a month or a year the ledger states that it
was held, once.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.access import Act, Actor
from events.errors import Refusal
from events.models import Activity, Campaign, Organization, Publication, Region, Session
from events.operations import activities, history, sessions
from registrations import ledgers
from registrations.ledgers import Checked, Entry, Known
from registrations.ledgers.columns import plain
from registrations.models import (
    ActivityRecord,
    Bound,
    Evidence,
    LedgerImport,
)
from registrations.operations import accounts, evidence, files, held, rosters

MOST_ROWS = 2_000
#: What counts a single event of a form, where no session stands for it.
COUNTED = {"lecture": "lectures", "training": "trainings", "visit": "visits", "exhibition": "exhibitions"}
State = LedgerImport.State


class ImportDone(Refusal):
    code = "ledger_import_done"
    sentence = _("This ledger has been imported already, or undone.")


class CellsUnfit(Refusal):
    code = "cells_unfit"
    sentence = _("Put the marked cells right first: nothing has been imported.")


class ColumnMissing(Refusal):
    code = "column_missing"
    status = 400
    sentence = _("Say which column holds the name and which the date of an activity.")


@transaction.atomic
def draft(
    *,
    by: Actor,
    organization: Organization,
    year: int,
    upload: UploadedFile,
    at: datetime.datetime,
    campaign: Campaign | None = None,
    form: str = "",
) -> LedgerImport:
    """Keep a table that was read, its columns guessed by their headings and by what was chosen the last time. Raises
    TooLarge, NoTable, ListTooLong."""
    data = upload.read(rosters.LARGEST_FILE + 1)
    cells = rosters.cells(data, most=MOST_ROWS)
    if not any(any(row) for row in cells):
        raise rosters.NoTable(field="file")
    remembered = _remembered(organization)
    head = ledgers.head_row(cells, remembered)
    upload.seek(0)
    try:
        kind = files.media_type(upload, field="file")
    except files.FileUnfit:
        kind = "text/csv"
    name = upload.name or "ledger"
    made = LedgerImport.objects.create(
        organization=organization,
        campaign=campaign,
        year=year,
        name=name[:160],
        file=ContentFile(data, name=f"ledger{files.ENDINGS.get(kind, '.csv')}"),
        media_type=kind,
        cells=cells,
        head=head,
        columns=ledgers.guess(cells[head], remembered),
        form=form,
        by=by.user,
        made_at=at,
    )
    history.record(by=by, verb="read_ledger", on=made, organization=organization, at=at)
    return made


def _remembered(organization: Organization) -> dict[str, str]:
    """Which field each heading was chosen for in the organization's latest import."""
    rows = LedgerImport.objects.filter(organization=organization).exclude(state=State.DRAFT)
    latest = rows.order_by("-done_at").first()
    return dict(latest.edits.get("headings", {})) if latest else {}


def locked(ledger: LedgerImport, state: str = State.DRAFT) -> LedgerImport:
    """The import as it is now, its row locked. Raises ImportDone where it is in another state."""
    rows = LedgerImport.objects.select_related("organization", "campaign", "document")
    found = rows.select_for_update(of=("self",)).filter(pk=ledger.pk, state=state).first()
    if found is None:
        raise ImportDone
    return found


@transaction.atomic
def choose_columns(*, ledger: LedgerImport, head: int, columns: Mapping[str, int], form: str) -> LedgerImport:
    """Which row holds the headings and which column what. Raises ColumnMissing, ImportDone."""
    if any(field not in columns for field in ledgers.REQUIRED):
        raise ColumnMissing
    ledger = locked(ledger)
    ledger.head, ledger.columns, ledger.form = head, dict(columns), form
    ledger.save(update_fields=["head", "columns", "form"])
    return ledger


@transaction.atomic
def correct(*, ledger: LedgerImport, cells: Mapping[int, Mapping[str, str]]) -> LedgerImport:
    """Put cells right, by row and field. The file stays as it came. Raises ImportDone."""
    ledger = locked(ledger)
    edits = dict(ledger.edits)
    for row, fields in cells.items():
        edits[str(row)] = dict(edits.get(str(row), {})) | dict(fields)
    ledger.edits = edits
    ledger.save(update_fields=["edits"])
    return ledger


@transaction.atomic
def discard(*, by: Actor, ledger: LedgerImport, at: datetime.datetime) -> None:
    """Throw a table away that was not imported. Raises ImportDone."""
    ledger = locked(ledger)
    history.record(by=by, verb="discard_ledger", on=ledger, organization=ledger.organization, at=at)
    ledger.file.delete(save=False)
    ledger.delete()


def rows(ledger: LedgerImport) -> dict[int, dict[str, str]]:
    """Cells by field, by the row's number in the sheet, counted from 1; what was put right in its place."""
    found: dict[int, dict[str, str]] = {}
    for place, row in enumerate(ledger.cells[ledger.head + 1 :], start=ledger.head + 2):
        cells = {field: row[at] if at < len(row) else "" for field, at in ledger.columns.items()}
        found[place] = cells | ledger.edits.get(str(place), {})
    return found


def checked(ledger: LedgerImport, actor: Actor) -> Checked:
    """What is wrong with which cell. Two queries."""
    return ledgers.check(rows(ledger), _known(ledger, actor))


def _known(ledger: LedgerImport, actor: Actor) -> Known:
    regions = {name: pk for pk, name in Region.objects.townships().values_list("pk", "name")}
    within = Organization.objects.filter(actor.where(Act.PLAN, "path"))
    organizations = {name: pk for pk, name in within.values_list("pk", "name")}
    own = ledger.organization

    def region(text: str) -> int | None:
        fits = {pk for name, pk in regions.items() if name == text or name.rstrip("镇乡街道办事处") == text}
        fits = fits or {pk for name, pk in regions.items() if len(text) > 1 and (text in name or name in text)}
        return fits.pop() if len(fits) == 1 else None

    def lead(text: str) -> int | None:
        if text in organizations:
            return organizations[text]
        if text in {"本单位", "本会"} or (text in {"市科协", "科协", "市科学技术协会"} and own.kind == "association"):
            return own.pk
        fits = {pk for name, pk in organizations.items() if len(text) > 2 and (text in name or name in text)}
        return fits.pop() if len(fits) == 1 else None

    return Known(year=ledger.year, region=region, lead=lead, form=ledger.form)


@transaction.atomic
def run(*, by: Actor, ledger: LedgerImport, at: datetime.datetime) -> LedgerImport:
    """Write all of it, or nothing. Rows that are there already – from this file or another – are told and passed over.
    Raises CellsUnfit, ImportDone, NotHeldYet."""
    ledger = locked(ledger)
    found = checked(ledger, by)
    if found.problems or not found.entries:
        raise CellsUnfit
    if any(entry.days.first > timezone.localdate(at) for entry in found.entries):
        raise held.NotHeldYet
    leads = Organization.objects.in_bulk(
        {entry.lead for entry in found.entries if entry.lead} | {ledger.organization_id}
    )
    regions = Region.objects.in_bulk({entry.region for entry in found.entries if entry.region})
    keys = {entry.key for entry in found.entries}
    there = Activity.objects.filter(external_id__in=keys, organization__in=leads)
    known = set(there.values_list("organization", "external_id"))
    fresh = [one for one in found.entries if (one.lead or ledger.organization_id, one.key) not in known]
    document = _document(by, ledger, at) if fresh else None
    shelves: dict[int, Campaign] = {}
    made = []
    for entry in fresh:
        year = entry.days.last.year
        if year not in shelves:
            shelves[year] = ledger.campaign or held.routine(by, ledger.organization, year, at)
        lead = leads[entry.lead or ledger.organization_id]
        region = regions.get(entry.region) if entry.region else None
        made.append(_activity(by, shelves[year], entry, lead, region, document, at))
    _finish(ledger, made, len(found.entries), document, at)
    history.record(by=by, verb="import_ledger", on=ledger, organization=ledger.organization, at=at)
    return ledger


def _finish(
    ledger: LedgerImport, made: list[Activity], entries: int, document: Evidence | None, at: datetime.datetime
) -> None:
    head = ledger.cells[ledger.head]
    chosen = {plain(head[at]): field for field, at in ledger.columns.items() if at < len(head)}
    ledger.activities.set(made)
    ledger.state, ledger.done_at, ledger.document = State.DONE, at, document
    ledger.added, ledger.known = len(made), entries - len(made)
    ledger.cells, ledger.edits = [], {"headings": chosen}
    ledger.save()


def _document(by: Actor, ledger: LedgerImport, at: datetime.datetime) -> Evidence:
    return evidence.keep_stored(
        by=by,
        organization=ledger.organization,
        kind=Evidence.Kind.DOCUMENT,
        stored=ledger.file,
        media_type=ledger.media_type,
        title=ledger.name,
        at=at,
    )


def _activity(
    by: Actor,
    campaign: Campaign,
    entry: Entry,
    lead: Organization,
    region: Region | None,
    document: Evidence | None,
    at: datetime.datetime,
) -> Activity:
    made = activities.plan(
        by=by,
        campaign=campaign,
        organization=lead,
        name=entry.name,
        form=entry.form,
        starts_on=entry.days.first,
        ends_on=entry.days.last,
        date_precision=entry.days.precision,
        place=entry.place,
        region=region,
        expected_people=entry.expected,
        summary=entry.texts.get("summary", ""),
        state=Publication.HELD,
        external_id=entry.key,
        at=at,
    )
    for measure, said in _numbers(entry):
        accounts.state(
            by=by,
            activity=made,
            measure=measure,
            number=said[0],
            bound=said[1],
            phrase=said[2],
            document=document,
            at=at,
        )
    if entry.days.precision == "day" and entry.times is None:
        _session(by, made, entry, at)
    _record(made, entry, at)
    return made


def _numbers(entry: Entry) -> list[tuple[str, tuple[int | None, str, str]]]:
    """Each measure with number, bound and phrase."""
    stated = {measure: (said.number, said.bound, said.phrase) for measure, said in entry.numbers.items()}
    counted = COUNTED.get(entry.form)
    if counted and entry.times is not None:
        stated[counted] = (entry.times.number, entry.times.bound, entry.times.phrase)
    elif counted and entry.days.precision != "day":
        stated[counted] = (1, Bound.EXACT, entry.name[:300])
    return list(stated.items())


def _session(by: Actor, activity: Activity, entry: Entry, at: datetime.datetime) -> Session:
    """The hours are not known: an office day is written, which pages show as the day alone. No check-in point is told of a
    day that is long over."""
    start = datetime.datetime.combine(entry.days.first, datetime.time(9), timezone.get_current_timezone())
    end = datetime.datetime.combine(entry.days.last, datetime.time(11), timezone.get_current_timezone())
    return sessions.schedule(
        by=by,
        activity=activity,
        starts_at=start,
        ends_at=end,
        venue=entry.place or "–",
        region=activity.region,
        at=at,
    )


def _record(activity: Activity, entry: Entry, at: datetime.datetime) -> None:
    """What the ledger has in words, as the draft of a record."""
    texts = entry.texts
    given = {name: texts.get(name, "") for name in ("experts", "partners", "summary")}
    given["summary"] = "\n".join(part for part in (given["summary"], texts.get("remark", "")) if part)
    if any(given.values()):
        ActivityRecord.objects.create(activity=activity, expected=entry.expected, made_at=at, changed_at=at, **given)
