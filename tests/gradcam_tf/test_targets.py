from __future__ import annotations

import doctest
import importlib
import pkgutil

import numpy as np
import pytest
import tensorflow as tf

from gradcam_tf import targets
from gradcam_tf.errors import LabelsError, TargetError
from gradcam_tf.targets import (
    AnchorsInBox,
    Box,
    Channel,
    ClassScore,
    Combination,
    ContrastNext,
    Custom,
    DominantClass,
    LabelsAbove,
    LargestOutput,
    Neuron,
    Pixels,
    PredictedPixels,
    Sigmoid,
    Similarity,
    TopClass,
    Value,
    as_target,
    automatic,
    contrast,
    labels_above,
    top,
)

OUTPUTS = np.array([[1.0, 5.0, 3.0], [2.0, 0.0, 2.0]], np.float32)
ANIMALS = ["ant", "bee", "cat", "dog", "elk", "fox", "gnu"]
ROW, GRID, BOXES = (7,), (4, 5, 3), (6, 3)
MASK = np.arange(20).reshape(4, 5) % 3 == 0
ANCHORS = np.array([[0, 0, 0.5, 0.5], [0.4, 0.4, 1, 1], [0, 0.6, 0.3, 1]] * 2)

EVERY = {
    "class": (ClassScore(3), ROW),
    "class of a probability": (ClassScore(3, "probability"), ROW),
    "classes": (ClassScore([3, 0, 6]), ROW),
    "top class": (TopClass(2), ROW),
    "largest output": (LargestOutput(), ROW),
    "labels above": (LabelsAbove(), ROW),
    "contrast": (contrast(2, [0, 1, 3]), ROW),
    "contrast with the next": (ContrastNext(3, [0, 1, 2]), ROW),
    "contrast of the top class": (ContrastNext(2), ROW),
    "sigmoid": (Sigmoid(), (1,)),
    "sigmoid probability": (Sigmoid(["negative", "predicted", "positive"], [0, 1, 2], "probability"), ROW),
    "value": (Value(["down", "up", "down"], [0, 1, 2]), ROW),
    "similarity": (Similarity(np.arange(21.0).reshape(3, 7) + 1), ROW),
    "neuron": (Neuron([(0, 1, 2), (3, 4, 0), (1, 1, 1)]), GRID),
    "channel": (Channel([0, 1, 2]), GRID),
    "pixels": (Pixels([0, 1, 2], [MASK, ~MASK, MASK]), GRID),
    "predicted pixels": (PredictedPixels([0, 1, 2]), GRID),
    "predicted pixels of a sigmoid": (PredictedPixels([0, 1, 2], "sigmoid"), GRID),
    "dominant class": (DominantClass(), GRID),
    "dominant class of a sigmoid": (DominantClass("sigmoid"), GRID),
    "box": (Box([0, 1, 2], [(0, 0, 0.5, 0.5), (0.2, 0, 1, 0.7), (0.9, 0.9, 1, 1)]), GRID),
    "anchors in a box": (AnchorsInBox([0, 1, 2], [(0, 0, 0.5, 0.5), (0, 0, 1, 1), (0.6, 0.6, 1, 1)], ANCHORS), BOXES),
    "custom": (Custom(lambda y: y[:, 2] ** 2), ROW),
    "combination": (-(TopClass() + 2 * ClassScore([4, 5, 6])) - Value("down", [1, 2, 3]), ROW),
}
every = pytest.mark.parametrize(("target", "shape"), EVERY.values(), ids=EVERY)


def scores(target, images=2):
    return target.score(OUTPUTS, *target.arguments(images)).numpy().tolist()


def phrases(target, outputs, name=ANIMALS.__getitem__):
    return target.describe(outputs, *target.arguments(len(outputs)), name=name)


def classes(target, outputs):
    return target.classes(outputs, *target.arguments(len(outputs)))


def gradients(target, outputs):
    with tf.GradientTape() as tape:
        given = tf.constant(outputs)
        tape.watch(given)
        score = target.score(given, *target.arguments(len(outputs)))
    return tf.convert_to_tensor(tape.gradient(score, given)).numpy()


def no_names(name):
    raise LabelsError("no names")


