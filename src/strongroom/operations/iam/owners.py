"""What hangs on a user, group or role: moved when it is renamed, in the way when it is deleted."""

from collections.abc import Iterator
from dataclasses import replace

from strongroom.errors import DeleteConflictError
from strongroom.model.change import Change, Delete, Insert
from strongroom.model.identity import Attachment, InlinePolicy, Owner
from strongroom.operations.iam.policies_of import MAX_ROWS
from strongroom.operations.operation import Call


def move_policies(call: Call, old: Owner, new: Owner) -> Iterator[Change]:
    """Yield what gives the inline policies and attachments of ``old`` to ``new``, which is the same under another name."""
    where = {"account": old.account, "owner": old.owner}
    for inline in call.view.page(InlinePolicy, where, limit=MAX_ROWS):
        yield Delete(inline)
        yield Insert(replace(inline, owner=new.owner))
    for attachment in call.view.page(Attachment, where, limit=MAX_ROWS):
        yield Delete(attachment)
        yield Insert(replace(attachment, owner=new.owner))


def check_no_policies(call: Call, owner: Owner) -> None:
    """Errors: DeleteConflictError, when policies are attached to ``owner`` or it has inline policies. The texts are recorded."""
    where = {"account": owner.account, "owner": owner.owner}
    if call.view.count(Attachment, where):
        raise DeleteConflictError("Cannot delete entity, must detach all policies first.")
    if call.view.count(InlinePolicy, where):
        raise DeleteConflictError("Cannot delete entity, must delete policies first.")
