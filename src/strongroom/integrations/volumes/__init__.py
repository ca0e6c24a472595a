"""Encrypted volumes: LUKS2 on a file or block device, opened by a data key that only KMS can open. A client of the wire API.

What can be called stands in ``docs/integrations/volumes.md``; why it is built so, in ``docs/decisions/0010``.

    token.py      what a volume carries about its key, as JSON                                   pure
    header.py     the LUKS2 header, through cryptsetup; keys go by pipe
    keys.py       the calls to KMS
    locks.py      who may attach, who may change the header
    state.py      which volumes this host knows
    files.py      copies, room and names that appear whole or not at all
    care.py       create, snapshot, rekey, grant, revoke, destroy
    attach.py     attach, detach; mapper.py with device-mapper, export.py without
    nbd.py        the NBD protocol; disk.py the sectors under it
"""
