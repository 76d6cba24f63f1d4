"""Records of phones whose clocks are off."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from registrations.models import Scan
from tests.registrations.api.gate import Gate


def test_a_phone_that_is_an_hour_off_is_put_right(gate: Gate) -> None:
    wrong = timezone.now() - datetime.timedelta(hours=1)
    gate.answers(gate.scan(made_at=wrong.isoformat()), sent_at=wrong.isoformat())

    scan = Scan.objects.get()
    assert abs(scan.corrected_at - timezone.now()) < datetime.timedelta(seconds=30)
    assert scan.clock_uncertain is False


def test_an_hour_off_that_was_put_right_before_sending_is_put_right_too(gate: Gate) -> None:
    hour = 3_600_000
    wrong = timezone.now() - datetime.timedelta(hours=1)
    records = [
        gate.scan(made_at=wrong.isoformat(), epoch="before"),
        gate.record("clock", 2, epoch="after", previous="before", jump=hour),
    ]
    gate.answers(*records)

    assert abs(Scan.objects.get().corrected_at - timezone.now()) < datetime.timedelta(seconds=30)


def test_without_the_phones_clock_times_are_marked_uncertain(gate: Gate) -> None:
    gate.answers(gate.scan(), sent_at=None)

    assert Scan.objects.get().clock_uncertain is True


@pytest.mark.parametrize("sent_at", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "1970-01-01T08:00:00+08:00"])
def test_a_phone_whose_clock_is_far_off_gets_rid_of_its_records_all_the_same(gate: Gate, sent_at: str) -> None:
    (answer,) = gate.answers(gate.scan(), sent_at=sent_at)

    assert answer["status"] == "stored"


def test_a_phone_that_woke_up_in_1970_is_put_right(gate: Gate) -> None:
    gate.answers(gate.scan(made_at="1970-01-01T00:05:00Z"), sent_at="1970-01-01T00:06:00Z")

    assert abs(Scan.objects.get().corrected_at - timezone.now()) < datetime.timedelta(minutes=2)
