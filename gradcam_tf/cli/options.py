"""The options that several commands take, each worded once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "AllowSavedModel",
    "AllowTruncated",
    "Colormap",
    "CustomObjects",
    "Debug",
    "Fit",
    "Fitting",
    "Labels",
    "Layer",
    "MaxPixels",
    "Opacity",
    "Output",
    "Page",
    "Preprocessing",
    "Signature",
    "Signed",
    "Targets",
    "Threshold",
    "Trust",
    "Values",
    "Window",
]


class Fitting(StrEnum):
    squash = "squash"
    crop = "crop"
    letterbox = "letterbox"


class Values(StrEnum):
    auto = "auto"
    none = "none"
    unit = "unit"
    symmetric = "symmetric"
    torch = "torch"
    caffe = "caffe"


Layer = Annotated[str, typer.Option(metavar="PATH", help="The layer the map is made from; see `layers`.")]
Output = Annotated[str | None, typer.Option(metavar="NAME", help="Which output, if there are several.")]
Targets = Annotated[
    list[str] | None,
    typer.Option(metavar="CLASS", help="The class to explain, by number or name; else what is predicted."),
]
Labels = Annotated[Path | None, typer.Option(metavar="FILE", help="Class names: one a line, or JSON.")]
Preprocessing = Annotated[Values, typer.Option(help="What the model expects of the values 0-255.")]
Fit = Annotated[Fitting, typer.Option(help="How a photo is fitted to the model's input.")]

Page = Annotated[int, typer.Option(metavar="N", min=1, help="Which page of a TIFF, or frame of an animation.")]
Window = Annotated[
    str | None,
    typer.Option(metavar="LOW,HIGH", help="The values that become black and white, in grey of more than 8 bits."),
]
MaxPixels = Annotated[
    int | None, typer.Option("--max-pixels", metavar="N", min=1, help="Refuse larger photos; else 178,956,970.")
]
AllowTruncated = Annotated[
    bool, typer.Option("--allow-truncated", help="Show what there is of a truncated or damaged photo, and say so.")
]

Opacity = Annotated[float, typer.Option(metavar="0-1", min=0, max=1, help="Of the heat at its strongest.")]
Colormap = Annotated[str, typer.Option(metavar="NAME", help="Colours of the heat: inferno, viridis, turbo, jet, …")]
Threshold = Annotated[float, typer.Option(metavar="0-1", min=0, max=1, help="Heat below this is not drawn.")]
Signed = Annotated[bool, typer.Option("--signed", help="Draw what speaks against the class too, in blue.")]

Trust = Annotated[
    str | None,
    typer.Option("--trust-model", metavar="SHA256", help="Let this very file run the code stored in it; remembered."),
]
CustomObjects = Annotated[
    list[str] | None,
    typer.Option("--custom-objects", metavar="MODULE:NAME", help="A layer or function of yours that the model uses."),
]
AllowSavedModel = Annotated[
    bool, typer.Option("--allow-saved-model", help="Open SavedModel folders, which are programs, in confinement.")
]
Signature = Annotated[
    str | None, typer.Option(metavar="NAME", help="Which function of a SavedModel; else serving_default.")
]

Confinement = Annotated[
    bool, typer.Option("--confinement/--no-confinement", help="Keep the engine from other files, and from TCP.")
]

Debug = Annotated[bool, typer.Option("--debug", help="Show the whole traceback of an error.")]
