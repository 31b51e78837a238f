"""Wrappers on real models against loops of single runs, and what must hold of them whatever the numbers."""

from __future__ import annotations

import json

import keras
import numpy as np
import pytest
from keras import layers
from PIL import Image

import gradcam_tf as gct
from gradcam_tf import maps, registry
from gradcam_tf.errors import MethodError, TargetError
from gradcam_tf.methods.wrappers import augmented
from gradcam_tf.targets import ClassScore, LabelsAbove
from gradcam_tf.targets import contrast as contrast_of
from tests.conftest import make_cnn

SUMS = [
    one.name
    for one in registry.methods().values()
    if one.contributions and set(one.needs) <= {"activations", "gradients"}
]


def convolutional(axes: int):
    """One convolution, pooling, four classes, on signals, images or volumes."""
    keras.utils.set_random_seed(2)
    convolution = (layers.Conv1D, layers.Conv2D, layers.Conv3D)[axes - 1]
    pooling = (layers.GlobalMaxPooling1D, layers.GlobalMaxPooling2D, layers.GlobalMaxPooling3D)[axes - 1]
    inputs = keras.Input((*(9, 8, 6)[:axes], 2))
    x = convolution(5, 3, padding="same", activation="relu", name="features")(inputs)
    return keras.Model(inputs, layers.Dense(4)(pooling()(x)))


def explain(model, x, method, target=1, **options):
    return gct.explain(model, x, target, method=method, **options)


def close(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=1e-4, atol=1e-5 * np.abs(expected).max())


@pytest.fixture(scope="module")
def model():
    return make_cnn()


@pytest.fixture(scope="module")
def photos():
    return np.random.default_rng(0).random((3, 16, 16, 3), np.float32)


class TestAugmented:
    @pytest.mark.parametrize("base", ["gradcam", "saliency", "lafam"])
    def test_by_nothing_is_the_method_itself(self, model, photos, base):
        plain = gct.Explainer(model, method=base)
        nothing = gct.Explainer(model, method=f"augmented({base}, flip=false, scales=1)")
        for _ in range(2):
            expected, made = plain(photos, 1), nothing(photos, 1)
        np.testing.assert_array_equal(made.raw, expected.raw)
        np.testing.assert_array_equal(made.heatmap, expected.heatmap)
        np.testing.assert_allclose(made.scores, expected.scores, rtol=1e-6)
        assert made.uncertainty is None

    @pytest.mark.parametrize("axes", [1, 2, 3])
    def test_is_the_mean_of_single_runs_put_back(self, rng, axes):
        """Flipped along the last axis of places, with values times 1 and 0.5; the spread over these four."""
        model, x = convolutional(axes), rng.random((2, *(9, 8, 6)[:axes], 2), np.float32)
        runs = []
        for factor in (1.0, 0.5):
            for flipped in (False, True):
                varied = np.flip(x, axis=-2) if flipped else x
                raw = explain(model, (factor * varied).astype(np.float32), "gradcam").raw.astype(np.float64)
                runs.append(np.flip(raw, axis=-1) if flipped else raw)
        made = explain(model, x, "augmented(gradcam, scales=1, factors=[1, 0.5])")
        close(made.raw, np.mean(runs, axis=0))
        close(made.uncertainty.std, np.std(runs, axis=0))
        assert made.uncertainty.runs == 4

    def test_makes_the_image_smaller_as_pillow_does_and_repeats_its_edge(self, rng):
        x = rng.random((2, 16, 12, 2), np.float32)
        ((vary, _),) = augmented(x, flip=False, scales=0.5)
        made = vary()
        assert made.shape == x.shape
        for n, c in np.ndindex(2, 2):
            smaller = np.asarray(Image.fromarray(x[n, :, :, c]).resize((6, 8), Image.Resampling.BILINEAR))
            np.testing.assert_allclose(made[n, 4:12, 3:9, c], smaller, atol=1e-6)
            np.testing.assert_array_equal(made[n, 0, :3, c], np.full(3, made[n, 4, 3, c]))
            np.testing.assert_array_equal(made[n, 6, 9:, c], np.full(3, made[n, 6, 8, c]))

    @pytest.mark.parametrize("setting", ["scales=0", "scales=1.2", "scales=[]", "factors=[]", "scales=big"])
    def test_what_cannot_be_run(self, model, photos, setting):
        with pytest.raises(MethodError, match="of wrapper 'augmented'"):
            explain(model, photos, f"augmented(gradcam, {setting})")


