"""Stages in threads: order, bounds, and what happens when one fails, is slow, or nobody reads any more."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator

import pytest

from gradcam_tf.ahead import Stage, flow, map_ahead
from gradcam_tf.progress import report, reporting

PATIENCE = 20
"""Seconds after which something that should happen at once does not happen."""


def waited_for(condition) -> bool:
    until = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < until:
        time.sleep(0.005)
    return condition()


def after_a_while(item: int) -> int:
    time.sleep(0.001 * (item * 7 % 5))
    return item + 1


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 7, 8, 9, 40])
@pytest.mark.parametrize("together", [1, 3, 4, 100])
def test_the_results_are_those_of_one_after_another(count, together):
    doubled = []

    def double(some: list[int]) -> list[int]:
        doubled.append(len(some))
        return [2 * one for one in some]

    stages = (
        Stage(after_a_while, most=5, threads=3),
        Stage(double, most=2, threads=2, together=lambda _: together),
        Stage(str, most=4, threads=2),
    )
    assert list(flow(range(count), *stages)) == [str(2 * (i + 1)) for i in range(count)]
    whole, rest = divmod(count, together)
    assert sorted(doubled, reverse=True) == [together] * whole + [rest] * bool(rest)


def test_how_many_are_together_may_depend_on_how_many_came_before():
    sizes = []
    stage = Stage(lambda some: sizes.append(len(some)) or some, most=1, together=lambda before: 4 if before else 1)
    assert list(flow(range(10), stage)) == list(range(10))
    assert sizes == [1, 4, 4, 1]


def test_no_more_are_begun_than_may_wait():
    begun = []
    reader = map_ahead(lambda item: begun.append(item) or item, itertools.count(), most=3, threads=2)
    assert next(reader) == 0
    assert waited_for(lambda: len(begun) >= 3)
    time.sleep(0.05)
    assert len(begun) == 3
    assert next(reader) == 1
    assert waited_for(lambda: len(begun) == 4)
    reader.close()


@pytest.mark.parametrize(("weights", "begun_at_first"), [([3, 3, 3, 3], 2), ([50, 1, 1], 1), ([1, 50, 1, 1], 2)])
def test_no_more_is_begun_than_the_budget_allows_but_one_may_weigh_more(weights, begun_at_first):
    begun = []
    reader = map_ahead(
        lambda weight: begun.append(weight) or weight, weights, most=8, threads=8, weigh=lambda weight: weight, budget=5
    )
    assert next(reader) == weights[0]
    time.sleep(0.05)
    assert begun == weights[:begun_at_first]
    assert list(reader) == weights[1:]


def test_heavy_items_are_not_gathered_beyond_the_budget():
    sizes = []
    stage = Stage(
        lambda some: sizes.append(len(some)) or some,
        most=1,
        together=lambda _: 4,
        weigh=lambda item: 10 if item < 3 else 1,
        budget=15,
    )
    assert list(flow(range(11), stage)) == list(range(11))
    assert sizes == [2, 4, 4, 1]


def test_what_is_done_does_not_wait_for_what_comes_after_it():
    """A first photo is told of while the second is still computed, though there is room for many more."""
    hold = threading.Event()

    def second(item: int) -> int:
        if item:
            assert hold.wait(PATIENCE)
        return item

    reader = flow(
        range(4),
        Stage(lambda item: item, most=9),
        Stage(lambda some: [second(one) for one in some], most=2, together=lambda _: 1),
        Stage(lambda item: item, most=9),
    )
    assert next(reader) == 0
    assert not hold.is_set()
    hold.set()
    assert list(reader) == [1, 2, 3]


@pytest.mark.parametrize("where", [0, 1, 2])
def test_an_error_comes_out_where_its_result_would_have(where):
    def failing(stage: int):
        def one(item: int) -> int:
            if stage == where and item == 5:
                raise ValueError("of five")
            return item

        return one

    reader = flow(
        range(9),
        Stage(failing(0), most=9, threads=2),
        Stage(lambda some: list(map(failing(1), some)), most=2, together=lambda _: 1 if where == 1 else 4),
        Stage(failing(2), most=9, threads=2),
    )
    assert [next(reader) for _ in range(5)] == [0, 1, 2, 3, 4]
    with pytest.raises(ValueError, match="of five"):
        next(reader)


def test_who_waits_is_told_of_progress_and_can_stop_it():
    told = []

    def steps(item: int) -> int:
        for done in range(3):
            report(done, 3)
        return item

    with reporting(lambda done, total: told.append((done, total))):
        assert list(map_ahead(steps, range(2), most=2)) == [0, 1]
    assert told == [(0, 3), (1, 3), (2, 3)] * 2

    class Stopped(Exception):
        pass

    def stop(done: int, total: int) -> None:
        if done:
            raise Stopped

    with pytest.raises(Stopped), reporting(stop):
        list(map_ahead(steps, range(2), most=2))


def test_once_the_reader_has_gone_nothing_goes_on():
    ended = []

    def slow(item: int) -> int:
        try:
            for run in range(100 * PATIENCE * bool(item)):
                report(run, 0)
                time.sleep(0.01)
        finally:
            ended.append(item)
        return item

    reader = flow(itertools.count(), Stage(lambda item: item, most=4), Stage(slow, most=3, threads=2))
    assert next(reader) == 0
    began = time.monotonic()
    reader.close()
    assert time.monotonic() - began < PATIENCE / 2
    assert set(ended) <= {0, 1, 2}


def test_the_items_are_taken_in_the_readers_thread():
    threads = []

    def items() -> Iterator[int]:
        for item in range(6):
            threads.append(threading.current_thread())
            yield item

    stages = Stage(lambda item: item, most=2), Stage(lambda some: some, most=2, together=lambda _: 2)
    assert list(flow(items(), *stages)) == list(range(6))
    assert set(threads) == {threading.current_thread()}


def test_an_error_of_the_items_comes_out():
    def items() -> Iterator[int]:
        yield 0
        raise OSError("the list is gone")

    with pytest.raises(OSError, match="the list is gone"):
        list(map_ahead(lambda item: item, items(), most=3))
