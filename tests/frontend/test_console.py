"""The office's day: entering what was held, planning, ticking lists, exporting, the year end."""

import csv
import datetime
import io
import re

import openpyxl
import pytest
from django.utils import timezone

from events.models import Activity, Campaign, History, Membership, Role, Session
from events.operations import people
from registrations.models import Attendance, DataAccess, Evidence, Headcount, Signup, Station
from registrations.operations import accounts
from registrations.operations.signups import Line, Party
from tests import factories
from tests.frontend.conftest import signed_in
from tests.registrations.operations.test_accounts import photo

HELD = {
    "name": "东方社区食品安全讲座",
    "form": "lecture",
    "place": "东方社区",
    "precision": "day",
    "counted": "counted",
}


def held(world, **values):
    day = timezone.localdate() - datetime.timedelta(days=3)
    return HELD | {"day": day.isoformat(), "organization": world.lead.code} | values


def test_nobody_is_let_in_without_signing_in_and_comes_back_afterwards(world, client):
    response = client.get("/console/year-end/?year=2018")
    assert response.headers["Location"] == "/accounts/login/?next=%2Fconsole%2Fyear-end%2F%3Fyear%3D2018"


def test_signing_in_with_user_name_and_password(world, client):
    given = {"login": world.owner.user.username, "password": factories.PASSWORD, "next": "/console/people/"}
    assert client.post("/accounts/login/", given).headers["Location"] == "/console/people/"
    assert client.get("/console/").status_code == 200


def test_a_wrong_password_is_told_and_many_are_slowed_down(world, client):
    given = {"login": world.owner.user.username, "password": "wrong"}
    answers = [client.post("/accounts/login/", given) for _ in range(12)]
    assert 'role="alert"' in answers[0].content.decode()
    assert client.get("/console/").status_code == 302
    late = client.post("/accounts/login/", given | {"password": factories.PASSWORD})
    assert late.status_code == 200  # even the right one has to wait now


def test_a_second_factor_is_asked_for_once_it_is_switched_on(world, client):
    from allauth.mfa.adapter import get_adapter
    from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time

    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(world.owner.user, secret)
    given = {"login": world.owner.user.username, "password": factories.PASSWORD}
    assert client.post("/accounts/login/", given).headers["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/console/").status_code == 302
    assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    response = client.post("/accounts/2fa/authenticate/", {"code": code})
    assert response.headers["Location"] == "/console/"
    assert client.get("/console/").status_code == 200
    assert get_adapter().is_mfa_enabled(world.owner.user)


def test_what_was_held_is_entered_on_one_page(world, owner):
    response = owner.post(
        "/console/enter/",
        held(world, people="500多", output_leaflets="1000余", photos=[photo("一.jpg"), photo("二.jpg")]),
    )
    made = Activity.objects.get(name=HELD["name"])
    assert response.headers["Location"] == f"/console/activities/{made.pk}/"
    head = Headcount.objects.get()
    assert (head.people, head.bound) == (500, "at_least")
    assert Evidence.objects.filter(activity=made).count() == 2
    page = owner.get(response.headers["Location"]).content.decode()
    assert "1000" in page
    picture = owner.get(f"/console/evidence/{Evidence.objects.first().pk}/")
    assert picture.headers["Content-Type"] == "image/jpeg"


def test_save_and_enter_the_next_comes_back_to_an_empty_page(world, owner):
    assert owner.post("/console/enter/", held(world, again="1")).headers["Location"] == "/console/enter/"


@pytest.mark.parametrize(
    "values, field",
    [
        ({"people": "很多"}, "id_people"),
        ({"people": "99999999999"}, "id_people"),
        ({"day": "昨天"}, "id_day"),
        ({"day": "2026-02-30"}, "id_day"),
        ({"name": ""}, "id_name"),
        ({"form": "party"}, "id_form"),
        ({"day": "2999-01-01"}, "id_day"),
    ],
)
def test_a_slip_is_told_beside_its_field_and_nothing_is_written(world, owner, values, field):
    before = Activity.objects.count()
    response = owner.post("/console/enter/", held(world, **values))
    assert response.status_code == 400
    page = response.content.decode()
    assert f'href="#{field}"' in page
    assert "东方社区" in page
    assert Activity.objects.count() == before


