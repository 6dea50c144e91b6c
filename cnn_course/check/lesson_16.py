"""Checks of lesson 16: the largest batch, an epoch with prefetch, and the price of a training."""

from itertools import product
from math import ceil, floor, inf
from typing import Any

from cnn_course.check.engine import judge, register


@register("16.1", right="A net with few parameters and large maps fills a GPU with pictures, not with weights.")
def largest_batch(answer: Any) -> None:
    """16 bytes for each parameter, 4 for each value of each picture; 0 where not even one picture fits."""

    def exact(memory: int, parameters: int, values: int, kept: int = 16, each: int = 4) -> float:
        return (memory - kept * parameters) / (each * values)

    cases = [(200, 2, 1), (60, 3, 4), (50, 4, 1), (16 * 10**9, 10**8, 9_100_000), (24 * 10**9, 10**9, 2 * 10**7)]
    judge(answer, lambda memory, parameters, values: max(floor(exact(memory, parameters, values)), 0), cases, [
        *[(lambda *g, way=way: way(exact(*g)), "Not even the weights fit here: say 0 then.") for way in (floor, int)],
        (lambda *g: max(floor(exact(*g)), 1), "Not even one picture fits here: say 0 then."),
        (lambda *g: max(floor(exact(*g)) - 1, 0), "One more picture would still fit."),
        (lambda *g: max(floor(exact(*g)), 0) + 1, "That is one picture too many."),
        (lambda *g: 2 ** max(floor(exact(*g)), 0).bit_length() // 2, "A batch need not be a power of two."),
        (lambda m, p, v: m // (16 * p + 4 * v), "Are the parameters kept once, or for each picture?"),
        *[(lambda *g, way=way, low=low: max(way(exact(*g)), low), "Only whole pictures count, and the last must fit, "
          "too.") for way, low in product((float, ceil, round), (-inf, 0))],
        *[(lambda m, p, v, a=a, b=b, way=way, low=low: max(way(exact(m, p, v, a, b)), low), hint) for a, b, hint in [
            (4, 1, "Did you count bytes? A float32 has four, wherever it is."),
            (16, 1, "Did you count bytes? A float32 has four, wherever it is."),
            (0, 4, "The parameters take memory, too, before the first picture."),
            (4, 4, "You take 4 bytes for each parameter: one number. What else is kept for it?"),
            (8, 4, "You take 8 bytes for each parameter: two numbers. What else is kept for it?"),
            (12, 4, "You take 12 bytes for each parameter: three numbers. What else is kept for it?"),
            (16, 8, "You take 8 bytes for each value of a picture; a float32 has four."),
        ] for way, low in product((float, floor, int, ceil, round), (-inf, 0))],
    ])  # fmt: skip


@register("16.2", right="Many batches on: an epoch takes the larger of the two times, batch after batch.")
def epoch_with_prefetch(answer: Any) -> None:
    """The first load, then pairs of a load and a step, then the last step; either of the two can be the longer one."""
    cases = [(5, 1.0, 2.0), (5, 3.0, 1.0), (1, 2.0, 3.0), (7, 0.75, 0.125), (40, 0.5, 0.5)]
    judge(answer, lambda batches, load, learn: load + (batches - 1) * max(load, learn) + learn, cases, [
        (lambda n, a, b: n * (a + b), "That is one after the other, without prefetch."),
        (lambda n, a, b: n * max(a, b), "Almost. Look at both ends: are the first load and the last step in it?"),
        (lambda n, a, b: a + n * max(a, b), "Nearly. Beside the last step nothing is loaded any more."),
        (lambda n, a, b: n * max(a, b) + b, "Nearly. Beside the first load nothing is learned yet."),
        (lambda n, a, b: (n - 1) * max(a, b), "The first load and the last step are missing: they have no partner."),
        (lambda n, a, b: a + (n - 1) * max(a, b), "Only the last step is missing."),
        (lambda n, a, b: (n - 1) * max(a, b) + b, "Only the first load is missing."),
        (lambda n, a, b: a + (n - 1) * min(a, b) + b, "When a load and a step run side by side, the longer counts."),
        (lambda n, a, b: a + n * max(a, b) + b, "That is a pair too many: how often do a load and a step meet?"),
        (lambda n, a, b: a + (n - 2) * max(a, b) + b, "That is a pair too few: how often do a load and a step meet?"),
        (lambda n, a, b: a + n * b, "That is right only if a step takes longer than a load, or equally long."),
        (lambda n, a, b: n * a + b, "That is right only if a load takes longer than a step, or equally long."),
    ])  # fmt: skip


@register("16.3", right="Keep it: with the numbers of your own net and today's price it answers the question at once.")
def price_of_a_training(answer: Any) -> None:
    """Trainings of thousands of dollars, so that a mistake can be told even if the price is rounded to cents."""
    cases = [(1e10, 1e9, 10, 100, 0.5, 3), (4e9, 9e8, 30, 156, 0.3, 2.5), (1.7e10, 2e8, 7, 8.1, 0.45, 0.75),
             (1_919_872, 2 * 10**13, 10, 100, 0.5, 3)]  # fmt: skip
    judge(answer, _price, cases, [
        *[(lambda *given, factor=factor: factor * _price(*given), hint) for factor, hint in [
            (1 / 3, "That is a third: is the backward pass in it, and are there two FLOPs for each multiply-add?"),
            (2 / 3, "Backward is twice as much as forward, so all passes together are three."),
            (1 / 2, "TFLOPS count a multiplication and an addition as two."),
            (1 / 6, "Neither the backward pass nor the two FLOPs of a multiply-add are in it."),
            (60, "These are minutes, and the price is for an hour."),
            (3600, "The price is for an hour. Are these hours?"),
            (1e3, "Giga, 10**9, is a thousandth of tera."),
            (1e12, "A TFLOPS is 10**12 FLOPs a second."),
        ]],
        (lambda m, n, e, t, r, d: _price(m, n, e, t, 1, d), "That would be so if the peak were reached."),
        (lambda m, n, e, t, r, d: _price(m, n, e, t, 1 / r, d), "The less of the peak is reached, the dearer it is."),
        (lambda m, n, e, t, r, d: _price(m, n, e, t, r, 1), "These are hours, not dollars."),
        (lambda m, n, e, t, r, d: _price(m, n, e, t, r, 3600), "These are seconds, not dollars."),
        (lambda m, n, e, t, r, d: _price(m, 1, e, t, r, d), "That is the price of one picture."),
        (lambda m, n, e, t, r, d: _price(m, n, 1, t, r, d), "Each picture is seen once in every epoch."),
    ], decimals=2)  # fmt: skip


def _price(multiply_adds: float, pictures: float, epochs: int, tflops: float, reached: float, dollars: float) -> float:
    return 6 * multiply_adds * pictures * epochs / (tflops * 1e12 * reached) / 3600 * dollars
