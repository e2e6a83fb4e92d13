"""The tables of the room of programmes."""

from udsyn.desk.rooms.programmes.models.applications import (
    CURRENCIES,
    Application,
    BudgetLine,
    Clash,
    Member,
    Paper,
    Partner,
    new_key,
)
from udsyn.desk.rooms.programmes.models.calls import Call, Programme, Terms
from udsyn.desk.rooms.programmes.models.judging import Assessed, Finding, PartnerRanking

__all__ = [
    "CURRENCIES",
    "Application",
    "Assessed",
    "BudgetLine",
    "Call",
    "Clash",
    "Finding",
    "Member",
    "Paper",
    "Partner",
    "PartnerRanking",
    "Programme",
    "Terms",
    "new_key",
]
