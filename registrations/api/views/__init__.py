"""Endpoints of who signs up, who comes and what it amounted to: thin, one operation or queryset each."""
