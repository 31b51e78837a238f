"""What a model expects of a photo's values: as Keras's own functions have it, found in models built here."""

from __future__ import annotations

import inspect
import sys
from typing import Any

import numpy as np
import pytest

from gradcam_tf.errors import ModelError
from gradcam_tf.model.calls import record
from gradcam_tf.model.preprocessing import FUNCTIONS, application, apply, detect, named
from gradcam_tf.records import Preprocessing

PHOTOS = np.random.default_rng(0).integers(0, 256, (2, 9, 7, 3)).astype(np.float32)


def detected(model: Any, shape: tuple[int, ...] = (32, 32, 3)) -> Preprocessing:
    return detect(record(model, np.zeros((1, *shape), np.float32)))


def classifier(*first: Any, name: str = "mine") -> Any:
    import keras

    layers = [*first, keras.layers.Conv2D(2, 3, name="conv"), keras.layers.GlobalAveragePooling2D()]
    return keras.Sequential([keras.Input((32, 32, 3)), *layers], name=name)


def inline(function: Any) -> Any:
    """A model that begins with bare operations."""
    import keras

    image = keras.Input((32, 32, 3))
    return keras.Model(image, keras.layers.Conv2D(2, 3)(function(image)), name="mine")


# ---- the functions ----


@pytest.mark.parametrize(("name", "mode"), [("symmetric", "tf"), ("torch", "torch"), ("caffe", "caffe")])
def test_the_functions_are_those_of_keras(name: str, mode: str):
    from keras.src.applications.imagenet_utils import preprocess_input

    wanted = preprocess_input(PHOTOS.copy(), data_format="channels_last", mode=mode)
    found = apply(named(name), PHOTOS)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-5)


def test_none_and_unit():
    assert apply(named("none"), PHOTOS) is PHOTOS
    np.testing.assert_allclose(apply(named("unit"), PHOTOS), PHOTOS / 255, rtol=1e-6)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_photos_are_left_as_they_are(name: str):
    before = PHOTOS.copy()
    apply(named(name), PHOTOS)
    np.testing.assert_array_equal(PHOTOS, before)


@pytest.mark.parametrize("name", ["torch", "caffe"])
def test_what_is_for_colours_refuses_grey(name: str):
    with pytest.raises(ModelError, match=f"preprocessing '{name}': needs 3 channels, not 1"):
        apply(named(name), PHOTOS[..., :1])


@pytest.mark.parametrize("name", ["none", "unit", "symmetric"])
def test_what_is_for_any_channels_takes_grey(name: str):
    assert apply(named(name), PHOTOS[..., :1]).shape == (2, 9, 7, 1)


def test_an_unknown_name_lists_the_known():
    with pytest.raises(
        ModelError, match=r"preprocessing 'imagenet': is not known\. Choose auto, none, unit, symmetric"
    ):
        named("imagenet")


def test_what_was_given_is_known():
    assert named("unit") == Preprocessing("unit", True, "given: 0 to 1")


# ---- keras.applications ----


def constructors() -> dict[str, Any]:
    import keras

    return {n: one for n, one in vars(keras.applications).items() if inspect.isfunction(one) and n[0].isupper()}


def built(constructor: str, **options: Any) -> Any:
    make = constructors()[constructor]
    return make(weights=None, include_top=False, input_shape=(32, 32, 3), **options)


def preprocess_input_beside(constructor: str) -> Any:
    """The ``preprocess_input`` of the module that the constructor comes from."""
    return sys.modules[constructors()[constructor].__module__].preprocess_input


def test_the_name_of_every_application_is_known_and_means_what_keras_does():
    """By the names in the constructors' signatures; some are really built below."""
    known = 0
    for constructor, make in constructors().items():
        parameters = inspect.signature(make).parameters
        name = parameters["name"].default if "name" in parameters else None
        if name is None:
            assert constructor in ("MobileNet", "MobileNetV2", "MobileNetV3Small", "MobileNetV3Large")
            continue
        values = application(name)
        assert values is not None, name
        if "include_preprocessing" not in parameters:
            wanted = preprocess_input_beside(constructor)(PHOTOS.copy())
            np.testing.assert_allclose(apply(named(values), PHOTOS), wanted, rtol=0, atol=1e-5, err_msg=name)
        known += 1
    assert known > 30


@pytest.mark.parametrize(
    "constructor",
    [
        "VGG16",
        "ResNet50",
        "ResNet50V2",
        "MobileNet",
        "MobileNetV2",
        "MobileNetV3Small",
        "EfficientNetB0",
        "EfficientNetV2B0",
        "ConvNeXtTiny",
    ],
)
def test_a_built_application_is_given_what_keras_gives_it(constructor: str):
    model = built(constructor)
    found = detected(model)
    assert found.known
    wanted = preprocess_input_beside(constructor)(PHOTOS.copy())
    np.testing.assert_allclose(apply(found, PHOTOS), wanted, rtol=0, atol=1e-5)
    assert application(model.name) is not None


@pytest.mark.parametrize("constructor", ["MobileNet", "MobileNetV2"])
def test_the_width_and_size_in_the_name_do_not_matter(constructor: str):
    assert application(built(constructor, alpha=0.35 if constructor == "MobileNetV2" else 0.25).name) == "symmetric"
    assert application(f"{constructor.lower()}_1.00_224") == "symmetric"


@pytest.mark.parametrize("constructor", ["MobileNetV3Small", "EfficientNetV2B0", "ConvNeXtTiny"])
def test_without_its_own_layers_an_application_is_given_what_they_would_have_made(constructor: str):
    import keras

    found = detected(built(constructor, include_preprocessing=False))
    whole = built(constructor)
    *_, last = [one for one in whole.layers if type(one).__name__ in ("Rescaling", "Normalization")]
    photos = np.random.default_rng(1).integers(0, 256, (1, 32, 32, 3)).astype(np.float32)
    wanted = keras.Model(whole.input, last.output)(photos)
    np.testing.assert_allclose(apply(found, photos), np.asarray(wanted), atol=1e-4)


