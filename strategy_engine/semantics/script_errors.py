"""Diagnostics about scripts: S025x."""

from __future__ import annotations

from strategy_engine.diagnostics.model import Diagnostic, Severity, diagnostic


@diagnostic
class OpenPlaceholder(Diagnostic):
    """A brace in a script without its other half

    Braces hold placeholders; a brace that is meant as a brace is written twice.

    Example:

        script: "您好{name,欢迎"

    Instead:

        script: "您好{name},欢迎"
    """

    code = "S0250"
    brace: str

    @property
    def message(self) -> str:
        return f"this `{self.brace}` has no other half"

    @property
    def help(self) -> str | None:
        return f"a brace as such is written twice: `{self.brace * 2}`"


@diagnostic
class BadFormat(Diagnostic):
    """A format that does not fit the placeholder's value

    Dates take strftime patterns such as %m月%d日; numbers and money take `,` `.2` `,.2` `%` `.1%` or `万`.

    Example:

        script: "您的资产{aum:%m月}"

    Instead:

        script: "您的资产{aum:万}"
    """

    code = "S0251"
    pattern: str
    problem: str

    @property
    def message(self) -> str:
        return f"the format `{self.pattern}` does not fit: {self.problem}"

    @property
    def help(self) -> str | None:
        return "dates take patterns such as %m月%d日, numbers and money `,` `.2` `,.2` `%` `.1%` or `万`"


@diagnostic
class WideBraces(Diagnostic):
    """A placeholder in full-width braces

    Inside texts full-width signs stay as they are: customers would read the braces and the column's name.

    Example:

        script: "尊敬的｛name｝,您好"

    Instead:

        script: "尊敬的{name},您好"
    """

    code = "S0252"
    severity = Severity.WARNING
    found: str

    @property
    def message(self) -> str:
        return f"`{self.found}` has full-width braces, so customers would read it as it stands"

    @property
    def help(self) -> str:
        return f"write `{{{self.found[1:-1]}}}`"
