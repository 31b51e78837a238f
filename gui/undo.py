"""Undo and redo over values that replace each other."""

from __future__ import annotations

from typing import Generic, TypeVar

__all__ = ["History"]

T = TypeVar("T")
MOST_STEPS = 200


class History(Generic[T]):
    """The values a thing had, and the one it has.

    Args:
        value: the first.

    Example:
        >>> history = History(1)
        >>> history.set(2)
        >>> history.undo(), history.redo()
        (1, 2)
    """

    def __init__(self, value: T):
        self._past: list[T] = []
        self._future: list[T] = []
        self._settled = value
        self.value = value

    def set(self, value: T, *, settled: bool = True) -> None:
        """Change it; while a slider is dragged the values are not ``settled``: undo goes back to before the drag."""
        self.value = value
        if settled and value != self._settled:
            self._past = [*self._past, self._settled][-MOST_STEPS:]
            self._settled = value
            self._future.clear()

    def undo(self) -> T:
        if self._past:
            self._future.append(self._settled)
            self._settled = self._past.pop()
        self.value = self._settled
        return self.value

    def redo(self) -> T:
        if self._future:
            self._past.append(self._settled)
            self._settled = self._future.pop()
        self.value = self._settled
        return self.value

    @property
    def can_undo(self) -> bool:
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        return bool(self._future)
