"""Expert supports in batches, runs of the van, terminals in service."""

import datetime

import pytest

from events.models import Activity
from registrations.models import ExpertSupport
from registrations.operations import accounts, supports, trips
from registrations.operations.supports import Support
from registrations.reports import stocks
from tests.registrations.reports.counting import report

DAY = datetime.date(2026, 3, 5)


def support(name="李农技", day=DAY):
    return Support(name, "众盛菊花合作社", "病虫害防治指导", day, day)


def add(world, now, *rows):
    return supports.add_many(by=world.owner, organization=world.lead, supports=rows, at=now)


def test_a_batch_counts_in_its_years_expert_support_and_is_taken_back_as_one(world, now):
    made = add(world, now, support(), support("王农技"), support("李农技", datetime.date(2025, 5, 1)))
    assert len({one.batch for one in made}) == 1
    assert set(Activity.objects.filter(form="expert_support").values_list("name", flat=True)) == {
        "2026年专家服务", "2025年专家服务",
    }  # fmt: skip
    assert report(world.lead).line("supports").figure.number == 2
    assert supports.withdraw(by=world.owner, rows=made, at=now) == 3
    assert report(world.lead).line("supports").figure is None
    assert supports.put_back(by=world.owner, rows=made[:1], at=now) == 1
    assert report(world.lead).line("supports").figure.number == 1


def test_a_support_that_was_in_another_year_counts_there(world, now):
    (made,) = add(world, now, support())
    supports.change(by=world.owner, row=made, support=support(day=datetime.date(2025, 5, 1)), at=now)
    assert report(world.lead).line("supports").figure is None
    assert report(world.lead, year=2025).line("supports").figure.number == 1


def test_a_support_of_an_activity_stays_with_it_whatever_its_days(world, now):
    (made,) = supports.add_many(
        by=world.owner, organization=world.lead, supports=[support()], activity=world.activity, at=now
    )
    supports.change(by=world.owner, row=made, support=support(day=datetime.date(2025, 5, 1)), at=now)
    assert made.activity == world.activity


def test_one_row_that_is_wrong_keeps_the_whole_batch_out(world, now):
    backwards = Support("张", "合作社", "指导", DAY, DAY - datetime.timedelta(days=1))
    with pytest.raises(supports.DatesReversed):
        add(world, now, support(), backwards)
    assert not ExpertSupport.objects.exists()


def trip(world, now, **values):
    given = {"vehicle_name": "科普大篷车", "driver": "王师傅", "destination": "汪场镇", "km": 46} | values
    return trips.add(by=world.owner, organization=world.lead, on=DAY, at=now, **given)


def test_kilometres_follow_from_the_odometer(world, now):
    assert trip(world, now, odometer_start=1200, odometer_end=1258, km=None).km == 58
    assert trip(world, now, odometer_start=1258, odometer_end=1258, km=None).km == 0


def test_an_odometer_put_right_puts_the_kilometres_right(world, now):
    made = trip(world, now, odometer_start=1200, odometer_end=1258, km=None)
    assert trips.change(by=world.owner, trip=made, odometer_end=1260, at=now).km == 60
    with pytest.raises(trips.DistanceDiffers):
        trips.change(by=world.owner, trip=made, km=50, at=now)


@pytest.mark.parametrize(
    "values, refusal",
    [
        ({"odometer_start": 10, "odometer_end": 9, "km": None}, trips.OdometerBackwards),
        ({"odometer_start": 10, "km": None}, trips.DistanceMissing),
        ({"odometer_start": 10, "odometer_end": 20, "km": 11}, trips.DistanceDiffers),
    ],
)
def test_kilometres_that_cannot_be_are_refused(world, now, values, refusal):
    with pytest.raises(refusal):
        trip(world, now, **values)


def test_terminals_are_a_stock_on_a_day_place_by_place(world, now):
    def change(number, day, place):
        return accounts.change_stock(
            by=world.owner, organization=world.lead, measure="terminals", change=number, on=day, place=place, at=now
        )

    change(5, datetime.date(2018, 5, 1), "市图书馆")
    change(2, datetime.date(2018, 9, 1), "实验小学")
    gone = change(-1, datetime.date(2018, 10, 1), "市图书馆")

    def read(*day):
        return stocks.read(world.owner, datetime.date(*day))

    assert [read(2018, *day).whole.low for day in ((4, 30), (5, 1), (9, 30), (10, 1))] == [0, 5, 7, 6]
    assert {one.name: one.there.stated for one in read(2018, 10, 1).places} == {"市图书馆": 4, "实验小学": 2}
    trips.withdraw(by=world.owner, row=gone, at=now)
    assert read(2018, 10, 1).whole.stated == 7
    assert report(world.lead, year=2018, as_of=datetime.date(2018, 12, 31)).line("terminals").figure.number == 7


def test_a_change_of_nothing_is_refused(world, now):
    with pytest.raises(accounts.NothingChanged):
        accounts.change_stock(by=world.owner, organization=world.lead, measure="terminals", change=0, on=DAY, at=now)
