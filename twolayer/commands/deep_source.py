"""What the command `deep` works on: samples to train on and to test on, and what is said of
them."""

import argparse
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..arguments import FloatArray
from ..deep.descent import LARGEST_KERNEL
from ..deep.samples import Samples
from ..samples import digits, files
from ..samples.blocks import Source, finite
from . import data_source, options

HELP = (
    f"{data_source.FILE}; or scikit-learn's digits:A:B, two of them, with all ten for the accuracy "
    "(default: digits:3:8), or digits, all ten for everything"
)
SAMPLES = 256  # to train on where the curvature is looked at
TRAINED, TESTED = 1_000, 1_000  # for the accuracy, at most
LEAST = 10  # samples of a file


class Sets(NamedTuple):
    """Samples to follow the curvature on; others to train for the accuracy, and to test it; whether
    their labels are classes; what was done, in words."""

    samples: Samples
    trained: Samples
    tested: Samples
    classes: bool
    words: list[str]


def add_options(parser: options.Parser) -> None:
    parser.add_argument("source", metavar="SOURCE", nargs="?", default="digits:3:8", help=HELP)
    data_source.add_file_options(parser)


def load(args: argparse.Namespace) -> Sets:
    """The samples that the command line names, split by its seed.

    Raises
    ------
    ValueError
        If there are no such samples, or too few; a file is not what its ending says; scikit-learn
        is missing.
    OSError
        If a file cannot be read.
    """
    classes = data_source.chosen_digits(args)
    order = np.random.default_rng([args.seed, 0])
    if classes is None:
        return _of_file(args, order)
    x, y = _centred(*digits.read())
    ten = order.permutation(len(x))
    trained, tested = (
        Samples(x[part], y[part], args.loss) for part in (ten[:TRAINED], ten[TRAINED:])
    )
    own = "pixels centred and scaled so that the mean of |x|² is d, those that vary"
    words = [f"{own}; {data_source.labels_of(classes)}" + ", centred" * (not classes)]
    if classes:
        x, y = _centred(*digits.read(*classes))
        two = order.permutation(len(x))[:SAMPLES]
        words.append(
            f"all ten digits for the accuracy: {trained.samples} to train on, {tested.samples} to "
            "test"
        )
        return Sets(Samples(x[two], y[two], args.loss), trained, tested, True, words)
    words.append(_split_in_words(trained, tested))
    return Sets(_first(trained), trained, tested, True, words)


def _centred(pixels: FloatArray, labels: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Pixels that vary, with mean 0, and with a mean of |x|² that is their number; labels of ten
    classes with mean 0."""
    pixels = pixels[:, np.ptp(pixels, axis=0) > 0]
    pixels = pixels - pixels.mean(0)
    if labels.shape[1] > 1:
        labels = labels - labels.mean(0)
    return pixels / np.sqrt((pixels**2).mean()), labels


def _of_file(args: argparse.Namespace, order: np.random.Generator) -> Sets:
    try:
        source = files.read(Path(args.source), data_source.choice(args))
    except ValueError as error:
        raise ValueError(data_source.as_options(str(error))) from None
    count = _counted(source)
    if count < LEAST:
        raise ValueError(
            f"SOURCE = {args.source!r} must have at least {LEAST} samples, to train on and to test "
            f"on, not {count}"
        )
    to_train = min(TRAINED, round(0.7 * count))
    chosen = order.permutation(count)[: to_train + TESTED]
    x, y = _rows(source, chosen)
    trained, tested = (
        Samples(x[part], y[part], args.loss)
        for part in (slice(None, to_train), slice(to_train, None))
    )
    if not trained.X.any():
        raise ValueError(f"SOURCE = {args.source!r} must have inputs that are not all zero")
    words = data_source.said(args, source.inputs, source.labels, source.notes)
    of = f", of {count:,} in the file" * (count > len(chosen))
    words.append(_split_in_words(trained, tested, of))
    square = np.mean(trained.X**2)
    if not 0.1 < square < 10:
        words.append(
            f"note: the mean of |x|² is {square:.3g} d, far from d: --standardize brings it there"
        )
    return Sets(_first(trained), trained, tested, are_classes(y), words)


def _counted(source: Source) -> int:
    """The number of samples, all of them finite."""
    count = 0
    for x, y in source.blocks():
        finite(source, count, x, y)
        count += len(x)
    return count


def _rows(source: Source, chosen: NDArray[np.int64]) -> tuple[FloatArray, FloatArray]:
    """The samples of these numbers, in this order."""
    wanted, place = np.sort(chosen), np.argsort(np.argsort(chosen))
    parts: list[tuple[FloatArray, FloatArray]] = []
    first = 0
    for x, y in source.blocks():
        here = wanted[(wanted >= first) & (wanted < first + len(x))] - first
        parts.append((x[here], y[here]))
        first += len(x)
    x, y = (np.concatenate(part)[place] for part in zip(*parts, strict=True))
    return x, y


def _first(samples: Samples) -> Samples:
    """As many as the curvature is followed on."""
    number = max(LEAST // 2, min(SAMPLES, LARGEST_KERNEL // samples.outputs))
    return Samples(samples.X[:number], samples.Y[:number], samples.loss)


def _split_in_words(trained: Samples, tested: Samples, of: str = "") -> str:
    few = _first(trained).samples
    rest = "" if few == trained.samples else f"; runs without a test train on the first {few:,}"
    return (
        f"{trained.samples:,} samples to train on, and {tested.samples:,} others to test "
        f"on{of}{rest}"
    )


def are_classes(labels: FloatArray) -> bool:
    """Whether labels are those of classes, perhaps centred: two numbers around zero in one column,
    or in each of several columns, one of which is the large one in each sample."""
    low, high = labels.min(0), labels.max(0)
    two = ((labels == low) | (labels == high)).all() and (low < high).all()
    if labels.shape[1] == 1:
        return bool(two and low[0] < 0 < high[0])
    return bool(two and ((labels == high).sum(1) == 1).all())
