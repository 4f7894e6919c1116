"""Results as files, written whole or not at all."""

import contextlib
import io
import os
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from . import data_results, results
from .results import Phase

__all__ = ["load", "save"]

_CLASSES: dict[str, Any] = {
    name: cls
    for module in (results, data_results)
    for name, cls in vars(module).items()
    if is_dataclass(cls)
}

BROKEN = (
    AttributeError, EOFError, LookupError, RuntimeError, TypeError, ValueError,
    struct.error, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
"""What a damaged .npz file raises when it is read."""


def write_whole(path: str | os.PathLike[str], write: Callable[[IO[bytes]], object]) -> None:
    """Let `write` fill a file at `path`; an error or an interrupt leaves what was there before.

    A symbolic link stays, and what it points to is written; a device is written to. OSError names
    the file.
    """
    path = Path(path)
    place = path.resolve()
    try:
        if place.exists() and not place.is_file():
            _write_through(place, write)
        else:
            _sweep(place)
            _replace(place, write)
    except OSError as error:
        raise type(error)(error.errno, error.strerror or str(error), str(path)) from None


def _write_through(device: Path, write: Callable[[IO[bytes]], object]) -> None:
    content = io.BytesIO()
    write(content)
    with open(device, "wb", buffering=0) as file:
        file.write(content.getbuffer())


def _replace(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.{os.getpid()}.")
    try:
        with os.fdopen(handle, "wb") as file:
            write(file)
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
        raise


def _sweep(path: Path) -> None:
    """Remove what writers of this file left that were killed."""
    if os.name != "posix":
        return  # no way to ask for a process without ending it
    start = f".{path.name}."
    for name in os.listdir(path.parent):
        number, dot, _ = name.removeprefix(start).partition(".")
        if name.startswith(start) and dot and number.isdecimal() and not _runs(int(number)):
            (path.parent / name).unlink(missing_ok=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        pass
    return True


def _flatten(result: Any, prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {prefix + "class": type(result).__name__}
    for field in fields(result):
        value, key = getattr(result, field.name), prefix + field.name
        if is_dataclass(value):
            flat |= _flatten(value, key + ".")
        elif isinstance(value, np.ma.MaskedArray):
            flat |= {key: value.data, key + "/mask": np.ma.getmaskarray(value)}
        elif value is None:
            flat[key + ".class"] = "None"
        else:
            flat[key] = np.asarray(value)
    return flat


def _restore(name: str, value: Any, mask: Any) -> Any:
    if mask is not None:
        return np.ma.MaskedArray(value, mask)
    if name == "axes":
        return tuple(str(item) for item in value)
    if value.ndim == 0:
        return Phase(int(value)) if name.startswith("phase") else value[()]
    return value


def _build(flat: dict[str, Any], prefix: str = "") -> Any:
    name = str(flat[prefix + "class"])
    if name == "None":
        return None
    cls = _CLASSES[name]
    values = {}
    for field in fields(cls):
        key = prefix + field.name
        if key + ".class" in flat:
            values[field.name] = _build(flat, key + ".")
        elif key in flat:
            values[field.name] = _restore(field.name, flat[key], flat.get(key + "/mask"))
    return cls(**values)


def save(path: str | os.PathLike[str], result: Any) -> None:
    """Write a result object to `path` as .npz (no pickles); the file is complete or absent.

    Raises
    ------
    ValueError
        If `result` is none of the package's result objects.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from twolayer import Interval
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "interval.npz"
    >>> save(file, Interval(0.9, 1.1, Phase.LAZY, Phase.CATAPULT))
    >>> load(file).phase_high
    <Phase.CATAPULT: 1>
    """
    if type(result) not in _CLASSES.values():
        raise ValueError(
            f"result = {type(result).__name__} object must be one of {', '.join(_CLASSES)}"
        )
    flat = _flatten(result)
    write_whole(path, lambda file: np.savez(file, **flat))


def load(path: str | os.PathLike[str]) -> Any:
    """Read what `save` wrote.

    Raises
    ------
    ValueError
        If the file is not one that `save` wrote.
    OSError
        If it cannot be read.

    See `save` for an example.
    """
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as archive:
            return _build(dict(archive))
    except BROKEN:
        raise ValueError(
            f"path = {os.fspath(path)!r} must be a file written by twolayer.save"
        ) from None
