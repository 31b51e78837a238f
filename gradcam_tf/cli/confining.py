"""Which files this process may see while it works on a stranger's model."""

from __future__ import annotations

import contextlib
import glob
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from gradcam_tf import flight
from gradcam_tf.cli.streams import complain

__all__ = ["LONGEST", "OWN_PROCESS", "keep_to", "keep_to_photos"]

OWN_PROCESS = "own process"
"""Said by :func:`main`: only a process that does nothing else may be confined."""
LARGEST_FILE = 8 * 2**30
"""Bytes of a result; a model's private copy may take as many as the model."""
LONGEST = 24 * 60 * 60
"""Seconds of processor time; of a batch, for each photo."""


SHARED_MEMORY, PROCESSES = "/dev/shm", "/proc"  # nosec B108: the folder that the system's locks are in
"""Where the locks between several processes lie, and where each is told of itself, under a number yet unknown."""


def keep_to(
    models: Sequence[Path | None],
    given: Iterable[str | os.PathLike],
    out: Path | None,
    trust: str | None,
    custom_objects: Sequence[str] | None,
    *,
    several: bool = False,
) -> None:
    """Keep from this process what it does not need; before TensorFlow, and NumPy, start their threads.

    Args:
        models: None among them is the embedded model.
        given: more files and folders that are read.
        out: the folder of the results.
        trust, custom_objects: as on the command line.
        several: whether it starts processes that work with it.
    """
    from gradcam_tf.confinement import confine, physical_memory
    from gradcam_tf.trust import state_folder

    # The one file of a SavedModel stands for its folder.
    files = [one.parent if one.name == "saved_model.pb" else one for one in models if one is not None]
    beside = [one.with_suffix(f".labels.{end}") for one in files for end in ("json", "txt")]
    # What is trusted is remembered there; only one who says so now has anything to write down.
    write = [one for one in (out, state_folder() if trust else None) if one is not None]
    for folder in write:
        # A rule is about a folder that is there. If it cannot be made, who writes to it will say so.
        with contextlib.suppress(OSError, ValueError):
            folder.mkdir(parents=True, exist_ok=True)
    held = confine(
        read=[
            *(*files, *beside, *given, state_folder()),
            *([os.getcwd()] if custom_objects else []),
            *([PROCESSES] if several else []),
        ],
        write=[*write, *([SHARED_MEMORY] if several else [])],
        memory=physical_memory(),
        cpu=LONGEST,
        file_size=max(LARGEST_FILE, *(os.path.getsize(one) for one in files if os.path.isfile(one)), 0),
        scratch=flight.scratch,
    )
    if held.missing and files and not flight.again():
        complain(f"note: {held}")


def keep_to_photos(
    sources: Sequence[str],
    patterns: Mapping[str, Sequence[str]],
    models: Sequence[Path | None],
    labels: Path | None,
    out: str,
    trust: str | None,
    custom_objects: Sequence[str] | None,
    *,
    processes: int | None,
) -> None:
    """The same for a batch, which reads the folders and lists that it is given, and what is in them."""
    from gradcam_tf.batch.places import is_address
    from gradcam_tf.batch.sources import check_apart, to_read

    found = to_read(sources, **patterns)
    if any(map(is_address, [*sources, out, *found])):
        complain("note: what is not on this machine needs the network and threads: nothing is confined")
        return
    given: list[str | os.PathLike] = [*found, *([labels] if labels else [])]
    # Before the folder is made.
    check_apart(sources, out)
    several = (processes or 0) > 1 or (processes is None and len(glob.glob("/dev/nvidia[0-9]*")) > 1)
    keep_to(models, given, Path(out), trust, custom_objects, several=several)
