"""What stands hand in: the latest counts once it is accepted, and once; taking it back undoes it."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from PIL import Image

from events.errors import NotFound
from events.models import History
from registrations import access
from registrations.models import Evidence, Output, Stand, StandReport
from registrations.operations import stands
from registrations.operations.accounts import FileUnfit, SessionElsewhere
from registrations.operations.stands import Numbers, Place
from registrations.reports import stands as listed
from tests import factories

FULL = Numbers(leaflets_taken=500, leaflets_left=120, consultations=46, free_clinics=0, panels=8, remark="下午人多")


def photo(name="stand.jpg"):
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


@pytest.fixture
def stand(world, now):
    places = [Place("食品安全", "市场监管局", "A3")]
    return stands.add(by=world.owner, activity=world.activity, session=world.session, places=places, at=now)[0]


def send(stand, now, numbers=FULL, key="k1", **values):
    return stands.hand_in(stand=stand, numbers=numbers, key=key, at=now, **values)


def test_a_stand_of_the_same_name_and_unit_is_made_once(world, stand, now):
    again = [Place("食品安全", "市场监管局", "B1"), Place("食品安全", "营养协会"), Place("食品安全", "营养协会")]
    made = stands.add(by=world.owner, activity=world.activity, session=world.session, places=again, at=now)
    assert [one.unit for one in made] == ["营养协会"]
    with pytest.raises(stands.TwoStandsAlike):
        stands.change(by=world.owner, stand=made[0], place=Place("食品安全", "市场监管局"), at=now)


def test_a_session_of_another_activity_and_too_many_stands_are_refused(world, stand, now):
    elsewhere = factories.session(factories.activity(world.campaign, name="别处"), now)
    with pytest.raises(SessionElsewhere):
        stands.add(by=world.owner, activity=world.activity, session=elsewhere, places=[Place("x")], at=now)
    places = [Place(f"展位{n}") for n in range(stands.MOST)]
    with pytest.raises(stands.TooManyStands):
        stands.add(by=world.owner, activity=world.activity, session=None, places=places, at=now)
    assert Stand.objects.count() == 1


def test_the_code_opens_its_stand_however_it_is_typed_and_no_other(world, stand, now):
    key = access.stand_key(stand)
    assert access.stand_by_key(key) == stand
    assert access.stand_by_key(listed.written(stand).lower().replace("0", "o").replace("1", "l")) == stand
    for wrong in ("", "-", key[:-1], f"{key}0", f"9{key}", f"{stand.pk}-{'0' * 12}", "9" * 64):
        with pytest.raises(NotFound):
            access.stand_by_key(wrong)


def test_a_replaced_code_and_a_removed_stand_open_nothing(world, stand, now):
    old = access.stand_key(stand)
    new = access.stand_key(stands.replace_code(by=world.owner, stand=stand, at=now))
    with pytest.raises(NotFound):
        access.stand_by_key(old)
    assert access.stand_by_key(new) == stand
    stands.remove(by=world.owner, stand=stand, at=now)
    with pytest.raises(NotFound):
        access.stand_by_key(new)


def test_the_latest_counts_and_keeps_the_photo_of_the_one_before(stand, now):
    first = send(stand, now, photo=photo())
    second = send(stand, now, Numbers(panels=9), key="k2")
    first.refresh_from_db()
    assert (first.replaced_at, second.replaced_at) == (now, None)
    assert second.photo.name == first.photo.name
    assert second.numbers == {"panels": 9}


def test_the_same_form_sent_twice_is_one_report(stand, now):
    assert send(stand, now).pk == send(stand, now).pk
    assert StandReport.objects.count() == 1


@pytest.mark.parametrize(
    "numbers, refusal",
    [
        (Numbers(remark="好"), stands.NothingHandedIn),
        (Numbers(leaflets_taken=5), stands.LeafletsUnclear),
        (Numbers(leaflets_left=5), stands.LeafletsUnclear),
        (Numbers(leaflets_taken=5, leaflets_left=6), stands.LeafletsUnclear),
    ],
)
def test_what_says_nothing_or_cannot_be_is_refused(stand, now, numbers, refusal):
    with pytest.raises(refusal):
        send(stand, now, numbers)
    assert not StandReport.objects.exists()


@pytest.mark.parametrize("name, content", [("x.jpg", b"GIF89a"), ("x.pdf", b"%PDF-1.7")])
def test_a_photo_that_is_none_is_refused_and_what_was_there_stays(stand, now, name, content):
    first = send(stand, now)
    with pytest.raises(FileUnfit):
        send(stand, now, key="k2", photo=SimpleUploadedFile(name, content, "application/pdf"))
    first.refresh_from_db()
    assert first.replaced_at is None


def test_accepting_makes_outputs_and_evidence_once(world, stand, now):
    report = send(stand, now, photo=photo())
    for _twice in range(2):
        stands.accept(by=world.owner, report=report, at=now)
    made = {one.measure: (one.number, one.note, list(one.sessions.all())) for one in Output.objects.all()}
    said = ("食品安全 · 市场监管局", [world.session])
    assert made == {"leaflets": (380, *said), "consultations": (46, *said), "panels": (8, *said)}
    kept = Evidence.objects.get()
    assert (kept.kind, kept.activity, list(kept.sessions.all())) == ("photo", world.activity, [world.session])
    assert kept.file.read(2) == b"\xff\xd8"
    assert len(kept.sha256) == 64


def test_nothing_counts_before_it_is_accepted(stand, now):
    send(stand, now, photo=photo())
    assert not Output.objects.exists()
    assert not Evidence.objects.exists()


def test_an_accepted_report_is_the_last_and_keeps_its_stand(world, stand, now):
    stands.accept(by=world.owner, report=send(stand, now), at=now)
    with pytest.raises(stands.StandHasCounted):
        send(stand, now, key="k2")
    with pytest.raises(stands.StandHasCounted):
        stands.remove(by=world.owner, stand=stand, at=now)


def test_taking_an_acceptance_back_undoes_it_and_it_can_be_accepted_again(world, stand, now):
    report = send(stand, now, photo=photo())
    stands.accept(by=world.owner, report=report, at=now)
    stands.take_back(by=world.owner, report=report, at=now)
    assert not Output.objects.filter(withdrawn_at=None).exists()
    assert not Evidence.objects.exists()
    report.refresh_from_db()
    assert (report.state, report.photo.read(2)) == ("sent", b"\xff\xd8")
    with pytest.raises(stands.ReportNotAccepted):
        stands.take_back(by=world.owner, report=report, at=now)
    stands.accept(by=world.owner, report=report, at=now)
    assert Output.objects.filter(withdrawn_at=None, measure="leaflets").get().number == 380
    assert Evidence.objects.count() == 1
    assert set(History.objects.filter(kind="registrations.stand").values_list("verb", flat=True)) == {
        "make", "hand_in", "accept", "take_back",
    }  # fmt: skip


def test_a_report_that_was_replaced_while_somebody_looked_at_it_is_not_accepted(world, stand, now):
    old = send(stand, now)
    send(stand, now, Numbers(panels=1), key="k2")
    for deed in (stands.accept, stands.take_back):
        with pytest.raises(stands.ReportReplaced):
            deed(by=world.owner, report=old, at=now)
    with pytest.raises(stands.ReportReplaced):
        stands.send_back(by=world.owner, report=old, answer="请核对", at=now)
    assert not Output.objects.exists()


def test_one_that_is_sent_back_says_why_and_is_handed_in_again(world, stand, now):
    stands.send_back(by=world.owner, report=send(stand, now), answer="咨询人次请核对", at=now)
    assert listed.board(world.activity).missing == [stand]
    again = send(stand, now, Numbers(consultations=64), key="k2")
    assert (again.state, listed.board(world.activity).missing) == ("sent", [])


def test_the_database_holds_one_report_that_counts_and_no_more_left_than_taken(stand, now):
    send(stand, now)
    with pytest.raises(IntegrityError), transaction.atomic():
        StandReport.objects.create(stand=stand, key="k2", sent_at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        StandReport.objects.create(
            stand=stand, key="k3", sent_at=now, replaced_at=now, leaflets_taken=1, leaflets_left=2
        )


def test_unknown_is_no_zero_and_zero_adds_nothing(world, stand, now):
    report = send(stand, now, Numbers(leaflets_taken=10, leaflets_left=10))
    assert report.numbers == {"leaflets": 0}
    stands.accept(by=world.owner, report=report, at=now)
    assert not Output.objects.exists()
    assert dict(listed.board(world.activity).totals)["leaflets"] == 0


@pytest.mark.parametrize("many", [2, 25])
def test_the_board_costs_the_same_queries_however_many_stands(world, now, many, django_assert_num_queries):
    places = [Place(f"展位{n}") for n in range(many)]
    for one in stands.add(by=world.owner, activity=world.activity, session=world.session, places=places, at=now):
        send(one, now)
    with django_assert_num_queries(2):
        assert len(listed.board(world.activity, world.session).rows) == many
