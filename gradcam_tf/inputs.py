"""From what a caller gives (paths, PIL images, arrays) to what the model is given, with what each image is of."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from PIL import Image

from gradcam_tf import render
from gradcam_tf.errors import ImageError, ModelError
from gradcam_tf.images import open_photo
from gradcam_tf.lazy import keras
from gradcam_tf.placement import fit_photo
from gradcam_tf.provenance import array_sha256
from gradcam_tf.records import Fit, Photo, Placement, Preprocessing, Reading

__all__ = ["Batch", "Fitted", "Subject", "array_batch", "blank", "fitted_photo", "laid_out", "photos_among"]

SIZE_IF_FREE = 224
"""The side a photo is given for a model that takes any size."""


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """The image one map is of.

    Attributes:
        values: what the model was given for it, (height, width, channels), before preprocessing.
        photo: the photo it was made from; None if the caller gave the values.
        placement: where the photo lies in the values.
        channels_first: whether the values are (channels, height, width), as the caller gave them.
    """

    values: np.ndarray
    photo: Photo | None = None
    placement: Placement | None = None
    channels_first: bool = False

    @property
    def image(self) -> Image.Image:
        """What a person sees, of the mode RGB or L; not to be changed."""
        if self.photo is not None:
            return self.photo.image
        pixels = self.pixels
        return Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)

    @property
    def pixels(self) -> np.ndarray:
        """What a person sees: uint8 (height, width, 1 or 3)."""
        if self.photo is not None:
            return self.photo.pixels
        return render.displayable(np.moveaxis(self.values, 0, -1) if self.channels_first else self.values)

    @property
    def nbytes(self) -> int:
        """That the image takes in memory."""
        if self.photo is None:
            return self.values.nbytes
        height, width = self.photo.size
        return height * width * (1 if self.photo.image.mode == "L" else 4)

    def as_dict(self) -> dict:
        if self.photo is None:
            return {"name": None, "path": None, "sha256": array_sha256(self.values), "sha256_of": "model input"}
        height, width = self.photo.size
        return {
            "name": self.photo.name,
            "path": self.photo.path,
            "sha256": self.photo.sha256,
            "sha256_of": "pixels" if self.photo.path is None else "file",
            "height": height,
            "width": width,
            "whole": self.photo.whole,
            "notes": list(self.photo.notes),
        }


Fitted = tuple[np.ndarray, Subject]
"""A photo as the model's size wants it, float32 (height, width, channels) in 0–255, and what it is of."""


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Images on their way into the model.

    Attributes:
        values: the model's input, (N, …) in the model's own structure.
        subjects: what each of the N is of.
        preprocessing: what was done to photos; None if the caller gave the values.
    """

    values: Any
    subjects: tuple[Subject, ...]
    preprocessing: Preprocessing | None

    def __len__(self) -> int:
        return len(self.subjects)

    def picture_size(self, source: int, channels_first: bool = False) -> tuple[int, ...]:
        """The extents of the places of one of the inputs."""
        shape = keras.tree.flatten(self.values)[source].shape
        return tuple(shape[2:] if channels_first else shape[1:-1])

    def subjects_of(self, source: int, channels_first: bool = False) -> tuple[Subject, ...]:
        """What is shown under maps that lie on this input."""
        given = keras.tree.flatten(self.values)
        subjects = self.subjects if len(given) == 1 else tuple(Subject(row) for row in given[source])
        return tuple(replace(one, channels_first=channels_first and one.photo is None) for one in subjects)

    def __getitem__(self, part: slice) -> Batch:
        values = keras.tree.map_structure(lambda x: x[part], self.values)
        return Batch(values, self.subjects[part], self.preprocessing)

    def repeated(self, many: int) -> Batch:
        """A batch of one image as one of many, without copying it."""
        values = keras.tree.map_structure(lambda x: np.broadcast_to(x, (many, *x.shape[1:])), self.values)
        return Batch(values, self.subjects * many, self.preprocessing)


def photos_among(images: Any) -> list[Any] | None:
    """The paths and pictures in what a caller gave; None if it is model input.

    Raises:
        ImageError: if it is an empty list.
    """
    many = list(images) if isinstance(images, (list, tuple)) else [images]
    if not many:
        raise ImageError("no images were given")
    return many if all(isinstance(one, (str, os.PathLike, Image.Image, Photo)) for one in many) else None


def fitted_photo(model: Any, source: Any, fit: Fit, reading: Reading) -> Fitted:
    """Open a photo, unless it is open or a function that opens it, and fit it to the model.

    Raises:
        ImageError: if it cannot be read, or the model does not take one picture.
    """
    photo = source() if callable(source) else source if isinstance(source, Photo) else open_photo(source, reading)
    size, channels = _picture_shape(model)
    values, placement = fit_photo(photo, size, channels, fit)
    return values, Subject(values, photo, placement)


def laid_out(model: Any, values: np.ndarray) -> np.ndarray:
    """Photos (N, height, width, channels) as the model takes them: channels first, if that is where it has 3 or 1."""
    return np.moveaxis(values, -1, 1) if _photo_channels_first(_input_shapes(model)[0]) else values


def _photo_channels_first(shape: Sequence[int | None]) -> bool:
    # A photo has 1 or 3 channels: by the shape alone it fits one end of the model's input, or it fits none.
    return shape[1] in (1, 3) and shape[-1] not in (1, 3)


def _picture_shape(model: Any) -> tuple[tuple[int, int], int]:
    shapes = _input_shapes(model)
    if len(shapes) != 1 or len(shapes[0]) != 4:
        raise ImageError(
            "photos cannot be fitted to it: it is not known to take one picture (height, width, channels)",
            where=f"model {model.name!r}",
            remedy="Give the model's input as arrays.",
        )
    height, width, channels = shapes[0][1:]
    if _photo_channels_first(shapes[0]):
        channels, height, width = shapes[0][1:]
    return (height or SIZE_IF_FREE, width or SIZE_IF_FREE), channels or 3


def array_batch(model: Any, images: Any) -> Batch:
    """Model input, used as it is: one image or a batch.

    Raises:
        ImageError: if its shape is not what the model takes.
    """
    shapes = _input_shapes(model)
    values = _one_input(images, shapes[0], model.inputs[0].dtype) if len(shapes) == 1 else _many_inputs(images)
    return Batch(values, tuple(Subject(row) for row in keras.tree.flatten(values)[0]), None)


def _many_inputs(images: Any) -> Any:
    """The model's own structure of inputs; each with its batch axis."""
    values = keras.tree.map_structure(
        lambda x: np.asarray(x, None if np.asarray(x).dtype.kind != "f" else "float32"), images
    )
    counts = {np.shape(x)[0] if np.ndim(x) else 0 for x in keras.tree.flatten(values)}
    if len(counts) != 1 or 0 in counts:
        shapes = ", ".join(str(np.shape(x)) for x in keras.tree.flatten(values))
        raise ImageError(
            f"have shapes {shapes}: not one batch of the same number of images in each",
            where="model inputs",
            remedy="Give each input as an array (N, …).",
        )
    return values