class TestSmoothed:
    @pytest.mark.parametrize("base", ["gradcam", "saliency"])
    def test_without_noise_is_the_method_itself(self, model, photos, base):
        plain, smooth = (
            gct.Explainer(model, method=name) for name in (base, f"smoothed({base}, noise=0.0, samples=3)")
        )
        for _ in range(2):
            expected, made = plain(photos, 1), smooth(photos, 1)
        np.testing.assert_array_equal(made.raw, expected.raw)
        assert not made.uncertainty.std.any()

    @pytest.mark.parametrize("base", ["gradcam", "ablationcam"])
    def test_is_the_mean_of_the_maps_of_noisy_images(self, model, photos, base):
        wrapper = registry.wrappers()["smoothed"]
        noisy = [vary() for vary, _ in wrapper.function(photos, samples=4, noise=0.3, seed=5)]
        runs = [explain(model, one, base).raw.astype(np.float64) for one in noisy]
        made = explain(model, photos, f"smoothed({base}, samples=4, noise=0.3, seed=5)")
        close(made.raw, np.mean(runs, axis=0))
        close(made.uncertainty.std, np.std(runs, axis=0))
        assert np.ptp(runs, axis=0).max() > 0.05 * np.abs(made.raw).max()

    def test_noise_is_a_share_of_each_images_range(self, rng):
        x = rng.random((2, 50, 50, 3), np.float32) * np.array([1, 100], np.float32)[:, None, None, None]
        ((vary, _), (other, _)) = registry.wrappers()["smoothed"].function(x, samples=2, noise=0.2)
        np.testing.assert_allclose((vary() - x).std(axis=(1, 2, 3)), 0.2 * np.ptp(x, axis=(1, 2, 3)), rtol=0.03)
        assert abs(np.corrcoef((vary() - x)[0].ravel(), (other() - x)[0].ravel())[0, 1]) < 0.05

    def test_a_batch_is_its_images(self, model, photos):
        explainer = gct.Explainer(model, method="smoothed(gradcam, samples=2)", batch_size=2)
        whole = explainer(photos)
        assert whole.uncertainty.std.shape == whole.raw.shape
        for i, one in enumerate(photos):
            alone = explainer(one)
            close(alone.raw[0], whole.raw[i])
            close(whole[i].uncertainty.std, alone.uncertainty.std)


class TestEigensmoothed:
    def test_of_hirescam_is_eigengradcam(self, model, photos):
        for centred in ("false", "true"):
            one = explain(model, photos, f"eigensmoothed(hirescam, centred={centred})")
            close(one.raw, explain(model, photos, f"eigengradcam(centred={centred})").raw)

    @pytest.mark.parametrize("name", SUMS)
    def test_is_the_first_component_of_the_contributions(self, rng, name):
        A, g = rng.random((2, 4, 3, 6), np.float32), rng.random((2, 4, 3, 6), np.float32)
        method = registry.get(name)
        given = [{"activations": A, "gradients": g}[need] for need in method.needs]
        parts = np.asarray(method.contributions(*given), np.float64)
        np.testing.assert_allclose(parts.sum(axis=-1), method.function(*given), rtol=1e-4, atol=1e-6)
        made = registry.get(f"eigensmoothed({name})").function(*given)
        for one, map_ in zip(parts, np.asarray(made), strict=True):
            rows = one.reshape(12, 6)
            component = rows @ np.linalg.svd(rows)[2][0]
            component *= np.sign(component @ rows.sum(axis=1))
            close(map_.ravel(), component)


