"""Dates as CloudTrail prints them inside parameters and elements: ``Aug 10, 2022, 10:38:27 PM``, UTC."""

from datetime import UTC, datetime


def cloudtrail_date(milliseconds: int) -> str:
    """Return the text of a time in milliseconds since the epoch."""
    when = datetime.fromtimestamp(milliseconds // 1000, UTC)
    return f"{when:%b} {when.day}, {when:%Y}, {when.hour % 12 or 12}:{when:%M:%S} {when:%p}"
