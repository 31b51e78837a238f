"""The command line: parse, call, print."""

from __future__ import annotations

import contextlib
import errno
import importlib
import io
import json
import os
import re
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gradcam_tf._version import __version__
from gradcam_tf.errors import (
    GradcamError,
    ImageError,
    LayerError,
    MethodError,
    ModelError,
    OutputError,
    TargetError,
    printable,
)

if TYPE_CHECKING:
    from gradcam_tf.batch import Summary
    from gradcam_tf.explainer import Explainer
    from gradcam_tf.explanation import Explanation
    from gradcam_tf.records import Reading

WRONG_USAGE = (LayerError, MethodError, TargetError)
"""Errors in what was asked for, as opposed to in a file."""
NUMBER = re.compile(r"[+-]?[0-9]{1,18}")
INTERRUPTED = 130
"""128 + SIGINT: the exit code of a command that was stopped by Ctrl-C."""
OWN_PROCESS = "own process"
"""Said by :func:`main`: only a process that does nothing else may be confined."""

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


Trust = Annotated[
    str | None,
    typer.Option("--trust-model", metavar="SHA256", help="Let this very file run the code stored in it; remembered."),
]
CustomObjects = Annotated[
    list[str] | None,
    typer.Option("--custom-objects", metavar="MODULE:NAME", help="A layer or function of yours that the model uses."),
]
AllowSavedModel = Annotated[
    bool, typer.Option("--allow-saved-model", help="Open SavedModel folders, which are programs, in confinement.")
]
Signature = Annotated[
    str | None, typer.Option(metavar="NAME", help="Which function of a SavedModel; else serving_default.")
]

Page = Annotated[int, typer.Option(metavar="N", min=1, help="Which page of a TIFF, or frame of an animation.")]
Window = Annotated[
    str | None,
    typer.Option(metavar="LOW,HIGH", help="The values that become black and white, in grey of more than 8 bits."),
]
MaxPixels = Annotated[
    int | None, typer.Option("--max-pixels", metavar="N", min=1, help="Refuse larger photos; else 178,956,970.")
]
AllowTruncated = Annotated[
    bool, typer.Option("--allow-truncated", help="Show what there is of a truncated or damaged photo, and say so.")
]


@app.callback(invoke_without_command=True)
def _main(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if version:
        with _errors(debug=False):
            _say(f"gradcam-tf {__version__}")
        raise typer.Exit


@app.command()
def explain(
    context: typer.Context,
    images: Annotated[list[str], typer.Argument(metavar="IMAGE", help="Photos: JPEG, PNG, BMP, GIF, TIFF, WebP.")],
    model: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A Keras model; without it, an ImageNet classifier."),
    ] = None,
    layer: Annotated[str, typer.Option(metavar="PATH", help="The layer the map is made from; see `layers`.")] = "auto",
    method: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help='How the map is made; see `methods`. Or "smoothed(layercam, samples=4)". Several, with commas, are '
            "compared.",
        ),
    ] = "gradcam",
    output: Annotated[str | None, typer.Option(metavar="NAME", help="Which output, if there are several.")] = None,
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
    page: Page = 1,
    window: Window = None,
    max_pixels: MaxPixels = None,
    allow_truncated: AllowTruncated = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object for each image.")] = False,
    trust: Trust = None,
    custom_objects: CustomObjects = None,
    allow_saved_model: AllowSavedModel = False,
    signature: Signature = None,
    confinement: Annotated[
        bool, typer.Option("--confinement/--no-confinement", help="Keep this process from other files, and from TCP.")
    ] = True,
    debug: Debug = False,
) -> None:
    """Show what the model looked at in each photo."""
    if target is not None and top is not None:
        raise typer.BadParameter("give one of the two, not both", param_hint="--target, --top")
    with _errors(debug):
        if confinement and context.obj == OWN_PROCESS:
            _confine(model, (*images, *([labels] if labels else [])), out, trust, custom_objects)
        methods = _methods(method)
        made: dict[str, Any] = {"layer": layer, "output": output, "labels": labels}
        made |= {"preprocessing": preprocessing.value, "fit": fit.value}
        made |= {"reading": _reading(page, window, max_pixels, allow_truncated)}
        made |= {"trust": trust, "custom_objects": _import_objects(custom_objects or ())}
        made |= {"allow_saved_model": allow_saved_model, "signature": signature}
        first = _open(model, made | {"method": methods[0]}, debug, tolerant=len(methods) > 1)
        explainers = [first, *(first.asking(method=name) for name in methods[1:])]
        targets = _targets(explainers[0], target, top)
        failures = _explain_all(explainers, images, targets, out, overwrite, as_json, debug)
    if failures:
        raise typer.Exit(1)


