"""The rows by the name of the module that held them all: for branches that are on their way, and gone with them."""

from gcli2api_tui.ledger.credential_rows import CredentialRow as CredentialRow
from gcli2api_tui.ledger.credential_rows import CredentialState as CredentialState
from gcli2api_tui.ledger.credential_rows import ModelCooldown as ModelCooldown
from gcli2api_tui.ledger.exchange_rows import ExchangeRow as ExchangeRow
from gcli2api_tui.ledger.exchange_rows import ExchangeState as ExchangeState
from gcli2api_tui.ledger.exchange_rows import Hop as Hop
from gcli2api_tui.ledger.exchange_rows import Page as Page
from gcli2api_tui.ledger.exchange_rows import Passage as Passage
from gcli2api_tui.ledger.exchange_rows import TranscriptKind as TranscriptKind
from gcli2api_tui.ledger.snapshot import LogRow as LogRow
from gcli2api_tui.ledger.snapshot import ModelsToName as ModelsToName
from gcli2api_tui.ledger.snapshot import Pace as Pace
from gcli2api_tui.ledger.snapshot import ServerFacts as ServerFacts
from gcli2api_tui.ledger.snapshot import Snapshot as Snapshot
from gcli2api_tui.ledger.snapshot import Totals as Totals
