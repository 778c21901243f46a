"""the window of a crowded minute; indexes that repeat another; room for updates in the outbox"""

import sqlalchemy as sa
from alembic import op


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

REPEATED = ('deliveries', 'facts', 'nudges')


def upgrade() -> None:
    with op.batch_alter_table('rates', schema=None) as batch_op:
        batch_op.add_column(sa.Column('spread', sa.BigInteger(), server_default='0', nullable=False))
    for table in REPEATED:
        op.drop_index(f'ix_{table}_student_id', table_name=table)
    if op.get_bind().dialect.name == 'postgresql':
        op.execute(
            'ALTER TABLE outbox SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0)'
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('ALTER TABLE outbox RESET (fillfactor, autovacuum_vacuum_scale_factor, autovacuum_vacuum_cost_delay)')
    for table in REPEATED:
        op.create_index(f'ix_{table}_student_id', table, ['student_id'], unique=False)
    with op.batch_alter_table('rates', schema=None) as batch_op:
        batch_op.drop_column('spread')
