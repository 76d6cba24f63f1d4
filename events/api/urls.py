"""Addresses of the REST API: what happens, where, when and with whom."""

from django.urls import path

from events.api import accounts, documents, views

one, many = {"get": "retrieve"}, {"get": "list"}

urlpatterns = [
    path("schema/", documents.Description.as_view(), name="api_schema"),
    path("docs/", documents.TryOut.as_view(), name="api_docs"),
    path("me", accounts.Me.as_view(one)),
    path("tokens", accounts.Tokens.as_view(many | {"post": "create"})),
    path("tokens/<int:pk>/revoke", accounts.Tokens.as_view({"post": "revoke"})),
    path("regions", views.Regions.as_view(many)),
    path("organizations", views.Organizations.as_view(many)),
    path("organizations/<slug:code>", views.Organizations.as_view(one)),
    path("campaigns", views.Campaigns.as_view(many | {"post": "create"})),
    path("campaigns/<int:pk>", views.Campaigns.as_view(one | {"patch": "partial_update"})),
    path("campaigns/<int:pk>/state", views.Campaigns.as_view({"post": "state"})),
    path("activities", views.Activities.as_view(many | {"post": "create"})),
    path("activities/<int:pk>", views.Activities.as_view(one | {"patch": "partial_update"})),
    path("activities/<int:pk>/state", views.Activities.as_view({"post": "state"})),
    path("resources", views.Resources.as_view(many | {"post": "create"})),
]
