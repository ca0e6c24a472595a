"""What only the operations of the service ``strongroom``, and signing in, can refuse: names of our own model."""

from strongroom.errors import AWSError


class NotExplainableError(AWSError):
    """There is no answer, neither allowed nor denied. The text says why."""

    wire_name = "NotExplainableException"


class UnavailableError(AWSError):
    """What the answer is read from (the journal) cannot be read now."""

    wire_name = "UnavailableException"
    http_status = 503


class SignInFailedError(AWSError):
    """Account, user or password: one answer for all, so that none can be probed."""

    wire_name = "SignInFailedException"


class PasswordChangeRequiredError(AWSError):
    """The password is right, but good only for choosing another one."""

    wire_name = "PasswordChangeRequiredException"


class TooManyAttemptsError(AWSError):
    wire_name = "TooManyAttemptsException"
