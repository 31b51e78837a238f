"""Starts the engine process, confined: ``python -m gradcam_tf.gui.confined``, with the arguments of ``worker``.

A file of its own, because what the worker imports starts threads, and those would stay free. Models, photos and folders
for results are named later, by their paths, and Landlock's rules cannot be widened: files are not kept from it.
"""

from __future__ import annotations

import runpy

from gradcam_tf.confinement import confine, physical_memory

LARGEST_FILE = 64 * 2**30
"""Bytes of a file that it writes: a private copy of a model, arrays for the window, results."""


def main() -> None:
    confine(memory=physical_memory(), file_size=LARGEST_FILE)
    runpy.run_module("gradcam_tf.gui.worker", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
