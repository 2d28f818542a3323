"""The `newsletter` command."""


def main() -> None:
    """Run the command line."""
