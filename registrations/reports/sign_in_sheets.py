"""The sign-in sheet (签到表) of a session: names whole, phones masked, the signature left blank for ink.

Twenty-five rows a page, whatever it is written as, so that a line has the same place on paper, in Word and in Excel.
Chinese throughout, as documents are: the readers live here.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from events.models import Session
from registrations import masks
from registrations.models import Ticket
from registrations.reports import notices
from registrations.reports.attendance import Row
from registrations.reports.typesetting import Document

PER_PAGE = 25
#: At least so many lines stay blank on a sheet with names, for those who come without having signed up.
SPARE = 5
MOST_PAGES = 40
HEADS = ("序号", "姓名", "单位（村组）", "联系电话", "短码", "签名", "备注")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the sheet; all empty where it is there to be written on. `people`: who are expected by it."""

    name: str = ""
    unit: str = ""
    phone: str = ""
    code: str = ""
    note: str = ""
    people: int = 0

    def cells(self, number: int) -> tuple[str, ...]:
        """What stands under `HEADS`."""
        return (str(number), self.name, self.unit, self.phone, self.code, "", self.note)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on it, in whole pages."""

    title: str
    when: str
    where: str
    host: str
    people: int
    lines: tuple[Line, ...]

    @property
    def pages(self) -> list[tuple[Line, ...]]:
        return [self.lines[start : start + PER_PAGE] for start in range(0, len(self.lines), PER_PAGE)]

    @property
    def facts(self) -> list[tuple[str, str]]:
        return [("活动", self.title), ("时间", self.when), ("地点", self.where), ("主办", self.host)]


def named(*, session: Session, rows: Iterable[Row], at: datetime.datetime) -> Sheet:
    """Everybody in `rows`, then blank lines to the end of the page: one query. The session comes with its activity and
    organization."""
    listed = list(rows)
    codes = _codes(listed)
    lines = []
    for row in listed:
        signup, alone = row.signup, len(row.lines) == 1
        for one in (line.attendee for line in row.lines):
            phone = one.phone or (signup.contact_phone if alone or one.name == signup.contact_name else "")
            lines.append(
                Line(
                    name=one.name or (signup.contact_name if alone else ""),
                    unit=one.village or signup.unit,
                    phone=masks.phone(phone),
                    code=codes.get((signup.pk, one.pk)) or codes.get((signup.pk, None), ""),
                    note=f"{one.size}人" if one.size > 1 or not one.name else "",
                    people=one.size,
                )
            )
    pages = -(-(len(lines) + SPARE) // PER_PAGE)
    return _sheet(session, lines, pages, at)


def blank(*, session: Session, pages: int, at: datetime.datetime) -> Sheet:
    """So many pages to be written on by hand."""
    return _sheet(session, [], max(1, min(pages, MOST_PAGES)), at)


def _sheet(session: Session, lines: list[Line], pages: int, at: datetime.datetime) -> Sheet:
    activity = session.activity
    when, year = notices.when(session, at), f"{session.local_year}年"  # it is filed: the year belongs on it
    return Sheet(
        title=" · ".join(word for word in (activity.name, notices.title(session)) if word),
        when=when if when.startswith(year) else year + when,
        where=notices.where(session),
        host=activity.organization.name,
        people=sum(line.people for line in lines),
        lines=(*lines, *[Line()] * (pages * PER_PAGE - len(lines))),
    )


def _codes(rows: list[Row]) -> dict[tuple[int, int | None], str]:
    """Short codes as they are read out, by sign-up and line; None: the sign-up's own."""
    valid = Ticket.objects.filter(signup__in=[row.signup.pk for row in rows], state=Ticket.State.VALID)
    found = valid.values_list("signup", "attendee", "short_code")
    return {(signup, line): f"{code[:4]} {code[4:]}" for signup, line, code in found}


def pdf(sheet: Sheet) -> bytes:
    """A4; each page has its title, its number and room for its totals."""
    pages = [
        {"rows": [asdict(line) for line in page], "people": sum(line.people for line in page)} for page in sheet.pages
    ]
    data = {"facts": sheet.facts, "people": sheet.people, "pages": pages, "heads": HEADS}
    return Document("sign_in_sheet.typ", data).pdf()
