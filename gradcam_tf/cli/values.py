"""What the words of an option stand for: a class, methods, how photos are read, objects of the user's."""

from __future__ import annotations

import importlib
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from gradcam_tf.cli.quiet import quiet_start
from gradcam_tf.errors import ImageError, ModelError

if TYPE_CHECKING:
    from gradcam_tf.records import Reading
    from gradcam_tf.render import Look

__all__ = ["class_of", "import_objects", "look_of", "method_names", "reading"]

NUMBER = re.compile(r"[+-]?[0-9]{1,18}")


def class_of(target: str) -> int | str:
    """A class by number or name."""
    return int(target) if NUMBER.fullmatch(target) else target


def method_names(options: Sequence[str]) -> list[str]:
    """The methods that were asked for; a mistyped one should not take three seconds to be told."""
    from gradcam_tf import composition, registry

    chosen = list(dict.fromkeys(one.strip() for names in options for one in composition.split(names)))
    for name in chosen:
        registry.get(name)
    return chosen


def reading(page: int, window: str | None, max_pixels: int | None, allow_truncated: bool) -> Reading:
    """How photos are read; wrong numbers are wrong usage."""
    from gradcam_tf.records import MAX_PIXELS, Reading

    try:
        low, high = map(float, window.split(",")) if window is not None else (0, 1)
        given = (low, high) if window is not None else None
        return Reading(page, max_pixels or MAX_PIXELS, given, allow_truncated)
    except (ValueError, ImageError):
        raise typer.BadParameter("should be LOW,HIGH: two numbers", param_hint="--window") from None


def look_of(opacity: float, colormap: str, threshold: float, signed: bool) -> Look:
    """How the heat is drawn; a colormap that does not exist is an error before the first photo."""
    from gradcam_tf.render import Look, blend

    look = Look(opacity, colormap, threshold, signed)
    if colormap != "inferno":
        blend(look)
    return look


def import_objects(names: Sequence[str]) -> dict[str, Any]:
    """The classes and functions that the user names as MODULE:NAME; the working folder is looked in first."""
    found: dict[str, Any] = {}
    for one in names:
        module, _, name = one.partition(":")
        if not module or not name:
            raise typer.BadParameter("should be MODULE:NAME", param_hint="--custom-objects")
        with quiet_start(), _looking_in_the_working_folder():
            try:
                found[name] = getattr(importlib.import_module(module), name)
            except Exception as error:  # whatever the user's own module raises
                reason = (str(error).splitlines() or [""])[0] or type(error).__name__
                remedy = "It is looked for in the working folder, and where Python looks"
                raise ModelError(f"cannot be imported: {reason}", where=one, remedy=remedy) from error
    return found


@contextmanager
def _looking_in_the_working_folder() -> Iterator[None]:
    """As ``python -m`` does; the entry point of a command does not."""
    here = os.getcwd()
    sys.path.insert(0, here)
    try:
        yield
    finally:
        sys.path.remove(here)
