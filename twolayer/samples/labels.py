"""Labels that are classes, as columns of numbers."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arguments import FloatArray

CLASSES = 1_000  # more of them are no classes


def in_columns(
    name: str, values: NDArray[Any], asked: bool
) -> tuple[FloatArray, tuple[str, ...], str]:
    """The columns of one label, their names, and what was done, in words: two classes, in
    alphabetical or numerical order, become −1 and +1, more of them one column each."""
    whole = values.astype(str) if values.dtype == object else values
    kinds, places = np.unique(whole, return_inverse=True)
    if 2 < len(kinds) == len(values) and not asked:
        raise ValueError(
            f"label {name!r} must say something more than once, unless classes=True takes each of "
            f"its {len(values)} texts as a class"
        )
    if not 2 <= len(kinds) <= CLASSES:
        raise ValueError(f"label {name!r} must have 2 to {CLASSES} classes, and has {len(kinds)}")
    words = [_word(kind) for kind in kinds]
    if len(kinds) == 2:
        done = f"label {name}: -1 for {words[0]}, +1 for {words[1]}"
        return np.where(places[:, None] == 0, -1.0, 1.0), (name,), done
    columns = (places[:, None] == np.arange(len(kinds))).astype(np.float64)
    done = f"label {name}: one column a class, 1 for its own samples and 0 for others"
    return columns, tuple(f"{name} = {word}" for word in words), done


def _word(kind: Any) -> str:
    """A class as people write it."""
    if isinstance(kind, str):
        return " ".join(kind.split())
    return str(int(kind)) if kind == int(kind) else repr(float(kind))
