"""Certificates on paper: what stands on them is read off the pages themselves, by programs that are not ours."""

import datetime
import io
import re
import subprocess
import time

import pytest
import zxingcpp
from PIL import Image

from registrations.models import Certificate
from registrations.operations import certificates as issuing
from registrations.reports import certificates, course_sheets, courses
from tests.courses import held

HOSTILE = '#panic("x") *粗* $x$ \\ <a> "引" [b]'


@pytest.fixture
def course(world, now):
    made = held(world, now)
    made.plan()
    return made


def issued(course, *names):
    for name in names:
        course.come(course.trainee(name), 0, 1, 2)
    course.close()
    issuing.issue(by=course.by, activity=course.activity, at=course.ended)
    return list(certificates.of(courses.of(course.activity)))


def read(document):
    """What a scanner reads on each page."""
    pages = [Image.open(io.BytesIO(page)).convert("L") for page in document.pngs(110)]
    return [[one.text for one in zxingcpp.read_barcodes(page)] for page in pages]


def words(document):
    run = subprocess.run(["pdftotext", "-", "-"], input=document.pdf(), capture_output=True, check=True)
    return ["".join(page.split()) for page in run.stdout.decode().split("\f")][:-1]


def test_each_certificate_is_a_page_whose_code_leads_to_where_it_is_verified(course, settings):
    settings.KEPU_BASE_URL = "https://kepu.example"
    rows = issued(course, "刘桂英", "鲁大山")
    document = certificates.documents(rows)
    assert read(document) == [[f"https://kepu.example/certificates/{one.code}/"] for one in rows]
    for page, one in zip(words(document), rows, strict=True):
        assert one.name in page
        assert one.number in page
        assert "于2026年11月24日至2026年11月26日参加《设施蔬菜栽培技术培训班》第3期学习，学满6学时" in page
        assert "2026年11月26日" in page
        assert one.issuer in page


@pytest.mark.parametrize("name", ["李" * 60, HOSTILE, "买买提·艾力江·阿不都热依木"])
def test_long_names_and_names_like_markup_stay_on_one_page_with_a_readable_code(course, name):
    rows = issued(course, name)
    rows[0].title = HOSTILE + "长" * 120
    rows[0].issuer = "某" * 100
    document = certificates.documents(rows)
    assert [len(page) for page in read(document)] == [1]


def test_of_an_id_number_four_digits_are_printed_and_of_an_erased_person_nothing(course):
    rows = issued(course, "刘桂英")
    rows[0].attendee.id_number = "990000201001010017"
    (page,) = words(certificates.documents(rows))
    assert "0017" in page
    assert "99000020100101" not in page
    rows[0].name = rows[0].attendee.id_number = ""
    (page,) = words(certificates.documents(rows))
    assert "姓名已按规定删除" in page
    assert "同志" not in page


def test_a_withdrawn_certificate_is_stamped(course):
    rows = issued(course, "刘桂英")
    assert "作废" not in words(certificates.documents(rows))[0]
    rows[0].state = Certificate.State.WITHDRAWN
    (page,) = words(certificates.documents(rows))
    assert {"作", "废"} <= set(page)


def test_three_hundred_certificates_are_set_in_one_file_within_seconds(course):
    (row,) = issued(course, "刘桂英")
    begun = time.perf_counter()
    pdf = certificates.documents([row] * 300).pdf()
    taken = time.perf_counter() - begun
    told = subprocess.run(["pdfinfo", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    assert re.search(r"^Pages:\s+300$", told, re.MULTILINE)
    assert taken < 20


@pytest.mark.parametrize("many, pages", [(1, 1), (30, 2)])
def test_the_table_of_hours_grows_by_pages_and_splits_many_lessons(course, many, pages):
    for n in range(many):
        course.trainee(f"学员{n}")
    found = courses.of(course.activity)
    document = course_sheets.matrix(found, masked=False, at=course.ended)
    assert len(document.pngs(30)) == pages
    lessons = courses.timetable(found) * 8
    wide = course_sheets.matrix_of(found, lessons, [], masked=True, at=course.ended + datetime.timedelta(days=1))
    assert [len(part["heads"]) for part in wide.data["parts"]] == [16, 8]
