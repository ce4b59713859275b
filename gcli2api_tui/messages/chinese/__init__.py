"""The same sentences in Chinese, for the panel. A test holds keys and placeholders against the English."""

from collections.abc import Mapping

from gcli2api_tui.messages.chinese.abilities import ABILITIES
from gcli2api_tui.messages.chinese.asking import ASKING
from gcli2api_tui.messages.chinese.attach import ATTACH
from gcli2api_tui.messages.chinese.backup import BACKUP
from gcli2api_tui.messages.chinese.clients import CLIENTS
from gcli2api_tui.messages.chinese.cluster import CLUSTER
from gcli2api_tui.messages.chinese.coming_over import COMING_OVER
from gcli2api_tui.messages.chinese.connect import CONNECT
from gcli2api_tui.messages.chinese.control import CONTROL
from gcli2api_tui.messages.chinese.credentials import CREDENTIALS
from gcli2api_tui.messages.chinese.demo import DEMO
from gcli2api_tui.messages.chinese.doctor import DOCTOR
from gcli2api_tui.messages.chinese.doors import DOORS
from gcli2api_tui.messages.chinese.exchanges import EXCHANGES
from gcli2api_tui.messages.chinese.google import GOOGLE
from gcli2api_tui.messages.chinese.google_resources import THINGS
from gcli2api_tui.messages.chinese.key_file import KEY_FILE
from gcli2api_tui.messages.chinese.log import LOG
from gcli2api_tui.messages.chinese.model_life import MODEL_LIFE
from gcli2api_tui.messages.chinese.not_built import NOT_BUILT
from gcli2api_tui.messages.chinese.options import OPTIONS
from gcli2api_tui.messages.chinese.pool import POOL
from gcli2api_tui.messages.chinese.programs import PROGRAMS
from gcli2api_tui.messages.chinese.recordings import RECORDINGS
from gcli2api_tui.messages.chinese.requests import REQUESTS
from gcli2api_tui.messages.chinese.server import SERVER
from gcli2api_tui.messages.chinese.service import SERVICE
from gcli2api_tui.messages.chinese.upgrade import UPGRADE
from gcli2api_tui.messages.chinese.usage import USAGE
from gcli2api_tui.messages.chinese.watching import WATCHING
from gcli2api_tui.messages.chinese.web import WEB

CHINESE: Mapping[str, str] = {
    **ABILITIES,
    **ATTACH,
    **BACKUP,
    **CLIENTS,
    **CLUSTER,
    **COMING_OVER,
    **CONNECT,
    **ASKING,
    **CONTROL,
    **CREDENTIALS,
    **EXCHANGES,
    **DEMO,
    **DOORS,
    **DOCTOR,
    **GOOGLE,
    **KEY_FILE,
    **LOG,
    **MODEL_LIFE,
    **NOT_BUILT,
    **OPTIONS,
    **POOL,
    **PROGRAMS,
    **RECORDINGS,
    **REQUESTS,
    **SERVER,
    **SERVICE,
    **THINGS,
    **UPGRADE,
    **USAGE,
    **WEB,
    **WATCHING,
}
