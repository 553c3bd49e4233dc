"""What the tests of the project's own machinery share."""

import os

import pytest


@pytest.fixture
def environment():
    """The environment variables of a shell, without those that `make test` hands down to a second make."""
    handed_down = ("MAKEFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "MFLAGS", "PYTHON", "EXTRAS", "LESSON", "LAB_FLAGS")
    return {name: value for name, value in os.environ.items() if name not in handed_down}
