"""Answers that are kept, so that what was asked before is there at once."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Hashable

from .records import Answer, Question

__all__ = ["Answers"]

MOST_BYTES = 256 * 2**20
"""Some six hundred answers of a model of 224 × 224."""


class Answers:
    """Answers by photo and question; beyond so many bytes the ones unused longest are let go."""

    def __init__(self, most_bytes: int = MOST_BYTES):
        self._most = most_bytes
        self._bytes = 0
        self._kept: OrderedDict[tuple[int, Hashable], Answer] = OrderedDict()
        self._of_photo: Counter[int] = Counter()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, photo: int, question: Question) -> Answer | None:
        key = photo, question.key
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def knows(self, photo: int) -> bool:
        return self._of_photo[photo] > 0

    def keep(self, answer: Answer) -> None:
        key = answer.photo, answer.question.key
        self._drop(key)
        self._kept[key] = answer
        self._of_photo[answer.photo] += 1
        self._bytes += _size(answer)
        while self._bytes > self._most and len(self._kept) > 1:
            self._drop(next(iter(self._kept)))

    def forget(self, photo: int) -> None:
        for key in [key for key in self._kept if key[0] == photo]:
            self._drop(key)

    def clear(self) -> None:
        self._kept.clear()
        self._of_photo.clear()
        self._bytes = 0

    def _drop(self, key: tuple[int, Hashable]) -> None:
        answer = self._kept.pop(key, None)
        if answer is not None:
            self._of_photo[answer.photo] -= 1
            self._bytes -= _size(answer)


def _size(answer: Answer) -> int:
    return answer.heat.nbytes + answer.signed.nbytes + 200 * len(answer.classes)
