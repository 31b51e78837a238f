"""What the graphs of a SavedModel hold: only known operations, however deep in functions; no files, tables, unknown
objects; nothing larger than the file can explain. No TensorFlow.

A SavedModel is a program. It runs when it is loaded (what fills its objects), and when it is called. So all of it is
looked at, whoever may call it: every node of the graph and of every function, and all they name. The operations by
which TensorFlow saves a model read and write files by their nature; they are in the saver's own functions, which
nobody calls who only loads the model, and nothing but the saver may lead there.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from gradcam_tf.errors import Refusal
from gradcam_tf.model.bundle import bytes_of
from gradcam_tf.model.operations import KNOWN, OF_A_SAVER
from gradcam_tf.model.protobuf import Message
from gradcam_tf.model.structure import BadStructure

__all__ = ["GRAPH", "MAX_GRAPH", "check_graphs"]

GRAPH = "saved_model.pb"
MAX_GRAPH = 64 * 2**20
"""Bytes; the largest of keras.applications have 20 MB. Weights are in other files."""
MAX_DEPTH = 32
"""Of lists and functions within one attribute."""
PLENTY = 64 * 2**20
"""Bytes that the constants of a small file may unpack to."""
MAX_RATIO = 4
MAX_INPUTS = 100_000
"""Of one node; the saver's has one for each variable."""
MAX_ATTRIBUTES = 1000
LONGEST = 80

OUTSIDE = "The model is to be saved without it; what it needs from outside, nobody can vouch for"
AGAIN_BY_KERAS = "Save it anew by model.export() of Keras, or tf.saved_model.save() of TensorFlow 2"

OBJECTS = re.compile(
    r"_generic_user_object|trackable_(list|dict|tuple)_wrapper|signature_map|_tf_keras_\w+|optimizer|_RestoredOptimizer"
)
"""Kinds of Python objects that are read as plain holders of others."""
PLAIN_CONSTANT = "tf.TrackableConstant"
"""The one class of TensorFlow's that is looked up by name, and does nothing."""
USER_OBJECT, ASSET, FUNCTION, VARIABLE, BARE_FUNCTION, CONSTANT, RESOURCE, CAPTURED = 4, 5, 6, 7, 8, 9, 10, 12
CHILDREN, SLOTS, DEPENDENCIES, SAVEABLES, REGISTERED, SERIALIZED, REGISTERED_SAVER = 1, 3, 15, 11, 13, 14, 16


@dataclass
class Scope:
    """The nodes of the graph, or of a function.

    Attributes:
        calls: the functions that its nodes name.
        saves: whether a node is one of a saver's.
        nodes: name -> (inputs, functions named, whether it is of a saver); of the graph alone.
    """

    calls: set[str] = field(default_factory=set)
    saves: bool = False
    nodes: dict[str, tuple[tuple[str, ...], set[str], bool]] = field(default_factory=dict)


def check_graphs(data: bytes) -> Iterator[Refusal]:
    """Everything in a SavedModel's graph that is not known.

    Args:
        data: the whole ``saved_model.pb``.

    Yields:
        A refusal for each node and object, with its path. None of them is lifted by trust.

    Raises:
        BadStructure: at the first thing that is wrong with the structure.
    """
    if len(data) > MAX_GRAPH:
        raise BadStructure(GRAPH, f"has {len(data)} bytes; up to {MAX_GRAPH} are read")
    metas = list(Message(data, GRAPH).messages(2))
    if len(metas) != 1:
        raise BadStructure(GRAPH, f"holds {len(metas)} models; one is read", AGAIN_BY_KERAS)
    parts = metas[0].once(2, 3, 6, 7)
    if 2 not in parts or 7 not in parts:
        raise BadStructure(
            GRAPH, "is of TensorFlow 1, or a part of one: it says nothing of its objects", AGAIN_BY_KERAS
        )
    if 6 in parts:
        yield Refusal(GRAPH, "needs files of its own (assets), such as a vocabulary", OUTSIDE)
    walk = _Walk(len(data))
    yield from walk.graph(metas[0].inner(parts[2]))
    called: set[str] = set()
    yield from _objects(metas[0].inner(parts[7]), called)
    saver = metas[0].inner(parts[3]) if 3 in parts else None
    yield from walk.saver_is_alone(called, _ends_of(metas[0]), saver)


