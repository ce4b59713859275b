"""Adding credentials, in English."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "add.title": "Add a credential",
    "add.key.title": "Gemini API key",
    "add.key.note": "What Google supports for tools. Make one at",
    "add.key.label": "API key, or several, one a line; or JSON of any form",
    "add.key.hint": "Before a Vertex AI express key write vertex: — OAuth credentials, a service account "
    "or an OAuth client may be pasted too.",
    "add.key.go": "Add",
    "add.pasted": "the pasted text",
    "add.files.title": "Files",
    "add.files.note": "JSON, text with keys, or ZIP; several at once, 20 MB in all. They are copied into "
    "this server's home, mode 600.",
    "add.files.label": "Choose files",
    "add.files.drop": "or drop them here",
    "add.files.go": "Upload",
    "add.google.title": "Sign in with Google",
    "add.google.note": "For Code Assist licences, or for Vertex AI in a project of yours.",
    "add.google.project": "Project for Vertex AI (empty: Code Assist)",
    "add.google.location": "Location (empty: global)",
    "add.google.read": "I have read this",
    "add.google.go": "Begin",
    "terms.public client": "Google's terms forbid third-party use of Gemini CLI's OAuth and may suspend the "
    "account; an API key or Vertex AI is what Google supports.",
    "terms.own client": "You sign in with your own OAuth client. Google's terms still forbid third-party use "
    "of Code Assist and may suspend the account; an API key or Vertex AI is what Google "
    "supports.",
    "google.title": "Sign in with Google",
    "google.open": "Open Google's page, choose the account and allow.",
    "google.link": "Open Google's page",
    "google.new_tab": "(in a new tab)",
    "google.here": "In a browser on the server's own machine it ends by itself.",
    "google.far": "Elsewhere the last page cannot be reached; that is fine. Copy its whole address and paste it here.",
    "google.paste": "The address, or the code in it",
    "google.send": "Send",
    "google.cancel": "Cancel",
    "google.cancelled": "The sign-in was cancelled.",
    "google.look": "Look again",
    "google.steps": "How it stands",
    "google.ok": "done",
    "google.bad": "failed",
    "google.running": "waiting",
    "google.ssh": "Or forward the port first, from your own machine:",
    "google.over": "Back to the credentials",
    "callback.done": "Signed in",
    "callback.failed": "Not signed in",
    "callback.close": "You can close this page.",
}
