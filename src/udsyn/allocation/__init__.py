"""Who gets what, with proof: reviewers to applications, applicants to places, groups to stops. Pure, no database.

Each module reads its case from plain JSON data (`parse`), solves it, and answers with a frozen object whose fields are
what the command line prints. An infeasible case is an answer that says what stands in the way, not an error.
"""

from __future__ import annotations
