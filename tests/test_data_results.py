"""The results on data sets are frozen, and say of each field what it is."""

import dataclasses
import re

import pytest

from twolayer import data_results

CLASSES = [
    data_results.FlattestCurvature,
    data_results.RateGuide,
    data_results.KernelCurvature,
]


@pytest.mark.parametrize("cls", CLASSES)
def test_every_field_is_described_and_none_can_be_changed(cls):
    names = [field.name for field in dataclasses.fields(cls)]
    rows = re.findall(r"^ {4}(\w[\w, ]*) : ", cls.__doc__, re.MULTILINE)
    assert sorted(", ".join(rows).split(", ")) == sorted(names)
    one = cls(*range(len(names)))
    for name in names:
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(one, name, 0)
