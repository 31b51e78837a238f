"""Which photos are listed, and in what order: found by name, class or status, and sorted; knows no Qt."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import cache
from typing import Literal

from .records import PhotoRow

__all__ = ["Listing", "SortBy"]

SortBy = Literal["added", "name", "class", "probability", "status"]
LAST = chr(0x10FFFF)
STATES = {"failed": 0, "working": 1, "waiting": 2, "done": 3}
Rank = float | str

# One plain number or text each: those are sorted several times as fast as tuples.
RANKS: dict[str, Callable[[PhotoRow], Rank]] = {
    "class": lambda row: row.label.casefold() or LAST,
    "probability": lambda row: 1.0 if row.probability is None else -row.probability,
    "status": lambda row: 2 * STATES[row.state] + (row.status in ("", "ok")),
}


class Listing:
    """Photos and what is known of them; of most of a hundred thousand nothing is, and these cost next to nothing."""

    def __init__(self, rows: Iterable[PhotoRow] = ()) -> None:
        self.needle = ""
        self.sort_by: SortBy = "added"
        self._states: frozenset[str] = frozenset()
        self._troubles: frozenset[str] = frozenset()
        self._paths: dict[int, str] = {}
        self._names: dict[int, str] = {}
        self._known: dict[int, PhotoRow] = {}
        self.add(rows)

    def __len__(self) -> int:
        return len(self._paths)

    def __contains__(self, key: int) -> bool:
        return key in self._paths

    def row(self, key: int) -> PhotoRow:
        return self._known.get(key) or PhotoRow(key, self._paths[key])

    # ---- what is in it ----

    def add(self, rows: Iterable[PhotoRow]) -> list[int]:
        """Append those that are not there yet; the keys of the new ones that pass the filter."""
        fresh = []
        for row in rows:
            if row.key not in self._paths:
                fresh.append(row)
                self._paths[row.key] = row.path
                self._names[row.key] = row.path.rpartition(os.sep)[2].casefold()
        return self._passing(self.update(fresh))

    def update(self, rows: Iterable[PhotoRow]) -> list[int]:
        """Take these in the places of those with their keys; the keys of those that are there."""
        there = [row for row in rows if row.key in self._paths]
        for row in there:
            if row == PhotoRow(row.key, row.path):
                self._known.pop(row.key, None)
            else:
                self._known[row.key] = row
        return [row.key for row in there]

    def remove(self, keys: Iterable[int]) -> set[int]:
        """The keys of those that were there."""
        gone = self._paths.keys() & set(keys)
        for key in gone:
            del self._paths[key], self._names[key]
            self._known.pop(key, None)
        return gone

    def forget(self) -> None:
        """Of all photos what is known: they wait again."""
        self._known = {}

    # ---- what is listed ----

    def find(self, text: str, states: Iterable[str] = (), troubles: Iterable[str] = ()) -> None:
        """List those whose name, class or error holds the text, or whose state or status is one of these."""
        self.needle = text.casefold().strip()
        self._states, self._troubles = frozenset(states), frozenset(troubles)

    def listed(self) -> list[int]:
        """Keys; names and classes from A, probabilities from the highest, status from what failed.

        Those of which there is nothing to sort by come last, and equal ones as they were added.
        """
        keys = self._passing(self._paths)
        if self.sort_by == "name":
            keys.sort(key=self._names.__getitem__)
        elif self.sort_by in RANKS:
            rank = RANKS[self.sort_by]
            ranks = dict.fromkeys(keys, rank(PhotoRow(0, "")))
            ranks.update({key: rank(row) for key, row in self._known.items()})
            keys.sort(key=ranks.__getitem__)
        return keys

    def _passing(self, keys: Iterable[int]) -> list[int]:
        if not self.needle:
            return list(keys)
        needle, names, known = self.needle, self._names, self._known

        @cache
        def holds(text: str) -> bool:
            """Many photos are of one class."""
            return needle in text.casefold()

        def passes(row: PhotoRow | None) -> bool:
            if row is None:
                return "waiting" in self._states
            return row.state in self._states or row.status in self._troubles or holds(row.label) or holds(row.error)

        return [key for key in keys if needle in names[key] or passes(known.get(key))]
