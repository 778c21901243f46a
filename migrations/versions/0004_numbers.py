"""numbers that never come again on SQLite; two indexes less in the outbox"""

import sqlalchemy as sa
from alembic import op


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

#: Whose numbers others keep when the row is gone, and where: SQLite would give the highest one again.
KEPT = {
    'students': {},
    'rotations': {'facts': 'rotation_id', 'nudges': 'rotation_id', 'deliveries': 'rotation_id', 'log_lines': 'rotation_id'},
    'outbox': {'deliveries': 'id'},
}
CLOSED = sa.text('status >= 2')


def upgrade() -> None:
    with op.batch_alter_table('outbox') as batch_op:
        batch_op.drop_constraint('uq_outbox_dedupe_key', type_='unique')
        batch_op.create_unique_constraint('uq_outbox_student_id_dedupe_key', ['student_id', 'dedupe_key'])
        batch_op.drop_index('ix_outbox_student_id')
        batch_op.drop_index('ix_outbox_done')
    if op.get_bind().dialect.name == 'sqlite':
        for table in KEPT:
            _made_again(table, numbered=True)


def downgrade() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        for table in KEPT:
            _made_again(table, numbered=False)
    with op.batch_alter_table('outbox') as batch_op:
        batch_op.create_index('ix_outbox_done', ['done_at'], unique=False, postgresql_where=CLOSED, sqlite_where=CLOSED)
        batch_op.create_index('ix_outbox_student_id', ['student_id'], unique=False)
        batch_op.drop_constraint('uq_outbox_student_id_dedupe_key', type_='unique')
        batch_op.create_unique_constraint('uq_outbox_dedupe_key', ['dedupe_key'])


def _made_again(table: str, *, numbered: bool) -> None:
    with op.batch_alter_table(table, recreate='always', table_kwargs={'sqlite_autoincrement': numbered}):
        pass
    if not numbered:
        return
    highest = ' UNION ALL '.join(
        f'SELECT max({column}) AS id FROM {name}' for name, column in {table: 'id', **KEPT[table]}.items()
    )
    op.execute(f"DELETE FROM sqlite_sequence WHERE name = '{table}'")
    op.execute(f"INSERT INTO sqlite_sequence (name, seq) SELECT '{table}', coalesce(max(id), 0) FROM ({highest})")
