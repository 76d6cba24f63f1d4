"""What participants see and do, as their browsers do it."""

import datetime
import io
import re

import pytest
import zxingcpp
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar
from PIL import Image

from events.operations import activities
from registrations.models import Attendance, Signup
from registrations.operations import session_changes, tickets
from registrations.operations.signups import ticket_of
from tests import factories


def fill(client, session, **values):
    page = client.get(reverse("sign_up", args=[session.pk])).content.decode()
    key = re.search(r'name="key" value="(\w+)"', page)[1]
    given = {"kind": "person", "name": "刘桂英", "contact_phone": "", "note": "", "consent": "on", "key": key}
    return client.post(reverse("sign_up", args=[session.pk]), given | values)


def test_the_public_list_shows_what_is_coming_and_hides_drafts(soon, client):
    draft = factories.activity(soon.campaign, state="draft", name="还没有定的讲座")
    factories.session(draft, soon.session.starts_at)
    page = client.get("/").content.decode()
    assert "食品安全讲座" in page
    assert "还没有定的讲座" not in page


@pytest.mark.parametrize("sessions", [1, 12])
def test_the_list_costs_the_same_queries_whatever_its_length(soon, client, sessions, django_assert_num_queries):
    for n in range(1, sessions):
        factories.session(soon.activity, soon.session.starts_at + datetime.timedelta(days=n), capacity=10)
    with django_assert_num_queries(6):
        client.get("/")


@pytest.mark.parametrize("query", ["q=食品", "form=lecture", "kind=science_month", "open=on", "q=东方 食品"])
def test_a_filter_keeps_what_fits(soon, client, query):
    assert "食品安全讲座" in client.get(f"/?{query}").content.decode()


@pytest.mark.parametrize("query", ["q=火箭", "form=contest", "region=429006104000", "day=2099-01-01"])
def test_a_filter_drops_the_rest_and_says_what_to_do(soon, client, query):
    factories.region()
    page = client.get(f"/?{query}").content.decode()
    assert "食品安全讲座" not in page
    assert "Nothing fits" in page or "没有" in page


def test_a_filter_that_cannot_be_read_is_told(soon, client):
    page = client.get("/?day=soon").content.decode()
    assert 'role="alert"' in page
    assert "食品安全讲座" in page


def test_signing_up_gives_a_ticket_that_this_browser_remembers(soon, client):
    response = fill(client, soon.session)
    signup = Signup.objects.get()
    assert response.headers["Location"] == f"/mine/{signup.pk}/?fresh=1"
    page = client.get(response.headers["Location"]).content.decode()
    assert "刘桂英" in page
    assert f"/mine/{signup.pk}/ticket.svg" in page
    assert "食品安全讲座" in client.get("/mine/").content.decode()
    picture = client.get(f"/mine/{signup.pk}/ticket.png")
    read = zxingcpp.read_barcode(Image.open(io.BytesIO(picture.content)).convert("L"))
    assert read.text == tickets.address(ticket_of(signup))


def test_another_browser_sees_nothing_of_it(soon, client):
    fill(client, soon.session)
    other, signup = Client(), Signup.objects.get()
    for name in ("signup", "ticket_svg", "ticket_png", "signup_calendar", "change_signup", "cancel_signup"):
        assert other.get(reverse(name, args=[signup.pk])).status_code == 404
        assert other.post(reverse(name, args=[signup.pk])).status_code == 404
    assert Signup.objects.get().state == "confirmed"


def test_a_cookie_that_was_tampered_with_opens_nothing(soon, client):
    fill(client, soon.session)
    client.cookies["kepu_mine"] = client.cookies["kepu_mine"].value[:-2] + "xx"
    assert client.get(f"/mine/{Signup.objects.get().pk}/").status_code == 404


def test_the_manage_link_opens_the_signup_on_another_phone(soon, client):
    placed = factories.place(soon.activity, [soon.session], factories.one(), timezone.now())
    assert client.post("/mine/open/", {"key": "wrong"}).status_code == 200
    response = client.post("/mine/open/", {"key": placed.manage_key})
    assert response.headers["Location"] == f"/mine/{placed.signup.pk}/"
    assert client.get(response.headers["Location"]).status_code == 200


