from __future__ import annotations

import pytest
from django.utils import timezone

from events.models import Organization
from events.operations import regions
from registrations.demo import record


@pytest.fixture
def tianmen(db: None) -> Organization:
    """The association, with everything its work summary says of 2018."""
    book, at = record.data(), timezone.now()
    regions.load_supplied()
    lead = record.load_organizations(book, at)
    record.load_2018(book, lead, at)
    return lead
