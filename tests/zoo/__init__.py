"""Small models of every kind that must work, with random weights."""

from __future__ import annotations

from tests.zoo import (
    cannot,
    inputs,
    kinds,
    precision,
    several,
    structures,
    styles,
    tasks,
    transfer,
    transformers,
)
from tests.zoo.entry import Entry

__all__ = ["ENTRIES", "Entry"]

ENTRIES: list[Entry] = [
    entry
    for module in (transfer, styles, several, precision, inputs, kinds, tasks, transformers, structures, cannot)
    for entry in module.ENTRIES
]
