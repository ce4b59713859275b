"""Coming over from another program: what its folder holds, and why some of it stays there."""

from collections.abc import Mapping

COMING_OVER: Mapping[str, str] = {
    "over.link_out": "It is a link to something outside of the folder, which is not followed.",
    "over.name_it": "If it is yours, import it by its own path.",
    "over.not_its_file": "This is no file of credentials of that program.",
    "over.no_toml": "It is not valid TOML: {error}.",
    "over.no_yaml": "It is not valid YAML at {where}.",
    "over.no_yaml_reader": "Its keys and settings were not read: reading YAML needs the package ruamel.yaml.",
    "over.install_yaml": "Install it beside this program (`gcli2api-tui[yaml]`), and run this again.",
    "over.busy_database": "its program writes to it all the time: stop it for a moment",
    "over.client": "This is an OAuth client; `gcli2api-tui creds import` takes one for sign-ins.",
    "over.last_codes": "refused there last with {codes}",
    "over.antigravity": "This is Antigravity's, whose tokens this program does not use.",
    "over.antigravity_setting": "It is about Antigravity, which this program does not use.",
    "over.address": (
        "It is not Google's own address: every token would be sent there. If it is yours, set it by hand "
        "(`gcli2api-tui config set`)."
    ),
    "over.by_itself": "Retries and rests follow from what Google answers here.",
    "over.no_such_setting": "There is no such setting here.",
    "over.no_such_settings": "There are no such settings here.",
    "over.database_elsewhere": (
        "Its credentials lie in that database: download them all in its panel, and import the ZIP with "
        "`gcli2api-tui creds import`."
    ),
    "over.open_door": (
        "It listens there for other machines too, and here for this one only. To open it: `gcli2api-tui config set "
        "host {host}`."
    ),
    "over.tls_by_hand": ("Name the certificate's files by hand: `tls_cert` and `tls_key`."),
    "over.too_many_files": ("{path} holds {count} files; at most {most} are read."),
    "over.too_many_rows": ("a table of it has more than {most} rows"),
    "over.weak_panel_key": "It can be guessed: the panel keeps a key of its own (`gcli2api-tui key --panel`).",
    "over.hashed_key": "Only its hash is kept there: the panel keeps a key of its own (`gcli2api-tui key --panel`).",
    "over.more_keys": (
        "The first is taken. For the {n} others make a key for each who uses this server: `gcli2api-tui keys add NAME`."
    ),
    "over.more_keys.one": (
        "The first is taken. For the other make a key for whoever uses it: `gcli2api-tui keys add NAME`."
    ),
    "over.proxy_of_each": "{proxy} becomes the proxy of each credential that comes over.",
    "over.off_without_proxy": "The credentials come over switched off, so that nothing goes out without it.",
    "over.other_address": "It is for another address than Google's.",
    "over.models_of_key": "its own models and aliases stay there",
    "over.others_keys": "{n} entries for other services than Google's.",
    "over.others_keys.one": "One entry for another service than Google's.",
    "over.encrypted": (
        "Gemini CLI keeps its sign-in encrypted in it, for itself alone. Sign in here: `gcli2api-tui creds login`."
    ),
    "over.keychain": (
        "This account's sign-in is not in the folder: Gemini CLI keeps it in the system's keychain. Sign in here: "
        "`gcli2api-tui creds login`."
    ),
    "over.geminis_own": "It is Gemini CLI's own, and holds nothing for this program.",
    "over.mcp_tokens": "It holds sign-ins for other servers, not for Google's models.",
    "over.lies_elsewhere": "{path} lies outside of the folder: import it by its path with `gcli2api-tui creds import`.",
    "over.no_folder": "{path} is no folder that can be read: {why}.",
    "over.nothing_found": "{path} holds nothing of {program}.",
    "over.is_of_another": "It looks like a folder of {program}.",
    "over.no_usual_place": "No installation of {program} was found in its usual places.",
    "over.name_the_folder": "Name its folder: `gcli2api-tui import-from {program} FOLDER`.",
    "over.came_at_start": "{n} credentials came from {place}, which stays as it is.",
    "over.came_at_start.one": "One credential came from {place}, which stays as it is.",
    "over.renewed_at_start": "{n} accounts have newer sign-ins from {place}.",
    "over.renewed_at_start.one": "One account has a newer sign-in from {place}.",
    "over.stayed_at_start": "{place}: {what} was not taken: {why}",
    "over.and_more": "{n} more stay there; `gcli2api-tui import-from gcli2api` lists them.",
    "over.and_more.one": "One more stays there; `gcli2api-tui import-from gcli2api` lists it.",
    "over.say_yes": "Nothing was taken: there is nobody to ask.",
    "over.with_yes": "Add --yes to take what is shown.",
}
