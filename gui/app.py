"""Assembles the window."""

from __future__ import annotations

import sys


def main() -> int:
    """Say that the window is not built yet; the command and the entry point are here so that their names are taken."""
    print("gradcam-tf gui: this version has no desktop application yet. Use `gradcam-tf explain`.", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
