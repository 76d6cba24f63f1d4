"""Returns: a closed one stands still, whatever is written later; what changed is restated beside it."""

from __future__ import annotations

import datetime
import hashlib
import json
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registrations.models import Restatement, Return, ReturnFile
from registrations.operations import accounts, returns, session_changes
from registrations.operations.indicators import ReasonMissing
from registrations.reports import returns as saying
from tests import factories
from tests.registrations.reports.counting import come, station

TEN_DAYS = datetime.timedelta(days=10)
YEAR = (datetime.date(2026, 1, 1), datetime.date(2026, 12, 31))


@pytest.fixture
def later(now):
    """After the session of the world, and after the cut-off of the returns below."""
    return now + TEN_DAYS


@pytest.fixture
def opened(world, now):
    return factories.return_of(
        world.owner, world.lead, now, period=(YEAR[0], datetime.date(2026, 11, 30)), as_of=datetime.date(2026, 11, 30)
    )


@pytest.fixture
def closed(world, opened, later):
    factories.heads(world.session, 30)
    return returns.close(by=world.owner, of=opened, at=later)


def leaflets(world, number, at):
    return accounts.record_output(
        by=world.owner, activity=world.activity, sessions=[world.session], measure="leaflets", number=number, at=at
    )


def said(one, code):
    return next(line for line in saying.closed_lines(one) if line["code"] == code)


def test_an_open_return_follows_the_records(world, opened, later):
    factories.heads(world.session, 30)
    assert saying.evaluate_return(opened).line("attendance").figure.number == 30
    assert (opened.state, opened.figures, opened.sha256) == ("open", "", "")


def test_a_return_is_made_once_for_a_recipient_period_and_cut_off(world, now, opened):
    with pytest.raises(returns.ReturnExists):
        factories.return_of(
            world.owner,
            world.lead,
            now,
            period=(YEAR[0], datetime.date(2026, 11, 30)),
            as_of=datetime.date(2026, 11, 30),
        )
    assert factories.return_of(world.owner, world.lead, now, recipient="市政府办").pk != opened.pk


@pytest.mark.parametrize(
    "values, refusal",
    [
        ({"catalogue": "nothing"}, returns.UnknownCatalogue),
        ({"period": (YEAR[1], YEAR[0])}, returns.PeriodReversed),
        ({"as_of": datetime.date(2027, 1, 1)}, returns.CutoffOutside),
    ],
)
def test_a_return_that_cannot_be_meant_is_refused(world, now, values, refusal):
    with pytest.raises(refusal):
        factories.return_of(world.owner, world.lead, now, **values)


