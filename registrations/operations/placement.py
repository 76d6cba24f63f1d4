"""Where a scan belongs: at the session it was made for, unless a named person decided or moved it to another.

Decided one by one stands before moved in a span; both stand before what was sent. All of it is read from rows, whatever
the order in which they came in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from events.models import Session
from registrations.checkin.fold import Decided, ScanFact
from registrations.checkin.verdicts import Code
from registrations.models import Scan, ScanDecision, Signup, StationMove, Ticket


@dataclass(frozen=True, slots=True)
class Place:
    """What is folded on its own: one sign-up at one session."""

    signup: int
    session: int


@dataclass(frozen=True, slots=True)
class Placed:
    """A scan where it counts, as the fold takes it."""

    scan: Scan
    ticket: Ticket
    place: Place
    judged: str
    decision: ScanDecision | None = None

    @property
    def name(self) -> str:
        return f"{self.scan.scan_id}:{self.scan.station_id}"

    def fact(self) -> ScanFact:
        return ScanFact(
            id=self.name,
            at=self.scan.corrected_at,
            judged=Code(self.judged),
            direction=self.scan.direction,
            arriving=self.scan.arriving,
            uncertain=self.scan.clock_uncertain,
            withdrawn=hasattr(self.scan, "withdrawal"),
            decided=Decided(self.decision.kind) if self.decision else None,
            extra=self.decision.extra if self.decision else 0,
        )


#: Wrong at the session it was sent for, but perhaps not at the one it was moved to.
BY_SESSION = frozenset({Code.WRONG_SESSION, Code.TOO_EARLY, Code.TOO_LATE})
COUNTS = frozenset({Code.ADMIT, Code.DUPLICATE, Code.RE_ENTERED, Code.LEFT})


def standing(decisions: Iterable[ScanDecision]) -> ScanDecision | None:
    """The decision that holds of one scan's; None where there is none, or it was taken back."""
    latest = max(decisions, key=lambda one: (one.at, one.pk), default=None)
    return None if latest is None or latest.kind == ScanDecision.Kind.REOPEN else latest


@dataclass(slots=True)
class Placement:
    """What is needed to say where the scans of some sign-ups belong."""

    moves: Sequence[StationMove]
    decisions: Mapping[int, list[ScanDecision]]
    """By scan id."""
    good_for: Mapping[int, set[int]] = field(default_factory=dict)
    """By session that something was moved to: the sign-ups for which it is one of theirs."""

    def of(self, scan: Scan) -> Placed | None:
        """Where a scan counts; None: at no sign-up's place."""
        decision = standing(self.decisions.get(scan.pk, ()))
        if decision is not None and decision.ticket is not None and decision.session_id is not None:
            place = Place(decision.ticket.signup_id, decision.session_id)
            return Placed(scan, decision.ticket, place, Code.ADMIT, decision)
        if scan.ticket is None or scan.session_id is None:
            return None
        move = self._move(scan)
        if move is None:
            return Placed(scan, scan.ticket, Place(scan.ticket.signup_id, scan.session_id), scan.judged, decision)
        judged = scan.judged
        if judged in COUNTS | BY_SESSION:
            good = scan.ticket.signup_id in self.good_for[move.to_session_id]
            judged = Code.ADMIT if good else Code.WRONG_SESSION
        return Placed(scan, scan.ticket, Place(scan.ticket.signup_id, move.to_session_id), judged, decision)

    def _move(self, scan: Scan) -> StationMove | None:
        covering = (
            one
            for one in self.moves
            if one.undone_at is None
            and (one.station_id, one.session_id) == (scan.station_id, scan.session_id)
            and one.since <= scan.corrected_at < one.until
        )
        return max(covering, key=lambda one: (one.at, one.pk), default=None)


def read(*, signups: Iterable[int], sessions: Iterable[int]) -> tuple[Placement, set[int]]:
    """What was decided and moved of these sign-ups' scans – in two queries where nothing was moved – and all sessions
    between which scans of these sessions may have gone."""
    decisions: dict[int, list[ScanDecision]] = defaultdict(list)
    # All that was said about these scans: one who did not know whose they are may have said the last word.
    rows = ScanDecision.objects.filter(scan__in=ScanDecision.objects.filter(signup__in=signups).values("scan"))
    for one in rows.select_related("ticket", "scan__ticket", "scan__withdrawal"):
        decisions[one.scan_id].append(one)
    said = [one for some in decisions.values() for one in some]
    reached = set(sessions) | {pk for one in said for pk in (one.session_id, one.scan.session_id) if pk}
    while True:
        moves = list(StationMove.objects.filter(Q(session__in=reached) | Q(to_session__in=reached)))
        further = {one.session_id for one in moves} | {one.to_session_id for one in moves}
        if further <= reached:
            break
        reached |= further
    good_for = {
        session.pk: set(Signup.objects.for_session(session).filter(pk__in=signups).values_list("pk", flat=True))
        for session in Session.objects.filter(pk__in={one.to_session_id for one in moves})
    }
    return Placement(moves, decisions, good_for), reached


def gather(places: Iterable[Place]) -> dict[Place, list[Placed]]:
    """The scans that count at these places, and at those to which scans sent for these have gone."""
    wanted = set(places)
    signups = {place.signup for place in wanted}
    placement, reached = read(signups=signups, sessions={place.session for place in wanted})
    sent = Scan.objects.filter(ticket__signup__in=signups, session__in=reached).select_related("ticket", "withdrawal")
    scans = {scan.pk: scan for scan in sent}
    for some in placement.decisions.values():
        scans.setdefault(some[0].scan_id, some[0].scan)
    by_place: dict[Place, list[Placed]] = defaultdict(list)
    for scan in scans.values():
        placed = placement.of(scan)
        if placed is not None:
            by_place[placed.place].append(placed)
            if scan.session_id and Place(placed.place.signup, scan.session_id) in wanted:
                wanted.add(placed.place)
    return {place: by_place[place] for place in wanted}
