"""Google's error bodies, as data: what is wrong goes in, a `Refusal` with Google's own words comes out.

Every other module of the simulator refuses by raising one of these; only the application turns it into a response.
The texts live here and nowhere else. Source: the catalogue of errors seen from Google's three services.
"""

from collections.abc import Mapping, Sequence

Detail = Mapping[str, object]

CODE_ASSIST = "cloudcode-pa.googleapis.com"
STATUS_OF = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    499: "CANCELLED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
LEGACY_REASON = {403: "forbidden", 429: "rateLimitExceeded"}


class Refusal(Exception):
    """One answer that is not 200; `details` are google.rpc messages, `legacy` adds the old `errors` list."""

    def __init__(self, code: int, message: str, *details: Detail, status: str = "", legacy: bool = False) -> None:
        super().__init__(message)
        self.code, self.message, self.details, self.legacy = code, message, details, legacy
        self.status = status or STATUS_OF.get(code, "UNKNOWN")

    def body(self) -> dict[str, object]:
        error: dict[str, object] = {"code": self.code, "message": self.message}
        if self.legacy:
            reason = LEGACY_REASON.get(self.code, "backendError")
            error["errors"] = [{"message": self.message, "domain": "global", "reason": reason}]
        error["status"] = self.status
        if self.details:
            error["details"] = [dict(detail) for detail in self.details]
        return {"error": error}


class OAuthRefusal(Exception):
    """OAuth's flat error body; other than Google's APIs there is no object inside."""

    def __init__(self, code: int, error: str, description: str = "") -> None:
        super().__init__(error)
        self.code, self.error, self.description = code, error, description

    def body(self) -> dict[str, str]:
        return {"error": self.error, **({"error_description": self.description} if self.description else {})}


def error_info(reason: str, domain: str = "googleapis.com", **metadata: str) -> Detail:
    return _detail("ErrorInfo", reason=reason, domain=domain, **({"metadata": metadata} if metadata else {}))


def retry_info(seconds: float) -> Detail:
    return _detail("RetryInfo", retryDelay=f"{seconds:.9f}s" if seconds % 1 else f"{seconds:.0f}s")


def help_links(*links: tuple[str, str]) -> Detail:
    return _detail("Help", links=[{"description": text, "url": url} for text, url in links])


def bad_request(field: str, description: str) -> Detail:
    violation = {"description": description, **({"field": field} if field else {})}
    return _detail("BadRequest", fieldViolations=[violation])


def _detail(kind: str, **fields: object) -> Detail:
    return {"@type": f"type.googleapis.com/google.rpc.{kind}", **fields}


