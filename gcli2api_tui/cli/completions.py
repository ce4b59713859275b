"""`completions`: the script that knows every command at a Tab; and what Tab offers for an argument, from its table.

In: a shell, or what was typed of an argument. Out: the shell's script, or the names that begin so. Nothing of a home is
read: a Tab must not make or change one.
"""

import click

SHELLS = ("bash", "zsh", "fish", "powershell")
PROGRAM = "gcli2api-tui"
VARIABLE = "_GCLI2API_TUI_COMPLETE"
"""What click listens for: made of the program's name."""


@click.command("completions")
@click.argument("shell", type=click.Choice(SHELLS, case_sensitive=False))
def completions(shell: str) -> None:
    """Print the script that completes commands and options in SHELL on Tab.

    \b
    bash        gcli2api-tui completions bash > ~/.local/share/bash-completion/completions/gcli2api-tui
    zsh         gcli2api-tui completions zsh > ~/.zfunc/_gcli2api-tui   (with fpath+=~/.zfunc before compinit)
    fish        gcli2api-tui completions fish > ~/.config/fish/completions/gcli2api-tui.fish
    PowerShell  gcli2api-tui completions powershell >> $PROFILE

    A shell that is opened afterwards knows it.
    """
    from click.shell_completion import get_completion_class

    made = get_completion_class(shell)
    assert made is not None, shell
    root = click.get_current_context().find_root().command
    click.echo(made(root, {}, PROGRAM, VARIABLE).source().encode(), nl=False)  # bytes: no CRLF on Windows


def settings(_: click.Context, __: click.Parameter, begun: str) -> list[str]:
    from gcli2api_tui.config.settings import FIELDS

    return [name for name in FIELDS if name.startswith(begun)]


def clients(_: click.Context, __: click.Parameter, begun: str) -> list[str]:
    from gcli2api_tui.recipes.all_recipes import RECIPES

    return [name for name in RECIPES if name.startswith(begun)]