@app.command()
def batch(
    sources: Annotated[
        list[str], typer.Argument(metavar="FOLDER", help="Folders, photos, and lists of photos (.txt, .csv, .parquet).")
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="The folder of the results: new, or of an earlier run.")],
    model: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE", help="A Keras model; may be given several times. Without it, an ImageNet classifier."
        ),
    ] = None,
    layer: Annotated[str, typer.Option(metavar="PATH", help="The layer the map is made from; see `layers`.")] = "auto",
    method: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="How the map is made; may be given several times.")
    ] = None,
    output: Annotated[str | None, typer.Option(metavar="NAME", help="Which output, if there are several.")] = None,
    target: Annotated[
        str | None, typer.Option(metavar="CLASS", help="The class to explain, by number or name; else the top one.")
    ] = None,
    formats: Annotated[
        str,
        typer.Option(metavar="LIST", help="What is written of each photo: jpeg, overlay, heatmap, raw, provenance."),
    ] = "jpeg,raw",
    include: Annotated[
        list[str] | None, typer.Option(metavar="PATTERN", help="Which names to take from folders, such as '*.png'.")
    ] = None,
    exclude: Annotated[list[str] | None, typer.Option(metavar="PATTERN", help="Which names to leave out.")] = None,
    labels: Annotated[Path | None, typer.Option(metavar="FILE", help="Class names: one a line, or JSON.")] = None,
    preprocessing: Annotated[Values, typer.Option(help="What the model expects of the values 0-255.")] = Values.auto,
    fit: Annotated[Fitting, typer.Option(help="How a photo is fitted to the model's input.")] = Fitting.squash,
    page: Page = 1,
    window: Window = None,
    max_pixels: MaxPixels = None,
    allow_truncated: AllowTruncated = False,
    batch_size: Annotated[int | None, typer.Option(metavar="N", min=1, help="Images computed together.")] = None,
    processes: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Processes that share the work; else one for each GPU.")
    ] = None,
    ray: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Work on a Ray cluster; 'local' starts one on this machine.")
    ] = None,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Try photos again that failed before.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print errors alone.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object for each photo, and one at the end.")
    ] = False,
    trust: Trust = None,
    custom_objects: CustomObjects = None,
    allow_saved_model: AllowSavedModel = False,
    signature: Signature = None,
    debug: Debug = False,
) -> None:
    """Explain whole folders; stopped in any way, the same command goes on where it was."""
    with _errors(debug):
        summary = _run_batch(
            {
                "sources": sources,
                "out": out,
                "models": model or [None],
                "methods": [one for names in method or ["gradcam"] for one in _methods(names)],
                "options": {"layer": layer, "output": output, "labels": labels}
                | {"preprocessing": preprocessing.value, "fit": fit.value}
                | {"reading": _reading(page, window, max_pixels, allow_truncated)}
                | {"trust": trust, "custom_objects": _import_objects(custom_objects or ())}
                | {"allow_saved_model": allow_saved_model, "signature": signature},
                "target": _class(target),
                "formats": [one.strip() for one in formats.split(",") if one.strip()],
                "include": include or (),
                "exclude": exclude or (),
                "batch_size": batch_size,
                "retry_failed": retry_failed,
            },
            (processes, ray),
            quiet,
            as_json,
            debug,
        )
    if summary.stopped:
        raise typer.Exit(INTERRUPTED)
    if summary.failed:
        raise typer.Exit(1)


@app.command()
def layers(
    context: typer.Context,
    model: Annotated[Path | None, typer.Argument(metavar="MODEL", help="A Keras model; else the embedded one.")] = None,
    layer: Annotated[str, typer.Option(metavar="PATH", help="Mark this layer, not the automatic choice.")] = "auto",
    trust: Trust = None,
    custom_objects: CustomObjects = None,
    allow_saved_model: AllowSavedModel = False,
    signature: Signature = None,
    debug: Debug = False,
) -> None:
    """List a model's layer calls in the order they run, and mark the one a map is made from."""
    with _errors(debug):
        if allow_saved_model and context.obj == OWN_PROCESS:
            _confine(model, (), None, trust, custom_objects)
        made: dict[str, Any] = {"layer": layer, "trust": trust}
        made |= {"custom_objects": _import_objects(custom_objects or ())}
        made |= {"allow_saved_model": allow_saved_model, "signature": signature}
        explainer = _open(model, made, debug)
        _print_layers(explainer)


