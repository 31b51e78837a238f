from __future__ import annotations

import os
import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from PIL import Image

import gradcam_tf as gct
from gradcam_tf import registry
from gradcam_tf.errors import GradcamError, ImageError, LabelsError, LayerError, ModelError, TargetError
from gradcam_tf.model.submodel import SubModel
from tests.conftest import make_cnn


def test_three_lines_from_model_to_heatmap(cnn, images):
    explanation = gct.Explainer(cnn)(images)
    assert explanation.raw.shape == (3, 8, 8)
    assert explanation.heatmap.shape == (3, 16, 16)
    assert explanation.raw.dtype == explanation.heatmap.dtype == explanation.scores.dtype == np.float32
    assert explanation.heatmap.min() >= 0
    assert explanation.heatmap.max() <= 1
    np.testing.assert_allclose(explanation.predictions, cnn(images), rtol=1e-5)
    assert [t.index for t in explanation.target] == explanation.predictions.argmax(1).tolist()
    assert explanation.target[0].space == "logit"
    assert explanation.layer.name == "relu2"
    assert explanation.method == "gradcam"


def test_the_first_call_and_the_later_ones_agree(cnn, images):
    explainer = gct.Explainer(cnn)
    first, second, third = explainer(images[:1]), explainer(images[:1]), explainer(images)
    assert [e.run.mode for e in (first, second, third)] == ["eager", "compiled", "compiled"]
    np.testing.assert_allclose(first.raw, second.raw, rtol=1e-4, atol=1e-7)
    np.testing.assert_allclose(first.raw[0], third.raw[0], rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize("options", [{}, {"frozen": True}, {"batch_size": 2}, {"batch_size": 1}])
def test_batches_do_not_change_the_maps(cnn, rng, options):
    many = rng.random((5, 16, 16, 3), np.float32)
    expected = np.concatenate([gct.explain(cnn, one).raw for one in many])
    for _ in range(2):
        got = gct.Explainer(cnn, **options)(many)
        np.testing.assert_allclose(got.raw, expected, rtol=1e-4, atol=1e-7)
        assert len(got) == got.run.batch == 5


class TestAsking:
    """One recorded run answers every layer, method and target, without another."""

    @pytest.mark.parametrize("layer", [None, "conv1", "auto"])
    @pytest.mark.parametrize("method", ["gradcam", "layercam", "eigencam", "ablationcam"])
    def test_the_map_is_that_of_a_new_explainer(self, cnn, images, layer, method):
        explainer = gct.Explainer(cnn)
        features = explainer.features(images[:1], whole=True)
        got = explainer.asking(layer=layer, method=method).from_features(features, 2)
        expected = gct.Explainer(cnn, layer or "auto", method)(images[:1], 2)
        np.testing.assert_allclose(got.raw, expected.raw, rtol=1e-4, atol=1e-7)
        assert (got.layer, got.method) == (expected.layer, expected.method)

    @pytest.mark.parametrize("method", registry.fitting("input"))
    def test_methods_of_the_input_work_from_a_recorded_run_too(self, cnn, images, method):
        explainer = gct.Explainer(cnn)
        got = explainer.asking(method=method).from_features(explainer.features(images[:1], whole=True), 2)
        expected = gct.Explainer(cnn, method=method)(images[:1], 2)
        np.testing.assert_allclose(got.raw, expected.raw, rtol=1e-4, atol=1e-7)
        assert got.layer == expected.layer

    def test_the_backbone_is_not_run_again(self, cnn, images, monkeypatch):
        explainer = gct.Explainer(cnn)
        features = explainer.features(images[:1], whole=True)
        monkeypatch.setattr(cnn.get_layer("conv1"), "call", lambda *_: pytest.fail("the backbone ran"))
        for layer in ("conv2", "relu2"):
            assert explainer.asking(layer=layer).from_features(features, 1).status == ("ok",)

    def test_the_first_explainer_stays_as_it_is(self, cnn, images):
        explainer = gct.Explainer(cnn, labels=["ant", "bee", "cat", "dog", "elk"])
        before = explainer(images[:1])
        other = explainer.asking(layer="conv1", method="kpca", settings={"kernel": "rbf"})(images[:1], "cat")
        after = explainer(images[:1])
        assert (other.layer.name, other.method, other.settings["kernel"]) == ("conv1", "kpca", "rbf")
        assert (after.layer, after.method) == (before.layer, before.method)

    def test_a_setting_that_is_not_there_is_said(self, cnn):
        with pytest.raises(GradcamError, match="no setting"):
            gct.Explainer(cnn).asking(settings={"colour": 1})


class TestTargets:
    def test_index_name_list_function_and_object_agree(self, cnn, images):
        explainer = gct.Explainer(cnn, labels=["ant", "bee", "cat", "dog", "elk"])
        expected = explainer(images, 2)
        assert expected.target[0].label == "cat"
        for target in ("cat", "CAT", [2, "cat", 2], np.int64(2), gct.targets.ClassScore(2), lambda y: y[:, 2]):
            got = explainer(images, target)
            np.testing.assert_allclose(got.raw, expected.raw, rtol=1e-5, atol=1e-8)
            np.testing.assert_allclose(got.scores, expected.scores, rtol=1e-5)

    def test_a_class_for_each_image(self, cnn, images):
        explainer = gct.Explainer(cnn)
        each = explainer(images, [4, 0, 2])
        for i, index in enumerate((4, 0, 2)):
            np.testing.assert_allclose(each.raw[i], explainer(images, index).raw[i], rtol=1e-4, atol=1e-7)
            assert each.target[i].index == index

    def test_probability_is_the_output_itself(self, cnn, images):
        explanation = gct.explain(cnn, images, gct.targets.ClassScore(1, space="probability"))
        np.testing.assert_allclose(explanation.scores, cnn(images).numpy()[:, 1], rtol=1e-5)
        assert explanation.target[0].space == "probability"

    def test_a_linear_model_is_explained_by_its_output(self, images):
        explanation = gct.explain(make_cnn(activation=None), images)
        assert explanation.target[0].space == "output"
        assert np.isnan(explanation.probabilities).all()

    def test_a_single_sigmoid(self, images):
        explanation = gct.explain(make_cnn(classes=1, activation="sigmoid"), images)
        assert explanation.target[0].space == "logit"
        assert explanation.target[0].title.startswith("not class 0 (sigmoid 0.4")
        np.testing.assert_allclose(explanation.probabilities, 1 - explanation.predictions[:, 0], rtol=1e-5)
        np.testing.assert_allclose(explanation.scores, -np.log(1 / (1 / explanation.predictions[:, 0] - 1)), rtol=1e-3)
        chosen = gct.explain(make_cnn(classes=1, activation="sigmoid"), images, 0)
        np.testing.assert_allclose(chosen.probabilities, chosen.predictions[:, 0])

    @pytest.mark.parametrize("frozen", [False, True])
    def test_several_targets_from_one_pass(self, cnn, images, frozen):
        for _ in range(2):  # eagerly, then compiled
            explainer = gct.Explainer(cnn, frozen=frozen)
            several = explainer.several(images[:1], gct.targets.top(3)) + explainer.several(images, [0, "1"][:1])
            ranked = np.argsort(-explainer(images[:1]).predictions[0])[:3]
            assert [e.target[0].index for e in several[:3]] == ranked.tolist()
            for e in several[:3]:
                np.testing.assert_allclose(e.raw, explainer(images[:1], e.target[0].index).raw, rtol=1e-4, atol=1e-7)

    @pytest.mark.parametrize("targets", [[0, 3], [gct.targets.ClassScore([0, 1, 2, 3, 4, 0, 1]), 2]])
    def test_several_targets_of_more_images_than_fit_into_memory(self, cnn, rng, targets, monkeypatch):
        images = rng.random((7, 16, 16, 3), np.float32)
        wanted = [gct.explain(cnn, images, target) for target in targets]
        whole, sizes = SubModel.features, []

        def features(self, inputs, *rest):
            sizes.append(len(inputs))
            if len(inputs) > 2:
                raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor")
            return whole(self, inputs, *rest)

        monkeypatch.setattr(SubModel, "features", features)
        found = gct.Explainer(cnn).several(images, targets)
        assert sizes[:2] == [7, 3]
        for one, other in zip(found, wanted, strict=True):
            np.testing.assert_allclose(one.raw, other.raw, atol=1e-5)
            assert [target.index for target in one.target] == [target.index for target in other.target]

    def test_wrong_ones(self, cnn, images):
        explainer = gct.Explainer(cnn)
        with pytest.raises(TargetError, match="class 5: the model has 5 classes"):
            explainer(images, 5)
        with pytest.raises(TargetError, match="class 'cat': the class names are not known"):
            explainer(images, "cat")
        with pytest.raises(TargetError, match="2 targets were given for 3 images"):
            explainer(images, [1, 2])

    def test_an_output_with_places_is_explained_by_its_dominant_class(self, images):
        model = keras.Sequential(
            [
                keras.Input((16, 16, 3)),
                layers.Conv2D(4, 3, name="a"),
                layers.Conv2D(2, 1, activation="softmax", name="b"),
            ]
        )
        explanation = gct.explain(model, images)
        dominant = [np.bincount(one.argmax(-1).ravel()).argmax() for one in explanation.predictions]
        assert [target.index for target in explanation.target] == dominant
        assert explanation.layer.name == "a"
        assert np.isnan(explanation.probabilities).all()
        one_place = gct.explain(model, images, lambda y: y[:, 3, 4, 1])
        assert one_place.target[0].title == "custom"


class TestStatus:
    """Each status from a model built to cause it; a blank map is never silent."""

    @staticmethod
    def model(kernel: float, scale: float = 1.0):
        inputs = keras.Input((4, 4, 1))
        x = layers.Conv2D(1, 1, use_bias=False, name="conv")(inputs)
        x = layers.GlobalAveragePooling2D()(x)
        model = keras.Model(inputs, layers.Dense(1, use_bias=False, name="row")(x))
        model.get_layer("conv").set_weights([np.full((1, 1, 1, 1), scale)])
        model.get_layer("row").set_weights([np.full((1, 1), kernel)])
        return model

    @pytest.mark.parametrize(
        ("kernel", "scale", "status"),
        [(1.0, 1.0, "ok"), (-1.0, 1.0, "negative"), (0.0, 1.0, "zero"), (1e38, 1e38, "nonfinite")],
    )
    def test_each(self, kernel, scale, status):
        explanation = gct.explain(self.model(kernel, scale), np.ones((1, 4, 4, 1), np.float32))
        assert explanation.status == (status,)
        assert np.isfinite(explanation.heatmap).all()
        assert explanation.heatmap.any() == (status == "ok")
        assert bool(explanation.reasons[0]) == (status != "ok")
        assert explanation[0].overlay().size == (4, 4)
        assert repr(explanation).count(status) == (status != "ok")

    def test_of_a_photo_that_is_not_whole(self, tmp_path):
        path = tmp_path / "a.png"
        Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64), np.uint8)).save(path)
        path.write_bytes(path.read_bytes()[:2500])
        with pytest.raises(gct.errors.ImageError, match="truncated"):
            gct.Explainer(self.model(1.0), preprocessing="none")(path)
        tolerant = {"reading": gct.Reading(allow_truncated=True), "preprocessing": "none"}
        explanation = gct.Explainer(self.model(1.0), **tolerant)(path)
        assert explanation.status == ("truncated",)
        assert "blank or wrong in places" in explanation.reasons[0]
        assert explanation.provenance[0]["image"]["whole"] is False
        assert gct.Explainer(self.model(0.0), **tolerant)(path).status == ("zero",)

    @pytest.mark.parametrize("margin", [5, 20, 60, 120])
    @pytest.mark.parametrize("fused", [True, False])
    def test_a_saturated_softmax_still_gives_a_map(self, margin, fused):
        inputs = keras.Input((4, 4, 1))
        x = layers.GlobalAveragePooling2D()(layers.Conv2D(2, 1, use_bias=False, name="conv")(inputs))
        dense = layers.Dense(2, use_bias=False, activation="softmax" if fused else None, name="row")
        model = keras.Model(inputs, dense(x) if fused else layers.Softmax()(dense(x)))
        model.get_layer("conv").set_weights([np.array([[[[1.0, 0.5]]]])])
        model.get_layer("row").set_weights([np.array([[margin, 0.0], [0.0, 0.0]])])
        image = np.ones((1, 4, 4, 1), np.float32)
        explanation = gct.explain(model, image)
        assert explanation.status == ("ok",)
        np.testing.assert_allclose(explanation.scores, [margin], rtol=1e-5)
        if margin == 120:
            saturated = gct.explain(model, image, gct.targets.ClassScore(0, "probability"))
            assert saturated.status == ("zero",)


