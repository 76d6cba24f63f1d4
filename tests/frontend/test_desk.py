"""The desk of check-ins and moving a span, on the office's pages."""

import datetime
import re

import pytest
from django.utils import timezone

from events.models import Role
from registrations.models import Attendance, Scan, ScanDecision, ScanOutcome, StationMove
from registrations.operations import stations
from tests import factories
from tests.frontend.conftest import signed_in
from tests.registrations.operations.handing_in import MINUTE, code_of, send

DECIDE = "/console/desk/decide/"


@pytest.fixture
def other(world, now):
    return factories.session(world.activity, now + datetime.timedelta(days=1))


@pytest.fixture
def station(world, now):
    return factories.station(world.owner, world.lead, world.session, at=now)[0]


def of_the_other(world, station, other, now, many=1):
    """Tickets of the other session, scanned at this one."""
    codes = [code_of(factories.signup(other, factories.one(f"刘学员{n}", unit="江桥村"))) for n in range(many)]
    sent = [factories.scan(world.session, code, now + n * MINUTE, sequence=n) for n, code in enumerate(codes)]
    send(station, now + 60 * MINUTE, *sent, sent_at=now + 60 * MINUTE)


def values(page):
    return re.findall(r'name="one" value="([\w.]+)"', page.content.decode())


def test_an_empty_desk_says_so(world, owner):
    for address in ("/console/desk/", f"/console/sessions/{world.session.pk}/desk/", "/console/desk/?why=decided"):
        page = owner.get(address).content.decode()
        assert 'class="empty"' in page
        assert 'name="one"' not in page


def test_each_row_says_whose_and_why_masked_and_is_decided_with_one_click(world, owner, station, other, now):
    of_the_other(world, station, other, now)
    address = f"/console/sessions/{world.session.pk}/desk/"
    page = owner.get(address)
    text = page.content.decode()
    assert "刘***" in text
    assert "刘学员" not in text
    assert "江桥村" in text
    scan = Scan.objects.get()
    first = values(page)[0]
    assert first == f"{scan.pk}.count_there.{other.pk}"
    assert owner.post(DECIDE, {"one": first, "back": address})["Location"] == address
    decision = ScanDecision.objects.get()
    assert (decision.kind, decision.session, decision.by) == ("count", other, world.owner.user)
    assert decision.reason
    assert Attendance.objects.get().session == other
    assert values(owner.get(address)) == []


def test_a_reason_that_was_written_is_kept_and_the_filled_in_one_goes_with_the_proposal_only(
    world, owner, station, other, now
):
    of_the_other(world, station, other, now, many=2)
    page = owner.get("/console/desk/")
    filled = re.findall(r'name="reason-(\d+)" maxlength="200" value="([^"]+)"', page.content.decode())
    (one, proposed), (two, _same) = filled
    owner.post(DECIDE, {"one": f"{one}.refuse.0", f"reason-{one}": proposed})
    owner.post(DECIDE, {"one": f"{two}.refuse.0", f"reason-{two}": "班主任来电：没有来"})
    kept = dict(ScanDecision.objects.values_list("scan", "reason"))
    assert kept[int(one)] != proposed
    assert kept[int(two)] == "班主任来电：没有来"


def test_ticked_ones_are_decided_together_as_proposed_or_none_of_them_counts(world, owner, station, other, now):
    of_the_other(world, station, other, now, many=4)
    scans = list(Scan.objects.order_by("pk").values_list("pk", flat=True))
    owner.post(DECIDE, {"scan": scans[:2], "how": "proposed", "reason": "已核对"})
    owner.post(DECIDE, {"scan": scans[2:3], "how": "refuse", "reason": "已核对"})
    assert Attendance.objects.filter(session=other).count() == 2
    assert list(ScanOutcome.objects.order_by("pk").values_list("why", flat=True)) == ["", "", "", "wrong_session"]
    owner.post(DECIDE, {"all": "wrong_session", "reason": "已核对"})
    assert not ScanOutcome.objects.exclude(why="").exists()


