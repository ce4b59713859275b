"""The same sentences in Chinese, for the panel. A test holds keys and placeholders against the English."""

from collections.abc import Mapping

from gcli2api_tui.messages.chinese.commands import COMMANDS
from gcli2api_tui.messages.chinese.control import CONTROL
from gcli2api_tui.messages.chinese.credentials import CREDENTIALS
from gcli2api_tui.messages.chinese.doctor import DOCTOR
from gcli2api_tui.messages.chinese.google import GOOGLE
from gcli2api_tui.messages.chinese.instances import INSTANCES
from gcli2api_tui.messages.chinese.log import LOG
from gcli2api_tui.messages.chinese.pool import POOL
from gcli2api_tui.messages.chinese.requests import REQUESTS
from gcli2api_tui.messages.chinese.server import SERVER

CHINESE: Mapping[str, str] = {
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
