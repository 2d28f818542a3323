"""A real Postfix takes an issue: each way to bring mail, with and without TLS, and a killed sender."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme
from click.testing import CliRunner, Result

from newsletter.cli import cli
from tests.conftest import PATIENCE_SECONDS
from tests.ports import free_port

SLUG = "2025-11-07"
READERS, MANY, GONE = 200, 2_000, 12
MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
maillog_file = {folder}/log/mail.log
maillog_file_prefixes = {folder}/log
myhostname = relay.example.org
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
default_transport = discard:
alias_maps =
alias_database =
smtpd_tls_security_level = may
smtpd_tls_chain_files = {folder}/server.pem
smtpd_recipient_restrictions = check_recipient_access regexp:{folder}/etc/access, permit_mynetworks, reject
smtpd_data_restrictions = reject_unauth_pipelining
smtpd_forbid_unauth_pipelining = yes
smtpd_forbid_bare_newline = yes
smtpd_hard_error_limit = 100
smtpd_error_sleep_time = 0s
"""
CONFIGURATION = """
[newsletter]
name = "Daily Papers"
sender = "Digest <digest@example.org>"
base_url = "https://news.example.org"
[sending]
patience_minutes = 0
[backends.smtp]
host = "localhost"
port = {port}
security = "{security}"
transport = "{transport}"
ca_file = "{ca_file}"
"""
LISTENS = "127.0.0.1:{} inet n - n - - smtpd\n"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        shutil.which("postfix") is None or os.geteuid() != 0,
        reason="only root can start a Postfix (Debian: postfix) of its own",
    ),
]


@dataclass(frozen=True)
class Postfix:
    """A mail system of its own, which throws everything away, and knows none of those whose names begin with
    gone."""

    folder: Path
    port: int

    @property
    def log(self) -> Path:
        return self.folder / "log" / "mail.log"

    def delivered(self) -> Counter[str]:
        """How many mails it has delivered to whom."""
        return Counter(re.findall(r"to=<([^>]*)>.* status=sent", self.log.read_text("utf-8")))

    def wait_for(self, mails: int) -> None:
        """Wait until it has delivered so many."""
        self._wait(lambda: self.delivered().total() >= mails)

    def wait_until_idle(self) -> None:
        """Wait until everybody has hung up, and all that they brought is delivered."""
        self._wait(self._is_idle)

    def _is_idle(self) -> bool:
        log = self.log.read_text("utf-8")
        return log.count(": connect from") == log.count(": disconnect from") and log.count(
            ": message-id=<"
        ) == log.count(": removed\n")

    def _wait(self, is_so: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while not is_so():
            assert time.monotonic() < end, self.log.read_text("utf-8")[-2000:]
            threading.Event().wait(0.02)


@pytest.fixture
def postfix() -> Iterator[Postfix]:
    # its user may not enter the folder of a test
    with tempfile.TemporaryDirectory(prefix="postfix", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        made = Postfix(folder, free_port())
        _set_up(made)
        _postfix(made, "start")
        yield made
        _postfix(made, "stop")


def _set_up(made: Postfix) -> None:
    folder, etc = made.folder, made.folder / "etc"
    for each in (etc, folder / "spool", folder / "data", folder / "log"):
        each.mkdir()
    shutil.chown(folder / "data", "postfix")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(str(folder / "server.pem"))
    (etc / "main.cf").write_text(MAIN.format(folder=folder))
    (etc / "access").write_text("/^gone/ 550 5.1.1 no such user\n")
    for file in ("dynamicmaps.cf", "postfix-files", "post-install", "postfix-script"):
        if (there := Path("/etc/postfix", file)).exists():
            shutil.copy(there, etc)
    services = Path("/etc/postfix/master.cf").read_text("utf-8").splitlines()
    (etc / "master.cf").write_text(
        "\n".join([*filter(None, map(_service, services)), LISTENS.format(made.port)])
    )


def _service(line: str) -> str | None:
    """Leave out who listens to others, and lock up nobody in the spool, where libraries would have to be."""
    words = line.split(None, 5)
    if line[:1].isspace():
        return line
    if line.startswith("#") or len(words) < 6 or words[1] == "inet":
        return None
    return " ".join([*words[:4], "n", words[5]])


def _postfix(made: Postfix, command: str) -> None:
    call = ["postfix", "-c", str(made.folder / "etc"), command]
    done = subprocess.run(call, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
    assert done.returncode == 0, done.stderr + (made.log.read_text("utf-8") if made.log.exists() else "")


def newsletter(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))


def settle_in(
    folder: Path,
    postfix: Postfix,
    seed_page: Path,
    readers: int,
    *,
    transport: str = "auto",
    security: str = "none",
) -> None:
    """Build an issue, and have people subscribe."""
    values = {"transport": transport, "security": security, "ca_file": postfix.folder / "ca.pem"}
    (folder / "newsletter.toml").write_text(CONFIGURATION.format(port=postfix.port, **values), "utf-8")
    names = [f"reader{number}" for number in range(readers)] + [f"gone{number}" for number in range(GONE)]
    (folder / "people.csv").write_text("address\n" + "".join(f"{name}@example.com\n" for name in names))
    for command in (
        ("build", str(seed_page)),
        ("subscribers", "import", "people.csv", "--consent-source", "a form"),
    ):
        done = newsletter(*command)
        assert done.exit_code == 0, done.output


def counts() -> dict[str, int]:
    """How many mails of the issue are in which state."""
    [told] = json.loads(newsletter("status", SLUG, "--json").stdout)
    return {state: count for state, count in told["counts"].items() if count}


@pytest.mark.parametrize("security", ["none", "starttls"])
@pytest.mark.parametrize("transport", ["chunking", "pipelining", "plain"])
def test_everybody_has_one_mail_by_the_account_of_postfix(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    postfix: Postfix,
    seed_page: Path,
    transport: str,
    security: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    settle_in(tmp_path, postfix, seed_page, READERS, transport=transport, security=security)
    done = newsletter("send", SLUG, "--yes", "--anyway")
    assert done.exit_code == 7, done.output
    assert counts() == {"accepted": READERS, "refused": GONE}
    postfix.wait_until_idle()
    assert postfix.delivered() == {f"reader{number}@example.com": 1 for number in range(READERS)}


def test_what_a_kill_leaves_in_doubt_is_settled_by_the_log_of_postfix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postfix: Postfix, seed_page: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    settle_in(tmp_path, postfix, seed_page, MANY)
    send = ("send", SLUG, "--yes", "--anyway")
    with subprocess.Popen([sys.executable, "-m", "newsletter", *send], stderr=subprocess.DEVNULL) as sending:
        postfix.wait_for(MANY // 20)
        sending.kill()
    assert sending.returncode == -signal.SIGKILL
    newsletter(*send)
    postfix.wait_until_idle()
    newsletter("reconcile", SLUG, "--from-log", str(postfix.log))  # what it names was accepted
    newsletter("reconcile", SLUG, "--resend")
    newsletter(*send)
    assert counts() == {"accepted": MANY, "refused": GONE}
    postfix.wait_until_idle()
    assert postfix.delivered() == {f"reader{number}@example.com": 1 for number in range(MANY)}
