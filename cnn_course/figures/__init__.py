"""The course's signature figures, one function each; numbers come from the lesson, which computes them in the open."""

from cnn_course.figures.activations import activations
from cnn_course.figures.augmentation import augmentation
from cnn_course.figures.card_recovered import card_recovered
from cnn_course.figures.cards_learned import cards_learned
from cnn_course.figures.cards_on_a_wall import cards_on_a_wall
from cnn_course.figures.challenge import challenge
from cnn_course.figures.channel_mixer import channel_mixer
from cnn_course.figures.class_bars import class_bars
from cnn_course.figures.class_maps import class_maps
from cnn_course.figures.connections import connections
from cnn_course.figures.corner_card import corner_card
from cnn_course.figures.cost_and_accuracy import cost_and_accuracy
from cnn_course.figures.fading import fading
from cnn_course.figures.flatten import flatten
from cnn_course.figures.gradient_histograms import gradient_histograms
from cnn_course.figures.likeness_rows import likeness_rows
from cnn_course.figures.match_score import match_score
from cnn_course.figures.moved_scene import moved_scene
from cnn_course.figures.nine_products import nine_products
from cnn_course.figures.patterns_and_sheets import patterns_and_sheets
from cnn_course.figures.penalties import penalties
from cnn_course.figures.pixel_numbers import pixel_numbers
from cnn_course.figures.pooling import pooled_photo, pooling, pooling_gradient
from cnn_course.figures.pooling_shift import pooling_shift
from cnn_course.figures.reliability import reliability
from cnn_course.figures.roofline import roofline
from cnn_course.figures.stride_and_padding import stride_and_padding
from cnn_course.figures.throughput import throughput
from cnn_course.figures.top_five import top_five
from cnn_course.figures.transfer import transfer
from cnn_course.figures.who_waits import who_waits

__all__ = [
    "activations", "augmentation", "card_recovered", "cards_learned", "cards_on_a_wall", "challenge", "channel_mixer",
    "class_bars", "class_maps", "connections", "corner_card", "cost_and_accuracy", "fading", "flatten",
    "gradient_histograms", "likeness_rows", "match_score", "moved_scene", "nine_products", "patterns_and_sheets",
    "penalties", "pixel_numbers", "pooled_photo", "pooling", "pooling_gradient", "pooling_shift", "reliability",
    "roofline", "stride_and_padding", "throughput", "top_five", "transfer", "who_waits",
]  # fmt: skip
