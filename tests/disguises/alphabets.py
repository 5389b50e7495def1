"""Letters that look like other letters: what an attacker swaps for a-z, one table for each alphabet or font."""

from __future__ import annotations

from string import ascii_lowercase, ascii_uppercase

Letters = dict[str, str]
"""From a letter to what passes for it."""


def font(lower: int, upper: int | None = None) -> Letters:
    """A font whose 26 letters lie in a row from ``lower``; capitals from ``upper``, or the same letters."""
    small = {letter: chr(lower + place) for place, letter in enumerate(ascii_lowercase)}
    first = lower if upper is None else upper
    return small | {letter: chr(first + place) for place, letter in enumerate(ascii_uppercase)}


def pairs(letters: str, looks: str) -> Letters:
    """``letters`` and ``looks`` side by side; a space-separated ``looks`` may hold more than one character each."""
    return dict(zip(letters, looks.split() if " " in looks else looks, strict=True))


CYRILLIC = pairs("aceopxyisjhkmtbnABCEHKMOPTXSIJY", "асеорхуіѕјһкмтьпАВСЕНКМОРТХЅІЈУ")
GREEK = pairs("aeiopuvntwkxyABEZHIKMNOPTYX", "αειορυνητωκχγΑΒΕΖΗΙΚΜΝΟΡΤΥΧ")
ARMENIAN = pairs("nouhgqpwf", "ոօսհցգքաբ")
CHEROKEE = pairs("abcdeghijklmprstvwyzABCDEGHIJKLMPRSTVWYZ", "ᎪᏴᏟᎠᎬᏀᎻᏆᎫᏦᏞᎷᏢᎡᏚᎢᏙᎳᎩᏃ" * 2)
LISU = pairs("abcdefghijklmnoprstuvwxyzABCDEFGHIJKLMNOPRSTUVWXYZ", "ꓮꓐꓚꓓꓰꓝꓖꓧꓲꓙꓗꓡꓟꓠꓳꓑꓣꓢꓔꓴꓦꓪꓫꓬꓜ" * 2)
STROKED = pairs("abcdefghijklmnoprstuyz", "ⱥƀȼđɇƒǥħɨɉƙłɱɲøᵽɍşŧʉɏƶ")
ACCENTED = pairs("aceginorsuyzAEIOU", "äçéğîñöřšüÿžÄÉÎÖÜ")
SMALL_CAPITALS = pairs("abcdefghijklmnoprtuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀᴛᴜᴠᴡʏᴢ")
RAISED = pairs("abcdefghijklmnoprstuvwxyz", "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ")
PHONETIC = pairs("aegiouynrlzmbh", "ɑɛɡɩɔʊʏɳɾɭʐɱɓɦ")
TURNED = pairs("abcdefghijklmnopqrstuvwxyz!?.,", "ɐqɔpǝɟƃɥᴉɾʞlɯuodbɹsʇnʌʍxʎz¡¿˙'")

FULL_WIDTH = font(0xFF41, 0xFF21)
BOLD = font(0x1D41A, 0x1D400)
FANCY = (font(0x1D4EA, 0x1D4D0), font(0x1D586, 0x1D56C), font(0x1D622, 0x1D608), font(0x1D68A, 0x1D670), font(0x1D552, 0x1D5D4))
CIRCLED = font(0x24D0, 0x24B6)
BRACKETED = font(0x249C)
SQUARED = (font(0x1F130), font(0x1F170), font(0x1F150))
FLAGS = font(0x1F1E6)

LEET_PLAIN = pairs("aeiostAEIOST", "431057431057")
LEET_SIGNS = pairs("aeiostlcAEIOSTLC", "@€!0$+|(@€!0$+|(")
LEET_DIGITS = pairs("abegilostzABEGILOSTZ", "4836110572" * 2)
LEET_STROKES = pairs("ahkmnvwdAHKMNVWD", r"/\ |-| |< |\/| |\| \/ \/\/ |) /\ |-| |< |\/| |\| \/ \/\/ |)")
