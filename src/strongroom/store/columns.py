"""What every table is made of: the one ``MetaData``, and columns that are never NULL unless they say so."""

from typing import Any

from sqlalchemy import Column, MetaData, Text
from sqlalchemy.types import TypeEngine

metadata = MetaData()


def text(name: str, *, key: bool = False) -> Column[Any]:
    """Return a text that is never NULL."""
    return Column(name, Text, primary_key=key, nullable=False)


def column(name: str, kind: type[TypeEngine[Any]], *, nullable: bool = False) -> Column[Any]:
    """Return a column of another kind."""
    return Column(name, kind, nullable=nullable)
