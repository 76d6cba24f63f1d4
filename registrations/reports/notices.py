"""What a session's notice says: text that staff paste into a WeChat group or read out on the telephone.

Chinese throughout, whatever language the office reads its pages in: it is a document, and its readers live here. Nothing
in it is personal: who has signed up stands in no notice.
"""

from __future__ import annotations

import datetime
import enum
from dataclasses import dataclass

from django.utils import timezone, translation

from events import audiences, dates
from events.models import Activity, Session
from registrations.reports.seats import Seats


class Kind(enum.StrEnum):
    """What a notice is for."""

    INVITATION = "invitation"
    REMINDER = "reminder"
    MOVED = "moved"
    CALLED_OFF = "called_off"


def kinds(session: Session) -> list[Kind]:
    """The notices that fit a session: of one that is called off nobody is reminded, and the other way round."""
    if session.state == Session.State.CALLED_OFF:
        return [Kind.CALLED_OFF]
    return [Kind.INVITATION, Kind.REMINDER, Kind.MOVED]


def address(session: Session, base_url: str) -> str:
    """The session's public page: anybody signs up there. It is no ticket."""
    return f"{base_url}/sessions/{session.pk}/"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is said of a session wherever it is announced; empty where nothing is known."""

    title: str
    when: str
    place: str
    online: str
    audience: str
    organizer: str
    contact: str
    address: str


def facts(session: Session, *, base_url: str, at: datetime.datetime) -> Facts:
    activity = session.activity
    lead = activity.organization
    who, phone = activity.contact_name, activity.contact_phone
    if not phone:
        who, phone = who or lead.contact_name, lead.contact_phone
    return Facts(
        title=f"{activity.name} · {session.name}" if session.name else activity.name,
        when=when_together(session, at),
        place=where(session),
        online=session.online_url,
        audience="、".join(audiences.label(code, "zh") for code in activity.audiences),
        organizer=lead.name,
        contact=f"{who} {phone}".strip() if phone else "",
        address=address(session, base_url),
    )


def when(session: Session, at: datetime.datetime) -> str:
    """Its day and hours, as a document says them."""
    start, end = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
    return dates.hours(start, end, zh=True, today=timezone.localdate(at))


def when_together(session: Session, at: datetime.datetime) -> str:
    """Day and hours of a session, and of a morning the afternoon's too, for both are signed up for as one."""
    other = session.counterpart if session.half == Session.Half.MORNING else None
    if other is None or other.state == Session.State.CALLED_OFF:
        return when(session, at)
    start, end = timezone.localtime(other.starts_at), timezone.localtime(other.ends_at)
    return f"{when(session, at)}、{start:%H:%M}–{end:%H:%M}"


def title(session: Session) -> str:
    """Its own name and the half of the day, in Chinese; empty where it has neither."""
    with translation.override("zh-hans"):
        return session.title


def where(session: Session) -> str:
    """The venue, and how to find it where that says more."""
    further = session.address if session.address != session.venue else ""
    return f"{session.venue}（{further}）" if further else session.venue


def _moment(value: datetime.datetime, at: datetime.datetime) -> str:
    local = timezone.localtime(value)
    day = dates.day(local.date(), zh=True, today=timezone.localdate(at), weekday=False)
    return f"{day}{local:%H:%M}"


def sign_up_state(session: Session, at: datetime.datetime) -> str:
    """«none», «early», «open» or «closed»: whether one can sign up at a moment, seats aside."""
    if session.activity.signup_by == Activity.SignupBy.NONE:
        return "none"
    if session.signup_opens_at and session.signup_opens_at > at:
        return "early"
    return "open" if (session.signup_closes_at or session.starts_at) > at else "closed"


def text(kind: Kind, session: Session, seats: Seats | None, *, base_url: str, at: datetime.datetime) -> str:
    """A notice ready to paste, as of a moment. `seats` from `registrations.reports.seats.of`."""
    said = facts(session, base_url=base_url, at=at)
    writer = {
        Kind.INVITATION: _invitation,
        Kind.REMINDER: _reminder,
        Kind.MOVED: _moved,
        Kind.CALLED_OFF: _called_off,
    }[kind]
    return "\n".join(writer(said, session, seats, at))