def test_closing_seals_canonical_json_and_issues_its_files(world, closed, later):
    assert closed.sha256 == hashlib.sha256(closed.figures.encode()).hexdigest()
    assert closed.figures == json.dumps(
        json.loads(closed.figures), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    assert (closed.closed_by, closed.closed_at) == (world.owner.user, later)
    assert said(closed, "attendance")["value"]["number"] == 30
    files = {file.name.rpartition(".")[2]: file for file in closed.files.all()}
    assert set(files) == {"json", "xlsx", "md"}
    for file in files.values():
        with file.file.open("rb") as stored:
            assert hashlib.sha256(stored.read()).hexdigest() == file.sha256
    assert files["json"].file.open("rb").read().decode() == closed.figures


def test_a_return_whose_last_day_lies_ahead_cannot_be_closed(world, now):
    ahead = factories.return_of(world.owner, world.lead, now, period=YEAR, as_of=YEAR[1])
    with pytest.raises(returns.CutoffAhead):
        returns.close(by=world.owner, of=ahead, at=now)


def test_a_closed_return_is_not_closed_again(world, closed, later):
    with pytest.raises(returns.AlreadyClosed):
        returns.close(by=world.owner, of=closed, at=later)


def test_what_is_closed_names_no_participant(world, opened, later):
    """Neither the sealed text nor any issued file."""
    names = ["刘桂英", "程老师", "张义工"]
    come(station(world), world.session, factories.signup(world.session, factories.one(names[0], "13912345678")))
    factories.signup(world.session, factories.many(12))
    factories.heads(world.session, 30, counted_by=names[2])
    closed = returns.close(by=world.owner, of=opened, at=later)
    import io
    import zipfile

    texts = [closed.figures]
    for file in closed.files.all():
        data = file.file.open("rb").read()
        if file.name.endswith("xlsx"):
            with zipfile.ZipFile(io.BytesIO(data)) as book:
                texts += [book.read(name).decode() for name in book.namelist() if name.endswith(".xml")]
        else:
            texts.append(data.decode())
    assert len(texts) > 4
    for text in texts:
        assert not [word for word in [*names, "13912345678"] if word in text]
    assert said(closed, "attendance")["records"] == [["session", world.session.pk]]


def test_a_late_record_is_a_proposed_restatement_and_leaves_the_return_alone(world, closed, later):
    before = (closed.figures, closed.sha256)
    leaflets(world, 80, later)
    [row] = returns.propose(of=closed, at=later)
    assert (row.indicator, row.old, row.new["number"], row.accepted_at) == ("leaflets", None, 80, None)
    closed.refresh_from_db()
    assert (closed.figures, closed.sha256) == before
    assert saying.intact(closed)


def test_a_proposal_follows_the_records_and_goes_where_they_say_the_same_again(world, closed, later):
    first = leaflets(world, 80, later)
    [row] = returns.propose(of=closed, at=later)
    leaflets(world, 20, later)
    [again] = returns.propose(of=closed, at=later + TEN_DAYS)
    assert (again.pk, again.new["number"], again.proposed_at) == (row.pk, 100, later)
    accounts.withdraw(by=world.owner, row=first, at=later)
    for output in world.activity.outputs.filter(withdrawn_at=None):
        accounts.withdraw(by=world.owner, row=output, at=later)
    assert returns.propose(of=closed, at=later) == []
    assert not Restatement.objects.exists()


def test_a_restatement_needs_a_reason_and_names_who_lets_it_stand(world, closed, later):
    leaflets(world, 80, later)
    with pytest.raises(ReasonMissing):
        returns.restate(by=world.owner, of=closed, indicator="leaflets", reason=" ", at=later)
    row = returns.restate(by=world.owner, of=closed, indicator="leaflets", reason="汪场镇补报", at=later)
    assert (row.accepted_by, row.reason) == (world.owner.user, "汪场镇补报")
    assert saying.differences(closed) == []
    with pytest.raises(returns.NothingToRestate):
        returns.restate(by=world.owner, of=closed, indicator="leaflets", reason="再报", at=later)


def test_after_a_restatement_the_next_change_is_told_from_the_restated_figure(world, closed, later):
    leaflets(world, 80, later)
    returns.restate(by=world.owner, of=closed, indicator="leaflets", reason="补报", at=later)
    leaflets(world, 5, later)
    [one] = saying.differences(closed)
    assert (one.old_words, one.new_words) == ("80份", "85份")


def test_closed_again_it_is_held_against_its_new_seal_and_not_against_what_was_restated_before(world, closed, later):
    leaflets(world, 80, later)
    returns.restate(by=world.owner, of=closed, indicator="leaflets", reason="补报", at=later)
    opened = returns.reopen(by=world.owner, of=closed, reason="省科协退回", at=later)
    leaflets(world, 5, later)
    again = returns.close(by=world.owner, of=opened, at=later + TEN_DAYS)
    assert said(again, "leaflets")["value"]["number"] == 85
    assert saying.differences(again) == []


def test_opening_again_needs_a_reason_and_keeps_what_was_sealed(world, closed, later):
    figures, digest, files = closed.figures, closed.sha256, closed.files.count()
    with pytest.raises(ReasonMissing):
        returns.reopen(by=world.owner, of=closed, reason="", at=later)
    opened = returns.reopen(by=world.owner, of=closed, reason="省科协退回", at=later)
    assert (opened.state, opened.figures) == ("open", "")
    [kept] = opened.reopenings.all()
    assert (kept.figures, kept.sha256, kept.reason, kept.by) == (figures, digest, "省科协退回", world.owner.user)
    with pytest.raises(returns.NotClosed):
        returns.reopen(by=world.owner, of=opened, reason="再来", at=later)
    returns.close(by=world.owner, of=opened, at=later)
    assert ReturnFile.objects.filter(of=opened).count() == 2 * files


def test_the_rules_a_return_was_closed_with_count_it_again(world, closed, later, monkeypatch):
    """A catalogue that is changed afterwards restates nothing."""
    from registrations.indicators import catalogue

    without = catalogue.parse({
        "catalogue": "work_report", "version": "2099", "rules": "2099", "source": "test", "label": {"zh": "x", "en": "x"},
        "sections": [],
    })  # fmt: skip
    monkeypatch.setattr(catalogue, "load", lambda code: without)
    assert saying.differences(closed) == []
    leaflets(world, 80, later)
    assert [one.code for one in saying.differences(closed)] == ["leaflets"]


def test_the_worker_looks_at_closed_returns_once_a_day(world, closed, later):
    leaflets(world, 80, later)
    assert returns.propose_due(at=later + datetime.timedelta(hours=23)) == 0
    assert returns.propose_due(at=later + returns.EVERY) == 1
    assert Restatement.objects.filter(of=closed, accepted_at=None).count() == 1
    assert returns.propose_due(at=later + returns.EVERY + datetime.timedelta(minutes=1)) == 0


def _write(world, step, at):
    """Something that anybody might still write; it may be refused, which writes nothing."""
    kind, number = step
    chance = random.Random(number)
    match kind:
        case "output":
            accounts.record_output(
                by=world.owner,
                activity=world.activity,
                measure=chance.choice(["leaflets", "panels"]),
                number=number,
                at=at,
            )
        case "count":
            factories.heads(
                world.session, number, audience_group=chance.choice(["farmers", "youth", "elderly", "public"])
            )
        case "state":
            accounts.state(
                by=world.owner,
                activity=world.activity,
                measure="consultations",
                number=number,
                bound="about",
                phrase="约",
                at=at,
            )
        case "withdraw":
            for row in [*world.activity.outputs.all(), *world.session.headcounts.all()][: 1 + number % 2]:
                accounts.withdraw(by=world.owner, row=row, at=at)
        case "session":
            factories.session(world.activity, world.session.starts_at - datetime.timedelta(days=number % 300))
        case _:
            session_changes.call_off(by=world.owner, session=world.session, reason="大雪", at=at)


STEPS = st.lists(
    st.tuples(st.sampled_from(["output", "count", "state", "withdraw", "session", "call_off"]), st.integers(1, 5000)),
    min_size=1,
    max_size=6,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_closed_figures_never_change_whatever_is_written_later(world, closed, later, steps):
    """And what the records say since is exactly what is proposed beside them."""
    from django.db import transaction

    from events.errors import Refusal

    before = (closed.figures, closed.sha256, closed.state)
    files = {file.pk: file.sha256 for file in closed.files.all()}
    with transaction.atomic():
        for step in steps:
            try:
                with transaction.atomic():
                    _write(world, step, later)
            except Refusal:
                continue
        proposed = {row.indicator: row.new for row in returns.propose(of=closed, at=later)}
        now = {line.indicator.code: saying.value(line.figure) for line in saying.evaluate_return(closed).lines}
        then = {line["code"]: line["value"] for line in saying.closed_lines(closed)}
        found = Return.objects.get(pk=closed.pk)
        assert (found.figures, found.sha256, found.state) == before
        assert {file.pk: file.sha256 for file in found.files.all()} == files
        assert saying.intact(found)
        assert proposed == {code: value for code, value in now.items() if value != then[code]}
        transaction.set_rollback(True)
