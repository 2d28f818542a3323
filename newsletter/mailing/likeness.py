"""Which addresses may belong to one person, and which to none."""

from __future__ import annotations

from newsletter.mailing.addresses import address_key

# Known to ignore dots in a local part.
_DOTLESS = frozenset({"gmail.com", "googlemail.com"})
# RFC 2142, and what is called so where nobody in particular reads it.
_ROLES = frozenset({
    "abuse", "admin", "administrator", "hostmaster", "info", "mailer-daemon", "marketing", "no-reply", "noc",
    "noreply", "postmaster", "root", "sales", "security", "spam", "support", "webmaster",
})  # fmt: skip


def likeness(address: str) -> str:
    """Give what addresses of one person mostly share: no case, no +tag, at Gmail no dots. A guess: never a
    reason to take two people for one."""
    local, _, domain = address_key(address).rpartition("@")
    local = local.partition("+")[0] or local
    return f"{local.replace('.', '')}@gmail.com" if domain in _DOTLESS else f"{local}@{domain}"


def is_role(address: str) -> bool:
    """Tell an address of an office or a program."""
    return address.partition("@")[0].lower().partition("+")[0] in _ROLES
