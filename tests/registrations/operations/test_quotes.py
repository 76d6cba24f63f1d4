"""Telling numbers: the sentence, what is missing behind it, who holds it, and putting it right."""

from __future__ import annotations

import datetime

import pytest

from registrations.models import Quote
from registrations.operations import accounts, quotes
from registrations.reports import quotes as telling
from tests import factories
from tests.registrations.reports.counting import report

DAY = datetime.timedelta(days=1)


@pytest.fixture
def after(now):
    return now + 2 * DAY


def leaflets(world, number, at, **values):
    return accounts.record_output(
        by=world.owner,
        activity=world.activity,
        sessions=[world.session],
        measure="leaflets",
        number=number,
        at=at,
        **values,
    )


def tell(world, after, **values):
    given = {"codes": ["leaflets", "sessions"], "as_of": (after - DAY).date()} | values
    return factories.quote(world.owner, world.lead, after, **given)


def test_figures_become_a_sentence_with_cut_off_scope_and_reference(world, after):
    factories.heads(world.session, 30)
    leaflets(world, 1600, after, bound="at_least")
    made = tell(world, after)
    assert made.text == (
        "截至11月25日，tianmen科协（本级）今年以来：发放科普宣传资料1600多份，科普活动场次1场。"
        f"〔查询号{made.reference}〕"
    )
    assert [(one["code"], one["written"]) for one in made.figures] == [("leaflets", "1600多份"), ("sessions", "1场")]
    assert made.missing == []
    assert len(made.reference) == 8


def test_another_span_and_another_year_are_said(world, after):
    leaflets(world, 20, after)
    november = (datetime.date(2026, 11, 1), datetime.date(2026, 11, 30))
    assert "11月1日至11月30日" in tell(world, after, period=november, codes=["leaflets"]).text
    later = after.replace(year=2027)
    year = (datetime.date(2026, 1, 1), datetime.date(2026, 12, 31))
    said = tell(world, later, codes=["leaflets"], period=year, as_of=(after - DAY).date()).text
    assert "截至2026年11月25日，tianmen科协（本级）2026年：" in said


def test_while_units_are_missing_the_sentence_is_incomplete_and_names_them(world, after):
    """A session that nobody counted, and a township of which there is nothing at all."""
    leaflets(world, 20, after)
    town = factories.organization("wangchang", parent=world.lead, kind="township")
    made = tell(world, after, scope="tree", codes=["leaflets"])
    assert made.missing == [world.lead.label, town.label]
    assert made.text.startswith("据不完全统计，截至")
    assert f"（{world.lead.label}、{town.label}尚未报齐）" in made.text
    factories.heads(world.session, 3)
    assert telling.missing_units(report(world.lead, scope="tree"), after) == [town.label]
    assert telling.missing_units(report(world.lead, scope="own"), after) == []


def test_nothing_chosen_and_nothing_recorded_are_refused(world, after):
    with pytest.raises(quotes.NothingChosen):
        tell(world, after, codes=[])
    with pytest.raises(quotes.FigureNotRecorded) as refused:
        tell(world, after, codes=["consultations"])
    assert "群众咨询" in refused.value.message
    assert not Quote.objects.exists()


def test_a_reference_shows_exactly_the_figures_then_and_now(world, after):
    leaflets(world, 1600, after)
    made = tell(world, after)
    leaflets(world, 200, after)
    then = {one.code: (one.told["written"], one.now["written"], one.changed) for one in telling.compare(made)}
    assert then == {"leaflets": ("1600份", "1800份", True), "sessions": ("1场", "1场", False)}
    made.refresh_from_db()
    assert "1600份" in made.text


def test_what_began_after_the_cut_off_changes_no_quote(world, after):
    leaflets(world, 5, after)
    made = tell(world, after)
    factories.session(world.activity, after + DAY)
    assert not any(one.changed for one in telling.compare(made))


def test_a_changed_figure_lists_everyone_who_holds_the_old_one_with_a_note(world, after):
    leaflets(world, 1600, after)
    made = tell(world, after)
    first = quotes.hand_out(by=world.owner, quote=made, name="市政府办", how="wechat", told_at=after, at=after)
    assert [one.note for one in telling.holders(made, telling.compare(made))] == [""]
    leaflets(world, 200, after)
    notes = [one.note for one in telling.holders(made, telling.compare(made))]
    assert notes == [
        f"市政府办：11月26日报送的数据更正如下：发放科普宣传资料由1600份更正为1800份，其余数据不变。〔查询号{made.reference}〕"
    ]
    quotes.correct(by=world.owner, holder=first, at=after)
    late = quotes.hand_out(by=world.owner, quote=made, name="省科协", how="phone", told_at=after, at=after)
    held = {one.holder.pk: one for one in telling.holders(made, telling.compare(made))}
    assert held[first.pk].note == ""
    assert held[first.pk].corrected_at == after
    assert held[late.pk].note.startswith("省科协：")
    with pytest.raises(quotes.NothingToCorrect):
        quotes.correct(by=world.owner, holder=first, at=after)


def test_a_second_change_is_told_from_what_the_holder_was_told_last(world, after):
    leaflets(world, 1600, after)
    made = tell(world, after, codes=["leaflets"])
    holder = quotes.hand_out(by=world.owner, quote=made, name="市政府办", how="wechat", told_at=after, at=after)
    leaflets(world, 200, after)
    quotes.correct(by=world.owner, holder=holder, at=after)
    leaflets(world, 1, after)
    [held] = telling.holders(made, telling.compare(made))
    assert "由1800份更正为1801份。" in held.note


def test_a_holder_has_a_name(world, after):
    leaflets(world, 5, after)
    made = tell(world, after, codes=["leaflets"])
    with pytest.raises(quotes.HolderMissing):
        quotes.hand_out(by=world.owner, quote=made, name=" ", how="phone", told_at=after, at=after)
