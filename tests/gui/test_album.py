"""The list of photos against a plain list, whatever is done to it."""

from __future__ import annotations

import os

from hypothesis import given
from hypothesis import strategies as st

from gradcam_tf.gui.album import Album

names = st.sampled_from([f"/p/{letter}.png" for letter in "abcdefgh"])
steps = st.lists(
    st.tuples(st.just("add"), st.lists(names, max_size=5)) | st.tuples(st.just("remove"), names), max_size=12
)


@given(steps)
def test_it_is_a_list_without_duplicates(done):
    album, plain = Album(), []
    for what, given_ in done:
        if what == "add":
            places = album.add(given_)
            new = [one for one in dict.fromkeys(given_) if one not in plain]
            assert [album.path(album.key_at(place)) for place in places] == [os.path.abspath(one) for one in new]
            plain += new
        else:
            key = album.key_of(given_)
            assert (key is not None) == (given_ in plain)
            album.remove([] if key is None else [key, key, 10**6])
            plain = [one for one in plain if one != given_]
    assert [album.path(key) for key in album] == plain
    assert [album.place_of(key) for key in album] == list(range(len(plain)))
    if plain:
        assert album.near(album.key_at(0), -1) is None
        assert album.near(album.key_at(0), len(plain) - 1) == album.key_at(len(plain) - 1)


def test_a_key_is_never_given_twice():
    album = Album()
    album.add(["/p/a.png"])
    first = album.key_at(0)
    album.remove([first])
    album.add(["/p/a.png"])
    assert album.key_at(0) != first


def test_what_is_known_is_told_once_and_forgotten_with_the_model():
    album = Album()
    album.add(["/p/a.png"])
    key = album.key_at(0)
    assert album.know(key, state="done", label="cat")
    assert not album.know(key, state="done")
    assert not album.know(99, state="done")
    assert album.row(key).label == "cat"
    album.forget()
    assert (album.row(key).state, album.row(key).label) == ("waiting", "")
