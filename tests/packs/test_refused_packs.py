"""Packs that contradict themselves are refused when they are read, each with what is wrong in words."""

from __future__ import annotations

import pytest

from udsyn import packs
from udsyn.packs import PackError

HEAD = """
id: made
version: "1"
kind: call
title: {en: A made call}
sources: {text: {title: The text}}
"""
RULE = 'rules: [{id: rule, clause: "1", source: text, says: {en: It is asked.}, condition: CONDITION}]'
CAP = 'rules: [{id: rule, clause: "1", source: text, says: {en: It is asked.}, cap: CAP}]'
CRITERION = 'assessment: {clause: "1", source: text, criteria: [CRITERION]}'
TIE = 'ties: [{clause: "1", source: text, says: {en: Lots.}, STEP}]'


def rule(condition: str) -> str:
    return RULE.replace("CONDITION", condition)


def cap(bound: str) -> str:
    return CAP.replace("CAP", bound)


def criterion(said: str) -> str:
    return CRITERION.replace("CRITERION", said)


def tie(step: str) -> str:
    return TIE.replace("STEP", step)


def question(said: str) -> str:
    return f"questions: [{{path: p, says: {{en: Which?}}, {said}}}]"


REFUSED = [
    (rule("{value: a, is: 1, in: [1]}"), "is tested by one of is, in, not_in"),
    (rule("{value: a}"), "is tested by one of is, in, not_in"),
    (rule("{count: p}"), "a count of p needs at_least or at_most"),
    (rule("{value: a, is: 1, distinct: c}"), "where and distinct belong to a count"),
    (rule("{count: p, at_least: 1, is: 1}"), "belong to a value"),
    (rule("{all: [{value: a, is: 1}], at_least: 1}"), "at_least and at_most belong to a value or a count"),
    (rule("{when: {value: a, is: 1}}"), "when and then belong together"),
    (rule("{value: a, in_set: nowhere}"), "names the set nowhere, which the pack does not have"),
    (cap("{sum: costs, share: 0.5}"), "share or least_share, and of, belong together"),
    (cap("{sum: costs, share: 0.5, of: costs, times: days}"), "times belongs to at_least or at_most"),
    (cap("{sum: costs, at_most: 1, at_least: 1}"), "a cap has one of"),
    (question("kind: choice"), "choices belong to the kind choice, and it needs them"),
    (question("kind: text, choices: {a: {en: A}}"), "choices belong to the kind choice, and it needs them"),
    (
        'documents: [{id: d, clause: "1", source: text, says: {en: A paper.}, where: {value: a, is: 1}}]',
        "where belongs to each",
    ),
    (criterion("{id: c, says: {en: Good?}, most: 5, grades: {A: 6}}"), "a grade lies outside 0 to 5"),
    (criterion("{id: c, says: {en: Good?}, least: 5, most: 5}"), "scale and threshold do not fit together"),
    (criterion("{id: c, says: {en: Good?}, threshold: 6}"), "scale and threshold do not fit together"),
    (criterion("{id: c, says: {en: Good?}}, {id: c, says: {en: Good?}}"), "two criteria have the same id"),
    (tie("draws: lots, value: a"), "a tie-break is one of"),
    (tie("criterion: c"), "a tie-break names the criterion c, which the pack does not have"),
    ("phases: [{id: first, says: {en: First.}, by: nobody}]", "the agency nobody is named"),
    ('budget: {clause: "1", source: text, pot: mixed}', "belongs to a mixed pot, and that needs it"),
    ('budget: {clause: "1", source: text, pot: real, virtual: 0.5}', "belongs to a mixed pot, and that needs it"),
    ("sets: {region: [{code: DK, source: elsewhere}]}", "DK names the source elsewhere"),
    ("value_sources: {days: text}", "value_sources: days or text is not in the pack"),
    ("valid_from: 2020-01-02\nvalid_to: 2020-01-02", "valid_to is not after valid_from"),
    ("deadline: {at: 2026-05-01 12:00:00, zone: Europe/Nowhere}", "is no time zone"),
    ('deadline: {at: "2026-05-01T12:00:00+02:00", zone: Europe/Copenhagen}', "the zone stands in `zone`"),
    ("reasons: [{code: c, says: {en: So.}}, {code: c, says: {en: So.}}]", "two reasons have the same name"),
    ('documents: [{id: d, clause: "1", source: none, says: {en: A paper.}}]', "names the source none"),
]


@pytest.mark.parametrize(("said", "wrong"), REFUSED)
def test_a_pack_that_contradicts_itself_is_refused(said: str, wrong: str) -> None:
    with pytest.raises(PackError, match=wrong):
        packs.parse(HEAD + said)


@pytest.mark.parametrize(
    "said",
    [
        rule("{value: a, is: 1}"),
        cap("{sum: costs, share: 0.5, of: costs}"),
        question("kind: choice, choices: {a: {en: A}}"),
        criterion("{id: c, says: {en: Good?}, threshold: 5, grades: {A: 5}}"),
        tie("draws: lots"),
        'budget: {clause: "1", source: text, pot: mixed, virtual: 0.5}',
        "valid_from: 2020-01-02\nvalid_to: 2020-01-03",
        "deadline: {at: 2026-05-01 12:00:00, zone: Europe/Copenhagen}",
    ],
)
def test_the_same_without_the_contradiction_is_read(said: str) -> None:
    assert packs.parse(HEAD + said).id == "made"