class TestFused:
    @pytest.mark.parametrize("how", ["mean", "product", "max"])
    def test_is_the_fusion_of_the_heatmaps_of_its_layers(self, model, photos, how):
        names = ["conv1", "bn2", "relu2"]
        each = gct.Explainer(model, method="layercam").at_layers(photos, names, 1)
        made = explain(model, photos, f"fused(layercam, layers=[conv1, bn2, relu2], how={how})")
        close(made.raw, maps.fuse([one.heatmap for one in each], how))
        close(made.heatmap, made.raw)
        assert made.layer.reason.endswith("fused with bn2 and relu2")

    @pytest.mark.parametrize("layers_", ["1", "[relu2]", "relu2"])
    def test_of_one_layer_is_its_heatmap(self, model, photos, layers_):
        made = explain(model, photos, f"fused(gradcam, layers={layers_})")
        close(made.heatmap, explain(model, photos, "gradcam").heatmap)

    def test_counted_layers_are_the_best_of_each_grid(self, photos):
        inputs = keras.Input((16, 16, 3))
        x = layers.Conv2D(4, 3, padding="same", name="fine")(inputs)
        x = layers.Conv2D(4, 3, strides=2, padding="same", name="half")(x)
        x = layers.Conv2D(4, 3, padding="same", name="half_again")(x)
        x = layers.Conv2D(4, 3, strides=2, padding="same", name="coarse")(x)
        deep = keras.Model(inputs, layers.Dense(3)(layers.GlobalMaxPooling2D()(x)))
        for count, names in {1: "coarse", 2: "coarse half_again", 9: "coarse half_again fine"}.items():
            made = explain(deep, photos, f"fused(gradcam, layers={count})")
            first, *others = names.split()
            assert made.layer.name == first
            assert made.layer.reason.endswith(f"fused with {' and '.join(others) or 'no other'}")

    def test_cannot_be_asked_at_other_layers(self, model, photos):
        with pytest.raises(MethodError, match="fuses layers itself"):
            gct.Explainer(model, method="fused(gradcam)").at_layers(photos, ["conv1"])

    def test_there_is_no_such_fusion(self, model, photos):
        with pytest.raises(MethodError, match="there is no fusion 'sum'"):
            explain(model, photos, "fused(gradcam, how=sum)")


class TestTargets:
    @pytest.mark.parametrize("target", [None, 2, [0, 1, 2]])
    def test_the_counterfactual_explains_the_target_negated(self, model, photos, target):
        plain, made = (explain(model, photos, name, target) for name in ("gradcam", "counterfactual(gradcam)"))
        close(made.raw, -plain.raw)
        np.testing.assert_allclose(made.scores, -plain.scores, rtol=1e-5)
        assert all(one.title.startswith("against class") for one in made.target)

    def test_contrast_is_the_difference_of_two_targets(self, model, photos):
        expected = explain(model, photos, "gradcam", contrast_of(1, 3))
        for against in (3, "dog"):
            made = gct.Explainer(
                model,
                method="contrast(gradcam)",
                settings={"against": against},
                labels=["ant", "bee", "cat", "dog", "elk"],
            )(photos, "bee")
            close(made.raw, expected.raw)
            assert made.target[0].title == "bee - dog"

    def test_without_another_class_it_is_the_most_likely_other_one(self, model, photos):
        outputs = np.stack(
            [one.scores for one in gct.Explainer(model).several(photos, list(map(ClassScore, range(5))))], 1
        )
        ranked = np.argsort(-outputs, axis=1)
        close(
            explain(model, photos, "contrast(gradcam)", None).raw,
            explain(model, photos, "gradcam", contrast_of(ranked[:, 0].tolist(), ranked[:, 1].tolist())).raw,
        )
        rivals = [next(int(c) for c in row if c != 2) for row in ranked]
        close(
            explain(model, photos, "contrast(gradcam)", 2).raw,
            explain(model, photos, "gradcam", contrast_of(2, rivals)).raw,
        )
        with pytest.raises(TargetError, match="is not one class"):
            explain(model, photos, "contrast(gradcam)", LabelsAbove())

    def test_go_with_the_other_wrappers(self, model, photos):
        inside = explain(model, photos, "smoothed(counterfactual(gradcam), samples=2)", 2)
        outside = explain(model, photos, "counterfactual(smoothed(gradcam, samples=2))", 2)
        np.testing.assert_array_equal(inside.raw, outside.raw)
        assert inside.uncertainty.runs == outside.uncertainty.runs == 2


@pytest.fixture(scope="module")
def undecided():
    """The top class is that of the brighter half, which a flip, noise or a channel less turns over."""
    inputs = keras.Input((8, 8, 1))
    x = layers.Conv2D(2, 1, name="features")(inputs)
    left, right = keras.ops.sum(x[:, :, :4, 0], (1, 2)), keras.ops.sum(x[:, :, 4:, 1] - 1, (1, 2))
    model = keras.Model(inputs, layers.Softmax()(keras.ops.stack([left, right], axis=1)))
    model.get_layer("features").set_weights([np.ones((1, 1, 1, 2), np.float32), np.array([0, 1], np.float32)])
    return model


