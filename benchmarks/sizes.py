"""What tables and their indexes take, as each database itself says."""

from dataclasses import dataclass, field

from sqlalchemy import Connection, text

_POSTGRES = text(
    "SELECT t.relname AS owner, i.relname AS name, pg_relation_size(i.oid) AS bytes FROM pg_index x"
    " JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid"
    " JOIN pg_namespace n ON n.oid = t.relnamespace WHERE n.nspname = 'public' UNION ALL"
    " SELECT c.relname, '', pg_total_relation_size(c.oid) - pg_indexes_size(c.oid) FROM pg_class c"
    " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind = 'r'"
)
_SQLITE = text(
    "SELECT m.tbl_name AS owner, CASE m.type WHEN 'table' THEN '' ELSE m.name END AS name, sum(d.pgsize) AS bytes"
    " FROM dbstat d JOIN sqlite_master m ON m.name = d.name GROUP BY m.tbl_name, m.type, m.name"
)


@dataclass(slots=True)
class Size:
    """Bytes of a table without its indexes, and of each index."""

    table: int = 0
    indexes: dict[str, int] = field(default_factory=dict)

    @property
    def indexed(self) -> int:
        """Bytes of all indexes."""
        return sum(self.indexes.values())

    @property
    def whole(self) -> int:
        """Bytes of the table with its indexes."""
        return self.table + self.indexed


def sizes(connection: Connection) -> dict[str, Size]:
    """Return the size of each table: what PostgreSQL keeps beside a row counts with the table; SQLite's in whole pages."""
    found: dict[str, Size] = {}
    statement = _POSTGRES if connection.dialect.name == "postgresql" else _SQLITE
    for owner, name, taken in connection.execute(statement):
        size = found.setdefault(owner, Size())
        if name:
            size.indexes[name] = int(taken)
        else:
            size.table = int(taken)
    return found
