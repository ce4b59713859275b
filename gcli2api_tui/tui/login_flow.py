"""The conversation behind the sign-in screen: what it asks goes to the control, what that answers goes back to it.

In: the screen and the control. Each step waits for Google or the disk, and the screen may be gone by then: a sign-in
that nobody looks at any more is cancelled.
"""

from typing import TYPE_CHECKING

from gcli2api_tui.control.ports import Control, Login, Refused

if TYPE_CHECKING:
    from gcli2api_tui.tui.screens.login import SignIn


async def begin(screen: "SignIn", control: Control) -> None:
    """The notice that is true, then the sign-in, unless the notice waits for an answer."""
    notice = await control.sign_in_notice()
    if not screen.is_attached:
        return
    screen.show_notice(notice)
    if not notice.due:
        await _begin(screen, control)


async def agree(screen: "SignIn", control: Control) -> None:
    answer = await control.acknowledge_terms()
    await begin(screen, control)
    if isinstance(answer, Refused):
        screen.say(answer.sentence)


async def _begin(screen: "SignIn", control: Control) -> None:
    answer = await control.begin_login()
    if isinstance(answer, Refused):
        screen.say(answer.sentence)
    elif screen.is_attached:
        screen.show_login(answer)
    else:
        await control.cancel_login(answer.id)


async def finish(screen: "SignIn", control: Control, login: Login, text: str) -> None:
    answer = await control.finish_login(login.id, text)
    if not screen.is_attached:
        return
    if isinstance(answer, Refused):
        screen.refused(login, answer.sentence)
    else:
        screen.signed_in(answer.message)


async def restart(screen: "SignIn", control: Control, login: Login) -> None:
    await control.cancel_login(login.id)
    if screen.is_attached:
        screen.restarted()
        await _begin(screen, control)
