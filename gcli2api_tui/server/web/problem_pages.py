"""An error as a page for people: what is wrong and the way out, with the error's own status. In: a Problem."""

from quart import Response

from gcli2api_tui.events.problems import ClientFault, Problem
from gcli2api_tui.messages.message import NOTHING
from gcli2api_tui.server.web.site import Site


async def problem_page(site: Site, problem: Problem) -> Response:
    status = problem.status if isinstance(problem, ClientFault) else 500
    page = await site.page("problem", status, told=problem.message, way_out=problem.way_out or NOTHING)
    if isinstance(problem, ClientFault) and problem.retry_after_s:
        page.headers["Retry-After"] = str(problem.retry_after_s)
    return page