def test_a_form_sent_twice_is_one_signup(soon, client):
    page = client.get(reverse("sign_up", args=[soon.session.pk])).content.decode()
    key = re.search(r'name="key" value="(\w+)"', page)[1]
    given = {"kind": "person", "name": "刘桂英", "contact_phone": "", "note": "", "consent": "on", "key": key}
    first = client.post(reverse("sign_up", args=[soon.session.pk]), given)
    second = client.post(reverse("sign_up", args=[soon.session.pk]), given)
    assert first.headers["Location"] == second.headers["Location"]
    assert Signup.objects.count() == 1


def test_what_was_typed_stays_and_errors_stand_beside_their_fields(soon, client):
    response = fill(client, soon.session, contact_phone="12345", note="坐轮椅")
    page = response.content.decode()
    assert 'value="坐轮椅"' in page
    assert 'value="12345"' in page
    assert 'href="#id_contact_phone"' in page
    assert not Signup.objects.exists()


def test_without_consent_nothing_is_kept(soon, client):
    fill(client, soon.session, consent="")
    assert not Signup.objects.exists()


def test_a_class_needs_no_names(soon, client):
    response = fill(
        client, soon.session, kind="class", unit="实验小学五（2）班", people="38", contact_name="程老师", names=""
    )
    assert response.status_code == 302
    line = Signup.objects.get().attendees.get()
    assert (line.name, line.size) == ("", 38)


def test_a_list_as_people_paste_it_becomes_lines_and_an_unnamed_rest(soon, client):
    fill(
        client,
        soon.session,
        kind="village",
        unit="江桥村",
        people="5",
        contact_name="村书记",
        names="刘忠、何平\n夏荷花",
        region="",
    )
    lines = list(Signup.objects.get().attendees.values_list("name", "size", "village"))
    assert lines == [("刘忠", 1, "江桥村"), ("何平", 1, "江桥村"), ("夏荷花", 1, "江桥村"), ("", 2, "江桥村")]


def test_a_numbered_message_pasted_as_names_gives_the_names_alone(soon, client):
    pasted = "#接龙\n农技培训报名\n\n1. 刘忠 江桥村\n2、何平 13912345678"
    fill(
        client,
        soon.session,
        kind="class",
        unit="五（2）班",
        people="3",
        contact_name="程老师",
        names=pasted,
        guardian_consent="paper",
    )
    assert list(Signup.objects.get().attendees.values_list("name", "size")) == [("刘忠", 1), ("何平", 1), ("", 1)]


def test_more_names_than_people_is_a_slip_that_is_told(soon, client):
    response = fill(
        client, soon.session, kind="group", unit="读书会", people="1", contact_name="王", names="甲\n乙\n丙"
    )
    assert response.status_code == 200
    assert not Signup.objects.exists()


def test_a_full_session_offers_the_waiting_list_and_keeps_what_was_typed(soon, client):
    factories.place(soon.activity, [soon.session], factories.many(40), timezone.now())
    response = fill(client, soon.session, note="坐轮椅")
    assert response.status_code == 409
    page = response.content.decode()
    assert 'name="when_full" value="wait"' in page
    assert 'value="坐轮椅"' in page
    response = fill(client, soon.session, when_full="wait")
    assert Signup.objects.get(contact_name="刘桂英").state == "waiting"
    assert client.get(response.headers["Location"]).status_code == 200


def test_changing_and_cancelling_ones_own(soon, client):
    fill(client, soon.session, kind="class", unit="五（2）班", people="38", contact_name="程老师", names="")
    signup = Signup.objects.get()
    form = {"unit": "五（2）班", "people": "30", "contact_name": "程老师", "contact_phone": "", "names": "", "note": ""}
    assert client.post(f"/mine/{signup.pk}/change/", form).status_code == 302
    signup.refresh_from_db()
    assert signup.size == 30
    assert client.get(f"/mine/{signup.pk}/cancel/").status_code == 200
    signup.refresh_from_db()
    assert signup.state == "confirmed"
    client.post(f"/mine/{signup.pk}/cancel/")
    signup.refresh_from_db()
    assert signup.state == "cancelled"
    assert "ticket.svg" not in client.get(f"/mine/{signup.pk}/").content.decode()


def test_a_called_off_session_says_why_and_takes_nobody(soon, client):
    session_changes.call_off(by=soon.owner, session=soon.session, reason="暴雨红色预警", at=timezone.now())
    page = client.get(f"/sessions/{soon.session.pk}/").content.decode()
    assert "暴雨红色预警" in page
    assert reverse("sign_up", args=[soon.session.pk]) not in page
    assert fill_refused(client, soon.session) == 409


