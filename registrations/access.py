"""May this person see or touch this row of ours? Load-or-refuse, on the table of `events.access`."""

from __future__ import annotations

import base64
import datetime
import functools
import hashlib
import hmac
from collections.abc import Collection

from django.conf import settings
from django.db.models import Q
from django.utils.crypto import constant_time_compare

from events.access import Act, Actor, load
from events.errors import NotFound
from events.models import Activity, Organization, Session
from events.models.compiled import Compiled
from events.models.fields import keyed_hash
from registrations.models import (
    ActivityRecord,
    Answer,
    Certificate,
    Evidence,
    ExpertSupport,
    Headcount,
    LedgerImport,
    Message,
    Output,
    OwnIndicator,
    Question,
    Quote,
    QuoteHolder,
    ReportedFigure,
    Restatement,
    Return,
    ReturnFile,
    RosterImport,
    Scan,
    ScanOutcome,
    Signup,
    Stand,
    StandReport,
    Statement,
    Station,
    StationMove,
    StockChange,
    Target,
    Ticket,
    Told,
    Trip,
)
from registrations.tickets import shortcode

#: Random characters of a stand's code: 60 bits, tried out under a limit.
STAND_SECRET = 12
_MISREAD = str.maketrans("OIL", "011")


def secret_hash(secret: str) -> str:
    """What is kept of a random secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_manage_key(*, activity: int, idempotency_key: str, digest: str, generation: int = 0) -> str:
    """The key that opens a sign-up: made from the request that placed it, so that a repeated request gets the same one
    without our keeping it; another for each further holder."""
    basis = f"manage:{activity}:{idempotency_key}:{digest}" + (f":{generation}" if generation else "")
    raw = hmac.new(settings.KEPU_HASH_KEY, basis.encode(), hashlib.sha256).digest()[:18]
    return base64.urlsafe_b64encode(raw).decode()


def manage_key(signup: Signup) -> str:
    """The key of a sign-up, made again; empty once its data is erased."""
    if not signup.request_digest:
        return ""
    return new_manage_key(
        activity=signup.activity_id,
        idempotency_key=signup.idempotency_key,
        digest=signup.request_digest,
        generation=signup.key_generation,
    )


def manage_link(signup: Signup) -> str:
    """The address at which its holder opens it; the key stands in the fragment, which no log sees. Empty once erased."""
    key = manage_key(signup)
    return f"{settings.KEPU_BASE_URL}/mine/open/#k={key}" if key else ""


def earlier_keys(signup: Signup) -> list[str]:
    """The keys that opened it before it was handed on or its link was replaced; none once erased."""
    if not signup.request_digest:
        return []
    return [
        new_manage_key(
            activity=signup.activity_id,
            idempotency_key=signup.idempotency_key,
            digest=signup.request_digest,
            generation=past,
        )
        for past in range(signup.key_generation)
    ]


def calendar_key(signup: Signup) -> str:
    """It opens the calendar of a sign-up and nothing else; another holder's is another."""
    secret = keyed_hash(f"{signup.pk}:{signup.manage_key_hash}", purpose="calendar")
    return f"{signup.pk}-{secret[:32]}"


def signup(actor: Actor, act: Act = Act.SEE_SIGNUPS, **lookup: object) -> Signup:
    rows = Signup.objects.exclude(state=Signup.State.PRINTED)
    rows = rows.select_related("activity__campaign", "activity__organization", "region")
    return load(actor, rows, act, see=Act.SEE_SIGNUPS, path="activity__organization__path", **lookup)


def cards(actor: Actor, act: Act = Act.KEEP_SIGNUPS, **lookup: object) -> Signup:
    """A batch of codes that were printed in advance."""
    rows = Signup.objects.cards().select_related("activity__organization")
    return load(actor, rows, act, see=Act.KEEP_SIGNUPS, path="activity__organization__path", **lookup)


def signup_by_key(key: str) -> Signup:
    """The sign-up whose manage key this is. Whoever holds the key is its owner."""
    rows = Signup.objects.select_related("activity__campaign", "activity__organization", "region")
    found = rows.filter(manage_key_hash=secret_hash(key)).first() if key else None
    if found is None:
        raise NotFound
    return found


