from __future__ import annotations

import numpy as np
import pytest

from gradcam_tf.errors import TargetError
from gradcam_tf.targets import ClassScore, Custom, TopClass, as_target, top

OUTPUTS = np.array([[1.0, 5.0, 3.0], [2.0, 0.0, 2.0]], np.float32)


def scores(target, images=2):
    return target.score(OUTPUTS, *target.arguments(images)).numpy().tolist()


def no_names(name):
    raise TargetError("no names")


def test_class_score_takes_one_class_or_one_each():
    assert scores(ClassScore(1)) == [5.0, 0.0]
    assert scores(ClassScore([2, 0])) == [3.0, 2.0]
    assert ClassScore([2, 0]).classes(OUTPUTS, *ClassScore([2, 0]).arguments(2)) == (2, 0)


@pytest.mark.parametrize(
    ("rank", "values", "classes"), [(1, [5.0, 2.0], (1, 0)), (2, [3.0, 2.0], (2, 2)), (3, [1.0, 0.0], (0, 1))]
)
def test_top_class_ranks_and_breaks_ties_by_the_lower_index(rank, values, classes):
    target = TopClass(rank)
    assert scores(target) == values
    assert target.classes(OUTPUTS, *target.arguments(2)) == classes


def test_top_gives_one_target_a_rank():
    assert top(3) == [TopClass(1), TopClass(2), TopClass(3)]


@pytest.mark.parametrize("target", [ClassScore(3), ClassScore(-1), ClassScore([0, 3]), TopClass(4), TopClass(0)])
def test_a_class_out_of_range_says_how_many_there_are(target):
    with pytest.raises(TargetError, match="the model has 3 classes"):
        target.check(3, 2)


def test_a_wrong_number_of_targets_says_both_numbers():
    with pytest.raises(TargetError, match="3 targets were given for 2 images"):
        ClassScore([0, 1, 2]).check(3, 2)
    with pytest.raises(TargetError, match="1 targets were given for 2 images"):
        ClassScore([0]).check(3, 2)


def test_a_function_must_return_one_score_per_image():
    assert Custom(lambda y: y[:, 0] * 2).score(OUTPUTS).numpy().tolist() == [2.0, 4.0]

    def my_score(y):
        return y

    with pytest.raises(TargetError, match=r"my_score: .* returned shape \(2, 3\)"):
        Custom(my_score).score(OUTPUTS)


class TestAsTarget:
    def test_what_it_understands(self):
        function = np.sum
        assert as_target(None, no_names) == TopClass()
        assert as_target(4, no_names) == as_target(np.int64(4), no_names) == ClassScore(4)
        assert as_target("tabby", {"tabby": 7}.__getitem__) == ClassScore(7)
        assert as_target([1, "tabby"], {"tabby": 7}.__getitem__) == ClassScore([1, 7])
        assert as_target(np.array([1, 2]), no_names) == ClassScore([1, 2])
        assert as_target(function, no_names) == Custom(function)
        assert as_target(TopClass(2, "probability"), no_names) == TopClass(2, "probability")

    @pytest.mark.parametrize("spec", [1.5, True, {"a": 1}, [1.5], [True], b"cat"])
    def test_what_it_does_not(self, spec):
        with pytest.raises(TargetError):
            as_target(spec, no_names)
