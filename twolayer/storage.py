"""Results as files, written whole or not at all."""

import contextlib
import errno
import io
import math
import os
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from . import data_results, log_results, results
from .results import Phase

__all__ = ["load", "save"]

_CLASSES: dict[str, Any] = {
    name: cls
    for module in (results, data_results, log_results)
    for name, cls in vars(module).items()
    if is_dataclass(cls)
}


@contextlib.contextmanager
def reading(refused: str) -> Iterator[None]:
    """ValueError(refused) for whatever reading a damaged file raises; errors of the system, and
    want of memory, go through."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except MemoryError:
        raise
    except OSError as error:
        # a damaged .npz makes zipfile seek before its beginning, and a decompressor give up
        if error.errno not in (None, errno.EINVAL):
            raise
        raise ValueError(refused) from None
    except Exception:  # of zipfile, four decompressors and NumPy's parser: no list is whole
        raise ValueError(refused) from None


def header(stream: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Shape, Fortran order and kind of an array, from the beginning of an .npy file."""
    version = npy.read_magic(stream)
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    return read(stream)


def member(archive: zipfile.ZipFile, name: str) -> NDArray[Any]:
    """An array of an .npz file; an error unless it has the size that its header says, and its check
    sum."""
    info = archive.getinfo(f"{name}.npy")
    with archive.open(info) as stream:
        shape, _, kind = header(stream)
        if stream.tell() + math.prod(shape) * kind.itemsize != info.file_size:
            raise ValueError(name)
        stream.seek(0)
        array: NDArray[Any] = npy.read_array(stream)
        stream.read(1)  # the check sum is looked at where the file ends
    return array


def arrays(path: str | os.PathLike[str], refused: str) -> dict[str, NDArray[Any]]:
    """The arrays of an .npz file by their names; ValueError(refused) if it is none, or damaged."""
    with reading(refused), open(path, "rb") as file, zipfile.ZipFile(file) as archive:
        names = [name.removesuffix(".npy") for name in archive.namelist()]
        return {name: member(archive, name) for name in names}


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
    if name in ("axes", "notes"):
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


def _check_name(path: Any) -> None:
    if not isinstance(path, str | os.PathLike):
        raise ValueError(f"path = {path!r} must be the name of a file")


def save(path: str | os.PathLike[str], result: Any) -> None:
    """Write a result object to `path` as .npz (no pickles); the file is complete or absent.

    Parameters
    ----------
    path : path-like
        Name of the file; what is there is replaced.
    result : a result object
        What a function of the package returned: `Trajectory`, `Outcome`, `PhaseDiagram` and others.

    Raises
    ------
    ValueError
        If `result` is none of the package's result objects, or `path` no name of a file.
    OSError
        If it cannot be written.

    Examples
    --------
    >>> import twolayer as tl
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "interval.npz"
    >>> tl.save(file, tl.Interval(0.9, 1.1, tl.Phase.LAZY, tl.Phase.CATAPULT))
    >>> tl.load(file).phase_high
    <Phase.CATAPULT: 1>
    """
    _check_name(path)
    if type(result) not in _CLASSES.values():
        raise ValueError(
            f"result = {type(result).__name__} object must be one of {', '.join(_CLASSES)}"
        )
    flat = _flatten(result)
    write_whole(path, lambda file: np.savez(file, **flat))


def load(path: str | os.PathLike[str]) -> Any:
    """Read what `save` wrote.

    Parameters
    ----------
    path : path-like

    Returns
    -------
    a result object
        Of the class that was saved.

    Raises
    ------
    ValueError
        If the file is not one that `save` wrote.
    OSError
        If it cannot be read.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> import twolayer as tl
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "end.npz"
    >>> tl.save(file, tl.outcome(1.5, 2.0, 1.0, width=100))
    >>> tl.load(file).phase
    <Phase.CATAPULT: 1>
    """
    _check_name(path)
    refused = f"path = {os.fspath(path)!r} must be a file written by twolayer.save"
    flat = arrays(path, refused)
    with reading(refused):
        return _build(flat)
