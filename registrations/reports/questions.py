"""What an activity asks of whoever signs up."""

from __future__ import annotations

from events.models import Activity
from registrations.models import Question


def labels(activity: Activity) -> list[str]:
    """The questions on the form now, as people read them."""
    return list(Question.objects.filter(activity=activity).asked().values_list("label", flat=True))
