"""What every method in the registry keeps to, as a function of what it is given."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from gradcam_tf import registry
from tests.gradcam_tf.methods.toy import Toy

SHORTER = {"rise": {"masks": 50}}
"""Settings of what would take long."""
METHODS = [method.configured(SHORTER.get(method.name, {})) for method in registry.methods().values()]
GRIDS = [(5,), (4, 3), (2, 3, 4)]
CONTROLS = {"random"}
"""Methods whose map is by chance."""

pytestmark = pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)


def size_of(method, toy: Toy) -> tuple[int, ...]:
    return toy.size if method.map_at == "input" else toy.grid


def call(method, given: dict[str, Any], **settings) -> np.ndarray:
    return np.asarray(told(method, given, **settings)[0])


def told(method, given: dict[str, Any], **settings) -> tuple[Any, ...]:
    """The map and the numbers behind it."""
    return method.configured(settings).run(*(given[need] for need in method.needs))


def run(method, toy: Toy, x: np.ndarray, **settings) -> np.ndarray:
    """All images at once; one after another where the method is run so."""
    if method.by_series:
        return np.concatenate([call(method, toy.given(method, x[i : i + 1]), **settings) for i in range(len(x))])
    return call(method, toy.given(method, x), **settings)


def tensors(given: dict[str, Any]) -> dict[str, np.ndarray]:
    return {need: value for need, value in given.items() if isinstance(value, np.ndarray)}


@pytest.mark.parametrize("grid", GRIDS, ids=str)
def test_shape_and_dtype(method, rng, grid):
    toy = Toy(grid)
    result = run(method, toy, toy.images(rng, 2))
    assert result.shape == (2, *size_of(method, toy))
    assert result.dtype == np.float32
    assert np.isfinite(result).all()


def test_a_batch_is_its_images_one_by_one(method, rng):
    toy = Toy((4, 3))
    x = toy.images(rng, 3)
    whole = run(method, toy, x)
    for i in range(3):
        one = run(method, toy, x[i : i + 1])
        np.testing.assert_allclose(one[0], whole[i], rtol=1e-4, atol=1e-5 * np.abs(whole[i]).max())


def test_an_image_does_not_change_another(method, rng):
    toy = Toy((4, 3))
    x = toy.images(rng, 3)
    before = run(method, toy, x)
    x[1] = np.nan
    after = run(method, toy, x)
    np.testing.assert_array_equal(after[[0, 2]], before[[0, 2]])


def test_a_nan_is_never_a_silent_blank(method, rng):
    toy = Toy((4, 3))
    x = toy.images(rng, 1)
    for need in tensors(toy.given(method, x)):
        given = toy.given(method, x)
        given[need].flat[given[need].size // 2] = np.nan
        assert not all(np.isfinite(one).all() for one in told(method, given)), need


@pytest.mark.parametrize("shape", [(1, 1, 6), (4, 3, 1), (1, 1, 1)], ids=["one place", "one channel", "one number"])
def test_a_single_place_or_channel_gives_finite_numbers(method, rng, shape):
    *grid, channels = shape
    toy = Toy(tuple(grid), channels)
    result = run(method, toy, toy.images(rng, 2))
    assert result.shape == (2, *size_of(method, toy))
    assert np.isfinite(result).all()


def test_zeros_give_zeros(method, rng):
    toy = Toy((4, 3))
    toy.linear, toy.square = tf.zeros_like(toy.linear), tf.zeros_like(toy.square)
    given = toy.given(method, np.zeros((1, *toy.size, 2), np.float32))
    np.testing.assert_array_equal(call(method, given), np.zeros((1, *size_of(method, toy))))


@pytest.mark.parametrize("value", [0.1, -0.3])
def test_constants_give_a_constant(method, rng, value):
    if not set(method.needs) <= {"activations", "gradients"} or method.map_at != method.at:
        pytest.skip("its map depends on more than what is at a place")
    given = {
        need: np.full_like(tensor, value)
        for need, tensor in Toy((4, 3)).given(method, Toy((4, 3)).images(rng, 2)).items()
    }
    result = call(method, given)
    np.testing.assert_allclose(result, np.broadcast_to(result[:1, :1, :1], result.shape), rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("grid", GRIDS, ids=str)
@pytest.mark.parametrize("known", [True, False], ids=["grid known", "grid open"])
def test_traced_for_any_batch_it_gives_the_same(method, rng, grid, known):
    if method.by_series:
        pytest.skip("a method by series is not traced: it runs its variations as they come")
    toy = Toy(grid)
    names = list(tensors(toy.given(method, toy.images(rng, 1))))
    specs = []
    for need in names:
        shape = toy.given(method, toy.images(rng, 1))[need].shape
        extents = shape[1:] if known or len(shape) < 3 else (*(None,) * (len(shape) - 2), shape[-1])
        specs.append(tf.TensorSpec([None, *extents], tf.float32))

    def function(*arguments):
        given = others | dict(zip(names, arguments, strict=True))
        return told(method, given)[0]

    g = tf.constant(rng.normal(size=(1, *grid, toy.channels)), tf.float32)
    others = toy.given(method, toy.images(rng, 1)) | {"pull_back": lambda v: v[:, 1:2, *(None,) * len(grid)] * g}
    program = tf.function(function, autograph=False).get_concrete_function(*specs)
    for count in (1, 3):
        given = toy.given(method, toy.images(rng, count))
        arguments = [tf.constant(given[need]) for need in names]
        result = program(*arguments).numpy()
        assert result.dtype == np.float32
        np.testing.assert_allclose(result, function(*arguments), rtol=1e-4, atol=1e-5)


def test_what_it_is_given_is_left_alone_and_the_result_is_the_same_again(method, rng):
    toy = Toy((4, 3))
    given = toy.given(method, toy.images(rng, 1))
    copies = {need: value.copy() for need, value in tensors(given).items()}
    first, second = call(method, given), call(method, given)
    np.testing.assert_array_equal(first, second)
    for need, value in copies.items():
        np.testing.assert_array_equal(given[need], value)


def test_the_size_of_the_chunks_does_not_matter(method, rng):
    if not method.by_series:
        pytest.skip("only a method by series runs in chunks")
    x = Toy((4, 3)).images(rng, 1)
    by_three, by_many = (run(method, Toy((4, 3), chunk=chunk), x) for chunk in (3, 64))
    np.testing.assert_allclose(by_three, by_many, rtol=1e-3, atol=1e-4 * np.abs(by_many).max())


def test_the_numbers_are_one_for_each_image(method, rng):
    toy = Toy((4, 3))
    _, *numbers = told(method, toy.given(method, toy.images(rng, 1)))
    assert len(numbers) == len(method.numbers)
    for one in numbers:
        assert np.shape(one) == (1,)
        assert np.asarray(one).dtype == np.float32


def test_settings_have_defaults_and_a_seed_makes_the_result_the_same_again(method, rng):
    assert all(default is not inspect.Parameter.empty for default in method.settings.values())
    if "seed" not in method.settings:
        return
    toy = Toy((4, 3))
    x = toy.images(rng, 1)
    first, again, other = (run(method, toy, x, seed=seed) for seed in (7, 7, 8))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_an_explanation_differs_with_what_is_explained(method, rng):
    """A method of the score gives another map for another score; one of the activations alone says so."""
    about_the_score = set(method.needs) - {"activations", "inputs"}
    label_free = "whatever the class" in method.summary or method.name in CONTROLS
    assert bool(about_the_score) != label_free


def test_what_is_to_be_known_is_said(method):
    assert method.title
    assert method.summary
    assert len(method.summary) < 120
    assert method.paper
    assert method.cost
    assert method.group != "Others"
