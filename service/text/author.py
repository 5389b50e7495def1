"""What a comment's author fields say: name, address and e-mail, as words for the model and as facts."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from service.text.links import host_of, registered_domain
from service.text.normalise import normalise
from service.text.shapes import compile_patterns
from service.text.wordlists import word_set

_MAX_FIELD = 300
_PARTS = re.compile(r"[^\W_]+")
_PATH = re.compile(r"[/?#]")

FREE_MAIL = word_set(
    "gmail googlemail yahoo ymail rocketmail hotmail outlook live msn aol icloud me mac gmx web protonmail proton mail "
    "inbox bk list "
    "yandex rambler ya qq 163 126 sina naver daum hanmail libero virgilio tiscali orange wanadoo free laposte sfr t-online freenet "
    "wp onet interia o2 seznam centrum zoho fastmail tutanota comcast verizon att sbcglobal btinternet sky virginmedia "
    "ntlworld uol "
    "bol terra mynet rediffmail abv ukr i posteo mailbox telenet skynet ziggo kpn bluewin hushmail pm cox charter shaw "
    "rogers bigpond"
)
THROWAWAY_MAIL = word_set(
    "mailinator guerrillamail 10minutemail tempmail temp-mail yopmail trashmail sharklasers getnada maildrop dispostable "
    "throwawaymail "
    "fakeinbox mailnesia mintemail spam4 discard tempr moakt emailondeck mohmal"
)
ROLES = word_set(
    "info sales contact admin support office hello marketing seo service services team shop store help mail enquiries "
    "inquiries webmaster "
    "kontakt hallo vertrieb ventas contacto vendas contato vendite biuro verkoop promo business media news noreply no-reply post"
)
SHORTENERS = word_set(
    "bit.ly tinyurl.com goo.gl t.co ow.ly is.gd buff.ly adf.ly rb.gy cutt.ly shorturl.at tiny.cc bl.ink lnkd.in rebrand.ly "
    "soo.gd s.id "
    "v.gd clck.ru vk.cc bc.vc ouo.io linktr.ee shorte.st t.ly lc.chat cli.gs u.to po.st qr.ae x.co shrtco.de trib.al dlvr.it is.gd "
    "heylink.me linkr.bio lnk.bio bio.link beacons.ai"
)
FREE_HOSTS = word_set(
    "blogspot wordpress tumblr weebly wixsite wix livejournal blogger medium jimdo webs tripod angelfire over-blog overblog "
    "altervista "
    "yolasite webnode strikingly site123 000webhostapp github netlify vercel herokuapp pages carrd mystrikingly bravesites "
    "hatenablog skyrock canalblog hubpages squidoo xanga multiply bravenet freewebs ucoz narod beep"
)
SOCIAL = word_set(
    "facebook fb instagram twitter x youtube youtu tiktok linkedin pinterest reddit vk ok soundcloud spotify twitch myspace flickr "
    "wikipedia github gravatar about goodreads patreon etsy threads snapchat telegram"
)
ABUSED_TLDS = word_set(
    "xyz top icu club site online shop store buzz click link loan win bid men work tk ml ga cf gq pw cc ws su biz info ru "
    "cn cyou rest "
    "monster quest sbs bet casino poker sex xxx porn cam date stream download racing party trade webcam review science "
    "faith cricket "
    "accountant gdn mom lol fun pro vip live life space website tech agency loans credit"
)
COMMERCIAL = word_set(
    "best cheap cheapest buy online shop store sale sales discount deals free top price prices outlet wholesale review "
    "reviews service "
    "services company agency expert experts professional pro solutions consulting consultant marketing seo backlinks "
    "hosting design web "
    "website digital agentur loan loans credit kredit finance financial mortgage insurance versicherung invest investment "
    "trading trader "
    "forex crypto bitcoin btc casino casinos slots slot poker bet betting gambling sportsbook judi togel gacor bahis "
    "pharmacy viagra "
    "cialis pills pill drugs meds cbd vape vaping kratom steroids weight loss diet keto slim fitness supplements supplement "
    "health clinic "
    "dental dentist dentists doctor surgery implants botox hair skin skincare escort escorts girls sex porn adult dating "
    "cam massage "
    "replica watches shoes handbags bags jewelry jewellery fashion clothing sunglasses jerseys sneakers dress dresses "
    "furniture mattress "
    "repair repairs roofing roofers plumber plumbers plumbing hvac electrician locksmith cleaning cleaners movers moving "
    "removal removals "
    "dumpster rental rentals hire car cars auto taxi cab limo limousine towing tyres tires windows doors flooring kitchen bathroom "
    "remodeling renovation construction contractor contractors builders paving landscaping tree pest garage solar security "
    "cctv lawyer "
    "lawyers attorney attorneys law legal solicitors realtor realty estate property properties apartments villas homes "
    "villa flats essay "
    "essays writing writer assignment homework thesis dissertation academic tutor training course courses certification exam dumps "
    "software download crack torrent generator hack hacks cheats coins robux followers likes views smm instagram tiktok youtube "
    "movie movies streaming stream iptv live tv anime visa immigration travel tours tour holidays flights hotel hotels "
    "booking packers "
    "manufacturer manufacturers supplier suppliers machine machinery factory equipment wholesaler products product printing "
    "packaging "
    "gift cards coupons coupon promo code codes recovery hacker psychic spell astrologer vashikaran kaufen günstig "
    "bestellen acheter pas "
    "cher comprar barato tienda loja acquistare offerte kopen goedkoop sklep tanie satın ucuz beli jual murah купить цена "
    "заказать скидки "
    "ремонт казино ставки кредит займ продвижение доставка магазин mua bán giá rẻ nhà cái"
)


class Author(NamedTuple):
    """The author's fields, read once. Words are normalised; ``host`` and ``mail_domain`` are registered domains.

    ``lower_case`` tells that the name as sent has no capital.
    """

    name: str
    lower_case: bool
    name_words: tuple[str, ...]
    host: str
    host_words: tuple[str, ...]
    path: str
    mail_name: str
    mail_domain: str
    fields: str


NOBODY = Author("", False, (), "", (), "", "", "", "")


@lru_cache(maxsize=2048)
def read_author(author: str, author_url: str, author_email: str) -> Author:
    """Read the author's fields; absent ones give empty parts. People and campaigns come again, so some thousand are remembered.

    ``fields`` holds the words for the model, each marked with its part so that none is mistaken for another: ``n_`` name, ``u_``
    host, ``t_`` top-level domain, ``p_`` path, ``e_`` e-mail provider, as in ``n_best n_shoes u_cheap u_shoes t_biz e_gmail``.
    """
    if not (author or author_url or author_email):
        return NOBODY
    name = normalise(author[:_MAX_FIELD])
    name_words = tuple(_PARTS.findall(name.replace("'", "")))
    address = read_address(author_url)
    mail_name, mail_domain = _mail(author_email)
    fields = " ".join((*[f"n_{word}" for word in name_words[:12]], *filter(None, (address.fields, mail_field(mail_domain)))))
    return Author(name, author.islower(), name_words, address.host, address.words, address.path, mail_name, mail_domain, fields)


class Address(NamedTuple):
    """An author's address: registered domain, words of the host without the top level, path; ``fields`` for the model."""

    host: str
    words: tuple[str, ...]
    path: str
    fields: str


