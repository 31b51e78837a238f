"""Write gui/enginewords.py, what the engine may say in the window: ``python tools/make_engine_words.py``.

The engine knows no Qt and speaks English. Its sentences are read off its source: what is filled in becomes ``{name}``,
alternatives become a sentence each. pyside6-lupdate finds them in the file that this writes, and the window knows a
finished sentence again by its pattern (``gui/said.py``).
"""

from __future__ import annotations

import ast
import itertools
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from gradcam_tf import registry  # noqa: E402
from gradcam_tf.gui.serving import for_a_window  # noqa: E402
from gradcam_tf.gui.settingsform import words  # noqa: E402
from gradcam_tf.gui.worker import setting_rows  # noqa: E402

WRITTEN = ROOT / "gui" / "enginewords.py"
SILENT = re.compile(
    r"(cli/\w+|console|cluster|callbacks|comparison|__main__|ahead|sheet|landlock|lazy|provenance|composition|explanation"
    r"|masks|maps|render|runs|batch/\w+|methods/wrappers|supervisor|model/(oldgraph|oldops|budget|given|view)"
    r"|targets/(arguments|choice|values))\.py"
)
"""Modules whose sentences reach no window: nothing in it leads there."""
NAMES_OF_OTHERS = ("NEEDS", "SERIES", "SEAMS", "OF_THE_COMMAND_LINE", "MODULES", "NEEDED", "__all__")
"""Constants that hold words for programmers."""
OF_THE_WINDOW = ("app", "child", "decoder", "engine", "pictures", "project", "serving", "worker")
"""Modules of the window that speak as the engine does, without ``tr``."""
FOR_PROGRAMMERS = re.compile(r"(Value|Type|Key|OS|Runtime|Attribute|NotImplemented|Unidentified\w*|Eval)Error|Garbled")
NOT_SHOWN = re.compile(
    r"compile|match|fullmatch|sub|search|findall|add_argument|ArgumentParser|cast|warn|startswith|print|_refuse"
)
"""What is called with text that is no sentence."""
PLACE = re.compile(r"{\w*}")
REGULAR = re.compile(r"\\[dw]|\(\?|\[\^|\.\*|\|\w|\\\.")
"""What no sentence has, but many a regular expression."""
MOST_ALTERNATIVES = 48
Texts = list[str]


