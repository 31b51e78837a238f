"""Several outputs, inputs and layers; tokens; and a way that is cut."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, ops

import gradcam_tf as gct
from gradcam_tf import maps
from gradcam_tf.errors import LayerError, ModelError


class TestSeveralLayers:
    def test_are_the_same_as_one_by_one(self, cnn, images):
        names = ["conv1", "bn2", "relu2"]
        for explainer in (gct.Explainer(cnn), gct.Explainer(cnn, frozen=True, batch_size=2)):
            for _ in range(2):  # eagerly, then compiled
                together = explainer.at_layers(images, names, target=1)
                for name, explanation in zip(names, together, strict=True):
                    alone = gct.explain(cnn, images, 1, layer=name)
                    assert explanation.layer.name == name
                    np.testing.assert_allclose(explanation.raw, alone.raw, rtol=1e-4, atol=1e-7)
        fused = maps.fuse([one.heatmap for one in together])
        assert fused.shape == (3, 16, 16)

    def test_run_the_model_once_forward_and_once_back(self, cnn, images):
        explainer = gct.Explainer(cnn)
        explainer(images)
        submodel = explainer._submodel(explainer._known.seen, explainer.layers)
        runs = []
        forward = submodel.forward
        submodel.forward = lambda *a: (runs.append(1), forward(*a))[1]
        try:
            explainer.at_layers(images, [choice.name for choice in explainer.layers])
        finally:
            del submodel.forward
        assert runs == [1]


class TestOutputs:
    @pytest.fixture
    def two_heads(self):
        keras.utils.set_random_seed(5)
        inputs = keras.Input((16, 16, 3))
        trunk = layers.Conv2D(6, 3, name="trunk")(inputs)
        side = layers.Conv2D(6, 3, name="side")(trunk)
        pooled = [layers.GlobalAveragePooling2D()(x) for x in (trunk, side)]
        return inputs, [
            layers.Dense(4, activation=a, name=n)(x)
            for x, a, n in zip(pooled, ("softmax", "sigmoid"), "ab", strict=True)
        ]

    @pytest.mark.parametrize(
        "structure", [list, tuple, lambda xs: {"b": xs[1], "a": xs[0]}], ids=["list", "tuple", "dict"]
    )
    def test_the_one_that_is_named_is_explained(self, two_heads, images, structure):
        inputs, heads = two_heads
        model = keras.Model(inputs, structure(heads))
        for output, layer, activation, head in (
            ("a", "trunk", "softmax", heads[0]),
            ("b", "side", "sigmoid", heads[1]),
        ):
            explanation = gct.explain(model, images, 1, output=output)
            alone = gct.explain(keras.Model(inputs, head), images, 1)
            np.testing.assert_allclose(explanation.raw, alone.raw, rtol=1e-5, atol=1e-8)
            assert (explanation.layer.name, explanation.activation, explanation.output) == (layer, activation, output)

    def test_by_its_place_and_an_unknown_one(self, two_heads, images):
        inputs, heads = two_heads
        model = keras.Model(inputs, heads)
        assert gct.explain(model, images, output=1).output == "b"
        assert gct.explain(model, images).output == "a"
        with pytest.raises(ModelError, match=r"output 'c': the model has no such output\. There is: a, b"):
            gct.explain(model, images, output="c")


class TestInputs:
    def test_a_map_lies_on_the_image_it_is_of(self, rng):
        """Two images through one shared layer: each call's map changes with its own image and not with the other."""
        shared = layers.Conv2D(3, 3, padding="same", name="shared")
        inputs = [keras.Input((8, 8, 1)), keras.Input((8, 8, 1))]
        both = layers.Concatenate()([layers.GlobalAveragePooling2D()(shared(x)) for x in inputs])
        model = keras.Model(inputs, layers.Dense(2)(both))
        images = [rng.random((2, 8, 8, 1), np.float32) for _ in range(2)]
        for layer in ("shared", "shared:1"):
            explanation = gct.explain(model, images, 0, layer=layer)
            own = explanation.layer.source
            np.testing.assert_array_equal(explanation.subjects[1].values, images[own][1])
            for changed in (0, 1):
                others = [image * 0.5 if i == changed else image for i, image in enumerate(images)]
                same = np.allclose(gct.explain(model, others, 0, layer=layer).raw, explanation.raw)
                assert same == (changed != own)

    def test_an_image_and_a_table_by_name(self, rng):
        picture, table = keras.Input((8, 8, 1), name="picture"), keras.Input((4,), name="table")
        x = layers.GlobalAveragePooling2D()(layers.Conv2D(3, 3, name="conv")(picture))
        model = keras.Model({"table": table, "picture": picture}, layers.Dense(2)(layers.Concatenate()([table, x])))
        given = {"picture": rng.random((3, 8, 8, 1), np.float32), "table": rng.random((3, 4), np.float32)}
        explanation = gct.explain(model, given)
        assert explanation.heatmap.shape == (3, 8, 8)
        np.testing.assert_array_equal(explanation.subjects[2].values, given["picture"][2])

    def test_a_size_that_is_free_may_differ_from_call_to_call(self, rng):
        inputs = keras.Input((None, None, 3))
        x = layers.GlobalAveragePooling2D()(layers.Conv2D(4, 3, padding="same", name="conv")(inputs))
        explainer = gct.Explainer(keras.Model(inputs, layers.Dense(2)(x)))
        for height, width in ((8, 8), (12, 20), (8, 8)):
            explanation = explainer(rng.random((2, height, width, 3), np.float32))
            assert explanation.raw.shape == explanation.heatmap.shape == (2, height, width)
            assert explanation.layer.grid == (height, width)


