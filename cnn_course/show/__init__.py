"""Pictures of the course: grids of images, kernels, feature maps, curves and matrices.

Every function draws one figure for pyplot, so `plt.show()` displays it, and returns it. A figure is a
`Figure`: its `repr` says in words what it shows, and a notebook stores it beside the picture for readers who
cannot see it. Signed numbers are blue below zero, white at zero and orange above.
"""

from cnn_course.show.labels import label_lines
from cnn_course.show.pictures import images
from cnn_course.show.planes import feature_maps, kernels, weight_matrix
from cnn_course.show.style import SIGNED, Figure, axes, use_style
from cnn_course.show.training import confusion_matrix, learning_curves

__all__ = [
    "SIGNED", "Figure", "axes", "confusion_matrix", "feature_maps", "images", "kernels", "label_lines",
    "learning_curves", "use_style", "weight_matrix",
]  # fmt: skip
