"""What the engine's process tells of methods and errors, without TensorFlow; and what it keeps."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from gradcam_tf import registry
from gradcam_tf.errors import GradcamError, MethodError
from gradcam_tf.gui import worker
from gradcam_tf.gui.serving import failure_of
from gradcam_tf.model import savedmodel


def rows():
    return {row.name: row for row in worker.method_rows()}


def test_every_method_is_offered_with_typed_settings():
    assert list(rows()) == list(registry.methods())
    for name, row in rows().items():
        method = registry.get(name)
        assert (row.title, row.summary, row.cost, row.group) == (
            method.title,
            method.summary,
            method.cost,
            method.group,
        )
        assert [setting.name for setting in row.settings] == list(method.settings)
        for setting in row.settings:
            assert setting.default == method.settings[setting.name]
            assert setting.default is None or isinstance(setting.default, worker.KINDS[setting.kind])
            assert setting.kind != "choice" or setting.default in setting.choices
            assert setting.what, (name, setting.name)
            assert "`" not in setting.what


def test_kinds_of_settings_and_their_choices():
    kernel, gamma = rows()["kpca"].settings
    assert (kernel.kind, kernel.choices) == ("choice", ("sigmoid", "rbf", "linear"))
    assert (gamma.kind, gamma.default) == ("number", None)
    assert rows()["eigencam"].settings[0].kind == "switch"
    assert rows()["random"].settings[0].kind == "whole"
    assert rows()["ablationcam"].slow
    assert not rows()["gradcam"].slow


@pytest.mark.parametrize(("name", "value"), [("kernel", "round"), ("kernel", 3), ("gamma", "much"), ("gamma", [1])])
def test_a_setting_of_another_kind_is_refused(name, value):
    with pytest.raises(MethodError):
        worker._typed("kpca", {name: value})


def test_a_whole_number_is_taken_for_a_number():
    assert worker._typed("kpca", {"gamma": 1, "kernel": "rbf"}) == {"gamma": 1.0, "kernel": "rbf"}
    assert type(worker._typed("kpca", {"gamma": 1})["gamma"]) is float


REMEDIES = [
    "Choose a folder you may write to with --out.",
    "Use another folder, or --overwrite (overwrite=True).",
    "A map needs a convolution or another layer that keeps places; see `gradcam-tf layers`.",
    "Nearest: a, b; `gradcam-tf layers` lists them all.",
    "`gradcam-tf methods` lists them all.",
    "Choose a layer before pooling or flattening (`gradcam-tf layers` lists them); if not.",
    "If you trust it, load it in Python and give the model to gradcam_tf.Explainer.",
    savedmodel.ALLOW,
    savedmodel.CONFINE,
]


@pytest.mark.parametrize("remedy", REMEDIES)
def test_remedies_do_not_send_a_person_to_the_command_line(remedy):
    said = failure_of(GradcamError("no", remedy=remedy)).remedy
    assert not re.search(r"--|gradcam-tf|gradcam_tf|\(\)|[;,] *\.", said), said


def test_importing_the_worker_brings_no_tensorflow_before_it_has_said_anything():
    code = "import gradcam_tf.gui.worker, sys; print('tensorflow' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.split() == ["False"]
