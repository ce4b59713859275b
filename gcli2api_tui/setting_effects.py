"""What parts make of the settings, what must happen at once when one has changed, and what a changed one must be.

In: the holder and the parts of an instance. Out: parts that follow; all else asks the holder. A change that the next
start would not take is a SettingsFault: names of models that lead nowhere, an open door, a certificate that is none.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from gcli2api_tui.bootstrap import Bootstrap, require_safe, sources_of
from gcli2api_tui.config.live_settings import LiveSettings
from gcli2api_tui.config.models_and_prices import renamed
from gcli2api_tui.config.settings import FIELDS, Settings
from gcli2api_tui.paths import expanded

if TYPE_CHECKING:
    from gcli2api_tui.control.local_control import LocalControl
    from gcli2api_tui.control.model_list_poller import ModelLists
    from gcli2api_tui.control.setting_changes import SettingChanges
    from gcli2api_tui.ledger.snapshot import ServerFacts
    from gcli2api_tui.relay.ports import Limits
    from gcli2api_tui.relay.relay import Relay
    from gcli2api_tui.server.response_store import KeptResponses

SCREEN = ("display", "alerts")
"""Groups that the panel goes by."""


def follow(
    live: LiveSettings, models: "ModelLists", control: "LocalControl", relay: "Relay", responses: "KeptResponses"
) -> None:
    names = live.now.aliases, live.now.pass_unknown_models

    def serving(chosen: Settings) -> None:
        control.pool.strategy, relay.limits = chosen.strategy, limits_of(chosen)

    def texts(chosen: Settings) -> None:
        control.ledger.transcripts.resize(chosen.keep_bodies, chosen.keep_bodies_mb * 1_000_000)
        responses.keep(chosen.keep_bodies > 0)

    def rename(chosen: Settings) -> None:
        nonlocal names
        if names != (chosen.aliases, chosen.pass_unknown_models):
            names = chosen.aliases, chosen.pass_unknown_models
            models.rewrite(lambda catalogue: renamed(catalogue, chosen))

    def facts(chosen: Settings) -> None:
        control.facts = with_settings(control.facts, chosen)

    for tell in (serving, texts, rename, facts):
        live.follow(tell)


def with_settings(facts: "ServerFacts", chosen: Settings) -> "ServerFacts":
    """What the snapshot tells of them."""
    from gcli2api_tui.gemini.model_names import read_aliases

    return replace(
        facts,
        strategy=chosen.strategy,
        aliases=tuple(f"{alias}={target}" for alias, target in read_aliases(chosen.aliases).items()),
        screen=tuple((name, str(getattr(chosen, name))) for name in FIELDS if _shows(name)),
        settings_version=facts.settings_version + 1,
    )


def _shows(name: str) -> bool:
    return FIELDS[name].metadata["group"] in SCREEN


def limits_of(chosen: Settings) -> "Limits":
    """What a request may take; asked when it begins."""
    from gcli2api_tui.relay.ports import Limits

    return Limits(
        chosen.first_byte_hold_s,
        chosen.request_deadline_s,
        chosen.attempts,
        hold_s=chosen.hold_s,
        silence_s=chosen.silence_s,
    )


DOORS = ("host", "password", "panel_password")
FILES = ("tls_cert", "tls_key")


def setting_changes(
    setup: Bootstrap, live: LiveSettings, models: "ModelLists", share: Callable[[str, str | None], None] | None
) -> "SettingChanges":
    """Of one instance; `share` tells those that are on the same database."""
    from gcli2api_tui.control.setting_changes import SettingChanges

    return SettingChanges(live, sources_of(setup), setup.paths.config_file, usable(setup, models), share)


def usable(setup: Bootstrap, models: "ModelLists") -> Callable[[str, Settings], None]:
    """The check of one instance."""
    from gcli2api_tui.server.certificate import require_file

    def check(name: str, chosen: Settings) -> None:
        renamed(models.written, chosen)
        if name in DOORS:
            require_safe(chosen, insecure=False)
        if name in FILES and (file := getattr(chosen, name)):
            require_file(name, setup.paths.config / expanded(file))

    return check
