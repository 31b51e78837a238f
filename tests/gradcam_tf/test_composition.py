"""How methods are written, and what the registry makes of it. No TensorFlow is needed to say what is wrong."""

from __future__ import annotations

import doctest

import numpy as np
import pytest

from gradcam_tf import composition, registry
from gradcam_tf.composition import Written, read
from gradcam_tf.errors import MethodError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gradcam", Written("gradcam")),
        ("gradcam()", Written("gradcam")),
        ("smooth-gradcam++", Written("smooth-gradcam++")),
        ("fem(k=3)", Written("fem", None, {"k": 3})),
        (" augmented( gradcam++ ) ", Written("augmented", Written("gradcam++"))),
        (
            "fused(smoothed(fem(k=1.5), samples=4), layers=[conv1, block/conv2], how=max)",
            Written(
                "fused",
                Written("smoothed", Written("fem", None, {"k": 1.5}), {"samples": 4}),
                {"layers": ("conv1", "block/conv2"), "how": "max"},
            ),
        ),
        ("a(b, x=true, y=None, z=[1, 2.5])", Written("a", Written("b"), {"x": True, "y": None, "z": (1, 2.5)})),
        ("a(b, x='Egyptian cat', y=tabby cat)", Written("a", Written("b"), {"x": "Egyptian cat", "y": "tabby cat"})),
    ],
)
def test_is_read(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    "text", ["", "(", "a(b", "a)b(", "a(b))", "a(b, c)", "a(x=)", "a b", "a(b,)", "a(b)(c)", "a,b"]
)
def test_what_cannot_be_read_is_said(text):
    with pytest.raises(MethodError, match="cannot be read as a method"):
        read(text)


def test_the_examples_are_right():
    assert doctest.testmod(composition).failed == 0
    assert doctest.testmod(composition).attempted == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("smothed(gradcam)", r"wrapper 'smothed': there is no wrapper of this name\. There is: augmented, smoothed"),
        ("smoothed(gradcm)", r"method 'gradcm': there is no method of this name\. Nearest: gradcam"),
        ("smoothed", r"wrapper 'smoothed': is put around a method\. Write smoothed\(gradcam\)"),
        ("smoothed(smoothed(fem))", r"method 'smoothed\(smoothed\(fem\)\)': the same wrapper stands twice"),
        ("smoothed(fem, k=3, seeds=1)", r"has no setting 'smoothed.k'\. It has: k, smoothed.samples"),
        ("smoothed(fem, samples=few)", r"setting 'samples' of wrapper 'smoothed': is 'few', not of the kind int"),
        ("fem(k=true)", r"setting 'k' of method 'fem': is True, not of the kind float"),
        ("fused(saliency)", r"method 'fused\(saliency\)': there are no layers to fuse"),
        (
            "eigensmoothed(fem)",
            r"method 'fem': does not sum the contributions of channels\. These do: gradcam, hirescam",
        ),
        ("eigensmoothed(smoothed(gradcam))", r"method 'smoothed\(gradcam\)': does not sum"),
    ],
)
def test_what_cannot_be_composed_is_said(text, message):
    with pytest.raises(MethodError, match=message):
        registry.get(text)


def test_a_composition_is_a_method_that_says_what_it_is_made_of():
    made = registry.get("augmented(smoothed(fem(k=3), samples=4))")
    assert made.name == "augmented(smoothed(fem))"
    assert made.title == "Test-time augmentation of Noise average of FEM"
    assert [one.name for one in made.chain] == ["augmented", "smoothed"]
    assert made.needs == ("activations",)
    assert made.by_series
    assert made.settings == {
        "k": 3,
        "smoothed.samples": 4,
        "smoothed.noise": 0.1,
        "smoothed.seed": 0,
        "augmented.flip": True,
        "augmented.scales": (1.0, 0.9),
        "augmented.factors": (1.0,),
    }
    for paper in ("Features Understanding in 3D CNNs", "SmoothGrad", "Test-Time Augmentation"):
        assert paper in made.paper


def test_name_and_settings_make_the_same_again():
    made = registry.get("contrast(fused(smoothed(fem(k=3), samples=4), how=max), against=2)")
    again = registry.get(made.name).configured(made.settings)
    assert again.key == made.key
    assert again.key != registry.get(made.name).key


class TestSettingsByName:
    def test_short_where_nothing_else_is_called_so(self):
        made = registry.get("smoothed(fem)").configured({"samples": 2, "k": 1.0, "smoothed.noise": 0.5})
        assert (made.settings["smoothed.samples"], made.settings["k"], made.settings["smoothed.noise"]) == (2, 1.0, 0.5)

    def test_full_where_two_are_called_so(self):
        method = registry.get("smoothed(random)")
        with pytest.raises(MethodError, match=r"called 'seed'\. It has: random.seed, smoothed.seed"):
            method.configured({"seed": 1})
        made = method.configured({"random.seed": 1, "smoothed.seed": 2})
        assert (made.settings["seed"], made.settings["smoothed.seed"]) == (1, 2)


def test_a_number_of_numpy_is_a_number():
    made = registry.get("smoothed(fem)").configured({"samples": np.int64(2), "k": np.float32(1.5)})
    assert (made.settings["smoothed.samples"], made.settings["k"]) == (2, 1.5)


def test_wrappers_are_listed_with_what_is_to_be_known():
    assert set(registry.wrappers()) == {
        "augmented", "smoothed", "eigensmoothed", "fused", "counterfactual", "contrast"
    }  # fmt: skip
    for one in registry.wrappers().values():
        assert one.seam in registry.SEAMS
        assert one.title
        assert 0 < len(one.summary) < 120
        assert one.paper
        assert one.cost


def test_a_wrapper_at_no_seam_or_of_a_name_that_is_taken_is_refused():
    with pytest.raises(ValueError, match="works on 'weather'"):

        @registry.wrapper(name="bad", title="Bad", paper="", cost="")
        def bad(weather): ...

    with pytest.raises(ValueError, match="called 'smoothed'"):

        @registry.wrapper(name="smoothed", title="Again", paper="", cost="")
        def again(inputs): ...
