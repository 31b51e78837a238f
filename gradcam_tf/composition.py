"""How a method is written: ``gradcam``, ``fem(k=3)``, ``augmented(smoothed(layercam, samples=4), flip=false)``."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gradcam_tf.errors import MethodError

__all__ = ["Written", "read", "split"]

NAME_AND_REST = re.compile(r"\s*([^\s(),=]+)\s*(?:\((.*)\)\s*)?", re.DOTALL)
SETTING = re.compile(r"\s*([A-Za-z_]\w*)\s*=(.*)", re.DOTALL)
WORDS = {"true": True, "false": False, "none": None, "null": None}


@dataclass(frozen=True, slots=True)
class Written:
    """A method as it was written.

    Attributes:
        name: of the method, or of the wrapper around ``inner``.
        inner: what it is around; None for a method.
        settings: those that were written.
    """

    name: str
    inner: Written | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)


def read(text: str) -> Written:
    """Take apart what was written.

    A value is a number, ``true``, ``false``, ``none``, a list in brackets, or else a word.

    Raises:
        MethodError: if it cannot be read.

    Example:
        >>> read("smoothed(fem(k=3), samples=4)").inner
        Written(name='fem', inner=None, settings={'k': 3})
    """
    found = NAME_AND_REST.fullmatch(text)
    if found is None:
        raise _unreadable(text)
    name, rest = found.groups()
    inner, settings = None, {}
    for i, part in enumerate(split(rest) if (rest or "").strip() else ()):
        if setting := SETTING.fullmatch(part):
            settings[setting[1]] = _value(setting[2], text)
        elif i == 0:
            inner = read(part)
        else:
            raise _unreadable(text)
    return Written(name, inner, settings)


def split(text: str) -> list[str]:
    """Split at the commas that are in no bracket: a list of methods, or what stands in a method's brackets.

    Raises:
        MethodError: if a bracket is not closed.

    Example:
        >>> split("gradcam,fused(layercam, how=max)")
        ['gradcam', 'fused(layercam, how=max)']
    """
    parts, depth = [""], 0
    for one in text:
        depth += (one in "([") - (one in ")]")
        if depth < 0:
            break
        if one == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += one
    if depth:
        raise _unreadable(text)
    return parts


def _value(text: str, whole: str) -> Any:
    text = text.strip()
    if text.startswith("[") and text.endswith("]"):
        return tuple(_value(part, whole) for part in split(text[1:-1]) if part.strip())
    if not text:
        raise _unreadable(whole)
    try:
        return WORDS[text.lower()] if text.lower() in WORDS else ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text


def _unreadable(text: str) -> MethodError:
    return MethodError(
        "cannot be read as a method",
        where=f"method {text!r}",
        remedy="Write a name, with settings or around another as in smoothed(fem(k=3), samples=4).",
    )
