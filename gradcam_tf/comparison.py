"""Several methods on the same photos, side by side: their explanations, and the sheets that show them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gradcam_tf.errors import GradcamError
from gradcam_tf.explainer import Explainer
from gradcam_tf.explanation import Explanation
from gradcam_tf.export import OutputNames, png, write_file
from gradcam_tf.render import AS_USUAL, Look
from gradcam_tf.sheet import Cell
from gradcam_tf.sheet import compare as draw
from gradcam_tf.stages import stream

__all__ = ["Compared", "Sheets", "compare", "file_names"]

ROWS = 12
"""On one sheet; more go on further sheets."""
SCALE = "heat: for each map, 1 is {}; the colours of two maps cannot be compared"

Result = list[Explanation] | GradcamError


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """One photo by several methods.

    Attributes:
        source: the photo, as it was named.
        results: for each method its explanations, one for each target; or the error that came instead.
    """

    source: str
    results: tuple[Result, ...]


def compare(explainers: Sequence[Explainer], sources: Sequence[str], targets: Sequence[object]) -> Iterator[Compared]:
    """Explain photos by each explainer, all of one model, one photo after another; a bad one stops no other."""
    for source, results in zip(sources, stream(explainers, sources, targets), strict=True):
        yield Compared(source, results)


def file_names(explainers: Sequence[Explainer]) -> list[str]:
    """For each explainer what stands for its method in a file's name; no two alike."""
    names = OutputNames()
    # What follows a full stop would be taken for the ending of a file.
    return [names.stem(re.sub(r"[^\w+-]+", "_", explainer.method.name).strip("_")) for explainer in explainers]


class Sheets:
    """Pictures with a row for each photo (and target) and a column for each method, written as they fill.

    Photos that no method could read are left out.

    Args:
        explainers: what the photos are explained by.
        names: gives the files names that no other file of the run has.
        look: how the heat is drawn.
    """

    def __init__(self, explainers: Sequence[Explainer], names: OutputNames, look: Look = AS_USUAL):
        self._columns = [explainer.method.title for explainer in explainers]
        self._names, self._look = names, look
        self._scale = SCALE.format(" or ".join(dict.fromkeys(one.method.full(look.signed) for one in explainers)))
        self._rows: list[tuple[str, list[Cell]]] = []

    def add(self, compared: Compared, folder: Path, overwrite: bool) -> list[Path]:
        """Take in one photo; the files that were written because a sheet was full."""
        self._rows += _rows(compared, self._look)
        return self._write(ROWS, folder, overwrite)

    def finish(self, folder: Path, overwrite: bool) -> list[Path]:
        """Write what is left."""
        return self._write(1, folder, overwrite)

    def _write(self, least: int, folder: Path, overwrite: bool) -> list[Path]:
        written = []
        while len(self._rows) >= least:
            rows, self._rows = self._rows[:ROWS], self._rows[ROWS:]
            headings, cells = zip(*rows, strict=True)
            path = folder / f"{self._names.stem('comparison')}.png"
            write_file(path, png(draw(cells, headings, self._columns, self._scale, self._look)), overwrite=overwrite)
            written.append(path)
        return written


def _rows(one: Compared, look: Look) -> Iterator[tuple[str, list[Cell]]]:
    good = next((result for result in one.results if not isinstance(result, GradcamError)), None)
    for target in range(len(good or ())):
        assert good is not None
        yield f"{_name(one.source)} — {good[target].title}", [_cell(result, target, look) for result in one.results]


def _cell(result: Result, target: int, look: Look) -> Cell:
    if isinstance(result, GradcamError):
        return Cell(None, str(result))
    explanation = result[target]
    # A map that is not of a picture has nothing to be drawn over.
    if explanation.heatmap.ndim != 3:
        return Cell(None, f"a map with {explanation.heatmap.ndim - 1} axes cannot be drawn over a picture")
    return Cell(explanation.drawn(look), explanation.reasons[0])


def _name(source: object) -> str:
    return re.split(r"[/\\]", str(source))[-1]
