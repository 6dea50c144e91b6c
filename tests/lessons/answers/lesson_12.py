"""Answers to the exercises of lesson 12, wrong ones and right ones."""

import numpy as np

from . import Cases, Wrong

# --- 12.1: which transforms lie

LETTERS = "which of the letters b, d, p, q"
TOMATO = "tomato, ripe or not"
GALAXY = "galaxy, spiral or elliptical"
SHOE = "shoe seen from above, left foot or right foot"


def lying(**changed):
    """The right sets, or some of them changed."""
    sets = {"letters": {"mirror", "turn"}, "tomato": {"hue"}, "galaxy": set(), "shoe": {"mirror"}} | changed
    return dict(zip((LETTERS, TOMATO, GALAXY, SHOE), sets.values(), strict=True))


LYING = Cases(
    wrong=[
        Wrong((lying(letters={"mirror"}),), "upside down"),
        Wrong((lying(letters={"turn"}),), "from behind"),
        Wrong((lying(letters={"turn", "mirror", "move"}),), "A few pixels"),
        Wrong((lying(letters={"turn", "mirror", "hue"}),), "Is it so?"),
        Wrong((lying(tomato=set()),), "whether a tomato is ripe"),
        Wrong((lying(tomato={"hue", "turn"}),), "as ripe as before"),
        Wrong((lying(galaxy={"turn"}),), "no up and down"),
        Wrong((lying(galaxy={"mirror"}),), "still a spiral"),
        Wrong((lying(galaxy={"hue"}),), "speaks of its shape"),
        Wrong((lying(shoe={"mirror", "turn"}),), "fit the other foot"),
        Wrong((lying(shoe=set()),), "in front of a mirror"),
        Wrong((lying(shoe={"flip"}),), "no transform 'flip'"),
        Wrong((lying(shoe=None),), "set() for none"),
        Wrong(({"mirror"},), "four tasks"),
    ],
    right=[(lying(),), (lying(letters=["turn", "mirror"], tomato="hue", galaxy={}, shoe=("mirror",)),)],
)

# --- 12.2: an honest mirror


def mirror(second=lambda x: x[:, :, ::-1], labels=lambda y: np.concatenate([y, 1 - y])):
    """The wanted function, or one that makes another second half or other labels."""
    return lambda x, y: (np.concatenate([x, second(x)]), labels(y))


def with_a_loop(x, y):
    pictures, labels = list(x), list(y)
    for picture, label in zip(x, y, strict=True):
        pictures.append(np.fliplr(picture))
        labels.append(1 if label == 0 else 0)
    return np.array(pictures), np.array(labels)


def with_flip(x, y):
    return np.vstack([x, np.flip(x, axis=2)]), np.hstack([y, np.logical_not(y)])


def each_after_its_own(x, y):
    pairs = np.stack([x, x[:, :, ::-1]], axis=1).reshape(-1, *x.shape[1:])
    return pairs, np.stack([y, 1 - y], axis=1).ravel()


MIRROR = Cases(
    wrong=[
        Wrong((mirror(labels=lambda y: np.concatenate([y, y])),), "That is the lie"),
        Wrong((mirror(labels=lambda y: np.concatenate([1 - y, y])),), "should not change"),
        Wrong((mirror(labels=lambda y: np.concatenate([y, 1 - y[::-1]])),), "reverse order"),
        Wrong((mirror(labels=lambda y: np.concatenate([y, -y])),), "−1 or 0"),
        Wrong((mirror(labels=lambda y: np.concatenate([y, np.ones_like(y)])),), "labelled 1"),
        Wrong((mirror(labels=lambda y: np.concatenate([y, np.zeros_like(y)])),), "labelled 0"),
        Wrong((mirror(labels=lambda y: np.concatenate([y, 2 - y])),), "0 where the label was 1"),
        Wrong((mirror(labels=lambda y: y),), "only as many labels"),
        Wrong((mirror(second=lambda x: x),), "not mirrored"),
        Wrong((mirror(second=lambda x: x[:, ::-1]),), "upside down"),
        Wrong((mirror(second=lambda x: x[:, ::-1, ::-1]),), "180 degrees"),
        Wrong((mirror(second=lambda x: x[::-1]),), "axis 0 counts"),
        Wrong((mirror(second=lambda x: x[::-1, :, ::-1]),), "mirrored, but in reverse order"),
        Wrong((mirror(second=lambda x: 1 - x),), "should be the mirror images"),
        Wrong((each_after_its_own,), "follows its picture"),
        Wrong((lambda x, y: (np.concatenate([x[:, :, ::-1], x]), np.concatenate([1 - y, y])),), "come first"),
        Wrong((lambda x, y: (np.concatenate([1 - x, x]), y),), "as they were given"),
        Wrong((lambda x, y: (x[:, :, ::-1], 1 - y),), "twice as many"),
        Wrong((lambda x, y: (np.concatenate([x, x[:, :, ::-1]], axis=2), y),), "first axis"),
        Wrong((lambda x, y: np.concatenate([x, x[:, :, ::-1]]),), "two things"),
    ],
    right=[(mirror(),), (with_a_loop,), (with_flip,)],
)

