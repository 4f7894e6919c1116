"""The command line, in a process of its own or in this one."""

import subprocess
import sys

from twolayer.commands import cli


def run(*arguments, cwd=None):
    """Exit code, standard output and standard error of `python -m twolayer ...` in a process of its
    own."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "twolayer", *arguments],
        capture_output=True, text=True, cwd=cwd, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def call(capsys, *arguments):
    """The same in this process, which is faster."""
    try:
        code = cli.main(arguments)
    except SystemExit as stop:
        code = stop.code
    said = capsys.readouterr()
    return code, said.out, said.err
