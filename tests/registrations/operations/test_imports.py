import datetime
from unittest import mock

import pytest
from django.core.management import call_command
from django_tasks_db.models import DBTaskResult
from hypothesis import given
from hypothesis import strategies as st

from registrations import rosters
from registrations.models import Attendee, RosterImport, SeatPool, Signup, Ticket
from registrations.operations import imports, placing
from tests import factories

DAY = datetime.timedelta(days=1)


@pytest.fixture
def before(now):
    return now - DAY


def row(name, village="江桥村", phone="", people="", remark=""):
    return rosters.Row(name, village, phone, people, remark, 1)


def roster(world, before, rows, **values):
    return factories.roster(world.owner, world.session, (), before, rows=rows, **values)


def done(world, found, before):
    imports.begin(by=world.owner, roster=found, at=before)
    found.refresh_from_db()
    return found


def test_each_village_becomes_one_signup_with_a_ticket_for_each_name(world, before):
    rows = [row("刘桂英"), row("胡国庆", "李场村"), row("王芳", people="3"), row("陈明", "")]
    found = done(world, roster(world, before, rows, unit="汪场镇"), before)
    assert (found.state, found.done, found.signups, found.people, found.waiting) == ("done", 4, 3, 6, 0)
    by_unit = {one.unit: one for one in Signup.objects.all()}
    assert {unit: one.size for unit, one in by_unit.items()} == {"江桥村": 4, "李场村": 1, "汪场镇": 1}
    assert {one.source for one in by_unit.values()} == {"import"}
    lines = Attendee.objects.filter(signup=by_unit["江桥村"]).order_by("position")
    assert [(one.name, one.size, one.village) for one in lines] == [
        ("刘桂英", 1, "江桥村"), ("王芳", 1, "江桥村"), ("", 2, "江桥村"),
    ]  # fmt: skip
    assert Ticket.objects.filter(signup=by_unit["江桥村"], attendee__isnull=False).count() == 2
    assert SeatPool.objects.get(session=world.session).taken == 6


def test_what_was_uploaded_is_gone_once_it_is_imported(world, before):
    found = done(world, roster(world, before, [row("刘桂英", phone="13800000000")]), before)
    assert (found.rows, found.contact_name, found.contact_phone) == ("", "", "")


def test_too_few_seats_import_nobody_and_say_so(world, before):
    rows = [row(f"学员{n}", f"{n % 5}村") for n in range(41)]
    found = done(world, roster(world, before, rows), before)
    assert found.state == "failed"
    assert found.problem
    assert not Signup.objects.exists()
    assert SeatPool.objects.get(session=world.session).taken == 0
    assert len(imports.rows_of(found)) == 41


def test_whom_the_seats_do_not_suffice_for_waits_where_the_office_says_so(world, before):
    rows = [row(f"甲{n}", "甲村") for n in range(30)] + [row(f"乙{n}", "乙村") for n in range(30)]
    found = done(world, roster(world, before, rows, when_full="wait"), before)
    assert (found.state, found.signups, found.waiting) == ("done", 2, 1)


def test_a_failed_list_may_be_put_right_and_begun_again(world, before):
    found = done(world, roster(world, before, [row(f"学员{n}") for n in range(41)]), before)
    imports.correct(roster=found, cells={40: {"name": "", "village": ""}}, at=before)
    found = done(world, found, before)
    assert (found.state, found.people, found.problem) == ("done", 40, "")


def test_nothing_begins_while_a_cell_is_wrong(world, before):
    found = roster(world, before, [row("刘桂英", phone="123")])
    with pytest.raises(imports.RowsUnfit):
        imports.begin(by=world.owner, roster=found, at=before)
    imports.correct(roster=found, cells={0: {"phone": "13800000000"}}, at=before)
    assert done(world, found, before).state == "done"


def test_a_list_is_imported_once_however_often_it_is_run(world, before):
    found = done(world, roster(world, before, [row("刘桂英")]), before)
    imports.run(pk=found.pk, at=before)
    with pytest.raises(imports.ImportUnderWay):
        imports.begin(by=world.owner, roster=found, at=before)
    assert Signup.objects.count() == 1


