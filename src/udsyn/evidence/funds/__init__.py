"""Funds: which money is open to a pair, under which conditions, and what like it was paid before."""
