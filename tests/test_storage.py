"""Result objects survive the disk, whole or not at all."""

import os
import re
import subprocess
import sys
from dataclasses import fields, is_dataclass
from pathlib import Path

import numpy as np
import pytest

import twolayer as tl
from twolayer import (
    Boundaries,
    ConvergenceOdds,
    FinalCurvature,
    Interval,
    Outcome,
    Phase,
    PhaseDiagram,
    Trajectory,
    load,
    save,
    storage,
)


def diagram(**changes):
    values = {
        "eta": [0.5, 1.5, 2.5],
        "curvature": 2.0,
        "output": 1.2,
        "width": [1, 2, 100],
    } | changes
    return tl.phase_diagram(**values)


def boundaries(low=0.1, high=6.0, **start):
    lam, f, n = np.array([1.0, 1.2]), 0.3, np.array([10, 1])
    return tl.locate_boundaries(lambda eta: tl.phase(eta, lam, f, n), low, high)


RESULTS = {
    "final curvatures": lambda: tl.final_curvature([0.5, 1.5, 2.5], 2.0, 1.0, 100),
    "final curvature of one run": lambda: tl.final_curvature(1.5, 2.0, 1.0, 100),
    "trajectory": lambda: tl.simulate([1.0, 5.0], 1.0, 0.3, 10, steps=40),
    "trajectory of one run": lambda: tl.simulate(1.0, 1.0, 0.3, 10, steps=3),
    "trajectory of a network": lambda: tl.Network.random(5, size=2, rng=0).train(0.5, 3),
    "outcome": lambda: tl.outcome([0.5, 1.5, 2.0, 5.0], 1.0, 0.3, 10, max_steps=30),
    "outcome of one run": lambda: tl.outcome(1.5, 1.0, 0.3, 10),
    "empty outcome": lambda: tl.outcome([], 1.0, 0.3, 10),
    "interval": lambda: boundaries().eta_max,
    "interval of one run": lambda: Interval(0.9, 1.1, Phase.LAZY, Phase.CATAPULT),
    "boundaries": boundaries,
    "boundaries of one run": lambda: tl.locate_boundaries(
        lambda eta: tl.phase(eta, 1.0, 0.3, 10), 0.1, 6.0
    ),
    "diagram": lambda: diagram(),
    "observed diagram": lambda: diagram(observe=True),
    "diagram without rates": lambda: diagram(eta=1.5, curvature=[1.0, 2.5]),
    "diagram of neither": lambda: diagram(eta=1.5, target=[0.0, 0.5]),
    "diagram without a mask": lambda: diagram(output=0.0),
    "flattest": lambda: tl.flattest_curvature(tl.Data(np.eye(2), [1.0, 2.0]), [3, 10]),
    "flattest at one width": lambda: tl.flattest_curvature(tl.Data(np.eye(2), [1.0, 2.0]), 3),
    "guide": lambda: tl.rate_guide(
        tl.GramNetwork.random(9, 2, size=3, rng=0), tl.Data(np.eye(2), [1.0, 2.0])
    ),
    "guide of one start": lambda: tl.rate_guide(
        tl.GramNetwork.random(9, 1, rng=0), tl.Data([1.0, 2.0], [1.0, 2.0])
    ),
    "odds": lambda: tl.convergence_odds(
        tl.Data(np.eye(2), [0.0, 0.0]), 3, [1.0, 4.0, 7.0], starts=20, max_steps=50
    ),
    "log": lambda: tl.diagnose(1.5, [0.5, 2.0, 0.1, np.nan], [2.0, 1.9, 0.3, np.nan]),
    "log without curvature": lambda: tl.diagnose(1.5, [0.5, 0.2]),
    "log of the theory": lambda: tl.diagnose(
        1.2, *(tl.simulate(1.2, 2.0, 1.0, 100).loss, tl.simulate(1.2, 2.0, 1.0, 100).curvature)
    ),
    "odds at one point": lambda: tl.convergence_odds(
        tl.Data(np.eye(2), [0.0, 0.0]), 3, [7.0], starts=1
    ),
}


