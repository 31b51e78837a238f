"""Model files that their user trusts: by their SHA-256, remembered in the user's own state folder.

Trust in a file lets its own code run (Lambda layers) and its unknown classes be looked for. It never lifts what is
checked of the file's structure. One small file for each, so that two programs cannot lose each other's.
"""

from __future__ import annotations

import json
import os
import re
import stat
import sys
import tempfile
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from gradcam_tf.errors import ModelError

__all__ = ["TrustedModel", "forget_model", "is_trusted", "remember", "state_folder", "trusted_models"]

SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class TrustedModel:
    """A model file that is trusted.

    Attributes:
        sha256: of the file; nothing else identifies it.
        name: how the file was called when it was trusted; for the reader.
        since: the day, as 2026-01-31.
    """

    sha256: str
    name: str = ""
    since: str = ""


def state_folder() -> Path:
    """Where what this user decided is kept; it need not exist."""
    if sys.platform == "darwin":
        home = Path.home() / "Library" / "Application Support"
    elif sys.platform == "win32":
        home = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    else:
        home = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    return home / "gradcam-tf"


def is_trusted(sha256: str) -> bool:
    """Whether this user has trusted the file of this SHA-256 before."""
    return _read(_place(sha256)) is not None


def trusted_models() -> list[TrustedModel]:
    """The model files that this user trusts, as remembered, in the order of their names.

    Example:
        >>> import gradcam_tf as gct
        >>> for one in gct.trusted_models():
        ...     print(one.name, one.sha256)    # doctest: +SKIP
    """
    try:
        places = list((state_folder() / "trusted").glob("*.json"))
    except OSError:
        return []
    found = [one for place in places if SHA256.fullmatch(place.stem) and (one := _read(place)) is not None]
    return sorted(found, key=lambda one: (one.name, one.sha256))


def forget_model(sha256: str) -> None:
    """Trust a file no longer.

    Args:
        sha256: as :func:`trusted_models` lists it.

    Raises:
        ModelError: if it is not remembered.
    """
    try:
        _place(sha256).unlink()
    except OSError as error:
        remedy = "gradcam-tf trusted lists those that are"
        raise ModelError("is not remembered as trusted", where=sha256, remedy=remedy) from error


def remember(sha256: str, path: Path) -> None:
    """Trust a file from now on. Where it cannot be written down, it is trusted this time only."""
    told = TrustedModel(sha256, os.fsencode(path.name).decode(errors="backslashreplace"), f"{datetime.now():%Y-%m-%d}")
    place = _place(sha256)
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # As mkstemp makes it: for the user alone.
        number, temporary = tempfile.mkstemp(dir=place.parent, suffix=".part")
        try:
            with os.fdopen(number, "w", encoding="utf-8") as file:
                json.dump(asdict(told), file)
            os.replace(temporary, place)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError:
        return


def _place(sha256: str) -> Path:
    sha256 = sha256.strip().lower()
    if not SHA256.fullmatch(sha256):
        raise ModelError("is no SHA-256", where=sha256[:80], remedy="It has 64 digits, 0-9 and a-f")
    return state_folder() / "trusted" / f"{sha256}.json"


def _read(place: Path) -> TrustedModel | None:
    """What is written there, if this user alone can have written it."""
    try:
        with place.open("rb") as file:
            about = os.fstat(file.fileno())
            ours = not hasattr(os, "getuid") or (about.st_uid == os.getuid() and not about.st_mode & stat.S_IWOTH)
            told = json.loads(file.read(10_000)) if ours else {}
        one = TrustedModel(**told)
    except (OSError, ValueError, TypeError):
        return None
    return one if one.sha256 == place.stem else None
