"""What a stranger's model file may name: an allow-list, and a walk through a config that holds it to the list. Pure.

Keras makes an object for every ``{"class_name": …}`` in a config, at any depth, and looks up every function that is
named there. So every name is looked up here first, wherever it stands: in a layer, a wrapper, an initializer, the
arguments of a call, ``build_config``, ``compile_config``. What is not on the list is refused; there is no list of what
is bad, but for FORBIDDEN, which only finds better words for it.

The list of Keras's and KerasHub's own names is made by ``tools/make_known_names.py``. KerasHub's are known only where
KerasHub is installed: its image models are as well kept as Keras's own, and Keras itself imports them by name.
"""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from gradcam_tf.errors import Refusal
from gradcam_tf.model.config import Config
from gradcam_tf.model.oldnames import GONE, HARD_SIGMOID_OF_KERAS_2, RENAMED, TENSORFLOW_NAMES, current_module
from gradcam_tf.model.oldops import LAMBDAS

__all__ = ["FORBIDDEN", "runs_code", "unknown_names"]

IN_PYTHON = "Load it in Python where you can see what it does, and give the model to gradcam_tf.Explainer"
GIVE_CLASS = "If you have the code that defines it, give that: --custom-objects module:name, or custom_objects="
OUTSIDE = "reads something outside the model's file, which trust in the file cannot cover"

FORBIDDEN: dict[str, str] = {
    "Lambda": "is a Lambda layer, which is Python code, and code is not run from a file",
    "__lambda__": "is a Python lambda, and code is not run from a file",
    "TFSMLayer": f"is a TFSMLayer, which {OUTSIDE}",
    "TorchModuleWrapper": "is a TorchModuleWrapper, which unpickles and so runs whatever the file holds",
    "JaxLayer": "is a JaxLayer, which is made of functions that no file can hold",
    "FlaxLayer": "is a FlaxLayer, which is made of functions that no file can hold",
    "GPTQConfig": "is a GPTQConfig, which holds a data set and a tokenizer",
    "AWQConfig": "is an AWQConfig, which holds a data set and a tokenizer",
    "Layer": "is a bare Layer, which does nothing",
    "Wrapper": "is a bare Wrapper, which does nothing",
    "TypeSpec": "names a type of TensorFlow, which no Keras model needs",
    "__typespec__": "names a type of TensorFlow, which no Keras model needs",
    "CompositeTensor": "is a tensor of TensorFlow that is made as it is read",
}
"""What is left out of the list on purpose, and why."""

CODE_OF_THE_FILE = ("Lambda", "__lambda__")
"""What trust in the file lifts: the code is in the file, so its SHA-256 stands for it."""


def runs_code(refusal: Refusal) -> bool:
    """Whether what is refused is code that is stored in the file."""
    return refusal.what in {FORBIDDEN[name] for name in CODE_OF_THE_FILE}


MARKERS = frozenset(
    [
        "__keras_tensor__",
        "__numpy__",
        "__tensor__",
        "__bytes__",
        "__ellipsis__",
        "__slice__",
        "__tuple__",
        "TensorShape",
    ]
)
"""Class names that are no classes: values that JSON has no sign for."""

OLD = frozenset((*RENAMED, *GONE, *LAMBDAS, "Policy", "PolicyV1", "Merge", "Convolution1D", "Convolution2D"))
"""Classes of older Keras versions, which the current one does not have: repaired, or refused by their names."""
OLD_SHORTHANDS = frozenset((*TENSORFLOW_NAMES, "swish", "exp", "sin", "cos"))