@app.command()
def methods(debug: Debug = False) -> None:
    """List the ways to make a map, and what can be put around them."""
    with _errors(debug):
        from gradcam_tf import registry

        rows = [
            (one.name, one.title, one.summary, ", ".join(one.needs), one.cost, one.paper)
            for one in registry.methods().values()
        ] + [
            (f"{one.name}(…)", one.title, one.summary, "a method", one.cost, one.paper)
            for one in registry.wrappers().values()
        ]
        _print_table(("name", "title", "what it shows", "needs", "cost", "paper"), rows)


@app.command()
def trusted(
    forget: Annotated[
        list[str] | None, typer.Option("--forget", metavar="SHA256", help="Trust this file no longer.")
    ] = None,
    debug: Debug = False,
) -> None:
    """List the model files that you trust to run the code stored in them, or forget some."""
    with _errors(debug):
        from gradcam_tf.model.trust import forget_model, trusted_models

        for one in forget or ():
            forget_model(one)
        rows = [(one.sha256, one.name, one.since) for one in trusted_models()]
        if rows and not forget:
            _print_table(("sha256", "name", "since"), rows)
        elif not forget:
            _say("no model file is trusted")


@app.command()
def gui(
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="[MODEL] [IMAGE]…", help="A model file, photos, folders.")
    ] = None,
    debug: Debug = False,
) -> None:
    """Open the desktop application."""
    with _errors(debug):
        from gradcam_tf.gui.app import main as open_window

        raise typer.Exit(open_window(paths or []))


def _open(model: Path | None, options: dict[str, Any], debug: bool, tolerant: bool = False) -> Explainer:
    """The explainer; a tolerant one may have a method that the model cannot serve, beside others that it can."""
    with contextlib.nullcontext() if debug else _quiet_import():
        from gradcam_tf.explainer import Explainer

        explainer = Explainer.open(model, **options)
    try:
        # Look at the layer and labels now: what is wrong with them is wrong for every image.
        _ = explainer.labels if tolerant else (explainer.layer, explainer.labels)
    except LayerError as error:
        if options["layer"] != "auto":
            raise
        # Nobody asked for a layer: it is the model that is not fit, not the call.
        raise ModelError(error.what, where=error.where, remedy=error.remedy) from error
    for note in explainer.notes:
        _complain(f"note: {model}: {note}")
    if not explainer.preprocessing.known and options.get("preprocessing") == "auto":
        _complain(f"warning: {explainer.model.name}: {explainer.preprocessing.reason}")
    return explainer


LARGEST_FILE = 8 * 2**30
"""Bytes of a result; a model's private copy may take as many as the model."""
LONGEST = 24 * 60 * 60
"""Seconds of processor time."""


def _confine(
    model: Path | None,
    given: Sequence[str | os.PathLike],
    out: Path | None,
    trust: str | None,
    custom_objects: Sequence[str] | None,
) -> None:
    """Keep from this process what it does not need; before TensorFlow, and NumPy, start their threads."""
    from gradcam_tf.confinement import confine, physical_memory
    from gradcam_tf.model.trust import state_folder

    model = model.parent if model is not None and model.name == "saved_model.pb" else model
    beside = [] if model is None else [model, *(model.with_suffix(f".labels.{end}") for end in ("json", "txt"))]
    # What is trusted is remembered there; only one who says so now has anything to write down.
    write = [one for one in (out, state_folder() if trust else None) if one is not None]
    for folder in write:
        # A rule is about a folder that is there. If it cannot be made, who writes to it will say so.
        with contextlib.suppress(OSError, ValueError):
            folder.mkdir(parents=True, exist_ok=True)
    size = os.path.getsize(model) if model is not None and os.path.isfile(model) else 0
    held = confine(
        read=[*beside, *given, state_folder(), *([os.getcwd()] if custom_objects else [])],
        write=write,
        memory=physical_memory(),
        cpu=LONGEST,
        file_size=max(LARGEST_FILE, size),
    )
    if held.missing and model is not None:
        _complain(f"note: {held}")


