"""What the engine says, in the language of the window.

The engine knows no Qt and speaks English. Its finished sentences are known again by their patterns, which
``tools/make_engine_words.py`` reads off its source, and said anew by ``QCoreApplication.translate``. What is known by
no pattern, or has no translation, stays as it is: nothing is ever lost. See ADR 9.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from PySide6.QtCore import QCoreApplication

from .enginewords import SENTENCES
from .records import Answer, ClassRow, Delivery, Failure, Glance, LayerRow, MethodRow, ModelCard, SettingRow

__all__ = ["forget", "said", "said_answer", "said_card", "said_delivery", "said_failure", "said_glance"]

CONTEXT = "engine"
LONGEST = 2000
"""Characters: a longer text is no sentence. It may come from an engine that opened a hostile file."""
DEEPEST = 3
"""A sentence that is filled into another may be filled itself."""
MOST_PARTS, LONGEST_SUBJECT = 12, 8
PREDICATES = (
    *("is ", "has ", "have ", "holds ", "names ", "cannot ", "does ", "was ", "reads ", "needs ", "gives ", "crashed "),
    *("ended ", "said ", "says ", "reaches ", "lies ", "begins ", "goes ", "unpacks ", "unpack ", "works ", "must "),
)
"""How what is said of something begins: a name that ends like a sentence is none."""
PLACE = re.compile(r"{(\w+)}")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A sentence with places to fill in: ``literals`` stand around and between ``names``."""

    text: str
    literals: tuple[str, ...]
    names: tuple[str, ...]

    def match(self, text: str) -> dict[str, str] | None:
        """What is filled in; the first of several ways. Linear: whatever the text is, it takes no longer."""
        first, last = self.literals[0], self.literals[-1]
        if not (text.startswith(first) and text.endswith(last) and len(text) >= len(first) + len(last)):
            return None
        found, at, end = [], len(first), len(text) - len(last)
        for literal in self.literals[1:-1]:
            place = text.find(literal, at, end)
            if place < 0:
                return None
            found.append(text[at:place])
            at = place + len(literal)
        return dict(zip(self.names, [*found, text[at:end]], strict=True))


@functools.cache
def _patterns() -> tuple[frozenset[str], tuple[Pattern, ...]]:
    """The sentences that are always the same, and the others: those that say most themselves come first."""
    parts = {text: PLACE.split(text) for text in SENTENCES}
    made = [Pattern(text, tuple(some[::2]), tuple(some[1::2])) for text, some in parts.items() if len(some) > 1]
    made.sort(key=lambda one: -sum(map(len, one.literals)))
    return frozenset(text for text, some in parts.items() if len(some) == 1), tuple(made)


@functools.lru_cache(4096)
def said(text: str) -> str:
    """A sentence of the engine, or several, as the window says it."""
    return _said(text, DEEPEST)


def forget() -> None:
    """The language is another."""
    said.cache_clear()


def _said(text: str, deep: int) -> str:
    whole = _as_one(text, deep)
    if whole is not None or deep <= 0:
        return whole or text
    for joint in (". ", "; ", ", "):
        parts = text.split(joint)
        if 1 < len(parts) <= MOST_PARTS and any(_as_one(part, 0) is not None for part in parts):
            return joint.join(_said(part, deep - 1) for part in parts)
    return _read_on(text, deep)


def _read_on(text: str, deep: int) -> str:
    """What is said behind its subject: ``dense_1/config is a Lambda layer, …``."""
    words = text.split(" ")
    for place in range(1, min(len(words) - 1, LONGEST_SUBJECT) + 1):
        predicate = " ".join(words[place:])
        found = _as_one(predicate, deep) if predicate.startswith(PREDICATES) else None
        if found is not None:
            return f"{_said(' '.join(words[:place]), deep - 1)} {found}"
    return text


