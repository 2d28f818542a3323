"""M: is the longest mail that anybody gets as it must be, to the last byte?"""

from __future__ import annotations

from email import message_from_bytes, policy
from typing import TYPE_CHECKING

from newsletter.mailing import wire_form
from newsletter.mailing.dkim_verifying import check_signatures
from newsletter.rendering.anatomy import anatomy
from newsletter.rendering.checks import Expectations, FinalMail, check
from newsletter.rendering.checks.known_losses import known_losses
from newsletter.work.check import texts_of
from newsletter.work.doctor.examining import Check
from newsletter.work.doctor.findings import Finding, found

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from newsletter.mailing.dkim_verifying import SignatureCheck
    from newsletter.rendering.checks import Finding as Fault
    from newsletter.work.doctor.patient import Patient, Sample

# What a signature must cover for a newsletter: what readers see, and both fields of leaving (RFC 8058, 4).
_MUST_COVER = (
    "from", "to", "subject", "mime-version", "content-type", "list-id", "list-unsubscribe",
    "list-unsubscribe-post", "feedback-id",
)  # fmt: skip
_SHOULD_COVER = ("date", "message-id")

# Under which code a check of the finished mail is told; the others are about who can read it.
_CODES: Mapping[str, str] = {
    "headers": "M1",
    "lines": "M5",
    "encoding": "M6",
    "message": "M6",
    "size": "M7",
    "plain-text": "M8",
    "links": "M10",
    "remote": "M10",
    "leftovers": "M13",
}
_BY_FIELD = {"List-Unsubscribe": "M2", "List-Unsubscribe-Post": "M3", "Subject": "M12"}
_ALL_WELL: Mapping[str, str] = {
    "M1": "every header field is there, once, and well-formed",
    "M2": "List-Unsubscribe is plain, its https address first",
    "M3": "List-Unsubscribe-Post promises one click, in the words of RFC 8058",
    "M6": "both parts are in UTF-8",
    "M8": "the plain text says it all",
    "M10": "links lead to https, and nothing is loaded from elsewhere",
    "M11": "languages, headings, contrast and texts for screen readers are right",
    "M12": "the subject is short enough to be shown",
}


class Message:
    """The checks of the longest mail."""

    def __init__(self, patient: Patient) -> None:
        self._patient = patient

    def checks(self) -> tuple[Check, ...]:
        """List them."""
        return (
            Check(code="M13", look=self._read_back),
            Check(code="M1", look=self._mail),
            Check(code="M4", look=self._signatures),
            Check(code="M5", look=self._wire),
            Check(code="M9", look=self._postal_address),
        )

    def _read_back(self) -> Iterator[Finding]:
        sample = self._patient.sample()
        if sample is None:
            yield found(
                "M13", "info", "there is no issue yet to make a mail of", "`newsletter build PAGE` makes one"
            )
            return
        parsed = message_from_bytes(sample.mail.message, policy=policy.default)
        shown = f"{sample.issue.slug}, {len(sample.mail.message):,} octets"
        if parsed.defects or str(parsed["Subject"]) != sample.edition.subject:
            yield found(
                "M13", "error", f"the mail of {shown} does not read back as it was meant", "report it"
            )
        else:
            yield found("M13", "ok", f"the longest mail of {shown}, reads back as it was meant")

    def _mail(self) -> Iterator[Finding]:
        sample = self._patient.sample()
        if sample is None:
            return
        faults = self._faults(sample)
        told = [_told(fault) for fault in faults if fault.severity != "info"]
        yield from told
        size = len(sample.html.encode("utf-8"))
        if not any(finding.code == "M7" for finding in told):
            yield found("M7", "ok", f"{size:,} bytes of HTML, {len(sample.mail.message):,} octets in all")
        yield found("M7", "info", _where_bytes_go(sample.html))
        bad = {finding.code for finding in told}
        yield from (found(code, "ok", said) for code, said in _ALL_WELL.items() if code not in bad)

    def _faults(self, sample: Sample) -> tuple[Fault, ...]:
        parts = self._patient.parts
        mail = FinalMail(
            html=sample.html.encode("utf-8"), text=sample.text.encode("utf-8"), message=sample.mail.message
        )
        expected = Expectations(
            budget=parts.config.schema.issue.size_budget,
            known_losses=known_losses(parts.theme()),
            quoted=tuple(texts_of(sample.issue)),
        )
        return check(mail, expected)

    def _signatures(self) -> Iterator[Finding]:
        sample, signer = self._patient.sample(), self._patient.parts.signer()
        if sample is None:
            return
        if signer is None:
            yield found("M4", "info", "the mail is not signed by us", "`newsletter dkim keygen`, see D2")
            return
        keys = {key.selector: key.private.public_key() for key in signer.keys}
        made = check_signatures(sample.mail.message, keys)
        if len(made) != len(keys):
            yield found("M4", "error", f"there are {len(made)} signatures of {len(keys)} keys", "report it")
        for one in made:
            yield _of_signature(one)

    def _wire(self) -> Iterator[Finding]:
        sample = self._patient.sample()
        if sample is None:
            return
        fault = wire_form.fault(sample.mail.message)
        if fault:
            yield found("M5", "error", f"the mail has {fault}", "report it")
        else:
            longest = max(map(len, sample.mail.message.split(b"\r\n")))
            yield found("M5", "ok", f"lines of {longest} octets at most, all ended by CRLF")

    def _postal_address(self) -> Iterator[Finding]:
        if self._patient.parts.letterhead().postal_address:
            yield found("M9", "ok", "every mail shows a postal address")
        else:
            yield found(
                "M9",
                "warning",
                "no mail shows a postal address",
                'set postal_address = "..." in [newsletter], where the law of your readers asks for it',
            )


def _where_bytes_go(html: str) -> str:
    """Lay out who takes how much of the HTML, the largest first, a line for each section."""
    body = anatomy(html)
    sizes = [("head, masthead and foot", body.shell), *((part.title, part.size) for part in body.parts)]
    lines = (f"{size:>9,}  {title}" for title, size in sorted(sizes, key=lambda one: -one[1]))
    return "\n".join(["the bytes of the HTML, section by section:", *lines])


def _told(fault: Fault) -> Finding:
    field = fault.where.element if fault.where and fault.where.part == "message" else None
    code = _BY_FIELD.get(field or "", _CODES.get(fault.check, "M11"))
    where = f" ({fault.where})" if fault.where else ""
    return found(code, fault.severity, f"{fault.message}{where}", fault.hint)


def _of_signature(one: SignatureCheck) -> Finding:
    if one.fault:
        return found(
            "M4", "error", f"the signature of {one.selector} does not verify: {one.fault}", "report it"
        )
    missing = [name for name in _MUST_COVER if name not in one.covered]
    if missing:
        return found(
            "M4", "error", f"the signature of {one.selector} leaves out {', '.join(missing)}", "report it"
        )
    left = [name for name in _SHOULD_COVER if name not in one.covered]
    if left:
        return found(
            "M4",
            "info",
            f"the signature of {one.selector} verifies, without {' and '.join(left)}",
            "take `unsigned` out of [dkim] unless your relay replaces them",
        )
    return found("M4", "ok", f"the signature of {one.selector} ({one.algorithm}) verifies")
