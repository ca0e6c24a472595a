"""A house with all that the console asks: a journal on disk that is searched and summed, a directory, counters of sign-ins."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from strongroom.audit.index.filler import Filler
from strongroom.audit.journal import Journal
from strongroom.audit.lookup import JournalEvents
from strongroom.audit.tallies import JournalTallies
from strongroom.model.view import Snapshot
from strongroom.operations.console.ports import Inquiries, JobState, ServerState, Traffic
from strongroom.pipeline import Carried
from strongroom.server.attempts import SharedAttempts
from strongroom.stations.explainer import PolicyExplainer
from strongroom.stations.request import APIRequest
from strongroom.store.directory import Directory
from support.house import Answer, House, Session

ADMINISTRATION = {"Effect": "Allow", "Action": "*", "Resource": "*"}


class ConsoleHouse(House):
    """Every record is in the journal as soon as its answer is there; ``fill_index`` takes it into the index."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        super().__init__()
        self.journal = Journal.open(
            directory / "journal", 1, segment_bytes=1 << 20, clock=lambda: self.now, server_id="t"
        )
        self.pipeline = replace(
            self.pipeline,
            events=JournalEvents(directory / "journal", directory / "index"),
            inquiries=Inquiries(
                directory=Directory(self.store, lambda: self.now),
                tallies=JournalTallies(directory / "journal", directory / "index"),
                explainer=PolicyExplainer(),
                server=self,
                attempts=SharedAttempts(directory / "attempts", lambda: self.now),
            ),
        )

    def _carried_out(self, request: APIRequest) -> Carried:
        carried = super()._carried_out(request)
        self.journal.append([record for _, record in carried.decided.records])
        return carried

    def fill_index(self) -> None:
        filler = Filler(self._directory / "journal", self._directory / "index")
        filler.step()
        filler.close()

    def ask(self, operation: str, members: Any = None, **how: Any) -> dict[str, Any]:
        answer = self.strongroom(operation, members, **how)
        assert answer.status == 200, answer.raw
        return answer.body

    def state(self, _view: Snapshot, now_ms: int, _region: str) -> ServerState:
        """Return what a server would say of itself."""
        return ServerState(
            version="1.0",
            endpoint="http://kms.test",
            workers=2,
            started_at=now_ms / 1000 - 60,
            traffic=Traffic(60, 120, 6, 3, {50: 100, 90: 200, 99: 300}),
            jobs=[JobState("rotation", now_ms + 1000, 0, None, "")],
            rates={"symmetric": 10_000.0},
            bytes_of={"database": 1, "journal": 2, "index": 3, "free": 4},
        )

    # --- signing in ----------------------------------------------------------------------------------------------------

    def sign_in(self, account: str, user: str, password: str, *, source_ip: str = "192.0.2.1", **more: str) -> Answer:
        members = {"Account": account, "UserName": user, "Password": password, **more}
        return self.send(unsigned("SignIn", members, source_ip))

    def session(self, account: str, user: str, password: str) -> Session:
        answer = self.sign_in(account, user, password)
        assert answer.status == 200, answer.raw
        made = answer.body["Credentials"]
        return Session(made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"], answer.body["UserArn"])


def unsigned(operation: str, members: Mapping[str, Any], source_ip: str) -> APIRequest:
    target = f"Strongroom_20261124.{operation}".encode()
    pairs = [(b"content-type", b"application/x-amz-json-1.1"), (b"x-amz-target", target), (b"host", b"kms.test")]
    body = json.dumps(members).encode()
    return APIRequest("POST", "/", "", pairs, body, source_ip=source_ip, tls=None, target=target)


def policy(*statements: Mapping[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allowing(*actions: str, resource: str = "*") -> dict[str, Any]:
    return policy({"Effect": "Allow", "Action": list(actions), "Resource": resource})


@contextmanager
def console_house(directory: Path) -> Iterator[ConsoleHouse]:
    house = ConsoleHouse(directory)
    try:
        yield house
    finally:
        house.journal.close()


def ids(found: Mapping[str, Any]) -> Sequence[str]:
    """Return the key ids of a page of SearchKeys."""
    return [key["KeyMetadata"]["KeyId"] for key in found["Keys"]]