class TestEvery:
    """What holds of every kind of target."""

    @every
    def test_gives_one_score_class_and_phrase_per_image(self, rng, target, shape):
        outputs = rng.normal(size=(3, *shape)).astype(np.float32)
        arguments = target.arguments(3)
        target.check((None, *shape), 3)
        target.check((3, *(None for _ in shape)), 3)
        assert len(arguments) == target.parameters
        assert all(len(array) == 3 for array in arguments)
        assert target.score(outputs, *arguments).shape == (3,)
        assert len(target.classes(outputs, *arguments)) == len(target.describe(outputs, *arguments)) == 3
        assert all(type(index) in (int, type(None)) for index in target.classes(outputs, *arguments))
        assert target.kind
        hash(target.key)

    @every
    def test_settled_it_scores_the_same_and_chooses_no_more(self, rng, target, shape):
        """The score of what was chosen is linear in the outputs, unless the target itself is not."""
        outputs, other = rng.normal(size=(2, 3, *shape)).astype(np.float32)
        settled, arguments = target.settled(outputs, *target.arguments(3))
        np.testing.assert_allclose(
            settled.score(outputs, *arguments), target.score(outputs, *target.arguments(3)), rtol=1e-5
        )
        assert len(arguments) == settled.parameters
        if target.kind in ("custom", "similarity") or (target.kind, target.space) == ("sigmoid", "probability"):
            return
        both = settled.score(outputs + other, *arguments)
        apart = settled.score(outputs, *arguments) + settled.score(other, *arguments)
        np.testing.assert_allclose(both, apart, rtol=1e-4, atol=1e-4)

    @every
    def test_a_batch_is_its_images(self, rng, target, shape):
        outputs, arguments = rng.normal(size=(3, *shape)).astype(np.float32), target.arguments(3)
        whole = target.score(outputs, *arguments)
        for i in range(3):
            part, rows = outputs[i : i + 1], [array[i : i + 1] for array in arguments]
            np.testing.assert_allclose(target.score(part, *rows)[0], whole[i], rtol=1e-6)
            assert target.classes(part, *rows)[0] == target.classes(outputs, *arguments)[i]
            assert target.describe(part, *rows)[0] == target.describe(outputs, *arguments)[i]

    @every
    def test_traced_for_any_batch_it_is_the_same(self, rng, target, shape):
        traced = tf.function(target.score, autograph=False).get_concrete_function(
            tf.TensorSpec((None, *shape), tf.float32),
            *(tf.TensorSpec((None, *array.shape[1:]), array.dtype) for array in target.arguments(3)),
        )
        outputs, arguments = rng.normal(size=(3, *shape)).astype(np.float32), target.arguments(3)
        for size in (3, 1):
            part = tf.constant(outputs[:size]), *(tf.constant(array[:size]) for array in arguments)
            np.testing.assert_allclose(traced(*part), target.score(outputs, *arguments)[:size], rtol=1e-6)

    @every
    def test_its_gradient_is_the_slope_of_its_score(self, rng, target, shape):
        # Of what is chosen by the output (the top class, a side, the pixels) the choice is constant: a small step,
        # away from ties, does not change it.
        if target.space == "probability":
            outputs = rng.random((3, *shape)).astype(np.float32)
        else:
            outputs = rng.permutation(3 * np.prod(shape)).reshape(3, *shape).astype(np.float32) / 4 - 5.1
        step = rng.normal(size=outputs.shape).astype(np.float32) * 0.01
        arguments = target.arguments(3)
        rise = target.score(outputs + step, *arguments) - target.score(outputs - step, *arguments)
        slope = (gradients(target, outputs) * 2 * step).reshape(3, -1).sum(axis=1)
        np.testing.assert_allclose(slope, rise, rtol=0.02, atol=2e-4)

    @every
    def test_the_numbers_of_other_images_do_not_matter(self, rng, target, shape):
        outputs = rng.normal(size=(3, *shape)).astype(np.float32)
        outputs[1] = np.nan
        got = target.score(outputs, *target.arguments(3)).numpy()
        assert np.isfinite(got[[0, 2]]).all()


def test_infinite_scores_of_other_classes_do_not_spoil_the_score():
    outputs = np.array([[np.inf, 2.0, -np.inf]], np.float32)
    assert scores_of(ClassScore(1), outputs) == scores_of(Value("up", 1), outputs) == [2.0]
    assert np.isfinite(gradients(ClassScore(1), outputs)).all()


def scores_of(target, outputs):
    return target.score(outputs, *target.arguments(len(outputs))).numpy().tolist()


