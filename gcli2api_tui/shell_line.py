"""Lines that people are told to type: as this system's shell takes them when they are pasted, whatever stands in them.

In: words, some of which somebody else chose: a folder, a host, a key. Out: text.
"""

import os
import shlex


def shell_line(*words: str) -> str:
    """A whole line, or the end of one."""
    if os.name == "nt":
        from subprocess import list2cmdline  # nobody else needs it where something starts quickly

        return list2cmdline(words)
    return shlex.join(words)
