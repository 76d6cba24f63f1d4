"""Pages of a course and of its certificates."""

import io
import re
import subprocess
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from python_calamine import CalamineWorkbook

from registrations import access
from registrations.models import Certificate, Course, CourseResult, DataAccess, Evidence
from registrations.operations import accounts, attendance, certificates, courses, privacy
from tests import factories
from tests.courses import held, line
from tests.frontend.conftest import signed_in


@pytest.fixture
def course(world, now):
    made = held(world, now)
    made.plan()
    return made


def at(course, rest=""):
    return f"/console/courses/{course.activity.pk}/{rest}"


@pytest.fixture
def closed(course):
    """Two trainees: one completes, the other was there once and sent a relative once."""
    first, second = course.trainee("刘桂英", phone="13900001111"), course.trainee("鲁大山")
    course.come(first, 0, 1, 2)
    course.come(second, 0)
    course.come(second, 1, substitute=True)
    attendance.mark_leave(
        by=course.by, attendee=line(second), session=course.lessons[2], at=course.ended, reason="农忙"
    )
    course.close()
    return course


@pytest.fixture
def issued(closed):
    return certificates.issue(by=closed.by, activity=closed.activity, at=closed.ended)[0]


def text(pdf):
    return subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()


def test_lessons_get_hours_and_teachers_in_one_form_that_keeps_what_was_typed(course, owner):
    first, second, third = (f"s{one.pk}" for one in course.lessons)
    given = {"period_number": "5", "required_share": "75", "unit_minutes": "60"}
    given |= {f"{first}-hours": "4", f"{first}-teacher": "周老师", f"{second}-hours": "", f"{third}-topic": "病虫害"}
    page = owner.post(at(course, "lessons/"), given | {f"{second}-hours": "many"})
    assert page.status_code == 400
    assert "周老师" in page.content.decode()
    assert Course.objects.get().period_number == 3
    assert owner.post(at(course, "lessons/"), given).status_code == 302
    row = Course.objects.get()
    assert (row.period_number, row.required_share, row.unit_minutes) == (5, 75, 60)
    lessons = [(one.lesson.hours, one.lesson.teacher, one.lesson.topic) for one in _again(course)]
    assert lessons == [(4, "周老师", ""), (None, "", ""), (None, "", "病虫害")]


def _again(course):
    return list(course.activity.sessions.select_related("lesson").order_by("starts_at"))


def test_the_course_opens_closes_and_opens_again_by_its_pages(course, owner):
    course.come(course.trainee(), 0, 1, 2)
    assert owner.get(at(course, "step/open/")).status_code == 200
    assert not Course.objects.get().opened_at
    for step in ("open", "close"):
        assert owner.post(at(course, f"step/{step}/")).status_code == 302
    assert CourseResult.objects.get().completed
    assert owner.post(at(course, "step/reopen/"), {"reason": ""}).status_code == 400
    assert owner.post(at(course, "step/reopen/"), {"reason": "补登"}).status_code == 302
    assert Course.objects.get().state == "running"
    assert owner.get(at(course, "step/burn/")).status_code == 404


def test_closing_before_opening_is_refused_on_the_page_in_words(course, owner):
    page = owner.post(at(course, "step/close/"))
    assert page.status_code == 409
    assert str(courses.CourseNotOpen.sentence) in page.content.decode()


def test_the_table_shows_each_trainee_at_each_lesson_masked(closed, owner):
    page = owner.get(at(closed)).content.decode()
    assert page.count("✓") >= 4
    assert "刘*英" in page or "刘**" in page
    assert "刘桂英" not in page
    assert "13900001111" not in page


def test_late_scans_are_shown_and_taken_over(closed, owner):
    signup = closed.activity.signups.get(contact_name="鲁大山")
    closed.come(signup, 2)
    assert f"{at(closed, 'take-over/')}" in owner.get(at(closed)).content.decode()
    assert owner.post(at(closed, "take-over/")).status_code == 302
    assert CourseResult.objects.get(attendee__name="鲁大山").hours == 4
    assert f"{at(closed, 'take-over/')}" not in owner.get(at(closed)).content.decode()


def test_a_decision_about_a_trainee_needs_its_reason(closed, owner):
    person = line(closed.activity.signups.get(contact_name="鲁大山"))
    address = at(closed, f"trainees/{person.pk}/")
    assert owner.post(address, {"completed": "yes", "reason": ""}).status_code == 400
    assert owner.post(address, {"completed": "yes", "reason": "补考合格", "mark": "88"}).status_code == 302
    assert CourseResult.objects.get(attendee=person).completed
    assert "补考合格" in owner.get(at(closed)).content.decode()


@pytest.mark.parametrize("many", [1, 7])
def test_the_page_costs_the_same_queries_however_many_trainees(course, owner, many, django_assert_num_queries):
    for n in range(many):
        course.come(course.trainee(f"学员{n}"), 0)
    with django_assert_num_queries(16):
        owner.get(at(course))


