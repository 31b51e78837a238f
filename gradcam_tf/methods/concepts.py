"""What a layer's feature maps have in common: a few non-negative concepts, each a pattern of channels and its map."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from gradcam_tf.errors import MethodError
from gradcam_tf.lazy import tf
from gradcam_tf.registry import method

if TYPE_CHECKING:
    from tensorflow import Tensor

__all__ = ["alone", "dff", "factorize"]

GROUP = "Decompositions"
ROUNDS = 100
"""Updates of all concepts; the error falls at each, and hardly any more after some dozens."""


@method(
    name="dff",
    title="Deep Feature Factorization",
    paper="Collins et al., Deep Feature Factorization for Concept Discovery, 2018, arXiv:1806.10206",
    cost="1 forward pass, a factorization, and 1 run of the head for each concept",
)
def dff(activations: Tensor, scores_of: Callable[..., Any], *, concepts: int = 3, rounds: int = ROUNDS) -> Tensor:
    """Where the one of the layer's few concepts is that speaks most for the score.

    A ≈ W H with W and H non-negative, A as (places, channels) and its negative part left out: row k of H is concept
    k, a pattern of channels, column k of W where it is. Of the concepts the one is shown that gives the highest score
    when the layer holds nothing else, A = W_k H_k: the others may be of another class. All of them:
    ``Explainer.concepts``.

    Args:
        activations: A, float32 (1, *grid, channels).
        scores_of: gives the scores of variations of A.
        concepts: how many there are.
        rounds: how often the factors are improved.

    Returns:
        The map W_k, float32 (1, *grid), never negative; H_k has length 1.

    Raises:
        MethodError: if less than one concept is asked for.
    """
    kept = np.asarray(activations[0])
    maps, patterns = factorize(kept, concepts, rounds)
    single = alone(maps, patterns)
    scores = np.concatenate([np.asarray(some) for some in scores_of(concepts, lambda i, j: tf.constant(single[i:j]))])
    return tf.constant(maps[None, int(np.argmax(scores))])


def factorize(activations: np.ndarray, concepts: int, rounds: int = ROUNDS) -> tuple[np.ndarray, np.ndarray]:
    """Non-negative W and H with W H near ReLU(A): hierarchical alternating least squares.

    Each column of W and row of H in turn is set to the best there is while the others stay (Cichocki and Phan, Fast
    Local Algorithms for Large Scale Nonnegative Matrix and Tensor Factorizations, 2009), so the error never grows. It
    starts from the places that are least alike (successive projections), not from chance.

    Args:
        activations: A of one image, (*grid, channels).
        concepts: how many columns W has.
        rounds: how often all are updated.

    Returns:
        W, float32 (concepts, *grid), and H, float32 (concepts, channels), its rows of length 1; strongest first. A
        concept that was not needed is 0 in both; with a NaN in A all are NaN.

    Raises:
        MethodError: if there is less than one concept.
    """
    if concepts < 1:
        raise MethodError("a layer has at least 1 concept", where=f"concepts {concepts} of method 'dff'")
    *grid, channels = activations.shape
    rows = np.maximum(activations.reshape(-1, channels), 0).astype(np.float64)
    if not np.isfinite(rows).all():
        return np.full((concepts, *grid), np.nan, np.float32), np.full((concepts, channels), np.nan, np.float32)
    patterns = _least_alike(rows, concepts)
    where = np.zeros((len(rows), concepts))
    for _ in range(rounds):
        _improve(where, patterns @ patterns.T, rows @ patterns.T)
        _improve(patterns.T, where.T @ where, rows.T @ where)
    _improve(where, patterns @ patterns.T, rows @ patterns.T)
    lengths = np.linalg.norm(patterns, axis=1)
    where, patterns = where * lengths, patterns / np.where(lengths > 0, lengths, 1)[:, None]
    order = np.argsort(-np.linalg.norm(where, axis=0), kind="stable")
    return where.T[order].reshape(concepts, *grid).astype(np.float32), patterns[order].astype(np.float32)


def alone(maps: np.ndarray, patterns: np.ndarray) -> np.ndarray:
    """What the layer would hold if a concept were all there is: W_k H_k, float32 (concepts, *grid, channels)."""
    return np.stack([map_[..., None] * pattern for map_, pattern in zip(maps, patterns, strict=True)])


def _least_alike(rows: np.ndarray, count: int) -> np.ndarray:
    """The strongest row, then each time the one with most that those before do not explain; 0 if none has any."""
    left, chosen = rows.copy(), np.zeros((count, rows.shape[1]))
    enough = 1e-12 * np.square(rows).sum()
    for k in range(count):
        strength = np.square(left).sum(axis=1)
        best = int(np.argmax(strength))
        if strength[best] <= enough:
            break
        chosen[k] = rows[best]
        direction = left[best] / np.sqrt(strength[best])
        left -= np.outer(left @ direction, direction)
    return chosen


def _improve(factor: np.ndarray, gram: np.ndarray, products: np.ndarray) -> None:
    """Each column of a factor in turn the non-negative best for the others: in place."""
    for k, square in enumerate(gram.diagonal()):
        if square > 0:
            others = factor @ gram[:, k] - factor[:, k] * square
            factor[:, k] = np.maximum(0, (products[:, k] - others) / square)
