"""Who signs up, who comes, and what it amounted to."""

from registrations.models.account import (
    NUMBER_UNLESS_UNKNOWN,
    Bound,
    Evidence,
    ExpertSupport,
    Headcount,
    Output,
    ReportedFigure,
    Statement,
    StockChange,
)
from registrations.models.course import (
    Certificate,
    CertificateNumbering,
    CertificateSequence,
    Course,
    CourseResult,
    Lesson,
)
from registrations.models.desk import ScanDecision, StationMove
from registrations.models.indicators import ChangeReason, OwnIndicator
from registrations.models.message import Message
from registrations.models.quotes import Quote, QuoteCorrection, QuoteHolder
from registrations.models.record import ActivityRecord, LedgerImport, RecordReopening, Trip
from registrations.models.returns import Reopening, Restatement, Return, ReturnFile, Target
from registrations.models.roster_import import RosterImport
from registrations.models.seats import MovedUp, SeatHold, SeatPool
from registrations.models.signup import Attendee, DataAccess, PersonKeyYear, Signup, SignupSession, Ticket
from registrations.models.stand import Stand, StandReport
from registrations.models.station import (
    Attendance,
    Correction,
    DatabaseEpoch,
    RosterChange,
    Scan,
    ScanOutcome,
    ScanWithdrawal,
    Station,
    StationRecord,
)
from registrations.models.telling import Told
from registrations.models.terms import Answer, ConsentNotice, Question, SignupTerms

__all__ = [
    "NUMBER_UNLESS_UNKNOWN",
    "ActivityRecord",
    "Answer",
    "Attendance",
    "Attendee",
    "Bound",
    "Certificate",
    "CertificateNumbering",
    "CertificateSequence",
    "ChangeReason",
    "ConsentNotice",
    "Correction",
    "Course",
    "CourseResult",
    "DataAccess",
    "DatabaseEpoch",
    "Evidence",
    "ExpertSupport",
    "Headcount",
    "LedgerImport",
    "Lesson",
    "Message",
    "MovedUp",
    "Output",
    "OwnIndicator",
    "PersonKeyYear",
    "Question",
    "Quote",
    "QuoteCorrection",
    "QuoteHolder",
    "RecordReopening",
    "Reopening",
    "ReportedFigure",
    "Restatement",
    "Return",
    "ReturnFile",
    "RosterChange",
    "RosterImport",
    "Scan",
    "ScanDecision",
    "ScanOutcome",
    "ScanWithdrawal",
    "SeatHold",
    "SeatPool",
    "Signup",
    "SignupSession",
    "SignupTerms",
    "Stand",
    "StandReport",
    "Statement",
    "Station",
    "StationMove",
    "StationRecord",
    "StockChange",
    "Target",
    "Ticket",
    "Told",
    "Trip",
]
