"""Pages of activity records, the year's ledger and its import, supports, trips and terminals."""

import csv
import io

import pytest
import python_calamine
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from events.models import Activity, Role
from registrations.models import ActivityRecord, Evidence, ExpertSupport, LedgerImport, StockChange, Trip
from registrations.operations import activity_records, evidence
from registrations.operations.activity_records import Written
from tests import factories
from tests.frontend.conftest import signed_in
from tests.registrations.photos import upload


@pytest.fixture
def there(world):
    return f"/console/activities/{world.activity.pk}/record/"


def add(client, world, **values):
    return client.post(f"/console/activities/{world.activity.pk}/evidence/", values, follow=True)


def test_a_record_is_written_handed_in_and_reviewed_by_a_colleague(world, owner, there):
    assert owner.post(there, {"summary": "", "hand_in": "1"}).status_code == 400
    owner.post(there, {"summary": "讲了食品标签。", "expected": "60", "hand_in": "1"})
    record = ActivityRecord.objects.get()
    assert (record.state, record.expected) == ("filled_in", 60)
    review = f"/console/records/{record.pk}/review/"
    owner.post(review)
    record.refresh_from_db()
    assert record.state == "filled_in"
    signed_in(factories.user(world.lead, Role.ORGANIZER)).post(review)
    record.refresh_from_db()
    assert record.state == "reviewed"
    assert 'name="summary"' not in owner.get(there).content.decode()
    owner.post(f"/console/records/{record.pk}/reopen/", {"reason": "人数写错"})
    assert "人数写错" in owner.get(there).content.decode()


def test_many_photos_and_a_document_come_in_at_once_with_small_copies(world, owner, there):
    pdf = SimpleUploadedFile("方案.pdf", b"%PDF-1.7\n")
    add(owner, world, uploads=[upload("一.jpg", 1), upload("二.jpg", 2), pdf], paper_place="3号盒")
    assert sorted(Evidence.objects.values_list("kind", "paper_place")) == [
        ("document", "3号盒"), ("photo", "3号盒"), ("photo", "3号盒"),
    ]  # fmt: skip
    photo = Evidence.objects.filter(kind="photo").first()
    small = owner.get(f"/console/evidence/{photo.pk}/small/")
    assert max(Image.open(io.BytesIO(b"".join(small))).size) == 400
    whole = owner.get(f"/console/evidence/{photo.pk}/")
    data = b"".join(whole)
    assert not dict(Image.open(io.BytesIO(data)).getexif())
    assert whole["X-Content-Type-Options"] == "nosniff"
    document = owner.get(f"/console/evidence/{Evidence.objects.get(kind='document').pk}/")
    assert document["Content-Disposition"].startswith("attachment")


def test_one_file_that_is_none_of_ours_keeps_all_of_them_out_and_is_named(world, owner):
    page = add(owner, world, uploads=[upload(), SimpleUploadedFile("运行.exe", b"MZ\x90\x00")])
    assert "运行.exe" in page.content.decode()
    assert not Evidence.objects.exists()


