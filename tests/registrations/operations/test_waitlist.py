"""Moving up: what it costs, however long the queue is. Who moves up when stands in test_signups and in the races."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registrations.models import Signup
from registrations.operations import signups
from tests import factories


@pytest.fixture
def before(now):
    return now - datetime.timedelta(days=1)


def cost(world, at):
    """Queries of giving back one seat, and who moved up."""
    leaving = Signup.objects.filter(state=Signup.State.CONFIRMED, size=1).latest("pk")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        signups.cancel(by="participant", signup=leaving, at=at)
    return len(queries)


@pytest.fixture
def full(world, before):
    factories.signup(world.session, factories.many(39), before)
    factories.signup(world.session, factories.one("甲"), before)
    return world


def queue(world, sizes, before):
    for number, size in enumerate(sizes, start=1):
        at = before + datetime.timedelta(seconds=number)
        factories.place(world.activity, [world.session], factories.many(size, unit=f"{number}组"), at)


@pytest.mark.parametrize("length", [3, 30])
def test_one_seat_given_back_costs_the_same_queries_whatever_the_queue(full, before, length):
    queue(full, [1] * length, before)
    assert cost(full, before + datetime.timedelta(hours=1)) == 33
    assert Signup.objects.filter(state=Signup.State.WAITING).count() == length - 1


@pytest.mark.parametrize("length", [3, 30])
def test_a_queue_of_groups_that_do_not_fit_costs_the_same_queries_whatever_its_length(full, before, length):
    queue(full, [5] * length, before)
    assert cost(full, before + datetime.timedelta(hours=1)) == 24
    assert Signup.objects.filter(state=Signup.State.WAITING).count() == length