@pytest.mark.parametrize(
    "given", [{}, {"scan": "x"}, {"one": "x"}, {"one": "7.count.1"}, {"reopen": "7"}, {"scan": "9" * 30}, {"all": "x"}]
)
def test_what_names_no_scan_of_ours_changes_nothing(world, owner, given):
    assert owner.post(DECIDE, given).status_code in {302, 404}
    assert not ScanDecision.objects.exists()


def test_what_was_not_offered_cannot_be_chosen_and_what_is_decided_is_decided_once(world, owner, station, other, now):
    of_the_other(world, station, other, now)
    scan = Scan.objects.get()
    owner.post(DECIDE, {"one": f"{scan.pk}.count_more.{world.session.pk}"})
    assert not ScanDecision.objects.exists()
    for _time in range(2):
        owner.post(DECIDE, {"one": f"{scan.pk}.refuse.0"})
    assert ScanDecision.objects.count() == 1


def test_a_decision_is_listed_with_who_made_it_and_can_be_taken_back(world, owner, station, other, now):
    of_the_other(world, station, other, now)
    scan = Scan.objects.get()
    owner.post(DECIDE, {"one": f"{scan.pk}.count_there.{other.pk}"})
    page = owner.get("/console/desk/?why=decided").content.decode()
    assert world.owner.user.name in page
    assert f'name="reopen" value="{scan.pk}"' in page
    owner.post(DECIDE, {"reopen": scan.pk})
    assert not Attendance.objects.exists()
    assert values(owner.get("/console/desk/"))


def test_a_scan_made_after_the_point_had_ended_is_named_by_its_code_and_counted(world, owner, station, now):
    signup = factories.signup(world.session, factories.many(3, unit="江河社区"))
    stations.revoke(by=world.owner, station=station, at=now - MINUTE)
    send(station, now, factories.scan(world.session, code_of(signup), now, arriving=3))
    page = owner.get("/console/desk/")
    assert "江河社区" in page.content.decode()
    owner.post(DECIDE, {"one": values(page)[0]})
    assert Attendance.objects.get().present == 3


def test_more_people_than_signed_up_are_counted_by_the_number_that_is_shown(world, owner, station, now):
    signup = factories.signup(world.session, factories.many(3))
    send(station, now, factories.scan(world.session, code_of(signup), now, arriving=5))
    owner.post(DECIDE, {"one": values(owner.get("/console/desk/"))[0]})
    assert Attendance.objects.get().present == 5


def test_a_scan_of_another_organizations_point_is_nobodys_business_here(world, owner, station, other, now):
    of_the_other(world, station, other, now)
    scan = Scan.objects.get()
    stranger = signed_in(factories.user(factories.organization("elsewhere"), Role.OWNER))
    assert values(stranger.get("/console/desk/")) == []
    assert stranger.post(DECIDE, {"one": f"{scan.pk}.refuse.0"}).status_code == 404
    assert stranger.post(DECIDE, {"scan": scan.pk, "reason": "x"}).status_code == 404
    assert not ScanDecision.objects.exists()


def test_of_a_ticket_of_somebody_elses_activity_a_township_sees_no_name(world, now):
    """The city's point stands at the township's session; the ticket is of the city's own lecture."""
    below = factories.organization("town", parent=world.lead)
    theirs = factories.session(factories.activity(factories.campaign(below)), now)
    point = factories.station(world.owner, world.lead, None, at=now)[0]
    signup = factories.signup(world.session, factories.one("刘桂英", unit="江桥村"))
    send(point, now, factories.scan(theirs, code_of(signup), now))
    town = signed_in(factories.user(below, Role.OWNER))
    page = town.get(f"/console/sessions/{theirs.pk}/desk/")
    assert "江桥村" not in page.content.decode()
    assert values(page) == [f"{Scan.objects.get().pk}.refuse.0"] * 2


