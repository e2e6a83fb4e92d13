"""ACT: the desk, a web application where agreements, centres and posts live, from first contact to outcome.

In layers, each of which knows only those before it: `kernel` (who may, what may happen, what every row has), `tools`
(spreadsheets, mail, files), `web` (pages, lists, forms, the API), `evidence` (what a record says), `rooms` and `ops`
(the operator's side: settings, addresses, commands). Read `kernel/permissions.py` and `kernel/lifecycle.py` first. Each
room has models → commands (verbs as plain functions) → pages.
"""