PATHS = re.compile(
    r"(vocabulary|merges|proto|preset)(_?(file|path))?|(file|model|weights|asset|saved_model)_?(path|name|dir)"
    r"|file|path|dir|directory|url|uri|origin|cache_dir|asset_dir|log_dir"
)
"""Settings that would be the name of a file, where their value is text."""
DTYPES = frozenset(
    [
        "bool",
        "int8",
        "int16",
        "int32",
        "int64",
        "uint8",
        "uint16",
        "uint32",
        "uint64",
        "float16",
        "bfloat16",
        "float32",
        "float64",
        "string",
        "complex64",
        "complex128",
    ]
)
LONGEST = 80
"""Letters of a name that are shown."""
SHORTHAND = re.compile(r"(?:.*_)?(activation|initializer|regularizer|constraint)")


@dataclass(frozen=True)
class Known:
    """The names that may occur.

    Attributes:
        classes: by the module that a file says they are in.
        functions: likewise.
        shorthands: kind of argument -> the words it may be told by.
        anywhere: the classes again, for older files, which name no modules.
        hub: the classes of KerasHub, by module; empty if it is not installed.
    """

    classes: dict[str, frozenset[str]]
    functions: dict[str, frozenset[str]]
    shorthands: dict[str, frozenset[str]]
    anywhere: frozenset[str]
    hub: dict[str, frozenset[str]]


@cache
def known() -> Known:
    listed = json.loads(Path(__file__).with_name("known_names.json").read_text())
    classes, functions, shorthands, hub = (
        {key: frozenset(names.split()) for key, names in listed[part].items()}
        for part in ("classes", "functions", "shorthands", "keras_hub")
    )
    shorthands["activation"] |= OLD_SHORTHANDS
    installed = importlib.util.find_spec("keras_hub") is not None
    return Known(classes, functions, shorthands, frozenset().union(*classes.values()), hub if installed else {})


def unknown_names(config: Config, given: Container[str] = ()) -> Iterator[Refusal]:
    """Everything in a model's config that is not on the list.

    Args:
        config: the JSON of a model.
        given: names for which the caller has brought the code.

    Yields:
        A refusal for each, with its path inside the model.
    """
    todo: list[tuple[Any, tuple[str, ...], Any]] = [(config, (), None)]
    while todo:
        item, path, inside = todo.pop()
        if isinstance(item, dict):
            if "class_name" in item:
                path = _inside(path, item)
                # A Lambda layer and its function are one thing to say.
                if not (item["class_name"] == "__lambda__" and inside == "Lambda"):
                    yield from _refuse_object(item, "/".join(path), given)
                inside = item["class_name"]
            for key, value in item.items():
                if isinstance(value, str):
                    yield from _refuse_text(key, value, "/".join(path), given)
            inner = [(value, _further(path, key)) for key, value in item.items() if isinstance(value, dict | list)]
            todo.extend((value, further, inside) for value, further in reversed(inner))
        elif isinstance(item, list):
            for value in item:
                if isinstance(value, str):
                    yield from _refuse_text("", value, "/".join(path), given)
            todo.extend((value, path, inside) for value in reversed(item) if isinstance(value, dict | list))


def _inside(path: tuple[str, ...], item: Config) -> tuple[str, ...]:
    """The path of an object: by its name where it has one, which is how a person finds a layer."""
    inner = item.get("config")
    name = inner.get("name") if isinstance(inner, dict) else None
    own = name if isinstance(name, str) else item.get("name")
    return (*path, own[:LONGEST]) if isinstance(own, str) else path or (str(item["class_name"])[:LONGEST],)


def _further(path: tuple[str, ...], key: str) -> tuple[str, ...]:
    return path if key in ("config", "layers") else (*path, key[:LONGEST])


def _refuse_object(item: Config, path: str, given: Container[str]) -> Iterator[Refusal]:
    name, module, registered = item["class_name"], item.get("module"), item.get("registered_name")
    if not isinstance(name, str) or not isinstance(module, str | None) or not isinstance(registered, str | None):
        yield Refusal(path, "has a class that is not named by text", "Save the model anew")
    elif name == "function":
        yield from _refuse_function(item.get("config"), module, registered, path, given)
    elif name in MARKERS:
        yield from _refuse_marker(name, item.get("config"), path)
    else:
        yield from _refuse_class(name, module, registered, path, given)