def signup_by_transfer_key(key: str) -> Signup:
    """The sign-up that whoever holds this key may take over."""
    rows = Signup.objects.select_related("activity__campaign", "activity__organization", "activity__terms", "region")
    found = rows.filter(transfer_key_hash=secret_hash(key)).first() if key else None
    if found is None:
        raise NotFound
    return found


def signup_by_calendar_key(key: str) -> Signup:
    """The sign-up whose calendar this is."""
    number = key.partition("-")[0]
    pk = int(number) if number.isdecimal() and len(number) < 19 else 0
    found = Signup.objects.select_related("activity__organization").filter(pk=pk).first()
    if found is None or not constant_time_compare(calendar_key(found), key):
        raise NotFound
    return found


def stand_key(stand: Stand) -> str:
    """What is printed for a stand, made again each time: its number and twelve characters that nobody guesses."""
    raw = hmac.new(settings.KEPU_HASH_KEY, f"stand:{stand.pk}:{stand.generation}".encode(), hashlib.sha256).digest()
    secret = "".join(shortcode.ALPHABET[byte & 31] for byte in raw[:STAND_SECRET])
    return f"{stand.pk}-{secret}"


def stand_by_key(text: str) -> Stand:
    """The stand whose code this is, however it was typed: any case, with spaces or dashes, O for 0, I and L for 1."""
    kept = "".join(char for char in text.upper() if char not in " -–—·").translate(_MISREAD)
    number = kept[:-STAND_SECRET]
    pk = int(number) if number.isdecimal() and len(number) < 19 else 0
    found = Stand.objects.standing().select_related("activity__organization", "session").filter(pk=pk).first()
    if found is None or not constant_time_compare(stand_key(found).replace("-", ""), kept):
        raise NotFound
    return found


def stand(actor: Actor, act: Act = Act.RECORD, **lookup: object) -> Stand:
    rows = Stand.objects.standing().select_related("activity__organization", "activity__campaign", "session")
    return load(actor, rows, act, see=Act.RECORD, path="activity__organization__path", **lookup)


def stand_report(actor: Actor, act: Act = Act.RECORD, **lookup: object) -> StandReport:
    rows = StandReport.objects.select_related("stand__activity__organization", "stand__session", "decided_by")
    return load(actor, rows, act, see=Act.RECORD, path="stand__activity__organization__path", **lookup)


def station(actor: Actor, act: Act = Act.RUN_STATIONS, **lookup: object) -> Station:
    rows = Station.objects.select_related("organization", "session__activity")
    return load(actor, rows, act, see=Act.RUN_STATIONS, path="organization__path", **lookup)


_STATION = tuple(field.attname for field in Station._meta.concrete_fields)
_ORGANIZATION = tuple(field.attname for field in Organization._meta.concrete_fields)
_stations = Compiled(
    lambda hashes: Station.objects.filter(key_hash__any=hashes).values_list(
        *_STATION, *(f"organization__{name}" for name in _ORGANIZATION)
    )
)


def station_by_key(key: str) -> Station:
    """The paired station of a key, revoked and expired ones too: they still hand in what they have."""
    rows = _stations(hashes=[secret_hash(key)]) if key else []
    if not rows:
        raise NotFound
    row = rows[0]
    found = Station.from_db(None, _STATION, row[: len(_STATION)])
    found.organization = Organization.from_db(None, _ORGANIZATION, row[len(_STATION) :])
    return found


#: For as many phones as are out at the same time anywhere.
@functools.lru_cache(maxsize=4096)
def remembered_station(key: str) -> Station:
    """The same as it once was: only for those who look at its row again before they trust it."""
    return station_by_key(key)


def roster_import(actor: Actor, act: Act = Act.KEEP_SIGNUPS, **lookup: object) -> RosterImport:
    """How a list fares. What stands in it only they see who read it in: it holds whole names."""
    rows = RosterImport.objects.select_related("session__activity__organization", "by")
    return load(actor, rows, act, see=Act.KEEP_SIGNUPS, path="session__activity__organization__path", **lookup)


def at_the_desk(actor: Actor, act: Act = Act.RECORD) -> Q:
    """A condition on outcomes of scans: made at a point of ours, or counting at a session of ours."""
    return actor.where(act, "scan__station__organization__path") | actor.where(
        act, "session__activity__organization__path"
    )


