"""The style sheet of the tabs beside the dashboard. Theme variables only; read behind the first frame.

A module and not a file: it comes with the code that is imported, and nothing is read on the loop.
"""

CSS = """
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