def test_an_application_inside_another_model_is_found():
    import keras

    backbone = built("MobileNetV2")
    found = detected(keras.Sequential([keras.Input((32, 32, 3)), keras.layers.RandomFlip(), backbone], name="mine"))
    assert (found.name, found.known) == ("symmetric", True)
    assert backbone.name in found.reason
    assert "takes -1 to 1" in found.reason


@pytest.mark.parametrize(
    "name", ["resnet", "my_resnet50", "vgg", "mobilenet", "unet", "sequential_3", "", "densenet12"]
)
def test_other_names_are_not_taken_for_applications(name: str):
    assert application(name) is None


# ---- what the model does itself ----


def test_rescaling_inside_is_found():
    import keras

    found = detected(classifier(keras.layers.Rescaling(1 / 255, name="to_unit")))
    assert found == Preprocessing("none", True, "the model prepares 0–255 values itself ('to_unit')")


def test_rescaling_deep_inside_is_found_with_its_path():
    import keras

    inner = keras.Sequential([keras.layers.Resizing(24, 24), keras.layers.Rescaling(1 / 255, name="r")], name="prepare")
    found = detected(classifier(keras.layers.RandomFlip(), inner))
    assert (found.name, found.known) == ("none", True)
    assert "'prepare/r'" in found.reason


def test_rescaling_before_an_application_goes_before_its_name():
    import keras

    layers = [keras.Input((32, 32, 3)), keras.layers.Rescaling(1 / 127.5, -1), built("MobileNetV2")]
    assert detected(keras.Sequential(layers)).name == "none"


@pytest.mark.parametrize(
    ("scale", "offset", "name"),
    [
        (1 / 255, 0, "none"),
        (1 / 127.5, -1, "none"),
        (1 / 128, -127 / 128, "none"),
        (1, -127, "none"),
        (1, [-103.9, -116.8, -123.7], "none"),
        ([1 / 58, 1 / 57, 1 / 57], [-2.1, -2.0, -1.8], "none"),
        (2, -1, "unit"),
        (255, 0, "unit"),
        (4.4, -2.1, "unit"),
        (1, -0.5, "unit"),
    ],
)
def test_the_numbers_of_a_rescaling_say_what_it_is_made_for(scale: Any, offset: Any, name: str):
    import keras

    found = detected(classifier(keras.layers.Rescaling(scale, offset)))
    assert (found.name, found.known) == (name, True)
    assert ("0–1 values" in found.reason) == (name == "unit")


@pytest.mark.parametrize(
    ("mean", "variance", "name"),
    [
        ([123.7, 116.3, 103.5], [3400.0, 3200.0, 3300.0], "none"),
        ([0.485, 0.456, 0.406], [0.0524, 0.0502, 0.0506], "unit"),
    ],
)
def test_the_numbers_of_a_normalisation_say_what_it_is_made_for(mean: list, variance: list, name: str):
    import keras

    found = detected(classifier(keras.layers.Normalization(mean=mean, variance=variance)))
    assert (found.name, found.known) == (name, True)


def test_an_adapted_normalisation():
    import keras

    layer = keras.layers.Normalization()
    layer.adapt(PHOTOS / 255)
    assert detected(classifier(layer)).name == "unit"
    layer.adapt(PHOTOS)
    assert detected(classifier(layer)).name == "none"


@pytest.mark.parametrize("mode", ["Rescaling", "Normalization"])
def test_a_layer_that_changes_nothing_says_nothing(mode: str):
    import keras

    layer = keras.layers.Rescaling(1.0) if mode == "Rescaling" else keras.layers.Normalization()
    assert not detected(classifier(layer)).known
    assert detected(classifier(layer, name="vgg16")).name == "caffe"


@pytest.mark.parametrize("constructor", ["MobileNetV2", "ResNet50", "DenseNet121", "EfficientNetV2B0"])
def test_kerass_own_function_inline_is_found(constructor: str):
    function = preprocess_input_beside(constructor)
    found = detected(inline(function))
    # EfficientNetV2's function does nothing: its layers do it.
    assert (found.name, found.known) == ("none", constructor != "EfficientNetV2B0")


@pytest.mark.parametrize("function", [lambda x: x / 255.0, lambda x: x * (1 / 255), lambda x: (x - 127.5) / 127.5])
def test_arithmetic_inline_is_found(function: Any):
    found = detected(inline(function))
    assert (found.name, found.known) == ("none", True)


def test_branches_that_meet_before_the_first_weights_are_not_taken_for_scaling():
    import keras

    def meet(image: Any) -> Any:
        return keras.layers.Add()([image, keras.layers.RandomFlip()(image)])

    assert not detected(inline(meet)).known


def test_scaling_after_the_first_weights_says_nothing():
    import keras

    model = keras.Sequential(
        [keras.Input((32, 32, 3)), keras.layers.Conv2D(2, 3), keras.layers.Rescaling(1 / 255), keras.layers.Flatten()]
    )
    assert not detected(model).known


def test_batch_normalisation_says_nothing():
    import keras

    assert not detected(classifier(keras.layers.BatchNormalization())).known


def test_what_is_not_known_is_said_with_the_remedy():
    found = detected(classifier())
    assert (found.name, found.known) == ("none", False)
    for word in ("photos are given as 0 to 255", "unit", "symmetric", "torch", "caffe"):
        assert word in found.reason
