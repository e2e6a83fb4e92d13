"""Tenders: what public buyers plan, ask for and award, read from several publishers into the same tables."""
