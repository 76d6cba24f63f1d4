"""What the worker does (`manage.py work`): an edge, like pages and commands – here the clock is read."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task


@task()
def deliver_messages() -> int:
    """Send what is due: how many messages were tried. Any number of these may run at once."""
    from registrations.operations import outbox  # which queues this task

    return outbox.deliver_due(now=timezone.now)


@task()
def import_roster(pk: int) -> None:
    """Import a long list of names. Any number of these may run at once."""
    from registrations.operations import imports  # which queues this task

    imports.run(pk=pk, at=timezone.now())
