"""`newsletter completion`."""

from __future__ import annotations

import click


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, *, shell: str) -> None:
    """Print the completion script for a shell.

    \b
    bash: newsletter completion bash > ~/.local/share/bash-completion/completions/newsletter
    zsh:  newsletter completion zsh > a folder of $fpath, as _newsletter
    fish: newsletter completion fish > ~/.config/fish/completions/newsletter.fish
    """
    from click.shell_completion import get_completion_class

    root = context.find_root().command
    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101 - the choices above are click's own
    complete = kind(root, {}, "newsletter", "_NEWSLETTER_COMPLETE")
    click.echo(complete.source_template % complete.source_vars())