def test_a_page_that_is_no_photo_is_refused_with_everything_else(world, owner):
    from django.core.files.uploadedfile import SimpleUploadedFile

    bad = SimpleUploadedFile("现场.jpg", b"<html>", content_type="image/jpeg")
    assert owner.post("/console/enter/", held(world, photos=[bad])).status_code == 400
    assert not Activity.objects.filter(name=HELD["name"]).exists()


def test_one_lecture_is_planned_on_one_page_and_is_public_at_once(world, owner, client):
    day = timezone.localdate() + datetime.timedelta(days=9)
    given = {
        "name": "冬季健康讲座",
        "form": "lecture",
        "place": "文化中心",
        "day": day.isoformat(),
        "starts": "09:00",
        "ends": "11:00",
        "organization": world.lead.code,
        "signup": "on",
        "capacity": "80",
        "publish": "on",
    }
    response = owner.post("/console/plan/", given)
    session = Session.objects.get(activity__name="冬季健康讲座")
    assert response.headers["Location"] == f"/console/sessions/{session.pk}/"
    assert client.get(f"/sessions/{session.pk}/sign-up/").status_code == 200
    assert owner.post("/console/plan/", given | {"ends": "08:00"}).status_code == 400


def test_a_campaign_is_planned_filled_published_and_ended(world, owner):
    given = {"name": "科技活动周", "kind": "st_week", "organization": world.lead.code}
    given |= {"starts_on": "2026-05-16", "ends_on": "2026-05-23"}
    campaign = owner.post("/console/campaigns/new/", given).headers["Location"]
    pk = Campaign.objects.get(name="科技活动周").pk
    activity = {"name": "开放日", "form": "open_institute", "signup_by": "session", "mode": "onsite"}
    owner.post(f"{campaign}activities/new/", activity | {"date_precision": "day"})
    made = Activity.objects.get(name="开放日")
    session = {"day": "2026-05-17", "starts": "09:00", "ends": "16:00", "venue": "市科技馆", "capacity": "200"}
    owner.post(f"/console/activities/{made.pk}/sessions/new/", session)
    for address in (f"{campaign}state/", f"/console/activities/{made.pk}/state/"):
        owner.post(address, {"state": "published"})
    assert Session.objects.public().filter(activity=made).exists()
    owner.post(f"{campaign}state/", {"state": "draft"})
    assert Campaign.objects.get(pk=pk).state == "draft"
    page = owner.post(f"{campaign}state/", {"state": "archived"}, follow=True).content.decode()
    assert Campaign.objects.get(pk=pk).state == "draft"
    assert "notice error" in page


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
    accounts.count_heads(
        by=world.owner,
        session=second,
        people=57,
        basis="everyone",
        method="counted",
        counted_by="张",
        counted_at=now,
        at=now,
    )
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


def test_a_document_is_quoted_with_its_words_and_enters_the_year(world, owner):
    given = {"measure": "leaflets", "number": "1000余", "phrase": "发放科普宣传资料1000余份", "effect": "replaces"}
    owner.post(f"/console/activities/{world.activity.pk}/statements/", given)
    page = owner.get(f"/console/year-end/?year={world.session.local_year}").content.decode()
    assert "1000多份" in page
    figure = owner.get(f"/console/year-end/leaflets/?year={world.session.local_year}").content.decode()
    assert "发放科普宣传资料1000余份" in figure
    assert f"/console/activities/{world.activity.pk}/" in figure


