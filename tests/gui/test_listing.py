"""Which photos are listed, against a slow way to say it, whatever is done to the list."""

from __future__ import annotations

import os

from hypothesis import given
from hypothesis import strategies as st

from gradcam_tf.gui.listing import RANKS, Listing
from gradcam_tf.gui.records import PhotoRow

ORDER = ["failed", "working", "waiting", "done"]
KEYS = st.integers(0, 12)
ROWS = st.builds(
    lambda key, state, label, probability, status, error: PhotoRow(
        key, f"/p{key % 2}/{'abcXYZ'[key % 6]}{key}.png", state, label, probability, status, error
    ),
    KEYS,
    st.sampled_from(ORDER),
    st.sampled_from(["", "cat", "Dog", "ant"]),
    st.none() | st.sampled_from([0.0, 0.25, 1.0]),
    st.sampled_from(["", "ok", "negative"]),
    st.sampled_from(["", "is broken"]),
)
STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "update"]), st.lists(ROWS, max_size=6))
    | st.tuples(st.just("remove"), st.lists(KEYS, max_size=4))
    | st.tuples(st.just("forget"), st.none()),
    max_size=8,
)


def do(plain: dict[int, PhotoRow], what: str, given_) -> None:
    if what == "add":
        for row in given_:
            plain.setdefault(row.key, row)
    elif what == "update":
        plain.update({row.key: row for row in given_ if row.key in plain})
    elif what == "remove":
        for key in given_:
            plain.pop(key, None)
    else:
        plain.update({key: PhotoRow(key, row.path) for key, row in plain.items()})


def slowly(plain: dict[int, PhotoRow], by: str, needle: str) -> list[int]:
    def passes(row: PhotoRow) -> bool:
        texts = (os.path.basename(row.path), row.label, row.error)
        return any(needle in text.casefold() for text in texts) or row.state == "waiting" or row.status == "negative"

    keys = {
        "added": lambda row: 0,
        "name": lambda row: os.path.basename(row.path).casefold(),
        "class": lambda row: (not row.label, row.label.casefold()),
        "probability": lambda row: (row.probability is None, -(row.probability or 0)),
        "status": lambda row: (ORDER.index(row.state), row.status in ("", "ok")),
    }
    return [row.key for row in sorted(filter(passes, plain.values()), key=keys[by])]


@given(STEPS, st.sampled_from(["added", "name", *RANKS]), st.sampled_from(["", "c", "x", "cat", "broken", "zzz"]))
def test_it_lists_what_a_slow_one_lists(steps, by, needle):
    listing, plain = Listing(), {}
    listing.sort_by = by
    listing.find(needle, ["waiting"], ["negative"])
    for what, given_ in steps:
        getattr(listing, what)(*([] if what == "forget" else [given_]))
        do(plain, what, given_)
        assert listing.listed() == slowly(plain, by, needle)
        assert [listing.row(key) for key in plain] == list(plain.values())
    assert len(listing) == len(plain)


def test_what_is_new_and_passes_is_told():
    listing = Listing([PhotoRow(1, "/p/cat.png")])
    listing.find("CAT")
    assert listing.add([PhotoRow(1, "/p/cat.png"), PhotoRow(2, "/p/dog.png"), PhotoRow(3, "/p/Cats.png")]) == [3]
    assert listing.update([PhotoRow(2, "/p/dog.png", "done"), PhotoRow(7, "/p/none.png")]) == [2]
    assert listing.remove([3, 3, 9]) == {3}
