"""Pages on which a paper sign-in sheet is asked for and comes back."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from registrations.models import Attendance, Correction, DataAccess, Evidence, Headcount
from registrations.operations import attendance as marking
from registrations.operations.signups import Line, Party
from tests import factories


def photo(colour="white"):
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "JPEG")
    return SimpleUploadedFile("sheet.jpg", out.getvalue(), "image/jpeg")


def at(world, page):
    return f"/console/sessions/{world.session.pk}/{page}/"


@pytest.fixture
def lines(world):
    """Two villagers and a class of forty."""
    names = tuple(Line(name, village="江桥村") for name in ("刘忠", "何平"))
    factories.signup(world.session, Party("village", names, "村书记", "19900000001", unit="江桥村"))
    last = factories.signup(world.session, factories.many(30)).attendees.get()
    return [*(last.__class__.objects.exclude(pk=last.pk).order_by("position")), last]


def was(lines, *present):
    return ",".join(f"{line.pk}:{n}" for line, n in zip(lines, present or (0, 0, 0), strict=True))


@pytest.mark.parametrize("kind, start", [("pdf", b"%PDF"), ("docx", b"PK\x03\x04"), ("xlsx", b"PK\x03\x04")])
def test_the_sheet_comes_as_pdf_word_and_excel_for_a_purpose_and_blank_without(world, owner, lines, kind, start):
    named = owner.post(at(world, "sign-in-sheet"), {"purpose": "开课签到", "as": kind})
    assert named.content.startswith(start)
    assert named["Cache-Control"] == "no-store"
    assert f".{kind}" in named["Content-Disposition"]
    assert DataAccess.objects.get().people == 32
    blank = owner.get(at(world, "blank-sheet"), {"pages": 3, "as": kind})
    assert blank.content.startswith(start)
    assert DataAccess.objects.count() == 1


def test_without_a_purpose_there_is_no_sheet_and_of_no_other_kind(world, owner, lines):
    assert b"%PDF" not in owner.post(at(world, "sign-in-sheet"), {"purpose": " ", "as": "pdf"}).content
    assert owner.get(at(world, "blank-sheet"), {"pages": 3, "as": "exe"}).status_code == 404
    assert owner.get(at(world, "blank-sheet"), {"pages": 0}).status_code == 400


def test_a_total_with_its_photos_is_a_headcount_with_its_evidence(world, owner):
    given = {
        "total": "40多",
        "basis": "everyone",
        "counted_by": "张义工",
        "group_farmers": "30",
        "paper_place": "档案盒12号",
    }
    assert owner.post(at(world, "paper"), given | {"photos": [photo()]}).status_code == 302
    assert set(Headcount.objects.values_list("audience_group", "people", "bound")) == {
        ("", 40, "at_least"),
        ("farmers", 30, "exact"),
    }
    assert (Evidence.objects.get().kind, Evidence.objects.get().paper_place) == ("sheet", "档案盒12号")
    owner.post(at(world, "paper"), given | {"photos": [photo()]})
    assert (Headcount.objects.count(), Evidence.objects.count()) == (2, 1)


def test_a_number_that_cannot_be_read_loses_neither_the_photo_nor_what_was_typed(world, owner):
    given = {"total": "许多", "basis": "everyone", "counted_by": "张义工", "group_farmers": "30", "photos": [photo()]}
    page = owner.post(at(world, "paper"), given)
    assert page.status_code == 400
    assert Evidence.objects.count() == 1
    assert not Headcount.objects.exists()
    for typed in ("许多", "张义工", "30", "sheet.jpg"):
        assert typed in page.content.decode()


def test_names_are_ticked_off_in_one_save_and_unticked_again(world, owner, lines):
    first, second, rest = lines
    given = {"was": was(lines), "here": [first.pk], f"n{rest.pk}": "28", "photos": [photo()]}
    assert owner.post(at(world, "tick"), given).status_code == 302
    came = {one.attendee_id: (one.present, one.grade) for one in Attendance.objects.all()}
    assert came == {first.pk: (1, "confirmed"), rest.pk: (28, "confirmed")}
    assert Evidence.objects.get().kind == "sheet"
    owner.post(at(world, "tick"), given)
    assert (Correction.objects.count(), Evidence.objects.count()) == (2, 1)
    owner.post(at(world, "tick"), {"was": was(lines, 1, 0, 28), "here": [second.pk], f"n{rest.pk}": "28"})
    assert set(Attendance.objects.values_list("attendee", flat=True)) == {second.pk, rest.pk}


def test_what_somebody_else_ticked_meanwhile_stays(world, owner, lines, now):
    first, second, rest = lines
    marking.correct(by=world.owner, attendee=second, session=world.session, present=1, reason="当面", at=now)
    owner.post(at(world, "tick"), {"was": was(lines), "here": [first.pk], f"n{rest.pk}": ""})
    assert set(Attendance.objects.values_list("attendee", flat=True)) == {first.pk, second.pk}


def test_a_number_that_cannot_be_saves_nothing_and_keeps_every_tick_on_the_page(world, owner, lines):
    first, _second, rest = lines
    page = owner.post(at(world, "tick"), {"was": was(lines), "here": [first.pk], f"n{rest.pk}": "31"})
    said = page.content.decode()
    assert page.status_code == 400
    assert not Correction.objects.exists()
    assert f'value="{first.pk}" checked' in said
    assert 'value="31"' in said
    assert f'value="{was(lines)}"' in said


def test_all_and_none_work_without_scripts_and_save_nothing(world, owner, lines):
    everybody = owner.get(at(world, "tick"), {"tick": "all"}).content.decode()
    assert everybody.count(" checked") == 2
    assert 'value="30"' in everybody
    assert owner.get(at(world, "tick"), {"tick": "none"}).content.decode().count(" checked") == 0
    assert not Correction.objects.exists()


def test_names_are_whole_only_for_a_purpose_and_ticks_survive_the_asking(world, owner, lines):
    first, _second, rest = lines
    assert "刘忠" not in owner.get(at(world, "tick")).content.decode()
    given = {"was": was(lines), "here": [first.pk], f"n{rest.pk}": "7", "show": "1"}
    assert "刘忠" not in owner.post(at(world, "tick"), given | {"purpose": ""}).content.decode()
    assert not DataAccess.objects.exists()
    page = owner.post(at(world, "tick"), given | {"purpose": "录入签到表"}).content.decode()
    assert "刘忠" in page
    assert f'value="{first.pk}" checked' in page
    assert 'value="7"' in page
    assert (DataAccess.objects.get().what, DataAccess.objects.get().people) == ("tick-off", 32)
    assert not Correction.objects.exists()
    assert "刘忠" in owner.get(at(world, "tick")).content.decode()
    assert "刘忠" not in owner.post(at(world, "tick"), {"was": was(lines), "hide": "1"}).content.decode()


@pytest.mark.parametrize("many", [1, 12])
@pytest.mark.parametrize("name, queries", [("tick", 10), ("paper", 14), ("sign-in-sheet", 6)])
def test_pages_cost_the_same_queries_however_many(world, owner, many, name, queries, django_assert_num_queries):
    for n in range(many):
        factories.signup(world.session, factories.one(f"学员{n}"))
    with django_assert_num_queries(queries):
        owner.get(at(world, name))
