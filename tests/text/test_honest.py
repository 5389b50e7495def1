"""Honest text comes through unchanged but for case, blanks, NFKC and typographic signs."""

from __future__ import annotations

import unicodedata

import pytest

from service.text.confusables import TYPOGRAPHY
from service.text.normalise import unmask

HONEST = {
    "english": "I don’t think the U.S.A. did that, e.g. in 1998; my mum said “maybe” — but who knows?",
    "things": "My mp3 player, a 4K screen, B2B sales, covid19, H1N1, h264 video, the 2nd and 1st, $5k, web3, PS5, utf8, i18n.",
    "answers": "The answers are a b c d, then b a d c. We start with A, B and C. J. R. R. Tolkien wrote it, i . e . not me.",
    "maths": "if a < b and b > c then a < c; 3 * 4 = 12, x_1 + y_2, f(x) = 2x, 5 µm, 10 kΩ, TNFα and β-carotene, 100 €",
    "signs": "a*b*c and x**2 and foo(**kw) and __init__ and **bold** and *it*, Lehrer*innen, and/or, y/n, col·legi, A/B/C",
    "domains talk": "After the dot com crash I still use .NET and the .com domain. It works. Com that, net gain.",
    "prices": "It costs US$5, A$7, 20€, £3.50 or ¥900; ask bob@example.org or @alice_b about it!",
    "links": "See https://example.org/a_b_c?x=1&y=2#top and www.example.co.uk/v1agra-facts, or youtu.be/dQw4w9WgXcQ",
    "laughing": "hahahaha nooo that is sooo good!!! ... wait, what?",
    "german": "Schöner Bericht aus Görlitz! Meine Großmutter wohnte dort, gleich neben der Straßenbahn; übrigens: 3,50 € waren's.",
    "french": "L’été dernier, à Saint-Malo, on a vu ça aussi : « incroyable », disait mon frère… Où êtes-vous allés ?",
    "spanish": "¿Quién dijo que mañana no llovería? ¡Qué año tan raro! El niño comió piñones en el jardín.",
    "portuguese": "Não sei se amanhã há aula, mas a minha avó já fez pão de queijo e está tudo ótimo.",
    "italian": "Perché no? È già martedì e la città è piena; più tardi andrò al caffè con papà.",
    "polish": "Zażółć gęślą jaźń, mówiła ciocia, a ja wciąż nie wiem, skąd się wzięły te żółte łódki.",
    "czech": "Příští týden přijede děda, řekl bych, že ještě nikdy neviděl tak žluťoučkého koně.",
    "turkish": "İstanbul'da ışıklar söndü, çocuklar şaşkın; ben de öğle yemeğini sonra yerim, ağabey.",
    "vietnamese": "Hôm nay trời đẹp quá, mẹ tôi nấu phở và những người hàng xóm cũng sang ăn cùng.",
    "russian": "Вчера вечером мы с братом смотрели старый фильм, а потом долго спорили о том, кто прав.",
    "ukrainian": "Їхній ґанок вигорів на сонці, але їжаки й досі приходять увечері пити молоко.",
    "serbian": "Јуче је киша падала цео дан, па смо остали код куће и јели љуте паприке.",
    "bulgarian": "Ако утре времето е хубаво, ще отидем до морето и ще ядем сладолед на плажа.",
    "greek": "Καλημέρα σας! Χθες το βράδυ πήγαμε στη θάλασσα και φάγαμε φρέσκο ψάρι με φίλους.",
    "armenian": "Այսօր եղանակը լավ է, և մենք գնում ենք տատիկիս տուն՝ խնձոր հավաքելու։",
    "azerbaijani": "Mən dünən nənəmin evinə getdim, biz birlikdə çay içdik və köhnə şəkillərə baxdıq.",
    "akan": "Ɛnnɛ yɛn nyinaa kɔ fie, na yɛdi aduan pa a maame yɛeɛ.",
    "croatian": "Đurđa i Đorđe su anđeli, kaže Anđela, a Łucja Wałęsa z Łabędzi się śmieje.",
    "danish": "I går købte vi røde æbler på torvet, og børnene løb rundt mellem boderne.",
    "russian word in english": "My teacher said that как and там are common words, and so are кот, нос and рука.",
    "georgian": "დღეს კარგი ამინდია და ბებიასთან მივდივართ ვაშლის საკრეფად.",
    "arabic": "ذهبنا أمس إلى السوق مع جدتي واشترينا خبزًا طازجًا وبعض التمر اللذيذ.",
    "persian": "می‌خواهم فردا با خانواده‌ام به کوه بروم، اگر هوا خوب باشد.",
    "hebrew": "אתמול הלכנו לים עם סבתא, והילדים בנו ארמון גדול בחול.",
    "hindi": "कल मेरी दादी ने हमारे लिए गरम रोटियाँ बनाईं और हम सब ने मिलकर खाना खाया।",
    "tamil": "நேற்று மழை பெய்தது, அதனால் நாங்கள் வீட்டிலேயே இருந்து கதை பேசினோம்.",
    "thai": "เมื่อวานฝนตกหนักมาก พวกเราเลยอยู่บ้านทำกับข้าวกินกัน",
    "chinese": "昨天下雨了，我们在家里包饺子，奶奶讲了很多以前的故事。",
    "japanese": "きのうは雨だったので、家でカレーを作って、弟と古い映画を見ました。",
    "korean": "어제는 비가 와서 집에서 김치전을 부쳐 먹고 옛날 사진을 봤어요.",
    "indonesian": "Kemarin hujan deras sekali, jadi kami masak di rumah sambil dengar cerita nenek.",
    "mixed scripts": "Моя дочь купила iPhone и PS5, а я всё ещё слушаю mp3 и читаю The Guardian.",
    "emoji": "Happy birthday 🎂🎉😂😂 from 🇩🇪 and 🇫🇷, love you ❤",
}


def _plain(raw: str) -> str:
    for sign, plain in TYPOGRAPHY:
        raw = raw.replace(sign, plain)
    return " ".join(unicodedata.normalize("NFKC", raw).lower().split())


@pytest.mark.parametrize("raw", HONEST.values(), ids=HONEST.keys())
def test_honest_text_comes_through(raw):
    """Nothing is taken for a disguise."""
    text, removed = unmask(raw)
    assert text == _plain(raw)
    assert not any(getattr(removed, kind) for kind in removed.__slots__ if kind != "runs")
