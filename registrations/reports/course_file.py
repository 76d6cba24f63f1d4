"""培训班档案: all that an inspector asks of a course, as one zip with Chinese names, made piece by piece as it is sent."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.conf import settings
from django.db.models.fields.files import FieldFile
from django.utils import timezone

from registrations import masks
from registrations.checkin import hours as rule
from registrations.models import Answer, Certificate, Course, Evidence
from registrations.reports import certificates, course_sheets, courses, notices, questions, workbooks
from registrations.reports.courses import Standing, Taught
from registrations.reports.typesetting import Document

CHUNK = 256 * 1024
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
_FOLDERS = {
    Evidence.Kind.PHOTO: "08 照片",
    Evidence.Kind.SHEET: "06 签到表扫描件",
    Evidence.Kind.DOCUMENT: "09 文件材料",
}


@dataclass(frozen=True, slots=True)
class Part:
    """A file of the archive: bytes made when its turn comes, or a stored file that is copied."""

    name: str
    content: Callable[[], bytes] | FieldFile


class _Pipe(io.RawIOBase):
    """What zipfile writes to: it cannot seek, and is emptied after each piece."""

    def __init__(self) -> None:
        self.held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]  # any buffer
        self.held += piece
        return len(piece)

    def take(self) -> bytes:
        piece, self.held = bytes(self.held), bytearray()
        return piece


def stream(course: Course, *, masked: bool, at: datetime.datetime) -> Iterator[bytes]:
    """The archive, piece by piece: at most one document and one chunk of a stored file are held."""
    pipe = _Pipe()
    moment = timezone.localtime(at).timetuple()[:6]
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]  # it needs no seek
        for part in parts(course, masked=masked, at=at):
            info = zipfile.ZipInfo(part.name, moment)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            if not isinstance(part.content, FieldFile):
                archive.writestr(info, part.content())
                yield pipe.take()
                continue
            with archive.open(info, "w", force_zip64=True) as target:
                for piece in _chunks(part.content):
                    target.write(piece)
                    yield pipe.take()
            yield pipe.take()
    yield pipe.take()


def _chunks(stored: FieldFile) -> Iterator[bytes]:
    """A stored file; one that is gone from the disk says so, and the rest of the file comes all the same."""
    try:
        file = stored.open("rb")
    except OSError:
        yield "文件在服务器上找不到。".encode()
        return
    with file:
        while piece := file.read(CHUNK):
            yield piece


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("_", text).strip(" .")[:60]


def _table(title: str, heads: tuple[str, ...], rows: list[list[object]]) -> Callable[[], bytes]:
    return lambda: workbooks.table(title, heads, rows)


def parts(course: Course, *, masked: bool, at: datetime.datetime) -> list[Part]:
    """The files in their order. What there is nothing of is left out."""
    lessons = courses.timetable(course)
    attendees = courses.trainees(course.activity).select_related("signup__region")
    rows = courses.board(course, lessons, attendees)
    whole = courses.whole(lessons)
    needed = rule.required(whole, course.required_share)
    found = [
        *_notice(course, lessons, at),
        Part("02 课程表.xlsx", _table("课程表", course_sheets.LESSON_HEADS, course_sheets.timetable(lessons, at))),
        Part("03 授课教师.xlsx", _table("授课教师", _TEACHERS, _teachers(lessons))),
        Part(
            "04 学员名册.xlsx",
            _table("学员名册", course_sheets.ROSTER_HEADS, course_sheets.roster(rows, masked=masked)),
        ),
        *_sign_ins(lessons, rows, masked=masked),
        Part(
            "07 学时登记表.pdf",
            course_sheets.matrix_of(course, lessons, rows, masked=masked, at=at).pdf,
        ),
        Part(
            "07 学时与结业.xlsx",
            _table("学时与结业", course_sheets.RESULT_HEADS, course_sheets.results(rows, needed, whole, masked=masked)),
        ),
        *_register(course, masked=masked),
        *_answers(course, masked=masked),
        *_evidence(course),
    ]
    cover = _cover(course, lessons, rows, found, masked=masked)
    return [Part("00 封面和目录.pdf", cover.pdf), *found]


def _notice(course: Course, lessons: list[Taught], at: datetime.datetime) -> list[Part]:
    if not lessons:
        return []
    text = notices.text(
        notices.Kind.INVITATION, lessons[0].session, None, base_url=settings.KEPU_BASE_URL, at=at
    )  # fmt: skip
    return [Part("01 通知.txt", lambda: ("\ufeff" + text.replace("\n", "\r\n")).encode())]


_TEACHERS = ("授课教师", "职称（单位）", "课次", "学时")


def _teachers(lessons: list[Taught]) -> list[list[object]]:
    held: dict[tuple[str, str], list[Taught]] = {}
    for one in lessons:
        if one.teacher:
            held.setdefault((one.teacher, one.teacher_title), []).append(one)
    return [[*who, len(some), float(courses.whole(some))] for who, some in held.items()]


def _sign_ins(lessons: list[Taught], rows: list[Standing], *, masked: bool) -> list[Part]:
    found = []
    for place, one in enumerate(lessons):
        day = f"{timezone.localtime(one.session.starts_at):%m月%d日%H时%M分}"
        name = _clean(f"第{place + 1}课 {day} {one.topic}")
        lines = course_sheets.sign_in(lessons, place, rows, masked=masked)
        found.append(Part(f"05 签到/{name}.xlsx", _table("签到", course_sheets.SIGN_IN_HEADS, lines)))
    return found


def _register(course: Course, *, masked: bool) -> list[Part]:
    rows = list(certificates.of(course))
    if not rows:
        return []
    lines = certificates.register(rows, masked=masked)
    found = [Part("10 证书登记表.xlsx", _table("证书登记表", certificates.HEADS, lines))]
    valid = [one for one in rows if one.state == Certificate.State.ISSUED]
    if valid and not masked:
        found.append(Part("10 结业证书.pdf", certificates.documents(valid).pdf))
    return found


def _answers(course: Course, *, masked: bool) -> list[Part]:
    """What people answered when they signed up; files they handed in only where the file is whole."""
    signups = courses.lines(course.activity).order_by().values("signup")
    asked = questions.columns({course.activity.pk}, signups, masked=masked)
    if not asked.heads:
        return []
    said: dict[int, list[object]] = {}
    for line in courses.lines(course.activity):
        signup = line.signup
        if signup.pk not in said:
            who = masks.name(signup.contact_name) if masked else signup.contact_name
            said[signup.pk] = [who, signup.unit, *asked.of(signup.pk)]
    found = [
        Part("11 报名问答.xlsx", _table("报名问答", ("联系人", "单位（村组）", *asked.heads), list(said.values())))
    ]
    if not masked:
        held = Answer.objects.filter(signup__in=signups).exclude(file="").order_by("pk")
        found += [Part(f"11 报名附件/{one.pk} {_clean(one.value)}", one.file) for one in held]
    return found


def _evidence(course: Course) -> list[Part]:
    rows = Evidence.objects.filter(activity=course.activity).order_by("added_at", "pk")
    counted: Counter[str] = Counter()
    found: list[Part] = []
    links: list[list[object]] = []
    for one in rows:
        if not one.file:
            links.append([one.title or str(one.get_kind_display()), one.url, one.paper_place])
            continue
        folder = _FOLDERS.get(Evidence.Kind(one.kind), "09 文件材料")
        counted[folder] += 1
        suffix = PurePosixPath(one.file.name or "").suffix[:10]
        title = _clean(one.title) or folder[3:]
        if suffix and title.lower().endswith(suffix.lower()):
            title = title[: -len(suffix)]
        found.append(Part(f"{folder}/{counted[folder]:02} {title}{suffix}", one.file))
    if links:
        found.append(Part("09 链接和纸质材料.xlsx", _table("链接和纸质材料", ("名称", "链接", "存放处"), links)))
    return found


def _cover(course: Course, lessons: list[Taught], rows: list[Standing], held: list[Part], *, masked: bool) -> Document:
    activity = course.activity
    days = [f"{timezone.localtime(one.session.starts_at):%Y年%m月%d日}" for one in (*lessons[:1], *lessons[-1:])]
    attended = sum(cell.mark in {rule.Mark.PRESENT, rule.Mark.SUBSTITUTE} for row in rows for cell in row.cells)
    state = {"planned": "未开班", "running": "已开班，未结业", "closed": "已结业"}[course.state]
    facts = [
        ("主办", activity.organization.name),
        ("时间", "至".join(dict.fromkeys(days))),
        ("地点", "、".join(dict.fromkeys(one.session.venue for one in lessons))),
        ("课程", f"{len(lessons)}次课，共{course_sheets.plain(courses.whole(lessons))}学时"),
        ("结业要求", f"达到总学时的{course.required_share}%"),
        ("学员", f"{len(rows)}人，到课{attended}人次"),
        ("结业", f"{sum(row.completed for row in rows)}人"),
        ("状态", state),
    ]
    if course.opened_at:
        facts.append(("开班", _signed(course.opened_at, course.opened_by)))
    if course.closed_at:
        facts.append(("结业登记", _signed(course.closed_at, course.closed_by)))
    data = {
        "title": course_sheets.title(course),
        "facts": facts,
        "summary": activity.summary,
        "contents": [part.name for part in held],
        "masked": masked,
    }
    return Document("course_cover.typ", data)


def _signed(at: datetime.datetime, by: object) -> str:
    return f"{timezone.localtime(at):%Y年%m月%d日}" + (f"，经办人{by}" if by else "")
