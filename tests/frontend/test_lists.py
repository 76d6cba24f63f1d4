"""A list of names through the pages, as a village secretary's browser does it: without scripts, by plain forms."""

import datetime
import html
import io
import re

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events import rushes
from events.models import Role, Session
from registrations.models import DataAccess, Signup
from registrations.operations.signups import Line, Party
from tests import factories
from tests.frontend.conftest import signed_in

MESSAGE = "#接龙\n农技培训报名\n\n1. 刘桂英 江桥村\n2、张三  13912345678\n3 李四（2人）素食\n4. 王五 0728-5220000"


def address(session):
    return reverse("sign_up_list", args=[session.pk])


def sent(page):
    """What a browser would send of the page's form as it stands, buttons and files apart."""
    text = page.content.decode()
    text = text[text.index('enctype="multipart') :]
    given = {}
    for field in re.findall(r"<input [^>]*>", text):
        name, kind = re.search(r'name="(\w+)"', field), re.search(r'type="([\w-]+)"', field)
        value = re.search(r'value="([^"]*)"', field)
        if not name or (kind and kind[1] in {"file", "radio", "checkbox"} and "checked" not in field):
            continue
        given.setdefault(name[1], []).append(html.unescape(value[1]) if value else "")
    for name, inside in re.findall(r'<textarea [^>]*name="(\w+)"[^>]*>([^<]*)</textarea>', text):
        given.setdefault(name, []).append(html.unescape(inside).removeprefix("\n"))
    return given


def read(client, session, text=MESSAGE, **more):
    return client.post(address(session), {"kind": "village", "step": "read", "text": text} | more)


def confirm(client, session, page, **changed):
    contact = {"contact_name": "刘书记", "unit": "江桥村", "consent": "on", "step": "confirm"}
    return client.post(address(session), sent(page) | contact | changed)


def errors(page):
    return re.findall(r'class="error" id="said-(\d+)-(\w+)"', page.content.decode())


def lines(signup):
    return list(signup.attendees.standing().values_list("name", "size", "village"))


def test_a_pasted_message_is_looked_through_put_right_and_taken_as_a_whole(soon, client):
    page = read(client, soon.session)
    assert errors(page) == [("3", "phone")]
    given = sent(page)
    assert given["row_name"][:5] == ["刘桂英", "张三", "李四", "王五", ""]
    assert given["row_phone"][:4] == ["", "13912345678", "", "07285220000"]
    assert given["note"] == ["李四：素食"]
    assert not Signup.objects.exists()

    page = confirm(client, soon.session, page)
    assert errors(page) == [("3", "phone")]
    assert not Signup.objects.exists()
    given = sent(page)
    assert given["contact_name"] == ["刘书记"]

    given["row_phone"][3] = ""
    given["row_name"][4] = "何平"
    response = client.post(address(soon.session), given | {"consent": "on", "step": "confirm"})
    signup = Signup.objects.get()
    assert response.headers["Location"] == f"/mine/{signup.pk}/?fresh=1"
    assert lines(signup) == [
        ("刘桂英", 1, "江桥村"),
        ("张三", 1, "江桥村"),
        ("李四", 1, "江桥村"),
        ("", 1, "江桥村"),
        ("王五", 1, "江桥村"),
        ("何平", 1, "江桥村"),
    ]
    assert (signup.size, signup.kind, signup.unit, signup.note) == (6, "village", "江桥村", "李四：素食")
    assert signup.attendees.get(name="张三").phone == "13912345678"
    assert signup.tickets.exclude(attendee=None).count() == 5


def test_an_uploaded_table_is_read_and_names_and_village_suffice(soon, client):
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in (["姓名", "村组"], ["刘忠", "江桥村"], ["何平", "江桥村3组"]):
        book.active.append(row)
    book.save(out)
    page = client.post(
        address(soon.session),
        {"kind": "group", "step": "read", "file": SimpleUploadedFile("名单.xlsx", out.getvalue())},
    )
    assert confirm(client, soon.session, page, unit="合作社").status_code == 302
    assert lines(Signup.objects.get(kind="group")) == [("刘忠", 1, "江桥村"), ("何平", 1, "江桥村3组")]


