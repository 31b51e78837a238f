"""Class names: every kind of file, looked up both ways."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from gradcam_tf.errors import LabelsError, TargetError
from gradcam_tf.model.labels import Labels, beside, imagenet, read

NAMES = ["cat", "dog", "bird"]
WORDNET = {"0": ["n01440764", "tench"], "1": ["n01443537", "great_white_shark"], "2": ["n02119022", "red_fox"]}


def written(path: Path, content: object) -> Path:
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


# ---- files ----


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("lines.txt", "cat\ndog\nbird\n"),
        ("no end of line.txt", "cat\ndog\nbird"),
        ("windows.txt", b"cat\r\ndog\r\nbird\r\n"),
        ("bom.txt", b"\xef\xbb\xbfcat\ndog\nbird\n"),
        ("spaces.txt", "  cat \n\tdog\nbird  \n\n\n"),
        ("labels.csv", "cat\ndog\nbird\n"),
        ("no ending", "cat\ndog\nbird\n"),
        ("list.json", NAMES),
        ("LIST.JSON", NAMES),
        ("bom.json", b"\xef\xbb\xbf" + json.dumps(NAMES).encode()),
        ("lists.json", [["cat"], ["dog"], [" bird "]]),
        ("index.json", {"0": "cat", "1": "dog", "2": "bird"}),
        ("index in any order.json", {"2": "bird", "0": "cat", "1": "dog"}),
        ("class_indices.json", {"dog": 1, "bird": 2, "cat": 0}),
    ],
)
def test_every_kind_of_file(tmp_path: Path, name: str, content: object):
    labels = read(written(tmp_path / name, content))
    assert [labels[i] for i in range(len(labels))] == NAMES
    assert labels == Labels.of(NAMES)


def test_the_class_index_of_keras(tmp_path: Path):
    labels = read(written(tmp_path / "imagenet_class_index.json", WORDNET))
    assert labels == Labels.of(["tench", "great white shark", "red fox"])
    assert read(written(tmp_path / "list.json", list(WORDNET.values()))) == labels


def test_a_list_of_two_names_is_not_taken_for_a_wordnet_entry(tmp_path: Path):
    labels = read(written(tmp_path / "names.json", [["n1", "nose"], ["nothing", "nil"]]))
    assert labels.names == (("n1", "nose"), ("nothing", "nil"))


def test_the_order_of_more_than_ten_classes_is_that_of_the_numbers(tmp_path: Path):
    labels = read(written(tmp_path / "index.json", {str(i): f"name {i}" for i in reversed(range(12))}))
    assert [labels[i] for i in (1, 2, 10)] == ["name 1", "name 2", "name 10"]


def test_names_in_any_script(tmp_path: Path):
    labels = read(written(tmp_path / "names.txt", "crème brûlée\n猫\nСобака\n"))
    assert (labels[1], labels.index("CRÈME BRÛLÉE"), labels.index("собака")) == ("猫", 0, 2)


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("empty.txt", "", "holds no class names"),
        ("blank.txt", "\n\n\n", "holds no class names"),
        ("gap.txt", "cat\n\nbird\n", "class 1 has no name"),
        ("utf16.txt", "cat\n".encode("utf-16"), "'utf-8' codec can't decode"),
        ("latin1.txt", "crème".encode("latin-1"), "'utf-8' codec can't decode"),
        ("broken.json", '["cat", ', "Expecting value"),
        ("deep.json", "[" * 100_000, "recursion"),
        ("number.json", "3", "holds no class names"),
        ("null.json", "null", "holds no class names"),
        ("empty.json", [], "holds no class names"),
        ("empty object.json", {}, "holds no class names"),
        ("numbers.json", [1, 2], "class 0 has no name"),
        ("one number.json", ["cat", 2], "class 1 has no name"),
        ("nested.json", ["cat", [["dog"]]], "class 1 has no name"),
        ("empty name.json", ["cat", " ", "dog"], "class 1 has no name"),
        ("empty names.json", ["cat", []], "class 1 has no name"),
        ("empty among names.json", ["cat", ["dog", ""]], "class 1 has no name"),
        ("gap.json", {"0": "cat", "2": "bird"}, "its class numbers are not 0 to 1, each once"),
        ("from one.json", {"1": "cat", "2": "dog"}, "its class numbers are not 0 to 1, each once"),
        ("negative.json", {"-1": "cat", "0": "dog"}, "its class numbers are not 0 to 1, each once"),
        ("twice.json", {"0": "cat", "1": "dog", "01": "bird"}, "its class numbers are not 0 to 2, each once"),
        ("two of one number.json", {"cat": 0, "kitty": 0}, "its class numbers are not 0 to 1, each once"),
        ("no numbers.json", {"cat": "dog"}, "its keys are no class numbers"),
    ],
)
def test_what_is_no_list_of_names_is_refused(tmp_path: Path, name: str, content: object, what: str):
    path = written(tmp_path / name, content)
    with pytest.raises(LabelsError, match=re.escape(what)) as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert caught.value.remedy
    assert "\n" not in str(caught.value)


def test_a_file_that_cannot_be_read(tmp_path: Path):
    with pytest.raises(LabelsError, match=r"none\.txt: cannot be read: no such file"):
        read(tmp_path / "none.txt")
    with pytest.raises(LabelsError, match="cannot be read: is a directory"):
        read(tmp_path)


# ---- from name to number ----


@pytest.mark.parametrize("name", ["dog", "DOG", " dog ", "hound", "Canis familiaris"])
def test_a_class_is_found_by_any_of_its_names(name: str):
    labels = Labels.of(["cat", ["dog", "hound", "Canis familiaris"], "bird"])
    assert labels.index(name) == 1
    assert labels[1] == "dog"


def test_an_unknown_name_lists_the_nearest():
    labels = Labels.of(["Egyptian cat", "tiger cat", "tabby", "espresso"])
    with pytest.raises(TargetError, match=r"class 'tabbi': no class has this name\. Nearest: tabby\."):
        labels.index("tabbi")
    with pytest.raises(TargetError, match=r"Nearest: Egyptian cat, tiger cat\."):
        labels.index("cat")
    with pytest.raises(TargetError, match=r"class 'zzz': no class has this name\. Give its number instead\."):
        labels.index("zzz")
    with pytest.raises(TargetError, match=r"class '': no class has this name\. Give its number instead\."):
        labels.index("")


def test_of_the_nearest_names_whole_words_come_first():
    labels = Labels.of(["Rana catesbeiana", "polecat", "catamaran", "tiger cat", "Egyptian cat", "wildcat"])
    with pytest.raises(TargetError, match=r"Nearest: tiger cat, Egyptian cat, Rana catesbeiana, catamaran, polecat\."):
        labels.index("cat")
    with pytest.raises(TargetError, match=r"Nearest: tiger cat, Egyptian cat\."):
        labels.index("cats")
    with pytest.raises(TargetError, match=r"Nearest: Egyptian cat\."):
        labels.index("Egyptain")


def test_an_ambiguous_name_lists_the_numbers():
    labels = Labels.of([["crane", "bird"], "dog", ["crane", "machine"]])
    with pytest.raises(TargetError, match=r"2 classes have this name\. Give the number: 0 \(crane, bird\), 2 \(crane"):
        labels.index("Crane")
    assert labels.index("machine") == 2


def test_what_is_shown_can_be_typed():
    """A name shown for one class is that class, though another has it as a further name."""
    labels = Labels.of(["missile", ["projectile", "missile"]])
    assert labels.index("missile") == 0
    assert labels.index("projectile") == 1
    with pytest.raises(TargetError, match="2 classes"):
        Labels.of([["a", "x"], ["b", "x"]]).index("x")


def test_the_number_of_names_must_be_that_of_the_outputs(tmp_path: Path):
    Labels.of(NAMES).check(3)
    with pytest.raises(LabelsError, match=r"^3 class names for a model of 1000 outputs\. Give a file with one name"):
        Labels.of(NAMES).check(1000)
    path = written(tmp_path / "names.txt", "cat\ndog\n")
    with pytest.raises(LabelsError, match=re.escape(f"{path}: 2 class names for a model of 1 output. ")):
        read(path).check(1)


# ---- found without being given ----


def test_names_beside_a_model_file_are_found(tmp_path: Path):
    model = tmp_path / "pets.v2.keras"
    assert beside(model) is None
    written(tmp_path / "pets.v2.labels.txt", "cat\ndog\n")
    assert beside(model) == Labels.of(["cat", "dog"])
    written(tmp_path / "pets.v2.labels.json", ["mouse", "rat"])
    assert beside(model) == Labels.of(["mouse", "rat"])
    written(tmp_path / "pets.v2.labels.json", "{")
    with pytest.raises(LabelsError, match=r"pets\.v2\.labels\.json"):
        beside(model)


def test_imagenet_has_its_names_and_two_cranes():
    labels = imagenet("resnet50", 1000)
    assert labels is not None
    assert len(labels) == 1000
    assert (labels[285], labels[967], labels.index("espresso")) == ("Egyptian cat", "espresso", 967)
    with pytest.raises(TargetError, match=r"2 classes have this name\. Give the number: 134 \(crane.*517 \(crane"):
        labels.index("crane")


def test_imagenets_classes_are_found_by_their_further_names():
    labels = imagenet("efficientnet_lite0", 1000)
    assert labels is not None
    assert labels.index("Tinca tinca") == labels.index("tench") == 0
    assert labels.index("tabby cat") == labels.index("tabby") == 281


def test_a_shown_name_of_imagenet_is_its_class_or_said_to_be_two():
    labels = imagenet("resnet50", 1000)
    assert labels is not None
    ambiguous = set()
    for index in range(1000):
        try:
            assert labels.index(labels[index]) == index
        except TargetError:
            ambiguous.add(labels[index].casefold())
    assert ambiguous == {"crane", "cardigan", "maillot"}


@pytest.mark.parametrize(("name", "classes"), [("resnet50", 10), ("my_model", 1000), ("resnet50_of_mine", 1000)])
def test_only_a_known_model_of_1000_outputs_is_given_imagenets_names(name: str, classes: int):
    assert imagenet(name, classes) is None
