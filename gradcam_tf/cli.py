"""The command line: parse, call, print."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gradcam_tf._version import __version__
from gradcam_tf.errors import GradcamError, LayerError, MethodError, TargetError

if TYPE_CHECKING:
    from gradcam_tf.explainer import Explainer
    from gradcam_tf.explanation import Explanation

WRONG_USAGE = (LayerError, MethodError, TargetError)
"""Errors in what was asked for, as opposed to in a file."""

app = typer.Typer(
    name="gradcam-tf",
    help="What did the model look at? Heatmaps for any Keras 3 image model.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


class Fitting(StrEnum):
    squash = "squash"
    crop = "crop"
    letterbox = "letterbox"


class Values(StrEnum):
    auto = "auto"
    none = "none"
    unit = "unit"
    symmetric = "symmetric"
    torch = "torch"
    caffe = "caffe"


Debug = Annotated[bool, typer.Option("--debug", help="Show the whole traceback of an error.")]


@app.callback(invoke_without_command=True)
def _main(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if version:
        print(f"gradcam-tf {__version__}")
        raise typer.Exit


@app.command()
def explain(
    images: Annotated[list[str], typer.Argument(metavar="IMAGE...", help="Photos: JPEG, PNG, BMP, GIF, TIFF, WebP.")],
    model: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A Keras model; without it, an ImageNet classifier."),
    ] = None,
    layer: Annotated[str, typer.Option(metavar="PATH", help="The layer the map is made from; see `layers`.")] = "auto",
    method: Annotated[str, typer.Option(metavar="NAME", help="How the map is made; see `methods`.")] = "gradcam",
    target: Annotated[
        str | None,
        typer.Option(metavar="CLASS", help="The class to explain, by number or name; else the top one."),
    ] = None,
    top: Annotated[int | None, typer.Option(metavar="K", min=1, help="Explain the K most likely classes.")] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write pictures, numbers and provenance here.")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace files that are there.")] = False,
    labels: Annotated[Path | None, typer.Option(metavar="FILE", help="Class names: one a line, or JSON.")] = None,
    preprocessing: Annotated[Values, typer.Option(help="What the model expects of the values 0-255.")] = Values.auto,
    fit: Annotated[Fitting, typer.Option(help="How a photo is fitted to the model's input.")] = Fitting.squash,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object for each image.")] = False,
    debug: Debug = False,
) -> None:
    """Show what the model looked at in each photo."""
    if target is not None and top is not None:
        raise typer.BadParameter("give --target or --top, not both")
    with _errors(debug):
        made = {"layer": layer, "method": method, "labels": labels}
        explainer = _open(model, made | {"preprocessing": preprocessing.value, "fit": fit.value})
        targets = _targets(explainer, target, top)
        failures = _explain_all(explainer, images, targets, out, overwrite, as_json, debug)
    if failures:
        raise typer.Exit(1)


@app.command()
def layers(
    model: Annotated[Path | None, typer.Argument(metavar="MODEL", help="A Keras model; else the embedded one.")] = None,
    layer: Annotated[str, typer.Option(metavar="PATH", help="Mark this layer, not the automatic choice.")] = "auto",
    debug: Debug = False,
) -> None:
    """List a model's layer calls in the order they run, and mark the one a map is made from."""
    with _errors(debug):
        explainer = _open(model, {"layer": layer})
        _print_layers(explainer)


@app.command()
def methods() -> None:
    """List the ways to make a map."""
    from rich.table import Table

    from gradcam_tf import registry

    table = Table("name", "title", "what it shows", "needs", "cost", "paper", box=None, pad_edge=False)
    for one in registry.methods().values():
        table.add_row(one.name, one.title, one.summary, ", ".join(one.needs), one.cost, one.paper)
    _console().print(table)


@app.command()
def gui() -> None:
    """Open the desktop application."""
    from gradcam_tf.gui.app import main as open_window

    raise typer.Exit(open_window())


def _open(model: Path | None, options: dict[str, Any]) -> Explainer:
    _check_options_without_tensorflow(options)
    with _quiet_import():
        from gradcam_tf.explainer import Explainer

        explainer = Explainer.open(model, **options)
    # Look at the layer and labels now: what is wrong with them is wrong for every image.
    _ = explainer.labels
    if not explainer.preprocessing.known and options.get("preprocessing") == "auto":
        _complain(f"warning: {explainer.model.name}: {explainer.preprocessing.reason}")
    return explainer


def _check_options_without_tensorflow(options: dict[str, Any]) -> None:
    """A mistyped method should not take three seconds to be told."""
    from gradcam_tf import registry

    registry.get(options.get("method", "gradcam"))


def _targets(explainer: Explainer, target: str | None, top: int | None) -> list[Any]:
    from gradcam_tf import targets

    if top is not None:
        chosen: list[Any] = list(targets.top(top))
    else:
        chosen = [int(target) if target is not None and target.lstrip("-").isdigit() else target]
    for one in chosen:
        explainer.check_target(one)
    return chosen