class TestImages:
    def test_one_image_and_a_batch(self, cnn, images):
        explainer = gct.Explainer(cnn)
        np.testing.assert_allclose(explainer(images[0]).raw[0], explainer(images).raw[0], rtol=1e-4, atol=1e-7)

    def test_integers_are_taken_as_numbers(self, cnn):
        image = np.arange(768).reshape(16, 16, 3) % 255
        np.testing.assert_allclose(
            gct.explain(cnn, image.astype(np.uint8)).raw, gct.explain(cnn, image.astype(np.float32)).raw, rtol=1e-5
        )

    @pytest.mark.parametrize("shape", [(8, 8, 3), (1, 16, 16, 1), (0, 16, 16, 3), (16,), (2, 1, 16, 16, 3)])
    def test_a_wrong_shape_says_both(self, cnn, shape):
        with pytest.raises(ImageError, match=r"image array: has shape \(.*the model takes \('any', 16, 16, 3\)"):
            gct.explain(cnn, np.zeros(shape, np.float32))

    def test_no_images(self, cnn):
        with pytest.raises(ImageError, match="no images were given"):
            gct.explain(cnn, [])

    def test_photos_are_fitted_and_prepared_and_overlaid_at_their_own_size(self, rng, tmp_path):
        model = keras.Sequential([keras.Input((16, 16, 3)), layers.Rescaling(1 / 255), make_cnn()])
        pixels = rng.integers(0, 255, (40, 60, 3), np.uint8)
        photo = Image.fromarray(pixels)
        photo.save(tmp_path / "photo.png")
        from_path, from_photo = gct.explain(model, tmp_path / "photo.png"), gct.explain(model, photo)
        squashed = np.asarray(photo.resize((16, 16), Image.Resampling.BILINEAR), np.float32)
        from_values = gct.explain(model, squashed)
        np.testing.assert_allclose(from_path.raw, from_values.raw, rtol=1e-4, atol=1e-7)
        np.testing.assert_allclose(from_photo.raw, from_values.raw, rtol=1e-4, atol=1e-7)
        assert from_path.overlay().size == (60, 40)
        assert from_values.overlay().size == (16, 16)
        assert from_path.preprocessing.known

    @pytest.mark.parametrize("fit", ["squash", "crop", "letterbox"])
    def test_the_heat_lies_where_the_thing_is_in_the_photo(self, fit):
        """A model that answers with the red of each place; one red square in an elongated photo."""
        inputs = keras.Input((32, 32, 3))
        x = layers.Conv2D(1, 1, use_bias=False, name="red")(inputs)
        model = keras.Model(inputs, layers.Dense(1, use_bias=False, name="row")(layers.GlobalAveragePooling2D()(x)))
        model.get_layer("red").set_weights([np.array([[[[1.0], [0], [0]]]])])
        model.get_layer("row").set_weights([np.ones((1, 1))])
        pixels = np.zeros((60, 120, 3), np.uint8)
        pixels[20:40, 50:70, 0] = 255
        explanation = gct.explain(model, Image.fromarray(pixels), fit=fit, preprocessing="none")
        heat, seen = explanation.heat()
        rows, columns = np.nonzero(heat > 0.5)
        assert (abs(rows.mean() - 29.5), abs(columns.mean() - 59.5)) < (0.5, 0.5)
        assert abs(rows.max() - rows.min() - 19) <= 3
        assert abs(columns.max() - columns.min() - 19) <= 3
        assert seen.mean() == pytest.approx(0.5 if fit == "crop" else 1.0)

    def test_values_that_cannot_be_known_are_said_not_to_be(self, cnn, rng):
        photo = Image.fromarray(rng.integers(0, 255, (20, 20, 3), np.uint8))
        explanation = gct.explain(cnn, photo)
        assert not explanation.preprocessing.known
        assert "0 to 255" in explanation.preprocessing.reason
        told = gct.explain(cnn, photo, preprocessing="unit")
        assert told.preprocessing.known
        resized = np.asarray(photo.resize((16, 16), Image.Resampling.BILINEAR), np.float32)
        np.testing.assert_allclose(told.raw, gct.explain(cnn, resized / 255).raw, rtol=1e-4, atol=1e-7)


