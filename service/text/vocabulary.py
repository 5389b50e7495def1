"""Common English words, and those that disguises hide: enough to see where the words of a run of letters begin.

Our own list. It need not be complete: what is not in it stays as it is.
"""

from __future__ import annotations

from service.text.wordlists import word_set

ENGLISH = word_set(
    "the and you to of is my this for it your with have that are be can get what how all not but they from who if out just like "
    "know would there their when good time see now new please video channel subscribe free click here love great best money "
    "make work one i we our his her she he them then than some more very about which people because could should been had has "
    "did does want need look looking thanks thank think really only also any way day life world never always every thing things "
    "something someone check online buy site website page visit link watch song music post article help give take made come "
    "comment share read nice"
)
"""Words that tell English from other languages written in Latin letters, and the commonest of comments."""

_COMMON = word_set(
    "a an in on at as so no do me us up by or go am was were will who why where while before after again against around away "
    "back bad ball bank become began believe better between big bit black blue body book both boy bring brother business call "
    "came car care case change child children city close company cool country course cut dad dead deal die different done door "
    "down drink drive each early easy eat else end enough even ever everyone everything eyes face fact family fan far fast "
    "father feel few find fine fire first five follow food foot found four friend friends fun funny game games girl girls god "
    "going gone got guy guys hair half hand happen happy hard hate head hear heard heart hello hey high him himself hit hold "
    "home hope hot hour hours house human hundred hurt idea inside into its job join keep kid kids kill kind knew lady last "
    "late later laugh learn least leave left less let light line listen little live living long lose lost lot low luck mad man "
    "many may maybe mean men might mind minute minutes miss mom month months morning mother mouth move much mum must myself "
    "name near next news night nothing number off office often okay old once open other over own part party pay person phone "
    "picture piece place plan play point power pretty problem put question quite ready real reason red right room run sad safe "
    "said same saw say says school second seem seen sell send set seven sex shit shop short show shut side simple since sing "
    "singer sister sit six sleep small smile smoke social sometimes son soon sorry sort sound speak stand start started state "
    "stay still stop story street strong stuff stupid such suck sun sure talk teacher tell ten text thought thousand three "
    "through today together told tomorrow tonight too took top total town tried true trust truth try turn two ugly under until "
    "upon use used wait walk wanna war watching water week weeks well went white whole wife win woman women won wonder word "
    "words working wrong year years yes yesterday yet young yourself youtube facebook instagram twitter google spotify tiktok "
    "whatsapp telegram viral trending playlist adult amazon bet betting bitcoin bonus boost browse camera cam cams card cards "
    "cash casino cheap cheats click clips coin coins contact content coupon crack credit crypto daily dating debt deposit diet "
    "discount doctor dollar dollars double download drugs earn earning email escort escorts essay exchange expert followers "
    "forex fuck fucking gain gambling generator gift giveaway gold hack hacked hacker hello herbal horny hosting income instant "
    "insurance interest invest investment investor iphone jackpot jobs lender likes limited loan loans logo loss lottery lover "
    "luxury magic manager market marketing massage medicine meds million miracle mobile mortgage movie movies naked natural now "
    "nude nudes offer offers order package payment paypal penis perfect pharmacy photos pills poker porn prescription present "
    "price prices prize product products profile profit profits promo promote rapper recovery register replica review reviews "
    "rich rolex safe sale sales secret sexy shopping signup singles slot slots software spam special spell spin spins store "
    "stream streaming subs subscriber subscribers supplement support survey tickets token traffic trader trading trial "
    "unlimited update username verify viagra views vip visa voucher wallet webcam weight wholesale winner withdraw worldwide "
    "xxx account address album amazing awesome beat beats beautiful channels code codes com cover covers facts favorite "
    "guaranteed guitar idiot internet join killed liar lose loser lyrics message million moron net official org password "
    "pathetic pussy remix retard scam scammer slut songs sub talent thumbs thumb trash upload uploaded videos videoclip vote "
    "www yourselves bitch asshole available billion bought break brought build century college community computer control cost "
    "daughter deep difference dollars election evening example experience future government group history husband important "
    "information interesting issue land large law level local major member middle moment national nature parents past per "
    "period plus police policy political possible president process program public radio rate research result rest section "
    "sense series serious service several simply single situation society space staff stage statement strange student students "
    "study style success system table team television term test themselves theory third thus topic trade training travel type "
    "understand university usually value view voice wall weather wish without within worker"
)
VOCABULARY = ENGLISH | _COMMON
_LONGEST = max(map(len, VOCABULARY))
_STRANGE = 2.5
"""What a letter outside any word costs, against 1 for a word: few words that cover nearly all letters win."""


def parted(run: str) -> str:
    """Give a run of letters with blanks where its words begin, or as it is where it is no run of common words.

    Linear in the length of ``run``: each place looks back over the longest word.
    """
    if run in VOCABULARY or len(run) < 6:
        return run
    costs, begins = [0.0], [0]
    for end in range(1, len(run) + 1):
        cost, begin = costs[end - 1] + _STRANGE, end - 1
        for start in range(max(0, end - _LONGEST), end):
            if run[start:end] in VOCABULARY:
                found = costs[start] + (1.0 if end - start > 2 else 1.6)
                if found < cost:
                    cost, begin = found, start
        costs.append(cost)
        begins.append(begin)
    words: list[str] = []
    end = len(run)
    while end:
        words.append(run[begins[end] : end])
        end = begins[end]
    strange = sum(1 for word in words if word not in VOCABULARY)
    return run if strange * 5 > len(run) else " ".join(reversed(words))
