"""Errors that say what went wrong, where, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class GradcamError(Exception):
    """The base of every error this package raises on purpose.

    Args:
        what: what went wrong, as a short sentence without a full stop.
        where: the file, layer or option concerned.
        remedy: what the reader can do about it.

    ``str(error)`` is one line: ``where: what. Remedy.``
    """

    def __init__(self, what: str, *, where: object = None, remedy: str | None = None):
        self.what = what
        self.where = None if where is None else str(where)
        self.remedy = remedy
        super().__init__(what)

    def __str__(self) -> str:
        head = self.what if self.where is None else f"{self.where}: {self.what}"
        line = head if self.remedy is None else f"{head.rstrip('.')}. {self.remedy.rstrip('.')}."
        return printable(" ".join(line.split()))

    def __reduce__(self) -> tuple:
        return _rebuild, (type(self), self.what, self.where, self.remedy)


def _rebuild(kind: type[GradcamError], what: str, where: str | None, remedy: str | None) -> GradcamError:
    return kind(what, where=where, remedy=remedy)


def printable(text: str) -> str:
    """A file name as it can be shown anywhere: control characters and undecodable bytes as escapes.

    Args:
        text: any string, also one with surrogates from ``os.fsdecode``.

    Returns:
        The string with everything unprintable written as a backslash escape.
    """
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


class ImageError(GradcamError):
    """An image that cannot be read, or is not fit for the model."""


class ModelError(GradcamError):
    """A model that cannot be opened, run or explained."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason not to open a model file.

    Attributes:
        where: the path inside the model, such as ``cnn/scale/function``; or the part of the file.
        what: what is wrong with it; reads on after `where`.
        remedy: what the reader can do about it.
        trustable: whether trust in this very file lifts it. Never true of what is wrong with the file's structure.
    """

    where: str
    what: str
    remedy: str
    trustable: bool = False

    def __str__(self) -> str:
        return printable(f"{self.where} {self.what}")


class RefusedModel(ModelError):
    """A model file that is not opened, because of what it holds.

    Args:
        refusals: each reason, at least one.
        sha256: of the file that was looked at; what to trust, if it is to be trusted.
        where: the file.

    ``trustable`` says whether trust in the file would lift all of them.
    """

    def __init__(self, refusals: Sequence[Refusal], *, sha256: str, where: object = None):
        self.refusals = tuple(refusals)
        self.sha256 = sha256
        self.trustable = all(one.trustable for one in self.refusals)
        more = f" (and {len(refusals) - 1} more)" if len(refusals) > 1 else ""
        remedy = self.refusals[0].remedy
        if self.trustable:
            remedy = f"{remedy}. If you trust this very file, say so: --trust-model {sha256}"
        super().__init__(f"is not opened: {self.refusals[0]}{more}", where=where, remedy=remedy)

    def __reduce__(self) -> tuple:
        return _refused_again, (self.refusals, self.sha256, self.where)


def _refused_again(refusals: tuple[Refusal, ...], sha256: str, where: str | None) -> RefusedModel:
    return RefusedModel(refusals, sha256=sha256, where=where)


class LayerError(ModelError):
    """A layer that does not exist, or that no map can be made from."""


class TargetError(GradcamError):
    """A target (class, score) that the model does not have."""


class LabelsError(TargetError):
    """Class names that are missing, ambiguous, or do not fit the model."""


class MethodError(GradcamError):
    """A method that does not exist, or that the model cannot serve."""


class OutputError(GradcamError):
    """A result that cannot be written."""


class ClusterError(GradcamError):
    """A cluster that does not do its work."""


class NoCluster(ClusterError):
    """A cluster that is not there, or a machine without what it takes to ask for one."""
