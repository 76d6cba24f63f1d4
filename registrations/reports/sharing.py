"""What a link says of itself where it is shared: a title, a sentence and a square picture, as WeChat and others show them.

Chinese throughout, as notices are: whoever sees the link in a group reads Chinese, whatever language its page has.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from PIL import Image

from events import dates
from events.models import Activity, Campaign, Session
from registrations.reports import notices
from registrations.reports.seats import Seats
from registrations.reports.typesetting import Document

#: Pixels of the picture, both ways, and what that is in dots an inch of the template's 100 mm.
SIDE = 600
_PPI = SIDE / (100 / 25.4)
#: So many shades are enough for letters on plain grounds, and make a third of the bytes.
_COLOURS = 32


@dataclass(frozen=True, slots=True)
class Shared:
    """`above`: of what it is a part; `facts`: when, where, by whom, on the picture; `words`: the sentence in full."""

    title: str
    above: str
    facts: tuple[str, ...]
    words: str


def of_session(session: Session, seats: Seats | None, *, at: datetime.datetime) -> Shared:
    activity = session.activity
    when, where = notices.when_together(session, at), notices.where(session)
    title = f"{activity.name} · {session.name}" if session.name else activity.name
    words = [f"时间：{when}", f"地点：{where}", _state(session, seats, at), f"主办：{activity.organization.name}"]
    called_off = session.state == Session.State.CALLED_OFF
    facts = ("已取消" if called_off else when, session.venue, activity.organization.name)
    return Shared(f"【已取消】{title}" if called_off else title, activity.campaign.name, facts, _joined(words))


def of_activity(activity: Activity, following: Session | None, seats: Seats | None, *, at: datetime.datetime) -> Shared:
    """`following`: the next session, else the last; None where there is none with a date and place."""
    if following is None:
        when, where, state = _period(activity, at), activity.place, ""
    else:
        when, where, state = notices.when(following, at), notices.where(following), _state(following, seats, at)
    words = [f"时间：{when}" if when else "", f"地点：{where}" if where else "", state]
    words += [f"主办：{activity.organization.name}"]
    venue = following.venue if following else activity.place
    return Shared(activity.name, activity.campaign.name, (when, venue, activity.organization.name), _joined(words))


def following(sessions: Sequence[Session], *, at: datetime.datetime) -> Session | None:
    """The one an activity's link speaks of: the next of these, in their order, else the last."""
    standing = [one for one in sessions if one.state != Session.State.CALLED_OFF] or list(sessions)
    return next((one for one in standing if one.ends_at > at), standing[-1] if standing else None)


def of_campaign(campaign: Campaign, sessions: int, *, at: datetime.datetime) -> Shared:
    """`sessions`: how many its page lists."""
    when = _period(campaign, at)
    many = f"共{sessions}场活动" if sessions else ""
    words = [f"时间：{when}" if when else "", f"主题：{campaign.theme}" if campaign.theme else "", many]
    words += [f"主办：{campaign.organization.name}"]
    return Shared(campaign.name, campaign.theme, (when, many, campaign.organization.name), _joined(words))


def _period(row: Activity | Campaign, at: datetime.datetime) -> str:
    today = timezone.localdate(at)
    precision = getattr(row, "date_precision", "day")
    return dates.span(row.starts_on, row.ends_on, precision, zh=True, today=today)


def _joined(words: list[str]) -> str:
    return "，".join(word for word in words if word)


def _state(session: Session, seats: Seats | None, at: datetime.datetime) -> str:
    """Whether one can still come, in a few words."""
    if session.state == Session.State.CALLED_OFF:
        return "本场已取消"
    if session.ends_at <= at:
        return "已结束"
    state = notices.sign_up_state(session, at)
    if state == "none":
        return "不用报名，直接到场参加"
    if state == "closed":
        return "网上报名已截止，可到现场登记"
    if seats is None or seats.capacity is None:
        left = "不限名额"
    else:
        left = "已报满，可登记候补" if seats.full else f"共{seats.capacity}个名额，还剩{seats.free}个"
    return f"报名尚未开始，{left}" if state == "early" else left


def png(shared: Shared) -> bytes:
    """The picture: 600 by 600 pixels in few colours, some 15 kB."""
    data = {"title": shared.title, "above": shared.above, "facts": [one for one in shared.facts if one]}
    [made] = Document("share.typ", data).pngs(_PPI)
    picture = Image.open(io.BytesIO(made)).convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()
