"""Every sentence for people, in English: key → template. Logs, the command line and the API say these."""

from collections.abc import Mapping

from gcli2api_tui.messages.english.commands import COMMANDS
from gcli2api_tui.messages.english.control import CONTROL
from gcli2api_tui.messages.english.credentials import CREDENTIALS
from gcli2api_tui.messages.english.doctor import DOCTOR
from gcli2api_tui.messages.english.google import GOOGLE
from gcli2api_tui.messages.english.instances import INSTANCES
from gcli2api_tui.messages.english.log import LOG
from gcli2api_tui.messages.english.pool import POOL
from gcli2api_tui.messages.english.requests import REQUESTS
from gcli2api_tui.messages.english.server import SERVER

ENGLISH: Mapping[str, str] = {
    **COMMANDS,
    **CONTROL,
    **CREDENTIALS,
    **DOCTOR,
    **GOOGLE,
    **INSTANCES,
    **LOG,
    **POOL,
    **REQUESTS,
    **SERVER,
}