class TestStream:
    @pytest.mark.parametrize("count", [3, 20])
    def test_a_bad_photo_stops_no_other_and_the_order_is_kept(self, cnn, rng, tmp_path, count):
        paths = []
        for i in range(count):
            paths.append(tmp_path / f"{i}.png")
            Image.fromarray(rng.integers(0, 255, (9, 9, 3), np.uint8)).save(paths[-1])
        paths[1].write_bytes(b"no picture")
        explainer = gct.Explainer(cnn, preprocessing="unit")
        results = list(explainer.stream(paths, gct.targets.top(2)))
        assert len(results) == count
        assert isinstance(results[1], ImageError)
        for i, result in enumerate(results):
            if i != 1:
                assert [one.subjects[0].photo.name for one in result] == [f"{i}.png"] * 2
                np.testing.assert_allclose(
                    result[0].raw, gct.explain(cnn, paths[i], preprocessing="unit").raw, rtol=1e-3, atol=1e-6
                )

    def test_nothing_in_nothing_out(self, cnn):
        assert list(gct.Explainer(cnn).stream([])) == []

    def test_the_first_photo_is_not_waited_for_but_where_a_program_is_compiled_it_is_used(self, cnn, rng):
        photos = [Image.fromarray(rng.integers(0, 255, (9, 9, 3), np.uint8)) for _ in range(20)]
        explainer = gct.Explainer(cnn, preprocessing="unit", batch_size=4)

        def modes(count: int) -> list[tuple[str, int]]:
            return [(result[0].run.mode, result[0].run.batch) for result in explainer.stream(photos[:count])]

        assert modes(3) == [("eager", 1)] * 3
        assert modes(20) == [("eager", 1)] + [("compiled", 4)] * 16 + [("compiled", 3)] * 3
        assert explainer.compiled
        assert modes(6) == [("compiled", 4)] * 4 + [("compiled", 2)] * 2
        assert not explainer.asking(method="hirescam").compiled