def fill_refused(client, session):
    given = {"kind": "person", "name": "刘桂英", "contact_phone": "", "note": "", "consent": "on", "key": "k"}
    return client.post(reverse("sign_up", args=[session.pk]), given).status_code


def test_the_address_in_a_code_shows_others_a_masked_name_and_its_owner_the_ticket(soon, client):
    fill(client, soon.session)
    signup = Signup.objects.get()
    address = f"/T/{tickets.text(ticket_of(signup))}"
    assert client.get(address).headers["Location"] == f"/mine/{signup.pk}/"
    page = Client().get(address).content.decode()
    assert "刘**" in page
    assert "刘桂英" not in page
    assert Client().get(address.lower()).status_code == 200


def test_opening_the_address_in_a_code_writes_nothing_whoever_opens_it(soon, client):
    """Not even for staff or a phone that is a check-in point: a code is opened by link previews and virus scanners too."""
    fill(client, soon.session)
    address = f"/T/{tickets.text(ticket_of(Signup.objects.get()))}"
    _station, key = factories.station(soon.owner, soon.lead, soon.session)
    phone = Client(headers={"Authorization": f"Station {key}"})
    staff = Client()
    staff.force_login(soon.owner.user)
    asked = []

    def note(execute, sql, params, many, context):
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        for one in (client, staff, phone, Client()):
            assert one.get(address).status_code in {200, 302}
    assert asked
    assert not [sql for sql in asked if not sql.startswith("SELECT")]
    assert not Attendance.objects.exists()


def test_a_forged_address_is_not_found(soon, client):
    fill(client, soon.session)
    text = tickets.text(ticket_of(Signup.objects.get()))
    assert client.get(f"/T/{text[:-30]}{'A' * 30}").status_code == 404
    assert client.get("/T/ABC").status_code == 404


def test_a_calendar_file_follows_the_session(soon, client):
    first = Calendar.from_ical(client.get(f"/sessions/{soon.session.pk}/calendar.ics").content).walk("VEVENT")[0]
    session_changes.move(by=soon.owner, session=soon.session, at=timezone.now(), venue="实验小学礼堂")
    second = Calendar.from_ical(client.get(f"/sessions/{soon.session.pk}/calendar.ics").content).walk("VEVENT")[0]
    assert first["UID"] == second["UID"]
    assert second["SEQUENCE"] == first["SEQUENCE"] + 1
    assert second["LOCATION"] == "实验小学礼堂"


def test_what_is_taken_back_to_draft_is_not_found_any_more(soon, client):
    assert client.get(f"/sessions/{soon.session.pk}/").status_code == 200
    activities.move_to(by=soon.owner, activity=soon.activity, state="draft", at=timezone.now())
    for address in (f"/sessions/{soon.session.pk}/", f"/activities/{soon.activity.pk}/"):
        assert client.get(address).status_code == 404


def test_chinese_is_the_default_and_english_stands_beside_it(soon, client):
    assert 'lang="zh-Hans"' in client.get("/").content.decode()
    client.post("/language/", {"language": "en", "next": "/"})
    page = client.get("/").content.decode()
    assert 'lang="en"' in page
    assert "Coming sessions" in page


def test_a_policy_without_inline_scripts_goes_with_every_page(soon, client):
    for address in ("/", f"/sessions/{soon.session.pk}/", "/nothing/", "/scan/"):
        response = client.get(address)
        policy = response.headers["Content-Security-Policy"]
        assert "script-src 'self' 'wasm-unsafe-eval'" in policy
        assert "unsafe-inline" not in policy
        page = response.content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)", page)
        assert not re.search(r"\s(style|on\w+)=\"", page)


def test_an_address_that_does_not_exist_is_a_page_in_words(client, db):
    response = client.get("/nothing/")
    assert response.status_code == 404
    assert "没有找到" in response.content.decode()


def test_a_post_without_a_token_says_what_to_do(soon):
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(reverse("sign_up", args=[soon.session.pk]), {})
    assert response.status_code == 403
    assert "form_expired" in response.content.decode()


def test_a_body_that_is_too_large_is_refused_before_it_is_read(soon, client):
    response = client.post(reverse("sign_up", args=[soon.session.pk]), {"note": "x" * 10_000_000})
    assert response.status_code == 413


@pytest.mark.parametrize("page", ["0", "-1", "999", "zwei"])
def test_a_page_that_does_not_exist_shows_one_that_does(soon, client, page):
    cache.clear()
    assert client.get(f"/?page={page}").status_code == 200