def read_address(url: str) -> Address:
    """Read an author's address."""
    url = _plain(url)
    if not url:
        return Address("", (), "", "")
    host = host_of(url)
    rest = url.partition("://")[2] if "://" in url[:12] else url
    path = rest.partition("/")[2]
    names, _, tld = host.rpartition(".")
    words = tuple(_PARTS.findall(names))
    parts = [f"u_{word}" for word in words[:8]]
    parts += [f"t_{tld}"] if tld else []
    parts += [f"p_{word}" for word in _PARTS.findall(path)[:8]]
    return Address(registered_domain(host) if host else "", words, path, " ".join(parts))


def _mail(address: str) -> tuple[str, str]:
    """Give the part before the @, and the registered domain after it."""
    name, _, domain = _plain(address).rpartition("@")
    return name, registered_domain(host_of(domain)) if name else ""


def mail_field(domain: str) -> str:
    """Give an e-mail's word for the model; empty without a domain."""
    return f"e_{domain.partition('.')[0]}" if domain else ""


def _plain(field: str) -> str:
    field = field[:_MAX_FIELD]
    return field.strip().lower() if field.isascii() else normalise(field)


_TRADE_INSIDE = compile_patterns(("|".join(sorted(word for word in COMMERCIAL if len(word) > 4)),))


def trade_words(host: str) -> int:
    """Words of trade in a host: its parts, and one more where a part runs some together."""
    names = host.rpartition(".")[0]
    return len(COMMERCIAL.intersection(_PARTS.findall(names))) or int(bool(_TRADE_INSIDE.Match(names)))