def equal(one, two, name="result"):
    """The same class, shapes, kinds of number, bits and masks, all the way down."""
    if is_dataclass(one):
        assert type(one) is type(two), name
        for field in fields(one):
            equal(getattr(one, field.name), getattr(two, field.name), field.name)
    elif one is None or isinstance(one, tuple):
        assert type(one) is type(two), name
        assert one == two, name
    else:
        assert np.asarray(one).dtype.kind == np.asarray(two).dtype.kind
        np.testing.assert_array_equal(
            np.ma.getdata(one), np.ma.getdata(two), err_msg=name, strict=np.ndim(one) > 0
        )
        assert isinstance(one, np.ma.MaskedArray) == isinstance(two, np.ma.MaskedArray), name
        np.testing.assert_array_equal(
            np.ma.getmaskarray(one), np.ma.getmaskarray(two), err_msg=name
        )
        assert isinstance(one, np.ndarray) == isinstance(two, np.ndarray), name


@pytest.mark.parametrize("kind", RESULTS)
def test_round_trip(tmp_path, kind):
    result = RESULTS[kind]()
    file = tmp_path / "some name.npz"
    save(file, result)
    equal(result, load(file))
    save(str(file), load(str(file)))  # over itself
    equal(result, load(file))
    assert os.listdir(tmp_path) == ["some name.npz"]


def test_the_list_above_holds_every_kind_of_result():
    made = [make() for make in RESULTS.values()]
    assert {type(result) for result in made} == {
        Trajectory, Outcome, FinalCurvature, Interval, Boundaries, PhaseDiagram, ConvergenceOdds,
        tl.FlattestCurvature, tl.RateGuide, tl.Diagnosis,
    }  # fmt: skip
    diagrams = [result for result in made if isinstance(result, PhaseDiagram)]
    for name in ("observed", "eta_crit", "eta_max", "curvature_crit", "curvature_div"):
        assert {getattr(result, name) is None for result in diagrams} == {True, False}
    assert {bool(np.ma.getmaskarray(result.phase).any()) for result in diagrams} == {True, False}
    assert any(np.isnan(result.curvature).any() for result in made if isinstance(result, Outcome))


def test_phases_come_back_as_phases(tmp_path):
    save(tmp_path / "x", tl.outcome(1.5, 2.0, 1.0, 100))
    back = load(tmp_path / "x")
    assert back.phase is Phase.CATAPULT
    assert os.listdir(tmp_path) == ["x"]  # exactly the name that was asked for


def test_files_hold_no_pickles(tmp_path):
    save(tmp_path / "x.npz", diagram(observe=True))
    with np.load(tmp_path / "x.npz", allow_pickle=False) as archive:
        assert all(archive[name].dtype.kind in "fiubU" for name in archive.files)


@pytest.mark.parametrize(
    "thing", [3, None, "x", np.ones(3), {"output": 1}, Phase.LAZY, (1.0, 2.0), Interval]
)
def test_only_results_are_saved(tmp_path, thing):
    kinds = (
        "Trajectory, Outcome, FinalCurvature, Interval, Boundaries, PhaseDiagram, "
        "FlattestCurvature, RateGuide, ConvergenceOdds, KernelCurvature, Diagnosis"
    )
    message = f"result = {type(thing).__name__} object must be one of {kinds}"
    with pytest.raises(ValueError, match=rf"\A{message}\Z"):
        save(tmp_path / "x.npz", thing)
    assert os.listdir(tmp_path) == []


def refused(path):
    where = re.escape(repr(os.fspath(path)))
    return pytest.raises(
        ValueError, match=rf"\Apath = {where} must be a file written by twolayer\.save\Z"
    )


def test_half_a_file_is_refused(tmp_path):
    save(tmp_path / "whole.npz", diagram(observe=True))
    whole = (tmp_path / "whole.npz").read_bytes()
    part = tmp_path / "part.npz"
    for length in range(0, len(whole), 41):
        part.write_bytes(whole[:length])
        with refused(part):
            load(part)


