"""Everything this package raises on purpose.

NewsletterError
├── UsageError      wrong usage of a command                      exit 2
│   └── ConfigError     newsletter.toml cannot be used            exit 2
├── SourceError     an input cannot be read                       exit 3
│   └── StaleSource     it still shows an earlier day             exit 3
├── TopicError      papers cannot be placed                       exit 4
├── RenderError     an issue cannot be drawn                      exit 4
├── StoreError      the database or an issue folder is unusable   exit 5
│   └── (what the ledger refuses: `store.ledger_values`)
└── MailError       the mail system can serve nobody now          exit 6

Results that differ per record or per recipient are values (`model.Problem`, `model.Outcome`), never
exceptions. Messages are lower case, carry no full address and no secret, and `hint` says what to do.
"""


class NewsletterError(Exception):
    """A failure with a sentence for the person at the terminal and, mostly, a way out."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(NewsletterError):
    """The command was called in a way that cannot work."""

    exit_code = 2


class ConfigError(UsageError):
    """The configuration is wrong; the message names file, line and key where they are known."""


class SourceError(NewsletterError):
    """A document could not be read, or holds nothing that a registered parser recognises."""

    exit_code = 3


class StaleSource(SourceError):  # noqa: N818 - says what is so, as a sentence does
    """A source answered, but with what it had on an earlier day, or it has not moved yet."""


class TopicError(NewsletterError):
    """The sections cannot be used to place papers."""

    exit_code = 4


class RenderError(NewsletterError):
    """A template, a style sheet or the result of rendering is unusable."""

    exit_code = 4


class StoreError(NewsletterError):
    """Stored state cannot be read or written."""

    exit_code = 5


class MailError(NewsletterError):
    """The mail system cannot serve anybody now; no recipient is to blame."""

    exit_code = 6


EXIT_DONE = 0
EXIT_BUG = 1
EXIT_PARTLY_REFUSED = 7
EXIT_FOUND_ERRORS = 8
EXIT_INTERRUPTED = 130
EXIT_NOBODY_READS = 141  # as the shell reports SIGPIPE
