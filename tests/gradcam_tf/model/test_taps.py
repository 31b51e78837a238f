from __future__ import annotations

import threading

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from gradcam_tf.model.taps import called, tapping, with_activation


def paths(model, inputs) -> list[str]:
    seen = []

    def visit(site, run):
        seen.append(site.path if site.index == 0 else f"{site.path}:{site.index}")
        return run()

    with tapping(visit):
        model(inputs, training=False)
    return seen


def test_sees_every_call_with_its_path(cnn, images):
    assert paths(cnn, images) == ["", "conv1", "conv2", "bn2", "relu2", "pool", "head"]


def test_paths_follow_the_nesting(cnn, images):
    inner = keras.Sequential([cnn, layers.Dense(2, name="last")], name="inner")
    outer = keras.Sequential([layers.Rescaling(1.0, name="scale"), inner], name="outer")
    seen = paths(outer, images)
    assert seen[:4] == ["", "scale", "inner", "inner/cnn"]
    assert "inner/cnn/relu2" in seen
    assert seen[-1] == "inner/last"


def test_a_shared_layer_is_counted(images):
    conv = layers.Conv2D(3, 3, padding="same", name="conv")
    inputs = keras.Input((16, 16, 3))
    model = keras.Model(inputs, conv(conv(inputs)))
    assert paths(model, images) == ["", "conv", "conv:1"]


def test_layers_in_lists_and_dicts_and_raw_operations_between_them(images):
    class Mixed(keras.Model):
        def __init__(self):
            super().__init__()
            self.parts = [layers.Conv2D(4, 3, name="first"), layers.Conv2D(4, 3, name="second")]
            self.heads = {"a": layers.Dense(2, name="a")}
            object.__setattr__(self, "hidden", layers.Dense(2, name="untracked"))

        def call(self, x):
            for part in self.parts:
                x = tf.nn.relu(part(x)) + 1.0
            return self.heads["a"](tf.reduce_mean(x, (1, 2))) + self.hidden(tf.reduce_mean(x, (1, 2)))

    model = Mixed()
    model(images)
    assert paths(model, images) == ["", "first", "second", "a", "untracked"]


def test_a_model_that_builds_itself_while_tapped_shows_only_the_real_run(images):
    model = keras.Sequential(
        [layers.Conv2D(4, 3, name="conv"), layers.Flatten(name="flat"), layers.Dense(2, name="end")]
    )
    assert not model.built
    assert paths(model, images) == ["", "conv", "flat", "end"]


@pytest.mark.parametrize("traced_before", [False, True])
def test_a_call_under_tf_function_shows_its_inner_layers(images, traced_before):
    class Hidden(keras.Model):
        def __init__(self):
            super().__init__()
            self.conv = layers.Conv2D(4, 3, name="conv")

        @tf.function
        def call(self, x):
            x = self.conv(x)
            if tf.reduce_sum(x) > 1e9:
                x = x * 0.0
            return tf.reduce_mean(x, (1, 2))

    model = Hidden()
    model.build((None, 16, 16, 3))
    if traced_before:
        model(images)
    assert paths(model, images) == ["", "conv"]

    seen = []

    @tf.function(autograph=False)
    def traced(x):
        with tapping(lambda site, run: (seen.append(site.path), run())[1]):
            return model(x)

    np.testing.assert_allclose(traced(tf.constant(images)), model(images), rtol=1e-5, atol=1e-6)
    assert seen == ["", "conv"]


def test_layers_under_a_remat_scope_show_their_inner_calls(images):
    with keras.RematScope(mode="full"):
        inner = keras.Sequential([layers.Conv2D(4, 3, name="conv"), layers.ReLU(name="relu")], name="inner")
        model = keras.Sequential([inner, layers.GlobalAveragePooling2D(name="pool")])
        model.build((None, 16, 16, 3))
    assert paths(model, images) == ["", "inner", "inner/conv", "inner/relu", "pool"]


def test_a_quantized_layer_is_seen_and_can_be_replaced(images):
    model = keras.Sequential([keras.Input((16, 16, 3)), layers.Flatten(), layers.Dense(4, name="q"), layers.Dense(2)])
    model.quantize("int8")
    seen = {}

    def visit(site, run):
        result = run()
        seen[site.path] = result
        return result * 0 if site.path == "q" else result

    with tapping(visit):
        changed = model(images)
    assert seen["q"].shape == (3, 4)
    np.testing.assert_allclose(changed, np.broadcast_to(model.layers[-1].bias, (3, 2)), atol=1e-6)


def test_what_visit_returns_takes_the_place_of_the_output(cnn, images):
    def ones(site, run):
        return tf.ones_like(run()) if site.path == "pool" else run()

    with tapping(ones):
        result = cnn(images)
    np.testing.assert_allclose(result, cnn.get_layer("head")(np.ones((3, 12), np.float32)), rtol=1e-6)


def test_nothing_is_left_behind_when_the_call_raises(cnn, images):
    before = keras.Operation.__call__

    def boom(site, run):
        if site.path == "bn2":
            raise RuntimeError("boom")
        return run()

    with pytest.raises(RuntimeError, match="boom"), tapping(boom):
        cnn(images)
    assert keras.Operation.__call__ is before
    assert cnn(images).shape == (3, 5)
    assert paths(cnn, images)[1] == "conv1"


def test_other_threads_pass_through(cnn, images):
    expected = cnn(images).numpy()
    others: list[np.ndarray] = []
    stop = threading.Event()

    def work():
        while not stop.is_set():
            others.append(cnn(images).numpy())

    thread = threading.Thread(target=work)
    thread.start()
    try:
        for _ in range(20):
            with tapping(lambda site, run: run() * 0):
                assert not cnn(images).numpy().any()
    finally:
        stop.set()
        thread.join()
    assert len(others) > 0
    for result in others:
        np.testing.assert_array_equal(result, expected)


def test_taps_in_two_threads_at_once_see_only_their_own_run(images, cnn):
    found: dict[int, list[list[str]]] = {0: [], 1: []}

    def work(which):
        found[which].extend(paths(cnn, images) for _ in range(20))

    threads = [threading.Thread(target=work, args=(which,)) for which in found]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = ["", "conv1", "conv2", "bn2", "relu2", "pool", "head"]
    assert all(one == expected for several in found.values() for one in several)
    assert all(len(several) == 20 for several in found.values())


def test_a_tap_inside_a_tap_gives_way_to_it_and_comes_back(cnn, images):
    outer_seen = []

    def outer(site, run):
        outer_seen.append(site.path)
        if site.path == "pool":
            assert paths(cnn, images)[-1] == "head"
        return run()

    with tapping(outer):
        cnn(images)
    assert outer_seen == ["", "conv1", "conv2", "bn2", "relu2", "pool", "head"]


def test_without_activation_gives_the_logits_and_leaves_the_layer_alone(cnn, images):
    head = cnn.get_layer("head")
    before = dict(head.__dict__)
    found = {}

    def visit(site, run):
        if site.path == "head":
            found["logits"] = called(with_activation(site, keras.activations.linear))
        return run()

    with tapping(visit):
        probabilities = cnn(images)
    np.testing.assert_allclose(tf.nn.softmax(found["logits"]), probabilities, rtol=1e-6)
    assert head.__dict__ == before
    assert head.activation is keras.activations.softmax
