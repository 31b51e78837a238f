"""What is wrong with the structure of a model file; and its JSON, read within limits. Pure; no Keras."""

from __future__ import annotations

import json
from typing import Any

from gradcam_tf.errors import Refusal
from gradcam_tf.model.config import Config

__all__ = ["AGAIN", "MAX_CONFIG", "MAX_DEPTH", "BadStructure", "read_json"]

AGAIN = "Copy it again, or save it anew"
MAX_CONFIG = 32 * 2**20
"""Bytes; the largest models of keras.applications have 1 MB of config."""
MAX_DEPTH = 160
"""Of brackets in brackets; a model in a model costs about five, and Keras's own recursion gives up at some hundred."""
MAX_PARTS = 1_000_000
"""Lists and objects; NASNetLarge has 30,000."""
MAX_NUMBER = 2**64


class BadStructure(Exception):
    """One thing wrong with the structure, which nothing lifts."""

    def __init__(self, where: str, what: str, remedy: str = AGAIN):
        self.refusal = Refusal(where, what, remedy)
        super().__init__(str(self.refusal))


def read_json(data: bytes | str, where: str) -> Config:
    """A JSON object, within limits of size, depth and number; each key once.

    Raises:
        BadStructure: if it is anything else.
    """
    if len(data) > MAX_CONFIG:
        raise BadStructure(where, f"has {len(data)} bytes; up to {MAX_CONFIG} are read")
    try:
        value = json.loads(data, object_pairs_hook=_once_each)
    except RecursionError:
        raise BadStructure(where, f"is nested more than {MAX_DEPTH} deep") from None
    except ValueError as error:
        raise BadStructure(where, f"is no JSON: {error}") from None
    if not isinstance(value, dict):
        raise BadStructure(where, "is no JSON object")
    _check(value, where)
    return value


def _once_each(pairs: list[tuple[str, Any]]) -> Config:
    made: Config = {}
    for key, value in pairs:
        if key in made:
            raise ValueError(f"the key {key[:60]!r} occurs twice in one object")
        made[key] = value
    return made


def _check(value: Config, where: str) -> None:
    todo: list[tuple[Any, int]] = [(value, 1)]
    parts = 0
    while todo:
        item, depth = todo.pop()
        parts += 1
        if parts > MAX_PARTS:
            raise BadStructure(where, f"has more than {MAX_PARTS} parts")
        if depth > MAX_DEPTH:
            raise BadStructure(where, f"is nested more than {MAX_DEPTH} deep")
        inner = item.values() if isinstance(item, dict) else item
        for one in inner:
            if isinstance(one, dict | list):
                todo.append((one, depth + 1))
            elif isinstance(one, int) and abs(one) > MAX_NUMBER:
                raise BadStructure(where, f"holds the number {str(one)[:20]}…, larger than any setting of a layer")