class TestExplanation:
    def test_indexing_slicing_iterating(self, cnn, images):
        explanation = gct.explain(cnn, images)
        assert len(explanation) == 3
        assert [len(one) for one in explanation] == [1, 1, 1]
        np.testing.assert_array_equal(explanation[-1].raw[0], explanation.raw[2])
        assert len(explanation[1:]) == 2
        with pytest.raises(IndexError):
            explanation[3]
        with pytest.raises(GradcamError, match=r"explanation\[0\].overlay"):
            explanation.overlay()

    def test_shows_itself_in_a_notebook(self, cnn, images):
        assert gct.explain(cnn, images)._repr_png_().startswith(b"\x89PNG")

    def test_plot_draws_image_heatmap_overlay_and_a_bar_for_each(self, cnn, images):
        import matplotlib

        matplotlib.use("agg")
        figure = gct.explain(cnn, images).plot()
        assert len(figure.axes) == 3 * 3 + 3
        assert [len(axis.images) for axis in figure.axes] == [1, 1, 1, 0] * 3

    def test_saves_numbers_and_overlay(self, cnn, images, tmp_path):
        explanation = gct.explain(cnn, images)
        explanation.save(tmp_path / "all.npz")
        explanation[0].save(tmp_path / "one.png")
        with np.load(tmp_path / "all.npz") as saved:
            np.testing.assert_array_equal(saved["raw"], explanation.raw)
            np.testing.assert_array_equal(saved["heatmap"], explanation.heatmap)
        assert Image.open(tmp_path / "one.png").size == (16, 16)

    def test_provenance_says_how_to_make_it_again(self, cnn, images):
        record = gct.explain(cnn, images)[1].provenance[0]
        assert record["layer"]["name"] == "relu2"
        assert record["layer"]["reason"].startswith("the last spatial map")
        assert record["method"]["name"] == "gradcam"
        assert record["model"]["sha256_of"] == "weights"
        assert len(record["model"]["sha256"]) == len(record["image"]["sha256"]) == 64
        assert record["target"]["space"] == "logit"
        assert record["versions"]["keras"] == keras.__version__