def test_a_damaged_file_is_refused_or_unharmed(tmp_path):
    original = RESULTS["interval of one run"]()
    save(tmp_path / "whole.npz", original)
    whole = (tmp_path / "whole.npz").read_bytes()
    bad = tmp_path / "bad.npz"
    for place in range(0, len(whole), 5):
        for flip in (0xFF, 0x40, 1):
            bad.write_bytes(whole[:place] + bytes([whole[place] ^ flip]) + whole[place + 1 :])
            answer = loaded(bad)
            if isinstance(answer, ValueError):
                assert "must be a file written by twolayer.save" in str(answer)
            elif not isinstance(answer, OSError):  # an offset that no file has
                equal(original, answer)


def loaded(path):
    """What is in a file, or the error that says why it is not."""
    try:
        return load(path)
    except (ValueError, OSError) as error:
        return error


# What version 0.1.0 wrote before the package had rooms: names, kinds and shapes as they stood in
# its files.
OLD = {
    "trajectory": {
        "class": "Trajectory", "output": [0.3, 0.0027], "curvature": [1.0, 0.973],
        "loss": [0.045, 3.645e-06],
    },
    "trajectory on data": {
        "class": "Trajectory", "output.class": "None", "curvature": [0.2, 0.1],
        "loss": [0.01, 0.001],
    },
    "outcome": {
        "class": "Outcome", "phase": 1, "curvature": 0.9, "curvature_error": 1e-13,
        "peak_loss": 0.045, "peak_step": 3, "steps": 17,
    },
    "final curvature": {
        "class": "FinalCurvature", "curvature": [1.98, np.inf], "error": [2e-14, np.nan],
        "phase": np.array([0, 3], np.int8), "steps": [1, 0],
    },
    "boundaries": {
        "class": "Boundaries",
        "eta_crit.class": "Interval", "eta_crit.low": 2.03, "eta_crit.high": 2.04,
        "eta_crit.phase_low": np.int8(0), "eta_crit.phase_high": np.int8(1),
        "eta_max.class": "Interval", "eta_max.low": 3.9, "eta_max.high": 4.1,
        "eta_max.phase_low": np.int8(1), "eta_max.phase_high": np.int8(3),
    },
    "diagram": {
        "class": "PhaseDiagram", "axes": ["eta", "width"], "eta": [0.5, 1.5], "curvature": 2.0,
        "output": 1.2, "width": [1.0, 100.0], "target": 0.0,
        "phase": np.array([[0, 0], [1, 1]], np.int8), "phase/mask": [[True, False], [True, False]],
        "observed.class": "Outcome", "observed.phase": np.array([[4, 0], [4, 1]], np.int8),
        "observed.curvature": [[np.nan, 1.97], [np.nan, 0.11]],
        "observed.curvature_error": [[np.nan, 7e-13], [np.nan, 1e-12]],
        "observed.peak_loss": [[np.nan, 0.72], [np.nan, 18.8]],
        "observed.peak_step": [[0, 0], [0, 3]], "observed.steps": [[0, 3], [0, 77]],
        "final.class": "None", "eta_crit": [np.nan, 1.007], "eta_max": [np.nan, 2.0],
        "curvature_crit.class": "None", "curvature_div.class": "None",
    },
    "odds": {
        "class": "ConvergenceOdds", "sharpness": [1.0, 7.0], "curvature": [1.4, 0.7, 3.2],
        "phase": np.array([[0, 3], [0, 3], [1, 3]], np.int8), "probability": [1.0, 0.0],
        "low": [0.29, 0.0], "high": [1.0, 0.71], "half": 4.0, "half_low": 0.0,
        "half_high": np.inf, "confidence": 0.95,
    },
}  # fmt: skip


