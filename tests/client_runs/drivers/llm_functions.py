"""Tools for `llm --functions`."""


def get_weather(city: str) -> str:
    """Tell the weather of a city."""
    return f"21 degrees in {city}"


def broken_tool(reason: str) -> str:
    """A tool that never works."""
    raise ValueError(f"The tool is broken: {reason}")
