"""Makes the fonts of this folder; README.md says how to run it."""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FAMILY = "sglens Sans"
RANGES = [
    (0x0020, 0x017F),  # Latin
    (0x0218, 0x021B),  # Romanian
    (0x02C6, 0x02DD),  # accents
    (0x0300, 0x036F),  # accents that combine
    (0x0370, 0x03FF),  # Greek
    (0x0400, 0x04FF),  # Cyrillic
    (0x1EA0, 0x1EF9),  # Vietnamese
    (0x2010, 0x205E),  # dashes, quotes, ellipsis
    (0x2070, 0x209F),  # super- and subscripts
    (0x20A0, 0x20BF),  # currencies
    (0x2100, 0x214F),  # letterlike signs
    (0x2190, 0x21FF),  # arrows
    (0x2200, 0x22FF),  # mathematics
    (0x25A0, 0x25FF),  # shapes
    (0xFFFD, 0xFFFD),  # what stands for unsafe characters
]


def make(source: Path, style: str, target: Path) -> None:
    """Keeps what pictures need: outlines, widths, kerning, accents, and the notices of the licence."""
    options = subset.Options()
    options.hinting = False
    options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.notdef_outline = True
    options.drop_tables += ["DSIG", "gasp"]
    font = TTFont(source, recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[code for first, last in RANGES for code in range(first, last + 1)])
    subsetter.subset(font)
    short = FAMILY.replace(" ", "") + "-" + style
    names = {1: FAMILY, 2: style, 3: short, 4: f"{FAMILY} {style}", 5: "Version 1.33; subset", 6: short}
    for record in font["name"].names:
        record.string = names.get(record.nameID, record.toUnicode())
    font.save(target)


for style in ("Regular", "Bold"):
    make(Path(sys.argv[1]) / f"Arimo-{style}.ttf", style, Path(__file__).parent / f"sglens-sans-{style.lower()}.ttf")
