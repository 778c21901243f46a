"""Who of those whose turn has come may begin."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.core.messages import say
from bot.domain.student import Address
from bot.schedule.composer import Outgoing
from bot.schedule.gate import FEW, PACED, Gate
from bot.storage.claims import Claimed

AT = datetime(2026, 11, 30, 12, tzinfo=UTC)


def out(number: int, gap: int = 0) -> Outgoing:
    row = Claimed(number, 1, f"k{number}", ("tip",), "", 0, "", "b", 2, AT, None, 1, 0, gap)
    return Outgoing(row, Address("test", "", "u", "u"), say("tip"))


def begun(gate: Gate) -> list[int]:
    found = []
    while (each := gate.next()) is not None:
        found.append(each.row.id)
    return found


def test_no_more_begin_than_there_is_room_and_each_in_its_order():
    """One that ends makes room for the next."""
    gate = Gate(2, 100)
    for number in range(4):
        gate.add(out(number))
    assert begun(gate) == [0, 1]
    assert len(gate) == 2
    gate.ended()
    assert begun(gate) == [2]


def test_what_is_sent_and_not_written_has_a_limit():
    """Beyond it nothing begins until something is written, however much room there is."""
    gate = Gate(2, 1)
    for number in range(5):
        gate.add(out(number))
    for number in range(3):
        assert gate.next().row.id == number
        gate.ended()
    assert gate.next() is None
    gate.written(1)
    assert gate.next().row.id == 3


def test_a_paced_bucket_has_a_narrower_limit_and_holds_up_no_other():
    """Of those with a pace fewer may be unwritten; the others go on."""
    gate = Gate(1, 10 * FEW)
    for number in range(FEW + 3):
        gate.add(out(number, PACED))
    gate.add(out(1_000))
    for number in range(FEW + 1):
        assert gate.next().row.id == number
        gate.ended()
    assert gate.next().row.id == 1_000
    gate.ended()
    assert gate.next() is None
    gate.written(5)
    assert gate.next().row.id == FEW + 1


def test_a_row_claimed_again_while_it_is_open_is_counted_once():
    """After an outage a worker may get back what it sent and could not write."""
    gate = Gate(1, 0)
    gate.add(out(1, PACED))
    gate.add(out(1, PACED))
    assert begun(gate) == [1]
    gate.ended()
    gate.written(1)
    assert begun(gate) == [1]
    gate.ended()
    gate.written(1)
    gate.add(out(2, PACED))
    assert begun(gate) == [2]


@given(st.integers(1, 5), st.integers(0, 5), st.lists(st.tuples(st.sampled_from("acew"), st.booleans()), max_size=120))
def test_whatever_comes_the_limits_hold_and_nothing_is_lost(room, unwritten, happens):
    """Added, begun, ended, written in any order: room and limit hold, and in the end all have begun."""
    gate, way, open_, number, seen = Gate(room, unwritten), [], set(), 0, []
    for what, paced in happens:
        if what == "a":
            gate.add(out(number, PACED if paced else 0))
            number += 1
        elif what == "c" and (each := gate.next()) is not None:
            way.append(each.row.id)
            open_.add(each.row.id)
            seen.append(each.row.id)
        elif what == "e" and way:
            way.pop()
            gate.ended()
        elif what == "w" and (done := open_ - set(way)):
            gate.written(done.pop())
            open_ &= {*way, *done}
        assert len(way) <= room
        assert len(open_) <= room + unwritten
    for _ in way:
        gate.ended()
    for each in open_:
        gate.written(each)
    while (each := gate.next()) is not None:
        seen.append(each.row.id)
        gate.ended()
        gate.written(each.row.id)
    assert sorted(seen) == list(range(number))
