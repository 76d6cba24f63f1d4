"""Pages of figures: own indicators, targets, returns, telling numbers, spot check."""

from __future__ import annotations

import datetime

import pytest

from events.models import Role
from registrations.models import DataAccess, OwnIndicator, Quote, Restatement, Return, Target
from registrations.operations import accounts, returns
from tests import factories
from tests.frontend.conftest import signed_in
from tests.registrations.reports.counting import come, station

DAY = datetime.timedelta(days=1)


@pytest.fixture
def reader(world):
    return signed_in(factories.user(world.lead, Role.READER))


def body(response):
    assert response.status_code == 200
    return response.content.decode()


def indicator(**values):
    return {
        "organization": "tianmen", "section": "campaigns", "label": "线下讲座", "measure": "lectures",
        "definition": "到现场听讲座的场次", "mode": ["onsite"], "of_form": ["lecture"],
    } | values  # fmt: skip


def test_an_indicator_shows_at_once_what_it_yields_with_its_records(world, owner):
    seen = body(owner.post("/console/indicators/look/", {"organization": "tianmen", "measure": "lectures"}))
    assert "1场" in seen
    assert f"/console/sessions/{world.session.pk}/" in seen
    assert not OwnIndicator.objects.exists()


def test_a_preview_that_cannot_be_says_why(world, owner):
    given = {"organization": "tianmen", "measure": "terminals", "of_form": ["lecture"]}
    assert 'class="error"' in body(owner.post("/console/indicators/look/", given))


def test_an_own_indicator_is_added_stands_in_the_year_end_and_is_taken_off_again(world, owner):
    assert owner.post("/console/indicators/new/", indicator()).status_code == 302
    made = OwnIndicator.objects.get()
    assert made.rule == {"sum": "lectures", "where": {"form": ["lecture"], "mode": ["onsite"]}}
    assert "线下讲座" in body(owner.get("/console/year-end/?year=2026"))
    assert "到现场听讲座的场次" in body(owner.get(f"/console/year-end/{made.code}/?year=2026"))
    changed = indicator(label="现场讲座", at_least="1000")
    assert owner.post(f"/console/indicators/{made.pk}/change/", changed).status_code == 302
    made.refresh_from_db()
    assert (made.label, made.version, made.rule["at_least"]) == ("现场讲座", 2, 1000)
    owner.post(f"/console/indicators/{made.pk}/retire/")
    assert "现场讲座" not in body(owner.get("/console/year-end/?year=2026"))
    assert "现场讲座" in body(owner.get("/console/indicators/"))


def test_looking_saves_nothing_and_keeps_what_was_typed(world, owner):
    seen = body(owner.post("/console/indicators/new/", indicator(look="1")))
    assert "线下讲座" in seen
    assert "1场" in seen
    assert not OwnIndicator.objects.exists()


def test_a_reader_sees_indicators_and_changes_none(world, owner, reader):
    owner.post("/console/indicators/new/", indicator())
    assert "线下讲座" in body(reader.get("/console/indicators/"))
    assert reader.get("/console/indicators/new/").status_code == 403


def heads(world, year, people):
    session = factories.session(factories.activity(world.campaign), world.session.starts_at.replace(year=year, month=5))
    factories.heads(session, people)


def test_a_large_change_asks_for_a_reason_until_it_has_one(world, owner):
    heads(world, 2025, 100)
    heads(world, 2026, 150)
    page = body(owner.get("/console/year-end/?year=2026&as_of=2026-12-31"))
    assert "+50.0%" in page
    assert 'id="why-attendance"' in page
    given = {"organization": "tianmen", "year": "2026", "scope": "own", "text": "新增乡镇活动"}
    answer = owner.post("/console/year-end/attendance/reason/", given)
    assert answer.headers["Location"].endswith("#row-attendance")
    assert "新增乡镇活动" in body(owner.get("/console/year-end/?year=2026&as_of=2026-12-31"))


def test_the_year_end_names_what_is_missing_and_draws_without_style_attributes(world, owner, now):
    past = factories.session(world.activity, now - 300 * DAY)
    page = body(owner.get("/console/year-end/?year=2026&as_of=2026-12-31"))
    assert f'href="/console/sessions/{past.pk}/"' in page
    factories.heads(past, 44)
    page = body(owner.get("/console/year-end/?year=2026&as_of=2026-12-31"))
    assert "<rect" in page
    assert "44人次" in page
    assert " style=" not in page