@pytest.mark.parametrize("kind", OLD)
def test_results_of_the_first_version_load(tmp_path, kind):
    """Every field of the class is what the array of its name was."""
    np.savez(tmp_path / "old.npz", **OLD[kind])
    result = load(tmp_path / "old.npz")
    holds(result, OLD[kind], "")
    save(tmp_path / "new.npz", result)
    with np.load(tmp_path / "new.npz") as new:
        assert sorted(new.files) == sorted(OLD[kind])


def holds(result, arrays, prefix):
    assert type(result).__name__ == arrays[f"{prefix}class"]
    for field in fields(result):
        value, key = getattr(result, field.name), prefix + field.name
        if key in arrays:
            np.testing.assert_array_equal(np.ma.getdata(value), arrays[key])
            mask = arrays.get(f"{key}/mask", False)
            np.testing.assert_array_equal(np.ma.getmask(value), mask)
        elif value is None:
            assert arrays[f"{key}.class"] == "None"
        else:
            holds(value, arrays, f"{key}.")


@pytest.mark.parametrize("kind", OLD)
def test_old_results_without_a_field_that_is_needed_are_refused(tmp_path, kind):
    arrays = dict(OLD[kind])
    del arrays["curvature" if "curvature" in arrays else "eta_max.low"]
    np.savez(tmp_path / "old.npz", **arrays)
    with refused(tmp_path / "old.npz"):
        load(tmp_path / "old.npz")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"text\n",
        b"\x93NUMPY",
        lambda file: np.save(file, np.ones(3)),
        lambda file: np.save(file, np.array([{}]), allow_pickle=True),
        lambda file: np.savez(file, a=1),
        lambda file: np.savez(file, **{"class": "Network"}),
        lambda file: np.savez(file, **{"class": "Trajectory", "output": 1.0}),
        lambda file: np.savez(file, **{"class": np.array([{}])}, allow_pickle=True),
        lambda file: np.savez(file, **{"class": "Boundaries", "eta_crit.class": "Interval"}),
    ],
)
def test_other_files_are_refused(tmp_path, content):
    path = tmp_path / "other.npz"
    with path.open("wb") as file:
        content(file) if callable(content) else file.write(content)
    with refused(path):
        load(path)


@pytest.mark.parametrize("save_as", ["stored", "compressed"])
def test_a_damaged_byte_is_refused_in_one_line_or_says_nothing(tmp_path, save_as):
    """Any byte, of whatever errors the parts of zipfile, its decompressors and NumPy raise."""
    path, refusals = tmp_path / "x.npz", 0
    result = Interval(1.0, 2.0, Phase.LAZY, Phase.CATAPULT)
    save(path, result)
    if save_as == "compressed":
        with np.load(path) as archive:
            np.savez_compressed(path, **archive)
    good = path.read_bytes()
    for place in range(len(good)):
        path.write_bytes(good[:place] + bytes([good[place] ^ 0xFF]) + good[place + 1 :])
        try:
            equal(result, load(path))
        except ValueError as error:
            said = f"path = {str(path)!r} must be a file written by twolayer.save"
            assert str(error) == said  # noqa: PT017
            refusals += 1
    assert refusals > 0.6 * len(good)


def test_errors_of_the_system_are_no_damage(tmp_path):
    for error in (PermissionError(13, "no"), MemoryError("much"), KeyboardInterrupt()):
        with pytest.raises(type(error)), storage.reading("damaged"):
            raise error
    for damage in (OSError("Invalid data stream"), OSError(22, "Invalid argument"), EOFError()):
        with pytest.raises(ValueError, match=r"\Adamaged\Z"), storage.reading("damaged"):
            raise damage


def test_missing_files_and_folders(tmp_path):
    with pytest.raises(FileNotFoundError, match="nothing"):
        load(tmp_path / "nothing.npz")
    with pytest.raises(OSError, match="nowhere"):
        save(tmp_path / "nowhere" / "x.npz", Interval(1.0, 2.0, 0, 1))
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="folder"):
        save(tmp_path / "folder", Interval(1.0, 2.0, 0, 1))
    assert os.listdir(tmp_path) == ["folder"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError, SystemExit, ValueError])
