"""Write requirements/*.txt, what the extras of setup.cfg ask for, with versions and hashes: ``python tools/lock.py``.

Install from them with ``pip install --require-hashes -r requirements/dev.txt``. No address of a registry is written:
where packages come from is the installer's own business.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOCKED = {"base": (), "test": ("gui", "test"), "dev": ("gui", "test", "dev")}
"""File -> extras."""


def lock(name: str, extras: tuple[str, ...]) -> None:
    wanted = [word for extra in extras for word in ("--extra", extra)]
    options = ["--generate-hashes", "--universal", "--python-version", "3.11", "--no-header", "--quiet"]
    hidden = ["--no-emit-index-url", "--no-emit-find-links", "--no-annotate"]
    target = ROOT / "requirements" / f"{name}.txt"
    target.parent.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "uv", "pip", "compile", "setup.cfg", "--output-file", str(target)]
    subprocess.run([*command, *wanted, *options, *hidden], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    for name, extras in LOCKED.items():
        lock(name, extras)
        print(f"wrote requirements/{name}.txt")


if __name__ == "__main__":
    main()
