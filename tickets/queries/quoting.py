"""What in a message is new and what only repeats earlier mail: read line by line, without looking back."""

# The line with which mail programs begin what they repeat; longer lines are somebody's own words.
LONGEST_OPENING = 300
OPENINGS = (
    "-----original message-----",
    "----- original message -----",
    "-----原始邮件-----",
    "------------------ 原始邮件 ------------------",
)
ENDS_ZH = ("写道：", "写道:", "写到：", "写到:")
HEADERS = (
    ("from:", "sent:"),
    ("from:", "date:"),
    ("发件人：", "发送时间："),
    ("发件人:", "发送时间:"),
    ("发件人：", "日期："),
)


def parts_of(text):
    """[(is_quoted, text)]: passages in their order, blank lines around them left out."""
    lines, parts = text.replace("\r\n", "\n").split("\n"), []
    for position, line in enumerate(lines):
        quoted = line.startswith(">")
        if not quoted and opens_history(line, lines[position + 1 : position + 3]):
            rest = "\n".join(lines[position:])
            return [*tidy(parts), (True, rest.strip("\n"))]
        if parts and parts[-1][0] == quoted:
            parts[-1][1].append(line)
        else:
            parts.append((quoted, [line]))
    return tidy(parts)


def tidy(parts):
    joined = [(quoted, "\n".join(lines).strip("\n")) for quoted, lines in parts]
    return [(quoted, passage) for quoted, passage in joined if passage.strip()]


def opens_history(line, following):
    """Whether all from this line on repeats an earlier mail."""
    plain = line.strip().lower()
    if not plain or len(plain) > LONGEST_OPENING:
        return False
    if plain.startswith(OPENINGS):
        return True
    if plain.startswith("on ") and plain.endswith("wrote:"):
        return True
    if plain.startswith("在") and plain.endswith(ENDS_ZH):
        return True
    below = next((each.strip().lower() for each in following if each.strip()), "")
    return any(plain.startswith(first) and below.startswith(second) for first, second in HEADERS)
