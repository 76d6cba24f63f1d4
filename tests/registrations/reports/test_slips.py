"""Paper: what stands on it is read off the pages themselves."""

import io

import pytest
import zxingcpp
from PIL import Image

from registrations.models import Signup
from registrations.operations import tickets
from registrations.operations.signups import Line, Party, ticket_of
from registrations.reports import slips
from tests import factories

HOSTILE = '#panic("x") *粗* $x$ \\ <a> "引" [b]'


def village(*names, **values):
    lines = tuple(Line(name, village="江桥村") for name in names)
    return Party("village", lines + values.pop("more", ()), "村书记", "19900000001", unit="江桥村", **values)


def of_session(world, now):
    return slips.slips(signups=list(Signup.objects.order_by("pk")), sessions=[world.session], at=now)


def codes(document):
    """What a scanner reads on each page, in no order."""
    pages = [Image.open(io.BytesIO(page)).convert("L") for page in document.pngs(150)]
    return [sorted(one.text for one in zxingcpp.read_barcodes(page)) for page in pages]


def test_every_slip_carries_the_code_of_its_own_ticket_eight_to_a_page(world, now):
    signup = factories.signup(world.session, village(*(f"村民{n}" for n in range(11))))
    document = of_session(world, now)
    read = codes(document)
    assert [len(page) for page in read] == [8, 3]
    wanted = [tickets.address(one) for one in signup.tickets.select_related("signup").exclude(attendee=None)]
    assert sorted(read[0] + read[1]) == sorted(wanted)
    shown = {slip["name"]: slip["short_code"].replace(" ", "") for slip in document.data["slips"]}
    assert shown == dict(signup.tickets.exclude(attendee=None).values_list("attendee__name", "short_code"))


def test_whoever_has_no_code_of_their_own_comes_by_the_code_of_their_signup(world, now):
    signup = factories.signup(world.session, village("刘忠", "何平", more=(Line(size=3, village="江桥村"),)))
    factories.signup(world.session, factories.many(7, unit="实验小学五（2）班"))
    factories.signup(world.session, factories.one("刘桂英"))
    document = of_session(world, now)
    said = [(one["name"], one["unit"], one["people"]) for one in document.data["slips"]]
    assert said == [
        ("刘忠", "江桥村", ""),
        ("何平", "江桥村", ""),
        ("江桥村", "联系人：村书记", "其余3人"),
        ("实验小学五（2）班", "联系人：程老师", "共7人"),
        ("刘桂英", "", ""),
    ]
    assert tickets.address(ticket_of(signup)) in codes(document)[0]


@pytest.mark.parametrize("name", ["李" * 60, HOSTILE, "买买提·艾力江·阿不都热依木", "W" * 60])
def test_long_names_and_names_like_markup_leave_their_code_readable(world, now, name):
    signup = factories.signup(world.session, village(name, "张三"))
    signup.activity.name = HOSTILE
    signup.activity.save()
    world.session.activity = signup.activity
    assert len(codes(of_session(world, now))[0]) == 2


def test_a_list_to_post_has_names_and_remarks_and_no_phone(world, now):
    lines = (Line("刘忠", village="江桥村", phone="19900000002"), Line(size=1), Line(HOSTILE), Line(size=4))
    signup = factories.signup(world.session, Party("village", lines, "村书记", "19900000001", unit="江桥村"))
    document = slips.posted_list(signup=signup, sessions=[world.session], at=now)
    assert [(row["name"], row["note"]) for row in document.data["rows"]] == [
        ("刘忠", "另带1人"), (HOSTILE, ""), ("另有4人", ""),
    ]  # fmt: skip
    assert "1990000000" not in str(document.data)
    assert document.pdf().startswith(b"%PDF")


@pytest.mark.parametrize("many, pages", [(1, 1), (30, 2), (70, 3)])
def test_a_list_grows_by_pages(world, now, many, pages):
    signup = factories.signup(world.session, village(*(f"村民{n}" for n in range(many))))
    document = slips.posted_list(signup=signup, sessions=[world.session] * 3, at=now)
    assert len(document.pngs(30)) == pages


def test_a_session_without_signups_has_no_slips(world, now):
    assert codes(of_session(world, now)) == [[]]


@pytest.mark.parametrize("many", [1, 9])
def test_slips_cost_the_same_queries_however_many(world, now, many, django_assert_num_queries):
    for n in range(many):
        factories.signup(world.session, village(f"甲{n}", f"乙{n}"))
    signups = list(Signup.objects.all())
    with django_assert_num_queries(2):
        slips.slips(signups=signups, sessions=[world.session], at=now)
