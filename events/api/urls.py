"""Addresses of the REST API: what happens, where, when and with whom."""

urlpatterns = []