def test_certificates_are_issued_printed_for_a_purpose_and_listed_masked(closed, owner):
    page = owner.get(at(closed, "certificates/")).content.decode()
    assert "科培〔2026〕第0001号" in page or re.search(r"科培〔\d{4}〕第0001号", page)
    assert owner.post(at(closed, "certificates/issue/")).status_code == 302
    made = Certificate.objects.get()
    page = owner.get(at(closed, "certificates/")).content.decode()
    assert made.number in page
    assert "刘桂英" not in page
    one, register = f"/console/certificates/{made.pk}/certificate.pdf", at(closed, "certificates.xlsx")
    assert owner.post(one, {"purpose": " "}).status_code == 400
    assert not DataAccess.objects.exists()
    for address in (one, at(closed, "certificates.pdf")):
        pdf = owner.post(address, {"purpose": "发证"})
        assert (pdf.content[:4], pdf["Cache-Control"]) == (b"%PDF", "no-store")
        words = "".join(text(pdf.content).split())
        assert "刘桂英" in words
        assert made.number in words
        assert "学满6学时" in words
    book = CalamineWorkbook.from_filelike(io.BytesIO(owner.post(register, {"purpose": "归档"}).content))
    assert book.get_sheet_by_index(0).to_python()[1][:4] == [made.number, "刘桂英", "", 6.0]
    assert [one.people for one in DataAccess.objects.all()] == [1, 1, 1]


def test_a_certificate_is_withdrawn_and_issued_anew_by_its_pages(issued, owner):
    at_it = f"/console/certificates/{issued.pk}/"
    assert owner.post(f"{at_it}reissue/", {"name": "刘桂瑛", "reason": ""}).status_code == 400
    assert owner.post(f"{at_it}reissue/", {"name": "刘桂瑛", "reason": "姓名打错"}).status_code == 302
    assert list(Certificate.objects.values_list("name", "state")) == [("刘桂英", "withdrawn"), ("刘桂瑛", "issued")]
    assert owner.post(f"{at_it}withdraw/", {"reason": "再撤"}).status_code == 400


def test_the_pattern_is_shown_as_a_number_before_it_is_saved(world, owner):
    address = f"/console/organizations/{world.lead.code}/numbers/"
    page = owner.post(address, {"pattern": "天科协培〔{year}〕第{n:04}号", "preview": "1"}).content.decode()
    assert re.search(r"天科协培〔\d{4}〕第0001号", page)
    assert not world.lead.__class__.objects.filter(numbering__isnull=False).exists()
    assert owner.post(address, {"pattern": "第{n}号", "save": "1"}).status_code == 400
    assert owner.post(address, {"pattern": "天科{year}-{n}", "save": "1"}).status_code == 302
    assert world.lead.__class__.objects.get(pk=world.lead.pk).numbering.pattern == "天科{year}-{n}"


def verify(number, name="", client=None):
    return (client or Client()).post("/certificates/", {"number": number, "name": name})


def test_anybody_verifies_a_number_and_the_name_shows_only_when_it_is_typed(issued):
    page = verify(issued.number).content.decode()
    assert issued.title in page
    # Read in other years too
    assert f"{issued.issued_at.year}年{issued.issued_at.month}月" in page
    assert "刘桂英" not in page
    assert "刘桂英" in verify(issued.number, "刘 桂英").content.decode()
    wrong = verify(issued.number, "刘桂花").content.decode()
    assert "刘桂英" not in wrong
    by_code = Client().get(f"/certificates/{issued.code}/")
    assert by_code.status_code == 200
    assert "刘桂英" not in by_code.content.decode()
    assert "刘桂英" in Client().post(f"/certificates/{issued.code}/", {"name": "刘桂英"}).content.decode()
    assert len(by_code.content) < 20_000


def test_a_withdrawn_and_an_erased_certificate_say_so(issued, closed):
    privacy.erase(by=closed.by, signup=issued.attendee.signup, at=closed.ended)
    assert "danger" not in verify(issued.number, "刘桂英").content.decode()
    certificates.withdraw(by=closed.by, certificate=issued, reason="秘密的原因", at=closed.ended)
    page = verify(issued.number).content.decode()
    assert "notice danger" in page
    assert "秘密的原因" not in page


def test_an_unknown_number_gets_a_sentence_and_trying_many_ends(issued):
    assert verify("科培〔2026〕第9999号").status_code == 404
    assert Client().get("/certificates/0000000000000000/").status_code == 404
    answers = [verify(f"科培〔2026〕第{n:04}号").status_code for n in range(45)]
    assert answers[-1] == 429
    assert Client().get(f"/certificates/{issued.code}/").status_code == 429


def test_a_participant_prints_their_own_certificate_and_nobody_elses(issued, closed):
    signup = issued.attendee.signup
    phone = Client()
    phone.post("/mine/open/", {"key": access.manage_key(signup)})
    assert f"/mine/{signup.pk}/certificate.pdf" in phone.get(f"/mine/{signup.pk}/").content.decode()
    assert phone.get(f"/mine/{signup.pk}/certificate.pdf").content[:4] == b"%PDF"
    assert Client().get(f"/mine/{signup.pk}/certificate.pdf").status_code == 404
    certificates.withdraw(by=closed.by, certificate=issued, reason="发错", at=closed.ended)
    assert phone.get(f"/mine/{signup.pk}/certificate.pdf").status_code == 404


