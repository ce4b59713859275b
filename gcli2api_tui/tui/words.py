"""Every text of the panel, by key. `Words(language)` looks up and fills in; English is complete and the fallback.

The Chinese texts are in `words_zh`; a test compares the keys. Texts are ours and never markup. What the server says of
itself comes as a message, and `Words.said` says it.
"""

from collections.abc import Mapping

from gcli2api_tui.messages.chinese import CHINESE as CHINESE_SENTENCES
from gcli2api_tui.messages.english import ENGLISH as ENGLISH_SENTENCES
from gcli2api_tui.messages.message import in_words_of
from gcli2api_tui.tui.words_zh import CHINESE

ENGLISH: Mapping[str, str] = {
    "tab.dashboard": "Dashboard", "tab.requests": "Requests", "tab.credentials": "Credentials", "tab.logs": "Logs",
    "tab.use": "Use", "short.use": "Use", "title.use": "How to connect",
    "client.codex": "Codex", "client.claude": "Claude", "client.gemini": "Gemini CLI", "client.openai": "OpenAI",
    "client.curl": "curl",
    "use.openai": "OpenAI's clients", "use.others": "Anthropic's, Google's", "use.key": "Your key",
    "use.key_does": "y copies, e QR", "use.panel_key": "Panel's key", "use.panel_key_does": "m copies; /admin",
    "use.settings_do": "s copies with the key, n next", "use.alias": "Model", "use.more_aliases": "and {n} more names",
    "title.models": "Models", "model.best": "best", "model.fast": "fast", "model.cheap": "cheap",
    "model.learnt": "{n} learnt", "model.ends": "ends {day}", "model.ended": "ended {day}",
    "model.partly": "{place} until {day}",
    "model.nothing": "Nothing was learnt of it.", "model.until": "until", "model.then": "then", "model.for": "for",
    "model.at": "on", "model.unlisted": "Not in the lists that clients see; it can be asked for.",
    "model.google": "Google: {words}", "model.when": "learnt {at}", "key.models.forget": "Forget",
    "key.use.models": "Models",
    "use.models_are": "i shows the models: when they end, what was learnt of them.",
    "use.no_aliases": "aliases = gpt-*={model} lets clients keep their names of models.",

    "short.dashboard": "Dash", "short.requests": "Reqs", "short.credentials": "Cred", "short.logs": "Logs",
    "status.creds": "{ready}/{total} creds", "status.live": "{n} live", "status.rate": "{n}/min", "status.demo": "DEMO",
    "status.disk": "DISK",
    "title.traffic": "Traffic", "title.quota": "Quota today",
    "title.live": "Live {n}",
    "title.problem": "Last problems",
    "title.requests": "Requests {n}", "title.credentials": "Credentials", "title.detail": "Exchange",
    "title.follow": "following", "title.paused": "paused at {n}", "title.row": "{n} of {total}",
    "traffic.requests": "req/min", "traffic.errors": "errors", "traffic.now": "now {n}", "traffic.max": "max {n}",
    "fig.ok": "ok {percent}%", "fig.no_traffic": "no traffic yet", "fig.done": "ok {n}", "fig.failed": "failed {n}",
    "fig.hidden": "hidden retries {n}", "fig.left": "left {n}", "fig.in": "in", "fig.out": "out", "fig.think": "think",
    "fig.finish": "finish",
    "fig.tier": "tier",
    "quota.none_known": "{n} requests today, limits unknown", "quota.known": "{known} of {total} limits known",
    "quota.unknown": "limit unknown", "quota.google": "Google said {percent}% left at {at}",
    "quota.source.google": "limit told by Google", "quota.source.429": "limit learnt from a 429",
    "quota.source.setting": "limit set by you", "quota.source.tier": "limit of the account's tier",
    "quota.source.assumed": "limit assumed; counted here",
    "pace.lasts": "pace {n}/h: lasts past the reset", "pace.out": "pace {n}/h: out at {at}",
    "pace.early": "pace {n}/h: out at {at}, {span} early", "quota.shares": "shares the quota of project {project}",
    "pool.ready": "{n} ready", "pool.cooling": "{n} cooling", "pool.broken": "{n} need you", "pool.off": "{n} off",
    "problem.none": "No problem so far.", "problem.rescued": "{chain}: the client saw no error",
    "col.time": "time", "col.model": "model", "col.credential": "cred", "col.state": "state", "col.ttft": "ttft",
    "col.duration": "took", "col.tokens": "out", "col.rate": "tok/s", "col.resets": "resets",
    "col.client": "client", "col.account": "account",
    "col.today": "used today",
    "row.retried": "{n} hidden: {chain}", "row.left": "the client left; upstream cancelled",
    "row.waits": "waits for a credential, {span}", "row.waits_short": "waits {span}",
    "row.new": "{n} new", "row.newer": "{n} newer",
    "row.broke": "The client got 200 and {n} tokens",
    "row.broke_unknown": "The client got 200 and part of the answer",
    "hop.why": "picked: {reason}", "hop.none": "No credential was asked yet.",
    "cred.back": "back in {span}", "cred.left": "{n} left", "cred.in_use": "{n} in use", "cred.today": "{n} today",
    "cred.resets": "resets {span}", "cred.enable_hint": "t enables it", "cred.all_models": "all models",
    "cred.until_you_act": "until you act", "creds.files": "{n} credentials", "creds.next": "next {label}",
    "state.ready": "ready", "state.untried": "not tried yet",
    "state.busy": "busy", "state.cooling": "cooling", "state.nearly out": "nearly out",
    "state.needs login": "needs login", "state.needs verification": "needs verification",
    "state.disabled by Google": "disabled by Google", "state.tier not served": "tier not served",
    "state.wrong project": "wrong project", "state.model not entitled": "model not entitled",
    "state.forbidden": "forbidden", "state.disabled by you": "off (by you)",
    "fact.kind": "kind", "fact.project": "project", "fact.source": "source", "fact.file": "file", "fact.proxy": "proxy",
    "fact.rotation": "rotation", "fact.token": "token", "fact.until": "until {at}", "fact.last_ok": "last ok",
    "part.answer": "Answer", "part.prompt": "Prompt", "part.hops": "Hops",
    "think.folded": "thinking, {n} characters (space unfolds)", "think.open": "thinking (space folds)",
    "text.none": "Nothing to show yet.", "text.lines": "{first}-{last} of {total}",
    "text.off": "Bodies are not kept (keep_bodies is 0, or too old).",
    "text.cut": "(the beginning was dropped)",
    "empty.exchanges": "No request yet. Point a client at {url}/v1",
    "empty.live": "Nothing is running.", "empty.match": "0 of {total} match. Esc clears the filter.",
    "empty.credentials": "No credential yet. Press a to add one.", "empty.logs": "No log line.",
    "filter.hint": "words  st:429 m:flash cred:alice is:live is:err", "filter.logs": "words in the log",
    "filter.unknown": "{token} is no filter. There are: words, st:429 m:flash cred:alice is:live is:err is:retried",
    "state.key refused": "key refused", "filter.shown": "{shown} of {total}", "log.level": "from {level} on",
    "help.title": "Keys", "help.hint": "type to filter, enter does it, esc closes",
    "help.none": "nothing fits", "help.more": "more",
    "quit.title": "Leave?", "quit.keep": "Keep serving without screen", "quit.stop": "Stop the server and quit",
    "quit.back": "Back", "quit.live": "{n} answers are running; stopping waits for them a little.",
    "quit.again": "Ctrl+C again stops the server.",
    "confirm.remove": "Remove {label}?", "confirm.keys": "y yes   n no", "removed": "Removed {label}.  z undoes",
    "nothing.selected": "Nothing is selected.", "nothing.live": "Nothing is running.",
    "nothing.live_row": "#{id} has ended; there is nothing to stop.", "exchange.gone": "#{id} is no longer kept.",
    "nothing.cooling": "{label} is not cooling.",
    "nothing.undo": "Nothing to undo.",
    "copied.tmux": "Copied by tmux: {what}  (prefix ] pastes)", "copied.termux": "Copied by Termux: {what}",
    "copied.osc52": "Copied by OSC 52: {what}  (not there? v)",
    "copied.plain": "This terminal has no clipboard: select it.",
    "copy.url": "address", "copy.answer": "answer", "copy.snippet": "settings", "copy.demo": "demo's line",
    "copy.key": "key",
    "copy.panel_key": "panel's key",
    "qr.alone": "Only this device reaches this address.", "qr.hint": "Address and key. Any key comes back.",
    "qr.small": "The code needs {width} columns and {height} lines.",
    "done": "Done.", "working": "One moment …",
    "plain.hint": "Select with your terminal. Any key comes back.",
    "plain.inside": "Arrows scroll; here only the screen can be selected. Any other key comes back.",
    "add.title": "Add a Google credential", "add.key": "Gemini API key", "add.login": "Sign in with Google",
    "add.path": "Import a file or folder", "add.json": "Paste JSON", "add.demo": "Try without an account",
    "add.key.note": "from aistudio.google.com; what Google supports for tools",
    "add.login.note": "for Code Assist licences; read the note first",
    "add.path.note": "on this machine", "add.path.found": "found (↑↓): {path}",
    "add.json.note": "any format Google hands out",
    "add.demo.note": "in another terminal (5 copies it): {line}", "add.hint": "1-5 choose, or paste it here; esc back",
    "add.unknown": "This is no API key, no JSON, no address with a code and no path. Was all of it copied?",
    "add.stay": "Credentials stay on this machine, mode 600.",
    "key.title": "Gemini API key", "key.note": "Make one at https://aistudio.google.com/apikey and paste it here."
    " Before a Vertex AI express key write vertex:",
    "key.placeholder": "paste the key, enter adds it",
    "path.title": "Import a file or folder",
    "path.note": "A JSON file, a ZIP, or a folder of them. It is copied, never changed.",
    "path.placeholder": "path, enter imports",
    "json.title": "Paste JSON",
    "json.note": "OAuth credentials, a service account, your own OAuth client, or a list of these.",
    "json.placeholder": "paste, enter adds it",
    "login.title": "Sign in with Google", "login.starting": "Asking for a sign-in link …",
    "login.terms.public_client": "Google's terms forbid third-party use of Gemini CLI's OAuth and may suspend the"
    " account; an API key or Vertex AI is what Google supports.",
    "login.terms.own_client": "You sign in with your own OAuth client. Google's terms still forbid third-party use of"
    " Code Assist and may suspend the account; an API key or Vertex AI is what Google supports.",
    "login.read": "y I have read this, go on  esc back",
    "login.keys": "y copy  v plain  r again  esc back",
    "login.restart": "Paste another, or r starts again.", "login.open": "1 Open the address above in a browser.",
    "login.allow": "2 Choose the account and allow. On this machine it ends by itself.",
    "login.far": "3 On another machine the page cannot be reached at the end; that is fine:",
    "login.paste": "copy its address and paste it here.", "login.ssh": "Or first: {line}",
    "login.placeholder": "paste the address or code, enter sends", "login.left": "valid {span}",
    "login.done": "Signed in.",
    "login.step.ok": "ok", "login.step.bad": "failed",
    "bar.input": "enter submit   esc back",
    "key.app.dashboard": "Dashboard", "key.app.requests": "Requests", "key.app.credentials": "Credentials",
    "key.app.use": "Use", "key.app.logs": "Logs",
    "key.app.tab1": "1st tab", "key.app.tab2": "2nd tab", "key.app.tab3": "3rd tab",
    "key.app.tab4": "4th tab", "key.app.tab5": "5th tab",
    "key.app.left": "Tab left", "key.app.right": "Tab right", "key.app.add": "Add",
    "key.app.help": "All keys", "key.app.quit": "Quit", "key.app.interrupt": "Stop (twice)", "key.app.copy": "Copy",
    "key.app.plain": "Plain", "key.app.quit2": "Quit",
    "key.list.up": "Up", "key.list.down": "Down", "key.list.page_up": "Page up", "key.list.page_down": "Page down",
    "key.list.first": "First", "key.list.last": "Last, follow", "key.list.open": "Open", "key.list.follow": "Follow",
    "key.pane.filter": "Filter", "key.pane.back": "Back", "key.pane.part": "Part", "key.pane.part_back": "Part back",
    "key.requests.stop": "Stop", "key.requests.next": "Next", "key.requests.before": "Before", "key.text.fold": "Fold",
    "key.credentials.toggle": "On/off", "key.credentials.remove": "Remove", "key.credentials.undo": "Undo",
    "key.credentials.clear": "Clear cooldown", "key.credentials.check": "Check", "key.logs.level": "Level",
    "key.use.next": "Next client", "key.use.back": "Client before", "key.use.code": "QR",
    "key.use.settings": "Copy settings", "key.use.panel_key": "Panel's key",
    # Of one; Chinese has no such forms
    "creds.files.one": "{n} credential", "use.more_aliases.one": "and {n} more name",
    "quota.none_known.one": "{n} request today, limits unknown", "pool.broken.one": "{n} needs you",
    "row.broke.one": "The client got 200 and {n} token",
    "quit.live.one": "{n} answer is running; stopping waits for it a"
    " little.", "think.folded.one": "thinking, {n} character (space unfolds)",
}  # fmt: skip

LANGUAGES: Mapping[str, Mapping[str, str]] = {"en": ENGLISH, "zh": CHINESE}
SENTENCES: Mapping[str, Mapping[str, str]] = {"en": ENGLISH_SENTENCES, "zh": CHINESE_SENTENCES}
"""What the server, the pool and the control say, which comes as messages."""


class Words:
    """Callable: `words("cred.left", n=3)`. An unknown key shows itself, so a slip is seen and harmless."""

    def __init__(self, language: str = "en") -> None:
        self.language = language if language in LANGUAGES else "en"

    def __call__(self, key: str, **values: object) -> str:
        """Of one, a text may have a form of its own: `key.one`."""
        texts = LANGUAGES[self.language]
        one = texts.get(f"{key}.one") if values.get("n") == 1 else None
        text = one or texts.get(key) or ENGLISH.get(key, key)
        return text.format(**values) if values else text

    def said(self, text: str) -> str:
        """What the server, the pool or the control says; words that are not ours stay as they are."""
        return text if self.language == "en" else in_words_of(SENTENCES[self.language], text)
