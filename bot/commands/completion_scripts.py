"""Completion for shells, written out: what can follow stands in the script, so that Tab never waits for the program.

Only campaigns are looked up when Tab is pressed, as files beside the program.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Option:
    """An option: its names, what it is for, whether a value follows, which ones, or whether that is a campaign."""

    names: tuple[str, ...]
    help: str
    takes: bool
    values: tuple[str, ...] = ()
    campaign: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A command or group by its words, and what can follow: commands with their help, options, a campaign, values."""

    words: tuple[str, ...]
    commands: tuple[tuple[str, str], ...]
    options: tuple[Option, ...]
    campaign: bool = False
    values: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """ "/notice/check"; "" for the program itself."""
        return "".join(f"/{word}" for word in self.words)


_BASH = """\
# 信使: completion for bash, printed by `./xinshi completion bash`; print it anew after an update.
_xinshi_campaigns() {
    local home file name
    home=$(dirname -- "$(readlink -f -- "$(type -P -- "${COMP_WORDS[0]}")")")
    for file in "$home"/campaigns/*.toml; do
        name=${file##*/}
        case $name in *.duties.toml) ;; *) printf '%s\\n' "${name%.toml}" ;; esac
    done
}
_xinshi() {
    local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} here='' words='' place
    for ((place = 1; place < COMP_CWORD; place++)); do
        case "$here/${COMP_WORDS[place]}" in
            @KNOWN@) here="$here/${COMP_WORDS[place]}" ;;
            */-*) ;;
            *) case "$here" in @GROUPS@) here='?' ;; esac ;;
        esac
    done
    case "$here $before" in
@VALUES@
    esac
    case "$current" in
        -*) case "$here" in
@OPTIONS@
            esac ;;
        *) case "$here" in
@WORDS@
            esac ;;
    esac
    COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o bashdefault -o default -F _xinshi xinshi ./xinshi
"""


def bash(places: Sequence[Place]) -> str:
    """The script for bash."""
    known = " | ".join(place.path for place in places if place.path)
    values, options, words = [], [], []
    for place in places:
        options.append(f"{_quoted(place.path)}) words={_quoted(_names(place))} ;;")
        if follow := " ".join([*(name for name, _ in place.commands), *place.values]):
            words.append(f"{_quoted(place.path)}) words={_quoted(follow)} ;;")
        elif place.campaign:
            words.append(f"{_quoted(place.path)}) words=$(_xinshi_campaigns) ;;")
        for option in place.options:
            if option.takes:
                at = " | ".join(_quoted(f"{place.path} {name}") for name in option.names)
                values.append(f"{at}) {_reply(option)} ;;")
    groups = " | ".join(_quoted(place.path) for place in places if place.commands)
    script = _BASH.replace("@KNOWN@", known).replace("@GROUPS@", groups)
    for name, lines, depth in (("@VALUES@", values, 8), ("@OPTIONS@", options, 12), ("@WORDS@", words, 12)):
        script = script.replace(name, "\n".join(" " * depth + line for line in lines))
    return script


def _reply(option: Option) -> str:
    """What completes an option's value; without a list, files do."""
    if option.campaign:
        return 'COMPREPLY=($(compgen -W "$(_xinshi_campaigns)" -- "$current")); return'
    if option.values:
        return f'COMPREPLY=($(compgen -W {_quoted(" ".join(option.values))} -- "$current")); return'
    return "COMPREPLY=(); return"


def zsh(places: Sequence[Place]) -> str:
    """The script for zsh, which understands that of bash."""
    head = "# 信使: completion for zsh, printed by `./xinshi completion zsh`; print it anew after an update.\n"
    setting = "autoload -Uz compinit bashcompinit && compinit && bashcompinit\n"
    body = bash(places).split("\n", 1)[1].replace("type -P --", "whence -p --")
    return head + setting + body


_FISH = """\
# 信使: completion for fish, printed by `./xinshi completion fish`; print it anew after an update.
set -g __xinshi_known @KNOWN@
function __xinshi_path
    set -l path ''
    for word in (commandline -opc)[2..-1]
        if contains -- "$path/$word" $__xinshi_known
            set path "$path/$word"
        end
    end
    echo "$path"
end
function __xinshi_at
    set -l path (__xinshi_path)
    test "$path" = "$argv[1]"
end
function __xinshi_campaigns
    set -l command (commandline -opc)[1]
    set -l home (dirname (realpath (command -s $command; or echo $command)))
    for file in $home/campaigns/*.toml
        string match -q '*.duties.toml' $file; or basename $file .toml
    end
end
@LINES@
"""


def fish(places: Sequence[Place]) -> str:
    """The script for fish."""
    lines: list[str] = []
    for place in places:
        here = f"complete -c xinshi -n {_escaped(f'__xinshi_at {_escaped(place.path)}')}"
        lines += [f"{here} -f -a {_escaped(name)} -d {_escaped(told)}" for name, told in place.commands]
        lines += [f"{here} -f -a {_escaped(value)}" for value in place.values]
        if place.campaign:
            lines.append(f"{here} -a '(__xinshi_campaigns)'")
        for option in place.options:
            lines.append(f"{here} {_fish_option(option)} -d {_escaped(option.help)}")
    known = " ".join(_escaped(place.path) for place in places if place.path)
    return _FISH.replace("@KNOWN@", known).replace("@LINES@", "\n".join(lines))


def _fish_option(option: Option) -> str:
    names = [f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names]
    if option.campaign:
        return " ".join([*names, "-x -a '(__xinshi_campaigns)'"])
    if option.values:
        return " ".join([*names, f"-x -a {_escaped(' '.join(option.values))}"])
    return " ".join([*names, "-r -F"] if option.takes else names)


def _names(place: Place) -> str:
    return " ".join(name for option in place.options for name in option.names)


def _quoted(text: str) -> str:
    """A word of bash."""
    return "'" + text.replace("'", "'\\''") + "'"


def _escaped(text: str) -> str:
    """A word of fish."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