def archive(client, course, **given):
    answer = client.post(at(course, "file/"), {"purpose": "归档"} | given)
    assert answer["Content-Type"] == "application/zip"
    return zipfile.ZipFile(io.BytesIO(b"".join(answer)))


def _photo(course):
    png = bytes.fromhex("89504e470d0a1a0a") + b"\x00" * 20
    return Evidence.objects.create(
        organization=course.activity.organization,
        activity=course.activity,
        kind="photo",
        title="开班/合影",
        file=SimpleUploadedFile("a.png", png),
        added_at=course.ended,
    )


def test_the_course_file_holds_all_an_inspector_asks_for_under_chinese_names(closed, issued, owner):
    _photo(closed)
    accounts.add_evidence(
        by=closed.by, organization=closed.activity.organization, kind=Evidence.Kind.LINK, url="https://a.example/news",
        title="新闻", activity=closed.activity, at=closed.ended,
    )  # fmt: skip
    file = archive(owner, closed, whole="on")
    assert file.testzip() is None
    names = file.namelist()
    assert names[0] == "00 封面和目录.pdf"
    wanted = {"01 通知.txt", "02 课程表.xlsx", "03 授课教师.xlsx", "04 学员名册.xlsx", "07 学时登记表.pdf",
              "07 学时与结业.xlsx", "10 证书登记表.xlsx", "10 结业证书.pdf", "08 照片/01 开班_合影.png",
              "09 链接和纸质材料.xlsx"}  # fmt: skip
    assert wanted <= set(names)
    sheets = sorted(name for name in names if name.startswith("05 签到/"))
    assert len(sheets) == 3
    said = "".join(text(file.read("00 封面和目录.pdf")).split())
    assert "设施蔬菜栽培技术培训班（第3期）" in said
    assert "学员2人，到课5人次" in said
    rows = CalamineWorkbook.from_filelike(io.BytesIO(file.read(sheets[1]))).get_sheet_by_index(0).to_python()
    assert [row[1:5] for row in rows[1:3]] == [["刘桂英", "", "√", "2"], ["鲁大山", "", "代", "0"]]
    roster = CalamineWorkbook.from_filelike(io.BytesIO(file.read("04 学员名册.xlsx"))).get_sheet_by_index(0).to_python()
    assert roster[1][1:4:2] == ["刘桂英", "13900001111"]
    matrix = text(file.read("07 学时登记表.pdf"))
    assert "请假" in matrix
    assert file.read("08 照片/01 开班_合影.png").startswith(b"\x89PNG")
    assert DataAccess.objects.get().what == "course-file"


def test_who_may_not_see_people_whole_gets_the_file_masked_and_never_whole(closed, issued, world):
    reader = signed_in(factories.user(world.lead, "reader"))
    assert reader.post(at(closed, "file/"), {"purpose": "检查", "whole": "on"}).status_code == 403
    file = archive(reader, closed)
    assert not DataAccess.objects.exists()
    whole = b"".join(file.read(name) for name in file.namelist() if name.endswith("txt")).decode()
    assert "10 结业证书.pdf" not in file.namelist()
    for name in file.namelist():
        if name.endswith("xlsx"):
            cells = CalamineWorkbook.from_filelike(io.BytesIO(file.read(name))).get_sheet_by_index(0).to_python()
            whole += str(cells)
        elif name.endswith("pdf"):
            whole += "".join(text(file.read(name)).split())
    assert "刘桂英" not in whole
    assert "13900001111" not in whole
    assert "√" in whole


def test_the_whole_file_is_not_handed_out_without_a_purpose(closed, owner):
    assert owner.post(at(closed, "file/"), {"whole": "on", "purpose": " "}).status_code == 400
    assert not DataAccess.objects.exists()


def test_a_trainee_reads_that_the_file_was_taken_and_which_certificate_is_theirs(closed, issued, owner):
    archive(owner, closed, whole="on", purpose="市里检查")
    phone = Client()
    signup = issued.attendee.signup
    phone.post("/mine/open/", {"key": access.manage_key(signup)})
    page = phone.get(f"/mine/{signup.pk}/data/").content.decode()
    assert "市里检查" in page
    assert issued.number in page
    assert phone.get(f"/mine/{signup.pk}/data.json").json()["certificates"][0]["number"] == issued.number


def test_a_stored_file_that_is_gone_does_not_break_the_archive(closed, owner):
    photo = _photo(closed)
    photo.file.storage.delete(photo.file.name)
    assert "找不到" in archive(owner, closed).read("08 照片/01 开班_合影.png").decode()


def test_an_activity_without_a_course_has_no_course_page(world, owner):
    assert owner.get(f"/console/courses/{world.activity.pk}/").status_code == 404