class TestSharing:
    """Targets with equal keys share one trace, and nothing but the arguments tells them apart."""

    GROUPS = (
        ([ClassScore(1), ClassScore([2, 0, 1]), TopClass(), TopClass(3), LargestOutput()], ROW),
        ([-ClassScore(1), 3 * TopClass(2), -2 * ClassScore([0, 1, 2])], ROW),
        ([contrast(1, 2), ClassScore(0) - TopClass(), TopClass() - ClassScore(3), ClassScore(1) + ClassScore(2)], ROW),
        ([LabelsAbove(), LabelsAbove(0.9)], ROW),
        ([ContrastNext(2), ContrastNext(2, 3), ContrastNext(2, [0, 1, 2])], ROW),
        ([Sigmoid(), Sigmoid("negative", 3), Sigmoid(["positive", "negative", "predicted"])], ROW),
        ([Value(), Value("down"), Value("up", [1, 2, 3])], ROW),
        ([Similarity(np.ones(7)), Similarity(np.arange(21).reshape(3, 7))], ROW),
        ([Neuron((0, 0, 0)), Neuron((1, 2, 2))], GRID),
        ([Channel(0), Channel([0, 1, 2])], GRID),
        ([Pixels(0, MASK), Pixels([0, 1, 2], ~MASK)], GRID),
        ([PredictedPixels(0), PredictedPixels([0, 1, 2])], GRID),
        ([Box(0, (0, 0, 1, 1)), Box(1, (0, 0, 0.5, 1))], GRID),
    )

    @pytest.mark.parametrize(("group", "shape"), GROUPS, ids=[type(group[0]).__name__ for group, _ in GROUPS])
    def test_one_trace_serves_all(self, rng, group, shape):
        outputs, traces = rng.normal(size=(3, *shape)).astype(np.float32), []

        @tf.function(autograph=False, reduce_retracing=False)
        def shared(*tensors):
            traces.append(1)
            return group[0].score(*tensors)

        for target in group:
            arguments = target.arguments(3)
            assert target.key == group[0].key
            got = shared(tf.constant(outputs), *map(tf.constant, arguments))
            np.testing.assert_allclose(got, target.score(outputs, *arguments), rtol=1e-6)
        assert len(traces) == 1

    def test_what_computes_otherwise_has_another_key(self):
        different = [
            ClassScore(1),
            ClassScore(1, "probability"),
            -ClassScore(1),
            ClassScore(1) - ClassScore(2),
            ClassScore(1) - LabelsAbove(),
            ContrastNext(2),
            ContrastNext(3),
            Sigmoid(),
            Value(),
            PredictedPixels(0),
            PredictedPixels(0, "sigmoid"),
            DominantClass(),
            Custom(len),
            Custom(sum),
        ]
        assert len({target.key for target in different}) == len(different)


