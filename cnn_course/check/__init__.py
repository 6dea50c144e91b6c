"""Claims that the tests hold the lessons to, and checks that know a wrong answer.

`claim` prints a sentence and whether it is true here; `exercise` judges the answer to an exercise. The checks stand in
one module a lesson (`lesson_02.py`), mostly as data for `engine.py`, which judges answers, and `nets.py`, which lends a
learner's net weights of ours; `tests/lessons/answers` holds, for each of them, wrong answers that it must turn down and
right ones, differently written, that it must accept.
"""

from cnn_course.check.claims import claim
from cnn_course.check.engine import exercise

__all__ = ["claim", "exercise"]
