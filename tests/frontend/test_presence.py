"""Who signed up and who came: the session's page, ticking, counting, exporting."""

import csv
import datetime
import io
import re

import openpyxl
import pytest
from django.utils import timezone

from events.models import Role
from registrations.models import Attendance, DataAccess, Headcount, Signup
from registrations.operations.signups import Line, Party
from tests import factories
from tests.frontend.conftest import signed_in


def test_the_office_signs_up_who_called_and_ticks_off_who_came(world, owner):
    session = world.session.pk
    key = re.search(r'name="key" value="(\w+)"', owner.get(f"/console/sessions/{session}/sign-up/").content.decode())[1]
    given = {"kind": "person", "name": "刘桂英", "contact_phone": "19900000001", "note": "", "key": key}
    world.session.starts_at = timezone.now() + datetime.timedelta(days=1)
    world.session.ends_at = world.session.starts_at + datetime.timedelta(hours=2)
    world.session.save()
    assert owner.post(f"/console/sessions/{session}/sign-up/", given).status_code == 302
    signup = Signup.objects.get()
    assert signup.source == "organizer"
    line = signup.attendees.get()
    owner.post(f"/console/sessions/{session}/present/{line.pk}/", {"present": "1"})
    assert (Attendance.objects.get().present, Attendance.objects.get().grade) == (1, "confirmed")
    owner.post(f"/console/sessions/{session}/present/{line.pk}/", {"present": "0"})
    assert not Attendance.objects.exists()


def test_a_tick_answers_with_the_row_and_the_totals_alone(world, owner):
    signup = factories.signup(world.session, factories.many(40))
    line = signup.attendees.get()
    response = owner.post(
        f"/console/sessions/{world.session.pk}/present/{line.pk}/", {"present": "38"}, headers={"HX-Request": "true"}
    )
    page = response.content.decode()
    assert f'id="signup-{signup.pk}"' in page
    assert '<hx-partial hx-target="#totals"' in page
    assert "<html" not in page


@pytest.mark.parametrize("present", ["", "-1", "many", "41", "9" * 30])
def test_a_number_that_cannot_be_is_refused(world, owner, present):
    line = factories.signup(world.session, factories.many(40)).attendees.get()
    owner.post(f"/console/sessions/{world.session.pk}/present/{line.pk}/", {"present": present})
    assert not Attendance.objects.exists()


def test_names_and_phones_are_masked_everywhere_but_behind_a_stated_purpose(world, owner):
    factories.signup(world.session, factories.one(phone="19912345678"))
    address = f"/console/sessions/{world.session.pk}/"
    page = owner.get(address).content.decode()
    assert "刘桂英" not in page
    assert "19912345678" not in page
    assert "199****5678" in page
    assert "刘桂英" not in owner.get(f"{address}whole/").content.decode()
    assert owner.post(f"{address}whole/", {"purpose": ""}).status_code == 200
    assert not DataAccess.objects.exists()
    assert "19912345678" in owner.post(f"{address}whole/", {"purpose": "通知改期"}).content.decode()
    assert DataAccess.objects.get().purpose == "通知改期"


def test_a_reader_is_shown_nobody_whole(world):
    reader = signed_in(factories.user(world.lead, Role.READER))
    assert reader.post(f"/console/sessions/{world.session.pk}/whole/", {"purpose": "x"}).status_code == 403


def test_attendance_as_csv_and_xlsx_masked_and_safe_to_open(world, owner):
    factories.signup(world.session, Party("group", (Line("=1+1"), Line(size=7)), "王组长", unit="=cmd|'/c calc'!A0"))
    address = f"/console/sessions/{world.session.pk}/attendance"
    text = b"".join(owner.get(f"{address}.csv")).decode("utf-8")
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert len(rows) == 3
    assert all(not cell.startswith("=") for row in rows for cell in row)
    book = openpyxl.load_workbook(io.BytesIO(owner.get(f"{address}.xlsx").content))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert "=cmd|'/c calc'!A0" in {cell.value for cell in cells}
    assert owner.get(f"{address}.pdf").status_code == 404


def test_a_campaigns_attendance_has_a_row_for_each_line_and_each_count(world, owner, now):
    second = factories.session(world.activity, now + datetime.timedelta(days=1))
    factories.signup(world.session, factories.one())
    factories.signup(second, factories.many(40))
    factories.heads(second, 57, now, by=world.owner)
    text = b"".join(owner.get(f"/console/campaigns/{world.campaign.pk}/attendance.csv")).decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(text)))) == 4


def test_heads_are_counted_once_and_can_be_taken_back(world, owner):
    address = f"/console/sessions/{world.session.pk}/"
    given = {"people": "近千", "basis": "everyone", "method": "estimated", "counted_by": "张义工"}
    owner.post(f"{address}headcount/", given)
    head = Headcount.objects.get()
    assert (head.people, head.bound, head.method) == (1000, "at_most", "estimated")
    again = owner.post(f"{address}headcount/", given)
    assert again.status_code == 200
    assert Headcount.objects.count() == 1
    owner.post(f"/console/withdraw/headcount/{head.pk}/")
    head.refresh_from_db()
    assert head.withdrawn_at is not None
