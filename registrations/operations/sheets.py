"""A signed sheet comes back to the office: its photos are kept as evidence, and who signed is counted by number."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from events.access import Actor
from events.errors import Refusal
from events.models import Session
from registrations.models import Evidence, Headcount
from registrations.operations import accounts, files
from registrations.operations.held import Count


class GroupsExceedTotal(Refusal):
    code = "groups_exceed_total"
    status = 400
    sentence = _("The groups add up to %(groups)s, which is more than the total. Check the numbers.")


class NothingCounted(Refusal):
    code = "nothing_counted"
    status = 400
    sentence = _("Give the total, or the number of at least one group.")


@transaction.atomic
def keep(
    *, by: Actor, session: Session, photos: Sequence[UploadedFile], at: datetime.datetime, paper_place: str = ""
) -> list[Evidence]:
    """Photos or scans of the sheet as evidence of a session; one that is there already is not kept twice. Returns those
    that are new. Locks the session. Raises FileUnfit: then none is kept."""
    Session.objects.select_for_update().get(pk=session.pk)
    by_digest = {files.sha256(photo): photo for photo in photos}
    known = set(
        Evidence.objects.standing().filter(sessions=session, sha256__in=by_digest).values_list("sha256", flat=True)
    )
    return [
        accounts.add_evidence(
            by=by,
            organization=session.activity.organization,
            kind=Evidence.Kind.SHEET,
            activity=session.activity,
            sessions=[session],
            file=photo,
            paper_place=paper_place,
            at=at,
        )
        for digest, photo in by_digest.items()
        if digest not in known
    ]


@transaction.atomic
def count(
    *,
    by: Actor,
    session: Session,
    total: Count | None,
    groups: Mapping[str, Count],
    basis: str,
    counted_by: str,
    at: datetime.datetime,
    how: str = "",
) -> list[Headcount]:
    """Who signed, in all and by audience group. The same numbers once more change nothing; returns what is new. Locks
    the session.

    Raises NothingCounted, GroupsExceedTotal, AlreadyCounted: then nothing is written.
    """
    stated = ({} if total is None else {"": total}) | dict(groups)
    if not stated:
        raise NothingCounted(field="total")
    parts = sum(one.number or 0 for one in groups.values())
    if total is not None and total.bound in {"exact", "at_most"} and parts > (total.number or 0):
        raise GroupsExceedTotal(field="total", groups=parts)
    Session.objects.select_for_update().get(pk=session.pk)
    held = Headcount.objects.filter(session=session, basis=basis, record=None, withdrawn_at=None)
    known = {(one.audience_group, one.people, one.bound) for one in held}
    return [
        accounts.count_heads(
            by=by,
            session=session,
            people=one.number or 0,
            bound=one.bound,
            audience_group=group,
            basis=basis,
            method=Headcount.Method.COUNTED,
            counted_by=counted_by,
            counted_at=at,
            how=how,
            at=at,
        )
        for group, one in stated.items()
        if (group, one.number, one.bound) not in known
    ]
