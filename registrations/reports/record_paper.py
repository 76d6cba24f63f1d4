"""The activity record on paper (活动记录表): one page A4 with up to four photos. Chinese throughout, as documents are."""

from __future__ import annotations

import base64
import datetime

from django.utils import timezone

from events import audiences, dates
from events.models import Form
from registrations import phrases, pictures
from registrations.indicators import measures
from registrations.models import ActivityRecord, Evidence
from registrations.reports import notices
from registrations.reports.records import Sheet
from registrations.reports.typesetting import Document

#: Photos on the page; the others are named by their number.
PHOTOS = 4
#: Characters of the summary that fit; what is longer is cut, and says so.
SUMMARY = 420

FORMS = {
    Form.LECTURE: "科普讲座",
    Form.TRAINING: "培训",
    Form.EXHIBITION: "展览",
    Form.CONTEST: "竞赛",
    Form.CONSULTATION: "咨询",
    Form.VISIT: "参观考察",
    Form.OPENING: "启动仪式、主题活动",
    Form.CAMP: "夏（冬）令营",
    Form.SCIENCE_GROUP: "青少年科技兴趣小组",
    Form.OPEN_INSTITUTE: "科研机构开放",
    Form.EXCHANGE: "国际交流",
    Form.PUBLICITY: "科普宣传",
    Form.EXPERT_SUPPORT: "专家服务",
    Form.VILLAGE_SUPPORT: "驻村帮扶",
    Form.FACILITY: "科普设施",
    Form.OTHER: "其他",
}
_GRADES = {
    "scanned": "扫码签到",
    "confirmed": "名单核对",
    "self": "自报",
    "tallied": "现场清点",
    "estimated": "估算",
    "reported": "据材料",
}


def document(sheet: Sheet, *, at: datetime.datetime) -> Document:
    """The record as it stands."""
    activity, record = sheet.activity, sheet.record
    summary = (record.summary if record and record.summary else activity.summary).strip()
    data = {
        "title": activity.name,
        "facts": [
            ["活动形式", FORMS[Form(activity.form)]],
            ["活动时间", _when(sheet, at)],
            ["活动地点", _where(sheet)],
            ["主办单位", activity.organization.name],
            ["协办单位", record.partners if record else ""],
            ["面向人群", "、".join(audiences.label(code, "zh") for code in activity.audiences)],
            ["应到人数", f"{sheet.expected}人" if sheet.expected is not None else ""],
            ["实到人次", _actual(sheet)],
            ["专　　家", record.experts if record else ""],
            ["活动数据", "；".join(_number(one.measure, one.part) for one in sheet.numbers)],
        ],
        "summary": summary if len(summary) <= SUMMARY else f"{summary[:SUMMARY]}……（全文见系统）",
        "photos": [[_picture(one), one.title] for one in sheet.photos[:PHOTOS]],
        "more": max(0, len(sheet.photos) - PHOTOS),
        "others": "；".join(str(one) for one in sheet.others),
        "paper": record.paper_place if record else "",
        "filled_in": _signed(record.filled_in_by, record.filled_in_at) if record else "",
        "reviewed": _signed(record.reviewed_by, record.reviewed_at) if record else "",
        "draft": record is None or record.state == ActivityRecord.State.DRAFT,
        "printed": dates.day(timezone.localdate(at), zh=True, today=datetime.date.min, weekday=False),
    }
    return Document("record_sheet.typ", data)


def _when(sheet: Sheet, at: datetime.datetime) -> str:
    if sheet.session is not None and not sheet.activity.entered_afterwards:
        return notices.when(sheet.session, at)
    activity = sheet.activity
    first, last = activity.starts_on, activity.ends_on
    if sheet.session is not None:
        first = last = timezone.localdate(sheet.session.starts_at)
    return dates.span(first, last, activity.date_precision, zh=True, today=datetime.date.min)


def _where(sheet: Sheet) -> str:
    place = sheet.session.venue if sheet.session else sheet.activity.place
    region = (sheet.session.region if sheet.session else None) or sheet.activity.region
    return place if region is None or region.name in place else f"{region.name} {place}".strip()


def _actual(sheet: Sheet) -> str:
    if sheet.whole is None:
        return "未统计"
    parts = "，".join(f"{_GRADES[grade]}{phrases.write(part, '人次')}" for grade, part in sheet.actual.items())
    return f"{phrases.write(sheet.whole, '人次')}（{parts}）"


def _number(measure: str, part: object) -> str:
    known = measures.get(measure)
    return f"{known.zh}{phrases.write(part, known.unit)}"  # type: ignore[arg-type]  # an Amount


def _picture(photo: Evidence) -> str:
    """The photo in a drawing, which is text and so can travel with the other data."""
    with photo.file.open("rb") as file:
        data, (width, height) = pictures.for_paper(file)
    coded = base64.b64encode(data).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f'<image width="{width}" height="{height}" href="data:image/jpeg;base64,{coded}"/></svg>'
    )


def _signed(who: object, at: datetime.datetime | None) -> str:
    if who is None or at is None:
        return ""
    return f"{who}　{dates.day(timezone.localdate(at), zh=True, today=datetime.date.min, weekday=False)}"
