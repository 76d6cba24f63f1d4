"""Files with lists, as Excel, WPS and LibreOffice write them; and what lists become: lines, tickets, deadlines."""

import csv
import datetime
import io
import struct
import zipfile

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.errors import Refusal
from registrations.models import Attendance, Attendee, Ticket
from registrations.operations import attendance, records, rosters, signups, tickets
from registrations.operations.people import PhoneUnreadable
from registrations.operations.signups import Line, Party, ticket_of
from tests import factories

TABLE = [["江桥村名单"], ["姓名", "联系电话", "人数"], ["刘桂英", 13912345678, 2], ["张三", "", ""]]
READ = [("刘桂英", "13912345678", "2", 3), ("张三", "", "", 4)]
DAY = datetime.timedelta(days=1)


def xlsx(rows, **cells):
    book = openpyxl.Workbook()
    book.create_sheet("空表", 0)
    sheet = book["Sheet"]
    for row in rows:
        sheet.append(row)
    for place, value in cells.items():
        sheet[place] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def ods(rows):
    """An OpenDocument sheet by hand: what LibreOffice writes, without its styles."""

    def cell(value):
        if isinstance(value, int):
            kind = f'office:value-type="float" office:value="{value}"'
        else:
            kind = 'office:value-type="string"'
        return f"<table:table-cell {kind}><text:p>{value}</text:p></table:table-cell>"

    body = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    names = "urn:oasis:names:tc:opendocument:xmlns:"
    content = (
        f'<office:document-content xmlns:office="{names}office:1.0" xmlns:table="{names}table:1.0" '
        f'xmlns:text="{names}text:1.0"><office:body><office:spreadsheet><table:table table:name="Sheet1">{body}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        book.writestr("mimetype", kind)
        book.writestr("content.xml", content)
        book.writestr("META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{names}manifest:1.0"/>')
    return out.getvalue()


def xls(rows):
    """A BIFF8 sheet in a compound file by hand: what Excel 97 to 2003 and WPS wrote."""

    def record(kind, data=b""):
        return struct.pack("<HH", kind, len(data)) + data

    def cell(row, column, value):
        if isinstance(value, int):
            return record(0x0203, struct.pack("<HHHd", row, column, 0, value))
        text = value.encode("utf-16-le")
        return record(0x0204, struct.pack("<HHHHB", row, column, 0, len(value), 1) + text)

    begin = lambda kind: record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 6))  # noqa: E731
    cells = b"".join(cell(r, c, value) for r, row in enumerate(rows) for c, value in enumerate(row) if value != "")
    sheet = begin(0x0010) + cells + record(0x000A)
    head = begin(0x0005)
    bound = record(0x0085, struct.pack("<IBB", 0, 0, 0) + bytes([6, 0]) + b"Sheet1")
    place = len(head) + len(bound) + len(record(0x000A))
    bound = record(0x0085, struct.pack("<IBB", place, 0, 0) + bytes([6, 0]) + b"Sheet1")
    stream = (head + bound + record(0x000A) + sheet).ljust(4096, b"\0")
    sectors = -(-len(stream) // 512)
    stream = stream.ljust(sectors * 512, b"\0")
    free, end = 0xFFFFFFFF, 0xFFFFFFFE
    table = [0xFFFFFFFD, end, *range(3, 2 + sectors), end]
    fat = b"".join(struct.pack("<I", one) for one in table).ljust(512, b"\xff")

    def entry(name, kind, child, start, size):
        written = (name + "\0").encode("utf-16-le")
        return (
            written.ljust(64, b"\0") + struct.pack("<HBBIII", len(written), kind, 1, free, free, child)
            + bytes(36) + struct.pack("<IQ", start, size)
        )  # fmt: skip

    folder = entry("Root Entry", 5, 1, end, 0) + entry("Workbook", 2, free, 2, len(stream)) + bytes(256)
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
        + struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<I", 0) + b"\xff" * 432
    )  # fmt: skip
    return header + fat + folder + stream


def text(rows, encoding, separator=","):
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(rows)
    return out.getvalue().encode(encoding)