class _Walk:
    """Through all nodes."""

    def __init__(self, size: int):
        self.most = PLENTY + MAX_RATIO * size
        self.constants = 0
        self.top = Scope()
        self.functions: dict[str, Scope] = {}
        self.gradients: list[str] = []

    def graph(self, graph: Message) -> Iterator[Refusal]:
        parts = graph.once(2)
        yield from self._nodes(graph, 1, self.top, "graph")
        if 2 not in parts:
            return
        library = graph.inner(parts[2])
        for function in library.messages(1):
            yield from self._function(function)
        for gradient in (*library.messages(2), *library.messages(3)):
            names = gradient.once(1, 2)
            self.gradients.extend(gradient.inner(name).text() for name in names.values())
        missing = {name for one in (self.top, *self.functions.values()) for name in one.calls} - set(self.functions)
        for name in sorted(missing):
            yield Refusal(f"function {name[:LONGEST]!r}", "is called, and is not there", AGAIN_BY_KERAS)

    def _function(self, function: Message) -> Iterator[Refusal]:
        parts = function.once(1)
        signature = function.inner(parts[1]).once(1) if 1 in parts else {}
        name = function.inner(signature[1]).text() if 1 in signature else ""
        if name in self.functions or not name:
            raise BadStructure(f"function {name[:LONGEST]!r}", "is there twice, or has no name")
        if name in KNOWN or name in OF_A_SAVER:
            # TensorFlow would run it in the operation's place.
            raise BadStructure(f"function {name[:LONGEST]!r}", "has the name of an operation")
        scope = self.functions[name] = Scope()
        for _, value in function.entries(5):
            self._attribute(value, scope.calls, f"function {name[:LONGEST]!r}", 0)
        yield from self._nodes(function, 3, scope, f"function {name[:LONGEST]!r}")

    def _nodes(self, holder: Message, place: int, scope: Scope, where: str) -> Iterator[Refusal]:
        names: set[str] = set()
        for node in holder.messages(place):
            name = operation = ""
            inputs: list[str] = []
            attributes: list[Message] = []
            for number, value in node.fields():
                if number == 1:
                    name = node.inner(value).text() if not name else self._twice(where)
                elif number == 2:
                    operation = node.inner(value).text() if not operation else self._twice(where)
                elif number == 3 and scope is self.top:
                    inputs.append(node.inner(value).text())
                    if len(inputs) > MAX_INPUTS:
                        raise BadStructure(f"{where}/{name[:LONGEST]}", f"has more than {MAX_INPUTS} inputs")
                elif number == 5:
                    attributes.append(node.inner(value))
                    if len(attributes) > MAX_ATTRIBUTES:
                        raise BadStructure(f"{where}/{name[:LONGEST]}", f"has more than {MAX_ATTRIBUTES} attributes")
            path = f"{where}/{name[:LONGEST]}"
            if name in names:
                raise BadStructure(path, "is in the graph twice, and who reads it may find either")
            names.add(name)
            called: set[str] = set()
            keys: set[str] = set()
            for attribute in attributes:
                parts = attribute.once(1, 2)
                key = attribute.inner(parts[1]).text() if 1 in parts else ""
                if not key or key in keys:
                    raise BadStructure(path, "has an attribute twice, or one without a name")
                keys.add(key)
                if 2 in parts:
                    self._attribute(attribute.inner(parts[2]), called, path, 0)
            scope.calls |= called
            of_saver = operation in OF_A_SAVER
            scope.saves |= of_saver
            if scope is self.top:
                scope.nodes[name] = (tuple(inputs), called, of_saver)
            if operation not in KNOWN and not of_saver:
                what = f"is the operation {operation[:LONGEST]!r}, which is none that turns arrays into arrays"
                yield Refusal(path, what, OUTSIDE)

    def _twice(self, where: str) -> str:
        raise BadStructure(where, "has a node with two names")

    def _attribute(self, value: Message, called: set[str], path: str, depth: int) -> None:
        """Add the functions that an attribute names to ``called``, and count its constants."""
        if depth > MAX_DEPTH:
            raise BadStructure(path, f"has attributes nested more than {MAX_DEPTH} deep")
        for number, part in value.fields():
            if number == 1:
                for inner, one in value.inner(part).fields():
                    if inner == 8:
                        self._constant(value.inner(one), path)
                    elif inner == 9:
                        self._named(value.inner(one), called, path, depth)
            elif number == 8:
                self._constant(value.inner(part), path)
            elif number == 10:
                self._named(value.inner(part), called, path, depth)

    def _named(self, named: Message, called: set[str], path: str, depth: int) -> None:
        parts = named.once(1)
        if 1 in parts and (name := named.inner(parts[1]).text()):
            called.add(name)
        for _, value in named.entries(2):
            self._attribute(value, called, path, depth + 1)

    def _constant(self, tensor: Message, path: str) -> None:
        parts = tensor.once(1, 2)
        if 2 in parts:
            self.constants += bytes_of(tensor.number(parts.get(1, 0)), tensor.inner(parts[2]), path)
        if self.constants > self.most:
            raise BadStructure(path, f"brings the constants to {self.constants} bytes, more than the file explains")

    def saver_is_alone(self, called: set[str], ends: set[str], saver: Message | None) -> Iterator[Refusal]:
        """Refuse every way to the saver's operations but the saver's own."""
        savers = self._savers()
        for name in sorted(savers & {*called, *self.gradients}):
            yield self._leads_to_files(f"function {name[:LONGEST]!r}", name)
        of_saver = set() if saver is None else self._of_saver(saver)
        ended = self._upstream(ends)
        for name, (_, calls, saves) in self.top.nodes.items():
            if (saves or calls & savers) and (name not in of_saver or name in ended):
                yield self._leads_to_files(f"graph/{name[:LONGEST]}", next(iter(sorted(calls & savers)), name))

    def _leads_to_files(self, where: str, name: str) -> Refusal:
        return Refusal(where, f"reads or writes files, by {name[:LONGEST]!r}, and is not the saver's", OUTSIDE)

    def _savers(self) -> set[str]:
        """The functions from which one comes to an operation of a saver."""
        callers: dict[str, set[str]] = {}
        for name, scope in self.functions.items():
            for one in scope.calls:
                callers.setdefault(one, set()).add(name)
        found = {name for name, scope in self.functions.items() if scope.saves}
        todo = deque(found)
        while todo:
            new = callers.get(todo.popleft(), set()) - found
            found |= new
            todo.extend(new)
        return found

    def _of_saver(self, saver: Message) -> set[str]:
        parts = saver.once(1, 2, 3)
        return {_node_of(saver.inner(one).text()) for number, one in parts.items() if number in (2, 3)}

    def _upstream(self, names: set[str]) -> set[str]:
        found: set[str] = set()
        todo = deque(names)
        while todo:
            name = todo.popleft()
            if name in found or name not in self.top.nodes:
                continue
            found.add(name)
            todo.extend(_node_of(one) for one in self.top.nodes[name][0])
        return found


