"""Schema migrations by Alembic, inside the package: ``versions`` holds one file a revision, from the first row on.

Alembic is slow to load, so a database that is at ``HEAD`` already is recognised without it.
"""

from pathlib import Path

from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from strongroom.store.port import StoreUnavailableError

HEAD = "0014"


def migrate(engine: Engine, what: str) -> None:
    """Bring the schema to HEAD. Errors: StoreUnavailableError for a database of a newer version, or one that cannot be used."""
    try:
        present = revision(engine)
        if present == HEAD:
            return
        if present is not None and present > HEAD:
            raise StoreUnavailableError(
                f"{what} was written by a newer version of strongroom (schema {present}, this version knows {HEAD}). "
                "Install that version; nothing was changed."
            )
        _upgrade(engine)
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        raise StoreUnavailableError(
            f"{what} cannot be used: {cause}. Free space, check its owner and mode, then try again."
        ) from None


def revision(engine: Engine) -> str | None:
    """Return the schema revision that the database records, None when it is new."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(engine: Engine) -> None:
    from alembic import command  # noqa: PLC0415 - slow to load, and seldom needed
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    # One writer at a time: whoever comes second finds the work done, because the lock is taken before the look.
    with engine.connect().execution_options(write=True) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
