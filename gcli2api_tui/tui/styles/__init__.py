"""The style sheets of what no first frame needs: theme variables only, in the order in which they hold.

A module and not a file: it comes with the code that is imported, and nothing is read on the loop. They are parsed
behind the first frame (tui/base_app.py), whose own sheet is panel.tcss.
"""

from collections.abc import Mapping

TABS = """
#parts, #use-parts, #summary { height: 1; }
.filter { display: none; height: 1; border: none; }
.filter.-shown { display: block; }
.list { height: 1fr; layout: vertical; }
.head { height: 2; }
ExchangeDetail { layout: vertical; }
/* Lists with their detail: below when there is little width */
#requests-table, #credentials-table, #logs-table { height: 1fr; }
.-mid #requests-detail, .-mid #credentials-detail { height: 50%; }
.-wide Requests, .-wide Credentials, .-ultra Requests, .-ultra Credentials { layout: horizontal; }
.-wide .list, .-ultra .list { width: 3fr; }
.-wide Logs .list, .-ultra Logs .list { width: 1fr; }
.-wide #requests-detail, .-ultra #requests-detail { width: 2fr; height: 1fr; }
.-wide #credentials-detail, .-ultra #credentials-detail { width: 2fr; height: 1fr; }

/* A phone: one pane */
.-narrow #requests-detail, .-narrow #credentials-detail { display: none; }
.-narrow .-open #requests-detail, .-narrow .-open #credentials-detail { display: block; height: 1fr; }
.-narrow .-open .list { display: none; }
.-mid Requests.-open .list, .-mid Credentials.-open .list { height: 8; }
.-mid Requests.-open #requests-detail, .-mid Credentials.-open #credentials-detail { height: 1fr; }

/* Usage */
UsageView { height: 1fr; layout: vertical; }
#usage-parts { height: 1; }

/* Use */
#use-switcher, ConnectView { height: 1fr; layout: vertical; }
ClientKeysView { height: 1fr; layout: horizontal; }
#client-keys { width: 3fr; height: 1fr; }
#client-key { width: 2fr; height: 1fr; }
.-narrow ClientKeysView { layout: vertical; }
.-narrow #client-keys, .-narrow #client-key { width: 1fr; }
#callers { height: 1; }
#use-body { height: 1fr; layout: horizontal; }
#clients { width: 44; height: 1fr; }
#guide { width: 1fr; height: 1fr; }
.-mid #clients { width: 30; }
.-narrow #use-body { layout: vertical; }
.-narrow #clients { width: 1fr; height: 6; }
.-narrow.-short #clients { height: 4; }
DifferenceScreen .models { height: 1fr; }
#difference { height: 1fr; }
#difference-question { height: 1; }
/* Options: the list, and below or beside it what stands about the chosen one, or where it is edited */
#options-table { height: 1fr; }
#options-side { height: 7; layout: vertical; }
#options-about { height: 1fr; }
#options-field { display: none; height: 1; border: none; }
#options-choices { display: none; height: auto; max-height: 6; }
.-field #options-field { display: block; }
.-choices #options-choices { display: block; }
.-choices #options-side { height: 12; }
.-narrow #options-side { height: 5; }
.-narrow .-choices #options-side { height: 8; }
.-wide Options, .-ultra Options { layout: horizontal; }
.-wide #options-side, .-ultra #options-side { width: 2fr; height: 1fr; }
.-wide .-choices #options-side, .-ultra .-choices #options-side { height: 1fr; }

/* Logs: the line in depth below the list, on a phone in its place */
#logs-detail { display: none; height: 40%; max-height: 14; }
Logs.-open #logs-detail { display: block; }
.-narrow Logs.-open .list { display: none; }
.-narrow Logs.-open #logs-detail { height: 1fr; max-height: 100%; }

/* Requests: under 110 columns no frames, rules only; what stands in a frame's title stands above the list */
#chips, #sections, .foot { height: 1; }
#wire { height: 1fr; layout: vertical; }
Scrubber { height: 2; }
.-narrow #requests-table, .-mid #requests-table { border: none; }
.-narrow #requests-table:focus, .-mid #requests-table:focus { border: none; }
.-mid #requests-detail { border: none; border-top: solid $surface-lighten-2; }
.-mid #requests-detail:focus-within { border: none; border-top: solid $primary; }
.-narrow #requests-detail { border: none; }
.-narrow #requests-detail:focus-within { border: none; }
"""
"""Of the tabs beside the dashboard."""

