"""Addresses of the REST API: who signs up, who comes, and what it amounted to."""

urlpatterns = []
