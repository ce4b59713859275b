"""The style sheet of Play. Theme variables only; read behind the first frame (tui/later_styles.py).

A module and not a file: it comes with the code that is imported, and nothing is read on the loop.
"""

CSS = """
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