class Reader(ast.NodeVisitor):
    """The sentences of one module."""

    def __init__(self, tree: ast.Module, errors: bool = True):
        self.found: dict[str, None] = {}
        self._names: list[dict[str, list[ast.expr]]] = [_assigned(tree)]
        self._errors = errors
        self.visit(tree)

    # ---- where sentences are ----

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._names.append(_assigned(node))
        for default in (*node.args.defaults, *node.args.kw_defaults):
            if default is not None and not isinstance(default, ast.Constant):
                self.visit(default)
        for statement in node.body:
            self.visit(statement)
        self._names.pop()

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):  # a docstring
            self.visit(node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None and getattr(node.target, "id", "") not in NAMES_OF_OTHERS:
            self.visit(node.value)

    def visit_Assign(self, node: ast.Assign) -> None:
        if not any(getattr(target, "id", "") in NAMES_OF_OTHERS for target in node.targets):
            self.visit(node.value)

    def visit_Call(self, node: ast.Call) -> None:
        name = _called(node.func)
        if FOR_PROGRAMMERS.fullmatch(name) or NOT_SHOWN.fullmatch(name):
            return
        if name.endswith("Error") and not self._errors:
            return
        for part in (*node.args, *(keyword.value for keyword in node.keywords)):
            self._visit_argument(part, told=_speaks(name))
        self.visit(node.func)

    def _visit_argument(self, part: ast.expr, told: bool) -> None:
        if told and isinstance(part, ast.Constant | ast.JoinedStr | ast.IfExp | ast.BinOp):
            for text in self._texts(part):
                self._keep(text, told)
            self._look_inside(part)
        else:
            self.visit(part)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self._keep(_escaped(node.value))

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        for text in self._texts(node):
            self._keep(text)
        self._look_inside(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if isinstance(node.op, ast.Add) and any(map(_is_text, (node.left, node.right))):
            for text in self._texts(node):
                self._keep(text)
            self._look_inside(node)
        else:
            self.generic_visit(node)

    def _look_inside(self, node: ast.expr) -> None:
        """What is filled in may be sentences of its own: in calls, and among the values of a dict."""
        for inner in ast.walk(node):
            if isinstance(inner, ast.Call):
                self.visit_Call(inner)
            elif isinstance(inner, ast.Dict):
                self.generic_visit(inner)

    def _keep(self, text: str, told: bool = False) -> None:
        behind = text.startswith((" ", ";", ","))
        text = ("{before}" if behind else "") + for_a_window(" " * text.startswith(" ") + " ".join(text.split()))
        plain = PLACE.sub("", text)
        prose = " " in text and re.search(r"[a-zA-Z]{2}", plain) if told or "{" in text else _is_sentence(plain)
        # What begins with anything and holds no long word would fit everything.
        if prose and (text[0] != "{" or re.search(r"[a-z]{4}", plain)) and not REGULAR.search(text):
            self.found.setdefault(text)

    # ---- what they say ----

    def _texts(self, node: ast.expr, deep: int = 0) -> Texts:
        """Every text an expression may be, with ``{name}`` for what is not known."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return [_escaped(node.value)]
        if isinstance(node, ast.JoinedStr):
            return _joined([self._texts(part, deep) for part in node.values])
        if isinstance(node, ast.FormattedValue):
            return self._texts(node.value, deep + 1) if node.conversion < 0 else ["'" + _place(node.value) + "'"]
        if isinstance(node, ast.IfExp):
            return [*self._texts(node.body, deep), *self._texts(node.orelse, deep)]
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return _joined([self._texts(node.left, deep), self._texts(node.right, deep)])
        if isinstance(node, ast.Name) and deep:
            for names in reversed(self._names):
                if node.id in names:
                    values = names[node.id]
                    return self._known(values) or [_place(node)]
        return [_place(node)]

    def _known(self, values: list[ast.expr]) -> Texts:
        """The texts of a variable, if it is nothing but a choice of words."""
        texts = []
        for value in values:
            parts = [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]
            if not all(isinstance(part, ast.Constant) and isinstance(part.value, str) for part in parts):
                return []
            texts += [str(part.value) for part in parts if isinstance(part, ast.Constant)]
        return texts


def _is_sentence(text: str) -> bool:
    return bool(re.search(r"[a-zA-Z]{2,}[,:;]? (\w+ )*[a-z]{2,}|\d to -?\d", text))


def _speaks(name: str) -> bool:
    return bool(re.fullmatch(r"\w*Error|Refusal|RefusedModel|Failure|Preprocessing|LayerChoice|\w*[Uu]nfit\w*", name))


def _called(function: ast.expr) -> str:
    return getattr(function, "id", getattr(function, "attr", ""))


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _assigned(owner: ast.Module | ast.FunctionDef) -> dict[str, list[ast.expr]]:
    """What each name is set to in a function or module; of parameters nothing is known."""
    found: dict[str, list[ast.expr]] = {}
    body = ast.walk(owner) if isinstance(owner, ast.FunctionDef) else owner.body
    for node in (one for one in body if isinstance(one, ast.Assign)):
        for name, value in (pair for target in node.targets for pair in _pairs(target, node.value)):
            if isinstance(name, ast.Name):
                found.setdefault(name.id, []).append(value)
    return found


def _pairs(target: ast.expr, value: ast.expr) -> list[tuple[ast.expr, ast.expr]]:
    """Target and value of ``a, b = x, y``, too."""
    if not isinstance(target, ast.Tuple):
        return [(target, value)]
    values = value.elts if isinstance(value, ast.Tuple) else [value] * len(target.elts)
    return list(zip(target.elts, values, strict=False))


def _place(node: ast.expr) -> str:
    """``{name}`` for an expression."""
    for inner in ast.walk(node):
        name = getattr(inner, "attr", None) or getattr(inner, "id", None)
        if name and name not in ("len", "str", "join", "map", "sorted", "sum", "round", "self", "type", "__name__"):
            return "{" + name.strip("_") + "}"
    return "{n}"


def _escaped(text: str) -> str:
    """As a template: ``{0!r}`` of ``str.format`` is filled in, other braces are the sentence's own."""
    parts = re.split(r"{\w*!r}", text)
    return "'{value}'".join(part.replace("{", "(").replace("}", ")") for part in parts)


def _joined(parts: list[Texts]) -> Texts:
    many = list(itertools.islice(itertools.product(*parts), MOST_ALTERNATIVES))
    return ["".join(one) for one in many]


def _numbered(text: str) -> str:
    """No name twice."""
    seen: dict[str, int] = {}

    def once(place: re.Match) -> str:
        name = place[0][1:-1]
        seen[name] = seen.get(name, 0) + 1
        return "{" + (name if seen[name] == 1 else f"{name}{seen[name]}") + "}"

    return PLACE.sub(once, text)


# ---- all of them ----


def of_the_sources() -> Iterator[str]:
    """What errors, notes and reasons are made of."""
    engine = ROOT / "gradcam_tf"
    spoken = [
        path for path in sorted(engine.rglob("*.py")) if not SILENT.fullmatch(path.relative_to(engine).as_posix())
    ]
    for path in [*spoken, *(ROOT / "gui" / f"{name}.py" for name in OF_THE_WINDOW)]:
        # Of the targets the window asks for classes alone, which every model that it opens has.
        yield from Reader(ast.parse(path.read_text()), errors=path.parent.name != "targets").found


def of_the_registry() -> Iterator[str]:
    """What is said of the methods: title, summary, cost, group, and each setting's name and explanation."""
    for method in registry.methods().values():
        yield from (method.title, method.summary, method.cost, method.group)
        for row in setting_rows(method):
            yield from filter(None, (words(row.name), row.what, *row.choices))


def page() -> str:
    """The file as it is to be."""
    found = dict.fromkeys(map(_numbered, (*of_the_registry(), *of_the_sources())))
    lines = "".join(f"    QT_TRANSLATE_NOOP({'engine'!r}, {text!r}),\n" for text in sorted(found)).replace(
        "'engine'", '"engine"'
    )
    return HEAD + lines + TAIL


HEAD = '''"""What the engine may say, for pyside6-lupdate to find; written by ``python tools/make_engine_words.py``."""

# ruff: noqa: E501
# fmt: off

from typing import cast

from PySide6.QtCore import QT_TRANSLATE_NOOP

_MARKED = (
'''
TAIL = ''')
SENTENCES = cast(tuple[str, ...], _MARKED)
"""In the context ``engine``; what is filled in is ``{name}``."""
'''


if __name__ == "__main__":
    WRITTEN.write_text(page())
    print(WRITTEN)
