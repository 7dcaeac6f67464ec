"""A real JPEG as small as one can be, and as large and as particular as a test wants it."""

import base64
import random

# Lines like writing, 48 by 64 pixels.
TINY = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVGZIhlbXd7gYKBTmCNl4x9lnN+gXz/wAALCABAADABAREA/8QA"
    "FgABAQEAAAAAAAAAAAAAAAAAAAQF/8QAIRAAAQMDBAMAAAAAAAAAAAAAAAMEVAIU0hIVkpNSlNH/2gAIAQEAAD8A3QAACa2VnOOKeItlZzjiniLZWc44p4i2VnOOKeJSCbW9jt++rAa3"
    "sdv31YDW9jt++rAa3sdv31YFIJr5LwceupiL5LwceupiL5LwceupiL5LwceupiUgAAAm25lDb9VPwbcyht+qn4NuZQ2/VT8G3Mobfqp+FIJrZWc44p4i2VnOOKeItlZzjiniLZWc44p4"
    "lIAAB//Z"
)
START_BYTES = 2
COMMENT_HEAD_BYTES = 4
COMMENT_BYTES = 65_533


def photograph(size: int, seed: int) -> bytes:
    """A JPEG of at least `size` bytes, another one for each seed: what it is larger than `TINY` is in comment segments (ITU-T T.81, B.2.4.5)."""
    chance = random.Random(seed)
    rest = max(size - len(TINY), COMMENT_HEAD_BYTES + 8)
    segments = []
    while rest > 0:
        text = chance.randbytes(min(max(rest - COMMENT_HEAD_BYTES, 8), COMMENT_BYTES))
        segments.append(b"\xff\xfe" + (len(text) + 2).to_bytes(2, "big") + text)
        rest -= len(segments[-1])
    return TINY[:START_BYTES] + b"".join(segments) + TINY[START_BYTES:]
