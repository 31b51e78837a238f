"""Run a model once, list its layer calls, and follow the tensors between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from gradcam_tf.errors import ModelError
from gradcam_tf.lazy import keras, tf
from gradcam_tf.model.taps import Site, tapping
from gradcam_tf.records import LayerCall

__all__ = ["Call", "Recording", "named_tensors", "record", "tensors"]


@dataclass(slots=True, eq=False)
class Call:
    """One call as it was recorded, with its tensors.

    Attributes:
        infos: what of it may be shown; one for each output tensor.
        operation: the layer or bare operation.
        order, ended: how many calls had begun before it began, and when it had ended.
        inputs, outputs: its tensors, flattened.
        result: what it returned, in its own structure.
    """

    infos: list[LayerCall]
    operation: Any
    order: int
    ended: int
    inputs: list[Any]
    outputs: list[Any]
    result: Any

    @property
    def info(self) -> LayerCall:
        return self.infos[0]

    @property
    def is_leaf(self) -> bool:
        return self.ended == self.order + 1

    @property
    def key(self) -> tuple[str, int]:
        return self.info.path, self.info.index


@dataclass(slots=True, eq=False)
class Recording:
    """All calls of one run, in the order they began; ``calls[0]`` is the model itself."""

    calls: list[Call]
    result: Any
    _makers: dict[int, Call] = field(init=False)

    def __post_init__(self) -> None:
        self._makers = {}
        for call in self.finished():
            for tensor in call.outputs:
                self._makers.setdefault(id(tensor), call)

    @property
    def inputs(self) -> list[Any]:
        """What the model was given, flattened."""
        return self.calls[0].inputs

    def finished(self) -> Iterator[Call]:
        """The calls in the order they ended: an inner call before the one around it."""
        return iter(sorted(self.calls, key=lambda call: (call.ended, -call.order)))

    def maker(self, tensor: Any) -> Call | None:
        """The innermost call that returned this very tensor."""
        return self._makers.get(id(tensor))

    def parent(self, call: Call) -> Call:
        """The innermost call that ran around this one."""
        return next(c for c in reversed(self.calls[: call.order]) if c.ended >= call.ended)

    def feeding(self, output: Any) -> set[int]:
        """The orders of the calls whose output reaches ``output``; those that return ``output`` itself left out."""
        return {call.order for call in self._upstream(output)[0]}

    def sources(self, tensor: Any) -> list[int]:
        """Which of the model's inputs, counted flattened, reach a tensor."""
        wanted = self._upstream(tensor)[1]
        return [i for i, given in enumerate(self.inputs) if id(given) in wanted]

    def _upstream(self, output: Any) -> tuple[list[Call], set[int]]:
        """The calls that feed ``output``, last first, and the ids of all tensors on the way.

        Where arithmetic between layers hides the way (a tensor that no call returned), every earlier call of the same
        parent is taken to feed it; the gradient will tell.
        """
        found, wanted = [], {id(output)}
        for call in reversed(list(self.finished())):
            if not any(id(tensor) in wanted for tensor in call.outputs):
                continue
            if not any(tensor is output for tensor in call.outputs):
                found.append(call)
            wanted.update(id(tensor) for tensor in call.inputs)
            if not call.is_leaf and any(self.maker(tensor) is call for tensor in call.outputs):
                wanted.update(self._made_inside(call, call.ended))
            if call.order > 0 and any(self._is_unexplained(tensor) for tensor in call.inputs):
                wanted.update(self._made_inside(self.parent(call), call.order))
        return found, wanted

    def _is_unexplained(self, tensor: Any) -> bool:
        """Whether a tensor came neither from a call nor from outside the model."""
        return self.maker(tensor) is None and not any(tensor is given for given in self.inputs)

    def _made_inside(self, outer: Call, before: int) -> Iterator[int]:
        """The tensors that were there inside a call when so many calls had begun: its inputs and inner outputs."""
        yield from (id(tensor) for tensor in outer.inputs)
        for call in self.calls[outer.order + 1 : before]:
            if call.ended <= before:
                yield from (id(tensor) for tensor in call.outputs)


def record(model: Any, inputs: Any) -> Recording:
    """Run the model once as it is (in inference mode) and keep every call.

    Args:
        model: a Keras model.
        inputs: what the model is called with; one image is enough.

    Returns:
        The recording; it holds every tensor of the run, so let it go soon.

    Raises:
        ModelError: if the model does not run on these inputs.
    """
    # Tensors, so that they can be told from those that arithmetic between the layers makes.
    inputs = keras.tree.map_structure(tf.convert_to_tensor, inputs)
    calls: list[Call | None] = []

    def visit(site: Site, run: Any) -> Any:
        calls.append(None)
        result = run()
        calls[site.order] = _call(site, result, walk.begun)
        return result

    try:
        if not getattr(model, "built", True):
            model(inputs, training=False)
        with tapping(visit) as walk:
            result = model(inputs, training=False)
    except Exception as error:
        # Whatever a layer raises, the news is the same: this model does not run on this input here.
        raise _cannot_run(model, inputs, error) from error
    if not calls:
        raise ModelError(
            "no layer call was seen while the model ran",
            where=f"model {model.name!r}",
            remedy="Is it a Keras 3 model, called the usual way?",
        )
    return Recording([call for call in calls if call is not None], result)


def _call(site: Site, result: Any, ended: int) -> Call:
    named = named_tensors(result)
    kind = type(site.operation).__name__
    infos = [
        LayerCall(site.path, site.index, kind, _shape(tensor), tensor.dtype.name, site.depth, name)
        for name, tensor in named
    ]
    infos = infos or [LayerCall(site.path, site.index, kind, (), "", site.depth)]
    given = tensors((site.args, site.kwargs))
    return Call(infos, site.operation, site.order, ended, given, [tensor for _, tensor in named], result)


def _shape(tensor: Any) -> tuple[int, ...]:
    return () if tensor.shape.rank is None else tuple(tensor.shape)


def _cannot_run(model: Any, inputs: Any, error: Exception) -> ModelError:
    shapes = ", ".join(str(tuple(x.shape)) for x in keras.tree.flatten(inputs))
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return ModelError(
        f"does not run on an input of shape {shapes}: {' '.join(lines[:2])[:300] or type(error).__name__}",
        where=f"model {model.name!r}",
        remedy="Does model(images) run by itself?",
    )


def tensors(structure: Any) -> list[Any]:
    """The tensors of a nested structure, in order."""
    return [tensor for _, tensor in named_tensors(structure)]


def named_tensors(structure: Any) -> Sequence[tuple[str, Any]]:
    """The tensors of a nested structure, in order, each with its place or key; a lone tensor has none."""
    found = keras.tree.flatten_with_path(structure)
    return [("/".join(str(step) for step in path), leaf) for path, leaf in found if tf.is_tensor(leaf)]