def _run_batch(
    wanted: dict[str, Any], spread: tuple[int | None, str | None], quiet: bool, as_json: bool, debug: bool
) -> Summary:
    from gradcam_tf.batch import Job, run
    from gradcam_tf.console import display, stop_on_signals, summary_line

    with display(_say_json if as_json else None, _complain, quiet) as progress, stop_on_signals() as cancelled:
        summary = run(
            Job(**wanted),
            progress=progress,
            cancelled=cancelled,
            open_model=lambda model, **options: _open(model, options, debug),
            execute=_executor(*spread, cancelled),
        )
    if as_json:
        counts = ("total", "kept", "done", "failed", "left", "stopped", "seconds")
        _say_json({"summary": {name: getattr(summary, name) for name in counts}})
    elif summary.failed or summary.stopped:
        _complain(summary_line(summary))
    elif not quiet:
        _say(summary_line(summary))
    return summary


def _executor(processes: int | None, ray: str | None, cancelled: Callable[[], bool]) -> Any:
    """Where a batch runs."""
    if ray is not None:
        from gradcam_tf.cluster import Cluster

        return Cluster(ray, workers=processes, cancelled=cancelled)
    from gradcam_tf.batch.processes import Processes

    return Processes(processes)


def _reading(page: int, window: str | None, max_pixels: int | None, allow_truncated: bool) -> Reading:
    """How photos are read; wrong numbers are wrong usage."""
    from gradcam_tf.records import MAX_PIXELS, Reading

    try:
        low, high = map(float, window.split(",")) if window is not None else (0, 1)
        given = (low, high) if window is not None else None
        return Reading(page, max_pixels or MAX_PIXELS, given, allow_truncated)
    except (ValueError, ImageError):
        raise typer.BadParameter("should be LOW,HIGH: two numbers", param_hint="--window") from None


def _import_objects(names: Sequence[str]) -> dict[str, Any]:
    """The classes and functions that the user names as MODULE:NAME; the working folder is looked in first."""
    found: dict[str, Any] = {}
    for one in names:
        module, _, name = one.partition(":")
        if not module or not name:
            raise typer.BadParameter("should be MODULE:NAME", param_hint="--custom-objects")
        with _looking_in_the_working_folder():
            try:
                found[name] = getattr(importlib.import_module(module), name)
            except Exception as error:  # whatever the user's own module raises
                reason = (str(error).splitlines() or [""])[0] or type(error).__name__
                remedy = "It is looked for in the working folder, and where Python looks"
                raise ModelError(f"cannot be imported: {reason}", where=one, remedy=remedy) from error
    return found


@contextmanager
def _looking_in_the_working_folder() -> Iterator[None]:
    """As ``python -m`` does; the entry point of a command does not."""
    here = os.getcwd()
    sys.path.insert(0, here)
    try:
        yield
    finally:
        sys.path.remove(here)


def _methods(names: str) -> list[str]:
    """The methods that were asked for; a mistyped one should not take three seconds to be told."""
    from gradcam_tf import composition, registry

    chosen = list(dict.fromkeys(one.strip() for one in composition.split(names)))
    for name in chosen:
        registry.get(name)
    return chosen


def _targets(explainer: Explainer, target: str | None, top: int | None) -> list[Any]:
    from gradcam_tf import targets

    if top is not None:
        chosen: list[Any] = list(targets.top(top))
    else:
        chosen = [_class(target)]
    for one in chosen:
        explainer.check_target(one)
    return chosen


def _class(target: str | None) -> int | str | None:
    """A class by number or name."""
    return int(target) if target is not None and NUMBER.fullmatch(target) else target


