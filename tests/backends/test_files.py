"""The backends that keep mail on this machine."""

from __future__ import annotations

import io
import mailbox
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.backends.console import ConsoleBackend
from newsletter.backends.eml import EmlBackend
from newsletter.backends.maildir import MaildirBackend
from newsletter.errors import MailError
from newsletter.model import Accepted, Deferred, DeliveryId, OutgoingMail
from newsletter.ports import MailBackend


def mail(recipient: str = "me@example.org", message: bytes = b"Subject: one\r\n\r\ntext\r\n") -> OutgoingMail:
    return OutgoingMail(
        delivery=DeliveryId("1"), sender="digest@example.org", recipient=recipient, message=message
    )


def ignore(delivery: DeliveryId) -> None:
    """No ledger."""


def eml(folder: Path) -> EmlBackend:
    return EmlBackend(EmlBackend.Options(folder=folder))


def maildir(folder: Path) -> MaildirBackend:
    return MaildirBackend(MaildirBackend.Options(folder=folder))


def test_an_eml_file_holds_the_exact_bytes_for_its_owner_alone(tmp_path: Path) -> None:
    [settled] = eml(tmp_path / "a" / "b").open().send([mail()], ignore)
    [path] = (tmp_path / "a" / "b").iterdir()
    assert path.read_bytes() == mail().message
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert settled.outcome == Accepted(reply=str(path))


def test_the_same_mail_has_the_same_file_and_another_mail_another(tmp_path: Path) -> None:
    session = eml(tmp_path).open()
    list(
        session.send([mail(), mail(), mail("you@example.org"), mail(message=b"Subject: two\r\n\r\n")], ignore)
    )
    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.parametrize(
    "recipient",
    [
        "../../etc/passwd@example.org",
        "a/b@example.org",
        ".@x.org",
        "-",
        "",
        "x" * 300,
        "a\0b@x.org",
        "ü@x.org",
    ],
)
def test_no_recipient_leads_out_of_the_folder(tmp_path: Path, recipient: str) -> None:
    list(eml(tmp_path / "out").open().send([mail(recipient)], ignore))
    [path] = tmp_path.rglob("*.eml")
    assert path.parent == tmp_path / "out"


@pytest.mark.parametrize("make", [eml, maildir])
def test_a_file_in_the_place_of_the_folder_serves_nobody(
    tmp_path: Path, make: Callable[[Path], MailBackend]
) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(MailError, match="cannot be used as a folder"):
        make(tmp_path / "file").open()


@pytest.mark.parametrize("make", [eml, maildir])
def test_a_folder_that_went_away_serves_nobody(tmp_path: Path, make: Callable[[Path], MailBackend]) -> None:
    session = make(tmp_path / "out").open()
    for path in sorted((tmp_path / "out").rglob("*"), reverse=True):
        path.rmdir()
    (tmp_path / "out").rmdir()
    with pytest.raises(MailError, match="cannot be written"):
        list(session.send([mail()], ignore))


def test_a_message_that_cannot_take_its_place_is_put_off_and_leaves_nothing(tmp_path: Path) -> None:
    session = eml(tmp_path).open()
    list(session.send([mail()], ignore))
    [path] = tmp_path.iterdir()
    path.unlink()
    path.mkdir()
    [settled] = session.send([mail()], ignore)
    assert isinstance(settled.outcome, Deferred)
    assert list(tmp_path.iterdir()) == [path]


def test_a_maildir_is_read_by_the_standard_library(tmp_path: Path) -> None:
    folder = tmp_path / "md"
    list(maildir(folder).open().send([mail(), mail()], ignore))
    box = mailbox.Maildir(str(folder), create=False)
    assert [message["Subject"] for message in box] == ["one", "one"]
    assert sorted(path.name for path in folder.iterdir()) == ["cur", "new", "tmp"]
    assert list((folder / "tmp").iterdir()) == []


def test_a_maildir_keeps_to_the_line_ends_of_files_and_to_its_owner(tmp_path: Path) -> None:
    list(maildir(tmp_path).open().send([mail()], ignore))
    [path] = (tmp_path / "new").iterdir()
    assert path.read_bytes() == b"Subject: one\n\ntext\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_host_name_cannot_lead_out_of_the_maildir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "../a:b")
    list(maildir(tmp_path).open().send([mail()], ignore))
    [path] = (tmp_path / "new").iterdir()
    assert path.name.endswith(r"..\057a\072b")


LETTER = (
    b"From: D <d@example.org>\r\nTo: me@example.org\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe=1B?=\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + b"".join(b"line %d\r\n" % i for i in range(30))
)


def printed(message: bytes, *, raw: bool = False) -> str:
    stream = io.StringIO()
    list(ConsoleBackend(ConsoleBackend.Options(raw=raw), stream).open().send([mail(message=message)], ignore))
    return stream.getvalue()


def test_the_console_shows_whom_what_and_the_start_of_the_text() -> None:
    text = printed(LETTER)
    assert "for me@example.org" in text
    assert "Subject: Grüße\n" in text
    assert "line 19\n... 10 more lines\n" in text
    assert "line 20" not in text


def test_the_console_shows_everything_when_asked() -> None:
    assert printed(LETTER, raw=True) == LETTER.decode().replace("\r\n", "\n") + "\n"


@pytest.mark.parametrize("raw", [True, False])
@pytest.mark.parametrize(
    "message",
    [
        b"Subject: =?nonsense?q?x?=\r\n\r\n\x1b[2Jtext\r\n",
        b"Subject: \xff\x1b]0;title\x07\r\nContent-Type: text/plain; charset=nonsense\r\n\r\n\x1b\x9b\r\n",
        b"Subject: =?utf-8?b?x?=\r\nContent-Type: multipart/mixed\r\n\r\n",
        b"",
    ],
)
def test_no_message_controls_the_terminal(message: bytes, raw: bool) -> None:
    assert "\x1b" not in printed(message, raw=raw)


def test_a_terminal_that_is_gone_serves_nobody() -> None:
    stream = io.StringIO()
    session = ConsoleBackend(ConsoleBackend.Options(), stream).open()
    stream.close()
    with pytest.raises(MailError, match="terminal"):
        list(session.send([mail()], ignore))


def test_the_console_leaves_standard_output_alone(capsys: pytest.CaptureFixture[str]) -> None:
    list(ConsoleBackend(ConsoleBackend.Options()).open().send([mail()], ignore))
    assert capsys.readouterr().out == ""


def test_a_terminal_without_letters_beyond_ascii_shows_escapes() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    list(ConsoleBackend(ConsoleBackend.Options(), stream).open().send([mail(message=LETTER)], ignore))
    assert b"Gr\\xfc\\xdfe" in raw.getvalue()
