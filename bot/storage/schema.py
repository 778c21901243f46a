"""The tables that features share; a feature's own tables stand in its `store.py`, on the same metadata."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

from bot.storage.types import Encrypted, LocalDate, LocalTime, UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: In the info of a table: what it holds is a student's own writing, and stays until they erase it.
LASTING = "lasting"

#: SQLite numbers rows itself only where the key is spelled INTEGER.
Key = BigInteger().with_variant(Integer, "sqlite")


def of_student(*, primary: bool = False, index: bool = True) -> Column[int]:
    """Return the column by which a row belongs to a student and is erased with them.

    Not *index* where another index of the table begins with it.
    """
    return Column(
        "student_id",
        Key,
        ForeignKey("students.id", ondelete="CASCADE"),
        nullable=False,
        primary_key=primary,
        index=index and not primary,
    )


students = Table(
    "students",
    metadata,
    Column("id", Key, primary_key=True),
    Column("zone", String(64), nullable=False, server_default=""),
    Column("home_zone", String(64), nullable=False, server_default=""),
    Column("arrives", LocalDate),
    Column("tip_at", LocalTime),
    Column("quiet_from", LocalTime, nullable=False, server_default="21:30"),
    Column("quiet_to", LocalTime, nullable=False, server_default="05:30"),
    Column("cadence", String(16), nullable=False, server_default="daily"),
    Column("paused_until", LocalDate),
    Column("state", String(16), nullable=False, server_default="active"),
    Column("created_at", UtcDateTime, nullable=False),
)

addresses = Table(
    "addresses",
    metadata,
    Column("platform", String(16), primary_key=True),
    Column("tenant", String(64), primary_key=True),
    Column("user_id", String(64), primary_key=True),
    of_student(),
    Column("chat", String(64), nullable=False),
    Column("home", Boolean, nullable=False),
)

rotations = Table(
    "rotations",
    metadata,
    Column("id", Key, primary_key=True),
    of_student(),
    Column("specialty", String(16), nullable=False),
    Column("participation", String(16), nullable=False),
    Column("start", LocalDate, nullable=False),
    Column("end", LocalDate, nullable=False),
    Column("day_start", LocalTime, nullable=False),
    Column("rounds_end", LocalTime, nullable=False),
    Column("day_end", LocalTime, nullable=False),
    Column("night_start", LocalTime, nullable=False),
    Column("night_end", LocalTime, nullable=False),
    Column("lead_minutes", Integer, nullable=False, server_default="45"),
    Column("days_off", String(16), nullable=False, server_default="6"),
    Column("leave", String(2000), nullable=False, server_default=""),
    Column("nights", String(2000), nullable=False, server_default=""),
    Column("clinic", String(16), nullable=False, server_default=""),
    Column("calls", String(2000), nullable=False, server_default=""),
    Column("midpoint_on", LocalDate),
)

facts = Table(
    "facts",
    metadata,
    Column("id", Key, primary_key=True),
    of_student(index=False),
    #: 0 where the fact belongs to the student and not to one rotation, so that the key holds no null.
    Column("rotation_id", Key, nullable=False, server_default="0"),
    Column("name", String(40), nullable=False),
    #: What the fact is about: a person asked ("attending"), an item's id; empty for most.
    Column("about", String(64), nullable=False, server_default=""),
    Column("value", String(400), nullable=False, server_default=""),
    Column("note", Encrypted),
    Column("set_at", UtcDateTime, nullable=False),
    UniqueConstraint("student_id", "rotation_id", "name", "about"),
)

inbound = Table(
    "inbound",
    metadata,
    Column("platform", String(16), primary_key=True),
    Column("key", String(128), primary_key=True),
    of_student(),
    Column("reply", Encrypted),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_inbound_at", "at"),
)

interviews = Table(
    "interviews",
    metadata,
    of_student(primary=True),
    Column("form", Encrypted, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

nudges = Table(
    "nudges",
    metadata,
    Column("id", Key, primary_key=True),
    of_student(index=False),
    Column("name", String(40), nullable=False),
    #: Empty for the one row of a recurring nudge; the slot itself for a one-off.
    Column("slot", String(64), nullable=False, server_default=""),
    Column("rotation_id", Key, nullable=False, server_default="0"),
    Column("due_at", UtcDateTime, nullable=False),
    Column("until", UtcDateTime),
    Column("priority", Integer, nullable=False, server_default="0"),
    UniqueConstraint("student_id", "name", "slot"),
    Index("ix_nudges_due_at", "due_at"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Key, primary_key=True),
    of_student(index=False),
    Column("dedupe_key", String(160), nullable=False),
    #: Names of the nudges that want this push, comma-separated: the best of them composes it when it is sent.
    Column("names", String(200), nullable=False),
    Column("slot", String(64), nullable=False, server_default=""),
    Column("rotation_id", Key, nullable=False, server_default="0"),
    Column("part", String(16), nullable=False, server_default=""),
    Column("bucket", String(80), nullable=False),
    Column("lane", Integer, nullable=False),
    #: 0 ready, 1 leased, 2 sent, 3 expired, 4 cancelled, 5 dead.
    Column("status", Integer, nullable=False, server_default="0"),
    Column("due_at", UtcDateTime, nullable=False),
    Column("available_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("owner", String(40)),
    Column("done_at", UtcDateTime),
    Column("fault", String(200)),
    # It names the student as well: with the column before it, it is the index by student too.
    UniqueConstraint("student_id", "dedupe_key"),
)

deliveries = Table(
    "deliveries",
    metadata,
    #: The same number as the outbox row it came from, so that a crash between composing and sending adds no second one.
    Column("id", Key, primary_key=True, autoincrement=False),
    of_student(index=False),
    Column("nudge", String(40), nullable=False),
    Column("slot", String(64), nullable=False),
    Column("rotation_id", Key, nullable=False, server_default="0"),
    Column("about", String(64), nullable=False, server_default=""),
    Column("item", String(40), nullable=False, server_default=""),
    Column("part", String(16), nullable=False, server_default=""),
    #: Why it came, in words for `/why`; written by the rule that chose it, never by a student.
    Column("reason", String(400), nullable=False, server_default=""),
    Column("composed_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("answered_at", UtcDateTime),
    Column("answer", String(40), nullable=False, server_default=""),
    Index("ix_deliveries_student_id_sent_at", "student_id", "sent_at"),
)

rates = Table(
    "rates",
    metadata,
    Column("bucket", String(80), primary_key=True),
    #: Microseconds since 1970 on the database's clock: when the next send is allowed, and the gap between two.
    Column("tat", BigInteger, nullable=False, server_default="0"),
    Column("gap", BigInteger, nullable=False),
    #: Over how many milliseconds the day's pushes of one crowded minute are spread.
    Column("spread", BigInteger, nullable=False, server_default="0"),
    Column("blocked_until", BigInteger, nullable=False, server_default="0"),
)

workers = Table(
    "workers",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("beat_at", BigInteger, nullable=False),
    Column("info", String(200), nullable=False, server_default=""),
)

leases = Table(
    "leases",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("owner", String(40), nullable=False),
    Column("until", BigInteger, nullable=False),
)

settings = Table(
    "settings",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", String(400), nullable=False),
)
