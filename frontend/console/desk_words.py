"""What the desk says: why a scan is there, and what each way of deciding does."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from frontend.templatetags import kepu
from registrations.checkin.desk import Choice, Way, Why
from registrations.reports.desk import Item

#: Short, for filters.
REASONS: dict[Why, Promise] = {
    Why.UNVERIFIED: _("Not on the list when scanned"),
    Why.STATION_ENDED: _("Scanned after the point had ended"),
    Why.UNKNOWN_SESSION: _("Session not served by the point"),
    Why.BEYOND_SIZE: _("More people than signed up"),
    Why.WRONG_SESSION: _("Ticket of another session"),
    Why.CLOCK_UNCERTAIN: _("Time uncertain"),
    Why.DUPLICATE_ELSEWHERE: _("Scanned at two points"),
}


def why(item: Item) -> str:
    """Why it is here, in a plain sentence."""
    scan = item.outcome.scan
    match item.outcome.why:
        case Why.UNVERIFIED if item.known:
            return gettext("The ticket was not on the phone's list yet when it was scanned; it is now.")
        case Why.UNVERIFIED:
            return gettext("The ticket bears our signature, but is on no list to this day.")
        case Why.STATION_ENDED:
            return gettext("It was scanned after the check-in point had ended or expired, so nobody was let in.")
        case Why.UNKNOWN_SESSION:
            return gettext("The session that was chosen on the phone is not one of this check-in point.")
        case Why.BEYOND_SIZE:
            return gettext("%(arriving)s came on one scan, and %(counted)s were still to come on this ticket.") % {
                "arriving": scan.arriving,
                "counted": item.outcome.counted,
            }
        case Why.WRONG_SESSION if item.known:
            return gettext("The ticket is for another session.")
        case Why.WRONG_SESSION:
            return gettext("The ticket is of another activity, which is not yours to see.")
        case Why.CLOCK_UNCERTAIN:
            return gettext("The phone's clock could not be compared with ours: the time may be wrong.")
        case Why.DUPLICATE_ELSEWHERE if item.outcome.duplicate_of:
            first = item.outcome.duplicate_of
            return gettext("The same ticket was scanned at “%(station)s” at %(time)s already.") % {
                "station": first.station.name,
                "time": kepu.clock(first.corrected_at),
            }
    return ""


def label(item: Item, choice: Choice) -> str:
    """What this way does, as a button says it; it is kept as the reason, too."""
    scan = item.outcome.scan
    match choice.way:
        case Way.COUNT:
            return gettext("Count it") if item.outcome.why == Why.CLOCK_UNCERTAIN else gettext("Count at this session")
        case Way.COUNT_THERE:
            return gettext("Count at %(session)s") % {"session": _named(item, choice)}
        case Way.COUNT_MORE:
            more = item.beyond
            return ngettext("Count %(n)s more person", "Count %(n)s more people", more) % {"n": more}
        case Way.AS_COUNTED if item.outcome.why == Why.BEYOND_SIZE:
            return gettext("Leave it at %(n)s") % {"n": item.outcome.counted}
        case Way.AS_COUNTED:
            return gettext("Count it once only")
        case Way.REFUSE if item.known and scan.arriving > 1:
            return gettext("Do not count anybody")
        case _:
            return gettext("Do not count")


def _named(item: Item, choice: Choice) -> str:
    """The other session by its hours, and by its activity where that is another one."""
    there, here = item.sessions.get(choice.session), item.session
    if there is None:
        return ""
    same = here is not None and here.activity_id == there.activity_id
    return kepu.when(there) if same else f"{there.activity.name} {kepu.when(there)}"


def proposed(item: Item) -> str:
    """The proposal with its ground, as it is filled in for the reason."""
    ground = ""
    match item.outcome.why:
        case Why.UNVERIFIED if item.known:
            ground = gettext("The ticket is on the list")
        case Why.WRONG_SESSION if item.known and item.proposal.way is Way.COUNT_THERE:
            ground = gettext("The ticket is for the other session")
        case Why.WRONG_SESSION if item.known and item.proposal.way is Way.REFUSE:
            ground = gettext("Checked in at the other session already")
        case Why.DUPLICATE_ELSEWHERE:
            ground = gettext("Scanned twice")
        case Why.STATION_ENDED if item.proposal.way is not Way.REFUSE:
            ground = gettext("The ticket is good")
    text = label(item, item.proposal)
    return gettext("%(ground)s: %(what)s") % {"ground": ground, "what": text} if ground else text