@pytest.mark.parametrize("method", ["augmented(gradcam)", "ablationcam", "smooth-gradcam++(noise=2.0)"])
def test_a_variation_is_asked_for_the_images_own_top_class(undecided, method):
    x = np.random.default_rng(0).random((2, 8, 8, 1), np.float32)
    x[0, :, :4] += 0.2
    x[1, :, 4:] += 0.2
    named, top = (explain(undecided, x, method, target, layer="features") for target in ([0, 1], None))
    close(top.raw, named.raw)
    assert [one.index for one in top.target] == [0, 1]
    assert np.abs(named.raw).max() > 0


def test_with_two_inputs_the_picture_alone_is_varied(rng):
    picture, number = keras.Input((8, 8, 3), name="picture"), keras.Input((2,), name="number")
    x = layers.GlobalMaxPooling2D()(layers.Conv2D(4, 3, name="features")(picture))
    model = keras.Model([picture, number], layers.Dense(3)(layers.Concatenate()([x, number])))
    given = [rng.random((2, 8, 8, 3), np.float32), rng.random((2, 2), np.float32)]
    made = explain(model, given, "augmented(gradcam, scales=1)")
    flipped = explain(model, [given[0][:, :, ::-1], given[1]], "gradcam").raw[:, :, ::-1]
    close(made.raw, (explain(model, given, "gradcam").raw + flipped) / 2)


def test_whole_numbers_stay_within_their_range(rng):
    inputs = keras.Input((8, 8, 3), dtype="uint8")
    x = layers.Rescaling(1 / 255)(inputs)
    model = keras.Model(inputs, layers.Dense(3)(layers.GlobalMaxPooling2D()(layers.Conv2D(4, 3)(x))))
    dark = np.zeros((1, 8, 8, 3), np.uint8)
    made = explain(model, dark, "augmented(gradcam, flip=false, scales=1, factors=[-1, 1])")
    close(made.raw, explain(model, dark, "gradcam").raw)


class TestUncertainty:
    def test_is_saved_and_said(self, model, photos, tmp_path):
        made = explain(model, photos, "smoothed(gradcam, samples=4)")
        made.save(tmp_path / "maps.npz")
        with np.load(tmp_path / "maps.npz") as kept:
            np.testing.assert_array_equal(kept["std"], made.uncertainty.std)
            np.testing.assert_array_equal(kept["cv"], made.uncertainty.cv)
            record = json.loads(str(kept["provenance"][1]))
        assert record["method"]["name"] == "smoothed(gradcam)"
        assert record["method"]["settings"]["smoothed.samples"] == 4
        said = record["result"]["uncertainty"]
        assert said["runs"] == 4
        assert said["std"] == pytest.approx(made.uncertainty.std[1].mean(), rel=1e-5)
        assert said["cv"] == pytest.approx(made.uncertainty.std[1].mean() / np.abs(made.raw[1]).mean(), rel=1e-5)

    def test_is_not_there_where_there_was_one_run(self, model, photos, tmp_path):
        made = explain(model, photos, "gradcam")
        made.save(tmp_path / "maps.npz")
        with np.load(tmp_path / "maps.npz") as kept:
            assert "std" not in kept
        assert "uncertainty" not in made.results[0]

    def test_what_is_recorded_makes_the_map_again(self, model, photos):
        made = explain(model, photos, "contrast(smoothed(fem(k=0.5), samples=2), against=3)")
        settings = json.loads(json.dumps(made.provenance[0]["method"]["settings"]))
        again = gct.Explainer(model, method=made.method, settings=settings)(photos, 1)
        np.testing.assert_array_equal(made.raw, again.raw)
        assert np.abs(made.raw).max() > 0


def test_several_targets_and_kept_features_give_the_same(model, photos):
    explainer = gct.Explainer(model, method="fused(augmented(layercam), layers=[conv1, relu2])")
    for one, target in zip(explainer.several(photos, [1, 2]), [1, 2], strict=True):
        np.testing.assert_allclose(one.raw, explainer(photos, target).raw, rtol=1e-4, atol=1e-6)
