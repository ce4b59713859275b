"""The style sheet of the windows in front. Theme variables only; read behind the first frame (tui/later_styles.py).

A module and not a file: it comes with the code that is imported, and nothing is read on the loop.
"""

CSS = """
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
