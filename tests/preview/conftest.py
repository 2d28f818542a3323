"""A running preview, and ways to ask it."""

from __future__ import annotations

import json
import re
import shutil
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import date
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from newsletter.app import App, issues_beside
from newsletter.preview.server import PreviewServer
from newsletter.preview.subjects import subject_of
from newsletter.preview.workshop import Workshop

Answer = tuple[int, bytes, Message]

# A busy machine takes longer than a person would; nothing waits that long where all is well.
expect.set_options(timeout=30_000)


FEW = [
    ("Sparse attention for language models", "We propose a sparse variant of attention. It is faster."),
    ("Grasping with a robot hand", "A robot learns to grasp. Experiments show that it holds cups."),
    ("Diffusion models for images", "We generate images by diffusion. The pictures are sharp."),
]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed_page: Path) -> Path:
    """An empty folder to work in, with the seed page and a file of a few papers."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEWSLETTER_CONFIG", raising=False)
    shutil.copy(seed_page, tmp_path / "page.txt")
    write_few(tmp_path)
    return tmp_path


def write_few(folder: Path) -> Path:
    papers = (json.dumps({"title": title, "abstract": abstract}) for title, abstract in FEW)
    path = folder / "few.jsonl"
    path.write_text("\n".join(papers), "utf-8")
    return path


@contextmanager
def running(name: str | None, config_path: Path | None = None) -> Iterator[PreviewServer]:
    """A preview of a page or an issue, in a thread of its own."""
    day = date(2025, 11, 7) if name and name.endswith(".jsonl") else None
    subject = subject_of(name, day, issues_beside(config_path))
    workshop = Workshop(subject, lambda: App.open(config_path), config_path)
    server = PreviewServer(workshop)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield server
    server.close()
    thread.join(timeout=10)


@pytest.fixture
def serve() -> Iterator[Callable[..., PreviewServer]]:
    """Start a preview of a page or an issue; it ends with the test."""
    with ExitStack() as stack:
        yield lambda name=None: stack.enter_context(running(name))


@contextmanager
def watched_tab(chromium: Browser, **settings: Any) -> Iterator[Page]:
    """A tab that may reach nothing but this machine, and whose every complaint fails the test."""
    context = chromium.new_context(**({"viewport": {"width": 1440, "height": 900}} | settings))
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    context.route(
        re.compile(r"^https?://(?!127\.0\.0\.1)"), lambda route: complaints.append(route.request.url)
    )
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def tab(chromium: Browser) -> Iterator[Page]:
    """A wide tab in light colours."""
    with watched_tab(chromium) as page:
        yield page


@pytest.fixture(scope="session")
def seed(tmp_path_factory: pytest.TempPathFactory, seed_page: Path) -> Iterator[PreviewServer]:
    """The seed page in the preview, served once for all that only look at it."""
    config = tmp_path_factory.mktemp("seed") / "newsletter.toml"
    config.write_text('[newsletter]\nname = "Daily Papers"\n', "utf-8")
    with running(str(seed_page), config) as server:
        yield server


@pytest.fixture(scope="session")
def few(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PreviewServer]:
    """A few papers in the preview, where the length of a page says nothing."""
    folder = tmp_path_factory.mktemp("few")
    config = folder / "newsletter.toml"
    config.write_text('[newsletter]\nname = "Daily Papers"\n', "utf-8")
    with running(str(write_few(folder)), config) as server:
        yield server


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