FILES = {
    "xlsx": xlsx(TABLE),
    "ods": ods(TABLE),
    "xls": xls(TABLE),
    "csv of Excel": text(TABLE, "gb18030"),
    "csv in UTF-8": text(TABLE, "utf-8"),
    "csv in UTF-8 with its mark": text(TABLE, "utf-8-sig"),
    "Unicode text of Excel": text(TABLE, "utf-16", "\t"),
}


@pytest.mark.parametrize("data", FILES.values(), ids=FILES)
def test_a_file_is_read_whatever_office_wrote_it(data):
    assert [(row.name, row.phone, row.people, row.position) for row in rosters.from_file(data)] == READ


NO_TABLES = {
    "a picture": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "a document": b"%PDF-1.7\n\x00\x01",
    "an archive without a sheet": b"PK\x03\x04 and nothing",
    "a broken old sheet": b"\xd0\xcf\x11\xe0" + bytes(600),
    "a sheet that asks for all memory": xlsx(TABLE, XFD1048576="x"),
}


@pytest.mark.parametrize("data", NO_TABLES.values(), ids=NO_TABLES)
def test_what_is_no_table_is_refused_with_a_sentence(data):
    with pytest.raises(rosters.NoTable) as refused:
        rosters.from_file(data)
    assert (refused.value.field, refused.value.code) == ("file", "no_table")


@pytest.mark.parametrize(
    "data, code",
    [
        (b"", "nobody_listed"),
        (xlsx([]), "nobody_listed"),
        (text([["姓名"], *([["张三"]] * 1001)], "utf-8"), "list_too_long"),
        (xlsx(TABLE, A1048576="李四"), "list_too_long"),
        (b"a" * 2_000_001, "too_large"),
    ],
)
def test_a_file_is_refused_for_its_size_or_emptiness(data, code):
    with pytest.raises(Refusal) as refused:
        rosters.from_file(data)
    assert refused.value.code == code


def test_a_message_without_a_name_is_refused_beside_the_text():
    with pytest.raises(rosters.NobodyListed) as refused:
        rosters.from_message("#接龙\n农技培训报名")
    assert refused.value.field == "text"


# What becomes of a list


def village(*lines, **values):
    return Party("village", lines, "村书记", unit="江桥村", **values)


THREE = (Line("刘忠", village="江桥村"), Line("何平", village="江桥村"), Line("夏荷花", village="江桥村"))


@pytest.fixture
def before(now):
    return now - DAY


def own(signup, name):
    return Ticket.objects.get(signup=signup, attendee__name=name, state="valid")


def test_each_named_line_of_a_village_has_a_ticket_of_its_own(world, before):
    signup = factories.signup(world.session, village(*THREE, Line(size=2)), before)
    assert ticket_of(signup).attendee is None
    assert set(signup.tickets.exclude(attendee=None).values_list("attendee__name", flat=True)) == {
        "刘忠", "何平", "夏荷花",
    }  # fmt: skip
    assert len({ticket.short_code for ticket in signup.tickets.all()}) == 4


@pytest.mark.parametrize("kind", ["family", "person"])
def test_a_family_shows_one_code(world, before, kind):
    signup = factories.signup(world.session, Party(kind, THREE, "刘忠"), before)
    assert signup.tickets.count() == 1


def test_a_long_list_costs_the_same_queries_as_a_short_one(world, before):
    factories.signup(world.session, factories.one("刘桂英", "19900000003"), before)  # makes the year's key
    costs = []
    for many in (3, 30):
        party = village(*(Line(f"村民{n}", village="江桥村", phone="19900000001") for n in range(many)))
        with CaptureQueriesContext(connection) as placing:
            signup = factories.place(world.activity, [world.session], party, before).signup
        with CaptureQueriesContext(connection) as changing:
            signups.change(by="participant", signup=signup, party=village(*party.lines[1:], Line("新来的")), at=before)
        costs.append((len(placing), len(changing)))
    assert costs[0] == costs[1]
    assert max(costs[1]) < 60


