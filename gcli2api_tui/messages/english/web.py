"""What the web page refuses and tells."""

from collections.abc import Mapping

WEB: Mapping[str, str] = {
    "web.no_token": "The form is not of this session.",
    "web.load_again": "Load the page again, and send it once more.",
    "web.form": "The form cannot be read.",
    "web.files": "At most {n} files are taken at once.",
    "web.in_parts": "Send them in parts, or in a ZIP.",
    "web.no_file": "No file was chosen.",
    "web.no_text": "Nothing was pasted.",
    "web.wrong_key": "A wrong panel key was typed on the web page, from {peer}.",
    "web.downloaded": "{n} credentials were downloaded by the web page, from {peer}: {names}.",
    "web.downloaded.one": "{n} credential was downloaded by the web page, from {peer}: {names}.",
    "web.in_clear": "Credentials are not sent in clear text over a network.",
    "web.use_tls": "Use https (the settings tls_cert and tls_key), a tunnel (`ssh -L`), "
    "or `gcli2api-tui creds export` there.",
    "web.not_sure": "Nothing was revoked: tick that it cannot be taken back.",
}