@pytest.mark.parametrize("before", [None, b"what was there"])
def test_an_interrupted_write_leaves_what_was_there(tmp_path, error, before):
    path = tmp_path / "x.npz"
    if before is not None:
        path.write_bytes(before)

    def write(file):
        file.write(b"half of it")
        raise error("stop")

    with pytest.raises(error, match="stop"):
        storage.write_whole(path, write)
    assert (path.read_bytes() if path.exists() else None) == before
    assert os.listdir(tmp_path) == ([] if before is None else ["x.npz"])


def test_an_interrupt_while_saving(tmp_path, monkeypatch):
    save(tmp_path / "x.npz", Interval(1.0, 2.0, 0, 1))

    def interrupted(file, **arrays):
        file.write(b"PK")
        raise KeyboardInterrupt("stop")

    monkeypatch.setattr(np, "savez", interrupted)
    with pytest.raises(KeyboardInterrupt, match="stop"):
        save(tmp_path / "x.npz", Interval(3.0, 4.0, 0, 1))
    assert load(tmp_path / "x.npz").low == 1.0
    assert os.listdir(tmp_path) == ["x.npz"]


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_files_have_ordinary_permissions(tmp_path, mask):
    before = os.umask(mask)
    try:
        save(tmp_path / "x.npz", Interval(1.0, 2.0, 0, 1))
        assert os.umask(mask) == mask
    finally:
        os.umask(before)
    assert (tmp_path / "x.npz").stat().st_mode & 0o777 == 0o666 & ~mask


def test_a_folder_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"No such file or directory: '.*/no/x.npz'$"):
        save(tmp_path / "no" / "x.npz", RESULTS["interval of one run"]())


needs_posix = pytest.mark.skipif(os.name != "posix", reason="links, devices and signals of POSIX")
ONE = RESULTS["interval of one run"]


@needs_posix
@pytest.mark.parametrize("there", [True, False])
def test_a_symbolic_link_stays_and_its_file_is_written(tmp_path, there):
    (tmp_path / "far").mkdir()
    if there:
        (tmp_path / "far" / "real.npz").write_bytes(b"old")
    link = tmp_path / "x.npz"
    link.symlink_to(Path("far") / "real.npz")
    save(link, ONE())
    assert link.is_symlink()
    assert load(tmp_path / "far" / "real.npz").low == 0.9
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["far", "real.npz", "x.npz"]


@needs_posix
def test_devices_are_written_to():
    save("/dev/null", ONE())
    assert not Path("/dev/null").is_file()
    if Path("/dev/full").exists():
        with pytest.raises(OSError, match=r"No space left on device: '/dev/full'$"):
            save("/dev/full", ONE())


@needs_posix
def test_what_a_killed_writer_left_is_swept_and_what_a_living_one_writes_is_not(tmp_path):
    script = """
import os, sys, time
from twolayer import storage
def write(file):
    file.write(b"half")
    print("writing", flush=True)
    time.sleep(60)
storage.write_whole(sys.argv[1], write)
"""
    path = tmp_path / "x [1].npz"
    environment = os.environ | {"PYTHONPATH": str(Path(tl.__file__).parent.parent)}
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(path)], env=environment, stdout=subprocess.PIPE
        )
        for _ in range(2)
    ]
    try:
        for writer in writers:
            assert writer.stdout.readline() == b"writing\n"
        writers[0].kill()
        writers[0].wait()
        (tmp_path / ".x [1].npz.of a user").write_text("")
        (tmp_path / ".x [1].npz.1.a").write_text("")  # process 1 lives
        assert len(os.listdir(tmp_path)) == 4
        save(path, ONE())
        left = sorted(os.listdir(tmp_path))
        assert len(left) == 4
        assert any(name.startswith(f".x [1].npz.{writers[1].pid}.") for name in left)
    finally:
        for writer in writers:
            writer.kill()
            writer.communicate()
