"""What several tests of widgets show in them: a photo and an answer about it."""

from __future__ import annotations

import numpy as np

from gradcam_tf.gui.records import Answer, Question


def make_pixels() -> np.ndarray:
    """A smooth photo, 60 high and 80 wide, each pixel different from its neighbours."""
    rows, columns = np.mgrid[0:60, 0:80]
    return np.stack([columns * 3, rows * 4, 255 - columns - rows], axis=-1).astype(np.uint8)


def make_answer(box=(0.0, 0.0, 80.0, 60.0), **changes) -> Answer:
    """Heat in the middle of 3 × 4 places, and less than nothing in the first."""
    signed = np.array([[-0.5, 0, 0, 0], [0, 1.0, 0.6, 0], [0, 0.2, 0, 0.4]], np.float32)
    facts = {
        "photo": 1, "question": Question(), "heat": signed.clip(0), "signed": signed, "box": box, "highest": 2.0,
        "lowest": -1.0, "strongest": 2.0, "status": "ok", "reason": "", "title": "tabby, 8 %", "layer": "top",
        "layer_reason": "last", "classes": (), "seconds": 0.01, "device": "CPU",
    }  # fmt: skip
    return Answer(**(facts | changes))
