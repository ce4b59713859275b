"""Lines that people are told to type: as this system's shell takes them when they are pasted, whatever stands in them.

In: words, some of which somebody else chose: a folder, a host, a key. Out: text.
"""

import os


def shell_line(*words: str) -> str:
    """A whole line, or the end of one."""
    if os.name == "nt":  # neither is for every command
        from subprocess import list2cmdline

        return list2cmdline(words)
    from shlex import join

    return join(words)
