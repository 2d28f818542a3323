"""`newsletter preview` before it serves: what it refuses, and how it says where it is."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import Result


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEWSLETTER_CONFIG", raising=False)
    return tmp_path


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "news.example.org", ""])  # noqa: S104 - refused
def test_it_listens_to_others_only_if_told_so_in_words(
    folder: Path, newsletter: Callable[..., Result], host: str
) -> None:
    del folder
    result = newsletter("preview", "--host", host)
    assert result.exit_code == 2
    assert "--i-know-others-can-reach-it" in result.stderr


def test_without_an_issue_it_says_what_to_give(folder: Path, newsletter: Callable[..., Result]) -> None:
    del folder
    result = newsletter("preview")
    assert result.exit_code == 2
    assert "newsletter preview PAGE" in result.stderr


def test_a_page_that_cannot_be_read_is_told_as_a_build_would(
    folder: Path, newsletter: Callable[..., Result]
) -> None:
    (folder / "empty.txt").write_text("", "utf-8")
    assert newsletter("preview", "empty.txt").exit_code == 3


def test_a_port_in_use_is_told(folder: Path, newsletter: Callable[..., Result], seed_page: Path) -> None:
    del folder
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = newsletter("preview", str(seed_page), "--port", str(taken.getsockname()[1]))
    assert result.exit_code == 2
    assert "leave --port out" in result.stderr


def test_it_prints_an_address_that_works_and_ends_by_ctrl_c(folder: Path, seed_page: Path) -> None:
    """A process of its own, as a person starts it, while a page waits for changes; the papers come from
    standard input."""
    with (
        seed_page.open("rb") as page,
        subprocess.Popen(
            [sys.executable, "-m", "newsletter", "preview", "-"],
            stdin=page,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            text=True,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        ) as process,
    ):
        assert process.stdout
        url = process.stdout.readline().strip()
        with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 - our own server
            assert b"Daily Papers" in answer.read()
        with socket.create_connection(("127.0.0.1", urlsplit(url).port or 0)) as waiting:
            path = urlsplit(url).path + "live?serial=1"
            waiting.sendall(f"GET {path} HTTP/1.1\r\nHost: {urlsplit(url).netloc}\r\n\r\n".encode())
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=30)
    assert "still running" not in errors
    assert "Traceback" not in errors
    assert process.returncode in {0, 130}
    assert list(folder.iterdir()) == []
