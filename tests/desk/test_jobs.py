"""The commonest jobs of twelve roles can be done: a drawn one of each role here, all in seven ways as a proof."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from browsing import needs_chromium
from tests.desk import walk_jobs
from tests.desk.cast import inside
from tests.desk.job_walking import PASSES, Pass
from tests.desk.jobs import JOBS, PLAYED_BY

pytestmark = [needs_chromium, pytest.mark.django_db]
SEED = 20_261_128
DRAWN = [random.Random(f"{SEED}-{role}").choice([one for one in JOBS if one.role == role]) for role in PLAYED_BY]
MOST_CLICKS, PHONE_SECONDS = 10, 20


@pytest.fixture(scope="module")
def who(served):
    """Who plays, and where their mails lead."""
    return inside(served.folder, walk_jobs.USERS), inside(served.folder, walk_jobs.LINKS)


@pytest.fixture
def walked(served, browser, who):
    """What jobs took in one pass, on a copy of the demonstration."""

    def walk(how: Pass, jobs):
        with walk_jobs.served_copy(served.folder) as url:
            return list(walk_jobs.walk_all(browser, url, how, jobs, *who))

    return walk


def test_twelve_roles_have_five_jobs_each():
    assert Counter(one.role for one in JOBS) == dict.fromkeys(PLAYED_BY, 5)


def done(walked):
    """All could be done, and none took more clicks than it may."""
    assert [one.wrong for one in walked if one.wrong] == []
    assert [one.job.name for one in walked if one.clicks > MOST_CLICKS and not one.job.reason] == []
    return walked


def test_a_job_of_each_role_is_done_by_keyboard_alone(walked):
    assert len(done(walked(PASSES[5], DRAWN[::2]))) == len(DRAWN[::2])


def test_a_job_of_each_role_is_done_on_a_telephone_without_a_script(walked):
    assert len(done(walked(PASSES[4], DRAWN[1::2]))) == len(DRAWN[1::2])


def test_a_contact_is_logged_on_a_telephone_in_under_twenty_seconds(walked):
    (logged,) = done(walked(PASSES[3], [one for one in JOBS if (one.role, one.name) == ("attaché", "Log a contact")]))
    assert logged.seconds < PHONE_SECONDS


def test_the_page_tells_of_every_job_and_none_takes_more_than_it_may():
    rows = [line.strip("| ").split(" | ") for line in walk_jobs.PAGE.read_text(encoding="utf-8").splitlines()]
    told = {(row[0], row[1]): [int(cell) for cell in row[2:]] for row in rows if row[0] in PLAYED_BY and row[1:]}
    assert list(told) == [(one.role, one.name) for one in JOBS]
    clicks = {one: max(told[one.role, one.name][cell] for cell in (0, 3, 6)) for one in JOBS}
    assert [one.name for one in JOBS if clicks[one] > MOST_CLICKS and not one.reason] == []
    on_a_telephone = {role: figures[5] for (role, name), figures in told.items() if name == "Log a contact"}
    assert max(on_a_telephone.values()) < PHONE_SECONDS


@pytest.mark.prove
@pytest.mark.parametrize("how", PASSES, ids=lambda how: f"{how.name}-{how.language}")
def test_every_job_is_done_in_every_way(how, walked):
    assert len(done(walked(how, JOBS))) == len(JOBS)
