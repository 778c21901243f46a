"""The page served, and a visitor at it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.drivers.web import WebDriver
from tests.platforms.web.serving import Served, served


@pytest.fixture(scope="module")
def _served() -> Iterator[Served]:
    with served() as made:
        yield made


@pytest.fixture
def page(_served: Served) -> Served:
    """The page, with nothing away and the clock at the beginning."""
    _served.reset()
    return _served


@pytest.fixture
async def driver(page: Served) -> AsyncIterator[WebDriver]:
    """A new visitor."""
    async with WebDriver(page.url, zone="America/Chicago") as made:
        yield made
