"""The course's signature figures, one function each; numbers come from the lesson, which computes them in the open."""

from cnn_course.figures.activations import activations
from cnn_course.figures.augmentation import augmentation
from cnn_course.figures.channel_mixer import channel_mixer
from cnn_course.figures.connections import connections
from cnn_course.figures.flashlights import flashlights
from cnn_course.figures.flatten import flatten
from cnn_course.figures.match_score import match_score
from cnn_course.figures.pooling_shift import pooling_shift
from cnn_course.figures.top_five import top_five
from cnn_course.figures.transfer import transfer

__all__ = [
    "activations", "augmentation", "channel_mixer", "connections", "flashlights", "flatten", "match_score",
    "pooling_shift", "top_five", "transfer",
]  # fmt: skip
