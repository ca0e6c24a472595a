"""The console's questions about decisions, put to the policies of one view. Satisfies ``operations.console.ports.Explainer``.

INVARIANT: an explanation names principals, policies and keys of the asking account alone.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from strongroom.authz.policy import Policy
from strongroom.errors import AWSError, NotFoundError
from strongroom.model.arn import parse_arn
from strongroom.model.identity import Role, User
from strongroom.model.key import Key
from strongroom.model.view import Snapshot
from strongroom.operations.console.errors import NotExplainableError
from strongroom.operations.console.ports import AccessQuestion, Explained, Replayed
from strongroom.stations import questions
from strongroom.stations.explaining import Answered, Asked, explain_asked, explain_call, lines_of
from strongroom.stations.questions import Proposal
from strongroom.stations.recorded import Outcome
from strongroom.stations.replay import in_place_of, is_about, is_by, replay
from strongroom.stations.subjects import UnknownSubjectError

_THEN = {Outcome.ALLOWED: True, Outcome.DENIED: False, Outcome.UNKNOWN: None}


class PolicyExplainer:
    def __init__(self, organization: str = "") -> None:
        """Take the id of the organization that all accounts belong to, or nothing."""
        self._organization = organization

    def access(self, view: Snapshot, question: AccessQuestion) -> Explained:
        arn = parse_arn(question.principal)
        if arn is not None and arn.account != question.account:
            raise _no_principal(question.principal, question.account)
        asked = Asked(
            question.principal,
            question.action,
            question.key.arn if question.key is not None else "",
            question.context,
            question.conditions,
            question.region,
            self._organization,
            account=question.account,
        )
        try:
            return _explained(explain_asked(view, asked, question.now), question.account)
        except UnknownSubjectError:
            raise _no_principal(question.principal, question.account) from None
        except (questions.NotExplainableError, AWSError) as error:
            raise NotExplainableError(str(error)) from None

    def recorded(self, view: Snapshot, account: str, record: Mapping[str, Any]) -> Explained:
        try:
            return _explained(explain_call(view, record, self._organization), account)
        except (questions.NotExplainableError, UnknownSubjectError, AWSError) as error:
            raise NotExplainableError(str(error)) from None

    def replay(self, view: Snapshot, key: Key, proposed: Policy, records: Iterable[bytes]) -> Replayed:
        proposal = Proposal(key.arn, proposed)
        return replay(view, proposal, records, lambda record: is_about(record, key.arn), self._organization)

    def replay_identity(
        self, view: Snapshot, owner: User | Role, proposed: Policy, gives_way: str, records: Iterable[bytes]
    ) -> Replayed:
        proposal = Proposal(owner_arn=owner.arn, identity=in_place_of(proposed, gives_way))
        return replay(view, proposal, records, lambda record: is_by(record, owner), self._organization)


def _explained(answered: Answered, account: str) -> Explained:
    principal = answered.question.subject.principal
    others = [one.query.resource for one in answered.explanations if one.query.resource_account != account]
    if principal.account != account or others:
        raise NotExplainableError("It is about a principal or key of another account, whose policies are not shown.")
    return Explained(
        explanations=answered.explanations,
        texts=[list(lines_of(each)) for each in answered.explanations],
        principal=principal.arn,
        then=_THEN[answered.call.outcome] if answered.call is not None else None,
    )


def _no_principal(arn: str, account: str) -> NotFoundError:
    return NotFoundError(f"There is no user, role, role session or account root {arn} in account {account}.")
