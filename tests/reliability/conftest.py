"""What the tests of whole processes share: a far side that counts, and one cache of the compiled bank."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reliability.fanout import Edge, edge


@pytest.fixture(scope="session")
def caches(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache of the compiled bank, and one log, for every process here."""
    return tmp_path_factory.mktemp("processes")


@pytest.fixture
def far_side() -> Iterator[Edge]:
    with edge() as made:
        yield made
