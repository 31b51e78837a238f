"""Class names: read from a file, looked up both ways."""

from __future__ import annotations

import difflib
import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gradcam_tf import broker
from gradcam_tf.errors import LabelsError, TargetError
from gradcam_tf.model.preprocessing import application

__all__ = ["Labels", "beside", "imagenet", "read"]

IMAGENET_CLASSES = 1000
MOST_NAMED = 5
ALIKE = 0.6
"""From this share of letters in common (difflib's ratio) a name looks like another."""


@dataclass(frozen=True)
class Labels:
    """The names of a model's classes, in the order of its outputs.

    Args:
        names: for each class its names, the one to show first.
        source: the file they came from, if any.
    """

    names: tuple[tuple[str, ...], ...]
    source: str | None = field(default=None, compare=False)

    @classmethod
    def of(cls, names: Sequence[str | Sequence[str]], source: str | None = None) -> Labels:
        return cls(tuple((name,) if isinstance(name, str) else tuple(name) for name in names), source)

    def __len__(self) -> int:
        return len(self.names)

    def __getitem__(self, index: int) -> str:
        return self.names[index][0]

    def index(self, name: str) -> int:
        """The class of this name, in any of its spellings, capitals aside.

        A name that is shown for one class is that class, even if it is another's further name.

        Raises:
            TargetError: if no class has it (the nearest are listed) or several have.
        """
        wanted = name.strip().casefold()
        matches = [i for i, names in enumerate(self.names) if wanted in (n.casefold() for n in names)]
        shown = [i for i in matches if self[i].casefold() == wanted]
        if len(matches) == 1 or len(shown) == 1:
            return (shown or matches)[0]
        if matches:
            which = ", ".join(f"{i} ({', '.join(self.names[i])})" for i in matches[:5])
            raise TargetError(
                f"{len(matches)} classes have this name", where=f"class {name!r}", remedy=f"Give the number: {which}."
            )
        raise TargetError("no class has this name", where=f"class {name!r}", remedy=self._nearest(wanted))

    def _nearest(self, wanted: str) -> str:
        close = _nearest(wanted, list(dict.fromkeys(name for names in self.names for name in names)))
        return f"Nearest: {', '.join(close)}." if close else "Give its number instead."

    def check(self, classes: int) -> None:
        """Raise a LabelsError unless there are exactly so many."""
        if len(self) != classes:
            raise LabelsError(
                f"{len(self)} class names for a model of {classes} output{'' if classes == 1 else 's'}",
                where=self.source,
                remedy="Give a file with one name for each output, in their order.",
            )


def _nearest(wanted: str, names: Sequence[str]) -> list[str]:
    """The names that hold what was wanted, as a whole word first; or else those of which a word looks like it."""
    word = re.escape(wanted)
    found: list[str] = []
    for pattern in (rf"\b{word}\b", rf"\b{word}", word) if wanted else ():
        found += [name for name in names if re.search(pattern, name.casefold())]
    if found:
        return list(dict.fromkeys(found))[:MOST_NAMED]
    having: dict[str, list[str]] = {}
    for name in names:
        for part in {name.casefold(), *re.findall(r"\w+", name.casefold())}:
            having.setdefault(part, []).append(name)
    alike = difflib.get_close_matches(wanted, having, n=MOST_NAMED, cutoff=ALIKE)
    return list(dict.fromkeys(name for part in alike for name in having[part]))[:MOST_NAMED]


def read(path: str | os.PathLike) -> Labels:
    """Class names from a file.

    Args:
        path: a JSON list of names (or of lists of names), a JSON object from index to name (or to Keras's
            ``[WordNet id, name]``) or from name to index (Keras's ``class_indices``), or a text file of one name a
            line; in UTF-8.

    Raises:
        LabelsError: if it cannot be read as one of these.
    """
    path = Path(path)
    try:
        with broker.open_binary(path) as file:
            text = file.read().decode("utf-8-sig")
        content = json.loads(text) if path.suffix.lower() == ".json" else text.rstrip().splitlines()
    except OSError as error:
        what = f"cannot be read: {(error.strerror or str(error)).lower()}"
        raise LabelsError(what, where=path, remedy="Give a file of class names.") from error
    except (ValueError, RecursionError) as error:
        raise LabelsError(f"cannot be read as class names: {error}", where=path, remedy=KINDS_REMEDY) from error
    return Labels.of(_names(content, path), str(path))


KINDS_REMEDY = "Give one name a line, or a JSON list of names, in UTF-8."


def _names(content: object, path: Path) -> list[str | list[str]]:
    if isinstance(content, dict):
        content = _in_order(content, path)
    entries = [_name(entry) for entry in content] if isinstance(content, list) else []
    if not entries:
        raise LabelsError("holds no class names", where=path, remedy=KINDS_REMEDY)
    for number, entry in enumerate(entries):
        if not entry or not all(entry):
            raise LabelsError(f"class {number} has no name", where=path, remedy=KINDS_REMEDY)
    return entries


def _in_order(content: dict, path: Path) -> list:
    turned = all(type(value) is int for value in content.values())
    pairs = [(value, key) if turned else (key, value) for key, value in content.items()]
    try:
        numbered = sorted(((int(index), name) for index, name in pairs), key=lambda pair: pair[0])
    except ValueError as error:
        raise LabelsError(
            f"its keys are no class numbers: {error}", where=path, remedy='Give {"0": "name", …} or {"name": 0, …}.'
        ) from error
    if [index for index, _ in numbered] != list(range(len(pairs))):
        what = f"its class numbers are not 0 to {len(pairs) - 1}, each once"
        raise LabelsError(what, where=path, remedy="They count the model's outputs, from 0 on.")
    return [name for _, name in numbered]


def _name(entry: object) -> str | list[str]:
    """A class's name or names; empty for what is neither, such as a number."""
    if isinstance(entry, str):
        return entry.strip()
    if not isinstance(entry, list) or not all(isinstance(name, str) for name in entry):
        return ""
    if len(entry) == 2 and re.fullmatch(r"n\d{8}", entry[0]):
        return [entry[1].replace("_", " ").strip()]
    return [name.strip() for name in entry]


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
