"""Long numbers parted for the eye: order, parcel and phone numbers in groups of four."""

import re

PIECE = re.compile(r"([A-Za-z]{2,})?([0-9*]{7,})")
MOBILE = re.compile(r"1[0-9*]{10}")  # China's mobile numbers are read 3-4-4


def groups(number):
    """`TM261107184402` -> TM 2611 0718 4402; what has no long run of digits comes back whole."""
    compact = number.replace(" ", "")
    match = PIECE.fullmatch(compact)
    if not match:
        return [number]
    prefix, digits = match.groups()
    if not prefix and MOBILE.fullmatch(digits):
        return [digits[:3], digits[3:7], digits[7:]]
    parts = [digits[i : i + 4] for i in range(0, len(digits), 4)]
    return [prefix, *parts] if prefix else parts
