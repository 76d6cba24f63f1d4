import datetime
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from PIL import Image

from registrations.models import Evidence, Headcount, Output, Statement
from registrations.operations import accounts
from tests import factories


def photo(name="现场.jpg", size=(40, 30), kind="JPEG"):
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind)
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


def count(world, now, **values):
    given = {"people": 57, "basis": "everyone", "method": "counted", "counted_by": "张义工"} | values
    return accounts.count_heads(by=world.owner, session=world.session, counted_at=now, at=now, **given)


def state(world, now, **values):
    given = {"measure": "learners", "number": 500, "bound": "at_least", "phrase": "培训农民500多人"} | values
    return accounts.state(by=world.owner, activity=world.activity, at=now, **given)


def test_there_is_one_standing_count_of_a_group_until_it_is_taken_back(world, now):
    first = count(world, now)
    with pytest.raises(accounts.AlreadyCounted):
        count(world, now, people=58)
    count(world, now, basis="besides")
    count(world, now, audience_group="elderly")
    accounts.withdraw(by=world.owner, row=first, at=now)
    count(world, now, people=58)
    assert Headcount.objects.filter(withdrawn_at=None).count() == 3


def test_the_table_itself_refuses_a_second_standing_count(world, now):
    first = count(world, now)
    first.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        first.save()


def test_an_output_is_of_a_measure_we_know(world, now):
    with pytest.raises(accounts.UnknownMeasure):
        accounts.record_output(by=world.owner, activity=world.activity, measure="smiles", number=3, at=now)


def test_an_output_may_belong_to_several_sessions_jointly_but_not_to_those_of_others(world, now):
    second = factories.session(world.activity, now + datetime.timedelta(days=1))
    made = accounts.record_output(
        by=world.owner,
        activity=world.activity,
        measure="leaflets",
        number=600,
        bound="at_least",
        sessions=[world.session, second],
        at=now,
    )
    assert made.sessions.count() == 2
    foreign = factories.session(factories.activity(world.campaign), now)
    with pytest.raises(accounts.SessionElsewhere):
        accounts.record_output(
            by=world.owner, activity=world.activity, measure="leaflets", number=1, sessions=[foreign], at=now
        )
    assert Output.objects.count() == 1


def test_a_document_states_a_measure_once_and_never_both_replaces_and_is_derived(world, now):
    first = state(world, now)
    with pytest.raises(accounts.AlreadyStated):
        state(world, now, number=600)
    state(world, now, effect="adds", number=20)
    accounts.withdraw(by=world.owner, row=first, at=now)
    state(world, now, number=600)
    assert Statement.objects.filter(withdrawn_at=None).count() == 2


@pytest.mark.parametrize("number, bound", [(None, "exact"), (None, "at_least"), (5, "unknown")])
def test_a_number_is_missing_exactly_where_it_is_unknown(world, now, number, bound):
    with pytest.raises(accounts.NumberMissing):
        state(world, now, number=number, bound=bound)


def test_taking_back_again_changes_nothing(world, now):
    row = state(world, now)
    accounts.withdraw(by=world.owner, row=row, at=now)
    accounts.withdraw(by=world.owner, row=row, at=now + datetime.timedelta(hours=1))
    row.refresh_from_db()
    assert row.withdrawn_at == now


def test_a_photo_is_kept_with_its_digest_and_kind(world, now):
    made = accounts.add_evidence(
        by=world.owner, organization=world.lead, kind="photo", activity=world.activity, file=photo(), at=now
    )
    assert (made.media_type, made.title, len(made.sha256)) == ("image/jpeg", "现场.jpg", 64)
    assert made.file.read()[:2] == b"\xff\xd8"


@pytest.mark.parametrize(
    "name, content, kind",
    [
        ("page.jpg", b"<html><script>alert(1)</script></html>", "image/jpeg"),
        ("program.pdf", b"MZ\x90\x00", "application/pdf"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/svg+xml"),
        ("empty.png", b"", "image/png"),
    ],
)
def test_a_file_is_judged_by_what_it_is_not_by_its_name(world, now, name, content, kind):
    with pytest.raises(accounts.FileUnfit):
        accounts.add_evidence(
            by=world.owner,
            organization=world.lead,
            kind="photo",
            file=SimpleUploadedFile(name, content, content_type=kind),
            at=now,
        )
    assert not Evidence.objects.exists()


def test_a_file_that_is_too_large_is_refused(world, now):
    large = photo()
    large.size = (accounts.LARGEST_FILE_MB + 1) * 1_000_000
    with pytest.raises(accounts.FileUnfit):
        accounts.add_evidence(by=world.owner, organization=world.lead, kind="photo", file=large, at=now)


def test_a_pdf_is_a_document(world, now):
    made = accounts.add_evidence(
        by=world.owner,
        organization=world.lead,
        kind="document",
        file=SimpleUploadedFile("总结.pdf", b"%PDF-1.7\n", content_type="application/pdf"),
        at=now,
    )
    assert made.media_type == "application/pdf"
