"""Addresses of the REST API: who signs up, who comes, and what it amounted to."""

from django.urls import path

from registrations.api import sync
from registrations.api.views import (
    accounts,
    attendance,
    own_data,
    own_signup,
    questions,
    sessions,
    signups,
    stations,
    terms,
    year_end,
)

one, many = {"get": "retrieve"}, {"get": "list"}
entered, withdraw = many | {"post": "create"}, {"post": "withdraw"}

urlpatterns = [
    path("sessions", sessions.Sessions.as_view(many | {"post": "create"})),
    path("sessions/<int:pk>", sessions.Sessions.as_view(one | {"patch": "partial_update"})),
    path("sessions/<int:pk>/capacity", sessions.Sessions.as_view({"post": "capacity"})),
    path("sessions/<int:pk>/kept-seats", sessions.Sessions.as_view({"post": "keep_seats"})),
    path("sessions/<int:pk>/call-off", sessions.Sessions.as_view({"post": "call_off"})),
    path("sessions/<int:session>/signups", signups.KeptSignups.as_view(many)),
    path("sessions/<int:session>/attendance", attendance.Attendances.as_view(many)),
    path("sessions/<int:session>/corrections", attendance.Attendances.as_view({"post": "correct"})),
    path("sessions/<int:session>/headcounts", accounts.Headcounts.as_view(entered)),
    path("headcounts/<int:pk>/withdraw", accounts.Headcounts.as_view(withdraw)),
    path("signups", signups.NewSignups.as_view({"post": "create"})),
    path("signups/challenge", signups.NewSignups.as_view({"get": "challenge"})),
    path("signups/mine", own_signup.OwnSignup.as_view(one | {"patch": "partial_update", "delete": "destroy"})),
    path("signups/mine/ticket.svg", own_signup.OwnTicket.as_view({"get": "svg"}), name="own_ticket_svg"),
    path("signups/mine/ticket.pdf", own_signup.OwnTicket.as_view({"get": "pdf"}), name="own_ticket_pdf"),
    path("signups/mine/ticket.png", own_signup.OwnTicket.as_view({"get": "png"}), name="own_ticket_png"),
    path("activities/<int:activity>/questions", questions.Questions.as_view(entered)),
    path("questions/<int:pk>", questions.Questions.as_view({"patch": "partial_update"})),
    path("questions/<int:pk>/move", questions.Questions.as_view({"post": "move"})),
    path("questions/<int:pk>/retire", questions.Questions.as_view({"post": "retire"})),
    path("questions/<int:pk>/bring-back", questions.Questions.as_view({"post": "bring_back"})),
    path("activities/<int:pk>/terms", terms.Terms.as_view(one | {"patch": "partial_update"})),
    path("activities/<int:pk>/notice", terms.Terms.as_view({"get": "notice"})),
    path("signups/mine/data", own_data.OwnData.as_view(one)),
    path("signups/mine/erase", own_data.OwnData.as_view({"post": "erase"})),
    path("signups/mine/accept", own_signup.OwnSignup.as_view({"post": "accept"})),
    path("signups/<int:pk>/approve", signups.KeptSignups.as_view({"post": "approve"})),
    path("signups/<int:pk>/refuse", signups.KeptSignups.as_view({"post": "refuse"})),
    path("signups/<int:pk>/offer", signups.KeptSignups.as_view({"post": "offer"})),
    path("signups/<int:pk>/cancel", signups.KeptSignups.as_view({"post": "cancel"})),
    path("stations", stations.Stations.as_view(many | {"post": "create"})),
    path("stations/<int:pk>/pairing-code", stations.Stations.as_view({"post": "pairing_code"})),
    path("stations/<int:pk>/revoke", stations.Stations.as_view({"post": "revoke"})),
    path("station/pair", sync.Pairing.as_view({"post": "pair"})),
    path("station/changes", sync.Changes.as_view({"get": "changes"})),
    path("station/records", sync.Records.as_view({"post": "records"})),
    path("activities/<int:activity>/outputs", accounts.Outputs.as_view(entered)),
    path("outputs/<int:pk>/withdraw", accounts.Outputs.as_view(withdraw)),
    path("activities/<int:activity>/statements", accounts.Statements.as_view(entered)),
    path("statements/<int:pk>/withdraw", accounts.Statements.as_view(withdraw)),
    path("organizations/<slug:code>/reported-figures", year_end.ReportedFigures.as_view(entered)),
    path("organizations/<slug:code>/year-end/<int:year>", year_end.YearEnds.as_view(one)),
]