def _explain_all(
    explainer: Explainer,
    images: Sequence[str],
    targets: Sequence[Any],
    out: Path | None,
    overwrite: bool,
    as_json: bool,
    debug: bool,
) -> int:
    """Explain, write and print each image; the number of those that failed."""
    from gradcam_tf.export import OutputNames, prepare_folder

    if out is not None:
        prepare_folder(out)
    names, failures = OutputNames(), 0
    with _progress(len(images), as_json) as advance:
        for image, result in zip(images, explainer.stream(images, targets), strict=True):
            try:
                if isinstance(result, GradcamError):
                    raise result
                files = [_write(one, out, names.stem(image), rank, overwrite) for rank, one in enumerate(result, 1)]
            except GradcamError as error:
                failures += 1
                _complain(f"error: {error}")
                if debug:
                    traceback.print_exception(error)
                if as_json:
                    _say(json.dumps({"image": image, "status": "error", "error": str(error)}))
            else:
                _report(image, result, files, as_json)
            advance()
    if failures and len(images) > 1:
        _complain(f"{len(images) - failures} of {len(images)} images explained, {failures} failed")
    return failures


def _write(explanation: Explanation, out: Path | None, stem: str, rank: int, overwrite: bool) -> dict[str, str]:
    from gradcam_tf.export import write_all

    if out is None:
        return {}
    return write_all(explanation, out, stem if rank == 1 else f"{stem}.top{rank}", overwrite=overwrite)


def _report(image: str, explanations: Sequence[Explanation], files: Sequence[dict], as_json: bool) -> None:
    records = [_record(one, written) for one, written in zip(explanations, files, strict=True)]
    if as_json:
        others = {} if len(records) == 1 else {"others": records[1:]}
        _say(json.dumps({"image": image} | records[0] | others))
        return
    for one, record in zip(explanations, records, strict=True):
        remark = f"   [{one.status[0]}: {one.reasons[0]}]" if one.status[0] != "ok" else ""
        arrow = f"   -> {record['files']['overlay']}" if record["files"] else ""
        _say(f"{image}   {one.title}{remark}{arrow}")


def _record(explanation: Explanation, files: dict[str, str]) -> dict[str, Any]:
    result = explanation.results[0]
    target = explanation.target[0]
    return {
        "status": explanation.status[0],
        "target": {"index": target.index, "label": target.label},
        "score": result["score"],
        "probability": result["probability"],
        "layer": explanation.layer.name,
        "method": explanation.method,
        "files": files,
    }


def _print_layers(explainer: Explainer) -> None:
    from rich.table import Table

    ranks = {choice.name: rank for rank, choice in enumerate(explainer.layers, 1)}
    table = Table("", "layer", "kind", "output", "rank", box=None, pad_edge=False)
    for call in explainer.calls:
        mark = ">" if call.name == explainer.layer.name else ""
        shape = " × ".join(str(n) for n in call.shape[1:])
        table.add_row(mark, call.name, call.kind, shape, str(ranks.get(call.name, "")), style="bold" if mark else None)
    _console().print(table)
    _say(f"> {explainer.layer.name}: {explainer.layer.reason}")


@contextmanager
def _errors(debug: bool) -> Iterator[None]:
    """Turn errors into one line and an exit code."""
    try:
        yield
    except GradcamError as error:
        if debug:
            raise
        _complain(f"error: {error}")
        raise typer.Exit(2 if isinstance(error, WRONG_USAGE) else 1) from error
    except BrokenPipeError:
        # The reader of our output has gone; nobody is left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(1) from None
    except (typer.Exit, typer.Abort, KeyboardInterrupt):
        raise
    except Exception as error:
        if debug:
            raise
        first = (str(error).strip().splitlines() or [""])[0]
        _complain(f"error: unexpected {type(error).__name__}: {first}. Run again with --debug to see where.")
        raise typer.Exit(1) from error


@contextmanager
def _quiet_import() -> Iterator[None]:
    """Keep TensorFlow's start-up lines from the terminal; they come from C++, below sys.stderr."""
    if "tensorflow" in sys.modules:
        yield
        return
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


@contextmanager
def _progress(count: int, as_json: bool) -> Iterator[Any]:
    """A bar on the terminal when there is more than one image; a function to advance it."""
    if count < 2 or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True, redirect_stdout=not as_json) as bar:
        task = bar.add_task("explaining", total=count)
        yield lambda: bar.advance(task)


def _console() -> Any:
    from rich.console import Console

    # A pipe has no width; a table must not be cut there.
    return Console(width=None if sys.stdout.isatty() else 250, highlight=False)


def _say(line: str) -> None:
    print(_printable(line), flush=True)


def _complain(line: str) -> None:
    print(_printable(line), file=sys.stderr, flush=True)


def _printable(line: str) -> str:
    """File names may hold bytes that no terminal can show."""
    return line.encode("utf-8", "backslashreplace").decode("utf-8")


def main() -> None:
    """The entry point of ``gradcam-tf``."""
    try:
        app()
    except KeyboardInterrupt:
        _complain("stopped")
        sys.exit(130)