def test_filters_show_one_reason_and_how_many_there_are_of_each(world, owner, station, other, now):
    of_the_other(world, station, other, now, many=2)
    signup = factories.signup(world.session, factories.many(3))
    send(station, now, factories.scan(world.session, code_of(signup), now, sequence=99, arriving=5))
    page = owner.get("/console/desk/?why=beyond_size")
    assert len(page.context["rows"]) == 1
    assert [(str(why), n) for why, _label, n in page.context["counts"]] == [("beyond_size", 1), ("wrong_session", 2)]


@pytest.mark.parametrize("many", [1, 8])
def test_the_desk_costs_the_same_queries_whatever_lies_on_it(
    world, owner, station, other, now, many, django_assert_num_queries
):
    of_the_other(world, station, other, now, many=many)
    ended = factories.station(world.owner, world.lead, world.session, at=now)[0]
    stations.revoke(by=world.owner, station=ended, at=now - MINUTE)
    codes = [code_of(factories.signup(world.session, factories.one(f"学生{n}"))) for n in range(many)]
    send(ended, now, *[factories.scan(world.session, code, now, sequence=n) for n, code in enumerate(codes)])
    owner.get("/console/desk/")
    with django_assert_num_queries(10):
        owner.get("/console/desk/")
    with django_assert_num_queries(13):
        owner.get(f"/console/sessions/{world.session.pk}/desk/")


def test_a_long_desk_is_paged_and_a_kind_can_be_decided_whole(world, owner, station, other, now):
    of_the_other(world, station, other, now, many=53)
    page = owner.get("/console/desk/?why=wrong_session")
    assert len(page.context["rows"]) == 50
    assert 'name="all" value="wrong_session"' in page.content.decode()
    assert len(owner.get("/console/desk/?why=wrong_session&page=2").context["rows"]) == 3


def test_the_overview_and_the_session_lead_to_the_desk_with_the_number(world, owner, station, other, now):
    of_the_other(world, station, other, now, many=3)
    overview = owner.get("/console/")
    assert overview.context["missing"].awaiting == 3
    assert 'href="/console/desk/"' in overview.content.decode()
    session = owner.get(f"/console/sessions/{world.session.pk}/").content.decode()
    assert f'<a class="tile" href="/console/sessions/{world.session.pk}/desk/">' in session


def local(at):
    return f"{timezone.localtime(at):%Y-%m-%dT%H:%M}"


def test_a_span_is_shown_before_it_is_moved_and_can_be_undone(world, owner, station, other, now):
    of_the_other(world, station, other, now, many=3)
    address = f"/console/sessions/{world.session.pk}/move-scans/"
    given = {"station": station.pk, "since": local(now), "until": local(now + 2 * MINUTE), "to_session": other.pk}
    shown = owner.post(address, given | {"reason": "选错场次"})
    assert (shown.context["preview"].scans, shown.context["preview"].counting) == (2, 2)
    assert "刘***" in shown.content.decode()
    assert not StationMove.objects.exists()
    assert owner.post(address, given | {"reason": "选错场次", "move": "1"}).status_code == 302
    assert Attendance.objects.filter(session=other).count() == 2
    move = StationMove.objects.get()
    desk = owner.get(f"/console/sessions/{world.session.pk}/desk/").content.decode()
    assert f"/console/moves/{move.pk}/take-back/" in desk
    owner.post(f"/console/moves/{move.pk}/take-back/")
    assert not Attendance.objects.exists()


def test_a_span_without_scans_is_refused_on_the_form(world, owner, station, other, now):
    of_the_other(world, station, other, now)
    address = f"/console/sessions/{world.session.pk}/move-scans/"
    given = {"station": station.pk, "since": local(now - 9 * MINUTE), "until": local(now - MINUTE)}
    page = owner.post(address, given | {"to_session": other.pk, "reason": "选错场次"})
    assert page.status_code == 200
    assert page.context["form"].errors
    assert not StationMove.objects.exists()