class TestModels:
    def test_is_made_without_running_anything(self, images):
        class Counting(keras.Model):
            runs = 0

            def __init__(self):
                super().__init__()
                self.conv, self.dense = layers.Conv2D(3, 3, name="conv"), layers.Dense(2)

            def call(self, x):
                Counting.runs += 1
                return self.dense(keras.ops.mean(self.conv(x), (1, 2)))

        explainer = gct.Explainer(Counting())
        assert Counting.runs == 0
        assert explainer(images).layer.name == "conv"

    def test_something_else_is_refused(self):
        with pytest.raises(ModelError, match=r"is no Keras 3 model but a builtins\.str"):
            gct.Explainer("model.keras")

    def test_labels_must_be_as_many_as_the_outputs(self, cnn, images):
        with pytest.raises(LabelsError, match="2 class names for a model of 5 outputs"):
            gct.explain(cnn, images, labels=["a", "b"])

    def test_a_named_layer(self, cnn, images):
        explanation = gct.explain(cnn, images, layer="conv1")
        assert explanation.layer.reason == "chosen by name"
        with pytest.raises(LayerError, match="Nearest"):
            gct.explain(cnn, images, layer="conv9")

    def test_layers_are_ranked_with_reasons(self, cnn):
        assert [choice.name for choice in gct.layers(cnn)] == ["relu2", "bn2", "conv2", "conv1"]

    def test_the_method_must_exist(self, cnn):
        with pytest.raises(gct.errors.MethodError, match="Nearest: gradcam"):
            gct.Explainer(cnn, method="gradcm")

    @pytest.mark.parametrize("backend", ["jax", "torch", "numpy"])
    def test_another_backend_is_refused_in_one_line(self, backend):
        code = "import gradcam_tf as gct\ntry:\n  gct.Explainer(None)\nexcept gct.GradcamError as e: print(e)"
        env = os.environ | {"KERAS_BACKEND": backend}
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, check=True)
        assert done.stdout.startswith(f"KERAS_BACKEND: gradcam_tf runs on TensorFlow, not on '{backend}'. Set ")