def test_every_figure_opens_its_records(world, owner, now):
    line = factories.signup(world.session, factories.many(40)).attendees.get()
    owner.post(f"/console/sessions/{world.session.pk}/present/{line.pk}/", {"present": "38"})
    page = owner.get(f"/console/year-end/?year=2026&as_of={now.date()}").content.decode()
    opened = re.findall(r'class="figure" href="([^"]+)"', page)
    assert opened
    for address in opened:
        assert owner.get(address.replace("&amp;", "&")).status_code == 200
    records = owner.get("/console/year-end/attendance_lecture/?year=2026&as_of=2026-12-31").content.decode()
    assert f"/console/sessions/{world.session.pk}/" in records


@pytest.mark.parametrize("query", ["year=1200", "year=2026&organization=nothing"])
def test_a_year_end_that_cannot_be_meant_is_not_found(world, owner, query):
    assert owner.get(f"/console/year-end/?{query}").status_code == 404


def test_beyond_ones_reach_a_figure_opens_no_page(world, now):
    """The city sees a township's number with its activity; the township sees nothing of the city's."""
    township = factories.organization("wangchang", parent=world.lead)
    reader = signed_in(factories.user(township, Role.READER))
    assert reader.get(f"/console/year-end/?organization={world.lead.code}").status_code == 404
    assert reader.get(f"/console/sessions/{world.session.pk}/").status_code == 404


@pytest.mark.parametrize("form", ["xlsx", "md", "json"])
def test_the_year_end_is_taken_out_as_a_file(world, owner, form):
    response = owner.get(f"/console/year-end/download.{form}?year=2026")
    assert response.status_code == 200
    assert f"2026-own.{form}" in response.headers["Content-Disposition"]


def test_a_check_in_point_is_made_paired_and_ended(world, owner, client):
    address = f"/console/stations/new/?session={world.session.pk}"
    ends = timezone.localtime() + datetime.timedelta(days=3)
    given = {"name": "东门", "organization": world.lead.code, "session": world.session.pk}
    page = owner.post(address, given | {"expires_at": f"{ends:%Y-%m-%dT%H:%M}"}).content.decode()
    station = Station.objects.get()
    code = "".join(re.search(r'class="pairing-code"[^>]*>(\d{3}) (\d{3})<', page).groups())
    assert "data:image/svg+xml" in page
    assert "hx-get" in owner.get(f"/console/stations/{station.pk}/paired/").content.decode()
    answer = client.post("/api/v1/station/pair", {"code": code}, content_type="application/json").json()
    paired = owner.get(f"/console/stations/{station.pk}/paired/").content.decode()
    assert answer["station"]["compare_number"] in paired
    owner.post(f"/console/stations/{station.pk}/revoke/")
    station.refresh_from_db()
    assert station.revoked_at is not None


def test_people_are_invited_by_a_link_that_is_shown_once(world, owner, client):
    given = {"name": "周组织", "organization": world.lead.code, "role": "organizer"}
    page = owner.post("/console/people/invite/", given).content.decode()
    key = re.search(r"/join/#k=([\w-]+)", page)[1]
    assert key not in owner.get("/console/people/").content.decode()
    form = {"key": key, "username": "zhou", "name": "周组织", "password": "a very good one"}
    assert client.post("/join/", form | {"password": "short"}).status_code == 200
    assert client.post("/join/", form).headers["Location"] == "/console/"
    assert client.get("/console/").status_code == 200
    assert Membership.objects.get(user__username="zhou").role == "organizer"
    assert client.post("/join/", form | {"username": "other"}).status_code == 200


def test_a_forgotten_password_is_set_by_another_owners_code(world, owner, client):
    user = factories.user(world.lead, Role.ORGANIZER, username="zhou")
    page = owner.post(f"/console/people/{user.pk}/reset-code/").content.decode()
    code = "".join(re.search(r'class="pairing-code">(\d{4}) (\d{4})<', page).groups())
    form = {"username": "zhou", "code": code, "password": "a very good one"}
    assert client.post("/reset/", form).headers["Location"] == "/accounts/login/"
    given = {"login": "zhou", "password": "a very good one"}
    assert client.post("/accounts/login/", given).headers["Location"] == "/console/"


