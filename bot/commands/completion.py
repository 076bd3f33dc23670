"""`./xinshi completion SHELL`: a script with which the Tab key completes commands and options."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any

import typer

from bot.commands.completion_scripts import Option, Place, bash, fish, zsh

#: What stands for a campaign among arguments and options.
_CAMPAIGN = frozenset(("campaign", "id", "--campaign"))


class Shell(StrEnum):
    """The shells that are known here."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def register(app: typer.Typer) -> None:
    """Mount the command as `completion`."""
    app.command("completion")(completion)


def completion(context: typer.Context, shell: Annotated[Shell, typer.Argument(help="bash、zsh 或 fish")]) -> None:
    """打印命令行补全脚本：装好以后按 Tab 键补全命令、选项和活动。更新程序以后请重新打印一次。

    bash：./xinshi completion bash > ~/.local/share/bash-completion/completions/xinshi

    zsh：./xinshi completion zsh > ~/.xinshi.zsh，再把 source ~/.xinshi.zsh 写进 ~/.zshrc

    fish：./xinshi completion fish > ~/.config/fish/completions/xinshi.fish

    例：source <(./xinshi completion bash)
    """
    places = list(read(context.find_root().command))
    script = {Shell.BASH: bash, Shell.ZSH: zsh, Shell.FISH: fish}[shell]
    typer.echo(script(places), nl=False)


def read(command: Any, words: tuple[str, ...] = ()) -> Iterator[Place]:
    """Every group and command below one, the outermost first."""
    inner = getattr(command, "commands", {})
    options = tuple(_option(each) for each in command.params if each.param_type_name == "option")
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    yield Place(
        words,
        tuple((name, _first(below.help)) for name, below in inner.items() if not below.hidden),
        (*options, Option(("--help",), "", takes=False)),
        campaign=any(each.name in _CAMPAIGN for each in arguments),
        values=tuple(value for each in arguments for value in _values(each)),
    )
    for name, below in inner.items():
        yield from read(below, (*words, name))


def _option(found: Any) -> Option:
    names = tuple(each for each in (*found.opts, *found.secondary_opts) if each.startswith("-"))
    campaign = bool(_CAMPAIGN & set(names))
    return Option(names, _first(found.help), takes=not found.is_flag, values=_values(found), campaign=campaign)


def _values(found: Any) -> tuple[str, ...]:
    """What may stand there, where that is a closed list."""
    return tuple(str(getattr(each, "value", each)) for each in getattr(found.type_descriptor, "choices", None) or ())


def _first(text: str | None) -> str:
    """The first sentence of a help."""
    return (text or "").strip().partition("\n")[0].partition("。")[0]
