"""Adding a credential, in English."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "add.title": "Add a Google credential",
    "add.key": "Gemini API key",
    "add.login": "Sign in with Google",
    "add.path": "Import a file or folder",
    "add.json": "Paste JSON",
    "add.demo": "Try without an account",
    "add.key.note": "from aistudio.google.com; what Google supports for tools",
    "add.login.note": "for Code Assist licences; read the note first",
    "add.path.note": "on this machine",
    "add.path.found": "found (↑↓): {path}",
    "add.json.note": "any format Google hands out",
    "add.demo.note": "in another terminal (5 copies it): {line}",
    "add.hint": "1-5 choose, or paste it here; esc back",
    "add.unknown": "This is no API key, no JSON, no address with a code and no path. Was all of it copied?",
    "add.stay": "Credentials stay on this machine, mode 600.",
    "key.title": "Gemini API key",
    "key.note": "Make one at https://aistudio.google.com/apikey and paste it here. "
    "Before a Vertex AI express "
    "key write vertex:",
    "key.placeholder": "paste the key, enter adds it",
    "path.title": "Import a file or folder",
    "path.note": "A JSON file, a ZIP, or a folder of them. It is copied, never changed.",
    "path.placeholder": "path, enter imports",
    "json.title": "Paste JSON",
    "json.note": "OAuth credentials, a service account, your own OAuth client, or a list of these.",
    "json.placeholder": "paste, enter adds it",
    "login.title": "Sign in with Google",
    "login.starting": "Asking for a sign-in link …",
    "login.terms.public_client": "Google's terms forbid third-party use of Gemini CLI's OAuth and may "
    "suspend the account; an API "
    "key or Vertex AI is what Google supports.",
    "login.terms.own_client": "You sign in with your own OAuth client. Google's terms still forbid "
    "third-party use of Code "
    "Assist and may suspend the account; an API key or Vertex AI is what Google supports.",
    "login.read": "y I have read this, go on  esc back",
    "login.keys": "y copy  v plain  r again  esc back",
    "login.keys_code": "y copy  e QR  v plain  r again  esc back",
    "login.phone": "On a phone: e shows a code for {url}, good once. It ends as in 3: paste here.",
    "login.code": "Good once; ends in a paste. Any key: back.",
    "login.restart": "Paste another, or r starts again.",
    "login.open": "1 Open the address above in a browser.",
    "login.allow": "2 Choose the account and allow. On this machine it ends by itself.",
    "login.far": "3 On another machine the page cannot be reached at the end; that is fine:",
    "login.paste": "copy its address and paste it here.",
    "login.ssh": "Or first: {line}",
    "login.placeholder": "paste the address or code, enter sends",
    "login.left": "valid {span}",
    "login.done": "Signed in.",
    "login.step.ok": "ok",
    "login.step.bad": "failed",
}
