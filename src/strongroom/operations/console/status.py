"""GetServerStatus: how the server stands, for those who run it. Nothing secret is in it."""

from strongroom.model.custom_key_store import CustomKeyStore
from strongroom.model.identity import AccountAlias
from strongroom.model.key import KeyManager
from strongroom.operations.console.common import lag_shape, on_anything, reads
from strongroom.operations.console.ports import JobState, ServerState, Traffic
from strongroom.operations.operation import Call, Outcome
from strongroom.wire.shapes import strongroom as shapes


def account_shape(call: Call) -> shapes.AccountStatus:
    """Return the caller's account."""
    alias = call.view.get(AccountAlias, call.account)
    return shapes.AccountStatus(id=call.account, alias=alias.alias if alias is not None else None)


def _get_server_status(call: Call, _request: shapes.GetServerStatusRequest) -> Outcome:
    state = call.inquiries.server.state(call.view, call.now_ms, call.region)
    return Outcome(
        shapes.GetServerStatusResponse(
            version=state.version,
            endpoint=state.endpoint,
            region=call.region,
            regions=list(call.regions),
            workers=state.workers,
            started_at=state.started_at,
            now=call.now_ms / 1000,
            requests=_traffic_shape(state.traffic),
            jobs=[_job_shape(job) for job in state.jobs],
            quotas=_quotas(call, state),
            storage=shapes.StorageStatus(
                database_bytes=state.bytes_of.get("database"),
                journal_bytes=state.bytes_of.get("journal"),
                index_bytes=state.bytes_of.get("index"),
                free_bytes=state.bytes_of.get("free"),
            ),
            index=lag_shape(call.inquiries.tallies.lag()),
            integrity=_integrity_shape(state),
            tls=_tls_shape(state),
            account=account_shape(call),
        )
    )


def _traffic_shape(traffic: Traffic) -> shapes.RequestsStatus:
    latency = traffic.latency
    return shapes.RequestsStatus(
        per_minute=_per_minute(traffic.requests, traffic),
        failed_per_minute=_per_minute(traffic.failed, traffic),
        latency_microseconds=shapes.LatencyStatus(p50=latency.get(50), p90=latency.get(90), p99=latency.get(99)),
        connections=traffic.connections,
        window_seconds=traffic.seconds,
    )


def _per_minute(count: int, traffic: Traffic) -> int:
    return round(count * 60 / traffic.seconds)


def _job_shape(job: JobState) -> shapes.JobStatus:
    return shapes.JobStatus(
        name=job.name,
        next_run=None if job.next_ms is None else job.next_ms / 1000,
        overdue=job.overdue,
        last_run=None if job.ran_ms is None else job.ran_ms / 1000,
        last_result=job.result,
    )


def _quotas(call: Call, state: ServerState) -> list[shapes.QuotaStatus]:
    here = {"account": call.account, "region": call.region}
    with call.inquiries.directory.keys(call.view, call.account, call.region) as keys:
        customer_keys = keys.counts("manager")[KeyManager.CUSTOMER.value]
    quotas, count = call.quotas, "count"
    stores = call.view.count(CustomKeyStore, here)
    return [
        shapes.QuotaStatus(name="keys", limit=quotas.keys, used=customer_keys, unit=count),
        shapes.QuotaStatus(name="aliases_per_key", limit=quotas.aliases_per_key, unit=count),
        shapes.QuotaStatus(name="grants_per_key", limit=quotas.grants_per_key, unit=count),
        shapes.QuotaStatus(name="policy_bytes", limit=quotas.policy_bytes, unit="bytes"),
        shapes.QuotaStatus(name="custom_key_stores", limit=quotas.custom_key_stores, used=stores, unit=count),
        shapes.QuotaStatus(name="on_demand_rotations", limit=quotas.on_demand_rotations, unit=count),
        *(
            shapes.QuotaStatus(name=name, limit=round(rate), unit="requests per second")
            for name, rate in sorted(state.rates.items())
        ),
    ]


def _integrity_shape(state: ServerState) -> shapes.IntegrityStatus:
    name, at, text = state.integrity
    return shapes.IntegrityStatus(state=name, verified_at=at, text=text or None)


def _tls_shape(state: ServerState) -> shapes.TLSStatus:
    return shapes.TLSStatus(
        ca_certificate=state.ca_certificate,
        subject=state.certificate_subject,
        not_after=state.certificate_ends_at,
    )


OPERATIONS = (reads("GetServerStatus", _get_server_status, on_anything("GetServerStatus")),)
