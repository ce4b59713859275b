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
    "web.proved": "The key was right.",
    "web.wrong_key": "A wrong panel key was typed on the web page, from {peer}.",
}