def test_any_span_and_list_can_be_chosen(world, owner):
    page = body(owner.get("/console/year-end/?from=2026-11-01&to=2026-11-30&catalogue=monthly"))
    assert "本月活动" in page
    figure = body(owner.get("/console/year-end/sessions/?from=2026-11-01&to=2026-11-30&catalogue=monthly"))
    assert f"/console/sessions/{world.session.pk}/" in figure


def test_a_figure_opens_its_scans_and_papers(world, owner):
    come(station(world), world.session, factories.signup(world.session, factories.one("刘桂英")))
    for kind in ("photo", "sheet"):
        accounts.add_evidence(
            by="test", organization=world.lead, activity=world.activity, kind=kind, title=kind, at=world.session.ends_at
        )
    page = body(owner.get("/console/year-end/attendance/?year=2026&as_of=2026-12-31"))
    assert f"/console/sessions/{world.session.pk}/scans/" in page
    assert f"/console/activities/{world.activity.pk}/#evidence" in page
    scans = body(owner.get(f"/console/sessions/{world.session.pk}/scans/"))
    assert "刘**" in scans
    assert "刘桂英" not in scans


@pytest.mark.parametrize("more", [1, 4])
def test_the_year_end_costs_the_same_queries_however_much_was_held(world, owner, django_assert_num_queries, more):
    for number in range(more):
        heads(world, 2025, 10 + number)
        heads(world, 2026, 20 + number)
        owner.post("/console/targets/new/?organization=tianmen&year=2026", {"label": f"目标{number}", "kind": "open"})
    with django_assert_num_queries(30):
        owner.get("/console/year-end/?year=2026&as_of=2026-12-31")


@pytest.mark.parametrize("more", [1, 4])
def test_the_lists_cost_the_same_queries_however_long(world, owner, now, django_assert_num_queries, more):
    for number in range(more):
        factories.return_of(world.owner, world.lead, now, recipient=f"收件{number}")
        factories.quote(world.owner, world.lead, now)
        owner.post("/console/indicators/new/", indicator(label=f"指标{number}"))
    for address, queries in (("/console/returns/", 6), ("/console/quotes/", 6), ("/console/indicators/", 4)):
        with django_assert_num_queries(queries):
            owner.get(address)


def target(**values):
    return {"label": "科普活动", "kind": "number", "promised": "200", "unit": "场", "indicator": "sessions"} | values


def test_a_target_is_promised_adjusted_and_measured(world, owner):
    page = "/console/targets/new/?organization=tianmen&year=2026"
    assert owner.post(page, target()).status_code == 302
    made = Target.objects.get()
    owner.post(f"/console/targets/{made.pk}/change/", target(adjusted="2"))
    shown = body(owner.get("/console/targets/?organization=tianmen&year=2026&as_of=2026-12-31"))
    for words in ("200", "50.0%", "1场"):
        assert words in shown
    assert "50.0%" in body(owner.get("/console/year-end/?year=2026&as_of=2026-12-31"))
    owner.post(f"/console/targets/{made.pk}/remove/")
    assert not Target.objects.exists()


def test_what_a_target_lacks_is_said_beside_its_field(world, owner):
    page = "/console/targets/new/?organization=tianmen&year=2026"
    assert "id_promised_error" in body(owner.post(page, target(promised="")))
    assert "id_due_on_error" in body(owner.post(page, {"label": "科技馆开放", "kind": "milestone"}))


def make_return(owner, **values):
    given = {
        "organization": "tianmen", "catalogue": "national_survey", "scope": "own", "start": "2025-01-01",
        "end": "2025-12-31", "as_of": "2025-12-31", "recipient": "省科协",
    } | values  # fmt: skip
    assert owner.post("/console/returns/new/", given).status_code == 302
    return Return.objects.latest("pk")


def test_a_return_is_closed_restated_and_opened_again_on_its_page(world, owner):
    heads(world, 2025, 100)
    made = make_return(owner)
    page = f"/console/returns/{made.pk}/"
    assert "100人次" in body(owner.get(page))
    owner.post(f"{page}close/")
    made.refresh_from_db()
    assert made.state == "closed"
    assert made.sha256 in body(owner.get(page))
    heads(world, 2025, 7)
    shown = body(owner.get(page))
    assert "100人次" in shown
    assert "107人次" in shown
    owner.post(f"{page}restate/lectures_people/", {"reason": ""})
    assert not Restatement.objects.filter(accepted_at__isnull=False).exists()
    owner.post(f"{page}restate/lectures_people/", {"reason": "汪场镇补报"})
    assert "汪场镇补报" in body(owner.get(page))
    owner.post(f"{page}reopen/", {"reason": "省科协退回"})
    shown = body(owner.get(page))
    assert "省科协退回" in shown
    assert "107人次" in shown


