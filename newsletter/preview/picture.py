"""What is on show: an issue exactly as it would be sent, and what it was made from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from newsletter.errors import NewsletterError

if TYPE_CHECKING:
    from newsletter.app import App
    from newsletter.model import Edition, Issue, Parsed
    from newsletter.preview.trouble import Trouble
    from newsletter.rendering.checks import Finding
    from newsletter.rendering.checks.page import Page
    from newsletter.store.issue_folder import StoredIssue


@dataclass(frozen=True, kw_only=True)
class Picture:
    """An issue and the configuration it was drawn with; everything about it is derived once, when asked for.

    `origin` is the page or the folder, for people. `parsed` is what was read for it, None where a folder is
    all there is. `is_as_built` tells bytes that lie in a folder from bytes that were drawn just now.
    `is_unconfigured`: the configuration was wrong from the start, and `app` has the defaults instead.
    """

    stored: StoredIssue
    app: App
    origin: str
    parsed: Parsed | None = None
    is_as_built: bool = False
    is_unconfigured: bool = False

    @property
    def issue(self) -> Issue:
        return self.stored.issue

    @property
    def edition(self) -> Edition:
        return self.stored.editions[0]

    @property
    def size_budget(self) -> int:
        """How many bytes the HTML may have."""
        return self.app.config.schema.issue.size_budget

    @cached_property
    def html(self) -> str:
        return self.stored.html.decode("utf-8", "replace")

    @cached_property
    def text(self) -> str:
        return self.stored.text.decode("utf-8", "replace")

    @cached_property
    def page(self) -> Page:
        """The HTML as a tree, as a browser would read it."""
        from newsletter.rendering.checks.page import Page  # noqa: PLC0415 - html5lib takes its time

        return Page(self.html)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What `newsletter check` finds in it, errors first."""
        return self._checked[0]

    @property
    def doubt(self) -> str | None:
        """Why the checks could not run, if they could not."""
        return self._checked[1]

    @cached_property
    def _checked(self) -> tuple[tuple[Finding, ...], str | None]:
        try:
            return self.app.check(self.stored), None
        except NewsletterError as error:
            return (), f"the checks could not run: {error.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What a browser is shown: the last good picture, and what is wrong with the files since.

    `serial` grows with every change. `other` is the same issue as it lies in its folder, or as it would be
    drawn now, where that is not the same.
    """

    serial: int
    picture: Picture
    other: Picture | None = None
    troubles: tuple[Trouble, ...] = ()
