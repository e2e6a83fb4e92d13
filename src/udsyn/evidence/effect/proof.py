"""The proof by planted effects: `python -m udsyn.evidence.effect.proof [DRAWS]` writes docs/effect_proof.md."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from udsyn.evidence.effect.simulation import Operating, Trial, World, operating, proof_page, trials

EFFECTS = (0.0, 0.10, 0.25, 1.0)
DRAWS = 1000
PAGE = Path("docs/effect_proof.md")


def one_draw(seed: int) -> list[Trial]:
    return list(trials(seed, EFFECTS))


def measure(draws: int = DRAWS) -> list[Operating]:
    """Bias, coverage and power over `draws` panels, on two processes."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as workers:
        return operating([one for draw in workers.map(one_draw, range(draws), chunksize=5) for one in draw])


if __name__ == "__main__":
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else DRAWS
    PAGE.write_text(proof_page(measure(asked), World()), encoding="utf-8")
