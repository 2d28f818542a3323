"""Checks on the final bytes of a mail: what a careful person would look for before sending. Pure."""

from newsletter.rendering.checks.checking import Expectations, FinalMail, check
from newsletter.rendering.checks.findings import Finding, Place

__all__ = ["Expectations", "FinalMail", "Finding", "Place", "check"]
