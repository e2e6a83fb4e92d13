"""Several agreements taken together, which is what gives power."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from udsyn.evidence.effect.placebo import Inference, infer
from udsyn.evidence.effect.study import Study

DRAWS = 999  #: sets of pretended agreements, one for each real one
SEED = 20_070_901


def pool(studies: Sequence[Study], estimator: str) -> Inference:
    """The average log effect, each agreement weighted by the inverse of its variance.

    Chance is measured on DRAWS sets of pretended agreements: one placebo drawn from the pool of each agreement,
    averaged with the same weights. Seeded: the same studies give the same figures.
    """
    findings = [study[estimator] for study in studies]
    weights = np.array([finding.spread**-2 for finding in findings])
    weights /= weights.sum()
    random = np.random.default_rng(SEED)
    effect, noise = 0.0, np.zeros(DRAWS)
    for weight, finding in zip(weights, findings, strict=True):
        usual = float(finding.noise.mean())
        scaled = (finding.noise - usual) / finding.spreads
        effect += float(weight) * (finding.log_effect - usual)
        noise += weight * finding.spread * random.choice(scaled, DRAWS)
    return infer(effect, noise, 1.0, np.ones(DRAWS))