class TestClasses:
    def test_one_class_or_one_each(self):
        assert scores(ClassScore(1)) == [5.0, 0.0]
        assert scores(ClassScore([2, 0])) == [3.0, 2.0]
        assert classes(ClassScore([2, 0]), OUTPUTS) == (2, 0)
        assert phrases(ClassScore(1), OUTPUTS) == (None, None)

    @pytest.mark.parametrize(
        ("rank", "values", "chosen"), [(1, [5.0, 2.0], (1, 0)), (2, [3.0, 2.0], (2, 2)), (3, [1.0, 0.0], (0, 1))]
    )
    def test_top_class_ranks_and_breaks_ties_by_the_lower_index(self, rank, values, chosen):
        assert scores(TopClass(rank)) == values
        assert classes(TopClass(rank), OUTPUTS) == chosen

    def test_top_gives_one_target_a_rank(self):
        assert top(3) == [TopClass(1), TopClass(2), TopClass(3)]

    @pytest.mark.parametrize("target", [ClassScore(3), ClassScore(-1), ClassScore([0, 3]), TopClass(4), TopClass(0)])
    def test_a_class_out_of_range_says_how_many_there_are(self, target):
        with pytest.raises(TargetError, match="the model has 3 classes"):
            target.check((None, 3), 2)

    def test_class_1_of_a_single_output_says_how_to_explain_the_other_side(self):
        with pytest.raises(TargetError, match=r"class 1: the model has one class, number 0\. Negate"):
            ClassScore(1).check((None, 1), 2)
        with pytest.raises(TargetError, match="one class"):
            ClassScore(1).check((None,), 2)
        assert phrases(ClassScore(0), OUTPUTS[:, :1]) == ("the only output, upwards",) * 2

    def test_a_wrong_number_of_targets_says_both_numbers(self):
        with pytest.raises(TargetError, match="3 targets were given for 2 images"):
            ClassScore([0, 1, 2]).check((None, 3), 2)
        with pytest.raises(TargetError, match="1 targets were given for 2 images"):
            ClassScore([0]).check((None, 3), 2)

    @pytest.mark.parametrize("index", [1.5, [0.0, 1.0], [[1, 2]], "cat"])
    def test_an_index_is_a_whole_number(self, index):
        with pytest.raises(TargetError, match="no whole number"):
            ClassScore(index).check((None, 3), 2)

    @pytest.mark.parametrize(
        "target", [ClassScore(0), TopClass(), LabelsAbove(), ContrastNext(1), Sigmoid(), Value()], ids=repr
    )
    def test_an_output_with_places_is_refused(self, target):
        with pytest.raises(
            TargetError, match=r"shape \(None, 14, 14, 2\), not one number per class; wanted \(N, classes\)"
        ):
            target.check((None, 14, 14, 2), 1)

    def test_labels(self):
        outputs = np.array([[2, -1, 3, -4], [-1, 1, -3, -3], [-3, -2, -1, -4]], np.float32)
        assert phrases(LabelsAbove(), outputs) == (
            "cat and ant (above 0.5)",
            "bee (above 0.5)",
            "cat (the top label, none above 0.5)",
        )
        assert classes(LabelsAbove(), outputs) == (None, 1, 2)
        assert phrases(LabelsAbove(), np.ones((1, 7), np.float32)) == (
            "ant, bee, cat, dog, elk and 2 more (above 0.5)",
        )
        with pytest.raises(TargetError, match="threshold 1"):
            LabelsAbove(1).check((None, 3), 1)

    def test_labels_one_by_one(self):
        assert labels_above([0.7, 0.1, 0.9]) == [ClassScore(2), ClassScore(0)]
        assert labels_above([[0.7, 0.1, 0.2], [0.1, 0.8, 0.1]], space="probability") == [
            ClassScore(1, "probability"),
            ClassScore(0, "probability"),
        ]
        assert labels_above([0.1, 0.2], threshold=0.9) == [ClassScore(1)]
        for wrong in (np.zeros((2, 3, 4)), np.zeros((0, 3)), 0.5):
            with pytest.raises(TargetError, match="wanted"):
                labels_above(wrong)

    def test_contrasts_say_what_they_contrast(self):
        assert phrases(contrast(1, [0, 2]), OUTPUTS) == ("bee - ant", "bee - cat")
        assert phrases(ContrastNext(2), OUTPUTS) == ("bee against cat and ant", "ant against cat and bee")
        assert classes(ContrastNext(1), OUTPUTS) == (1, 0)
        assert classes(contrast(1, 2), OUTPUTS) == (None, None)

    @pytest.mark.parametrize("k", [0, 3])
    def test_not_more_rivals_than_there_are(self, k):
        with pytest.raises(TargetError, match=r"Ask for 1 to 2, as the model has 3 classes"):
            ContrastNext(k).check((None, 3), 1)
        ContrastNext(2).check((None, 3), 1)