def _as_one(text: str, deep: int) -> str | None:
    """A whole sentence, with or without its full stop; None if it is none that is known."""
    if len(text) > LONGEST or not text.strip():
        return None
    for body, end in _ends(text):
        fixed, patterns = _patterns()
        if body in fixed:
            return QCoreApplication.translate(CONTEXT, body) + end
        for pattern in patterns:
            filled = pattern.match(body)
            if filled is not None:
                return _filled(QCoreApplication.translate(CONTEXT, pattern.text), filled, deep) + end
    return None


def _ends(text: str) -> Iterator[tuple[str, str]]:
    yield text, ""
    if text.endswith("."):
        yield text[:-1], "."
    else:
        yield f"{text}.", ""


def _filled(sentence: str, values: dict[str, str], deep: int) -> str:
    """Values of more than one word may be sentences themselves; a name alone is left as it is."""

    def value(place: re.Match) -> str:
        given = values.get(place[1], place[0])
        return _said(given, deep - 1) if deep > 0 and " " in given else given

    return PLACE.sub(value, sentence)


# ---- records ----


def said_failure(failure: Failure) -> Failure:
    """The same in the language of the window; what the engine said itself is kept for whoever is asked for help."""
    what, where, remedy = said(failure.what), said(failure.where), said(failure.remedy)
    english = " ".join(filter(None, (failure.where and f"{failure.where}:", failure.what)))
    detail = "\n".join(map(said, failure.detail.splitlines())) if failure.trust else failure.detail
    if what != failure.what:
        detail = "\n".join(filter(None, (detail, english)))
    return replace(failure, what=what, where=where, remedy=remedy, detail=detail)


def said_delivery(delivery: Delivery) -> Delivery:
    """What is said of the photos that could not be written."""
    failures = tuple((place, said_failure(failure)) for place, failure in delivery.failures)
    return replace(delivery, failures=failures) if failures else delivery


def said_glance(glance: Glance) -> Glance:
    """What is said of a photo in the list."""
    return replace(
        glance,
        best=glance.best and _row(glance.best),
        failure=glance.failure and said_failure(glance.failure),
    )


def said_card(card: ModelCard) -> ModelCard:
    """What is said of a model, its layers and the methods."""
    return replace(
        card,
        classes=card.classes if card.named else tuple(map(_class, card.classes)),
        preprocessing_reason=said(card.preprocessing_reason),
        layers=tuple(map(_layer, card.layers)),
        layer_reason=said(card.layer_reason),
        methods=tuple(map(_method, card.methods)),
        notes=tuple(map(said, card.notes)),
    )


def said_answer(answer: Answer) -> Answer:
    """What is said of a map."""
    title, comma, share = answer.title.rpartition(", ")
    alone = not re.fullmatch(r"\d+ %", share)
    return replace(
        answer,
        reason=said(answer.reason),
        title=said(answer.title) if alone else f"{said(title)}{comma}{share}",
        layer_reason=said(answer.layer_reason),
        classes=tuple(map(_row, answer.classes)),
        notes=tuple(map(said, answer.notes)),
    )


NUMBER = re.compile(r"class (\d+)")
"""What the engine calls a class without a name; there are thousands of them."""


def _class(label: str) -> str:
    number = NUMBER.fullmatch(label)
    return label if number is None else QCoreApplication.translate(CONTEXT, "class {index}").format(index=number[1])


def _row(row: ClassRow) -> ClassRow:
    label = _class(row.label)
    return row if label == row.label else replace(row, label=label)


def _layer(row: LayerRow) -> LayerRow:
    return replace(row, reason=said(row.reason)) if row.reason else row


def _method(row: MethodRow) -> MethodRow:
    return replace(
        row,
        title=said(row.title),
        summary=said(row.summary),
        group=said(row.group),
        cost=said(row.cost),
        settings=tuple(map(_setting, row.settings)),
        unfit=said(row.unfit),
    )


def _setting(row: SettingRow) -> SettingRow:
    return replace(row, what=said(row.what))