def test_a_heic_photo_is_refused_with_what_to_do(world, owner):
    page = add(owner, world, uploads=[SimpleUploadedFile("IMG_1.HEIC", b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00")])
    assert "HEIC" in page.content.decode()
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("url, kept", [("https://www.tianmen.gov.cn/a.html", 1), ("javascript:alert(1)", 0)])
def test_a_link_is_kept_only_if_it_leads_to_a_page(world, owner, url, kept):
    add(owner, world, url=url, title="市电视台报道")
    assert Evidence.objects.filter(kind="link").count() == kept


def test_the_same_photo_in_two_records_is_flagged_on_both_and_refused_on_none(world, owner, there):
    other = factories.activity(world.campaign, name="另一场讲座")
    add(owner, world, uploads=[upload()])
    page = owner.post(
        f"/console/activities/{other.pk}/evidence/", {"uploads": [upload("再存.jpg", quality=45)]}, follow=True
    )
    assert page.content.decode().count("photo-twin") == 1
    assert "另一场讲座" in owner.get(there).content.decode()


def test_a_photo_is_taken_out_and_put_back(world, owner, there):
    add(owner, world, uploads=[upload()])
    pk = Evidence.objects.get().pk
    owner.post(f"/console/evidence/{pk}/withdraw/", {"back": there})
    assert f"/console/evidence/{pk}/small/" not in owner.get(there).content.decode()
    assert owner.post(f"/console/evidence/{pk}/put-back/", {"back": "https://evil.example/"})["Location"] == there
    assert f"/console/evidence/{pk}/small/" in owner.get(there).content.decode()


def test_the_record_is_printed_as_a_pdf_of_activity_and_session(world, owner):
    for address in (f"activities/{world.activity.pk}", f"sessions/{world.session.pk}"):
        assert owner.get(f"/console/{address}/record.pdf").content.startswith(b"%PDF")


@pytest.fixture(params=[1, 6])
def many(request, world, now):
    for number in range(request.param):
        made = factories.activity(world.campaign, name=f"讲座{number}")
        factories.heads(factories.session(made, world.session.starts_at), 30, now)
        evidence.add_many(by=world.owner, activity=made, uploads=[upload(seed=number + 5)], at=now)
        activity_records.save(by=world.owner, activity=made, session=None, written=Written(summary="好"), at=now)
    return request.param


def test_the_ledger_costs_the_same_queries_however_many_activities(world, owner, many, django_assert_num_queries):
    with django_assert_num_queries(19):
        page = owner.get("/console/ledger/?year=2026").content.decode()
    assert page.count("讲座") >= many


def test_a_record_costs_the_same_queries_however_many_photos(world, owner, now, many, there, django_assert_num_queries):
    uploads = [upload(seed=number + 30) for number in range(many)]
    evidence.add_many(by=world.owner, activity=world.activity, uploads=uploads, at=now)
    with django_assert_num_queries(22):
        owner.get(there)


def test_the_ledger_is_filtered_and_exported_as_it_is_shown(world, owner, now, many):
    shown = owner.get("/console/ledger/download.xlsx?year=2026&q=讲座0")
    rows = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(shown.content)).get_sheet_by_index(0).to_python()
    assert [row[1] for row in rows[1:]] == ["讲座0"]
    text = b"".join(owner.get("/console/ledger/download.csv?year=2026")).decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(text)))) == 1 + many + 1
    nothing = owner.get("/console/ledger/?year=2026&state=reviewed").content.decode()
    assert "讲座0" not in nothing
    assert owner.get("/console/ledger/?year=1900").status_code == 404


TABLE = "活动名称,活动时间,地点,参加人数\n食品安全讲座,9月17日,东方社区,500余\n蔬菜培训,待定,汪场镇,很多\n"


def test_a_ledger_is_read_mended_imported_and_undone(world, owner):
    file = SimpleUploadedFile("台账.csv", TABLE.encode())
    made = owner.post("/console/ledger/import/", {"file": file, "organization": world.lead.code, "year": "2018"})
    look = made["Location"]
    page = owner.get(look).content.decode()
    assert (page.count("is-invalid"), 'value="import"' in page) == (2, False)
    assert owner.post(look, {"step": "import"}).status_code == 409
    owner.post(look, {"step": "check", "cell_3_date": "2018年5月", "cell_3_people": "近百"})
    assert 'value="import"' in owner.get(look).content.decode()
    owner.post(look, {"step": "import"})
    assert Activity.objects.filter(campaign__year=2018).count() == 2
    assert "食品安全讲座" in owner.get(look).content.decode()
    owner.post(look, {"step": "undo"})
    assert not Activity.objects.filter(campaign__year=2018).exists()
    assert LedgerImport.objects.get().state == "undone"