def test_a_line_that_stays_keeps_its_ticket_and_one_that_leaves_loses_it(world, before):
    signup = factories.signup(world.session, village(*THREE), before)
    kept, gone = own(signup, "何平"), own(signup, "刘忠")
    new = village(Line("何平", village="江桥村2组"), Line("王五", village="江桥村"), Line(size=2))
    signups.change(by="participant", signup=signup, party=new, at=before)
    assert own(signup, "何平") == kept
    assert own(signup, "王五")
    gone.refresh_from_db()
    assert (gone.state, gone.attendee.name, gone.attendee.removed_at) == ("revoked", "", before)
    assert list(signup.attendees.standing().values_list("position", "name", "size", "village")) == [
        (1, "何平", 1, "江桥村2组"),
        (2, "王五", 1, "江桥村"),
        (3, "", 2, ""),
    ]


def test_a_list_is_changed_again_and_again_and_turned_round(world, before):
    signup = factories.signup(world.session, village(*THREE), before)
    for lines in (THREE[::-1], THREE[:2], THREE, THREE[1:], THREE[::-1]):
        signups.change(by="participant", signup=signup, party=village(*lines), at=before)
        standing = list(signup.attendees.standing().values_list("position", "name"))
        assert standing == [(place, line.name) for place, line in enumerate(lines, start=1)]
        assert Ticket.objects.filter(attendee__in=signup.attendees.standing(), state="valid").count() == len(lines)


def test_a_slip_shown_at_the_door_too_early_does_not_stop_the_list_from_changing(world, before):
    signup = factories.signup(world.session, village(*THREE), before)
    station, _key = factories.station(world.owner, world.lead, world.session, at=before)
    scan = factories.scan(world.session, own(signup, "刘忠").short_code, before)
    (answer,) = records.receive(station=station, records=[scan], sent_at=before, at=before)
    assert answer["code"] == "too_early"
    signups.change(by="participant", signup=signup, party=village(*THREE[1:]), at=before)
    assert [line.name for line in signup.attendees.standing()] == ["何平", "夏荷花"]


def test_a_line_ticked_off_by_mistake_may_still_leave_the_list(world, before):
    signup = factories.signup(world.session, village(*THREE), before)
    line = signup.attendees.get(name="刘忠")
    for present in (1, 0):
        attendance.correct(
            by=world.owner, attendee=line, session=world.session, present=present, reason="看错了", at=before
        )
    signups.change(by="participant", signup=signup, party=village(*THREE[1:]), at=before)
    assert not Attendance.objects.exists()


def came(world):
    return sum(Attendance.objects.filter(session=world.session).values_list("present", flat=True))


@pytest.mark.parametrize("order", [("group", "own"), ("own", "group")])
def test_ones_own_slip_and_the_code_of_the_group_count_nobody_twice(world, now, order):
    signup = factories.signup(world.session, village(*THREE))
    station, _key = factories.station(world.owner, world.lead, world.session, at=now)
    scans = {
        "group": [factories.scan(world.session, tickets.address(ticket_of(signup)), now, arriving=3)],
        "own": [factories.scan(world.session, own(signup, line.name).short_code, now) for line in THREE],
    }
    for name in order:
        records.receive(station=station, records=scans[name], sent_at=now, at=now)
    assert came(world) == 3


def test_the_code_of_the_group_fills_up_those_without_a_scan_of_their_own(world, now):
    signup = factories.signup(world.session, village(*THREE))
    station, _key = factories.station(world.owner, world.lead, world.session, at=now)
    scans = [
        factories.scan(world.session, own(signup, "何平").short_code, now),
        factories.scan(world.session, tickets.address(ticket_of(signup)), now, arriving=2),
    ]
    records.receive(station=station, records=scans, sent_at=now, at=now)
    assert sorted(Attendance.objects.values_list("attendee__name", "present")) == [
        ("何平", 1), ("刘忠", 1), ("夏荷花", 1),
    ]  # fmt: skip