class TestTokens:
    @staticmethod
    def vit(class_token: bool):
        keras.utils.set_random_seed(2)

        class ClassToken(layers.Layer):
            def build(self, shape):
                self.token = self.add_weight(shape=(1, 1, shape[-1]), initializer="normal")

            def call(self, x):
                return ops.concatenate([ops.repeat(self.token, ops.shape(x)[0], 0), x], axis=1)

        inputs = keras.Input((16, 24, 3))
        x = layers.Conv2D(8, 4, strides=4, name="patches")(inputs)
        x = layers.Reshape((24, 8))(x)
        x = ClassToken()(x) if class_token else x
        for i in range(2):
            y = layers.LayerNormalization(name=f"norm{i}")(x)
            x = layers.Add(name=f"add{i}")([x, layers.MultiHeadAttention(2, 4, name=f"attention{i}")(y, y)])
            x = layers.Add(name=f"out{i}")([x, layers.Dense(8, name=f"mlp{i}")(x)])
        x = x[:, 0] if class_token else layers.GlobalAveragePooling1D(name="pool")(x)
        return keras.Model(inputs, layers.Dense(5, activation="softmax")(x))

    @pytest.mark.parametrize(("class_token", "layer"), [(True, "norm1"), (False, "out1")])
    def test_the_grid_is_inferred_and_stated(self, rng, class_token, layer):
        explanation = gct.explain(self.vit(class_token), rng.random((2, 16, 24, 3), np.float32))
        assert explanation.layer.name == layer
        assert explanation.raw.shape == (2, 4, 6)
        assert explanation.heatmap.shape == (2, 16, 24)
        assert "tokens read as 4×6 places" in explanation.layer.reason
        assert ("1 token before them" in explanation.layer.reason) == class_token
        assert "zero" not in explanation.status

    def test_the_grid_can_be_given(self, rng):
        model, images = self.vit(False), rng.random((1, 16, 24, 3), np.float32)
        explanation = gct.explain(model, images, layer="out1", tokens=(0, (6, 4)))
        assert explanation.raw.shape == (1, 6, 4)
        with pytest.raises(LayerError, match="no places"):
            gct.explain(model, images, layer="out1", tokens=(1, (6, 4)))