class TestValues:
    def test_the_predicted_side_is_constant_for_the_gradient(self):
        outputs = np.array([[2.0], [-3.0], [0.0]], np.float32)
        assert gradients(Sigmoid(), outputs).tolist() == [[1.0], [-1.0], [1.0]]
        probabilities = np.array([[0.9], [0.2], [0.5]], np.float32)
        assert gradients(Sigmoid(space="probability"), probabilities).tolist() == [[1.0], [-1.0], [1.0]]

    def test_small_probabilities_keep_their_digits(self):
        tiny = np.array([[1e-20]], np.float32)
        target = Sigmoid("positive", space="probability")
        assert target.score(tiny, *target.arguments(1)).numpy() == tiny[:, 0]

    def test_sides_are_said(self):
        outputs = np.array([[2.0], [-3.0]], np.float32)
        assert phrases(Sigmoid(), outputs) == (
            "ant (sigmoid 0.88, at least 0.5)",
            "not ant (sigmoid 0.05, below 0.5)",
        )
        assert phrases(Sigmoid("negative"), outputs)[0] == "not ant (sigmoid 0.88, at least 0.5)"
        assert phrases(Sigmoid(space="probability"), outputs * 0 + 0.25)[0] == "not ant (sigmoid 0.25, below 0.5)"
        assert classes(Sigmoid(), outputs) == (0, None)
        assert phrases(Value(["up", "down"]), outputs) == ("value, upwards", "value, downwards")
        assert phrases(Value("down", 1), OUTPUTS) == ("value 1, downwards",) * 2

    @pytest.mark.parametrize("target", [Sigmoid("both"), Sigmoid(["positive", "no"]), Value("left")], ids=repr)
    def test_a_side_of_another_name_is_refused(self, target):
        with pytest.raises(TargetError, match=r"there is none of this name. Give '\w+'.* or '\w+'"):
            target.check((None, 3), 2)

    def test_wrong_numbers_of_images_or_outputs_are_refused(self):
        for target in (Sigmoid(["positive"]), Value(["up", "down", "up"]), Value(index=[0])):
            with pytest.raises(TargetError, match="targets were given for 2 images"):
                target.check((None, 3), 2)
        with pytest.raises(TargetError, match="output 3: the model has 3 outputs, counted from 0 to 2"):
            Sigmoid(index=3).check((None, 3), 2)
        with pytest.raises(TargetError, match="value 1: the model has one value, number 0"):
            Value(index=1).check((None,), 2)

    def test_neurons_and_channels(self):
        outputs = np.zeros((1, 4, 5, 3), np.float32)
        assert phrases(Neuron((3, 4, 2)), outputs) == ("output 3, 4, 2",)
        assert phrases(Channel(2), outputs) == ("channel 2, mean over 4×5",)
        assert phrases(Channel(2), outputs[:, 0, 0]) == ("channel 2",)
        Neuron((0,)).check((None,), 1)

    @pytest.mark.parametrize(
        ("index", "message"),
        [
            ((1, 2), r"the output has shape \(None, None, 5, 3\). Give one .* each axis: \(any, 0 to 4, 0 to 2\)"),
            (1, "Give one whole number for each axis"),
            ((1, 2.0, 0), "Give one whole number for each axis"),
            ([[(1, 2, 0)]], "Give one whole number for each axis"),
            ((1, 5, 0), "5 is outside axis 2"),
            ((-1, 0, 0), "-1 is outside axis 1"),
            ([(0, 0, 0)] * 3, "3 targets were given for 2 images"),
        ],
    )
    def test_a_neuron_that_is_not_there(self, index, message):
        with pytest.raises(TargetError, match=message):
            Neuron(index).check((None, None, 5, 3), 2)

    def test_a_channel_that_is_not_there(self):
        with pytest.raises(TargetError, match="channel 3: the model has 3 channels, counted from 0 to 2"):
            Channel(3).check((None, 4, 5, 3), 1)

    @pytest.mark.parametrize(
        ("vector", "shape", "message"),
        [
            (
                np.ones(4),
                (None, 3),
                r"the vector has shape \(4,\), the output \(None, 3\). Give a vector of shape \(3,\)",
            ),
            (np.ones((3, 3)), (None, 3), r"or one for each image, \(2, 3\)"),
            (np.ones((1, 2, 3)), (None, None), r"Give a vector of shape \(D,\)"),
            (1.0, (None, 3), "has shape"),
            (np.zeros(3), (None, 3), "no direction"),
            ([1, np.nan, 0], (None, 3), "no direction"),
            (np.ones(3), (None, 4, 5, 3), r"not one embedding per image; wanted \(N, D\)"),
        ],
    )
    def test_a_vector_that_does_not_fit(self, vector, shape, message):
        with pytest.raises(TargetError, match=message):
            Similarity(vector).check(shape, 2)

    def test_an_embedding_of_zeros_is_similar_to_nothing(self):
        target, zeros = Similarity([1.0, 2.0]), np.zeros((1, 2), np.float32)
        assert scores_of(target, zeros) == [0.0]
        assert np.isfinite(gradients(target, zeros)).all()