def test_the_contact_is_asked_for_beside_its_field_and_the_list_stays(soon, client):
    page = read(client, soon.session, "1. 刘忠\n2. 何平")
    page = confirm(client, soon.session, page, contact_name="")
    assert 'href="#id_contact_name"' in page.content.decode()
    assert sent(page)["row_name"][:2] == ["刘忠", "何平"]
    assert not Signup.objects.exists()


def test_a_file_that_is_no_table_is_refused_beside_its_field_and_the_text_stays(soon, client):
    file = SimpleUploadedFile("photo.xlsx", b"\x89PNG\r\n\x1a\n\x00\x00")
    page = read(client, soon.session, "1. 刘忠", file=file)
    assert 'id="file-error"' in page.content.decode()
    assert sent(page)["text"] == ["1. 刘忠"]


def test_files_without_end_are_refused_with_the_time_to_wait(soon, client):
    for _time in range(rushes.LIST_FILES.most):
        rushes.count(rushes.LIST_FILES, "127.0.0.1", at=timezone.now())
    page = read(client, soon.session, "", file=SimpleUploadedFile("a.csv", "姓名\n刘忠".encode()))
    assert 'id="file-error"' in page.content.decode()
    office = signed_in(soon.owner.user)
    page = read(office, soon.session, "", file=SimpleUploadedFile("a.csv", "姓名\n刘忠".encode()))
    assert sent(page)["row_name"][0] == "刘忠"


def test_nothing_pasted_and_nothing_chosen_is_told(soon, client):
    assert 'id="text-error"' in read(client, soon.session, " ").content.decode()


def test_a_message_pasted_over_a_list_is_looked_through_before_it_counts(soon, client):
    page = read(client, soon.session, "1. 刘忠\n2. 何平")
    page = confirm(client, soon.session, page, text="1. 夏荷花\n2. 王五")
    assert page.status_code == 200
    assert sent(page)["row_name"][:2] == ["夏荷花", "王五"]
    assert not Signup.objects.exists()


def test_a_name_that_stands_twice_is_a_hint_that_does_not_hinder(soon, client):
    page = read(client, soon.session, "1. 刘桂英 江桥村\n2. 刘桂英 江桥村")
    assert 'class="hint"' in page.content.decode()
    assert confirm(client, soon.session, page).status_code == 302


def test_a_full_session_offers_the_waiting_list_and_keeps_the_list(soon, client):
    factories.place(soon.activity, [soon.session], factories.many(39), timezone.now())
    page = confirm(client, soon.session, read(client, soon.session, "1. 刘忠\n2. 何平"))
    assert page.status_code == 409
    assert sent(page)["when_full"] == ["wait"]
    assert confirm(client, soon.session, page).status_code == 302
    assert Signup.objects.get(kind="village").state == "waiting"


def test_a_list_sent_twice_is_one_signup(soon, client):
    page = read(client, soon.session, "1. 刘忠\n2. 何平")
    first, second = confirm(client, soon.session, page), confirm(client, soon.session, page)
    assert first.headers["Location"] == second.headers["Location"]
    assert Signup.objects.count() == 1


def test_signup_pages_of_groups_lead_to_the_list_and_those_of_one_person_do_not(soon, client):
    page = reverse("sign_up", args=[soon.session.pk])
    assert f"{address(soon.session)}?kind=village" in client.get(f"{page}?kind=village").content.decode()
    assert address(soon.session) not in client.get(page).content.decode()


def test_a_course_has_its_list_page_too(soon, client):
    course = factories.activity(soon.campaign, form="training", signup_by="course")
    lesson = factories.session(course, soon.session.starts_at, capacity=40)
    there = reverse("sign_up_course_list", args=[course.pk])
    assert client.get(address(lesson)).headers["Location"] == there
    page = client.post(there, {"kind": "village", "step": "read", "text": "1. 刘忠\n2. 何平"})
    contact = {"contact_name": "刘书记", "unit": "江桥村", "consent": "on", "step": "confirm"}
    assert client.post(there, sent(page) | contact).status_code == 302
    assert Signup.objects.get().covers_course
    assert client.get(reverse("sign_up_course_list", args=[soon.activity.pk])).status_code == 404


