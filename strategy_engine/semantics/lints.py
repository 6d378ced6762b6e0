"""Warnings that the checker meets on its way: S041x."""

from __future__ import annotations

from strategy_engine.diagnostics.model import Diagnostic, Severity, diagnostic


@diagnostic
class MissingElse(Diagnostic):
    """A choice that leaves customers without a value

    Where no key of a `by` fits, or the selector is missing, there is no value: no benefit, no script, no priority.

    Example:

        benefit: by tier { gold: coupon_50, platinum: coupon_100 }

    Instead:

        benefit: by tier { gold: coupon_50, platinum: coupon_100, else: none }
    """

    code = "S0410"
    severity = Severity.WARNING
    selector: str
    left_out: tuple[str, ...]
    optional: bool

    @property
    def message(self) -> str:
        shown = ", ".join(self.left_out[:4]) + (" …" if len(self.left_out) > 4 else "")
        missing = "a missing value" if self.optional else ""
        return f"`by {self.selector}` has no value for " + " and ".join(part for part in (shown, missing) if part)

    @property
    def help(self) -> str | None:
        return "add `else:`"