PLAY = """
#play-columns { height: 1fr; layout: vertical; }
#play-columns Column { height: 1fr; layout: vertical; }
#play-b { display: none; }
.-two #play-b { display: block; }
.play-form, .play-stands { height: 1; }
.play-form { background: $surface; }
.-active .play-form { background: $surface-lighten-1; }
.play-answer { height: 1fr; padding: 0 0 0 1; }
#play-prompt {
    height: auto; min-height: 2; max-height: 6;
    border: none; border-top: solid $surface-lighten-2; padding: 0 1; background: $background;
}
#play-prompt:focus { border: none; border-top: solid $primary; }
.-raw #play-prompt { max-height: 60%; }
#play-buttons { height: 1; }
.-wide .-two #play-columns, .-ultra .-two #play-columns { layout: horizontal; }
.-wide .-two #play-columns Column, .-ultra .-two #play-columns Column { width: 1fr; height: 1fr; }
.-wide .-two #play-b, .-ultra .-two #play-b { border-left: solid $surface-lighten-2; }
.-narrow .-two #play-columns Column { display: none; }
.-narrow .-two #play-columns Column.-active { display: block; }
"""

SCREENS = """
Confirm { align: left bottom; background: transparent; }
Confirm .bar { height: 1; background: $warning-muted; color: $text-warning; }
QuitMenu, Help, Palette, NumberedMenu, Pick, TroubleMenu { align: center middle; }
.box {
    width: 60; max-width: 100%; height: auto;
    max-height: 100%; padding: 1 2; background: $surface; border: round $primary;
}
.box.tall { height: 100%; max-height: 30; padding: 0 1; }
.box.tall PickList { height: 1fr; }
.choice { height: 1; }
AddCredential, PasteIn, SignIn { align: center middle; }
.wizard {
    width: 80; max-width: 100%; height: auto;
    max-height: 100%; padding: 0 1; background: $surface; border: round $primary;
}
.wizard PickList { height: auto; }
.note { color: $text-muted; }
.warning { color: $text-warning; }
SignIn .wizard { height: 1fr; }
SignIn.-reading .wizard { height: auto; }
SignIn.-reading #steps, SignIn.-reading #paste-back { display: none; }
SignIn #steps, SignIn #answer {
    width: 80; max-width: 100%; padding: 0 1;
    height: auto; max-height: 4; background: $surface;
}
#address { color: $text-accent; max-height: 8; }
.-narrow #address { max-height: 3; }
#answer { color: $text-error; }
PasteField { width: 80; max-width: 100%; height: 1; border: none; background: $boost; }
PlainText { background: $background; padding: 0; layout: vertical; }
PlainText LinesView { height: 1fr; }
QrCode { align: center middle; }
.code { width: auto; height: auto; background: $background; }
#qr { width: auto; height: auto; }
.code .note { width: auto; height: 1; }
Models { background: $background; }
.models { height: 100%; layout: vertical; }
#models-table { height: 3fr; }
#models-detail { height: 2fr; min-height: 5; }
#models-message { height: 1; display: none; }
#models-message.-shown { display: block; }
#models-keys { height: 1; }
.-wide .models #models-detail, .-ultra .models #models-detail { height: 2fr; }
Differences { background: $background; }
.differences { height: 100%; layout: vertical; }
.differences .note { height: 1; padding: 0 1; }
/* Under 110 columns a window in front is as wide as the screen, between two rules */
.-narrow .box, .-mid .box, .-narrow .wizard, .-mid .wizard {
    width: 100%; border: none; border-top: solid $primary; border-bottom: solid $primary;
}
.-narrow .box, .-mid .box { padding: 0 1; }
/* A list with a field has all of it, and what is below need not be painted through */
.-narrow .box.tall, .-mid .box.tall { max-height: 100%; }
Help.-narrow, Help.-mid, Palette.-narrow, Palette.-mid, Pick.-narrow, Pick.-mid { background: $surface; }
"""
"""Of the windows in front."""

LATER: Mapping[str, str] = {"tabs": TABS, "play": PLAY, "screens": SCREENS}