def test_the_last_owner_is_told_why_they_cannot_go(world, owner):
    held_role = world.owner.user.memberships.get()
    page = owner.post(f"/console/people/roles/{held_role.pk}/", {"role": "none"}, follow=True).content.decode()
    assert "notice error" in page
    assert Membership.objects.filter(pk=held_role.pk).exists()


def test_work_is_handed_over_in_one_act(world, owner):
    successor = factories.user(world.lead, Role.READER)
    given = {
        "organization": world.lead.code,
        "giver": world.owner.user.pk,
        "successor": successor.pk,
        "sure": "on",
    }
    assert owner.post("/console/people/hand-over/", given | {"sure": ""}).status_code == 200
    owner.post("/console/people/hand-over/", given)
    assert successor.memberships.get().role == Role.OWNER
    assert owner.get("/console/").status_code == 403
    assert signed_in(successor).get("/console/history/").status_code == 200


def test_a_key_for_programs_is_shown_once_and_works(world, owner, client):
    given = {"name": "报表", "organization": world.lead.code, "role": "reader"}
    given["last_day"] = (timezone.localdate() + datetime.timedelta(days=30)).isoformat()
    page = owner.post("/console/tokens/", given).content.decode()
    key = re.search(r"kepu_[\w-]{43}", page)[0]
    assert key not in owner.get("/console/tokens/").content.decode()
    me = client.get("/api/v1/me", headers={"Authorization": f"Bearer {key}"}).json()
    assert me["token"] == "报表"


def test_history_reads_as_sentences(world, owner, now):
    people.invite(by=world.owner, organization=world.lead, role=Role.READER, name="李", at=now)
    page = owner.get("/console/history/").content.decode()
    assert f"邀请：邀请 {History.objects.get(verb='invite').object_id}" in page
    assert "events." not in page


def test_a_volunteer_sees_the_plan_and_nobodys_name(world):
    factories.signup(world.session, factories.one())
    volunteer = signed_in(factories.user(world.lead, Role.VOLUNTEER))
    page = volunteer.get(f"/console/sessions/{world.session.pk}/").content.decode()
    assert "食品安全讲座" in page
    assert "刘" not in page


@pytest.mark.parametrize(
    "address, queries",
    [
        ("/console/", 18),
        ("/console/sessions/", 13),
        ("/console/campaigns/", 5),
        ("/console/people/", 7),
        ("/console/organizations/", 5),
        ("/console/stations/", 5),
        ("/console/history/", 5),
        ("/console/tokens/", 6),
    ],
)
@pytest.mark.parametrize("rows", [1, 6])
def test_list_pages_cost_the_same_queries_whatever_their_length(
    world, owner, now, address, queries, rows, django_assert_num_queries
):
    for n in range(rows):
        campaign = factories.campaign(world.lead, name=f"活动{n}")
        lecture = factories.activity(campaign)
        session = factories.session(lecture, timezone.now() + datetime.timedelta(days=n + 1))
        factories.signup(session, factories.one(f"学员{n}"), timezone.now())
        factories.station(world.owner, world.lead, session)
        factories.user(world.lead, Role.READER)
        factories.organization(parent=world.lead)
    with django_assert_num_queries(queries):
        owner.get(address)


@pytest.mark.parametrize("size", [1, 12])
def test_a_session_page_costs_the_same_queries_whatever_its_roster(world, owner, size, django_assert_num_queries):
    for n in range(size):
        factories.signup(world.session, factories.one(f"学员{n}"))
    with django_assert_num_queries(19):
        owner.get(f"/console/sessions/{world.session.pk}/")
