"""What history records, in words: each verb of an operation, each kind of row, each field that changed."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from events.models import History

VERBS: dict[str, Promise] = {
    "accept": _("accepted what a stand handed in"),
    "accept_offer": _("took offered seats"),
    "add": _("added"),
    "add_evidence": _("added evidence"),
    "approve": _("approved"),
    "ask": _("added a question"),
    "ask_anew": _("changed a question that has answers"),
    "book": _("booked"),
    "bring_back": _("put a question back on the form"),
    "call_off": _("called off"),
    "cancel": _("cancelled"),
    "change": _("changed"),
    "change_stock": _("changed the stock"),
    "close_course": _("closed a course"),
    "correct": _("ticked off"),
    "count": _("counted heads"),
    "decide_result": _("decided about a trainee"),
    "desk_count": _("decided that a scan counts"),
    "desk_refuse": _("decided that a scan does not count"),
    "desk_reopen": _("took back a decision about a scan"),
    "discard_roster": _("threw a roster away"),
    "end_cards": _("ended a batch of printed codes"),
    "erase": _("erased personal data"),
    "flow_back": _("let kept seats go back to everybody"),
    "found": _("founded"),
    "give_role": _("gave a role"),
    "hand_in": _("handed in for a stand"),
    "hand_on": _("took a sign-up over"),
    "hand_over": _("handed work over"),
    "import_roster": _("imported a roster"),
    "invite": _("invited"),
    "issue_certificate": _("issued a certificate"),
    "keep_seats": _("kept seats for a township"),
    "lapse_offer": _("let an offer lapse"),
    "make": _("made"),
    "make_account": _("made an account"),
    "make_pairing_code": _("made a pairing code"),
    "make_reset_code": _("made a reset code"),
    "make_token": _("made a key for a program"),
    "mark_leave": _("marked leave"),
    "move_scans": _("moved scans to another session"),
    "move_to_archived": _("archived"),
    "move_to_called_off": _("called off"),
    "move_to_draft": _("took back to draft"),
    "move_to_held": _("marked as held"),
    "move_to_published": _("published"),
    "offer_transfer": _("made a link for handing a sign-up on"),
    "open": _("opened"),
    "open_course": _("opened a course"),
    "pair": _("paired a phone"),
    "place": _("signed up"),
    "plan": _("planned"),
    "print_cards": _("printed codes to hand out"),
    "promote": _("moved up from the waiting list"),
    "read_roster": _("read a roster in"),
    "record": _("recorded"),
    "refuse": _("refused"),
    "reissue_certificate": _("issued a certificate anew"),
    "remove": _("removed"),
    "remove_evidence": _("took evidence out"),
    "reopen_course": _("opened a course again"),
    "replace_link": _("replaced the link to a sign-up"),
    "report": _("entered a reported figure"),
    "retire": _("took a question off the form"),
    "revoke": _("ended"),
    "revoke_token": _("ended a key for a program"),
    "schedule": _("scheduled"),
    "send_back": _("sent back to be corrected"),
    "send_again": _("sent a message again"),
    "set_capacity": _("changed the seats"),
    "set_lessons": _("set the lessons of a course"),
    "set_numbering": _("set the pattern of certificate numbers"),
    "set_target": _("set a target"),
    "set_terms": _("set the terms of sign-up"),
    "state": _("quoted a document"),
    "take_back": _("took an acceptance back"),
    "take_back_transfer": _("took back the link for handing a sign-up on"),
    "take_leave_back": _("took leave back"),
    "take_over_hours": _("took over hours that changed after closing"),
    "take_role": _("took a role away"),
    "tell": _("told somebody"),
    "undo_move_scans": _("moved scans back"),
    "use_reset_code": _("set a new password"),
    "withdraw": _("took back"),
    "withdraw_certificate": _("withdrew a certificate"),
    "withdraw_invitation": _("withdrew an invitation"),
    "withdraw_offer": _("let offered seats go on to the next"),
}

KINDS: dict[str, Promise] = {
    "events.activity": _("activity"),
    "events.apitoken": _("key for programs"),
    "events.booking": _("booking"),
    "events.campaign": _("campaign"),
    "events.invitation": _("invitation"),
    "events.membership": _("role"),
    "events.organization": _("organization"),
    "events.resetcode": _("reset code"),
    "events.resource": _("resource"),
    "events.session": _("session"),
    "events.user": _("person"),
    "registrations.certificate": _("certificate"),
    "registrations.certificatenumbering": _("pattern of certificate numbers"),
    "registrations.correction": _("attendance"),
    "registrations.course": _("course"),
    "registrations.courseresult": _("result of a trainee"),
    "registrations.evidence": _("evidence"),
    "registrations.headcount": _("headcount"),
    "registrations.message": _("message"),
    "registrations.output": _("activity data"),
    "registrations.question": _("question"),
    "registrations.reportedfigure": _("reported figure"),
    "registrations.rosterimport": _("roster"),
    "registrations.scan": _("scan"),
    "registrations.seatpool": _("seats"),
    "registrations.signup": _("sign-up"),
    "registrations.stand": _("stand"),
    "registrations.statement": _("statement"),
    "registrations.station": _("check-in point"),
    "registrations.stationmove": _("span of scans"),
    "registrations.stockchange": _("stock"),
    "registrations.target": _("target"),
    "registrations.told": _("phone call"),
}


def sentence(row: History) -> str:
    """«changed: session 17»."""
    words = {"verb": VERBS.get(row.verb, row.verb), "kind": KINDS.get(row.kind, row.kind), "id": row.object_id}
    return gettext("%(verb)s: %(kind)s %(id)s") % words


def actor(row: History) -> str:
    """Who did it: a person's name, or what else acted."""
    if row.user is not None:
        return str(row.user)
    kind, _colon, number = row.by.partition(":")
    known = {
        "participant": gettext("participant"),
        "stand": gettext("stand"),
        "station": gettext("check-in point"),
        "system": gettext("the system"),
        "demo": gettext("demonstration data"),
        "invitation": gettext("invitation"),
        "token": gettext("program"),
    }
    return f"{known.get(kind, kind)} {number}".strip()