@pytest.fixture
def mine(soon, client):
    """A village's sign-up that this browser owns."""
    rows = (
        Line("刘忠", village="江桥村", phone="19900000002"),
        Line(size=1, village="江桥村"),
        Line("何平"),
        Line(size=3),
    )
    party = Party("village", rows, "刘书记", "19900000001", unit="江桥村")
    placed = factories.place(soon.activity, [soon.session], party, timezone.now())
    client.post("/mine/open/", {"key": placed.manage_key})
    return placed.signup


def test_ones_own_list_comes_back_as_it_was_given_and_is_saved_unchanged(mine, client):
    there = reverse("change_list", args=[mine.pk])
    given = sent(client.get(there))
    assert [given[f"row_{name}"][:2] for name in ("name", "phone", "people")] == [
        ["刘忠", "何平"], ["19900000002", ""], ["2", ""],
    ]  # fmt: skip
    assert given["others"] == ["3"]
    kept = set(mine.tickets.values_list("pk", flat=True))
    assert client.post(there, given | {"step": "confirm"}).status_code == 302
    assert [(name, size) for name, size, _v in lines(mine)] == [("刘忠", 1), ("", 1), ("何平", 1), ("", 3)]
    assert set(mine.tickets.filter(state="valid").values_list("pk", flat=True)) == kept


def test_ones_own_list_is_replaced_by_a_pasted_one(mine, client):
    there = reverse("change_list", args=[mine.pk])
    page = client.post(there, sent(client.get(there)) | {"text": "1. 刘忠\n2. 王五", "step": "read"})
    assert sent(page)["contact_name"] == ["刘书记"]
    assert client.post(there, sent(page) | {"step": "confirm"}).status_code == 302
    assert lines(mine) == [("刘忠", 1, "江桥村"), ("王五", 1, "江桥村")]


def test_after_signup_has_closed_the_list_says_whom_to_call_and_keeps_what_was_typed(mine, soon, client):
    there = reverse("change_list", args=[mine.pk])
    given = sent(client.get(there))
    Session.objects.filter(pk=soon.session.pk).update(signup_closes_at=timezone.now() - datetime.timedelta(seconds=1))
    assert client.get(there).status_code == 409
    given["row_name"][1] = "王五"
    page = client.post(there, given | {"step": "confirm"})
    assert page.status_code == 409
    assert sent(page)["row_name"][1] == "王五"
    assert ("何平", 1) in [(name, size) for name, size, _v in lines(mine)]


def test_the_short_form_forgets_no_phone_of_those_who_stay(mine, client):
    form = {
        "unit": "江桥村",
        "people": "3",
        "contact_name": "刘书记",
        "contact_phone": "",
        "names": "刘忠\n王五",
        "note": "",
    }
    assert client.post(reverse("change_signup", args=[mine.pk]), form).status_code == 302
    assert mine.attendees.standing().get(name="刘忠").phone == "19900000002"


SHORT = {"unit": "江桥村", "people": "6", "contact_name": "刘书记", "names": "刘忠\n何平", "note": ""}


def test_putting_the_contact_right_leaves_the_list_as_it_stands_even_after_closing(mine, soon, client):
    before = lines(mine)
    Session.objects.filter(pk=soon.session.pk).update(signup_closes_at=timezone.now() - datetime.timedelta(seconds=1))
    form = SHORT | {"contact_phone": "19900000009", "names": "刘忠\r\n何平"}
    assert client.post(reverse("change_signup", args=[mine.pk]), form).status_code == 302
    mine.refresh_from_db()
    assert mine.contact_phone == "19900000009"
    assert lines(mine) == before