def duration_text(seconds: float) -> str:
    """`8h44m7s` as Google writes it in messages; whole seconds, zero stays `0s`."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h{minutes}m{rest}s" if hours else f"{minutes}m{rest}s" if minutes else f"{rest}s"


# --- the request itself ------------------------------------------------------------------------------------------


def invalid(message: str = "Request contains an invalid argument.", *details: Detail) -> Refusal:
    return Refusal(400, message, *details)


def unknown_name(name: str, where: str = "") -> Refusal:
    text = (
        f'Invalid JSON payload received. Unknown name "{name}"{f" at {where!r}" if where else ""}: Cannot find field.'
    )
    return Refusal(400, text, bad_request(where, text))


def precondition(message: str = "Precondition check failed.") -> Refusal:
    return Refusal(400, message, status="FAILED_PRECONDITION")


def not_found(message: str = "Requested entity was not found.") -> Refusal:
    return Refusal(404, message)


def no_such_model(model: str, version: str, method: str) -> Refusal:
    return not_found(
        f"models/{model} is not found for API version {version}, or is not supported for {method}. "
        "Call ListModels to see the list of available models and their supported methods."
    )


# --- who asks ----------------------------------------------------------------------------------------------------


def unauthenticated(reason: str = "ACCESS_TOKEN_EXPIRED", service: str = CODE_ASSIST) -> Refusal:
    text = (
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid "
        "authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project."
    )
    return Refusal(401, text, error_info(reason, service=service))


def wrong_kind_of_token(service: str) -> Refusal:
    """For keys of a kind that Google has ended, and for keys where an access token belongs."""
    return unauthenticated("ACCESS_TOKEN_TYPE_UNSUPPORTED", service)


def bad_api_key(service: str = "generativelanguage.googleapis.com") -> Refusal:
    return Refusal(
        400,
        "API key not valid. Please pass a valid API key.",
        error_info("API_KEY_INVALID", service=service),
        _detail("LocalizedMessage", locale="en-US", message="API key not valid. Please pass a valid API key."),
    )


def expired_api_key() -> Refusal:
    text = "API key expired. Please renew the API key."
    return Refusal(400, text, error_info("API_KEY_INVALID", service="generativelanguage.googleapis.com"))


def leaked_api_key() -> Refusal:
    return Refusal(403, "Your API key was reported as leaked. Please use another API key.")


def suspended_consumer() -> Refusal:
    text = "Permission denied: Consumer 'api_key:[redacted]' has been suspended."
    return Refusal(403, text, error_info("CONSUMER_SUSPENDED", service="generativelanguage.googleapis.com"))


def unregistered_caller() -> Refusal:
    return Refusal(
        403,
        "Method doesn't allow unregistered callers (callers without established identity). "
        "Please use API Key or other form of API consumer identity to call this API.",
    )


def permission_denied() -> Refusal:
    return Refusal(403, "The caller does not have permission", legacy=True)


def terms_violation(*, older: bool = False) -> Refusal:
    text = "This service has been disabled in this account for violation of Terms of Service."
    if older:
        contact = "gemini-code-assist-user-feedback@google.com"
        return Refusal(403, f"{text} If you believe this is an error, contact {contact}.")
    appeal = {"appeal_url": "https://example.com/appeal", "appeal_url_link_text": "Appeal"}
    text += " Please submit an appeal to continue using this product."
    return Refusal(403, text, error_info("TOS_VIOLATION", CODE_ASSIST, **appeal))


def validation_required() -> Refusal:
    link, more = "https://accounts.google.com/signin/continue?sim=1", "https://support.google.com/accounts?p=al_alert"
    metadata = {
        "validation_url": link,
        "validation_url_link_text": "Verify your account",
        "validation_error_message": "Verify your account to continue.",
        "validation_learn_more_url": more,
        "validation_learn_more_link_text": "Learn more",
    }
    return Refusal(
        403,
        "Verify your account to continue.",
        error_info("VALIDATION_REQUIRED", CODE_ASSIST, **metadata),
        help_links(("Verify your account", link), ("Learn more", more)),
    )


def no_licence() -> Refusal:
    product = "Gemini Code Assist Standard edition"
    return Refusal(
        403,
        f"You must be a named user on your organization's {product} subscription to use this service. "
        f"Please contact your administrator to request an entitlement to {product}.",
    )


def service_disabled(project: str, service: str = "cloudaicompanion.googleapis.com") -> Refusal:
    names = {
        "cloudaicompanion.googleapis.com": "Gemini for Google Cloud API",
        "generativelanguage.googleapis.com": "Generative Language API",
        "aiplatform.googleapis.com": "Vertex AI API",
    }
    url = f"https://console.developers.google.com/apis/api/{service}/overview?project={project}"
    text = (
        f"{names.get(service, service)} has not been used in project {project} before or it is disabled. "
        f"Enable it by visiting {url} then retry."
    )
    consumer = {"service": service, "consumer": f"projects/{project}", "activationUrl": url}
    return Refusal(
        403, text, error_info("SERVICE_DISABLED", **consumer), help_links(("Google developers console", url))
    )


def wrong_project(project: str, permission: str = "cloudaicompanion.companions.generateChat") -> Refusal:
    resource = f"//cloudaicompanion.googleapis.com/projects/{project}/locations/global"
    text = f"Permission '{permission}' denied on resource '{resource}' (or it may not exist)."
    metadata = {"permission": permission, "resource": resource}
    return Refusal(403, text, error_info("IAM_PERMISSION_DENIED", "cloudaicompanion.googleapis.com", **metadata))


def security_policy() -> Refusal:
    text = "Request is prohibited by organization's policy. vpcServiceControlsUniqueIdentifier: sim"
    return Refusal(403, text, error_info("SECURITY_POLICY_VIOLATED"))


# --- the service -------------------------------------------------------------------------------------------------


def cancelled() -> Refusal:
    return Refusal(499, "The operation was cancelled.")


def internal() -> Refusal:
    return Refusal(500, "Internal error encountered.")


def overloaded() -> Refusal:
    return Refusal(503, "The model is overloaded. Please try again later.")


def deadline() -> Refusal:
    return Refusal(504, "Deadline expired before operation could complete.")


def named(details: Sequence[Detail], kind: str) -> Detail | None:
    """The first detail of a google.rpc kind, for those who read a refusal back."""
    return next((one for one in details if str(one["@type"]).endswith(kind)), None)
