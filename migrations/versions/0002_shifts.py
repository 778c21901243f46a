"""clinic days and days on call"""

import sqlalchemy as sa
from alembic import op


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('rotations', schema=None) as batch_op:
        batch_op.add_column(sa.Column('clinic', sa.String(length=16), server_default='', nullable=False))
        batch_op.add_column(sa.Column('calls', sa.String(length=2000), server_default='', nullable=False))


def downgrade() -> None:
    with op.batch_alter_table('rotations', schema=None) as batch_op:
        batch_op.drop_column('calls')
        batch_op.drop_column('clinic')
