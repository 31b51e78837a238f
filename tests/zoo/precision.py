"""Number formats: float16, bfloat16, float64, and the mixed ones."""

from __future__ import annotations

from functools import partial

import keras

from tests.zoo.entry import Entry, images
from tests.zoo.parts import SHAPE, classifier

GROUP = "Precision"


def with_policy(policy: str) -> keras.Model:
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        return classifier()
    finally:
        keras.config.set_dtype_policy(before)


ENTRIES = [
    Entry(policy, GROUP, partial(with_policy, policy), images(*SHAPE), "relu2", "conv1", tolerance=tolerance)
    for policy, tolerance in {
        "float16": 0.05,
        "bfloat16": 0.1,
        "float64": 1e-3,
        "mixed_float16": 0.05,
        "mixed_bfloat16": 0.1,
    }.items()
]
