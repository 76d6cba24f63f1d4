"""What WeChat finds in a page's head, and the picture it fetches."""

import io
import re

import pytest
from PIL import Image

from registrations.reports import sharing
from tests import factories


@pytest.fixture
def pages(soon):
    return {
        f"/sessions/{soon.session.pk}/": "食品安全讲座",
        f"/activities/{soon.activity.pk}/": "食品安全讲座",
        f"/campaigns/{soon.campaign.pk}/": "全国科普月",
    }


def said(page):
    """What the head says, by name."""
    return dict(
        re.findall(r'<(?:meta|link) (?:name|property|itemprop|rel)="([\w:]+)" (?:content|href)="([^"]*)"', page)
    )


def test_each_public_page_has_a_title_a_sentence_an_address_and_a_picture(client, pages, settings):
    for address, title in pages.items():
        head = said(client.get(address).content.decode())
        assert head["og:title"] == head["name"] == title
        assert "主办：" in head["og:description"]
        assert head["og:description"] == head["description"]
        assert head["og:url"] == head["canonical"] == f"{settings.KEPU_BASE_URL}{address}"
        assert head["og:image"] == head["image"] == f"{settings.KEPU_BASE_URL}{address}share.png"


def test_the_picture_is_one_that_wechat_takes_and_the_page_does_not_load_it(client, pages):
    for address in pages:
        answer = client.get(f"{address}share.png")
        assert answer["Content-Type"] == "image/png"
        picture = Image.open(io.BytesIO(answer.content))
        assert picture.width == picture.height >= 500
        assert len(answer.content) < 64_000
        assert f'src="{address}share.png"' not in client.get(address).content.decode()


def test_it_is_kept_by_whoever_fetched_it_and_made_once(client, pages, monkeypatch):
    made = []
    draw = sharing.png
    monkeypatch.setattr(sharing, "png", lambda shared: made.append(shared) or draw(shared))
    address = next(iter(pages)) + "share.png"
    first, second = client.get(address), client.get(address)
    assert first.content == second.content
    assert len(made) == 1
    assert first["Cache-Control"] == "public, max-age=3600"
    known = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (known.status_code, known.content, known["ETag"]) == (304, b"", first["ETag"])


def test_what_is_not_public_has_no_picture(soon, client):
    draft = factories.activity(soon.campaign, state="draft")
    hidden = factories.session(draft, soon.session.starts_at)
    for address in (f"/sessions/{hidden.pk}/", f"/activities/{draft.pk}/", "/campaigns/999/"):
        assert client.get(f"{address}share.png").status_code == 404


def test_what_people_typed_stays_inside_its_tag(soon, client):
    odd = factories.activity(soon.campaign, name='"><script>alert(1)</script>')
    session = factories.session(odd, soon.session.starts_at, venue='" onload="x')
    page = client.get(f"/sessions/{session.pk}/").content.decode()
    assert "<script>alert(1)" not in page
    assert '" onload="x' not in page
