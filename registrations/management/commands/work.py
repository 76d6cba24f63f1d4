"""The worker: does what is queued, and looks once a minute what has become due. Any number of them may run."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from contextlib import suppress
from typing import Any

import structlog
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from registrations.operations import imports, offers, outbox, pools, reminders, returns

log = structlog.get_logger()

#: Seconds between two looks at what is due, and between two looks for tasks.
BEAT, PAUSE = 60, 1
#: Days for which finished tasks are kept.
KEPT_DAYS = 14


class Command(BaseCommand):
    help = "Send messages, let offers lapse and kept seats flow back; runs until it is ended."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="Do what is due now, and end.")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        with suppress(KeyboardInterrupt):  # between two tasks; within one it is taken note of
            self._work(once)

    def _work(self, once: bool) -> None:
        beaten = -float(BEAT)
        while True:
            close_old_connections()
            if time.monotonic() - beaten >= BEAT:
                beaten = time.monotonic()
                self._beat()
            # It ends by itself on SIGTERM and SIGINT, after the task in hand. Looked at first, for it locks SQLite.
            if DBTaskResult.objects.ready().exists():
                call_command("db_worker", batch=True, startup_delay=False, interval=0, reload=False, verbosity=0)
            if once:
                return
            time.sleep(PAUSE)

    def _beat(self) -> None:
        """Each by itself: one that fails is on record, and stops no other."""
        now = timezone.now()
        due = (reminders.queue_due, offers.lapse_due, pools.flow_back_due, outbox.look_after, imports.look_after)
        for what in (*due, returns.propose_due):
            try:
                what(at=now)
            except Exception:
                log.exception("beat_failed", what=what.__module__)
        call_command("prune_db_task_results", min_age_days=KEPT_DAYS, queue_name="*", verbosity=0)
