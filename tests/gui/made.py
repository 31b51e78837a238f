"""What several tests of the window show in it: a photo and an answer about it; and how they wait for what comes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from gradcam_tf.gui.records import Answer, Question

FAKE = [sys.executable, str(Path(__file__).parent / "fake_engine.py")]
"""The command of a process that stands in for the engine's."""
WAIT = 120_000
"""Milliseconds; a test may share its processor with many others."""


def until(qtbot, condition: Callable[[], bool]) -> None:
    qtbot.waitUntil(condition, timeout=WAIT)


def settled(session) -> bool:
    """Whether what was asked last is answered."""
    return session.card is not None and session.current is not None and not session.stale and session.running is None


def drawn(window) -> bool:
    """Whether the canvas shows the answer to what was asked last."""
    return window.stage.settled and window.session.running is None


def make_photo(folder: Path, name: str, size: tuple[int, int] = (10, 10), colour=(0, 0, 0)) -> str:
    """A PNG, whatever it is called."""
    Image.new("RGB", size, colour).save(folder / name, "PNG")
    return str(folder / name)


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
