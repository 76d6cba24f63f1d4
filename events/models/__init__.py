"""What happens, where, when and with whom."""

from events.models.activity import Activity, ActivityAudience, DatePrecision, Form, whole_period
from events.models.campaign import PUBLIC_STATES, Campaign, Publication
from events.models.history import History
from events.models.organization import Organization
from events.models.person import ApiToken, Invitation, Membership, ResetCode, Role, User
from events.models.region import Region
from events.models.resource import Booking, Resource, VisitRequest
from events.models.session import Session

__all__ = [
    "PUBLIC_STATES",
    "Activity",
    "ActivityAudience",
    "ApiToken",
    "Booking",
    "Campaign",
    "DatePrecision",
    "Form",
    "History",
    "Invitation",
    "Membership",
    "Organization",
    "Publication",
    "Region",
    "ResetCode",
    "Resource",
    "Role",
    "Session",
    "User",
    "VisitRequest",
    "whole_period",
]
