"""The command `data` warns of nothing where there is little to draw: warnings are errors here."""

import pytest

from tests.commands import process

TABLES = {
    "one sample": "1,2,3\n",
    "label 0": "1,2,0\n2,1,0\n3,5,0\n1,1,0\n",
    "one sample, one input": "2,1\n",
    "one sample, one input, label 0": "1,0\n",
    "exactly linear": "1,2,3\n2,1,3\n3,5,8\n1,1,2\n0,3,3\n",
    "exactly linear, one input": "1,2\n2,4\n3,6\n",
}


@pytest.mark.parametrize("name", TABLES)
def test_data_with_little_to_draw(capsys, tmp_path, name):
    (tmp_path / "table.csv").write_text(TABLES[name])
    code, out, err = process.call(
        capsys, "data", str(tmp_path / "table.csv"), "--width", "10", "--folder", str(tmp_path)
    )
    assert code == 0
    assert "Warning" not in out + err
    assert (tmp_path / "restoration.png").stat().st_size > 10_000