class TestDefaultModel:
    @pytest.mark.parametrize(
        ("sample", "label", "probability"), [("chelsea", "Egyptian cat", 0.77), ("coffee", "espresso", 0.90)]
    )
    def test_knows_the_sample(self, default_explainer, samples, sample, label, probability):
        explanation = default_explainer(samples[sample])
        assert explanation.target[0].label == label
        assert explanation.probabilities[0] == pytest.approx(probability, abs=0.08)
        assert explanation.layer.name == "top_relu"
        assert explanation.status == ("ok",)
        assert explanation.model.as_dict()["sha256_of"] == "file"

    def test_the_heat_is_on_the_cat_and_in_the_cup(self, default_explainer, samples):
        """Where, on the photos themselves: the cat's face, and the inside of the cup."""
        for sample, (left, top, right, bottom) in {
            "chelsea": (60, 40, 360, 270),
            "coffee": (170, 20, 420, 220),
        }.items():
            heat, _ = default_explainer(samples[sample]).heat()
            hottest = np.unravel_index(heat.argmax(), heat.shape)
            assert top < hottest[0] < bottom
            assert left < hottest[1] < right
            inside = heat[top:bottom, left:right].mean()
            assert inside > 2 * (heat.sum() - heat[top:bottom, left:right].sum()) / (
                heat.size - (right - left) * (bottom - top)
            )


@pytest.fixture(scope="module")
def default_explainer():
    return gct.Explainer.open()


def test_what_does_not_fit_a_model_is_known_before_it_is_run(cnn):
    assert [name for name in registry.methods() if gct.Explainer(cnn).unfit(name)] == []
    smooth = keras.Sequential([layers.Input((8, 8, 3)), layers.Conv2D(4, 3, activation="tanh"), layers.Flatten()])
    smooth.add(layers.Dense(1))
    explainer = gct.Explainer(smooth)
    unfit = {name: why for name in registry.methods() if (why := explainer.unfit(name))}
    assert sorted(unfit) == ["deconvnet", "finercam", "guided-backprop", "guided-gradcam"]
    for name in ("guided-backprop", "deconvnet"):
        with pytest.raises(GradcamError) as caught:
            gct.Explainer(smooth, method=name)(np.zeros((1, 8, 8, 3), np.float32))
        assert caught.value.what == unfit[name]
