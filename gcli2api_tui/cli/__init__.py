"""The commands, one module each; `commands` gathers them, and imports a module when its command is asked for."""
