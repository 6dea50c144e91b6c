"""Claims that the tests hold the lessons to, and checks that know a wrong answer.

`claim` prints a sentence and whether it is true here; `exercise` judges the answer to an exercise. The checks
themselves stand in one module a lesson (`lesson_02.py`), and `tests/lessons/answers` holds, for each of them, wrong
answers that it must turn down by name and right ones, differently written, that it must accept.
"""

from cnn_course.check.engine import claim, exercise

__all__ = ["claim", "exercise"]
