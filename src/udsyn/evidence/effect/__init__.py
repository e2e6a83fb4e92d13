"""Did it work? What an agreement, a centre or a grant did to joint works, with what chance alone could have done.

panel.py     joint works of country pairs by year
gravity.py   the Poisson gravity model, and its refits for pretended agreements
synthetic.py synthetic control, synthetic difference-in-differences
placebo.py   chance: matched placebo pairs, intervals, ranks, minimum detectable effect
estimators.py the four estimators of one pair
study.py     one agreement: what it is compared with, what the data can carry, what the estimators say
pooled.py    all estimators as one test, several agreements together, the rank among other homes
home.py      home's joint works with all countries, and which other homes it is ranked among
verdict.py   the sentence
findings.py  the rows that are printed
fields.py    the fields that an agreement names against the others
sizes.py     bilateral works, those of up to ten countries, and larger ones
report.py    the page on all agreements
first_look.py  the plain model that is often published, and why it misleads
dyads.py     grants and stays: funded dyads against matched unfunded ones
grants.py    which dyads those are, from a file of funded pairs and a record
ledger.py    the ledger of ties as treatment
joint.py     joint works of its pairs, from the record
discontinuity.py funded against turned-down at the line
staggered.py those joined against those not joined, or not yet
instruments.py what an instrument did: both, with their verdicts
chart.py     the event study as a picture
"""

from udsyn.evidence.effect.chart import effect_chart, event_rows
from udsyn.evidence.effect.dyads import Balance, DyadEffect, matched_effect
from udsyn.evidence.effect.fields import effect_by_field, effect_by_field_in
from udsyn.evidence.effect.findings import (
    EffectResult,
    Settings,
    effect,
    effect_in,
    facts_agreements,
    joint_works,
    read_treatments,
)
from udsyn.evidence.effect.grants import GrantsEffect, grants_effect, read_grants
from udsyn.evidence.effect.instruments import InstrumentEffect, instrument_effect
from udsyn.evidence.effect.panel import Panel, pair_panel
from udsyn.evidence.effect.report import agreements_page
from udsyn.evidence.effect.sizes import effect_by_size_in
from udsyn.evidence.effect.study import Agreement, Study, TooLittleError, examine

__all__ = [
    "Agreement",
    "Balance",
    "DyadEffect",
    "EffectResult",
    "GrantsEffect",
    "InstrumentEffect",
    "Panel",
    "Settings",
    "Study",
    "TooLittleError",
    "agreements_page",
    "effect",
    "effect_by_field",
    "effect_by_field_in",
    "effect_by_size_in",
    "effect_chart",
    "effect_in",
    "event_rows",
    "examine",
    "facts_agreements",
    "grants_effect",
    "instrument_effect",
    "joint_works",
    "matched_effect",
    "pair_panel",
    "read_grants",
    "read_treatments",
]
