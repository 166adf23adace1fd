"""Text can be read by everybody: the palette's contrasts are those of WCAG 2, level AA."""

import itertools
import re

import pytest

from autograder.documents.page import TEMPLATES

BASE = (TEMPLATES / "base.css").read_text()
TEXT = ("ink", "quiet", "accent", "ok", "part", "bad", "wait")
GROUND = ("paper", "soft")


def palette(css):
    return dict(re.findall(r"--(\w+):(#[0-9a-f]{3,6})", css))


def luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    channels = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def palettes():
    light = palette(re.match(r":root\{[^}]*\}", BASE)[0])
    dark = palette(re.search(r"prefers-color-scheme:dark\)\{:root\{[^}]*\}", BASE)[0])
    paper = palette(re.search(r"@media print\{:root\{[^}]*\}", BASE)[0])
    assert set(light) == set(dark) == set(paper) == {*TEXT, *GROUND, "line"}
    return {"light": light, "dark": dark, "print": paper}


@pytest.mark.parametrize("mode", ["light", "dark", "print"])
def test_text_stands_out_from_its_ground(mode):
    colours = palettes()[mode]
    for text, ground in itertools.product(TEXT, GROUND):
        assert contrast(colours[text], colours[ground]) >= 4.5, f"{mode}: {text} on {ground}"


@pytest.mark.parametrize("sheet", ["feedback.css", "report.css"])
def test_no_colour_is_used_that_is_not_in_the_palette(sheet):
    css = (TEMPLATES / sheet).read_text()
    assert not re.search(r"#[0-9a-f]{3,6}\b|rgba?\(|opacity", css)


def test_contrast_is_the_one_of_the_standard():
    assert contrast("#000", "#fff") == pytest.approx(21) and contrast("#777777", "#fff") == pytest.approx(
        4.48, abs=0.01
    )
