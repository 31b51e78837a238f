from __future__ import annotations

import subprocess
import sys

import pytest

from gradcam_tf import registry
from gradcam_tf.errors import MethodError


def test_gradcam_is_registered_with_what_is_to_be_known():
    gradcam = registry.get("gradcam")
    assert gradcam.needs == ("activations", "gradients")
    assert gradcam.title == "Grad-CAM"
    assert "1610.02391" in gradcam.paper
    assert gradcam.summary.startswith("Where the channels")


def test_an_unknown_method_lists_the_nearest():
    with pytest.raises(MethodError, match=r"method 'grad-cam': there is no method of this name. Nearest: gradcam"):
        registry.get("grad-cam")


def test_a_method_that_asks_for_something_unknown_is_refused():
    with pytest.raises(ValueError, match=r"needs \['weather'\]"):

        @registry.method(name="bad", title="Bad", paper="", cost="")
        def bad(weather): ...


def test_two_methods_of_one_name_are_refused():
    with pytest.raises(ValueError, match="two methods are called 'gradcam'"):

        @registry.method(name="gradcam", title="Again", paper="", cost="")
        def again(activations): ...


def test_settings_are_the_keyword_parameters(monkeypatch):
    monkeypatch.setattr(registry, "_methods", {})

    @registry.method(name="new", title="New", paper="", cost="")
    def new(activations, gradients, *, chunk=32): ...

    assert registry._methods["new"].settings == {"chunk": 32}
    assert registry._methods["new"].needs == ("activations", "gradients")


def test_a_setting_can_be_changed_and_an_unknown_one_cannot():
    fem = registry.get("fem")
    strict = fem.configured({"k": 3.0})
    assert strict.settings == {"k": 3.0}
    assert strict.key != fem.key
    assert fem.configured({}).key == fem.key
    assert fem.settings == {"k": 2.0}
    with pytest.raises(MethodError, match=r"method 'fem': has no setting 'sigma'\. It has: k\."):
        fem.configured({"sigma": 1})


def test_the_order_does_not_depend_on_what_was_loaded_first():
    first = "from gradcam_tf.methods import pixel; from gradcam_tf import registry; print(*registry.methods())"
    done = subprocess.run([sys.executable, "-c", first], capture_output=True, text=True, check=True)
    assert done.stdout.split() == list(registry.methods())
    assert next(iter(registry.methods())) == "gradcam"