# --- 12.3: MixUp


def wide(share):
    return share[:, None, None, None]


def mixup(pictures=True, labels=True):
    """MixUp that mixes the pictures, the labels, or both."""

    def mix(x, rows, partner, share):
        mixed = wide(share) * x + (1 - wide(share)) * x[partner]
        long = share[:, None]
        return mixed if pictures else x, long * rows + (1 - long) * rows[partner] if labels else rows

    return mix


def with_other(weights=lambda share: share, partners=lambda partner: partner):
    """MixUp with other shares or other partners."""
    return lambda x, rows, partner, share: mixup()(x, rows, partners(partner), weights(share))


def one_by_one(x, rows, partner, share):
    mixed = [share[i] * x[i] + (1 - share[i]) * x[j] for i, j in enumerate(partner)]
    return np.array(mixed), np.array([share[i] * rows[i] + (1 - share[i]) * rows[j] for i, j in enumerate(partner)])


def from_the_partner(x, rows, partner, share):
    return (
        x[partner] + np.einsum("n,nhwc->nhwc", share, x - x[partner]),
        rows[partner] + (share * (rows - rows[partner]).T).T,
    )


def rounded(x, rows, partner, share):
    mixed, labels = mixup()(x, rows, partner, share)
    return mixed, labels.round()


MIXUP = Cases(
    wrong=[
        Wrong((mixup(labels=False),), "labels are not mixed"),
        Wrong((mixup(pictures=False),), "pictures are not mixed"),
        Wrong((with_other(lambda share: 1 - share),), "exchanged"),
        Wrong((with_other(lambda share: share * 0),), "partner alone"),
        Wrong((with_other(lambda share: share * 0 + 0.5),), "equal shares"),
        Wrong((with_other(lambda share: share * 0 + share[0]),), "first share"),
        Wrong((with_other(lambda share: share * 0 + share.mean()),), "mean of the shares"),
        Wrong((with_other(partners=np.argsort),), "whose partner they are"),
        Wrong((with_other(partners=lambda partner: np.arange(len(partner))[::-1]),), "in reverse order"),
        Wrong((with_other(partners=lambda partner: np.arange(len(partner)) - 1),), "the one before"),
        Wrong((with_other(lambda share: share**2),), "all 0, one all 1"),
        Wrong((lambda x, rows, partner, share: (x + x[partner], rows),), "without shares"),
        Wrong((lambda x, rows, partner, share: (x + (1 - wide(share)) * x[partner], rows),), "keep all of their own"),
        Wrong((rounded,), "0 and 1 only"),
        Wrong((lambda *given: (mixup()(*given)[0], mixup()(*given)[1].argmax(axis=1)),), "rows are wanted"),
        Wrong((lambda *given: mixup()(*given)[0],), "two things"),
        Wrong((lambda x, rows, partner, share: (share * x, rows),), "three more axes"),
        Wrong((lambda x, rows, partner, share: (share[:, None] @ x, rows),), "stopped with ValueError"),
    ],
    right=[(mixup(),), (one_by_one,), (from_the_partner,)],
)

CASES = {"12.1": LYING, "12.2": MIRROR, "12.3": MIXUP}
