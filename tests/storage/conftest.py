"""What tests of storage share."""

import pytest

from tests.processes import Runs, runner


@pytest.fixture(scope="session")
def process(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """Run the command line in a folder of its own."""
    return runner(tmp_path_factory.mktemp("process"))
