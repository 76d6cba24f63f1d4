"""What a shared link says, and its picture."""

import datetime
import io

import pytest
from PIL import Image

from events.models import Session
from registrations.operations import session_changes
from registrations.reports import seats, sharing
from registrations.reports.sharing import Shared
from tests import factories

LONG = Shared("青少年科技创新大赛" * 20, "提升全民科学素质" * 15, ("时间" * 40, "佛子山镇中学" * 20, "协会" * 60), "")
HOSTILE = Shared('#panic("x") *粗* $x$ \\ <a>', "W" * 160, ("👨‍👩‍👧", "-", "= 标题"), "")


def of(session, at):
    rows = Session.objects.select_related("activity__campaign", "activity__organization")
    found = seats.with_seats(rows).get(pk=session.pk)
    return sharing.of_session(found, seats.of(found), at=at)


@pytest.fixture
def before(now):
    return now - datetime.timedelta(days=3)


def test_a_session_says_when_where_what_is_left_and_who_invites(world, before):
    factories.signup(world.session, factories.many(5), before)
    said = of(world.session, before)
    assert (said.title, said.above) == ("食品安全讲座", "全国科普月")
    assert said.words == (
        f"时间：11月24日（周二）09:00–11:00，地点：东方社区活动室，共40个名额，还剩35个，主办：{world.lead.name}"
    )
    assert said.facts == ("11月24日（周二）09:00–11:00", "东方社区活动室", world.lead.name)


def test_it_says_how_one_still_comes(world, now, before):
    full = factories.session(world.activity, now, capacity=1)
    factories.signup(full, factories.one(), before)
    free = factories.session(world.activity, now)
    early = factories.session(world.activity, now, signup_opens_at=now - datetime.timedelta(days=1))
    closed = factories.session(world.activity, now, signup_closes_at=before)
    fair = factories.session(factories.activity(world.campaign, signup_by="none"), now)
    for session, words in (
        (full, "已报满，可登记候补"),
        (free, "不限名额"),
        (early, "报名尚未开始，不限名额"),
        (closed, "网上报名已截止，可到现场登记"),
        (fair, "不用报名，直接到场参加"),
    ):
        assert f"，{words}，" in of(session, before).words
    assert "，已结束，" in of(free, now + datetime.timedelta(hours=3)).words


def test_a_session_that_was_called_off_says_so_first(world, before):
    session_changes.call_off(by=world.owner, session=world.session, reason="暴雨", at=before)
    said = of(world.session, before)
    assert said.title == "【已取消】食品安全讲座"
    assert said.facts[0] == "已取消"
    assert "本场已取消" in said.words


def test_an_activity_speaks_of_its_next_session_else_of_its_last(world, now, before):
    later = factories.session(world.activity, now + datetime.timedelta(days=7), venue="汪场镇")
    both = [world.session, later]
    assert sharing.following(both, at=before) == world.session
    assert sharing.following(both, at=now + datetime.timedelta(days=1)) == later
    assert sharing.following(both, at=now + datetime.timedelta(days=30)) == later
    assert sharing.following([], at=now) is None
    said = sharing.of_activity(world.activity, later, None, at=before)
    assert said.facts == ("12月1日（周二）09:00–11:00", "汪场镇", world.lead.name)


def test_an_activity_without_a_session_says_what_is_known(world, before):
    planned = factories.activity(world.campaign, place="全市", signup_by="none")
    said = sharing.of_activity(planned, None, None, at=before)
    assert said.words == f"地点：全市，主办：{world.lead.name}"


def test_a_campaign_says_its_theme_and_how_much_there_is(world, before):
    world.campaign.theme = "提升全民科学素质"
    said = sharing.of_campaign(world.campaign, 12, at=before)
    assert said.words == f"主题：提升全民科学素质，共12场活动，主办：{world.lead.name}"


@pytest.mark.parametrize("shared", [LONG, HOSTILE, Shared("讲座", "", (), "")])
def test_the_picture_is_square_and_small_whatever_it_says(shared):
    made = sharing.png(shared)
    picture = Image.open(io.BytesIO(made))
    picture.load()
    assert (picture.format, picture.size) == ("PNG", (600, 600))
    assert len(made) < 64_000


def test_nothing_leaves_the_picture(world, before):
    """Its left and right edges are ground and nothing else."""
    picture = Image.open(io.BytesIO(sharing.png(LONG))).convert("RGB")
    for left in (0, 580):
        assert len(picture.crop((left, 380, left + 20, 600)).getcolors()) == 1