def scans(actor: Actor, chosen: Collection[int], act: Act = Act.RECORD) -> list[Scan]:
    """These scans, each within reach, in their order of time; one that is not looks as if it did not exist."""
    rows = Scan.objects.filter(outcome__in=ScanOutcome.objects.filter(at_the_desk(actor, act), pk__in=chosen))
    found = list(rows.select_related("ticket", "withdrawal", "record", "outcome", "station__organization", "session"))
    if len(found) != len(set(chosen)):
        raise NotFound
    return found


def station_move(actor: Actor, act: Act = Act.RECORD, **lookup: object) -> StationMove:
    rows = StationMove.objects.select_related("station__organization", "session", "to_session")
    return load(actor, rows, act, see=Act.RECORD, path="session__activity__organization__path", **lookup)


def may_show_roster(station: Station, at: datetime.datetime) -> bool:
    """A revoked or expired station is shown nobody any more."""
    return station.revoked_at is None and station.expires_at > at


def headcount(actor: Actor, act: Act = Act.RECORD, **lookup: object) -> Headcount:
    rows = Headcount.objects.select_related("session__activity__organization")
    return load(actor, rows, act, see=Act.SEE_FIGURES, path="session__activity__organization__path", **lookup)


def output(actor: Actor, act: Act = Act.RECORD, **lookup: object) -> Output:
    rows = Output.objects.select_related("activity__organization")
    return load(actor, rows, act, see=Act.SEE_FIGURES, path="activity__organization__path", **lookup)


def statement(actor: Actor, act: Act = Act.RECORD, **lookup: object) -> Statement:
    rows = Statement.objects.select_related("activity__organization")
    return load(actor, rows, act, see=Act.SEE_FIGURES, path="activity__organization__path", **lookup)


def reported_figure(actor: Actor, act: Act = Act.RECORD, **lookup: object) -> ReportedFigure:
    rows = ReportedFigure.objects.select_related("recipient", "reporter")
    return load(actor, rows, act, see=Act.SEE_FIGURES, path="recipient__path", **lookup)


def evidence(actor: Actor, act: Act = Act.SEE_FIGURES, **lookup: object) -> Evidence:
    rows = Evidence.objects.select_related("organization", "activity")
    return load(actor, rows, act, see=Act.SEE_FIGURES, path="organization__path", **lookup)


def question(actor: Actor, act: Act = Act.PLAN, **lookup: object) -> Question:
    rows = Question.objects.select_related("activity__organization", "activity__campaign", "shown_if")
    return load(actor, rows, act, see=Act.SEE_PLAN, path="activity__organization__path", **lookup)


def answer(actor: Actor, act: Act = Act.SEE_PEOPLE_WHOLE, **lookup: object) -> Answer:
    rows = Answer.objects.select_related("signup__activity__organization", "question")
    return load(actor, rows, act, see=Act.SEE_SIGNUPS, path="signup__activity__organization__path", **lookup)


def message(actor: Actor, act: Act = Act.KEEP_SIGNUPS, **lookup: object) -> Message:
    rows = Message.objects.select_related("signup__activity__organization")
    return load(actor, rows, act, see=Act.KEEP_SIGNUPS, path="signup__activity__organization__path", **lookup)


def told(actor: Actor, act: Act = Act.KEEP_SIGNUPS, **lookup: object) -> Told:
    rows = Told.objects.select_related("signup", "session__activity__organization")
    return load(actor, rows, act, see=Act.KEEP_SIGNUPS, path="session__activity__organization__path", **lookup)


def ticket_by_token(ticket: int, activity: int) -> Ticket | None:
    """The ticket a verified token names, or None."""
    rows = Ticket.objects.select_related("signup__activity", "attendee")
    return rows.filter(code=ticket, signup__activity_id=activity).first()


def sessions_of(activity: Activity) -> Q:
    """Sessions a whole-course sign-up covers."""
    return Q(activity=activity) & ~Q(state=Session.State.CALLED_OFF)


def activity_record(actor: Actor, act: Act = Act.SEE_FIGURES, **lookup: object) -> ActivityRecord:
    rows = ActivityRecord.objects.select_related("activity__organization", "session")
    return load(actor, rows, act, see=Act.SEE_FIGURES, path="activity__organization__path", **lookup)


