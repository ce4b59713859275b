"""What can be set: each setting with its default, its help, where else it may stand, and when a change acts.

In: nothing; one frozen record. `docs/settings.md`, `config show` and the panel's Options are made from FIELDS: a new
setting is one entry here. Each has a group and says whether a change acts live.
"""

import dataclasses

from gcli2api_tui.config.setting_field import GROUPS as GROUPS
from gcli2api_tui.config.setting_field import LIVE as LIVE
from gcli2api_tui.config.setting_field import RESTART
from gcli2api_tui.config.setting_field import setting as _set
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.quick_dataclass import dataclass

SWITCH = ("off", "on")
LOG_LEVELS = ("debug", "info", "warning", "error")
ALERTS = ("pool-empty", "quota", "sign-in", "model-end")
ALERT_WAYS = ("bell", "title", "osc9", "termux")


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its default; `help` is the line in docs/settings.md."""

    host: str = _set("127.0.0.1", "Address to listen on.", env=("HOST",), group="server", acts=RESTART)
    port: int = _set(7861, "Port to listen on; 0 takes a free one.", env=("PORT",), group="server", acts=RESTART)
    password: Secret = _set(
        Secret(""),
        "Key that clients send; the first start makes one.",
        env=("API_PASSWORD", "PASSWORD"),
        group="keys",
        acts=RESTART,
    )
    panel_password: Secret = _set(
        Secret(""),
        "Key of the admin API and the web page; the first start makes one.",
        env=("PANEL_PASSWORD", "PASSWORD"),
        group="keys",
        acts=RESTART,
    )
    metrics_key: Secret = _set(
        Secret(""), "Key that opens /metrics and nothing else; the panel key does, too.", group="keys", acts=RESTART
    )
    metrics_labels: str = _set(
        "off",
        "Whether /metrics names credentials by their labels, which may be e-mail addresses.",
        choices=SWITCH,
        group="privacy",
        acts=LIVE,
    )
    otel: str = _set(
        "auto",
        "Whether traces go to OpenTelemetry; auto: where OTEL_EXPORTER_OTLP_ENDPOINT says where to.",
        choices=("auto", "on", "off"),
        group="server",
        acts=RESTART,
    )
    tls_cert: str = _set(
        "",
        "File of the certificate and its chain (PEM): with tls_key the server speaks https; a new one acts at once.",
        group="server",
        acts=RESTART,
    )
    tls_key: str = _set("", "File with its private key (PEM, no passphrase).", group="server", acts=RESTART)
    cors_origins: str = _set(
        "",
        "Web pages that may call the API from a browser: their origins, with commas between, or *; empty: none.",
        group="server",
        acts=LIVE,
    )
    allowed_hosts: str = _set(
        "",
        "Names the server may be asked for beside its machine's, commas between (*.example.org: all below); *: any.",
        env=("SPACE_HOST",),
        group="server",
        acts=LIVE,
    )
    trusted_proxies: str = _set(
        "",
        "Proxies in front whose X-Forwarded-For, -Proto and -Host count: addresses or networks, with commas between.",
        group="server",
        acts=LIVE,
    )
    max_body_mb: int = _set(64, "Largest request body taken, in MB.", least=1, group="server", acts=LIVE)
    drain_s: float = _set(
        10.0,
        "How long running answers may go on after a stop, in seconds; 0 ends them at once.",
        group="server",
        acts=LIVE,
    )
    keep_bodies: int = _set(
        200,
        "Prompts and answers kept in memory for the panel; 0 keeps none, on disk neither.",
        group="privacy",
        acts=LIVE,
    )
    keep_bodies_mb: int = _set(32, "Memory for those texts, in MB.", least=1, group="privacy", acts=LIVE)
    first_byte_hold_s: float = _set(
        8.0,
        "How long the status waits for Google's first byte, in seconds; 0 sends it at once.",
        group="streaming",
        acts=LIVE,
    )
    request_deadline_s: float = _set(
        600.0,
        "A request ends with an error after this time without any content, in seconds.",
        least=1,
        group="traffic",
        acts=LIVE,
    )
    attempts: int = _set(
        4,
        "Most tries of a request while Google is in trouble; refused credentials are passed over.",
        least=1,
        group="traffic",
        acts=LIVE,
    )
    silence_s: float = _set(
        120.0,
        "An answer that has begun ends with an error after this time without anything from Google, in seconds.",
        least=1,
        group="streaming",
        acts=LIVE,
    )
    hold_s: float = _set(
        30.0,
        "How long a request waits for a credential that will be ready by itself, in seconds; 0 not at all.",
        group="traffic",
        acts=LIVE,
    )
    retry_after_max_s: int = _set(
        120,
        "Longest Retry-After that clients are told, in seconds; the error says the true time.",
        least=1,
        group="traffic",
        acts=LIVE,
    )
    strategy: str = _set(
        "quota-aware",
        "Which credential is next.",
        choices=("quota-aware", "round-robin", "fill-first", "soonest-reset"),
        group="traffic",
        acts=LIVE,
    )
    aliases: str = _set(
        "",
        "Other names for models: `alias=model, gpt-*=model`; in config.toml also a table.",
        group="models",
        acts=LIVE,
    )
    fetch_images: str = _set(
        "on",
        "Whether images that a chat names by their address are fetched from the web.",
        choices=("on", "off"),
        group="privacy",
        acts=LIVE,
    )
    list_variants: str = _set(
        "off",
        "Lists of models show names with wishes too (fake/M, M-search, M-high).",
        choices=SWITCH,
        group="models",
        acts=LIVE,
    )
    pass_unknown_models: str = _set(
        "off",
        "Names of models that this version does not know go to Google as they are.",
        choices=SWITCH,
        group="models",
        acts=LIVE,
    )
    successors: str = _set(
        "off",
        "A model that has ended at Google is answered by the one that Google names to follow it.",
        choices=SWITCH,
        group="models",
        acts=LIVE,
    )
    refresh: str = _set(
        "auto", "How often the panel repaints.", choices=("auto", "local", "ssh", "lite"), group="display", acts=LIVE
    )
    panel_instances: str = _set(
        "one",
        "Whose requests the panel shows where several instances share a database: the one it looks at, or all.",
        choices=("one", "all"),
        group="display",
        acts=LIVE,
    )
    language: str = _set(
        "auto",
        "Language of the panel; auto follows the locale.",
        choices=("auto", "en", "zh"),
        group="display",
        acts=LIVE,
    )
    glyphs: str = _set(
        "auto",
        "Signs the panel draws with; auto is ascii where the locale is not UTF-8.",
        choices=("auto", "unicode", "ascii"),
        group="display",
        acts=LIVE,
    )
    theme: str = _set(
        "auto",
        "Colours of the panel; terminal is the terminal's own, auto asks how many it has and which background.",
        choices=("auto", "dark", "light", "terminal"),
        group="display",
        acts=LIVE,
    )
    alerts: str = _set(
        ", ".join(ALERTS),
        "What the panel tells you of, once per event; off: of nothing.",
        group="alerts",
        acts=LIVE,
        among=ALERTS,
    )
    alert_by: str = _set(
        ", ".join(ALERT_WAYS),
        "By what: the terminal's bell, the window's title, the desk's notes (osc9), the phone's; off: by nothing.",
        group="alerts",
        acts=LIVE,
        among=ALERT_WAYS,
    )
    credentials_dir: str = _set(
        "auto",
        "Folder of gcli2api's credentials, read at each start and never changed; auto: its places in Docker; off.",
        env=("CREDENTIALS_DIR",),
        group="storage",
        acts=RESTART,
    )
    state_url: Secret = _set(
        Secret(""),
        "Database that several instances share: postgresql://user:password@host/database; none: this home's own file.",
        group="storage",
        acts=RESTART,
    )
    state_listen_url: Secret = _set(
        Secret(""), "The same without a pooler between, for LISTEN.", group="storage", acts=RESTART
    )
    seal_key: Secret = _set(
        Secret(""),
        "Key that seals the credentials in that database: base64 of 32 bytes; after a comma, those that it replaces.",
        group="storage",
        acts=RESTART,
    )
    seal_key_file: str = _set("", "File with it.", group="storage", acts=RESTART)
    log_file: str = _set(
        "on", "Whether the log is kept in logs/ of the state folder.", choices=SWITCH, group="storage", acts=LIVE
    )
    log_file_mb: int = _set(20, "Most that all its files take, in MB.", least=1, group="storage", acts=LIVE)
    log_level: str = _set("info", "Least level that is written.", choices=LOG_LEVELS, group="storage", acts=LIVE)
    log_format: str = _set(
        "off", "How `serve` writes the log to stdout.", choices=("off", "text", "json"), group="storage", acts=RESTART
    )
    code_assist_endpoint: str = _set(
        "https://cloudcode-pa.googleapis.com",
        "Where Code Assist is.",
        env=("CODE_ASSIST_ENDPOINT",),
        group="google",
        acts=RESTART,
    )
    gemini_base_url: str = _set(
        "https://generativelanguage.googleapis.com",
        "Where the Gemini API is.",
        env=("GOOGLE_GEMINI_BASE_URL",),
        group="google",
        acts=RESTART,
    )
    google_cloud_project: str = _set(
        "",
        "Project of Code Assist sign-ins to which Google gives none; its id, not its number.",
        env=("GOOGLE_CLOUD_PROJECT", "GOOGLE_CLOUD_PROJECT_ID"),
        group="google",
        acts=RESTART,
    )
    vertex_base_url: str = _set(
        "", "Where Vertex AI is; empty: Google's.", env=("GOOGLE_VERTEX_BASE_URL",), group="google", acts=RESTART
    )
    oauth_base_url: str = _set(
        "", "Where Google's OAuth pages are, all in one; empty: Google's.", group="google", acts=RESTART
    )
    oauth_client_id: str = _set(
        "", "OAuth client to sign in with; empty: the public one of Gemini CLI.", group="google", acts=RESTART
    )
    oauth_client_secret: Secret = _set(Secret(""), "Its secret.", group="google", acts=RESTART)
    terms_shown_at: str = _set(
        "",
        "When you read the notice on Google's terms before a sign-in; the program sets it.",
        group="about",
        acts=RESTART,
    )


def listed(value: str) -> frozenset[str]:
    """A setting that lists words, as a set; `off` lists none."""
    return frozenset(filter(None, map(str.strip, value.split(",")))) - {"off"}


FIELDS = {item.name: item for item in dataclasses.fields(Settings)}