def _invitation(said: Facts, session: Session, seats: Seats | None, at: datetime.datetime) -> list[str]:
    lines = [f"【报名通知】{said.title}", "", *_time_and_place(said)]
    if said.audience:
        lines.append(f"对象：{said.audience}")
    lines.append(f"主办：{said.organizer}")
    lines += [*_how_to_sign_up(said, session, seats, at), *_contact(said)]
    return [*lines, "", "欢迎参加，请相互转告。"]


def _reminder(said: Facts, session: Session, seats: Seats | None, at: datetime.datetime) -> list[str]:
    away = (timezone.localdate(session.starts_at) - timezone.localdate(at)).days
    soon = {0: "就在今天", 1: "就在明天"}.get(away, "即将举行")
    lines = [f"【活动提醒】{said.title}", "", f"活动{soon}，请准时参加。", "", *_time_and_place(said)]
    if session.activity.signup_by != Activity.SignupBy.NONE:
        lines.append("签到：到场出示报名凭证；没带手机的，报姓名或短码也可以签到。")
        lines.append("来不了的，请在报名凭证页上取消，把名额让给别人。")
    return [*lines, *_contact(said)]


def _moved(said: Facts, session: Session, seats: Seats | None, at: datetime.datetime) -> list[str]:
    lines = [f"【改期通知】{said.title}", "", "时间、地点有调整，以本通知为准。", ""]
    lines += [f"调整后时间：{said.when}", f"调整后地点：{said.place}"]
    if said.online:
        lines.append(f"线上参加：{said.online}")
    if session.activity.signup_by != Activity.SignupBy.NONE:
        lines.append("已报名的继续有效，报名凭证不用更换；来不了的，请在报名凭证页上取消。")
    lines += [f"详情：{said.address}", *_contact(said)]
    return [*lines, "", "给您带来不便，敬请谅解，请相互转告。"]


def _called_off(said: Facts, session: Session, seats: Seats | None, at: datetime.datetime) -> list[str]:
    lines = [f"【取消通知】{said.title}", "", f"原定{said.when}在{said.place}举行的这场活动取消。"]
    if session.called_off_reason:
        lines.append(f"原因：{session.called_off_reason}")
    lines += _contact(said)
    return [*lines, "", "给您带来不便，敬请谅解，请相互转告。"]


def _time_and_place(said: Facts) -> list[str]:
    lines = [f"时间：{said.when}", f"地点：{said.place}"]
    return [*lines, f"线上参加：{said.online}"] if said.online else lines


def _contact(said: Facts) -> list[str]:
    return [f"咨询：{said.contact}"] if said.contact else []


def _how_to_sign_up(said: Facts, session: Session, seats: Seats | None, at: datetime.datetime) -> list[str]:
    state = sign_up_state(session, at)
    if state == "none":
        return ["报名：不用报名，直接到场参加。", f"详情：{said.address}"]
    if state == "closed":
        return ["报名：网上报名已截止，想参加的请到现场登记。", f"详情：{said.address}"]
    lines = []
    if seats is not None and seats.capacity is not None:
        left = "已报满，可以登记候补" if seats.full else f"还剩{seats.free}个"
        lines.append(f"名额：共{seats.capacity}个，{left}")
    if state == "early" and session.signup_opens_at:
        lines.append(f"报名：{_moment(session.signup_opens_at, at)}起，点开下面的链接或扫海报上的二维码，不用注册。")
    else:
        lines.append("报名：点开下面的链接或扫海报上的二维码，不用注册；一人、一家、一个班、一个村都可以一次报名。")
    if session.activity.signup_by == Activity.SignupBy.COURSE:
        lines.append("一次报名，整期各课都有效。")
    lines.append(said.address)
    if session.signup_closes_at:
        lines.append(f"截止：{_moment(session.signup_closes_at, at)}")
    return lines
