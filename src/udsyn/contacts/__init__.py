"""MEET: whom to contact, why, and through whom."""

from udsyn.contacts.answers import about, find_contacts, introduce, path_between, people_for
from udsyn.contacts.score import score_submissions

__all__ = ["about", "find_contacts", "introduce", "path_between", "people_for", "score_submissions"]
