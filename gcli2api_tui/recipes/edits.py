"""What all editors of settings files share: a value that is not there, and a file that is not understood."""

from typing import Final, TypeAlias

from gcli2api_tui.recipes.recipe import Value


class Missing:
    """No value stands there; null would be one."""

    def __bool__(self) -> bool:
        return False


MISSING: Final = Missing()
Found: TypeAlias = "Value | Missing"


class NotUnderstood(Exception):
    """The file is left as it is. `line`: where it is read otherwise than was thought."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line
