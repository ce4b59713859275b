"""Anthropic's Agent SDK for Python: it starts the Claude Code that it brings, with tools that live in this process."""

import sys
from pathlib import Path
from typing import Any

from claude_agent_sdk import (
    AssistantMessage,
    ClaudeAgentOptions,
    ResultMessage,
    TextBlock,
    create_sdk_mcp_server,
    query,
    tool,
)
from driver import STORY, WEATHER, Place, broken_tool, get_weather, main

SMALL = sys.argv.pop(1)


def options(place: Place, **more: Any) -> Any:
    return ClaudeAgentOptions(
        permission_mode="bypassPermissions",
        max_turns=8,
        env={
            "ANTHROPIC_BASE_URL": place.url,
            "ANTHROPIC_AUTH_TOKEN": place.key,
            "ANTHROPIC_MODEL": place.model,
            "ANTHROPIC_DEFAULT_HAIKU_MODEL": SMALL,
            "ANTHROPIC_SMALL_FAST_MODEL": SMALL,
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            "ENABLE_TOOL_SEARCH": "false",
            "IS_SANDBOX": "1",
        },
        cwd=str(Path.cwd()),
        **more,
    )


async def said(place: Place, prompt: str, **more: Any) -> str:
    texts: list[str] = []
    async for message in query(prompt=prompt, options=options(place, **more)):
        if isinstance(message, AssistantMessage):
            texts += [block.text for block in message.content if isinstance(block, TextBlock)]
        if isinstance(message, ResultMessage) and message.is_error:
            raise RuntimeError(f"{message.result} {texts}")
    return "\n".join(texts)


async def story(place: Place) -> Any:
    return {"text": await said(place, STORY)}


async def tools(place: Place) -> Any:
    told: list[str] = []

    @tool("get_weather", "Tell the weather of a city.", {"city": str})
    async def weather(args: dict[str, str]) -> Any:
        told.append(get_weather(args["city"]))
        return {"content": [{"type": "text", "text": told[-1]}]}

    @tool("broken_tool", "A tool that never works.", {"reason": str})
    async def broken(args: dict[str, str]) -> Any:
        told.append("broken")
        return broken_tool(args["reason"])

    server = create_sdk_mcp_server("ours", tools=[weather, broken])
    return {"text": await said(place, WEATHER, mcp_servers={"ours": server}), "told": told}


main({"story": story, "tools": tools})