def test_the_issued_files_are_taken_out_as_they_were_sealed(world, owner):
    heads(world, 2025, 100)
    closed = returns.close(by=world.owner, of=make_return(owner), at=world.session.starts_at)
    heads(world, 2025, 900)
    for file in closed.files.all():
        answer = owner.get(f"/console/return-files/{file.pk}/")
        assert returns.saying.sha256(b"".join(answer.streaming_content)) == file.sha256


def test_an_organizer_makes_returns_and_only_an_owner_closes_them(world, owner):
    organizer = signed_in(factories.user(world.lead, Role.ORGANIZER))
    made = make_return(organizer)
    assert organizer.post(f"/console/returns/{made.pk}/close/").status_code == 403
    assert f"/console/returns/{made.pk}/close/" not in body(organizer.get(f"/console/returns/{made.pk}/"))
    assert f"/console/returns/{made.pk}/close/" in body(owner.get(f"/console/returns/{made.pk}/"))


def test_numbers_are_told_and_put_right_on_their_page(world, owner):
    factories.heads(world.session, 30)
    query = "organization=tianmen&year=2026&as_of=2026-12-31&codes=attendance"
    assert "30人次" in body(owner.get(f"/console/quotes/new/?{query}"))
    assert not Quote.objects.exists()
    given = {"organization": "tianmen", "year": "2026", "as_of": "2026-12-31", "codes": ["attendance"]}
    owner.post("/console/quotes/new/", given)
    made = Quote.objects.get()
    page = f"/console/quotes/{made.reference}/"
    owner.post(f"{page}told/", {"name": "市政府办", "how": "wechat", "told_at": "2026-11-25T17:00"})
    assert "市政府办" in body(owner.get(page))
    heads(world, 2026, 5)
    shown = body(owner.get(page))
    assert "由30人次更正为35人次" in shown
    holder = made.holders.get()
    owner.post(f"/console/quote-holders/{holder.pk}/corrected/")
    assert "更正为" not in body(owner.get(page))
    assert made.reference in body(owner.get("/console/quotes/?q=市政府"))


def test_a_holder_without_a_name_is_asked_for_and_nothing_typed_is_lost(world, owner, now):
    quote = factories.quote(world.owner, world.lead, now)
    answer = owner.post(f"/console/quotes/{quote.reference}/told/", {"how": "phone", "told_at": "2026-11-25T17:00"})
    assert "id_name_error" in body(answer)
    assert "2026-11-25T17:00" in body(answer)


def test_a_spot_check_shows_people_masked_and_whole_only_for_a_purpose_that_is_logged(soon):
    past = factories.session(soon.activity, soon.session.starts_at - 5 * DAY)
    signup = factories.signup(past, factories.one("刘桂英", "13912345678"), past.starts_at - DAY)
    come(factories.station(soon.owner, soon.lead, at=past.starts_at - DAY)[0], past, signup)
    owner = signed_in(soon.owner.user)
    span = f"from={(past.starts_at - DAY):%Y-%m-%d}&to={(past.starts_at + DAY):%Y-%m-%d}&many=3&seed=abc"
    page = body(owner.get(f"/console/spot-check/?{span}"))
    assert "刘**" in page
    assert "139****5678" in page
    assert "刘桂英" not in page
    assert owner.get(f"/console/spot-check/pack.pdf?{span}").content.startswith(b"%PDF")
    assert owner.post(f"/console/spot-check/pack-whole.pdf?{span}", {"purpose": " "}).status_code == 302
    assert not DataAccess.objects.exists()
    answer = owner.post(f"/console/spot-check/pack-whole.pdf?{span}", {"purpose": "电话回访"})
    assert answer.content.startswith(b"%PDF")
    assert answer.headers["Cache-Control"] == "no-store"
    logged = DataAccess.objects.get()
    assert (logged.what, logged.purpose, logged.people) == ("spot_check", "电话回访", 1)
