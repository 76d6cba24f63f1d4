"""The year end on pages: quoted documents, figures with their records, files."""

import re

import pytest

from events.models import Role
from tests import factories
from tests.frontend.conftest import signed_in


def test_a_document_is_quoted_with_its_words_and_enters_the_year(world, owner):
    given = {"measure": "leaflets", "number": "1000余", "phrase": "发放科普宣传资料1000余份", "effect": "replaces"}
    owner.post(f"/console/activities/{world.activity.pk}/statements/", given)
    page = owner.get(f"/console/year-end/?year={world.session.local_year}").content.decode()
    assert "1000多份" in page
    figure = owner.get(f"/console/year-end/leaflets/?year={world.session.local_year}").content.decode()
    assert "发放科普宣传资料1000余份" in figure
    assert f"/console/activities/{world.activity.pk}/" in figure


def test_every_figure_opens_its_records(world, owner, now):
    line = factories.signup(world.session, factories.many(40)).attendees.get()
    owner.post(f"/console/sessions/{world.session.pk}/present/{line.pk}/", {"present": "38"})
    page = owner.get(f"/console/year-end/?year=2026&as_of={now.date()}").content.decode()
    opened = re.findall(r'class="figure" href="([^"]+)"', page)
    assert opened
    for address in opened:
        assert owner.get(address.replace("&amp;", "&")).status_code == 200
    records = owner.get("/console/year-end/attendance_lecture/?year=2026&as_of=2026-12-31").content.decode()
    assert f"/console/sessions/{world.session.pk}/" in records


@pytest.mark.parametrize("query", ["year=1200", "year=2026&organization=nothing"])
def test_a_year_end_that_cannot_be_meant_is_not_found(world, owner, query):
    assert owner.get(f"/console/year-end/?{query}").status_code == 404


def test_beyond_ones_reach_a_figure_opens_no_page(world, now):
    """The city sees a township's number with its activity; the township sees nothing of the city's."""
    township = factories.organization("wangchang", parent=world.lead)
    reader = signed_in(factories.user(township, Role.READER))
    assert reader.get(f"/console/year-end/?organization={world.lead.code}").status_code == 404
    assert reader.get(f"/console/sessions/{world.session.pk}/").status_code == 404


@pytest.mark.parametrize("form", ["xlsx", "md", "json"])
def test_the_year_end_is_taken_out_as_a_file(world, owner, form):
    response = owner.get(f"/console/year-end/download.{form}?year=2026")
    assert response.status_code == 200
    assert f"2026-own.{form}" in response.headers["Content-Disposition"]
