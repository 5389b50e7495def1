"""What the queue should be, in plain Python: comments in a dict, each with its item, its labels, and what the site was told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

VERDICT = {"ham": "accept", "spam": "reject", "abuse": "reject"}
LEASE = 180.0


@dataclass
class Item:
    """A place in the queue."""

    version: int = 1
    waits: bool = True
    second: bool = False
    claimed_by: int | None = None
    claimed_until: float = 0.0
    acted: tuple[int, float, str, bool] | None = None

    def close(self) -> None:
        """Let it wait no more, without anyone's act."""
        if self.waits:
            self.waits, self.acted = False, None
            self.version += 1


@dataclass
class Said:
    """A label: what, by whom, when, and the number of the decision that followed."""

    label: str
    hand: str
    at: float
    number: int


@dataclass
class Remark:
    """A comment. `first` is what the machine decided, `author` empty once it was erased."""

    author: str
    first: str
    item: Item | None
    verdicts: list[str] = field(default_factory=list)
    labels: list[Said] = field(default_factory=list)
    erased: bool = False

    @property
    def verdict(self) -> str:
        """What is in force."""
        return self.verdicts[-1]

    @property
    def mistake(self) -> str:
        """What the machine got wrong, as far as anyone said."""
        label = self.labels[-1].label if self.labels else ""
        wrong = {("reject", True): "false_rejects", ("accept", False): "missed_spam"}
        return wrong.get((self.first, label == "ham"), "") if label else ""

    def say(self, label: str, hand: str, at: float) -> None:
        """Take a human's word; the same word of the same hand is no news."""
        if self.labels and (self.labels[-1].label, self.labels[-1].hand) == (label, hand):
            return
        self.verdicts.append(VERDICT[label])
        self.labels.append(Said(label, hand, at, len(self.verdicts) - 1))
        if self.item is not None:
            self.item.close()

    def unsay(self, hand: str, at: float) -> bool:
        """Take back the word of that moment, if it is the newest; an older one of the same hand stays, as nothing new was said."""
        if not self.labels or self.labels[-1].hand != hand:
            return False
        if self.labels[-1].at == at:
            self.verdicts.append(self.verdicts[self.labels.pop().number - 1])
        return True


class Model:
    """All comments by id; the log as (what, target); mistakes that were counted for comments erased since."""

    def __init__(self) -> None:
        self.remarks: dict[str, Remark] = {}
        self.log: list[tuple[str, str]] = []
        self.kept: Counter[str] = Counter()
        self.slack: Counter[tuple[str, str]] = Counter()

    def counts(self, author: str) -> dict[str, int]:
        """What is known of an author: the verdicts and the words in force."""
        theirs = [each for each in self.remarks.values() if each.author == author]
        verdicts = Counter(each.verdict for each in theirs)
        words = Counter("ham" if each.labels[-1].label == "ham" else "spam" for each in theirs if each.labels)
        return {
            "accepted": verdicts["accept"],
            "held": verdicts["hold"],
            "rejected": verdicts["reject"],
            "ham": words["ham"],
            "spam": words["spam"],
        }

    def act(self, remark: str, version: int, what: str, person: int, name: str, at: float) -> bool:
        """Act on an item that waits as it was seen."""
        one = self.remarks[remark]
        item = one.item
        if item is None or not item.waits or item.version != version:
            return False
        item.acted = (person, at, what, item.second)
        item.version += 1
        item.claimed_by = None
        self.log.append((f"comment.{what if what in ('accept', 'hold') else 'reject'}", remark))
        if what == "hold":
            item.second = True
        else:
            item.waits = False
            one.say({"accept": "ham", "reject": "spam", "abuse": "abuse"}[what], name, at)
        return True

    def undo(self, person: int, name: str, at: float) -> int:
        """Take back what a person did at a moment, where nobody acted since."""
        done = 0
        for key, one in sorted(self.remarks.items()):
            item = one.item
            if item is None or item.acted is None or item.acted[:2] != (person, at):
                continue
            _, _, what, second = item.acted
            if what != "hold" and not one.unsay(name, at):
                continue
            item.acted, item.waits, item.second = None, True, second
            item.version += 1
            self.log.append(("comment.undo", key))
            done += 1
        return done

    def claim(self, remark: str, person: int, at: float, *, release: bool) -> bool:
        """Lease an item that waits and that nobody else holds."""
        item = self.remarks[remark].item
        if item is None or not item.waits or (item.claimed_by not in (None, person) and item.claimed_until >= at):
            return False
        item.claimed_by, item.claimed_until = (None, 0.0) if release else (person, at + LEASE)
        return True

    def report(self, remark: str) -> None:
        """A reader complains: it waits, again or at last."""
        one = self.remarks[remark]
        if one.item is None:
            one.item = Item()
        elif not one.item.waits:
            one.item.waits = True
            one.item.version += 1

    def erase(self, remarks: Iterable[str]) -> None:
        """Forget who wrote them and what was said of them; the counts of mistakes stay."""
        for each in remarks:
            one = self.remarks[each]
            if one.mistake:
                self.kept[one.mistake] += 1
            one.author, one.labels, one.erased = "", [], True
            if one.item is not None:
                one.item.close()
