"""Alembic's entry: it runs on the connection that ``migrate`` hands over, inside the transaction begun there."""

from alembic import context

from strongroom.store.columns import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=False)
context.run_migrations()
