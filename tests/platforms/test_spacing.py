"""How often one chat may be written to."""

from bot.platforms.spacing import MOST, REMEMBERED, WITHIN, Spacing


class Watch:
    """Monotonic seconds that pass only by waiting, or by hand."""

    def __init__(self) -> None:
        self.now = 100.0
        self.waits: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def rest(self, seconds: float) -> None:
        self.waits.append(seconds)


async def test_pushes_to_one_chat_go_a_second_apart():
    """Three at once wait none, one and two seconds; another chat waits for nobody."""
    watch = Watch()
    spacing = Spacing(watch, watch.rest)
    for chat in ("a", "a", "b", "a"):
        await spacing.turn(chat)
    assert watch.waits == [1.0, 2.0]
    watch.now += 10
    await spacing.turn("a")
    assert watch.waits == [1.0, 2.0]


async def test_a_push_keeps_its_distance_from_a_reply():
    """A reply waits for nothing; what comes right after it does."""
    watch = Watch()
    spacing = Spacing(watch, watch.rest)
    spacing.wrote("a")
    watch.now += 0.25
    await spacing.turn("a")
    assert watch.waits == [0.75]


def test_a_group_is_full_for_the_rest_of_its_minute():
    watch = Watch()
    spacing = Spacing(watch, watch.rest)
    for _ in range(MOST):
        assert not spacing.full("g")
        spacing.wrote("g", group=True)
        watch.now += 1
    assert spacing.full("g")
    assert not spacing.full("other")
    watch.now = 100.0 + WITHIN
    assert not spacing.full("g")


async def test_what_is_remembered_stays_small():
    watch = Watch()
    spacing = Spacing(watch, watch.rest)
    for chat in range(3 * REMEMBERED):
        await spacing.turn(str(chat))
        watch.now += 0.01
    assert len(spacing._next) <= REMEMBERED
    assert watch.waits == []