def support(actor: Actor, act: Act = Act.SEE_FIGURES, **lookup: object) -> ExpertSupport:
    rows = ExpertSupport.objects.select_related("organization", "activity", "region")
    return load(actor, rows, act, see=Act.SEE_FIGURES, path="organization__path", **lookup)


def stock_change(actor: Actor, act: Act = Act.SEE_FIGURES, **lookup: object) -> StockChange:
    rows = StockChange.objects.select_related("organization")
    return load(actor, rows, act, see=Act.SEE_FIGURES, path="organization__path", **lookup)


def trip(actor: Actor, act: Act = Act.SEE_FIGURES, **lookup: object) -> Trip:
    rows = Trip.objects.select_related("organization", "region", "session__activity", "vehicle")
    return load(actor, rows, act, see=Act.SEE_FIGURES, path="organization__path", **lookup)


def ledger_import(actor: Actor, act: Act = Act.RECORD, **lookup: object) -> LedgerImport:
    rows = LedgerImport.objects.select_related("organization", "campaign", "document", "by")
    return load(actor, rows, act, see=Act.RECORD, path="organization__path", **lookup)


def certificate(actor: Actor, act: Act = Act.SEE_SIGNUPS, **lookup: object) -> Certificate:
    rows = Certificate.objects.select_related("course__activity__organization", "attendee")
    return load(actor, rows, act, see=Act.SEE_SIGNUPS, path="course__activity__organization__path", **lookup)


def certificate_by_code(code: str) -> Certificate:
    """The certificate whose printed code this is. Raises NotFound."""
    found = Certificate.objects.filter(code=code.upper()[:32]).first() if code else None
    if found is None:
        raise NotFound
    return found


def certificate_by_number(number: str) -> Certificate:
    """The certificate of a number as it is typed: spaces aside, half- or full-width brackets. Raises NotFound."""
    typed = "".join(number.split())
    ways = {typed, typed.translate(_BRACKETS), typed.translate(_ASCII_BRACKETS)}
    found = Certificate.objects.filter(number__in=ways).first() if typed else None
    if found is None:
        raise NotFound
    return found


#: Brackets of numbers, as documents have them and as keyboards offer them.
_BRACKETS = str.maketrans("[]()（）【】", "〔〕〔〕〔〕〔〕")
_ASCII_BRACKETS = str.maketrans("〔〕（）【】", "[][][]")


def own_indicator(actor: Actor, act: Act, *, pk: int) -> OwnIndicator:
    rows = OwnIndicator.objects.select_related("organization")
    return load(actor, rows, act, see=Act.SEE_FIGURES, path="organization__path", pk=pk)


def target(actor: Actor, act: Act, *, pk: int) -> Target:
    rows = Target.objects.select_related("organization")
    return load(actor, rows, act, see=Act.SEE_FIGURES, path="organization__path", pk=pk)


def return_of(actor: Actor, act: Act, *, pk: int) -> Return:
    rows = Return.objects.select_related("organization", "closed_by")
    return load(actor, rows, act, see=Act.SEE_FIGURES, path="organization__path", pk=pk)


def return_file(actor: Actor, *, pk: int) -> ReturnFile:
    act = Act.SEE_FIGURES
    return load(actor, ReturnFile.objects.select_related("of"), act, see=act, path="of__organization__path", pk=pk)


def restatement(actor: Actor, act: Act, *, pk: int) -> Restatement:
    rows = Restatement.objects.select_related("of__organization")
    return load(actor, rows, act, see=Act.SEE_FIGURES, path="of__organization__path", pk=pk)


def quote(actor: Actor, act: Act, *, reference: str) -> Quote:
    rows = Quote.objects.select_related("organization", "by")
    return load(actor, rows, act, see=Act.SEE_FIGURES, path="organization__path", reference=reference)


def quote_holder(actor: Actor, act: Act, *, pk: int) -> QuoteHolder:
    rows = QuoteHolder.objects.select_related("quote__organization")
    return load(actor, rows, act, see=Act.SEE_FIGURES, path="quote__organization__path", pk=pk)
