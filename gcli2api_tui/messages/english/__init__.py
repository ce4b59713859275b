"""Every sentence for people, in English: key → template. Logs, the command line and the API say these."""

from collections.abc import Mapping

from gcli2api_tui.messages.english.abilities import ABILITIES
from gcli2api_tui.messages.english.asking import ASKING
from gcli2api_tui.messages.english.attach import ATTACH
from gcli2api_tui.messages.english.backup import BACKUP
from gcli2api_tui.messages.english.clients import CLIENTS
from gcli2api_tui.messages.english.cluster import CLUSTER
from gcli2api_tui.messages.english.coming_over import COMING_OVER
from gcli2api_tui.messages.english.connect import CONNECT
from gcli2api_tui.messages.english.control import CONTROL
from gcli2api_tui.messages.english.credentials import CREDENTIALS
from gcli2api_tui.messages.english.demo import DEMO
from gcli2api_tui.messages.english.doctor import DOCTOR
from gcli2api_tui.messages.english.doors import DOORS
from gcli2api_tui.messages.english.exchanges import EXCHANGES
from gcli2api_tui.messages.english.google import GOOGLE
from gcli2api_tui.messages.english.google_resources import THINGS
from gcli2api_tui.messages.english.key_file import KEY_FILE
from gcli2api_tui.messages.english.log import LOG
from gcli2api_tui.messages.english.model_life import MODEL_LIFE
from gcli2api_tui.messages.english.not_built import NOT_BUILT
from gcli2api_tui.messages.english.options import OPTIONS
from gcli2api_tui.messages.english.pool import POOL
from gcli2api_tui.messages.english.programs import PROGRAMS
from gcli2api_tui.messages.english.recordings import RECORDINGS
from gcli2api_tui.messages.english.requests import REQUESTS
from gcli2api_tui.messages.english.server import SERVER
from gcli2api_tui.messages.english.service import SERVICE
from gcli2api_tui.messages.english.upgrade import UPGRADE
from gcli2api_tui.messages.english.usage import USAGE
from gcli2api_tui.messages.english.watching import WATCHING
from gcli2api_tui.messages.english.web import WEB

ENGLISH: Mapping[str, str] = {
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
