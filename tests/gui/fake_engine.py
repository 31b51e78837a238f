"""A stand-in for the engine's process: answers at once, or does what the name of the photo or model says.

slow…      takes ten seconds, in steps of 10 ms
stuck…     takes ten seconds in one step
dies…      ends by SIGKILL, every time
dies-once… ends by SIGKILL unless the file exists; it makes it
bad…       fails, with words
refused…   a model that is opened only if it is trusted
crash…     fails unexpectedly
strange…   sends what no engine would: the rest of the name says what
"""

from __future__ import annotations

import hashlib
import os
import signal
import sys
import time
from pathlib import Path

import numpy as np

from gradcam_tf.errors import ModelError, Refusal, RefusedModel
from gradcam_tf.gui.serving import Done, serve

SHA = "ab" * 32
CLASSES = ["ant", "bee", "cat"]
METHODS = ["gradcam", "layercam", "slowcam"]


class Fake:
    model = None

    def open(self, task):
        path = task.arguments["source"]["path"]
        yield from self.obey(path, task)
        if os.path.basename(path).startswith("refused") and task.arguments["trust"] != SHA:
            raise RefusedModel([Refusal("gate", "holds code", "Do not", trustable=True)], sha256=SHA, where=path)
        self.model = path
        if "strange" in path:
            return Done({"name": 3})
        return Done(card(path))

    def explain(self, task):
        path, question = task.arguments["path"], task.arguments["question"]
        if self.model is None:
            raise ModelError("no model is open")
        yield from self.obey(path, task)
        content, arrays = answer(task.arguments["photo"], question, self.model), maps()
        name = os.path.basename(path)
        if name.startswith("strange"):
            change(os.path.splitext(name)[0].removeprefix("strange-"), content, arrays)
        return Done(content, arrays)

    def overview(self, task):
        glances = []
        for done, path in enumerate(task.arguments["paths"], 1):
            best, failure = {"index": 1, "label": CLASSES[1], "score": 1.0, "probability": 0.5}, None
            try:
                yield from self.obey(path, task)
            except ModelError as error:
                best, failure = None, {"what": error.what}
            glances.append({"status": "ok", "best": best, "failure": failure})
            task.step(done, len(task.arguments["paths"]), path)
            yield
        return Done({"glances": glances[: -1 if "strange" in path else None]})

    def write(self, task):
        paths, failures = task.arguments["paths"], []
        folder = Path(task.arguments["order"]["folder"])
        for place, path in enumerate(paths):
            try:
                yield from self.obey(path, task)
                (folder / f"{place}.txt").write_text(path)
            except ModelError as error:
                failures.append((place, {"what": error.what}))
            task.step(place + 1, len(paths), path)
            yield
        return Done({"folder": str(folder), "written": len(paths) - len(failures), "failures": failures})

    def obey(self, path, task):
        name = os.path.basename(path)
        if name.startswith("slow"):
            for step in range(1000):
                task.step(step, 1000)
                time.sleep(0.01)
                yield
        elif name.startswith("stuck"):
            time.sleep(10)
        elif name.startswith("dies-once"):
            if not os.path.exists(path):
                Path(path).touch()
                os.kill(os.getpid(), signal.SIGKILL)
        elif name.startswith("dies"):
            os.kill(os.getpid(), signal.SIGKILL)
        elif name.startswith("bad"):
            raise ModelError("it is bad", where=path, remedy="Take another.")
        elif name.startswith("crash"):
            raise ZeroDivisionError("by nothing")
        elif name.startswith("noisy"):
            print("this goes nowhere")
            os.write(1, b"nor does this\n")


def card(path):
    return {
        "name": "fake",
        "path": path,
        "sha256": hashlib.sha256(path.encode(errors="surrogateescape")).hexdigest(),
        "input_shape": [8, 8, 3],
        "activation": "softmax",
        "classes": CLASSES,
        "named": True,
        "preprocessing": "unit",
        "preprocessing_reason": "told",
        "preprocessing_known": True,
        "layers": [
            {"name": "one", "kind": "Conv2D", "shape": [4, 4, 2], "depth": 1, "rank": 2},
            {"name": "between", "kind": "Dropout", "shape": [4, 4, 2], "depth": 1},
            {"name": "two", "kind": "Conv2D", "shape": [2, 2, 2], "depth": 1, "rank": 1, "reason": "the last"},
        ],
        "layer": "two",
        "layer_reason": "the last",
        "methods": [
            {
                "name": name,
                "title": name,
                "summary": "",
                "group": "",
                "cost": "",
                "paper": "",
                "slow": name == "slowcam",
            }
            for name in METHODS
        ],
    }


def answer(photo, question, model):
    index = 1 if question["index"] is None else question["index"]
    order = [1, 2, 0]
    return {
        "photo": photo,
        "question": question,
        "box": [0, 0, 10, 10],
        "highest": 2.0,
        "lowest": -1.0,
        "strongest": 1.0,
        "status": "ok",
        "reason": "",
        "title": CLASSES[index],
        "layer": "two" if question["layer"] == "auto" else question["layer"],
        "layer_reason": model,
        "classes": [{"index": i, "label": CLASSES[i], "score": 1.0, "probability": 0.5} for i in order],
        "seconds": 0.014,
        "device": "CPU",
    }


def maps():
    heat = np.linspace(0, 1, 16, dtype=np.float32).reshape(4, 4)
    return {"heat": heat, "signed": heat * 2 - 1}


def change(how, content, arrays):
    if how == "nan":
        arrays["heat"][1, 1] = np.nan
    elif how == "range":
        arrays["signed"] *= 3
    elif how == "shape":
        arrays["heat"] = arrays["heat"][:2]
    elif how == "dtype":
        arrays["heat"] = (arrays["heat"] * 255).astype(np.uint8)
    elif how == "lacks":
        del arrays["heat"]
    elif how == "photo":
        content["photo"] += 1000
    elif how == "box":
        content["box"] = [5, 5, 1, 1]
    elif how == "field":
        content["title"] = {"no": "text"}
    elif how == "probability":
        content["classes"][0]["probability"] = 7.5
    else:
        raise ValueError(how)


if __name__ == "__main__":
    fake = Fake()
    handlers = {"open": fake.open, "explain": fake.explain, "overview": fake.overview, "write": fake.write}
    serve(handlers, lambda: {"device": "CPU", "tensorflow": "none"}, sys.argv[-1])
