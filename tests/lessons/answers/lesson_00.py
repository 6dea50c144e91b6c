"""Right and wrong answers to the exercises of lesson 0."""

import numpy as np

from . import Cases, Own, OwnNumber, Wrong

UPRIGHT = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])

CASES = {
    "0.1": Cases(
        wrong=[
            Wrong((10,), "two thirds of the pattern"),
            Wrong((9,), "only two pixels are left"),
            Wrong((7,), "leaves out the very first place"),
            Wrong((3,), "without overlapping"),
            Wrong((10 / 3,), "A whole number is wanted"),
            Wrong((12,), "at both ends"),
            Wrong((318,), "a row of 10"),
            Wrong((1,), "Draw ten squares"),
            Wrong((64,), "Draw ten squares"),
            Wrong((list(range(8)),), "should be one number"),
            Wrong(("eight",), "should be one number"),
        ],
        right=[(8,), (10 - 3 + 1,), (np.float64(len(range(10 - 2))),), ([8],), (OwnNumber(8),)],
    ),
    "0.2": Cases(
        wrong=[
            Wrong((UPRIGHT,), "the pattern from above"),
            Wrong((-UPRIGHT.T,), "Upside down"),
            Wrong((np.zeros((3, 3)),), "pattern of zeros"),
            Wrong((np.array([[0, 0, 0], [0, 0, 0], [1, 2, 1]]),), "should cancel out"),
            Wrong((UPRIGHT + UPRIGHT.T,), "At some upright edges"),
            Wrong(([[-1, 0, -1], [0, 0, 0], [0, 2, 0]],), "At some upright edges"),
            Wrong(([[0, 0, 0], [-1, -2, -1], [1, 2, 1]][::-1],), "Upside down"),
            Wrong(([[-1, -1, -1], [3, 3, 3], [-2, -2, -2]],), "Its rows add up to"),
            Wrong(([[3, 3, 3], [-4, -4, -4], [1, 1, 1]],), "Its rows add up to"),
            Wrong((np.array([[-1, -2, -1], [2, 4, 2], [-1, -2, -1]]),), "Its rows add up to"),
            Wrong(([[1, -2, 1], [0, 0, 0], [-1, 2, -1]],), "blind to level edges"),
            Wrong((UPRIGHT[:, ::-1],), "At some upright edges"),
            Wrong((UPRIGHT * np.array([1, 0, -1])[:, None],), "blind to level edges"),
            Wrong(([-1, 0, 1],), "should have shape (3, 3)"),
            Wrong((UPRIGHT.T[None],), "should have shape (3, 3)"),
            Wrong(([[float("nan")] * 3] * 3,), "made of finite numbers"),
            Wrong(([[-1e-9, 0, 1e-9]] * 3,), "At some upright edges"),
        ],
        right=[
            (UPRIGHT.T,),
            (np.rot90(UPRIGHT, -1),),
            ([[-1, -1, -1], [0, 0, 0], [1, 1, 1]],),
            (np.outer([-1, 0, 1], [0, 3, 0]),),
            (Own([[0, 0, 0], [-0.1, -0.2, -0.1], [0.1, 0.2, 0.1]]),),
            (UPRIGHT.T * 1e-9,),
            (UPRIGHT.T * 1e12 / 3,),
            ((UPRIGHT.T / 3).astype(np.float16),),
            (np.array([[-2, -1, -2], [1, 0, 1], [1, 1, 1]], np.float32),),
        ],
    ),
}
