from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction

from events.models import Booking, Membership, Resource, Role
from events.operations import bookings, people, resources
from tests import factories

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db, now):
    return factories.world(now)


def test_the_van_goes_to_exactly_one_of_many_who_book_it_at_once(world, now, at_once):
    van = resources.add(by=world.owner, organization=world.lead, kind=Resource.Kind.VEHICLE, name="大篷车", at=now)
    wanted = [factories.session(world.activity, now) for _ in range(6)]
    results = at_once(
        [
            partial(
                bookings.book,
                by=world.owner,
                resource=van,
                session=one,
                starts_at=one.starts_at,
                ends_at=one.ends_at,
                at=now,
            )
            for one in wanted
        ]
    )
    assert sorted(type(one).__name__ for one in results) == ["Booking"] + ["ResourceTaken"] * 5
    assert Booking.objects.count() == 1


def test_the_database_itself_excludes_a_double_booking(world, now):
    """Past the operation, the exclusion constraint stands."""
    van = resources.add(by=world.owner, organization=world.lead, kind=Resource.Kind.VEHICLE, name="大篷车", at=now)
    other = factories.session(world.activity, now)
    values = {"resource": van, "starts_at": now, "ends_at": world.session.ends_at}
    Booking.objects.create(session=world.session, **values)
    with pytest.raises(IntegrityError, match="no_resource_is_booked_twice_at_once"), transaction.atomic():
        Booking.objects.create(session=other, **values)


def test_two_owners_who_leave_at_once_leave_one_behind(world, now, at_once):
    other = factories.actor(world.lead)
    leaving = [one.user.memberships.get() for one in (world.owner, other)]
    results = at_once([partial(people.take_role, by=world.owner, membership=one, at=now) for one in leaving])
    assert sorted(type(one).__name__ for one in results) == ["LastOwner", "NoneType"]
    assert Membership.objects.owners_of(world.lead).count() == 1


def test_an_invitation_taken_up_twice_at_once_makes_one_account(world, now, at_once):
    _made, secret = people.invite(by=world.owner, organization=world.lead, role=Role.READER, name="李", at=now)
    results = at_once(
        [
            partial(
                people.accept_invitation,
                secret=secret,
                username=f"li{n}",
                name="李",
                password=factories.PASSWORD,
                at=now,
            )
            for n in range(4)
        ]
    )
    assert sorted(type(one).__name__ for one in results) == ["InvitationUnusable"] * 3 + ["User"]


def test_pool_never_promises_beyond_its_seats_says_the_table(world):
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match="pool_never_promises_beyond_its_seats"):
        cursor.execute("UPDATE registrations_seatpool SET taken = 41")
