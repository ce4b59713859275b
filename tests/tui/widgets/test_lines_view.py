"""A text that scrolls says where it stands, and only once it stands somewhere."""

from alone import ENGLISH, alone

from gcli2api_tui.tui.widgets.lines_view import LinesView


async def test_before_it_is_laid_out_it_says_nothing_of_where_it_stands() -> None:
    view = LinesView(ENGLISH)
    view.styles.display = "none"
    async with alone(view, (40, 8)) as page:
        view.set_lines([((f"line {number}", "plain"),) for number in range(14)])
        assert view.stands() == "", "it has no height yet: '1-0 of 14' was seen for a moment"
        view.styles.display = "block"
        await page.pilot.pause()
        assert view.stands() == "1-8 of 14"
