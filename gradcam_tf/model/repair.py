"""Configs that older Keras versions wrote and the current one refuses, put as that one reads them. Pure; no Keras.

Each repair is one function: it changes the config in place and yields a note for each thing it did. Its docstring says
which Keras wrote it so, and what the current one says to it. A repair leaves what the model computes as it was; what
it cannot settle it leaves alone, and `obstacles` names it.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator

from gradcam_tf.model.config import Config, classes, name_of, objects, settings, stacks
from gradcam_tf.model.oldarguments import (
    RULES,
    batch_input_shapes,
    build_configs,
    gone_arguments,
    initializer_dtypes,
    input_layers,
    input_shape_of_first,
    sequential_lists,
    single_axes,
)
from gradcam_tf.model.oldgraph import layer_names, nested_calls, shared_models, single_tensors, tensor_arguments
from gradcam_tf.model.oldnames import (
    GONE,
    HARD_SIGMOID_OF_KERAS_2,
    RENAMED,
    class_names,
    dtype_policies,
    function_names,
    hard_sigmoids,
    hard_sigmoids_of_keras_2,
    homes,
    modules,
    wrapped_layers,
)
from gradcam_tf.model.oldops import keras_operations, tensorflow_operations, untranslated

__all__ = [
    "HARD_SIGMOID_OF_KERAS_2",
    "RENAMED",
    "REPAIRS",
    "REPAIRS_OF_KERAS_2",
    "Repair",
    "misread",
    "obstacles",
    "repair",
    "unknown_argument",
]

Repair = Callable[[Config], Iterator[str]]


def repair(config: Config, keras_version: str = "") -> tuple[Config, tuple[str, ...]]:
    """Repair a model's config.

    Args:
        config: the ``config.json`` of a ``.keras`` file, or the ``model_config`` of an HDF5 file. Not changed.
        keras_version: of the Keras that wrote it, where the file says so.

    Returns:
        The config as the current Keras reads it, and a note for each thing that was done; none if nothing was.
    """
    config = copy.deepcopy(config)
    repairs = (*REPAIRS, *REPAIRS_OF_KERAS_2) if by_keras_2(keras_version) else REPAIRS
    return config, tuple(note for mend in repairs for note in mend(config))


def misread(config: Config, keras_version: str = "") -> bool:
    """Whether the current Keras may accept this config as it is, and make a model of it that computes other things."""
    if by_keras_2(keras_version) and hard_sigmoids_of_keras_2(config):
        return True
    return shared_models(config) or any(input_shape_of_first(stack) for stack in stacks(config))


def by_keras_2(keras_version: str) -> bool:
    return keras_version.startswith("2.")


def obstacles(config: Config) -> Iterator[str]:
    """What stands in the way of the current Keras and is beyond repair: which layer, and what of it."""
    for item in objects(config):
        for rule in RULES:
            if rule.concerns(item) and not rule.without_effect(item):
                value = settings(item)[rule.argument]
                yield f"{_title(item)} has {rule.argument}={value!r}, which Keras 3 does not know"
        if item["class_name"] in GONE:
            yield f"{_title(item)} is of a class that Keras 3 does not have"
    yield from untranslated(config)


def unknown_argument(config: Config, refusal: str) -> str | None:
    """The layer and argument of which Keras says in its refusal that it does not know the argument."""
    found = re.search(r"arguments passed to (\w+): \{'(\w+)'", refusal) or re.search(
        r"(\w+)\.__init__\(\) got an unexpected keyword argument '(\w+)'", refusal
    )
    for item in classes(config, found[1]) if found else ():
        if found and found[2] in settings(item):
            value = repr(settings(item)[found[2]])[:60]
            return f"{_title(item)} has {found[2]}={value}, which Keras 3 does not know"
    return None


def _title(item: Config) -> str:
    return f"layer {name_of(item)!r} ({item['class_name']})"


REPAIRS: tuple[Repair, ...] = (
    # What is an object and what is a layer must be right before the others look for layers.
    sequential_lists,
    modules,
    class_names,
    homes,
    wrapped_layers,
    dtype_policies,
    gone_arguments,
    build_configs,
    initializer_dtypes,
    single_axes,
    input_layers,
    batch_input_shapes,
    function_names,
    layer_names,
    single_tensors,
    # Calls are counted while they are all written as Keras 2 wrote them; the next two write some anew.
    nested_calls,
    tensorflow_operations,
    tensor_arguments,
    keras_operations,
)

# What the same words mean in another Keras: only for files that say that Keras 2 wrote them.
REPAIRS_OF_KERAS_2: tuple[Repair, ...] = (hard_sigmoids,)