def test_a_revoked_slip_lets_nobody_in_and_is_no_forgery(world, now, before):
    signup = factories.signup(world.session, village(*THREE), before)
    slip = tickets.address(own(signup, "刘忠"))
    signups.change(by="participant", signup=signup, party=village(*THREE[1:]), at=before)
    station, _key = factories.station(world.owner, world.lead, world.session, at=now)
    (answer,) = records.receive(
        station=station, records=[factories.scan(world.session, slip, now)], sent_at=now, at=now
    )
    assert (answer["code"], answer["let_through"]) == ("revoked", False)
    assert came(world) == 0


def test_the_phone_of_a_line_is_kept_and_tells_the_person_again(world, before, now):
    other = factories.activity(world.campaign)
    session = factories.session(other, now + DAY)
    alone = factories.signup(session, factories.one("刘忠", "19900000001"), before)
    listed = factories.signup(world.session, village(Line("刘忠", phone="+86 199-0000-0001"), *THREE[1:]), before)
    line = listed.attendees.get(name="刘忠")
    assert line.phone == "19900000001"
    assert line.person_key == alone.attendees.get().person_key != ""


def test_the_group_of_a_line_changes_alone_and_stays_where_a_change_names_none(world, before):
    signup = factories.signup(world.session, village(Line("刘忠"), Line(size=3)), before)

    def groups():
        return list(signup.attendees.standing().values_list("name", "size", "audience_group"))

    told = village(Line("刘忠", audience_group="farmers"), Line(size=3, audience_group="pupils"))
    signups.change(by="participant", signup=signup, party=told, at=before)
    assert groups() == [("刘忠", 1, "farmers"), ("", 3, "pupils")]
    silent = village(Line("刘忠"), Line("张三"), Line(size=2))
    signups.change(by="participant", signup=signup, party=silent, at=before)
    assert groups() == [("刘忠", 1, "farmers"), ("张三", 1, ""), ("", 2, "pupils")]


def test_a_line_with_a_phone_that_cannot_be_read_writes_nothing(world, before):
    with pytest.raises(PhoneUnreadable) as refused:
        factories.signup(world.session, village(Line("刘忠", phone="139"), *THREE[1:]), before)
    assert refused.value.field == "lines"
    assert not Attendee.objects.exists()


def test_who_comes_is_settled_for_participants_when_signup_closes_and_not_for_organizers(world, before, now):
    signup = factories.signup(world.session, village(*THREE), before)
    second = now - datetime.timedelta(seconds=1)
    signups.change(by="participant", signup=signup, party=village(*THREE[:2]), at=second)
    with pytest.raises(signups.ChangesClosed) as refused:
        signups.change(by="participant", signup=signup, party=village(*THREE), at=now)
    assert (refused.value.code, isinstance(refused.value, signups.SignupClosed)) == ("changes_closed", True)
    signups.change(by=world.owner, signup=signup, party=village(*THREE), at=now)
    assert signup.attendees.standing().count() == 3


def test_the_earliest_lesson_closes_the_list_of_a_course_and_contacts_are_put_right_at_any_time(world, before, now):
    course = factories.activity(world.campaign, form="training", signup_by="course")
    lessons = [factories.session(course, now + n * DAY, capacity=40) for n in range(2)]
    signup = factories.place(course, lessons, village(*THREE), before).signup
    with pytest.raises(signups.ChangesClosed):
        signups.change(by="participant", signup=signup, party=village(*THREE[:2]), at=now)
    signups.change(by="participant", signup=signup, party=village(*THREE, contact_phone="19900000001"), at=now)
    signup.refresh_from_db()
    assert signup.contact_phone == "19900000001"


def test_a_contact_put_right_is_the_person_it_says(world, before, now):
    signup = factories.signup(world.session, factories.one("刘忠", "19900000009"), before)
    signups.change(by="participant", signup=signup, party=factories.one("刘忠", "19900000001"), at=before)
    other = factories.activity(world.campaign)
    again = factories.signup(factories.session(other, now + DAY), factories.one("刘忠", "19900000001"), before)
    assert signup.attendees.get().person_key == again.attendees.get().person_key
