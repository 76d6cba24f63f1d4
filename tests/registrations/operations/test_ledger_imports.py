"""Last year's ledger comes in whole or not at all, once, and can be undone while nothing hangs on it."""

import datetime
import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from events.models import Activity, Region, Session
from registrations.models import ActivityRecord, Evidence, LedgerImport, Statement
from registrations.operations import accounts, activity_records, ledger_imports, ledger_undo
from registrations.reports import activity_ledger
from tests import factories
from tests.registrations.reports.counting import report

HEAD = ["序号", "活动名称", "活动时间", "地点", "乡镇", "主办单位", "协办单位", "形式", "参加人数", "发放资料", "专家"]
ROWS = [
    [
        1,
        "全国科普日主场活动",
        datetime.date(2018, 9, 17),
        "佛子山镇中学",
        "",
        "市科协",
        "小牛顿科普中心",
        "主题活动",
        "900多",
        "",
        "",
    ],
    [2, "食品安全讲座", "10月20日", "汪场镇文化站", "汪场镇", "", "", "讲座", "近千人", "1000余份", "李明（农技站）"],
    [3, "蔬菜种植培训", "2018年9月中旬", "众盛合作社", "汪场", "本单位", "", "培训", "约200", "3.6万", ""],
    ["", "合计", "", "", "", "", "", "", 2100, "", ""],
]


def book(rows=ROWS, head=HEAD, title="天门市科协2018年活动台账", name="台账.xlsx"):
    made, out = openpyxl.Workbook(), io.BytesIO()
    made.active.append([title])
    for one in (head, *rows):
        made.active.append(one)
    made.save(out)
    return SimpleUploadedFile(name, out.getvalue())


@pytest.fixture
def place(world):
    return factories.region("429006104000", "汪场镇", "town", factories.city())


def drafted(world, now, upload=None, **values):
    return ledger_imports.draft(
        by=world.owner, organization=world.lead, year=2018, upload=upload or book(), at=now, **values
    )


def run(world, now, ledger):
    return ledger_imports.run(by=world.owner, ledger=ledger, at=now)


def imported():
    return Activity.objects.filter(external_id__startswith="ledger:").order_by("starts_on")


def test_each_row_becomes_an_activity_that_was_held_with_its_numbers_in_their_own_words(world, now, place):
    done = run(world, now, drafted(world, now))
    assert (done.state, done.added, done.known) == ("done", 3, 0)
    training, opening, lecture = imported()
    assert [(one.form, one.state, one.date_precision) for one in (opening, training, lecture)] == [
        ("opening", "held", "day"), ("training", "held", "month"), ("lecture", "held", "day"),
    ]  # fmt: skip
    assert lecture.region == training.region == Region.objects.get(name="汪场镇")
    assert (lecture.campaign.kind, lecture.campaign.year) == ("routine", 2018)
    said = lecture.statements.get(measure="attendance")
    assert (said.number, said.bound, said.phrase, said.document) == (1000, "at_most", "近千人", done.document)
    assert training.statements.get(measure="leaflets").number == 36_000
    assert Session.objects.filter(activity__in=[opening, lecture]).count() == 2
    assert not training.sessions.exists()
    assert ActivityRecord.objects.get(activity=lecture).experts == "李明（农技站）"
    assert ActivityRecord.objects.get(activity=opening).partners == "小牛顿科普中心"
    assert done.document.file.read()[:2] == b"PK"
    assert LedgerImport.objects.get().cells == []


def test_what_came_in_is_in_the_year_end_as_from_a_document(world, now, place):
    run(world, now, drafted(world, now))
    made = report(world.lead, year=2018, as_of=datetime.date(2018, 12, 31))
    leaflets = made.line("leaflets").figure
    assert (leaflets.number, list(leaflets.grades)) == (37_000, ["reported"])


def test_one_wrong_cell_keeps_all_of_it_out_until_it_is_put_right(world, now, place):
    wrong = [*ROWS[:3], [4, "科普展", "待定", "江汉公园", "", "", "", "展览", "很多", "", ""]]
    ledger = drafted(world, now, book(wrong))
    with pytest.raises(ledger_imports.CellsUnfit):
        run(world, now, ledger)
    assert not imported().exists()
    assert [(one.row, one.field) for one in ledger_imports.checked(ledger, world.owner).problems] == [
        (6, "date"), (6, "people"),
    ]  # fmt: skip
    ledger = ledger_imports.correct(ledger=ledger, cells={6: {"date": "2018年5月", "people": "500余"}})
    assert run(world, now, ledger).added == 4


