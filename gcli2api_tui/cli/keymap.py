"""`gcli2api-tui keymap`: every key of the panel, as it is with this home's keys.toml."""

import os

import click


@click.command("keymap")
@click.option("--home", metavar="DIR", help="Folder with config, credentials and state together.")
@click.option("--defaults", is_flag=True, help="Without keys.toml.")
def keymap(home: str | None, defaults: bool) -> None:
    """Every key of the panel, as a page of Markdown; keys.toml beside config.toml gives them others."""
    from gcli2api_tui import paths
    from gcli2api_tui.panel_session.key_file import remapped
    from gcli2api_tui.tui.key_bindings import AS_THEY_ARE, keys_page
    from gcli2api_tui.tui.words import Words

    file = paths.find(home, os.environ).keys_file
    known = AS_THEY_ARE if defaults or not file.is_file() else remapped(file.read_text(encoding="utf-8"))
    click.echo(keys_page(known.keys, Words()), nl=False)
    for fault in known.faults:
        click.echo(fault, err=True)
