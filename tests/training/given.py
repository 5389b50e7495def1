"""Nouns for the tests of training: labelled comments that one can tell apart, made up from a few words each."""

from __future__ import annotations

import random

import pandas as pd

from training.labels import complete

PALETTE = {
    "ham": "lovely article thanks weather garden music children reading question history recipe morning answer street friend",
    "spam": "casino bonus viagra cheap pills loan click profit subscribe followers winner prize crypto invest deal discount",
    "abuse": "idiot moron stupid loser pathetic disgusting trash clown coward liar ugly worthless dumb vermin scum",
}
SHARED = "the a and you this is on my it for with so very today here they"
DAY = 86_400.0
NOON = 1_790_000_000.0


def a_text(label: str, dice: random.Random, clean: float = 0.5) -> str:
    """Words of the label's kind among words that all share."""
    words = [dice.choice((PALETTE[label] if dice.random() < clean else SHARED).split()) for _ in range(dice.randrange(6, 16))]
    return " ".join(words)


def some_labels(
    count: int = 300, seed: int = 1, source: str = "site blog", clean: float = 0.3, abuse: float = 0.2, noise: float = 0.0
) -> pd.DataFrame:
    """Labelled comments, half of them ham, an hour apart; ``noise`` of the texts are another label's."""
    dice = random.Random(f"{seed} {source}")
    rows = []
    for number in range(count):
        label = "ham" if dice.random() < 0.5 else "abuse" if dice.random() < abuse else "spam"
        rows.append(
            {
                "text": a_text(dice.choice(list(PALETTE)) if dice.random() < noise else label, dice, clean),
                "author": dice.choice(["Ana", "Bo", "Cleo"]),
                "spam": float(label == "spam"),
                "abuse": float(label == "abuse"),
                "at": NOON + 3600.0 * number,
                "id": f"{source} {number}",
                "lang": "en",
                "source": source,
                "site": source.removeprefix("site "),
            }
        )
    return complete(pd.DataFrame(rows))


OTHER_TRADE = dict(zip(PALETTE["spam"].split()[:7], PALETTE["ham"].split()[:7], strict=True))


def otherwise(rows: pd.DataFrame) -> pd.DataFrame:
    """The labels of a site where what sells elsewhere is ordinary talk, and the reverse."""
    swap = OTHER_TRADE | {new: old for old, new in OTHER_TRADE.items()}
    return rows.assign(text=[" ".join(swap.get(word, word) for word in text.split()) for text in rows["text"]])
