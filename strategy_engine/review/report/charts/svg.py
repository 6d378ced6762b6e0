"""Elements of SVG, escaped; and the marks by which a verdict is known without its colour."""

from __future__ import annotations

from markupsafe import Markup, escape

Attribute = str | float | None


def tag(name: str, *children: str | Markup, **attributes: Attribute) -> Markup:
    """An element. A trailing `_` of an attribute's name is left out and others are hyphens; numbers are rounded; None is no attribute."""
    told = Markup("").join(
        Markup(' {}="{}"').format(key.rstrip("_").replace("_", "-"), _short(value))
        for key, value in attributes.items()
        if value is not None
    )
    inner = Markup("").join(escape(child) for child in children)
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(name), told, inner)  # noqa: S704  # the name is ours


def titled(text: str) -> Markup:
    """What a pointer on the mark is told."""
    return tag("title", text)


def picture(*children: Markup, label: str, height: int | str = "100%", css: str = "") -> Markup:
    """A drawing as wide as its place, and as high."""
    return tag("svg", *children, class_=css or None, width="100%", height=height, role="img", aria_label=label)


def about_middle(*children: Markup) -> Markup:
    """Shapes whose height is told from the middle of the drawing, as a row is as high as its words."""
    return tag("svg", *children, y="50%", class_="middle")


def percent(value: float) -> str:
    return f"{_short(value)}%"


def _short(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")


# ------------------------------------------------------------------------------------------------ marks


def _circle(radius: float, css: str) -> Markup:
    return tag("circle", r=radius, class_=css)


def _path(lines: str, css: str) -> Markup:
    return tag("path", d=lines, class_=css)


_BARRED = _circle(4.6, "hollow") + _path("M-3.2 3.2L3.2 -3.2", "stroke")
_DOTTED = _circle(4.4, "hollow dotted")
SHAPES = {
    "better": _circle(5, "full"),
    "worse": _path("M0 -6L6 0L0 6L-6 0Z", "full"),
    "unproven": _circle(4.6, "hollow"),
    "early": _DOTTED,
    "blocked": _BARRED,
    "met": _path("M-5 0L-1.5 4L5 -4", "stroke"),
    "missed": _path("M-4 -4L4 4M4 -4L-4 4", "stroke"),
    "unsure": _circle(4.6, "hollow"),
}
"""The shape of each verdict, about the point (0, 0), in a square of twelve pixels."""


def mark(verdict: str, x: float) -> Markup:
    """The shape of a verdict at so many per cent of the width."""
    return tag("svg", SHAPES.get(verdict, _DOTTED), x=percent(x), class_=f"mark v-{verdict if verdict in SHAPES else 'early'}")


def badge(verdict: str) -> Markup:
    """The same as a picture for a line of text, of which the verdict's word tells the rest."""
    shape = tag("g", SHAPES.get(verdict, _DOTTED), transform="translate(7 7)")
    return tag("svg", shape, class_=f"badge v-{verdict if verdict in SHAPES else 'early'}", width=14, height=14, aria_hidden="true")
