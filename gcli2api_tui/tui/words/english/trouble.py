"""The demo's menu of trouble, in English."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "trouble.title": "Make trouble and watch",
    "trouble.limit": "429 on one (alice)",
    "trouble.storm": "429 on all of them",
    "trouble.revoke": "revoke a sign-in (bob)",
    "trouble.slow": "slow first words",
    "trouble.down": "Google is down",
    "trouble.cut": "streams are cut",
    "trouble.page": "a page instead of JSON",
    "trouble.quota": "quota down to 5 %",
    "trouble.reset": "a minute before the reset",
    "trouble.fast": "clock ×60, on and off",
    "trouble.well": "everything well again",
    "trouble.on": "on",
    "trouble.hint": "number or enter does it, again ends it; esc closes",
    "script.missed": "The script waited for {what}, which did not come.",
    "key.demo.trouble": "Trouble",
    "key.trouble.fast": "Clock ×60",
    "key.trouble.well": "All well again",
    "key.trouble.close": "Close",
    **{f"key.trouble.make{n}": f"Trouble {n}" for n in range(1, 10)},
}