def _explain_all(
    explainers: Sequence[Explainer],
    images: Sequence[str],
    targets: Sequence[Any],
    out: Path | None,
    overwrite: bool,
    as_json: bool,
    debug: bool,
) -> int:
    """Explain, write and print each image; the number of those that failed."""
    from gradcam_tf.comparison import Sheets, compare, file_names
    from gradcam_tf.export import OutputNames, prepare_folder

    if out is not None:
        prepare_folder(out)
    names, failures = OutputNames(), 0
    endings = [""] if len(explainers) == 1 else [f".{name}" for name in file_names(explainers)]
    pages = Sheets(explainers, names) if out is not None and len(explainers) > 1 else None
    with _progress(len(images), as_json) as advance:
        for compared in compare(explainers, images, targets):
            stems = names.stems(compared.source, len(targets))
            records, errors = [], []
            for explainer, result, ending in zip(explainers, compared.results, endings, strict=True):
                try:
                    if isinstance(result, GradcamError):
                        raise result
                    files = _write(result, out, [stem + ending for stem in stems], overwrite)
                    records += [(one, _record(one, written)) for one, written in zip(result, files, strict=True)]
                except Exception as error:
                    errors.append((explainer.method.name, error))
            _report(compared.source, records, errors, as_json, debug, several=len(explainers) > 1)
            failures += bool(errors)
            if pages is not None and out is not None:
                _say_files(pages.add(compared, out, overwrite), as_json)
            advance()
    if pages is not None and out is not None:
        _say_files(pages.finish(out, overwrite), as_json)
    if failures and len(images) > 1:
        _complain(f"{len(images) - failures} of {len(images)} images explained, {failures} failed")
    return failures


def _write(
    explanations: Sequence[Explanation], out: Path | None, stems: Sequence[str], overwrite: bool
) -> list[dict[str, str]]:
    """Write the maps of one image; the files of each."""
    from gradcam_tf.export import write_all

    if out is None:
        return [{} for _ in explanations]
    return [write_all(one, out, stem, overwrite=overwrite) for one, stem in zip(explanations, stems, strict=True)]


def _report(
    image: str,
    records: Sequence[tuple[Explanation, dict[str, Any]]],
    errors: Sequence[tuple[str, Exception]],
    as_json: bool,
    debug: bool,
    several: bool,
) -> None:
    """Print what came of one image: a line for each map, or one JSON object for all."""
    failed: dict[str, dict[str, Any]] = {}
    for method, error in errors:
        if debug:
            traceback.print_exception(error)
        line = _in_words(error)
        # What is wrong with the image is wrong for every method, and said once.
        about_image = not several or line.startswith(printable(image))
        failed[line] = {"status": "error", "error": line} | ({} if about_image else {"method": method})
    for line, record in failed.items():
        where = ": ".join([image, record["method"]] if "method" in record else [image])
        _complain(f"error: {line if line.startswith(printable(image)) else f'{where}: {line}'}")
    notes = _notes(records)
    for note in notes:
        _complain(f"note: {image}: {note}")
    if as_json:
        first, *others = [*(record for _, record in records), *failed.values()]
        said = {"image": image} | ({"notes": list(notes)} if notes else {})
        _say_json(said | first | ({"others": others} if others else {}))
        return
    for one, record in records:
        remark = f"   [{one.status[0]}: {one.reasons[0]}]" if one.status[0] != "ok" else ""
        by = f"   {one.method}" if several else ""
        arrow = f"   -> {record['files']['overlay']}" if record["files"] else ""
        _say(f"{image}   {one.title}{by}{remark}{arrow}")


def _notes(records: Sequence[tuple[Explanation, dict[str, Any]]]) -> tuple[str, ...]:
    """What was done to the photo on the way, which is the same for all its maps."""
    photo = records[0][0].subjects[0].photo if records else None
    return () if photo is None else photo.notes


def _say_files(paths: Sequence[Path], as_json: bool) -> None:
    for path in paths:
        # Beside JSON for programs, words go to the other stream.
        (_complain if as_json else _say)(f"side by side -> {path}")


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
    } | {name: result[name] for name in ("uncertainty",) if name in result}


def _print_layers(explainer: Explainer) -> None:
    ranks = {choice.name: str(rank) for rank, choice in enumerate(explainer.layers, 1)}
    try:
        chosen, closing = explainer.layer.name, f"> {explainer.layer.name}: {explainer.layer.reason}"
    except LayerError as error:
        chosen, closing = None, f"no layer can be chosen: {error}"
    rows = [
        (
            ">" if call.name == chosen else "",
            call.name,
            call.kind,
            " × ".join(str(n) for n in call.shape[1:]),
            ranks.get(call.name, ""),
        )
        for call in explainer.calls
    ]
    _print_table(("", "layer", "kind", "output", "rank"), rows)
    _say(closing)


