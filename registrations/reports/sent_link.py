"""The words with which the office sends somebody the link to their sign-up, ready to paste into WeChat.

Chinese throughout, as notices are: it is a document, and its readers live here.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from events.models import Session
from registrations.models import Signup
from registrations.reports import notices

#: More sessions than these the page behind the link lists.
MOST = 3

_STANDS = {
    Signup.State.CONFIRMED: "已报名成功",
    Signup.State.WAITING: "候补中，有名额会按先后递补",
    Signup.State.OFFERED: "有名额给您留着，请点开链接确认是否参加",
    Signup.State.PENDING: "待审核，名额已为您留着",
    Signup.State.CANCELLED: "已取消",
    Signup.State.REFUSED: "未通过审核",
    Signup.State.LAPSED: "逾期未确认，名额已转给下一位",
}


def text(signup: Signup, sessions: Sequence[Session], link: str, *, at: datetime.datetime) -> str:
    """The sign-up comes with its activity and organization."""
    lines = [f"{signup.contact_name}，您好：" if signup.contact_name else "您好："]
    lines.append(f"这是您报名“{signup.activity.name}”的链接，{signup.size}人，{_STANDS[Signup.State(signup.state)]}。")
    for session in sessions[:MOST]:
        lines.append(f"{notices.when(session, at)}，{notices.where(session)}")
    if len(sessions) > MOST:
        lines.append(f"等，共{len(sessions)}次")
    lines += ["点开可以看报名凭证，也可以修改、转让或取消：", link]
    lines += ["谁有这个链接谁就能改，请不要转发到群里。", signup.activity.organization.name]
    return "\n".join(lines)