def _as_float32(values: Any) -> np.ndarray:
    """As Keras takes them: integers (token numbers, say) as they are, float64 as float32."""
    values = np.asarray(values)
    return values.astype(np.float32) if values.dtype == np.float64 else values


def _one_input(images: Any, wanted: Sequence[int | None], dtype: str) -> np.ndarray:
    try:
        values = np.asarray(images, dtype)
    except (TypeError, ValueError) as error:
        raise ImageError(f"cannot be turned into an array: {error}", where=type(images).__name__) from error
    values = values[None] if values.ndim == len(wanted) - 1 else values
    fits = values.ndim == len(wanted) and all(w in (None, n) for w, n in zip(wanted[1:], values.shape[1:], strict=True))
    if not fits or not len(values):
        raise ImageError(
            f"has shape {np.shape(images)}; the model takes {tuple('any' if n is None else n for n in wanted)}",
            where="image array",
            remedy="Arrays are model input and used as they are; a path or PIL image is fitted for you.",
        )
    return values


def blank(model: Any) -> Any:
    """An input of zeros, to look at a model before an image has come.

    Raises:
        ModelError: if the model has not said what it takes.
    """
    shapes = _input_shapes(model)
    if not shapes:
        raise ModelError(
            "its input shape is not known before it has been given an image",
            where=f"model {model.name!r}",
            remedy="Call the model or the explainer on an image first.",
        )
    zeros = [
        np.zeros([1, *(n or SIZE_IF_FREE for n in s[1:])], x.dtype) for s, x in zip(shapes, model.inputs, strict=True)
    ]
    return zeros[0] if len(zeros) == 1 else zeros


def _input_shapes(model: Any) -> list[tuple[int | None, ...]]:
    """Of a functional or sequential model that is built; empty for one that has not said what it takes."""
    return [tuple(x.shape) for x in getattr(model, "inputs", None) or []]
