"""How another machine gets the newsletter that is installed here."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from newsletter.errors import ConfigError
from newsletter.work.schedule.origin import install_command

COMMIT = "0123456789abcdef0123456789abcdef01234567"
VCS = {"url": "https://git.example.org/papers.git", "vcs_info": {"vcs": "git", "commit_id": COMMIT}}


def command(root: Path, origin: dict[str, Any] | None = None, extra: str = "") -> str:
    return install_command(root, extra, json.dumps(origin) if origin else None)


def git(folder: Path, *words: str) -> str:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    done = subprocess.run(
        ["git", "-C", str(folder), *identity, *words], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone with one commit that its origin has."""
    first, second = tmp_path / "papers.git", tmp_path / "clone of it"
    subprocess.run(["git", "init", "-q", "-b", "main", str(first)], check=True)
    git(first, "commit", "-q", "--allow-empty", "-m", "first")
    subprocess.run(["git", "clone", "-q", str(first), str(second)], check=True)
    return second


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The repository of somebody's configuration."""
    (tmp_path / "news").mkdir()
    return tmp_path / "news"


def of_folder(folder: Path) -> dict[str, Any]:
    return {"url": folder.as_uri(), "dir_info": {"editable": True}}


def test_in_our_own_repository_it_is_what_lies_there(root: Path) -> None:
    (root / "pyproject.toml").write_text('[project]\nname = "newsletter"\n')
    assert command(root, VCS, "[postgres]") == 'pip install ".[postgres]"'


def test_what_came_from_a_repository_comes_from_there_at_the_same_commit(root: Path) -> None:
    wanted = f'pip install "newsletter[postgres] @ git+https://git.example.org/papers.git@{COMMIT}"'
    assert command(root, VCS, "[postgres]") == wanted


def test_what_came_from_an_address_is_the_same_to_the_last_byte(root: Path) -> None:
    origin = {"url": "https://files.example.org/n.whl", "archive_info": {"hashes": {"sha256": "ab" * 32}}}
    assert command(root, origin) == (
        f'pip install "newsletter @ https://files.example.org/n.whl#sha256={"ab" * 32}"'
    )


@pytest.mark.parametrize(
    ("remote", "shown"),
    [
        ("https://github.com/some/papers.git", "https://github.com/some/papers.git"),
        ("https://me:secret@github.com/some/papers.git", "https://github.com/some/papers.git"),
        ("git@github.com:some/papers.git", "https://github.com/some/papers.git"),
        ("ssh://git@github.com/some/papers.git", "https://github.com/some/papers.git"),
    ],
)
def test_a_clone_stands_for_where_it_was_cloned_from(
    root: Path, clone: Path, remote: str, shown: str
) -> None:
    git(clone, "remote", "set-url", "origin", remote)
    commit = git(clone, "rev-parse", "HEAD")
    assert command(root, of_folder(clone)) == f'pip install "newsletter @ git+{shown}@{commit}"'


def test_a_commit_that_only_this_machine_has_is_not_named(root: Path, clone: Path) -> None:
    git(clone, "remote", "set-url", "origin", "https://github.com/some/papers.git")
    git(clone, "commit", "-q", "--allow-empty", "-m", "not pushed")
    with pytest.raises(ConfigError, match="is in no branch of its origin") as caught:
        command(root, of_folder(clone))
    assert "git push" in str(caught.value.hint)


def test_a_folder_within_another_repository_is_not_taken_for_it(root: Path, clone: Path) -> None:
    git(clone, "remote", "set-url", "origin", "https://github.com/some/papers.git")
    (clone / "unpacked").mkdir()
    with pytest.raises(ConfigError, match="not known"):
        command(root, of_folder(clone / "unpacked"))


@pytest.mark.parametrize(
    "line",
    [
        "newsletter @ git+https://git.example.org/n",
        "newsletter@https://files.example.org/n.whl",
        "Newsletter [postgres] >= 0.1 ; python_version > '3'",
        "newsletter==0.1 \\",
        "  newsletter  # of this week",
        "./newsletter-0.1-any.whl",
        "newsletter-0.1-py3-none-any.whl",
        "https://files.example.org/newsletter-0.1.tar.gz#sha256=ab",
        "git+https://git.example.org/me/newsletter.git@v1",
        "-e git+https://git.example.org/papers.git#egg=newsletter",
        "--editable=../newsletter[postgres]",
    ],
)
def test_requirements_that_name_it_are_what_somebody_decided(root: Path, line: str) -> None:
    (root / "requirements.txt").write_text(f"# what is needed\n{line}\n")
    assert command(root, VCS) == "pip install -r requirements.txt"


@pytest.mark.parametrize(
    "text",
    [
        None,
        "httpx\n",
        "# newsletter\nhttpx  # for newsletter\n",
        "my-newsletter\nnewsletter-x==1\nnewsletter.plugin\nnewsletters\n",
        "--index-url https://files.example.org/newsletter\n--extra-index-url=https://x.example/newsletter\n",
        "-r newsletter/requirements.txt\n-c newsletter\n",
        "other@git+https://git.example.org/newsletter.git\nother @ ./newsletter-0.1-any.whl\n",
        "git+https://git.example.org/newsletter.git#egg=other\nhttps://newsletter.example.org/other-1.zip\n",
        "./my-newsletter-0.1-any.whl\n./newsletter_x-0.1-any.whl\n../my-newsletter\n",
    ],
)
@pytest.mark.parametrize("kind", ["nothing known", "a wheel here", "a folder without a repository"])
def test_requirements_are_not_named_that_would_not_install_it(
    root: Path, text: str | None, kind: str
) -> None:
    """The name alone is not ours in every package index, so that it is never asked of one either."""
    if text is not None:
        (root / "requirements.txt").write_text(text)
    origin = {
        "nothing known": None,
        "a wheel here": {"url": (root / "n.whl").as_uri(), "archive_info": {}},
        "a folder without a repository": of_folder(root / "unpacked"),
    }[kind]
    with pytest.raises(ConfigError, match="not known from where GitHub could install") as caught:
        command(root, origin)
    assert "requirements.txt" in str(caught.value.hint)


@pytest.mark.parametrize(
    "url", ['https://x.example/a"; curl evil', "https://x.example/$(id)", "https://x/`a`"]
)
def test_an_address_that_a_shell_would_understand_is_not_written(root: Path, url: str) -> None:
    with pytest.raises(ConfigError, match="not known"):
        command(root, {**VCS, "url": url})
