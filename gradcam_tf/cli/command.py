"""A command that takes no option twice in silence."""

from __future__ import annotations

from collections import Counter
from typing import Any

from typer.core import TyperCommand

__all__ = ["Command"]


class Command(TyperCommand):
    """As Typer's, which lets the last of two values win and says nothing of the first."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        given = list(args)
        rest = super().parse_args(ctx, args)
        # What is wrong with the line otherwise has been said.
        for option, times in Counter(self.make_parser(ctx).parse_args(args=given)[2]).items():
            if times > 1 and _taken_once(option):
                ctx.fail(f"{option.opts[0]} was given {times} times; it is taken once")
        return rest


def _taken_once(option: Any) -> bool:
    return option.param_type_name == "option" and not (option.multiple or option.is_flag)
