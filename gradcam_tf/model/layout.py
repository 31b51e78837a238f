"""How a layer's output holds its places: channels last, channels first, or tokens in a row."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from gradcam_tf.lazy import tf
from gradcam_tf.records import Layout

__all__ = ["MOST_PREFIX_TOKENS", "from_grid", "infer_tokens", "of_input", "places_first", "to_grid"]

MOST_PREFIX_TOKENS = 8
"""Class, distillation and register tokens, at the most."""


def to_grid(tensor: Any, layout: Layout) -> Any:
    """The same numbers as (N, *grid, channels); linear, so it does for gradients what it does for activations."""
    if layout.kind == "tokens":
        places = tensor[:, layout.prefix : layout.prefix + layout.places]
        return tf.reshape(places, (-1, *layout.grid, tensor.shape[-1]))
    if layout.kind == "channels_first":
        return tf.transpose(tensor, (0, *range(2, tensor.shape.rank), 1))
    if layout.kind == "row":
        return tensor[..., None]
    return tensor


def from_grid(grid: Any, like: Any, layout: Layout) -> Any:
    """What :func:`to_grid` undid.

    Args:
        grid: (M, *grid, channels).
        like: a tensor in this layout, (1, …) or (M, …): the tokens before the places are taken from it.
        layout: how to lay it out.
    """
    if layout.kind == "tokens":
        others = tf.repeat(tf.cast(like, grid.dtype), tf.shape(grid)[0] // tf.shape(like)[0], axis=0)
        places = tf.reshape(grid, (-1, layout.places, grid.shape[-1]))
        grid = tf.concat([others[:, : layout.prefix], places, others[:, layout.prefix + layout.places :]], axis=1)
    elif layout.kind == "channels_first":
        grid = tf.transpose(grid, (0, grid.shape.rank - 1, *range(1, grid.shape.rank - 1)))
    elif layout.kind == "row":
        grid = grid[..., 0]
    return tf.cast(grid, like.dtype)


def of_input(shape: Sequence[int], channels_first: bool = False) -> Layout:
    """The layout of a model's input, with batch: its numbers are places if it has no axis for channels."""
    if len(shape) < 3:
        return Layout("row", tuple(shape[1:]))
    return Layout("channels_first", tuple(shape[2:])) if channels_first else Layout("channels_last", tuple(shape[1:-1]))


def places_first(shape: Sequence[int], channels_first: bool) -> Layout | None:
    """The layout of a tensor with its own axes for places; None if it has fewer than two places.

    Args:
        shape: with batch.
        channels_first: whether the axis after the batch holds the channels.
    """
    grid = tuple(shape[2:] if channels_first else shape[1:-1])
    if not grid or math.prod(grid) < 2:
        return None
    return Layout("channels_first" if channels_first else "channels_last", grid)


def infer_tokens(tokens: int, picture: Sequence[int], patches: Iterable[Sequence[int]]) -> Layout | None:
    """Where the places are among a row of tokens.

    Args:
        tokens: how many there are.
        picture: (height, width) of the model's input.
        patches: grids that were seen on the way, latest first, such as a patch embedding's: the surest sign.

    Returns:
        The layout; None if no grid of the picture's shape fits.
    """
    for grid in patches:
        prefix = tokens - math.prod(grid)
        if 0 <= prefix <= MOST_PREFIX_TOKENS:
            return Layout("tokens", tuple(grid), prefix)
    for prefix in range(min(MOST_PREFIX_TOKENS, tokens - 1) + 1):
        side = math.isqrt((tokens - prefix) * picture[0] // picture[1])
        grid = (side, (tokens - prefix) // side) if side else (0, 0)
        if math.prod(grid) == tokens - prefix > 1 and grid[0] * picture[1] == grid[1] * picture[0]:
            return Layout("tokens", grid, prefix)
    return None
