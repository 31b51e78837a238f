"""Which files this process may see while it works on a stranger's model."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path

from gradcam_tf.cli.streams import complain

__all__ = ["OWN_PROCESS", "keep_to"]

OWN_PROCESS = "own process"
"""Said by :func:`main`: only a process that does nothing else may be confined."""
LARGEST_FILE = 8 * 2**30
"""Bytes of a result; a model's private copy may take as many as the model."""
LONGEST = 24 * 60 * 60
"""Seconds of processor time."""


def keep_to(
    model: Path | None,
    given: Sequence[str | os.PathLike],
    out: Path | None,
    trust: str | None,
    custom_objects: Sequence[str] | None,
) -> None:
    """Keep from this process what it does not need; before TensorFlow, and NumPy, start their threads."""
    from gradcam_tf.confinement import confine, physical_memory
    from gradcam_tf.model.trust import state_folder

    model = model.parent if model is not None and model.name == "saved_model.pb" else model
    beside = [] if model is None else [model, *(model.with_suffix(f".labels.{end}") for end in ("json", "txt"))]
    # What is trusted is remembered there; only one who says so now has anything to write down.
    write = [one for one in (out, state_folder() if trust else None) if one is not None]
    for folder in write:
        # A rule is about a folder that is there. If it cannot be made, who writes to it will say so.
        with contextlib.suppress(OSError, ValueError):
            folder.mkdir(parents=True, exist_ok=True)
    size = os.path.getsize(model) if model is not None and os.path.isfile(model) else 0
    held = confine(
        read=[*beside, *given, state_folder(), *([os.getcwd()] if custom_objects else [])],
        write=write,
        memory=physical_memory(),
        cpu=LONGEST,
        file_size=max(LARGEST_FILE, size),
    )
    if held.missing and model is not None:
        complain(f"note: {held}")