@contextmanager
def _errors(debug: bool) -> Iterator[None]:
    """Turn errors into one line and an exit code."""
    try:
        yield
    except (typer.Exit, typer.BadParameter):
        raise
    except KeyboardInterrupt:
        _complain("stopped")
        raise typer.Exit(INTERRUPTED) from None
    except Exception as error:
        if debug:
            traceback.print_exc()
        _complain(f"error: {_in_words(error)}")
        raise typer.Exit(2 if isinstance(error, WRONG_USAGE) else 1) from error


def _in_words(error: Exception) -> str:
    if isinstance(error, GradcamError):
        return str(error)
    first = (str(error).strip().splitlines() or [""])[0]
    return f"unexpected {type(error).__name__}: {first}. Run again with --debug to see where."


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
        with _ending_on_interrupt(kept):
            yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


@contextmanager
def _ending_on_interrupt(stderr: int) -> Iterator[None]:
    """End at once on Ctrl-C: some import would swallow the exception and leave a module half made."""

    def end(*_: object) -> None:
        os.write(stderr, b"stopped\n")
        os._exit(INTERRUPTED)

    before = signal.getsignal(signal.SIGINT)
    if before is not signal.default_int_handler or threading.current_thread() is not threading.main_thread():
        yield
        return
    signal.signal(signal.SIGINT, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _progress(count: int, as_json: bool) -> Iterator[Any]:
    """Bars on the terminal: of the images, if there are several, and of a long one's runs; a function to advance it."""
    both = sys.stderr.isatty() and sys.stdout.isatty()
    # On one terminal the bar would break into the JSON; there the lines themselves show the progress.
    if not sys.stderr.isatty() or (both and as_json):
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    from gradcam_tf.progress import reporting

    # Rich sends redirected lines to the bar's stream: right only where both are the terminal.
    with Progress(console=Console(stderr=True), transient=True, redirect_stdout=both) as bar:
        images = bar.add_task("explaining", total=count, visible=count > 1)
        runs = bar.add_task("running the model", visible=False)
        with reporting(lambda done, total: bar.update(runs, completed=done, total=total, visible=True)):
            yield lambda: bar.advance(images)


def _print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table, fitted to the terminal; whole where there is none. The row marked ``>`` stands out."""
    from rich.console import Console
    from rich.table import Column, Table

    page, terminal = io.StringIO(), sys.stdout.isatty()
    width = None if terminal else 10_000
    # Names are not markup: a layer may be called "[bold]".
    console = Console(file=page, force_terminal=terminal, width=width, markup=False, emoji=False, highlight=False)
    table = Table(*(Column(name, overflow="fold") for name in header), box=None, pad_edge=False)
    for row in rows:
        table.add_row(*map(printable, row), style="bold" if row[0] == ">" else None)
    console.print(table)
    _write_out("\n".join(line.rstrip() for line in page.getvalue().splitlines()))


def _say_json(record: dict[str, Any]) -> None:
    _write_out(json.dumps(record, allow_nan=False))


def _say(line: str) -> None:
    _write_out(printable(line))


def _write_out(text: str) -> None:
    """Print at once; where nobody takes it, end."""
    try:
        print(text, flush=True)
    except OSError as error:
        _leave_stdout()
        if error.errno == errno.EPIPE:
            # The reader has gone; nobody is left to tell.
            raise typer.Exit(1) from None
        what = f"cannot be written: {(error.strerror or str(error)).lower()}"
        raise OutputError(what, where="standard output", remedy="Send it somewhere else.") from error


def _leave_stdout() -> None:
    """What stands in its buffer would be tried again, and fail again, when Python ends."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(line: str) -> None:
    with contextlib.suppress(OSError):
        print(printable(line), file=sys.stderr, flush=True)


def _ready_streams() -> None:
    """Open what the caller closed, lest another file take its number; and let no letter be a reason to fail."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            os.dup2(os.open(os.devnull, os.O_RDWR), number)
            setattr(sys, name, os.fdopen(number, "w" if number else "r", closefd=False))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def main() -> None:
    """The entry point of ``gradcam-tf``."""
    _ready_streams()
    try:
        app(obj=OWN_PROCESS)
    except OSError as error:
        # Typer's own printing, of the help.
        _leave_stdout()
        _complain(f"error: standard output: cannot be written: {(error.strerror or str(error)).lower()}")
        sys.exit(1)
