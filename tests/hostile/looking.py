"""Open images one after another in a process of their own, which says what came of each; or dies of it.

    python -m tests.hostile.looking < paths.json

The system ends it when one image takes more than ``SECONDS`` of computing time, wherever that is spent.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

SECONDS = 5.0
MEMORY = 2**30
"""Bytes of address space beyond what Python, numpy and Pillow take."""
ROOT = Path(__file__).parents[2]

READINGS: tuple[dict, ...] = ({}, {"allow_truncated": True}, {"page": 2, "window": (0, 100)})
"""Each image is opened in each of these ways."""


@dataclass(frozen=True)
class Seen:
    """What came of one image in one way.

    Attributes:
        error: the typed reason; None for a picture.
        notes, whole: of the picture.
        seconds: computing time.
    """

    path: str
    error: str | None
    notes: tuple[str, ...]
    whole: bool
    seconds: float


LOOKING = (sys.executable, "-m", "tests.hostile.looking")


def look_at(paths: Iterable[Path], patience: float = 240, command: Sequence[str] = LOOKING) -> list[list[Seen]]:
    """For each image, in order, what came of it in each of :data:`READINGS`.

    Raises:
        AssertionError: if the process died, or waits for ever; with the image it was at.
    """
    names = [str(path) for path in paths]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as child:
        try:
            out, _ = child.communicate(json.dumps(names), timeout=patience)
            ended = f"ended by {signal.Signals(-child.returncode).name}" if child.returncode < 0 else ""
        except subprocess.TimeoutExpired:
            child.kill()
            out, ended = child.communicate()[0], f"still waiting after {patience:g} s"
    lines = [json.loads(line) for line in out.splitlines()]
    done = [[Seen(**one | {"notes": tuple(one["notes"])}) for one in line] for line in lines]
    at = names[len(done)] if len(done) < len(names) else None
    assert at is None, f"{at!r}: {ended or f'exit code {child.returncode}'}"
    return done


def main() -> None:
    from gradcam_tf.images import open_photo

    open_photo(ROOT / "resources" / "samples" / "coffee.png")  # what is loaded when first used
    names = json.load(sys.stdin)
    if os.path.exists("/proc/self/statm"):
        import resource

        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))
    for name in names:
        line = []
        for changes in READINGS:
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
            line.append(_look(name, changes))
        print(json.dumps(line), flush=True)


def _look(name: str, changes: dict) -> dict:
    from gradcam_tf.errors import ImageError
    from gradcam_tf.images import open_photo

    begin, error, notes, whole = time.process_time(), None, (), True
    try:
        photo = open_photo(name, **changes)
        assert photo.pixels.dtype == "uint8"
        assert photo.pixels.shape == (*photo.size, 3)
        notes, whole = photo.notes, photo.whole
    except ImageError as reason:
        error = str(reason) if reason.remedy else f"no remedy: {reason}"
    return {"path": name, "error": error, "notes": notes, "whole": whole, "seconds": time.process_time() - begin}


if __name__ == "__main__":
    main()
