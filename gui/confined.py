"""Starts a process of the window, confined: ``python -m gradcam_tf.gui.confined worker …`` (or ``decoder …``).

A file of its own, because what those import starts threads, and they would stay free. Models, photos and folders for
results are named later, when no rule can be added any more: they come and go through the window
(:mod:`gradcam_tf.gui.asking`). The last argument is the process's private folder.
"""

from __future__ import annotations

import contextlib
import os
import runpy
import sys
import tempfile

from gradcam_tf import broker
from gradcam_tf.confinement import confine, physical_memory
from gradcam_tf.trust import state_folder

from .asking import knock

__all__ = ["main"]

LARGEST_FILE = 64 * 2**30
"""Bytes of a file that it writes: a private copy of a model, arrays for the window, results."""


def main() -> None:
    kind, folder = sys.argv[1], sys.argv[-1]
    window = knock(folder)
    broker.use(window)
    if window is None:
        # Then it opens and writes by itself.
        confine(memory=physical_memory(), file_size=LARGEST_FILE)
    else:
        with contextlib.suppress(OSError):
            # What the window writes down there later is to be seen.
            os.makedirs(state_folder() / "trusted", mode=0o700, exist_ok=True)
        confine(
            read=[state_folder()],
            write=[folder],
            memory=physical_memory(),
            file_size=LARGEST_FILE,
            scratch=tempfile.gettempdir(),
            own=[folder],
        )
    sys.argv = sys.argv[1:]
    runpy.run_module(f"gradcam_tf.gui.{kind}", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
