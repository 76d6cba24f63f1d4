"""Importing a roster: read, look through, import, see how far it is."""

import io
import re

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from registrations.models import RosterImport, Signup
from registrations.operations import imports
from tests import factories
from tests.frontend.conftest import signed_in

FIELDS = {"kind": "village", "contact_name": "江主任", "contact_phone": "13900001111", "when_full": "refuse"}


@pytest.fixture
def browser(soon):
    return signed_in(soon.owner.user)


def read(browser, session, **values):
    return browser.post(f"/console/sessions/{session.pk}/import/", FIELDS | values)


def pasted(browser, session, text="1. 刘桂英 江桥村\n2. 胡国庆 李场村\n3. 王芳 江桥村 +1"):
    answer = read(browser, session, text=text)
    found = RosterImport.objects.get()
    assert answer["Location"] == f"/console/imports/{found.pk}/"
    return found, answer["Location"]


def test_a_pasted_list_is_looked_through_and_imported(soon, browser):
    _found, path = pasted(browser, soon.session)
    page = browser.get(path).content.decode()
    assert "江桥村" in page
    assert "刘桂英" in page
    assert not Signup.objects.exists()
    done = browser.post(path, {"step": "import"}, follow=True).content.decode()
    assert "notice success" in done
    assert {one.unit: one.size for one in Signup.objects.all()} == {"江桥村": 3, "李场村": 1}
    assert "刘桂英" not in done


def test_only_the_rows_with_something_to_put_right_can_be_typed_into(soon, browser):
    _found, path = pasted(browser, soon.session, "1. 刘桂英 江桥村 1391234\n2. 胡国庆 李场村")
    page = browser.get(path).content.decode()
    names = re.findall(r'name="(row_\d+_\w+)"', page)
    assert names == ["row_0_name", "row_0_village", "row_0_phone", "row_0_people"]
    assert 'value="import"' not in page
    assert browser.post(path, {"step": "import"}).status_code == 409
    browser.post(path, {"step": "check", "row_0_phone": "13912345678"})
    page = browser.get(path).content.decode()
    assert "row_0_name" not in page
    assert 'value="import"' in page


def test_a_file_of_five_thousand_rows_is_read_and_left_to_the_worker(soon, browser):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["姓名", "村", "电话"])
        for n in range(5_000):
            sheet.write_row(n + 1, 0, [f"学员{n}", f"{n % 40}村", ""])
    upload = SimpleUploadedFile("村民.xlsx", out.getvalue())
    path = read(browser, soon.session, file=upload, when_full="wait")["Location"]
    page = browser.get(path).content.decode()
    assert len(page) < 40_000
    waiting = browser.post(path, {"step": "import"}, follow=True).content.decode()
    assert 'http-equiv="refresh"' in waiting
    assert 'hx-trigger="every 2s"' in waiting
    found = RosterImport.objects.get()
    assert (found.total, found.state) == (5_000, "queued")
    RosterImport.objects.update(state="running", done=1_500)
    part = browser.get(path, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert 'value="1500"' in part


def test_what_cannot_be_read_is_told_beside_its_field(soon, browser):
    empty = read(browser, soon.session).content.decode()
    assert 'id="id_text_error"' in empty or "invalid" in empty
    wrong = read(browser, soon.session, text="1. 刘桂英", contact_phone="12").content.decode()
    assert "invalid" in wrong
    no_table = read(browser, soon.session, file=SimpleUploadedFile("a.xlsx", b"PK\x03\x04 nothing")).content.decode()
    assert "invalid" in no_table
    assert not RosterImport.objects.exists()


def test_a_list_that_is_too_long_is_refused(soon, browser, monkeypatch):
    monkeypatch.setattr(imports, "MOST_ROWS", 3)
    page = read(browser, soon.session, text="\n".join(f"{n}. 学员{n}" for n in range(1, 6))).content.decode()
    assert "3" in page
    assert not RosterImport.objects.exists()


def test_why_nothing_was_imported_stands_over_the_list(soon, browser):
    names = "\n".join(f"{n}. 刘桂{'英兰芳华珍'[n % 5]}{n} 江桥村" for n in range(1, 42))
    found, path = pasted(browser, soon.session, names)
    assert found.total == 41
    page = browser.post(path, {"step": "import"}, follow=True).content.decode()
    assert 'role="alert"' in page
    assert 'value="import"' in page
    assert not Signup.objects.exists()


def test_a_list_thrown_away_is_gone(soon, browser):
    _found, path = pasted(browser, soon.session)
    answer = browser.post(path, {"step": "discard"})
    assert answer["Location"] == f"/console/sessions/{soon.session.pk}/"
    assert not RosterImport.objects.exists()


def test_a_colleague_sees_how_it_fares_but_no_names(soon, browser):
    _found, path = pasted(browser, soon.session)
    colleague = signed_in(factories.user(soon.lead, "organizer"))
    page = colleague.get(path)
    assert page.status_code == 200
    assert "刘桂英" not in page.content.decode()
    assert colleague.post(path, {"step": "import"}).status_code == 403
    assert not Signup.objects.exists()


def test_the_page_of_a_session_leads_there(soon, browser):
    assert (
        f"/console/sessions/{soon.session.pk}/import/"
        in browser.get(f"/console/sessions/{soon.session.pk}/").content.decode()
    )


def test_where_nobody_signs_up_nothing_is_imported(soon, browser):
    open_day = factories.activity(soon.campaign, signup_by="none")
    session = factories.session(open_day, timezone.now())
    assert browser.get(f"/console/sessions/{session.pk}/import/").status_code == 404


def test_many_rows_cost_no_more_queries_than_few(soon, browser, django_assert_num_queries):
    for many in (3, 300):
        found = factories.roster(soon.owner, soon.session, [f"学员{n}" for n in range(many)], timezone.now())
        with django_assert_num_queries(4):
            browser.get(f"/console/imports/{found.pk}/")
