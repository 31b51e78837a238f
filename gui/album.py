"""The photos of a session: paths with keys, in order, and what is known of each."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from .records import PhotoRow

__all__ = ["Album"]


class Album:
    """A list of photos without duplicates; a hundred thousand of them cost little, for a row is made when asked for."""

    def __init__(self) -> None:
        self._keys: list[int] = []
        self._paths: dict[int, str] = {}
        self._by_path: dict[str, int] = {}
        self._places: dict[int, int] = {}
        self._known: dict[int, PhotoRow] = {}
        self._last = 0

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, key: int) -> bool:
        return key in self._paths

    def __iter__(self) -> Iterator[int]:
        """The keys in order."""
        return iter(self._keys)

    def key_at(self, place: int) -> int:
        return self._keys[place]

    def place_of(self, key: int) -> int:
        return self._places[key]

    def path(self, key: int) -> str:
        return self._paths[key]

    def key_of(self, path: str) -> int | None:
        """Of a path that is there; None else."""
        return self._by_path.get(os.path.abspath(path))

    def row(self, key: int) -> PhotoRow:
        return self._known.get(key) or PhotoRow(key, self._paths[key])

    def add(self, paths: Iterable[str]) -> range:
        """Add those that are not there yet; the places of the new ones."""
        first = len(self._keys)
        for path in map(os.path.abspath, paths):
            if path not in self._by_path:
                self._last += 1
                self._by_path[path] = self._last
                self._paths[self._last] = path
                self._places[self._last] = len(self._keys)
                self._keys.append(self._last)
        return range(first, len(self._keys))

    def remove(self, keys: Iterable[int]) -> set[int]:
        """The keys of those that were there."""
        gone = self._paths.keys() & set(keys)
        for key in gone:
            del self._by_path[self._paths.pop(key)]
            self._known.pop(key, None)
        self._keys = list(self._paths)
        self._places = {key: place for place, key in enumerate(self._keys)}
        return gone

    def know(self, key: int, **changes: Any) -> bool:
        """Change what is known of a photo; whether anything did."""
        if key not in self._paths:
            return False
        before = self.row(key)
        self._known[key] = replace(before, **changes)
        return self._known[key] != before

    def forget(self) -> None:
        """What is known of all: another model will say other things."""
        self._known.clear()

    def near(self, key: int, step: int) -> int | None:
        """The photo so many places on; None beyond the ends."""
        place = self._places[key] + step
        return self._keys[place] if 0 <= place < len(self._keys) else None
