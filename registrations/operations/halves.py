"""A day whose morning and afternoon are checked in apart (上午、下午分别签到): two sessions that are signed up for together
and count as one. What both have in common, and what may not part them, stands in `events.operations.sessions`."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from events.access import Actor
from events.errors import Refusal
from events.models import Activity, Session
from events.operations import sessions
from registrations.operations import roster, session_changes


class BreakUnfit(Refusal):
    code = "break_unfit"
    status = 400
    sentence = _("The break lies within the day: it begins after the start, and the afternoon ends after it.")


@transaction.atomic
def schedule(
    *,
    by: Actor | str,
    activity: Activity,
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    break_from: datetime.datetime,
    break_until: datetime.datetime,
    at: datetime.datetime,
    **values: Any,
) -> Session:
    """Both halves of a day, each with these seats; the morning is given back. `values`: as `session_changes.schedule`
    takes them. Raises BreakUnfit, HalvesApart and what that raises."""
    if not starts_at < break_from <= break_until < ends_at:
        raise BreakUnfit(field="break_from")
    given = {"by": by, "activity": activity, "at": at, **values}
    morning = session_changes.schedule(starts_at=starts_at, ends_at=break_from, **given)
    closes = values.get("signup_closes_at") or starts_at
    afternoon = session_changes.schedule(
        starts_at=break_until, ends_at=ends_at, **(given | {"signup_closes_at": closes})
    )
    sessions.join(morning=morning, afternoon=afternoon)
    for half in (morning, afternoon):
        roster.session_changed(session=half)
    return morning


def both(chosen: Sequence[Session]) -> Sequence[Session]:
    """These sessions, and of each that is half a day the other half where it takes place. No query without one."""
    halves = {one.pk: one for one in chosen if one.half}
    if not halves:
        return chosen
    others = Session.objects.standing().filter(Q(half_of__in=halves) | Q(other_half__in=halves))
    further = list(others.exclude(pk__in=halves).order_by("starts_at", "pk"))
    for one in further:
        one.activity = chosen[0].activity
    return [*chosen, *further]
