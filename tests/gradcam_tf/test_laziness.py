"""Nothing heavy is imported before it is used: each case in a process of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("tensorflow", "keras", "h5py", "jax", "torch", "matplotlib", "PySide6")
COMMANDS = ("explain", "batch", "layers", "methods", "trusted", "gui")


def imported_by(code: str) -> list[str]:
    """The heavy packages that are in memory after this code has run in a fresh process."""
    report = f"import sys; print('imported:', *[one for one in {HEAVY!r} if one in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"], capture_output=True, text=True, timeout=120, check=True
    )
    return done.stdout.splitlines()[-1].split()[1:]


def command(*arguments: str) -> str:
    """Code that runs the command line as its entry point does, and goes on afterwards."""
    return f"""
import sys
sys.argv = ["gradcam-tf", *{arguments!r}]
from gradcam_tf.cli import main
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
"""


def test_the_report_sees_what_is_imported():
    assert imported_by("import h5py") == ["h5py"]


@pytest.mark.parametrize(
    "code",
    [
        "import gradcam_tf",
        "import gradcam_tf as gct; gct.errors, gct.targets, gct.methods(), gct.GradcamError",
        "import gradcam_tf; dir(gradcam_tf)",
        "import gradcam_tf.explainer, gradcam_tf.explanation, gradcam_tf.export, gradcam_tf.model.open",
        "import gradcam_tf as gct; gct.Explainer, gct.Explanation, gct.open_model, gct.open_image",
        "import gradcam_tf.gui.app",
        "import gradcam_tf.resources",
    ],
)
def test_an_import_brings_nothing_heavy(code: str):
    assert imported_by(code) == []


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["--version"], *([one, "--help"] for one in COMMANDS), ["methods"]],
    ids=" ".join,
)
def test_a_command_that_explains_nothing_brings_nothing_heavy(arguments: list[str]):
    assert imported_by(command(*arguments)) == []


def test_every_public_name_is_there():
    code = """
import gradcam_tf
for name in gradcam_tf.__all__:
    value = getattr(gradcam_tf, name)
    assert value is getattr(gradcam_tf, name), name
assert set(gradcam_tf.__all__) <= set(dir(gradcam_tf))
namespace = {}
exec("from gradcam_tf import *", namespace)
assert set(gradcam_tf.__all__) <= set(namespace)
"""
    imported_by(code)


def test_a_name_that_is_not_there_is_an_attribute_error():
    import gradcam_tf

    with pytest.raises(AttributeError, match="no attribute 'explane'"):
        gradcam_tf.explane  # noqa: B018


@pytest.mark.parametrize("before", ["", "import gradcam_tf.explainer", "import gradcam_tf.methods.cam"])
def test_the_methods_are_listed_whatever_was_imported_before(before: str):
    """The function is called as the package of the methods, which the import of any module in it puts in its place."""
    assert imported_by(f"{before}\nimport gradcam_tf as gct\nassert 'gradcam' in gct.methods()\ngct.Explainer") == []
