"""`python -m gcli2api_tui` is the same as `gcli2api-tui`."""

from gcli2api_tui.cli import main

if __name__ == "__main__":
    main(prog_name="gcli2api-tui")
