"""What a message to somebody who signed up says. Chinese throughout, as notices are: it is a document."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from events import dates
from events.models import Session
from registrations import access
from registrations.models import Message, Signup
from registrations.reports import notices

About = Message.About

_SUBJECTS = {
    About.CONFIRMED: "报名成功",
    About.WAITING: "已登记候补",
    About.PENDING: "报名已收到，待审核",
    About.OFFERED: "候补轮到您了，请确认",
    About.PROMOTED: "候补成功，已为您报上名",
    About.REFUSED: "报名未通过",
    About.LAPSED: "候补逾期未确认",
    About.CANCELLED: "报名已取消",
    About.REMINDER: "活动提醒",
    About.MOVED: "改期通知",
    About.CALLED_OFF: "取消通知",
}


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    text: str


def letter(about: Message.About, signup: Signup, sessions: Sequence[Session], *, at: datetime.datetime) -> Letter:
    """A letter as of a moment; `signup` comes with its activity and organization."""
    activity = signup.activity
    lines = [
        f"{signup.contact_name}，您好：" if signup.contact_name else "您好：",
        "",
        *_news(about, signup, sessions),
        "",
    ]
    lines.append(f"活动：{activity.name}")
    for session in sessions:
        lines += [f"时间：{notices.when(session, at)}", f"地点：{notices.where(session)}"]
        if session.online_url and about not in {About.CALLED_OFF, About.CANCELLED, About.REFUSED}:
            lines.append(f"线上参加：{session.online_url}")
    lines.append(f"人数：{signup.size}人")
    if link := access.manage_link(signup):
        lines += ["", f"查看、修改或取消报名：{link}", "（谁有这个链接谁就能改，请不要转发到群里。）"]
    phone = activity.contact_phone or activity.organization.contact_phone
    who = activity.contact_name if activity.contact_phone else activity.organization.contact_name
    if phone:
        lines += ["", f"咨询：{f'{who} {phone}'.strip()}"]
    lines += ["", activity.organization.name, "（本邮件由系统自动发出，请不要直接回复。）"]
    return Letter(f"【{_SUBJECTS[about]}】{activity.name}"[:200], "\n".join(lines))


def _news(about: Message.About, signup: Signup, sessions: Sequence[Session]) -> list[str]:
    if about == About.OFFERED:
        until = max((held.offer_expires_at for held in signup.holds.all() if held.offer_expires_at), default=None)
        by = f"请在{_moment(until)}前" if until else "请尽快"
        return [f"有名额空出来，轮到您了，已为您留出。{by}点开下面的链接确认是否参加，逾期名额转给下一位。"]
    if about == About.REFUSED:
        return [f"很抱歉，您的报名没有通过。原因：{signup.refusal_reason}"]
    if about == About.CALLED_OFF:
        reason = next((one.called_off_reason for one in sessions if one.called_off_reason), "")
        return ["您报名的这场活动取消了，给您带来不便，敬请谅解。", *([f"原因：{reason}"] if reason else [])]
    return [_SENTENCES[about]]


_SENTENCES = {
    About.CONFIRMED: "您已报名成功。到场时出示报名凭证即可签到；没带手机的，报姓名或短码也可以。",
    About.WAITING: "目前名额已满，已为您登记候补。有名额空出来时按报名先后递补，到位后会再通知您。",
    About.PENDING: "您的报名已收到，主办方正在审核，名额为您保留。结果会再通知您。",
    About.PROMOTED: "有名额空出来，您已报名成功。来不了的请及时取消，把名额让给别人。",
    About.LAPSED: "候补名额逾期未确认，已转给下一位。想参加的可以重新报名。",
    About.CANCELLED: "主办方已取消您的这次报名。有疑问请与主办方联系。",
    About.REMINDER: "您报名的活动就要开始了，请准时参加。来不了的请及时取消，把名额让给别人。",
    About.MOVED: "您报名的活动时间、地点有调整，以下面的为准。报名继续有效，凭证不用更换；来不了的请及时取消。",
}


def _moment(value: datetime.datetime) -> str:
    local = timezone.localtime(value)
    return f"{dates.day(local.date(), zh=True, today=local.date(), weekday=False)}{local:%H:%M}"
