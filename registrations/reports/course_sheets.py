"""Papers of a course's file: the table of hours, the sign-in of each lesson, the roster. Chinese throughout, as documents
are: the readers live here."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal

from django.utils import timezone

from events import dates
from registrations import masks
from registrations.checkin.hours import Mark
from registrations.models import Course
from registrations.reports import courses, notices
from registrations.reports.courses import Standing, Taught
from registrations.reports.typesetting import Document

WORDS = {Mark.PRESENT: "√", Mark.SUBSTITUTE: "代", Mark.LEAVE: "请假", Mark.ABSENT: "缺"}
#: Lessons that fit across a page.
ACROSS = 16


def plain(hours: Decimal | None) -> str:
    """«24», «22.5», and nothing where it is not known."""
    return "" if hours is None else f"{hours:f}".rstrip("0").rstrip(".") if hours % 1 else f"{int(hours)}"


def title(course: Course) -> str:
    name = course.activity.name
    return f"{name}（第{course.period_number}期）" if course.period_number else name


def completion(row: Standing) -> str:
    """«结业», «未结业», and whether a person decided it."""
    word = "结业" if row.completed else "未结业"
    return f"{word}（认定）" if row.result and row.result.decided is not None else word


def name(row: Standing, *, masked: bool) -> str:
    return (masks.name(row.name) if masked else row.name) or "（已删除）"


def matrix(course: Course, *, masked: bool, at: datetime.datetime) -> Document:
    """学时登记表: trainees × lessons, A4 across; so many lessons a page, each with all trainees."""
    lessons = courses.timetable(course)
    rows = courses.board(course, lessons, courses.trainees(course.activity))
    return matrix_of(course, lessons, rows, masked=masked, at=at)


def matrix_of(
    course: Course, lessons: Sequence[Taught], rows: Sequence[Standing], *, masked: bool, at: datetime.datetime
) -> Document:
    starts = range(0, max(1, len(lessons)), ACROSS)
    whole = courses.whole(lessons)
    parts = [
        {
            "heads": [
                [f"{timezone.localtime(one.session.starts_at):%m-%d}", plain(one.hours)]
                for one in lessons[start : start + ACROSS]
            ],
            "rows": [
                {
                    "name": name(row, masked=masked),
                    "unit": row.unit,
                    "marks": [WORDS[cell.mark] for cell in row.cells[start : start + ACROSS]],
                    "hours": plain(row.counted),
                    "completed": completion(row),
                    "mark": row.result.mark if row.result else "",
                }
                for row in rows
            ],
        }
        for start in starts
    ]
    day = timezone.localdate(at)
    data = {
        "title": title(course),
        "host": course.activity.organization.name,
        "whole": plain(whole),
        "share": course.required_share,
        "people": len(rows),
        "completed": sum(row.completed for row in rows),
        "parts": parts,
        "printed": dates.day(day, zh=True, today=None, weekday=False),
    }
    return Document("course_matrix.typ", data)


SIGN_IN_HEADS = ("序号", "姓名", "单位（村组）", "签到", "计学时")
ROSTER_HEADS = ("序号", "姓名", "单位（村组）", "联系电话", "乡镇街道")
RESULT_HEADS = (
    "序号",
    "姓名",
    "单位（村组）",
    "学时",
    "应达学时",
    "比例%",
    "成绩",
    "是否结业",
    "认定理由",
    "认定人",
    "证书编号",
)
LESSON_HEADS = ("序号", "时间", "地点", "课题", "授课教师", "职称（单位）", "学时")


def sign_in(lessons: Sequence[Taught], place: int, rows: Sequence[Standing], *, masked: bool) -> list[list[object]]:
    """One lesson's sign-in: everybody with a tick or what stands in its place."""
    hours = lessons[place].hours
    return [
        [
            number,
            name(row, masked=masked),
            row.unit,
            WORDS[row.cells[place].mark],
            plain(hours) if row.cells[place].mark is Mark.PRESENT else "0",
        ]
        for number, row in enumerate(rows, start=1)
    ]


def roster(rows: Sequence[Standing], *, masked: bool) -> list[list[object]]:
    lines: list[list[object]] = []
    for number, row in enumerate(rows, start=1):
        signup = row.attendee.signup
        phone = row.attendee.phone or (signup.contact_phone if signup.size == 1 else "")
        region = signup.region.name if signup.region_id and signup.region else ""
        lines.append([number, name(row, masked=masked), row.unit, masks.phone(phone) if masked else phone, region])
    return lines


def results(
    rows: Sequence[Standing], needed: Decimal, whole: Decimal, *, masked: bool
) -> list[list[object]]:  # fmt: skip
    lines: list[list[object]] = []
    for number, row in enumerate(rows, start=1):
        result = row.result
        share = int(row.counted * 100 // whole) if whole else 0
        lines.append(
            [
                number,
                name(row, masked=masked),
                row.unit,
                float(row.counted),
                float(needed),
                share,
                result.mark if result else "",
                completion(row),
                result.reason if result else "",
                str(result.decided_by) if result and result.decided_by else "",
                row.certificate.number if row.certificate else "",
            ]
        )
    return lines


def timetable(lessons: Sequence[Taught], at: datetime.datetime) -> list[list[object]]:
    return [
        [
            number,
            notices.when(one.session, at),
            notices.where(one.session),
            one.topic,
            one.teacher,
            one.teacher_title,
            float(one.hours),
        ]
        for number, one in enumerate(lessons, start=1)
    ]
