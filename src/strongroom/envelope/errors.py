"""What can go wrong with a message, in words for whoever typed the command. Never plaintext, never key bytes."""


def printable(text: str) -> str:
    """Return a text that somebody else wrote without characters that a terminal or a log would act on."""
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)


class EnvelopeError(Exception):
    """Everything this package raises by itself."""


class MessageError(EnvelopeError):
    """Not a message of the AWS Encryption SDK, or cut off, or with bytes after its end."""


class AlteredError(EnvelopeError):
    """A tag, commitment or signature does not fit: the message is not what was encrypted. Nothing of it was released."""


class PolicyError(EnvelopeError):
    """The message is sound perhaps, but not of the kind that the caller allowed."""


class ContextError(EnvelopeError):
    """An encryption context that cannot be used, or not the one that the caller requires."""


class UnverifiedStreamError(EnvelopeError):
    """Plaintext would have to leave before it is verified. Nothing of it was released."""


class NoKeyOpensError(EnvelopeError):
    """None of the message's keys could be used. ``causes`` says of each key why."""

    def __init__(self, why: str, causes: tuple[tuple[str, str], ...] = ()) -> None:
        self.causes = causes
        super().__init__("\n".join([why, *(f"  {printable(key)}: {cause}" for key, cause in causes)]))


class DataKeyError(EnvelopeError):
    """No data key could be made, or not be encrypted for one of the keys. The text has AWS's error code and text."""
