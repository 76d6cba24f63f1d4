"""A session's poster: an A4 page to hang up (PDF), and the same page as a picture for WeChat (PNG).

Its code is the address of the session's public page, where anybody signs up: it gives a sign-up, never attendance.
"""

from __future__ import annotations

import datetime
import re

from events.models import Activity, Session
from registrations.reports import notices, qr
from registrations.reports.seats import Seats
from registrations.reports.typesetting import Document

#: Pixels of the picture across, and what that is in dots an inch of A4.
WIDTH = 1080
_PPI = WIDTH / (210 / 25.4)
#: Latin letters and digits without a space break nowhere of themselves; where there are so many, every ten of them may.
_LONG = re.compile(r"[!-~]{21,}")


def pdf(session: Session, seats: Seats | None, *, base_url: str, at: datetime.datetime) -> bytes:
    """One page A4."""
    return _poster(session, seats, base_url=base_url, at=at).pdf()


def png(session: Session, seats: Seats | None, *, base_url: str, at: datetime.datetime) -> bytes:
    """1,080 pixels wide, 1,527 high."""
    return _poster(session, seats, base_url=base_url, at=at).pngs(_PPI)[0]


def _poster(session: Session, seats: Seats | None, *, base_url: str, at: datetime.datetime) -> Document:
    return Document("poster.typ", _said(session, seats, base_url=base_url, at=at))


def _said(session: Session, seats: Seats | None, *, base_url: str, at: datetime.datetime) -> dict[str, object]:
    """What stands on the poster, in the words of `poster.typ`."""
    known = notices.facts(session, base_url=base_url, at=at)
    campaign = session.activity.campaign
    rows = [("时　间", known.when), ("地　点", known.place), ("对　象", known.audience), ("主　办", known.organizer)]
    without = session.activity.signup_by == Activity.SignupBy.NONE
    return {
        "campaign": _breakable(campaign.name if campaign.theme else ""),
        "theme": _breakable(campaign.theme or campaign.name),
        "title": _breakable(session.activity.name),
        "part": _breakable(session.name),
        "facts": [[label, _breakable(words)] for label, words in rows if words],
        "code": qr.svg(known.address),
        "call": "微信扫一扫，看详情" if without else "微信扫一扫报名",
        "how": _how(session, seats, known.contact),
        "contact": _breakable(known.contact),
    }


def _how(session: Session, seats: Seats | None, contact: str) -> str:
    if session.activity.signup_by == Activity.SignupBy.NONE:
        return "不用报名，直接到场参加。"
    many = f"名额{seats.capacity}个，" if seats and seats.capacity else ""
    other = "打电话或到现场报名" if contact else "到现场登记"
    return f"{many}不用注册。没有智能手机的，可以{other}。"


def _breakable(text: str) -> str:
    return _LONG.sub(lambda found: re.sub(".{10}(?=.)", "\\g<0>\u200b", found[0]), text)