class TestCut:
    @pytest.mark.parametrize(
        ("cut", "where"),
        [
            (
                lambda x: ops.cast(ops.argmax(x, -1), "float32")[..., None],
                r"it stops in Argmax 'argmax\w*', whose output is int",
            ),
            (ops.stop_gradient, r"it stops in StopGradient 'stop_gradient\w*'"),
            (lambda x: ops.cast(ops.cast(x, "int32"), "float32"), r"it stops in Cast 'cast\w*', whose output is int32"),
        ],
    )
    def test_the_call_that_cuts_the_way_is_named(self, images, cut, where):
        inputs = keras.Input((16, 16, 3))
        x = layers.Conv2D(4, 3, name="second")(layers.Conv2D(4, 3, name="first")(inputs))
        model = keras.Model(inputs, layers.Dense(2)(layers.GlobalAveragePooling2D()(cut(x))))
        with pytest.raises(LayerError, match=where):
            gct.explain(model, images, layer="first")

    def test_nothing_is_left_to_choose_from(self, images):
        model = keras.Sequential(
            [layers.Conv2D(4, 3, name="conv"), layers.Lambda(lambda x: ops.argmax(x, -1)), layers.Flatten()]
        )
        with pytest.raises(LayerError, match=r"layer 'conv': .* it stops in Lambda 'lambda\w*', whose output is int"):
            gct.explain(model, images, lambda y: ops.cast(y[:, 0], "float32"))

    def test_the_automatic_choice_goes_on_to_a_layer_that_is_connected(self, images):
        class Odd(keras.Model):
            """Arithmetic between the layers hides that ``loose`` does not count."""

            def __init__(self):
                super().__init__()
                self.conv, self.loose, self.dense = (
                    layers.Conv2D(4, 3, name="conv"),
                    layers.Conv2D(4, 3, name="loose"),
                    layers.Dense(2),
                )

            def call(self, x):
                x = self.conv(x)
                return self.dense(tf.reduce_mean(x, (1, 2)) + tf.stop_gradient(tf.reduce_mean(self.loose(x), (1, 2))))

        explainer = gct.Explainer(Odd())
        for _ in range(2):
            assert explainer(images[:1]).layer.name == "conv"
        assert explainer(images).layer.name == "conv"


def test_a_model_that_does_not_run_on_its_input_says_so_in_one_line(images):
    class Bad(keras.Model):
        def call(self, x):
            raise ValueError("no luck\n today")

    with pytest.raises(
        ModelError, match=r"model 'bad\w*': does not run on an input of shape \(1, 16, 16, 3\): .*no luck"
    ):
        gct.explain(Bad(), images)


def test_a_tensor_of_a_layer_that_returns_several(images):
    class Both(layers.Layer):
        def __init__(self):
            super().__init__(name="both")
            self.a, self.b = layers.Conv2D(3, 3, name="a"), layers.Conv2D(5, 5, name="b")

        def call(self, x):
            return {"small": ops.relu(self.a(x)), "large": ops.relu(self.b(x))}

    inputs = keras.Input((16, 16, 3))
    maps_ = Both()(inputs)
    pooled = [layers.GlobalAveragePooling2D()(maps_[k]) for k in ("small", "large")]
    model = keras.Model(inputs, layers.Dense(2)(layers.Concatenate()(pooled)))
    assert gct.explain(model, images, layer="both#small").raw.shape == (3, 14, 14)
    assert gct.explain(model, images, layer="both#large").raw.shape == (3, 12, 12)
    with pytest.raises(LayerError, match=r"its output has no such tensor\. There is: both#large, both#small"):
        gct.explain(model, images, layer="both#c")


def test_a_setting_reaches_the_method_and_the_provenance(cnn, images):
    maps_ = {}
    for seed in (0, 1):
        for _ in range(2):  # eagerly, then compiled
            explainer = gct.Explainer(cnn, method="random", settings={"seed": seed})
            first, second = explainer(images), explainer(images)
            np.testing.assert_allclose(first.raw, second.raw, rtol=1e-4, atol=1e-7)
        maps_[seed] = second.raw
        assert first.provenance[0]["method"]["settings"] == {"seed": seed}
    assert not np.allclose(maps_[0], maps_[1])


def test_a_method_that_needs_no_gradient_serves_a_model_that_has_none(images):
    model = keras.Sequential(
        [layers.Conv2D(4, 3, name="conv"), layers.Lambda(lambda x: ops.argmax(x, -1)), layers.Flatten()]
    )
    explanation = gct.explain(model, images, lambda y: ops.cast(y[:, 0], "float32"), method="eigencam")
    assert explanation.raw.shape == (3, 14, 14)
    assert set(explanation.status) == {"ok"}
