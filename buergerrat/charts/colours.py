"""Town colours: contrast as WCAG 2.2 defines it, and the stylesheet that replaces them."""

import re

TOWN_CONTRAST = 7.0
DATA_CONTRAST = 4.5
_HEX = re.compile(r"#[0-9A-Fa-f]{6}\Z")


def is_colour(text: str) -> bool:
    return bool(_HEX.match(text))


def _luminance(colour: str) -> float:
    if not is_colour(colour):
        raise ValueError(f"not a colour of the form #RRGGBB: {colour!r}")
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """Contrast of two colours `#RRGGBB`, 1 to 21 (WCAG 2.2, relative luminance)."""
    dark, light = sorted((_luminance(first), _luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def town_stylesheet(town: str, data: str) -> str:
    """The stylesheet with a town's own two colours; ValueError when one is too light."""
    for name, colour, least in (("town", town, TOWN_CONTRAST), ("data", data, DATA_CONTRAST)):
        if contrast(colour, "#FFFFFF") < least:
            raise ValueError(f"{name} colour {colour} has less than {least}:1 on white")
    return f":root {{ --br-town: {town}; --br-data: {data}; }}\n"
