"""TELL: briefs that a minister's office can read."""
