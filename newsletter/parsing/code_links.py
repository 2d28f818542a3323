"""The repository of a paper's code, where its abstract names one."""

from __future__ import annotations

import re

_REPOSITORY = re.compile(
    r"(?<![\w./@-])(?:https?://)?(?:www\.)?(github\.com|gitlab\.com|codeberg\.org|bitbucket\.org)/"
    r"([A-Za-z0-9][A-Za-z0-9-]*)/([A-Za-z0-9._-]+)"
)


def code_url(abstract: str) -> str | None:
    """Give the one repository that an abstract names; None where it names none or several: a wrong link is
    worse than no link."""
    found = {
        f"https://{host}/{owner}/{name.rstrip('.').removesuffix('.git')}"
        for host, owner, name in _REPOSITORY.findall(abstract)
    }
    return found.pop() if len(found) == 1 else None
