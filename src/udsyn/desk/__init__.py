"""ACT: the desk, a web application where agreements, centres and posts live, from first contact to outcome.

Read in this order: `permissions.py` (who may), `lifecycle.py` (what may happen), `core/` (what every page shares), then
the rooms `parties`, `cooperation` and `posts`. Each room has models → domain (verbs as plain functions) → pages.
"""