class TestDense:
    SCORES = np.array([[[[0.0, 3], [5, 2], [1, 9]]], [[[4.0, 3], [5, 2], [1, 9]]]], np.float32)

    def test_what_was_chosen_is_said(self):
        assert phrases(PredictedPixels(1), self.SCORES) == (
            "pixels predicted as bee (2 of 3)",
            "pixels predicted as bee (1 of 3)",
        )
        assert classes(PredictedPixels(1), self.SCORES) == (1, 1)
        assert phrases(DominantClass(), self.SCORES) == (
            "pixels predicted as bee, the most frequent (2 of 3)",
            "pixels predicted as ant, the most frequent (2 of 3)",
        )
        assert classes(DominantClass(), self.SCORES) == (1, 0)
        assert phrases(DominantClass(), self.SCORES - 99)[0] == "pixels predicted as bee, the most frequent (2 of 3)"
        assert phrases(DominantClass("sigmoid"), self.SCORES - 6)[0] == (
            "pixels predicted as bee, the most frequent (1 of 3)"
        )
        assert (
            phrases(DominantClass("sigmoid"), self.SCORES - 99)[0] == "bee over all pixels, none is predicted (3 of 3)"
        )
        assert phrases(Pixels(1, [[True, True, False]]), self.SCORES)[0] == "bee over the given pixels (2 of 3)"
        assert phrases(Box(1, (0, 0, 0.5, 1)), self.SCORES)[0] == "bee over the cells in the box (2 of 3)"
        anchors = AnchorsInBox(1, (0, 0, 1, 1), [[0, 0, 1, 1]] * 3)
        assert phrases(anchors, self.SCORES[:, 0])[0] == "bee over the anchors in the box (3 of 3)"

    def test_a_single_channel_is_not_called_the_most_frequent(self):
        single = np.array([[[[1.0], [-1.0]]]], np.float32)
        assert phrases(DominantClass("sigmoid"), single) == ("pixels predicted as ant (1 of 2)",)
        assert phrases(DominantClass("sigmoid"), single - 3) == ("ant over all pixels, none is predicted (2 of 2)",)

    def test_anchors_by_their_intersection_over_union(self):
        box, anchors = (0, 0, 0.5, 1), [[0, 0, 0.5, 1], [0, 0, 1, 1], [0.25, 0, 0.75, 1], [0.5, 0, 1, 1]]
        kept = [AnchorsInBox(0, box, anchors, iou).arguments(1)[1][0].tolist() for iou in (0, 0.4, 0.9)]
        # 1, 1/2, 1/3, and 0 for one that only touches
        assert kept == [[True, True, True, False], [True, True, False, False], [True, False, False, False]]

    def test_thousands_are_grouped(self):
        assert phrases(PredictedPixels(0), np.zeros((1, 64, 64, 2), np.float32), lambda c: f"class {c}") == (
            "pixels predicted as class 0 (4,096 of 4,096)",
        )

    def test_a_class_that_is_predicted_nowhere_has_score_and_gradient_0(self):
        target = PredictedPixels(0)
        low = np.array([[[[0.0, 3], [1, 2]]]], np.float32)
        assert scores_of(target, low) == [0.0]
        assert not gradients(target, low).any()
        assert phrases(target, low) == ("pixels predicted as ant (0 of 2)",)

    def test_the_chosen_places_are_constant_for_the_gradient(self):
        assert gradients(DominantClass(), self.SCORES)[0, 0].tolist() == [[0, 1], [0, 0], [0, 1]]

    @pytest.mark.parametrize("grid", [(9,), (4, 5), (2, 3, 4)], ids=["1-D", "2-D", "3-D"])
    def test_any_number_of_axes(self, rng, grid):
        outputs = rng.normal(size=(2, *grid, 3)).astype(np.float32)
        mask = outputs[0].argmax(-1) == 1
        target = Pixels(1, mask, axes=len(grid))
        target.check((None, *grid, 3), 2)
        np.testing.assert_allclose(scores_of(target, outputs)[0], scores_of(PredictedPixels(1), outputs)[0], rtol=1e-6)
        assert len(phrases(DominantClass(), outputs)) == 2

    @pytest.mark.parametrize(
        "target", [PredictedPixels(0), DominantClass(), Pixels(0, MASK)], ids=lambda target: type(target).__name__
    )
    def test_an_output_without_places_is_refused(self, target):
        with pytest.raises(TargetError, match=r"shape \(None, 7\), not classes at places; wanted \(N, …, classes\)"):
            target.check((None, 7), 1)

    @pytest.mark.parametrize(
        ("target", "message"),
        [
            (Pixels(0, MASK.T), r"the mask has shape \(5, 4\), the output's grid is \(4, 5\)"),
            (Pixels(0, MASK[0]), r"the mask has shape \(5,\)"),
            (Pixels(0, np.ones((3, 4, 5))), "3 targets were given for 2 images"),
            (Pixels(0, MASK * 0.3), "other values than 0 and 1. Say mask > threshold"),
            (Pixels(0, MASK & False), "holds none of the given pixels"),
            (Pixels(0, [MASK, MASK & False]), "holds none"),
            (Pixels(0, MASK, axes=1), "not classes on a grid of 1 axes. Say axes=2"),
            (Pixels(3, MASK), "class 3: the model has 3 classes"),
            (PredictedPixels(3), "class 3: the model has 3 classes"),
            (Box(3, (0, 0, 1, 1)), "class 3: the model has 3 classes"),
            (Box(0, (0, 0, 1)), r"box: has shape \(3,\). Give \(left, top, right, bottom\)"),
            (Box(0, (10, 20, 110, 120)), r"box \(10, 20, 110, 120\): is empty or not within 0 to 1. .* divide"),
            (Box(0, [(0, 0, 1, 1), (0.5, 0, 0.5, 1)]), "is empty"),
            (Box(0, [(0, 0, 1, 1)] * 3), "3 targets were given for 2 images"),
            (AnchorsInBox(0, (0, 0, 1, 1), ANCHORS), r"not a list of boxes; wanted \(N, boxes, classes\)"),
        ],
    )
    def test_what_does_not_fit_is_refused(self, target, message):
        with pytest.raises(TargetError, match=message):
            target.check((None, 4, 5, 3), 2)

    @pytest.mark.parametrize(
        ("target", "message"),
        [
            (Box(0, (0, 0, 1, 1)), r"not a grid; wanted \(N, height, width, classes\). For a list of anchors"),
            (AnchorsInBox(0, (0, 0, 1, 1), ANCHORS[:4]), r"anchors have shape \(4, 4\), the output \(None, 6, 3\)"),
            (AnchorsInBox(0, (0, 0, 1, 1), ANCHORS[:, :3]), r"anchors have shape \(6, 3\)"),
            (AnchorsInBox(0, (0.5, 0, 0.6, 0.4), ANCHORS), "no anchor overlaps it by more than 0. Lower iou"),
            (AnchorsInBox(0, (0, 0, 1, 1), ANCHORS, 0.9), "no anchor overlaps it by more than 0.9"),
            (AnchorsInBox(0, (0, 0, 0, 1), ANCHORS), "is empty"),
        ],
    )
    def test_what_does_not_fit_a_list_of_boxes(self, target, message):
        with pytest.raises(TargetError, match=message):
            target.check((None, 6, 3), 2)

    def test_a_given_mask_and_anchors_share_one_compiled_function(self):
        assert Pixels(0, MASK).key == AnchorsInBox(0, (0, 0, 1, 1), ANCHORS).key


