"""The stages of every run over many photos: opened, explained together, and written, all at the same time.

What is between them is bounded in number and in bytes, so that memory is the same after a million photos as after a
hundred.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from gradcam_tf.ahead import Stage, flow
from gradcam_tf.errors import GradcamError
from gradcam_tf.explanation import Explanation
from gradcam_tf.inputs import Fitted
from gradcam_tf.progress import part

if TYPE_CHECKING:
    from gradcam_tf.explainer import Explainer

__all__ = ["EXPLAINERS", "Underway", "each", "stream", "through"]

BUDGET = 256 * 2**20
"""Bytes of photos that each stage may hold, beyond the one it cannot do without."""
UNKNOWN = BUDGET // 8
"""Bytes that the first photo is taken to hold."""
READERS = max(1, min(8, (os.cpu_count() or 1) // 2))
"""Threads that open photos: more would take the processors from the model."""
EXPLAINERS = 2
"""Batches in the model at the same time: where one is handed over, or works in a single thread, the other goes on."""
WRITERS = max(2, READERS)
"""Threads that write files: while one waits for the disk, another packs."""
FEW = 16
"""Photos that are done sooner one by one than the model is compiled."""

Result = TypeVar("Result")


@dataclass(slots=True)
class Underway:
    """A photo on its way through the stages; it may be explained in several ways.

    Attributes:
        fitted: by the number of the way, the photo as its model takes it; ways by one model share it.
        results: by the number of the way, its explanations, or what came instead.
    """

    fitted: dict[int, Fitted] = field(default_factory=dict)
    results: dict[int, list[Explanation] | Exception] = field(default_factory=dict)

    @property
    def bytes(self) -> int:
        """That are held in memory, each photo and array counted once."""
        subjects = [subject for _, subject in self.fitted.values()]
        arrays = [values for values, _ in self.fitted.values()]
        for result in self.results.values():
            for one in () if isinstance(result, Exception) else result:
                subjects += one.subjects
                arrays.append(one.heatmap)
        held = {id(subject.photo): subject.nbytes for subject in subjects} | {id(one): one.nbytes for one in arrays}
        return sum(held.values())


Photo = TypeVar("Photo", bound=Underway)


def through(
    sources: Iterable[Any],
    open_photo: Callable[[Any], Photo],
    explain: Callable[[list[Photo]], list[Photo]],
    finish: Callable[[Photo], Result],
    *,
    together: Callable[[int], int],
    at_once: int = 1,
) -> Generator[Result, None, None]:
    """Photos through the stages, and what is left of each, in order.

    Args:
        sources: of photos; may be endless.
        open_photo: opens one; in a thread, as are the next two.
        explain: fills in the results of some photos, and gives them back.
        finish: what is done with a photo at the end.
        together: how many photos are explained together, when so many have come before them.
        at_once: batches explained at the same time.
    """
    heaviest = 0

    def opened(source: Any) -> Photo:
        nonlocal heaviest
        photo = open_photo(source)
        heaviest = max(photo.bytes, int(heaviest * 0.9))
        return photo

    def expected(_: Any) -> int:
        """What the next photo will hold: not known before it is opened, but photos come in series."""
        return heaviest or UNKNOWN

    def held(photo: Photo) -> int:
        return photo.bytes

    most = 2 * at_once * max(together(0), together(1)) + READERS
    return flow(
        sources,
        Stage(opened, most, READERS, expected, BUDGET, "open-photos"),
        Stage(explain, at_once, at_once, held, BUDGET, "explain", together),
        Stage(finish, most, WRITERS, held, BUDGET, "write-files"),
    )


def each(
    explain: Callable[[list[Photo]], Iterable[Result]], photos: list[Photo], but: type[Exception] = Exception
) -> list[Result | Exception]:
    """Explain photos together; if that fails, one by one: no photo fails for another."""
    try:
        return list(explain(photos)) if photos else []
    except but as error:
        return [error] if len(photos) == 1 else [one for photo in photos for one in each(explain, [photo], but)]


@dataclass(slots=True)
class _Numbered(Underway):
    """One of the photos of a stream.

    Attributes:
        place: among them.
    """

    place: int = 0


def stream(
    explainers: Sequence[Explainer],
    sources: Sequence[Any],
    targets: Sequence[Any] = (None,),
    finish: Callable[[int, tuple[Any, ...]], Any] = lambda _, results: results,
) -> Generator[Any, None, None]:
    """Explain photos one after another by several explainers of one model; a bad one stops no other.

    Args:
        explainers: which fit photos alike.
        sources: as for :meth:`gradcam_tf.Explainer.stream`; ``targets`` too.
        finish: given a photo's place and, for each explainer, its explanations or the error that came instead; in a
            thread, while the next photos are explained.

    Yields:
        For each source, in order, what ``finish`` returned; by default the results.
    """
    fresh = not all(explainer.compiled for explainer in explainers)
    few = fresh and len(sources) <= FEW

    def opened(numbered: tuple[int, Any]) -> _Numbered:
        place, source = numbered
        everyone = range(len(explainers))
        try:
            return _Numbered(dict.fromkeys(everyone, explainers[0].fitted(source)), place=place)
        except GradcamError as error:
            return _Numbered(results=dict.fromkeys(everyone, error), place=place)

    def explained(photos: list[_Numbered]) -> list[_Numbered]:
        good, eager = [photo for photo in photos if photo.fitted], fresh and len(photos) == 1
        for number, explainer in enumerate(explainers):

            def by_this(some: list[_Numbered], number: int = number, explainer: Explainer = explainer) -> list:
                return explainer.explain_each([photo.fitted[number] for photo in some], targets, eager=eager)

            with part(number, len(explainers)):
                for photo, result in zip(good, each(by_this, good, but=GradcamError), strict=True):
                    photo.results[number] = result
        for photo in good:
            photo.fitted.clear()
        return photos

    def finished(photo: _Numbered) -> Any:
        return finish(photo.place, tuple(photo.results.values()))

    def together(before: int) -> int:
        # One photo first, so that something is to be seen soon.
        return 1 if few or (fresh and not before) else max(explainer.batch_size for explainer in explainers)

    return through(enumerate(sources), opened, explained, finished, together=together)
