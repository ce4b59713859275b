"""What the demo says of the trouble that somebody makes in it, in English."""

from collections.abc import Mapping

DEMO: Mapping[str, str] = {
    "demo.limit": "alice answers 429 from now on; others serve, and clients see nothing.",
    "demo.storm": "Everybody answers 429 from now on: requests wait for the first that is ready.",
    "demo.revoke": "The sign-in of {who} was taken back; the next request finds out.",
    "demo.slow": "The first word takes 12 s from now on.",
    "demo.down": "Google hangs up on every call from now on.",
    "demo.cut": "Streams break off after some words from now on.",
    "demo.page": "A page comes instead of JSON from now on, as in a hotel's network.",
    "demo.quota": "The accounts have 5 % of their day left.",
    "demo.reset": "It is a minute before the first quota comes back.",
    "demo.fast": "The clock runs {times} times as fast; streams and timeouts stay real.",
    "demo.well": "Everything is well again.",
    "demo.over": "Over: {what}.",
    "demo.limit.title": "429 on one",
    "demo.storm.title": "429 on all",
    "demo.slow.title": "slow first words",
    "demo.down.title": "Google down",
    "demo.cut.title": "cut streams",
    "demo.page.title": "a page instead of JSON",
    "demo.fast.title": "the fast clock",
    "demo.revoked_already": "{who} is signed out already.",
    "demo.way_well": "0 makes everything well again.",
    "demo.no_reset": "No quota is about to come back.",
    "demo.script_unread": "The script {name} cannot be read: {why}.",
    "demo.script_line": "Line {number} of the script is no step: {line}. There are: {verbs}.",
    "demo.script_screen": "A script plays the panel's keys: it needs a terminal.",
}
