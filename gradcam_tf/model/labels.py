"""Class names: read from a file, looked up both ways."""

from __future__ import annotations

import difflib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gradcam_tf.errors import LabelsError, TargetError
from gradcam_tf.model.preprocessing import application

__all__ = ["Labels", "beside", "imagenet", "read"]

IMAGENET_CLASSES = 1000


@dataclass(frozen=True)
class Labels:
    """The names of a model's classes, in the order of its outputs.

    Args:
        names: for each class its names, the one to show first.
    """

    names: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, names: Sequence[str | Sequence[str]]) -> Labels:
        return cls(tuple((name,) if isinstance(name, str) else tuple(name) for name in names))

    def __len__(self) -> int:
        return len(self.names)

    def __getitem__(self, index: int) -> str:
        return self.names[index][0]

    def index(self, name: str) -> int:
        """The class of this name, in any of its spellings, capitals aside.

        Raises:
            TargetError: if no class has it (the nearest are listed) or several have.
        """
        wanted = name.strip().casefold()
        matches = [i for i, names in enumerate(self.names) if wanted in (n.casefold() for n in names)]
        if len(matches) == 1:
            return matches[0]
        if matches:
            which = ", ".join(f"{i} ({', '.join(self.names[i])})" for i in matches[:5])
            raise TargetError(
                f"{len(matches)} classes have this name", where=f"class {name!r}", remedy=f"Give the number: {which}."
            )
        raise TargetError("no class has this name", where=f"class {name!r}", remedy=self._nearest(wanted))

    def _nearest(self, wanted: str) -> str:
        spellings = {n.casefold(): n for names in self.names for n in names}
        inside = [n for folded, n in spellings.items() if wanted in folded][:5]
        close = inside or [spellings[n] for n in difflib.get_close_matches(wanted, spellings, n=5, cutoff=0.5)]
        return f"Nearest: {', '.join(close)}." if close else "Give its number instead."

    def check(self, classes: int) -> None:
        """Raise a LabelsError unless there are exactly so many."""
        if len(self) != classes:
            raise LabelsError(
                f"{len(self)} class names for a model of {classes} outputs",
                remedy="Give a file with one name for each output, in their order.",
            )


def read(path: str | os.PathLike) -> Labels:
    """Class names from a file.

    Args:
        path: a JSON list of names (or of lists of names), a JSON object from index to name (or to Keras's
            ``[WordNet id, name]``), or a text file of one name a line.

    Raises:
        LabelsError: if it cannot be read as one of these.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
        content = json.loads(text) if path.suffix.lower() == ".json" else text.splitlines()
    except OSError as error:
        raise LabelsError(error.strerror or "cannot be read", where=path) from error
    except ValueError as error:
        raise LabelsError(f"cannot be read as class names: {error}", where=path) from error
    return Labels.of(_names(content, path))


def _names(content: object, path: Path) -> list[str | list[str]]:
    if isinstance(content, dict):
        content = _in_order(content, path)
    entries = [_without_wordnet_id(entry) for entry in content] if isinstance(content, list) else []
    while entries and entries[-1] == "":
        entries.pop()
    good = all(e and (isinstance(e, str) or all(isinstance(n, str) and n for n in e)) for e in entries)
    if not entries or not good:
        raise LabelsError(
            "is no list of class names", where=path, remedy="Give one name a line, or a JSON list of names."
        )
    return entries


def _in_order(content: dict, path: Path) -> list:
    try:
        by_index = {int(key): name for key, name in content.items()}
    except ValueError as error:
        raise LabelsError(f"its keys are no class numbers: {error}", where=path) from error
    if sorted(by_index) != list(range(len(by_index))):
        raise LabelsError("its class numbers have gaps", where=path, remedy="They must run from 0 without a gap.")
    return [by_index[index] for index in range(len(by_index))]


def _without_wordnet_id(entry: object) -> str | list[str]:
    if isinstance(entry, list) and len(entry) == 2 and str(entry[0])[:1] == "n" and str(entry[0])[1:].isdigit():
        return [str(entry[1]).replace("_", " ")]
    if isinstance(entry, list):
        return entry
    return entry.strip() if isinstance(entry, str) else ""


def beside(model_path: Path) -> Labels | None:
    """The class names that lie beside a model file as ``NAME.labels.json`` or ``NAME.labels.txt``, if they do."""
    for ending in (".labels.json", ".labels.txt"):
        candidate = model_path.with_suffix(ending)
        if candidate.is_file():
            return read(candidate)
    return None


def imagenet(model_name: str, classes: int) -> Labels | None:
    """ImageNet's names for a model that carries the name of a known ImageNet architecture and has 1,000 outputs."""
    if classes != IMAGENET_CLASSES or application(model_name) is None:
        return None
    from gradcam_tf.resources import imagenet_labels_path

    return read(imagenet_labels_path())