def test_a_fault_in_the_last_row_leaves_nothing_of_the_first(world, now, place, monkeypatch):
    ledger, state = drafted(world, now), accounts.state

    def fail(**values):
        if values["number"] == 36_000:
            raise accounts.NumberMissing
        return state(**values)

    monkeypatch.setattr(accounts, "state", fail)
    with pytest.raises(accounts.NumberMissing):
        run(world, now, ledger)
    assert not imported().exists()
    assert not Statement.objects.exists()
    ledger.refresh_from_db()
    assert ledger.state == "draft"


def test_the_same_file_twice_adds_nothing_and_says_so(world, now, place):
    run(world, now, drafted(world, now))
    again = run(world, now, drafted(world, now))
    assert (again.added, again.known, again.document) == (0, 3, None)
    assert imported().count() == 3
    more = run(
        world,
        now,
        drafted(world, now, book([*ROWS[:3], [4, "科普展", "5月", "江汉公园", "", "", "", "展览", "", "", ""]])),
    )
    assert (more.added, more.known) == (1, 3)


def test_undone_it_is_as_if_it_had_never_been_and_can_come_in_again(world, now, place):
    before = (Activity.objects.count(), Session.objects.count(), Statement.objects.count())
    done = run(world, now, drafted(world, now))
    ledger_undo.undo(by=world.owner, ledger=done, at=now)
    assert (Activity.objects.count(), Session.objects.count(), Statement.objects.count()) == before
    assert Evidence.objects.get().withdrawn_at == now
    with pytest.raises(ledger_imports.ImportDone):
        ledger_undo.undo(by=world.owner, ledger=done, at=now)
    assert run(world, now, drafted(world, now)).added == 3


def touch_output(world, activity, at):
    accounts.record_output(by=world.owner, activity=activity, measure="panels", number=3, at=at)


def touch_statement(world, activity, at):
    accounts.state(by=world.owner, activity=activity, measure="media", number=1, bound="exact", phrase="1篇", at=at)


def touch_record(world, activity, at):
    activity_records.save(
        by=world.owner, activity=activity, session=None, written=activity_records.Written(summary="补充"), at=at
    )


def touch_headcount(world, activity, at):
    factories.heads(imported().last().sessions.get(), 900, at)


@pytest.mark.parametrize("touch", [touch_output, touch_statement, touch_record, touch_headcount])
def test_an_import_somebody_has_worked_on_is_not_undone_behind_their_back(world, now, place, touch):
    done = run(world, now, drafted(world, now))
    touch(world, imported().first(), now + datetime.timedelta(minutes=1))
    with pytest.raises(ledger_undo.InUse):
        ledger_undo.undo(by=world.owner, ledger=done, at=now)
    assert imported().count() == 3


def test_a_day_that_lies_ahead_is_no_activity_that_was_held(world, now, place):
    ledger = drafted(world, now, book([[1, "讲座", "2027-01-05", "", "", "", "", "", "", "", ""]]))
    with pytest.raises(ledger_imports.held.NotHeldYet):
        run(world, now, ledger)


def test_the_columns_chosen_once_are_known_the_next_time(world, now, place):
    head = ["序号", "做了什么", "哪天", "地点", "", "", "", "", "到场", "", ""]
    rows = [[1, "食品安全讲座", "9月17日", "东方社区", "", "", "", "", "46", "", ""]]
    ledger = drafted(world, now, book(rows, head))
    with pytest.raises(ledger_imports.ColumnMissing):
        ledger_imports.choose_columns(ledger=ledger, head=1, columns={"name": 1}, form="")
    ledger = ledger_imports.choose_columns(
        ledger=ledger, head=1, columns={"name": 1, "date": 2, "place": 3, "people": 8}, form=""
    )
    assert run(world, now, ledger).added == 1
    next_year = drafted(world, now, book(rows, head))
    assert (next_year.head, next_year.columns) == (1, {"name": 1, "date": 2, "place": 3, "people": 8})


def test_the_ledger_of_the_year_shows_what_came_in_and_what_is_missing(world, now, place):
    run(world, now, drafted(world, now))
    rows = activity_ledger.lines(list(activity_ledger.activities(world.owner, year=2018, at=now)))
    assert [(line.people.stated, line.people.bound.value) for line in rows] == [
        (200, "about"), (900, "at_least"), (1000, "at_most"),
    ]  # fmt: skip
    assert all(line.lacks == ("record", "photos") for line in rows)


@pytest.mark.parametrize("name, encoding", [("台账.csv", "gb18030"), ("台账.csv", "utf-8-sig")])
def test_a_table_saved_as_csv_comes_in_too(world, now, place, name, encoding):
    text = "活动名称,活动时间,地点,参加人数\r\n食品安全讲座,9月17日,东方社区,500余\r\n"
    done = run(world, now, drafted(world, now, SimpleUploadedFile(name, text.encode(encoding))))
    assert done.added == 1
    assert done.document.media_type == "text/csv"