def _node_of(tensor: str) -> str:
    """``"^name"`` or ``"name:0"`` -> ``"name"``."""
    return tensor.removeprefix("^").partition(":")[0]


def _ends_of(meta: Message) -> set[str]:
    """The nodes that signatures, the one that initialises among them, end in."""
    found = set()
    for _, signature in meta.entries(5):
        for _, tensor in signature.entries(2):
            parts = tensor.once(1)
            if 1 in parts:
                found.add(_node_of(tensor.inner(parts[1]).text()))
    return found


def _objects(graph: Message, called: set[str]) -> Iterator[Refusal]:
    """Hold the objects to those that only hold others; the functions that they call are added to ``called``."""
    called.update(name for name, _ in graph.entries(2))
    for place, node in enumerate(graph.messages(1)):
        path = f"object {place}"
        for number, value in node.fields():
            if number == USER_OBJECT:
                parts = node.inner(value).once(1)
                kind = node.inner(parts[1]).text() if 1 in parts else ""
                if not OBJECTS.fullmatch(kind):
                    yield Refusal(path, f"is of the kind {kind[:LONGEST]!r}, which is not known", AGAIN_BY_KERAS)
            elif number == ASSET:
                yield Refusal(path, "is a file (an asset), such as a vocabulary", OUTSIDE)
            elif number == RESOURCE:
                yield Refusal(path, "is a table or another resource, which is filled when it is loaded", OUTSIDE)
            elif number == REGISTERED and node.inner(value).text() == PLAIN_CONSTANT:
                continue
            elif number in (REGISTERED, SERIALIZED, REGISTERED_SAVER):
                yield Refusal(path, "is made by a class that TensorFlow would look up", AGAIN_BY_KERAS)
            elif number in (FUNCTION, BARE_FUNCTION):
                called.update(node.inner(name).text() for name in node.inner(value).messages(1))
            elif number == CAPTURED:
                called.update(node.inner(name).text() for name in node.inner(value).messages(2))
            elif number not in (CHILDREN, SLOTS, DEPENDENCIES, SAVEABLES, VARIABLE, CONSTANT):
                yield Refusal(path, f"is of a kind that is not known ({number})", AGAIN_BY_KERAS)
