"""`/metrics` as a scraper meets it: who may, in which form, and read by the library's own parsers."""

from dataclasses import replace
from typing import Any

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as prometheus

from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.ledger.credential_rows import CredentialRow, CredentialState, ModelUse
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.messages.message import NOTHING
from gcli2api_tui.server.exposition import MOST_CREDENTIALS
from gcli2api_tui.server.quart_app import build_app

ADMIN, TOKEN, CLIENT, OWN = "panel-key", "run-token", "client-key", "metrics-key"
OPENMETRICS = "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
MAIL = "anna@example.org"


def credential(number: int, state: CredentialState = CredentialState.READY) -> CredentialRow:
    uses = (ModelUse("gemini-2.5-pro", 30, 100, "google", 5000.0, 0.6), ModelUse("", 7))
    return CredentialRow(
        CredentialId(f"{number:06x}" + "0" * 26), MAIL, "oauth", "", "", "", 0.0, state, NOTHING, 2, number, None, "",
        None, quotas=uses,
    )  # fmt: skip


class Reader:
    revision = 1
    rows: tuple[CredentialRow, ...] = ()

    async def whole_snapshot(self) -> Snapshot:
        return self.snapshot()

    def snapshot(self) -> Snapshot:
        return Snapshot(1, 1000.0, credentials=self.rows)


class Scraped:
    def __init__(self, runtime: Any) -> None:
        self.runtime, self.reader = runtime, Reader()
        self.set(metrics_key=Secret(OWN))

    def set(self, **settings: Any) -> None:
        self.runtime.live.change(**settings)
        services = replace(self.runtime.services, reader=self.reader)
        self.client = build_app(services).test_client()
        self.metrics = services.metrics

    async def get(self, key: str = OWN, accept: str = "", path: str = "/metrics") -> Any:
        return await self.client.get(path, headers={"Authorization": f"Bearer {key}", "Accept": accept})

    async def values(self) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
        text = await (await self.get()).get_data(as_text=True)
        return {
            (sample.name, tuple(sorted(sample.labels.items()))): sample.value
            for family in prometheus(text)
            for sample in family.samples
        }


@pytest.fixture
def scraped(runtime: Any) -> Scraped:
    return Scraped(runtime)


@pytest.mark.parametrize(
    ("key", "status"), [(OWN, 200), (ADMIN, 200), (TOKEN, 200), (CLIENT, 401), ("", 401), ("metrics-ke", 401)]
)
async def test_the_metrics_key_and_the_panels_open_it(scraped: Scraped, key: str, status: int) -> None:
    answer = await scraped.get(key)
    assert answer.status_code == status
    assert (b"gcli2api_" in await answer.get_data()) is (status == 200)


@pytest.mark.parametrize("path", ["/admin/api/snapshot", "/v1/models", "/admin/api/recording"])
async def test_the_metrics_key_opens_nothing_else(scraped: Scraped, path: str) -> None:
    assert (await scraped.get(path=path)).status_code == 401


async def test_an_empty_metrics_key_is_no_key(scraped: Scraped) -> None:
    scraped.set(metrics_key=Secret(""))
    assert (await scraped.get("")).status_code == 401
    assert (await scraped.client.get("/metrics?key=")).status_code == 401


@pytest.mark.parametrize(
    ("accept", "kind", "parse"),
    [("", "text/plain", prometheus), (OPENMETRICS, "application/openmetrics-text", openmetrics)],
)
async def test_both_forms_are_read_by_the_librarys_parsers(
    scraped: Scraped, accept: str, kind: str, parse: Any
) -> None:
    scraped.reader.rows = (credential(1), credential(2))
    scraped.metrics._requests.add(("openai-chat", 'odd "name"\n', "laptop", "done"), 3)
    scraped.metrics._durations.observe(("m",), 0.3)
    answer = await scraped.get(accept=accept)
    families = {family.name: family for family in parse(await answer.get_data(as_text=True))}
    assert answer.headers["Content-Type"].startswith(kind)
    requests = next(one for one in families["gcli2api_requests"].samples if one.name.endswith("_total"))
    assert (requests.value, requests.labels["model"]) == (3, 'odd "name"\n')
    assert {"gcli2api_request_duration_seconds", "gcli2api_quota_left_requests", "process_cpu_seconds"} <= {*families}
    buckets = [one for one in families["gcli2api_request_duration_seconds"].samples if one.name.endswith("_bucket")]
    assert [one.value for one in buckets] == sorted(one.value for one in buckets)
    assert buckets[-1].labels["le"] == "+Inf" and buckets[-1].value == 1


async def test_what_is_now_is_told_by_state_and_by_the_files_digits(scraped: Scraped) -> None:
    scraped.reader.rows = (credential(0xABCDEF), credential(2, CredentialState.NEEDS_LOGIN))
    seen = await scraped.values()
    assert seen["gcli2api_credentials", (("state", "ready"),)] == 1
    assert seen["gcli2api_credentials", (("state", "needs login"),)] == 1
    assert seen["gcli2api_credentials", (("state", "forbidden"),)] == 0
    assert seen["gcli2api_credentials_serving", ()] == 1
    pro = (("credential", "abcdef"), ("model", "gemini-2.5-pro"))
    assert seen["gcli2api_quota_left_requests", pro] == 70
    assert seen["gcli2api_quota_left_ratio", pro] == pytest.approx(0.6)
    assert seen["gcli2api_quota_reset_timestamp_seconds", pro] == 5000
    unknown = (("credential", "abcdef"), ("model", "all"))
    assert ("gcli2api_quota_limit_requests", unknown) not in seen
    assert seen["gcli2api_attempts_in_flight", (("credential", "abcdef"),)] == 2


@pytest.mark.parametrize(("names", "shown"), [("off", False), ("on", True)])
async def test_labels_are_told_only_where_that_is_set(scraped: Scraped, names: str, shown: bool) -> None:
    scraped.reader.rows = (credential(1),)
    scraped.set(metrics_labels=names)
    assert (MAIL in await (await scraped.get()).get_data(as_text=True)) is shown


async def test_of_a_large_pool_those_used_most_have_rows(scraped: Scraped) -> None:
    scraped.reader.rows = tuple(map(credential, range(MOST_CREDENTIALS + 10)))
    seen = await scraped.values()
    told = [labels for name, labels in seen if name == "gcli2api_attempts_in_flight"]
    assert len(told) == MOST_CREDENTIALS and (("credential", "000000"),) not in told
    assert seen["gcli2api_credentials", (("state", "ready"),)] == MOST_CREDENTIALS + 10