def _refuse_class(
    name: str, module: str | None, registered: str | None, path: str, given: Container[str]
) -> Iterator[Refusal]:
    bare = name.rpartition(">")[2]
    if _is_given(name, registered, given):
        return
    if bare in FORBIDDEN:
        yield Refusal(path, FORBIDDEN[bare], IN_PYTHON, trustable=bare in CODE_OF_THE_FILE)
    elif not _is_known(name, module, registered):
        # Of a class that Keras has, but not to make models of, no honest file speaks.
        foreign = not (module or "").startswith("keras")
        title = f"{module}.{name}"[-LONGEST:] if module else name[:LONGEST]
        remedy = GIVE_CLASS if foreign else IN_PYTHON
        yield Refusal(path, f"is made with {title!r}, which is no Keras layer", remedy, trustable=foreign)


def _is_given(name: str, registered: str | None, given: Container[str]) -> bool:
    """As Keras looks it up: by the name it is registered under, where the file says one."""
    return (registered or name) in given


def _is_known(name: str, module: str | None, registered: str | None) -> bool:
    if registered not in (None, "", name, f"keras_hub>{name}", f"Custom>{name}"):
        return False
    names = known()
    if module is None:
        package, _, bare = name.rpartition(">")
        if package == "keras_hub":
            return any(bare in found for found in names.hub.values())
        return package in ("", "Custom") and (bare in names.anywhere or bare in OLD)
    current = current_module(module, name)
    if name in names.classes.get(current, ()) or name in names.hub.get(current, ()):
        return True
    return name in OLD and current.startswith("keras")


def _refuse_function(
    name: Any, module: str | None, registered: str | None, path: str, given: Container[str]
) -> Iterator[Refusal]:
    if not isinstance(name, str):
        yield Refusal(path, "names a function otherwise than by text", "Save the model anew")
        return
    names = known()
    rooms = [module] if module in names.functions else names.functions if module in (None, "builtins") else ()
    listed = any(name in names.functions[room] for room in rooms) or (bool(rooms) and name in OLD_SHORTHANDS)
    plain = registered in (None, "", name, "function")
    if name in given or name == HARD_SIGMOID_OF_KERAS_2 or (listed and plain):
        return
    foreign = not (module or "").startswith("keras")
    title = f"{module}.{name}"[-LONGEST:] if module and module != "builtins" else name[:LONGEST]
    what = f"names the function {title!r}, which is no activation, loss or metric of Keras"
    yield Refusal(path, what, GIVE_CLASS if foreign else IN_PYTHON, trustable=foreign)


def _refuse_marker(name: str, value: Any, path: str) -> Iterator[Refusal]:
    if name in ("__numpy__", "__tensor__") and not (isinstance(value, dict) and value.get("dtype") in DTYPES):
        yield Refusal(path, "holds an array of an unknown type", "Save the model anew")


def _refuse_text(key: str, value: str, path: str, given: Container[str]) -> Iterator[Refusal]:
    here = f"{path}/{key[:LONGEST]}" if key else path
    if "://" in value:
        yield Refusal(here, f"names an address, {value[:80]!r}, which {OUTSIDE}", IN_PYTHON)
    elif PATHS.fullmatch(key):
        yield Refusal(here, f"names a file, {value[:80]!r}, which {OUTSIDE}", IN_PYTHON)
    elif (kind := SHORTHAND.fullmatch(key)) and "keras_hub" not in path and value not in given:
        words = known().shorthands[kind[1]]
        if value not in words and value not in known().anywhere and value != HARD_SIGMOID_OF_KERAS_2:
            yield Refusal(here, f"names {value[:80]!r}, which is no {kind[1]} of Keras", GIVE_CLASS, trustable=True)
