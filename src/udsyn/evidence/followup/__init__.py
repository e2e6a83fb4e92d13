"""What the record knows of ties: joint works, acknowledged grants, citations and projects after the day of each.

who.py     who the two sides are in the record: ids, merged ids, ORCID, ROR, or a name beside a known co-author
finding.py what is found of them, by one statement over the record
"""

from udsyn.evidence.followup.finding import Followed, follow_up
from udsyn.evidence.followup.who import COLUMNS, Sides, sides_of

__all__ = ["COLUMNS", "Followed", "Sides", "follow_up", "sides_of"]
