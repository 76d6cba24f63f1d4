"""An imported ledger is taken out again, as long as nothing else hangs on what came in."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from events.access import Actor
from events.errors import Refusal
from events.models import Activity, ActivityAudience, Session
from events.operations import history
from registrations.models import ActivityRecord, LedgerImport, RosterChange, Statement
from registrations.operations import evidence, ledger_imports

#: What an import makes, or what an activity has of itself.
_OURS: frozenset[type[Model]] = frozenset({Statement, ActivityRecord, Session, LedgerImport, ActivityAudience})


class InUse(Refusal):
    code = "import_in_use"
    sentence = _(
        "“%(name)s” has been worked on since, so the import cannot be undone as a whole. Take that work back first."
    )


@transaction.atomic
def undo(*, by: Actor, ledger: LedgerImport, at: datetime.datetime) -> LedgerImport:
    """Take all of it out again. Locks its activities. Raises InUse, naming the first activity somebody has worked on;
    ImportDone."""
    ledger = ledger_imports.locked(ledger, LedgerImport.State.DONE)
    ids = list(ledger.activities.values_list("pk", flat=True))
    for activity in Activity.objects.select_for_update().filter(pk__in=ids).order_by("pk"):
        _refuse_used(ledger, activity)
    Statement.objects.filter(activity__in=ids).delete()
    ActivityRecord.objects.filter(activity__in=ids).delete()
    Session.objects.filter(activity__in=ids).delete()
    ledger.activities.clear()
    Activity.objects.filter(pk__in=ids).delete()
    if ledger.document is not None:
        evidence.withdraw(by=by, evidence=ledger.document, at=at)
    ledger.state, ledger.undone_at = LedgerImport.State.UNDONE, at
    ledger.save(update_fields=["state", "undone_at"])
    history.record(by=by, verb="undo_ledger", on=ledger, organization=ledger.organization, at=at)
    return ledger


def _refuse_used(ledger: LedgerImport, activity: Activity) -> None:
    """Raises InUse where anything hangs on it that this import has not made."""
    days = list(activity.sessions.all())
    if (
        len(days) > 1
        or RosterChange.objects.filter(session__in=days).exists()
        or activity.statements.exclude(document=ledger.document).exists()
        or any(
            one.state != ActivityRecord.State.DRAFT or one.changed_at != ledger.done_at
            for one in ActivityRecord.objects.filter(activity=activity)
        )
        or any(_hangs_on(one) for one in (activity, *days))
    ):
        raise InUse(name=activity.name)


def _hangs_on(row: Model) -> bool:
    """Whether a row points at this one that this import has not made."""
    for relation in row._meta.related_objects:
        model = relation.related_model
        if model not in _OURS and model._default_manager.filter(**{relation.field.name: row}).exists():
            return True
    return False