def test_a_guardian_named_later_is_kept(soon, client):
    placed = factories.place(soon.activity, [soon.session], factories.one("刘忠"), timezone.now())
    client.post("/mine/open/", {"key": placed.manage_key})
    form = {"name": "刘忠", "contact_phone": "", "guardian_name": "刘桂英", "note": ""}
    assert client.post(reverse("change_signup", args=[placed.signup.pk]), form).status_code == 302
    placed.signup.refresh_from_db()
    assert placed.signup.guardian_name == "刘桂英"


def test_two_of_one_name_keep_each_their_own_phone(soon, client):
    rows = (Line("刘忠", phone="19900000002"), Line("刘忠", phone="19900000003"))
    placed = factories.place(
        soon.activity, [soon.session], Party("village", rows, "刘书记", unit="江桥村"), timezone.now()
    )
    client.post("/mine/open/", {"key": placed.manage_key})
    form = SHORT | {"people": "3", "contact_phone": "", "names": "刘忠\n刘忠\n王五"}
    assert client.post(reverse("change_signup", args=[placed.signup.pk]), form).status_code == 302
    held = placed.signup.attendees.standing().values_list("name", "phone")
    assert list(held) == [("刘忠", "19900000002"), ("刘忠", "19900000003"), ("王五", "")]


PAGES = ("change_list", "posted_list", "own_slips")


def test_paper_is_the_owners_and_nobody_elses(mine, client):
    for name in PAGES:
        there = reverse(name, args=[mine.pk])
        assert Client().get(there).status_code == 404
        assert client.get(there).status_code == 200
    for name in PAGES[1:]:
        response = client.get(reverse(name, args=[mine.pk]))
        assert response.content.startswith(b"%PDF")
        assert (response["Content-Type"], response["Cache-Control"]) == ("application/pdf", "no-store")


def test_slips_wait_until_the_seats_are_certain(mine, client):
    Signup.objects.filter(pk=mine.pk).update(state="waiting", queued_at=timezone.now())
    assert client.get(reverse("own_slips", args=[mine.pk])).status_code == 404
    assert client.get(reverse("posted_list", args=[mine.pk])).status_code == 200


@pytest.mark.parametrize("name, what", [("sign_in_sheet", "sign-in-sheet"), ("session_slips", "slips")])
def test_the_office_prints_whole_names_for_a_purpose_that_is_written_down(mine, soon, name, what):
    office = signed_in(soon.owner.user)
    there = reverse(name, args=[soon.session.pk])
    assert b"%PDF" not in office.get(there).content
    assert b"%PDF" not in office.post(there, {"purpose": ""}).content
    assert not DataAccess.objects.exists()
    assert office.post(there, {"purpose": "开课签到"}).content.startswith(b"%PDF")
    noted = DataAccess.objects.get()
    assert (noted.what, noted.purpose, noted.people, noted.user) == (what, "开课签到", mine.size, soon.owner.user)


def test_the_office_sees_a_villagers_own_phone_masked_in_the_export_and_whole_for_a_purpose(mine, soon):
    office = signed_in(soon.owner.user)
    export = b"".join(office.get(reverse("export_session", args=[soon.session.pk, "csv"]))).decode()
    assert "199****0002" in export
    assert "19900000002" not in export
    whole = office.post(reverse("whole", args=[soon.session.pk]), {"purpose": "改期通知"}).content.decode()
    assert "刘忠 19900000002" in whole


def test_a_reader_prints_nothing(soon):
    reader = signed_in(factories.user(soon.lead, Role.READER))
    for name in ("sign_in_sheet", "session_slips"):
        assert reader.post(reverse(name, args=[soon.session.pk]), {"purpose": "看看"}).status_code == 403


def test_a_list_of_five_hundred_travels_in_the_form(soon, client):
    text = "\n".join(f"{n}. 村民{n:03}号 江桥村" for n in range(1, 501))
    page = read(client, soon.session, text)
    assert errors(page) == []
    page = confirm(client, soon.session, page)
    assert page.status_code == 409
    assert len([name for name in sent(page)["row_name"] if name]) == 500
