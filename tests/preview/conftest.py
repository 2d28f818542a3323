"""A running preview, and ways to ask it."""

from __future__ import annotations

import shutil
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from email.message import Message
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from newsletter.app import App
from newsletter.preview.server import PreviewServer
from newsletter.preview.subjects import subject_of
from newsletter.preview.workshop import Workshop

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip

Answer = tuple[int, bytes, Message]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed_page: Path) -> Path:
    """An empty folder to work in, with the seed page."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(seed_page, tmp_path / "page.txt")
    return tmp_path


@pytest.fixture
def serve() -> Iterator[Callable[..., PreviewServer]]:
    """Start a preview of a page or an issue; it ends with the test."""
    running: list[tuple[PreviewServer, threading.Thread]] = []

    def start(name: str | None = None) -> PreviewServer:
        workshop = Workshop(subject_of(name, None), lambda: App.open(None))
        server = PreviewServer(workshop)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        running.append((server, thread))
        return server

    yield start
    for server, thread in running:
        server.close()
        thread.join(timeout=10)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A real browser; what needs it says so where there is none."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("no chromium on this machine (Debian package: chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def ask() -> Callable[..., Answer]:
    """Ask a server, with headers of one's own; with a body it is a POST."""

    def asked(url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None) -> Answer:
        request = urllib.request.Request(url, data=body, headers=dict(headers or {}))  # noqa: S310 - our server
        try:
            with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310
                return response.status, response.read(), response.headers
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read(), error.headers

    return asked
