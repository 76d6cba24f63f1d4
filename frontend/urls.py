"""Every page."""

from django.urls import path, re_path
from django.views.i18n import set_language

from events.access import Act
from frontend.console import (
    activities,
    campaigns,
    entering,
    organizations,
    overview,
    presence,
    sessions,
    stations,
    year_end,
)
from frontend.pages import page
from frontend.participant import listing, mine, scanner, signing_up
from frontend.people import pages as people

language = page(Act.SEE_PUBLIC)(set_language)

public = [
    path("", listing.home, name="home"),
    path("campaigns/", listing.campaigns, name="campaigns"),
    path("campaigns/<int:pk>/", listing.campaign, name="campaign"),
    path("campaigns/<int:pk>/calendar.ics", listing.campaign_calendar, name="campaign_calendar"),
    path("activities/<int:pk>/", listing.activity, name="activity"),
    path("activities/<int:pk>/sign-up/", signing_up.for_course, name="sign_up_course"),
    path("sessions/<int:pk>/", listing.session, name="session"),
    path("sessions/<int:pk>/calendar.ics", listing.session_calendar, name="session_calendar"),
    path("sessions/<int:pk>/sign-up/", signing_up.for_session, name="sign_up"),
    path("mine/", mine.overview, name="mine"),
    path("mine/open/", mine.exchange, name="exchange"),
    path("mine/<int:pk>/", mine.signup, name="signup"),
    path("mine/<int:pk>/ticket.svg", mine.ticket_svg, name="ticket_svg"),
    path("mine/<int:pk>/ticket.png", mine.ticket_png, name="ticket_png"),
    path("mine/<int:pk>/calendar.ics", mine.calendar, name="signup_calendar"),
    path("mine/<int:pk>/change/", mine.change, name="change_signup"),
    path("mine/<int:pk>/cancel/", mine.cancel, name="cancel_signup"),
    re_path(r"^[tT]/(?P<token>[A-Za-z2-7]{127})/?$", mine.scanned, name="scanned"),
    path("scan/", scanner.scan, name="scan"),
    path("privacy/", listing.privacy, name="privacy"),
    path("language/", language, name="set_language"),
    path("join/", people.join, name="join"),
    path("reset/", people.reset, name="reset"),
]

console = [
    path("console/", overview.overview, name="overview"),
    path("console/enter/", entering.record_held, name="record_held"),
    path("console/plan/", entering.plan_one, name="plan_one"),
    path("console/campaigns/", campaigns.listing, name="console_campaigns"),
    path("console/campaigns/new/", campaigns.plan, name="plan_campaign"),
    path("console/campaigns/<int:pk>/", campaigns.detail, name="console_campaign"),
    path("console/campaigns/<int:pk>/change/", campaigns.change, name="change_campaign"),
    path("console/campaigns/<int:pk>/state/", campaigns.move, name="move_campaign"),
    path("console/campaigns/<int:pk>/attendance.<slug:form>", presence.export_campaign, name="export_campaign"),
    path("console/campaigns/<int:campaign>/activities/new/", activities.plan, name="plan_activity"),
    path("console/activities/<int:pk>/", activities.detail, name="console_activity"),
    path("console/activities/<int:pk>/change/", activities.change, name="change_activity"),
    path("console/activities/<int:pk>/state/", activities.move, name="move_activity"),
    path("console/activities/<int:pk>/statements/", activities.state, name="state"),
    path("console/activities/<int:pk>/outputs/", activities.record_output, name="record_output"),
    path("console/activities/<int:pk>/photos/", activities.add_photos, name="add_photos"),
    path("console/activities/<int:activity>/sessions/new/", sessions.schedule, name="schedule"),
    path("console/withdraw/<slug:kind>/<int:pk>/", activities.withdraw, name="withdraw"),
    path("console/evidence/<int:pk>/", activities.evidence_file, name="evidence_file"),
    path("console/sessions/", sessions.listing, name="console_sessions"),
    path("console/sessions/<int:pk>/", sessions.detail, name="console_session"),
    path("console/sessions/<int:pk>/change/", sessions.move, name="move_session"),
    path("console/sessions/<int:pk>/call-off/", sessions.call_off, name="call_off"),
    path("console/sessions/<int:pk>/present/<int:attendee>/", presence.mark, name="mark"),
    path("console/sessions/<int:pk>/headcount/", presence.count_heads, name="count_heads"),
    path("console/sessions/<int:pk>/sign-up/", presence.sign_up, name="enter_signup"),
    path("console/sessions/<int:pk>/whole/", presence.whole, name="whole"),
    path("console/sessions/<int:pk>/attendance.<slug:form>", presence.export_session, name="export_session"),
    path("console/signups/<int:pk>/cancel/", presence.cancel, name="cancel_for"),
    path("console/stations/", stations.listing, name="stations"),
    path("console/stations/new/", stations.make, name="make_station"),
    path("console/stations/<int:pk>/code/", stations.new_code, name="new_code"),
    path("console/stations/<int:pk>/paired/", stations.paired, name="paired"),
    path("console/stations/<int:pk>/revoke/", stations.revoke, name="revoke_station"),
    path("console/year-end/", year_end.year_end, name="year_end"),
    path("console/year-end/download.<slug:form>", year_end.download, name="year_end_download"),
    path("console/year-end/<slug:code>/", year_end.figure, name="figure"),
    path("console/organizations/", organizations.listing, name="organizations"),
    path("console/organizations/new/", organizations.found, name="found_organization"),
    path("console/people/", people.listing, name="people"),
    path("console/people/invite/", people.invite, name="invite"),
    path("console/people/invitations/<int:pk>/withdraw/", people.withdraw_invitation, name="withdraw_invitation"),
    path("console/people/roles/<int:pk>/", people.change_role, name="change_role"),
    path("console/people/<int:pk>/reset-code/", people.reset_code, name="reset_code"),
    path("console/people/hand-over/", people.hand_over, name="hand_over"),
    path("console/account/", people.account, name="account"),
    path("console/tokens/", people.api_tokens, name="tokens"),
    path("console/tokens/<int:pk>/revoke/", people.revoke_token, name="revoke_token"),
    path("console/history/", people.history, name="history"),
]

urlpatterns = public + console