def test_a_table_without_known_headings_asks_for_its_columns(world, owner):
    file = SimpleUploadedFile("台账.csv", "甲,乙\n食品安全讲座,9月17日\n".encode())
    made = owner.post("/console/ledger/import/", {"file": file, "organization": world.lead.code, "year": "2018"})
    assert made["Location"].endswith("/columns/")
    assert owner.post(made["Location"], {"head": "1", "column_0": "name"}).status_code == 400
    look = owner.post(made["Location"], {"head": "1", "column_0": "name", "column_1": "date"})["Location"]
    assert "食品安全讲座" in owner.get(look).content.decode()


PASTED = "李农技\t众盛合作社\t\t病虫害防治\t3月\t\n王农技\t江桥村\t大棚蔬菜\t设施蔬菜指导\t没有日期\t没有这个镇"


def enter(owner, world, **values):
    return owner.post("/console/supports/enter/?year=2026", {"organization": world.lead.code} | values)


def test_supports_pasted_from_excel_are_looked_through_and_saved_whole(world, owner):
    page = enter(owner, world, pasted=PASTED, step="read").content.decode()
    assert page.count("is-invalid") == 2
    rows = {
        "expert": ["李农技", "王农技"], "beneficiary": ["众盛合作社", "江桥村"], "project": ["", ""],
        "what": ["病虫害防治", "设施蔬菜指导"], "period": ["3月", "没有"], "region": ["", ""],
    }  # fmt: skip
    assert enter(owner, world, step="save", **rows).status_code == 400
    assert not ExpertSupport.objects.exists()
    saved = enter(owner, world, step="save", **(rows | {"period": ["3月", "4月5日"]}))
    assert ExpertSupport.objects.count() == 2
    batch = ExpertSupport.objects.first().batch
    assert f"batch={batch}" in saved["Location"]
    owner.post("/console/supports/take-back/", {"batch": batch})
    assert not ExpertSupport.objects.filter(withdrawn_at=None).exists()


def test_a_trip_is_entered_changed_taken_back_and_put_back(world, owner):
    given = {
        "organization": world.lead.code, "on": "2026-09-17", "vehicle_name": "科普大篷车", "driver": "王师傅",
        "destination": "汪场镇", "odometer_start": "1200", "odometer_end": "1258", "session": world.session.pk,
    }  # fmt: skip
    factories.heads(world.session, 300, world.session.starts_at)
    assert owner.post("/console/trips/new/", given | {"odometer_end": "1100"}).status_code == 400
    owner.post("/console/trips/new/", given)
    trip = Trip.objects.get()
    page = owner.get("/console/trips/?year=2026").content.decode()
    assert "58" in page
    assert "300" in page
    owner.post(f"/console/trips/{trip.pk}/change/", given | {"odometer_end": "1260", "km": ""})
    trip.refresh_from_db()
    assert trip.km == 60
    owner.post(f"/console/trips/{trip.pk}/withdraw/")
    assert not Trip.objects.standing().exists()
    owner.post(f"/console/trips/{trip.pk}/withdraw/", {"deed": "put_back"})
    assert Trip.objects.standing().exists()


def test_terminals_are_entered_and_counted_on_the_chosen_day(world, owner):
    given = {"organization": world.lead.code, "deed": "install", "number": "5", "place": "市图书馆", "on": "2018-05-01",
             "precision": "day"}  # fmt: skip
    owner.post("/console/stocks/", given)
    owner.post(
        "/console/stocks/", given | {"deed": "withdraw", "number": "2", "on": "2018-10-03", "precision": "month"}
    )
    assert list(StockChange.objects.order_by("on").values_list("change", "on__day", "on__month")) == [
        (5, 1, 5),
        (-2, 31, 10),
    ]
    before, after = (owner.get(f"/console/stocks/?day={day}").content.decode() for day in ("2018-10-30", "2018-10-31"))
    assert "5" in before.split("tile-number")[1][:40]
    assert "3" in after.split("tile-number")[1][:40]


def test_a_reader_sees_records_and_writes_none(world, there):
    reader = signed_in(factories.user(world.lead, Role.READER))
    assert reader.get(there).status_code == 200
    assert 'name="summary"' not in reader.get(there).content.decode()
    assert reader.post(there, {"summary": "改"}).status_code == 403
    assert not ActivityRecord.objects.exists()
