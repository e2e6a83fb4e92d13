"""The room of assessment: who reviews what without a conflict of interest, what a panel makes of it, and lots.

Scores go to the ranking of the room of programmes; nothing is released there before the round is closed.
"""

from __future__ import annotations

from django.urls import path

from udsyn.desk.kernel.rooms import Room
from udsyn.desk.rooms.assessment import finding, notices, panels, resources, reviewing, views
from udsyn.desk.rooms.assessment.personal import PERSONAL
from udsyn.desk.rooms.assessment.workflow import WORKFLOW

ROOM = Room(
    "assessment",
    needs=("parties", "programmes"),
    area="programmes",
    help="programmes#assessing",
    personal=PERSONAL,
    resources=resources.LISTS,
    workflow=WORKFLOW,
    urls=(
        path("apply/<int:pk>/lots/", views.lots, name="lots"),
        path("apply/<int:pk>/lots.json", views.lots_file, name="lots_file"),
        path("desk/assessments/<int:pk>/conflicts/", views.conflicts, name="round_conflicts"),
        path("desk/assessments/<int:pk>/assignment/", views.assignment, name="round_assignment"),
        path("desk/assessments/<int:pk>/panel/", views.panel, name="round_panel"),
        path("desk/reviews/<int:pk>/write/", views.write_review, name="write_review"),
        path("desk/reviews/<int:pk>/papers/<int:paper>/", views.paper, name="review_paper"),
    ),
    panels=(("call", panels.of_call), ("application", panels.of_application)),
    inbox=notices.INBOX,
    number=notices.handed_in,
    feeds=(notices.dates,),
    nightly=(finding.look_everywhere,),
    gates=(("assessment", reviewing.stands_against),),
)