class TestArithmetic:
    def test_kinds_and_words(self):
        a, b = ClassScore(1), ClassScore(2)
        assert [(target.kind, phrases(target, OUTPUTS)[0]) for target in (-a, a - b, a + b, 2 * a, -a - b, -2 * a)] == [
            ("counterfactual", "against bee"),
            ("contrast", "bee - cat"),
            ("sum", "bee + cat"),
            ("class", "2 × bee"),
            ("counterfactual", "against bee + cat"),
            ("counterfactual", "against 2 × bee"),
        ]
        assert phrases(-a + b, OUTPUTS)[0] == "cat - bee"
        assert phrases(-Sigmoid(), -OUTPUTS)[0] == "against not ant (sigmoid 0.27, below 0.5)"
        assert phrases(Custom(lambda y: y[:, 0]) + a, OUTPUTS)[0] == "custom + bee"

    def test_the_class_is_told_only_where_it_is_one(self):
        assert classes(2 * ClassScore([1, 2]), OUTPUTS) == (1, 2)
        assert classes(-ClassScore(1), OUTPUTS) == classes(ClassScore(1) + TopClass(), OUTPUTS) == (None, None)

    def test_terms_are_flat(self):
        a = ClassScore(1)
        assert isinstance(a + a, Combination)
        assert -1 * -a == 1 * a
        assert (2 * (a - a * 0.5)).terms == ((2.0, a), (-1.0, a))

    def test_spaces_do_not_mix(self):
        with pytest.raises(
            TargetError, match=r"cannot be added: class \(logit\), top class \(probability\). Give all .* same space"
        ):
            ClassScore(1) - TopClass(space="probability")
        assert (ClassScore(1, "probability") + TopClass(space="probability")).space == "probability"

    def test_each_term_is_checked(self):
        with pytest.raises(TargetError, match="class 3: the model has 3 classes"):
            (ClassScore(1) - ClassScore(3)).check((None, 3), 2)

    def test_a_target_of_ones_own_says_how_many_arguments_it_takes(self):
        class Scaled(targets.Target):
            kind, space = "scaled", "logit"

            def arguments(self, images):
                return (np.full(images, 2.0, np.float32),)

            def score(self, outputs, *arguments):
                return outputs[:, 0] * arguments[0]

        with pytest.raises(TargetError, match=r"Scaled: gives 1 arguments, .* Say parameters = 1"):
            (Scaled() - ClassScore(1)).arguments(2)
        Scaled.parameters = 1
        assert scores(Scaled() - ClassScore(1)) == [-3.0, 4.0]

    @pytest.mark.parametrize("other", [1, "cat", None, len])
    def test_only_targets_are_added_and_only_numbers_multiply(self, other):
        with pytest.raises(TypeError):
            ClassScore(1) + other
        with pytest.raises(TypeError):
            ClassScore(1) - other
        if other != 1:
            with pytest.raises(TypeError):
                ClassScore(1) * other
        with pytest.raises(TypeError):
            ClassScore(1) * True


