"""A process that does what it should, dies, hangs or lies: the one who asked is told once, and lives on."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from gradcam_tf.gui.child import Child, Request

HERE = Path(__file__).parent
WAIT = 120_000


def child_of(script: str, *arguments: str) -> Child:
    return Child([sys.executable, str(HERE / script), *arguments], "the engine")


@pytest.fixture
def fake(qtbot):
    child = child_of("fake_engine.py")
    child.start()
    yield child
    child.stop()


class Asked:
    """What became of a request."""

    def __init__(self, child: Child, do: str, arguments: dict, **options):
        self.ends: list = []
        self.progress: list = []
        self.request = Request(
            do,
            arguments,
            options.pop("subject", "the photo x"),
            lambda content, arrays: self.ends.append((content, arrays)),
            lambda failure: self.ends.append(failure),
            lambda *how: self.progress.append(how),
            lambda: self.ends.append("cancelled"),
            **options,
        )
        child.ask(self.request)

    def wait(self, qtbot):
        qtbot.waitUntil(lambda: bool(self.ends), timeout=WAIT)
        qtbot.wait(20)
        assert len(self.ends) == 1
        return self.ends[0]


def opening(child: Child, path: str = "") -> Asked:
    return Asked(child, "open", {"source": {"path": path}}, subject=f"the model {path}")


def explaining(child: Child, path: str, **options) -> Asked:
    question = {"target": "auto", "index": None, "layer": "auto"}
    return Asked(child, "explain", {"photo": 1, "path": path, "question": question, "keep": True}, **options)


def test_a_request_before_the_start_is_answered_after_it(fake, qtbot):
    asked = opening(fake)
    assert fake.state == "starting"
    content, _ = asked.wait(qtbot)
    assert content["name"] == "fake"
    assert fake.state == "ready"


def test_arrays_arrive_and_their_files_go(fake, qtbot):
    opening(fake)
    _, arrays = explaining(fake, "a.png").wait(qtbot)
    assert arrays["heat"].shape == (4, 4)
    assert os.listdir(fake._folder) == []


def test_the_folder_is_private_and_gone_at_the_end(fake, qtbot):
    opening(fake).wait(qtbot)
    folder = Path(fake._folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    fake.stop()
    qtbot.waitUntil(lambda: not folder.exists(), timeout=WAIT)


def test_what_libraries_print_is_no_message(fake, qtbot):
    opening(fake)
    content, _ = explaining(fake, "noisy.png").wait(qtbot)
    assert content["title"] == "bee"


def test_an_error_is_a_failure_with_what_where_and_remedy(fake, qtbot):
    opening(fake)
    failure = explaining(fake, "bad.png").wait(qtbot)
    assert (failure.what, failure.where, failure.remedy) == ("it is bad", "bad.png", "Take another.")


def test_an_unexpected_error_is_words_with_the_traceback_as_detail(fake, qtbot):
    opening(fake)
    failure = explaining(fake, "crash.png").wait(qtbot)
    assert "ZeroDivisionError: by nothing" in failure.what
    assert "Traceback" not in failure.what
    assert failure.detail.startswith("Traceback")
    assert failure.remedy


class TestCancel:
    def test_between_steps_and_the_process_lives(self, fake, qtbot):
        opening(fake)
        asked = explaining(fake, "slow.png")
        qtbot.waitUntil(lambda: len(asked.progress) > 2, timeout=WAIT)
        pid, began = fake.pid, time.monotonic()
        fake.cancel(asked.request, patience=30)
        assert asked.wait(qtbot) == "cancelled"
        assert time.monotonic() - began < 5
        assert fake.pid == pid

    def test_what_cannot_be_stopped_is_killed_and_started_again(self, fake, qtbot):
        opening(fake).wait(qtbot)
        asked = explaining(fake, "stuck.png")
        qtbot.waitUntil(lambda: fake._running is asked.request, timeout=WAIT)
        pid = fake.pid
        fake.cancel(asked.request)
        assert asked.wait(qtbot) == "cancelled"
        qtbot.waitUntil(lambda: fake.state == "ready", timeout=WAIT)
        assert fake.pid != pid
        assert opening(fake).wait(qtbot)[0]["name"] == "fake"

    def test_what_has_not_been_sent_is_forgotten(self, fake, qtbot):
        asked = opening(fake)
        fake.cancel(asked.request)
        assert asked.wait(qtbot) == "cancelled"

    def test_what_waits_behind_another_is_cancelled_at_once(self, fake, qtbot):
        opening(fake)
        running, waiting = explaining(fake, "slow.png"), explaining(fake, "b.png")
        qtbot.waitUntil(lambda: bool(running.progress), timeout=WAIT)
        fake.cancel(waiting.request, patience=30)
        assert waiting.wait(qtbot) == "cancelled"
        fake.cancel(running.request, patience=30)
        assert running.wait(qtbot) == "cancelled"

    def test_twice_or_too_late_is_nothing(self, fake, qtbot):
        asked = opening(fake)
        asked.wait(qtbot)
        fake.cancel(asked.request)
        fake.cancel(asked.request)
        qtbot.wait(300)
        assert len(asked.ends) == 1
        assert fake.state == "ready"


def test_an_urgent_request_is_served_between_the_steps_of_another(fake, qtbot):
    opening(fake)
    slow = explaining(fake, "slow.png", urgent=False)
    qtbot.waitUntil(lambda: bool(slow.progress), timeout=WAIT)
    explaining(fake, "b.png").wait(qtbot)
    assert not slow.ends


class TestDeath:
    def test_while_idle_is_said_and_mended(self, fake, qtbot):
        opening(fake).wait(qtbot)
        pid = fake.pid
        with qtbot.waitSignal(fake.died, timeout=WAIT) as died:
            os.kill(pid, signal.SIGKILL)
        assert "ended by the system" in died.args[0].what
        qtbot.waitUntil(lambda: fake.state == "ready", timeout=WAIT)
        assert fake.pid not in (0, pid)

    def test_once_the_request_is_repeated(self, fake, qtbot, tmp_path):
        fake.prologue = lambda: opening(fake)
        opening(fake)
        died = []
        fake.died.connect(died.append)
        content, _ = explaining(fake, str(tmp_path / "dies-once.png")).wait(qtbot)
        assert content["title"] == "bee"
        assert len(died) == 1

    def test_twice_the_photo_is_named_and_the_others_are_answered(self, fake, qtbot):
        fake.prologue = lambda: opening(fake)
        opening(fake)
        bad = explaining(fake, "dies.png", subject="the photo dies.png")
        good = explaining(fake, "b.png")
        failure = bad.wait(qtbot)
        assert failure.where == "the photo dies.png"
        assert "twice" in failure.remedy
        assert good.wait(qtbot)[0]["title"] == "bee"

    def test_at_every_start_it_is_given_up_and_said(self, qtbot):
        child = Child([sys.executable, "-c", "import sys; sys.exit('no module named tensorflow')"], "the engine")
        child.start()
        failure = opening(child).wait(qtbot)
        assert child.state == "broken"
        assert "does not run" in failure.what
        assert "no module named tensorflow" in failure.detail
        assert "does not run" in opening(child).wait(qtbot).what
        child.stop()

    def test_a_program_that_is_not_there_is_said(self, qtbot):
        child = Child(["/no/such/program"], "the engine")
        child.start()
        assert "does not run" in opening(child).wait(qtbot).what
        child.stop()

    def test_a_broken_one_can_be_started_again(self, qtbot):
        child = Child(["/no/such/program"], "the engine")
        child.start()
        opening(child).wait(qtbot)
        child.command = [sys.executable, str(HERE / "fake_engine.py")]
        child.restart()
        assert opening(child).wait(qtbot)[0]["name"] == "fake"
        child.stop()

    def test_one_that_never_ends_is_made_to(self, fake, qtbot):
        opening(fake).wait(qtbot)
        failure = explaining(fake, "stuck.png", limit=0.3).wait(qtbot)
        assert "busy for more than" in failure.what
        assert failure.where == "the photo x"

    def test_the_child_ends_when_the_window_does(self, fake, qtbot):
        opening(fake).wait(qtbot)
        pid = fake.pid
        fake._process.closeWriteChannel()  # as when this process is gone
        qtbot.waitUntil(lambda: fake.pid != pid, timeout=WAIT)


NONSENSE = [
    "words",
    "bytes",
    "deep",
    "nan",
    "list",
    "kind",
    "unknown-id",
    "second-ready",
    "huge-number",
    "no-end",
    "silent-end",
]


@pytest.mark.parametrize("say", NONSENSE)
def test_a_line_that_makes_no_sense_is_a_failure_and_a_new_process(say, qtbot):
    child = child_of("hostile_child.py", say)
    died = []
    child.died.connect(died.append)
    child.start()
    # Whoever is running is repeated once; the first line is never "begun", so it is the process that is given up.
    failure = Asked(child, "pixels", {}).wait(qtbot)
    assert failure.what.startswith("the engine")
    assert child.state == "broken"
    assert died
    child.stop()


@pytest.mark.parametrize(
    "say",
    [
        "other-file",
        "no-file",
        "absurd-size",
        "negative-size",
        "short-file",
        "link",
        "pipe",
        "folder",
    ],
)
def test_an_array_that_is_not_there_is_a_failure_of_that_request_alone(say, qtbot):
    child = child_of("hostile_child.py", say)
    child.start()
    failure = Asked(child, "pixels", {}).wait(qtbot)
    assert "makes no sense" in failure.what
    assert failure.where == "the photo x"
    assert child.state == "ready"
    child.stop()


def test_a_large_array_is_fetched_without_a_stall(qtbot, tmp_path):
    script = tmp_path / "large.py"
    script.write_text(
        "import sys, numpy as np\n"
        "from gradcam_tf.gui.serving import Done, serve\n"
        "pixels = np.full((8192, 8192, 3), 7, np.uint8)\n"
        "serve({'pixels': lambda task: Done({}, {'pixels': pixels})}, dict, sys.argv[-1])\n"
    )
    child = Child([sys.executable, str(script)], "the reader")
    child.start()
    _, arrays = Asked(child, "pixels", {}).wait(qtbot)
    assert arrays["pixels"].shape == (8192, 8192, 3)
    assert np.all(arrays["pixels"][::512] == 7)
    child.stop()
