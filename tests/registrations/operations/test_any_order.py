"""Several phones without a network, the same tickets at more than one of them, clocks that are wrong or put right half-way:
the attendance is the same for every order in which their records come in."""

import datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registrations.models import Attendance, ScanOutcome
from registrations.operations import records
from tests import factories
from tests.registrations.operations.handing_in import MINUTE, code_of

HOUR = datetime.timedelta(hours=1)
PHONES, TICKETS = 3, 4


class _Phone:
    """A phone with a wall clock of its own, which may be put right once."""

    def __init__(self, station, fast, put_right_after):
        self.station, self.fast, self.put_right_after = station, fast, put_right_after
        self.records, self.scans = [], 0
        self.epoch, self.sequence = f"{station.pk}-1", 0

    def _next(self):
        self.sequence += 1
        return self.sequence

    def scan(self, session, code, at, **values):
        if self.scans == self.put_right_after and self.fast:
            jump = {"previous": self.epoch, "jump": round(-self.fast.total_seconds() * 1000)}
            self.epoch, self.fast = f"{self.station.pk}-2", 0 * HOUR
            self.records.append(factories.record("clock", at, self._next(), epoch=self.epoch, **jump))
        self.scans += 1
        wall = at + self.fast
        self.records.append(factories.scan(session, code, wall, self._next(), epoch=self.epoch, **values))

    def deliver(self, some, at):
        """As the outbox does: what happened to the clock first."""
        clocks = [one for one in self.records if one["kind"] == "clock"]
        some = clocks + [one for one in some if one["kind"] != "clock"]
        records.receive(station=self.station, records=some, sent_at=at + self.fast, sent_epoch=self.epoch, at=at)


moments = st.lists(
    st.tuples(
        st.integers(0, PHONES - 1), st.integers(0, TICKETS - 1), st.integers(0, 40), st.integers(1, 3), st.booleans()
    ),
    min_size=1,
    max_size=12,
)
clocks = st.lists(
    st.tuples(st.sampled_from([0, -60, 60, 61, -1440]), st.integers(0, 4)), min_size=PHONES, max_size=PHONES
)


def _attendance(session):
    rows = Attendance.objects.filter(session=session).order_by("attendee")
    outcomes = ScanOutcome.objects.filter(session=session).values_list("scan__scan_id", "outcome", "counted")
    return list(rows.values_list("attendee", "present", "grade", "first_at", "left_at")), sorted(map(str, outcomes))


@pytest.fixture
def hall(world, now):
    world.activity.checks_out = True
    world.activity.save(update_fields=["checks_out"])
    before = now - 24 * HOUR
    parties = [factories.one("甲"), factories.one("乙"), factories.many(3, unit="一班"), factories.many(2, unit="二班")]
    codes = [code_of(factories.signup(world.session, party, before)) for party in parties]
    stations = [factories.station(world.owner, world.lead, world.session, at=before)[0] for _ in range(PHONES)]
    return world.session, codes, stations


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seen=moments, wrong=clocks, dice=st.randoms(use_true_random=False))
def test_any_order_of_arrival_ends_in_the_same_attendance(hall, now, seen, wrong, dice):
    session, codes, stations = hall
    phones = [_Phone(one, minutes * MINUTE, after) for one, (minutes, after) in zip(stations, wrong, strict=True)]
    taken = set()
    for phone, ticket, minute, arriving, leaving in sorted(seen, key=lambda one: one[2]):
        at = now + minute * MINUTE
        if (ticket, minute) in taken:  # of one instant the ids decide, which is another test
            continue
        taken.add((ticket, minute))
        values = {"direction": "exit"} if leaving else {"arriving": arriving}
        phones[phone].scan(session, codes[ticket], at, **values)
    contact = now + 60 * MINUTE
    found = []
    for _order in range(3):
        parts = []
        for phone in phones:
            cut = dice.randint(0, len(phone.records))
            # What a phone kept it sends in its own order, in one part or two; the phones come in as they come.
            parts += (
                [(phone, phone.records)]
                if dice.random() < 0.5
                else [(phone, phone.records[:cut]), (phone, phone.records)]
            )
        dice.shuffle(parts)
        with transaction.atomic():
            for phone, some in parts:
                phone.deliver(some, contact)
            found.append(_attendance(session))
            transaction.set_rollback(True)
    assert found[0] == found[1] == found[2]