class TestCustom:
    def test_a_function_must_return_one_score_per_image(self):
        assert Custom(lambda y: y[:, 0] * 2).score(OUTPUTS).numpy().tolist() == [2.0, 4.0]

        def my_score(y):
            return y

        with pytest.raises(TargetError, match=r"my_score: .* returned shape \(2, 3\)"):
            Custom(my_score).score(OUTPUTS)

    def test_its_name_is_told(self):
        assert phrases(Custom(len), OUTPUTS) == ("len", "len")
        assert phrases(Custom(lambda y: y), OUTPUTS) == (None, None)


class TestAutomatic:
    @pytest.mark.parametrize(
        ("shape", "activation", "expected"),
        [
            ((None, 1000), "softmax", TopClass()),
            ((None, 2), "softmax", TopClass()),
            ((None, 14), "sigmoid", LabelsAbove()),
            ((None, 1), "sigmoid", Sigmoid()),
            ((None,), "sigmoid", Sigmoid()),
            ((None, 1), None, Value()),
            ((None,), None, Value()),
            ((None, 128), None, LargestOutput()),
            ((None, None), None, LargestOutput()),
            ((None, 64, 64, 21), "softmax", DominantClass()),
            ((None, 64, 64, 21), None, DominantClass()),
            ((None, 64, 64, 1), "sigmoid", DominantClass("sigmoid")),
            ((None, 100, 3), "softmax", DominantClass()),
        ],
    )
    def test_what_suits_the_output(self, shape, activation, expected):
        target = automatic(shape, activation)
        assert target == expected
        target.check(shape, 3)
        assert (
            as_target("auto", no_names, shape, activation) == as_target(None, no_names, shape, activation) == expected
        )

    def test_it_says_that_numbers_were_taken_as_classes(self):
        assert phrases(LargestOutput(), OUTPUTS) == ("the largest of 3 outputs, taken as classes",) * 2
        assert classes(LargestOutput(), OUTPUTS) == (1, 0)


class TestAsTarget:
    def test_what_it_understands(self):
        function = np.sum
        assert as_target(None, no_names) == as_target("auto", no_names) == TopClass()
        assert as_target(4, no_names) == as_target(np.int64(4), no_names) == ClassScore(4)
        assert as_target("tabby", {"tabby": 7}.__getitem__) == ClassScore(7)
        assert as_target([1, "tabby"], {"tabby": 7}.__getitem__) == ClassScore([1, 7])
        assert as_target(np.array([1, 2]), no_names) == as_target((1, 2), no_names) == ClassScore([1, 2])
        assert as_target(function, no_names) == Custom(function)
        assert as_target(TopClass(2, "probability"), no_names) == TopClass(2, "probability")

    def test_a_class_of_an_output_with_places_is_its_pixels(self):
        shape = (None, 8, 8, 3)
        assert as_target(2, no_names, shape) == PredictedPixels(2)
        assert as_target([2, 0], no_names, shape, None) == PredictedPixels([2, 0])
        assert as_target("cat", ANIMALS.index, shape, "sigmoid") == PredictedPixels(2, "sigmoid")
        assert as_target(0, no_names, (None,), "sigmoid") == ClassScore(0)

    @pytest.mark.parametrize(
        "spec", [1.5, True, {"a": 1}, [1.5], [True], b"cat", np.array(3), np.ones((2, 2), int), [[1], [2, 3]]]
    )
    def test_what_it_does_not(self, spec):
        with pytest.raises(TargetError, match="cannot be understood as a target"):
            as_target(spec, no_names)

    def test_an_unknown_name_is_the_callers_error(self):
        with pytest.raises(LabelsError, match="no names"):
            as_target("tabby", no_names)


@pytest.mark.parametrize("module", [module.name for module in pkgutil.iter_modules(targets.__path__)])
def test_the_examples_in_the_docstrings_are_true(module):
    assert doctest.testmod(importlib.import_module(f"gradcam_tf.targets.{module}")).failed == 0