def long(world, before, many=600):
    rows = [row(f"学员{n}", f"{n % 3}村") for n in range(many)]
    pool = SeatPool.objects.get(session=world.session)
    pool.capacity = None
    pool.save()
    return roster(world, before, rows)


def test_a_long_list_is_left_to_the_worker(world, before, now):
    found = long(world, now - DAY)
    imports.begin(by=world.owner, roster=found, at=before)
    found.refresh_from_db()
    assert (found.state, Signup.objects.count(), DBTaskResult.objects.count()) == ("queued", 0, 1)


def test_the_worker_says_how_far_it_is_and_writes_all_at_once(world, before):
    found = long(world, before)
    imports.begin(by=world.owner, roster=found, at=before)
    seen = []
    look = placing.looked_through

    def looked_through(new):
        seen.append((RosterImport.objects.get(pk=found.pk).done, Signup.objects.count()))
        return look(new)

    with mock.patch.object(imports, "STEP", 100), mock.patch.object(placing, "looked_through", looked_through):
        imports.run(pk=found.pk, at=before)
    found.refresh_from_db()
    assert seen == [(0, 0), (200, 0), (400, 0)]
    assert (found.state, found.done, Signup.objects.count()) == ("done", 600, 3)


def test_a_worker_that_is_killed_has_written_nothing_and_the_next_one_writes_it_once(world, before):
    found = long(world, before)
    imports.begin(by=world.owner, roster=found, at=before)
    with (
        mock.patch.object(placing.tickets, "issue_all", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        imports.run(pk=found.pk, at=before)
    found.refresh_from_db()
    assert (found.state, Signup.objects.count()) == ("running", 0)
    assert imports.look_after(at=before + imports.STALE) == 1
    assert imports.look_after(at=before + imports.STALE) == 0
    imports.run(pk=found.pk, at=before)
    imports.run(pk=found.pk, at=before)
    assert Signup.objects.count() == 3


def test_what_breaks_is_said_and_not_passed_over(world, before):
    found = long(world, before)
    imports.begin(by=world.owner, roster=found, at=before)
    with mock.patch.object(placing, "write_all", side_effect=ZeroDivisionError), pytest.raises(ZeroDivisionError):
        imports.run(pk=found.pk, at=before)
    found.refresh_from_db()
    assert (found.state, bool(found.problem), Signup.objects.count()) == ("failed", True, 0)


def test_lists_that_nobody_imports_go_after_a_day(world, before):
    old, new = roster(world, before, [row("刘桂英")]), roster(world, before + DAY, [row("胡国庆")])
    imports.look_after(at=before + DAY)
    assert list(RosterImport.objects.values_list("pk", flat=True)) == [new.pk]
    assert old.pk != new.pk


def test_of_a_course_the_list_is_for_all_its_lessons(world, now, before):
    course = factories.activity(world.campaign, signup_by="course")
    lesson = factories.session(course, now)
    factories.session(course, now + DAY)
    found = factories.roster(world.owner, lesson, ["刘桂英", "胡国庆"], before)
    assert done(world, found, before).state == "done"
    assert Signup.objects.get().covers_course


def test_the_worker_command_does_it(world, before, transactional_db):
    found = long(world, before)
    imports.begin(by=world.owner, roster=found, at=before)
    with mock.patch("registrations.tasks.timezone.now", return_value=before):
        call_command("work", once=True)
    found.refresh_from_db()
    assert (found.state, Signup.objects.count()) == ("done", 3)


PEOPLE = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 400)), min_size=1, max_size=12)


@given(PEOPLE)
def test_no_row_is_lost_and_no_signup_is_larger_than_one_may_be(drawn):
    rows = [row(f"甲{n}", f"{village}村", people=str(people)) for n, (village, people) in enumerate(drawn)]
    made = RosterImport(kind="village", rows=imports._kept(rows), total=len(rows))
    parties = list(imports._parties(made))
    assert sum(number for number, _party in parties) == len(rows)
    assert sum(party.size for _number, party in parties) == sum(people for _village, people in drawn)
    assert all(party.size <= 500 and len({line.village for line in party.lines}) == 1 for _number, party in parties)
