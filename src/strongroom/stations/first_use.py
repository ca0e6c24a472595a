"""A predefined alias that has no key yet: whoever may describe the key makes it by asking for it, and its service by using it."""

from strongroom.model.arn import alias_arn
from strongroom.model.key import Alias
from strongroom.model.managed_key import PREDEFINED, PREDEFINED_PREFIX, ManagedService
from strongroom.model.permission import KeyRef
from strongroom.model.service import Service
from strongroom.model.view import Snapshot
from strongroom.store.cache import Miss


class ManagedKeyNeeded(Miss):
    """The request names a service's key that this account and Region does not have yet."""

    def __init__(self, service: ManagedService, account: str, region: str) -> None:
        super().__init__()
        self.service = service
        self.account = account
        self.region = region


def check_first_use(view: Snapshot, ref: KeyRef, account: str, region: str, through: Service | None = None) -> None:
    """Raise ManagedKeyNeeded when ``ref`` is a predefined alias of the caller's own account that has no key yet.

    ``through`` is the service that calls: of keys of others it makes none.
    """
    if PREDEFINED_PREFIX not in ref.text or not ref.alias_allowed:
        return
    name = PREDEFINED_PREFIX + ref.text.partition(PREDEFINED_PREFIX)[2]
    service = PREDEFINED.get(name)
    if service is None or ref.text not in (name, alias_arn(region, account, name)):
        return
    if through is not None and through.via(region) != service.via_service(region):
        return
    if view.get(Alias, account, region, name) is None:
        raise ManagedKeyNeeded(service, account, region)
