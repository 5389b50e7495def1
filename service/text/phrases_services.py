"""Phrases of services, downloads, jobs and machine-made comments; see lexicon.py for how they are matched."""

from __future__ import annotations

from service.text.lexicon import Group

SERVICE_GROUPS: tuple[Group, ...] = (
    Group(
        "software_crack",
        "spam",
        "Cracked software and free downloads.",
        r"""
        crack(?:ed|s)?(?: version| software| download)?|keygen|(?:serial|license|licence|activation|product|registration|
        steam) (?:keys?|number|codes?)|torrents?|full (?:version|crack|download|setup)|free (?:download|version|software|
        full)|mod(?:ded)? apk|apk(?: download)?|(?:patch|loader|activator|nulled|warez|portable|repack)(?:ed)?|(?:windows|
        office|photoshop|adobe|autocad|antivirus|idm|vst|fl studio|filmora) ?(?:\d+ )?(?:crack|activat\w+|key|free|full|
        download|for free)|direct (?:link|download)|(?:mega|mediafire|zippyshare|google drive)(?: link)?|driver (?:download|
        update)r?|pdf (?:download|free)|e-?books? free|latest version|(?:mp3|mp4|video|youtube) (?:download(?:er)?|converter)|
        descargar (?:gratis)?|baixar|scarica(?:re)?|t[eé]l[eé]charger|kostenlos(?:er)? download|indir|unduh|download gratis
        скачать\w*|взлом\w*|крякнут\w*|ключ активации\w*|tải (?:về|xuống|miễn phí)
        """,
    ),
    Group(
        "game_generator",
        "spam",
        "Free coins, skins and generators.",
        r"""
        (?:robux|v-?bucks|vbucks|gems?|coins?|diamonds?|free ?fire|nitro|skins?|uc|crystals|credits|gold|spins?|cp|resources|
        primogems|fifa|coin master|pok[eé]coins|minecoins|rp) (?:generators?|hacks?|glitch|free|cheats?|giveaway|tool|codes?|
        method)|(?:free|unlimited|infinite|get|cheap|buy|need|earn|want|\d[\d,.]*k?) (?:\w+ )?(?:robux|v-?bucks|vbucks|gems|
        coins|skins|diamonds|nitro|spins|uc|crystals|primogems|fifa (?:coins|points)|wow gold|osrs gold|gold|
        minecraft accounts?|pokecoins|rp|credits)|(?:online|working|account|game|best|new) (?:hack|generator|cheat|
        glitch)(?: tool)?s?|generators?|cheats?|cheat (?:codes?|engine|tool)|aim ?bots?|wall ?hack|(?:human|no|
        without) (?:verification|survey|human|ban|password|root|jailbreak)|boost(?:ing)? service|elo boost|hack tool
        """,
    ),
    Group(
        "gift_card",
        "spam",
        "Gift cards, free phones, surveys.",
        r"""
        (?:amazon|itunes|google play|steam|walmart|visa|target|psn|xbox|apple|best buy|starbucks|costco|mcdonald'?s|shein|
        netflix|roblox|playstation|cash ?app|paypal|tesco|ikea)(?: \$?£?\d+)? (?:gift ?cards?|cards?|vouchers?|codes?|money|
        coupons?)|(?:free|win|won|get|test|giving away|give away|claim|testing|keep|receive|grab)(?: \w+){0,2} (?:iphones?|
        i-?phone ?\d*|ipads?|macbooks?|laptops?|samsung|galaxy|ps ?[45]|playstation|xbox|gift ?cards?|airpods|nintendo|switch|
        tesla|apple watch|ipod|gopro|headphones|dyson)|give ?aways?|gift ?cards?|surveys?|paid surveys?|free (?:stuff|
        samples?|codes?|gift|money|cash)|test(?:er|ers)? (?:wanted|needed|and keep)|cash ?app|complete (?:a |the |this |
        short )?(?:quick |short )?(?:offer|survey|deal|steps?)s?|geschenkkarte|gutscheine?|carte cadeau|tarjeta de regalo|
        bon d'achat
        """,
    ),
    Group(
        "followers_sale",
        "spam",
        "Followers, likes and views for sale.",
        r"""
        (?:buy|get|gain|free|real|cheap|boost|increase|grow|instant|active|organic|sell|selling)(?: \w+){0,2} (?:followers?|
        likes|views|subscribers|members|streams|plays|retweets|shares|votes|reviews|watch ?hours?|watch ?time)|smm(?: panel)?|
        (?:instagram|insta|ig|youtube|tiktok|twitter|facebook|spotify|telegram|twitch|google) (?:followers?|likes|views|
        subscribers|fans|members|growth|verification|reviews?|accounts?|promotion|monetization)|(?:verified|aged|old|bulk|
        pva) accounts?|blue (?:tick|badge)|boost (?:your|my) (?:\w+ )?(?:channel|profile|page|account|video|post|views|
        social)|(?:go|went|going) viral|takip[cç]i(?: sat[ıi]n al)?|follower kaufen|seguidores|abonn[eé]s|(?:jual|beli|
        tambah) (?:followers?|like|view)s?|t[aă]ng (?:like|follow|view)
        накрутк\w*|подписчиков\w*|tăng (?:like|follow|view|sub)
        """,
    ),
    Group(
        "documents",
        "spam",
        "Passports, licences, certificates and counterfeit money.",
        r"""
        (?:fake|real|registered|genuine|counterfeit|original|valid|novelty|undetectable|legit|buy|order|obtain|
        quality)(?: \w+){0,2} (?:passports?|driver'?s?'? ?licen[cs]es?|driving licen[cs]es?|id(?: cards?)?s?|documents?|ssn|
        visas?|certificates?|degrees?|diplomas?|ielts|toefl|bank ?notes?|money|bills|currency|birth certificates?|
        residence permits?|notes|citizenship)|cloned? (?:credit |debit |atm )?cards?|credit card dumps|dumps|cvv|fullz|
        counterfeit|ielts|toefl|(?:without|no) (?:exam|test|exams)|(?:blank|programmed) (?:atm )?cards?|cc (?:dumps|shop)|
        carding|bank logs?|undetected|f[uü]hrerschein kaufen|(?:acheter|achat) (?:un )?permis|comprar (?:licencia|carnet|
        pasaporte|t[ií]tulo)|comprar (?:cnh|diploma)|patente di guida|rijbewijs kopen|prawo jazdy|kolekcjonerskie
        купить диплом\w*|водительск\w*|справк[аиу]\w*|làm bằng|bằng cấp|bằng lái
        """,
    ),
    Group(
        "streaming",
        "spam",
        "Films, matches and IPTV.",
        r"""
        (?:watch|stream|download)(?: \w+){0,3} (?:full|free|online|hd|live|movies?|series|episodes?|streaming|here)|
        full (?:movies?|film|episodes?|hd|video)|live ?stream(?:ing|s)?(?: free| here| link| hd| online)?|ip ?tv|(?:free|hd|
        live|online|4k) (?:streams?|streaming|movies?|tv|channels|quality)|stream(?:ing)? (?:online|free|links?|service|site)|
        fire ?stick|all channels|putlocker|123movies|fmovies|solarmovie|soap2day|(?:reseller|iptv) (?:panel|subscription)|
        (?:channels|movies) (?:and|&) (?:vod|movies|series)|online anschauen|kostenlos (?:ansehen|schauen)|film complet|
        regarder (?:en ligne|gratuit)|streaming (?:vf|ita|gratuit|gratis)|pel[ií]culas? (?:completa|gratis|online)|
        ver (?:online|gratis|pel[ií]cula)|assistir|filme completo|film completo|guarda(?:re)? (?:film|streaming)|nonton|
        film online|ca[lł]y film|full izle|izle
        смотреть (?:онлайн|фильм)\w*|фильм полностью\w*|сериал онлайн\w*|xem phim|vietsub
        """,
    ),
    Group(
        "property_travel",
        "spam",
        "Real estate, travel and visa offers.",
        r"""
        (?:luxury|residential|commercial|premium|modern|affordable|spacious|waterfront|holiday)(?: \w+)? (?:villas?|
        apartments?|flats?|condos?|plots?|homes|property|properties|residences?|towers?|project|living|units)|real estate|
        realtors?|realty|\d(?:(?:,| &| and|\.) ?\d)* ?bhk|(?:new|pre|upcoming) launch|(?:new|residential|upcoming) projects?|
        site visits?|floor plans?|rera|payment plans?|possession|sq\.? ?(?:ft|feet|yards|meters)|condominium|amenities|
        (?:properties|apartments?|villas?|flats?|plots?|houses|condos?|homes) (?:for|in|to) (?:sale|rent|dubai|\w+)|off-?plan|
        prime location|developer(?:s)?|(?:tour|holiday|travel|honeymoon|trekking|safari|hajj|umrah|vacation) (?:packages?|
        agency|agents?|operators?|company|deals?|guide)s?|(?:taxi|cab|car|limo|airport|bus|bike|yacht|
        boat)(?: \w+)? (?:service|rental|hire|transfers?|booking)s?|cheap (?:flights?|hotels?|tickets)|(?:visa|immigration|
        study abroad|pr) (?:consultan\w+|services?|assistance|agent|application|lawyers?|processing)|packers (?:and|&) movers|
        houseboat|resorts?|homestay|(?:book|booking)(?: \w+)? (?:hotels?|flights?|tickets?|rooms?|tours?|your)|desert safari|
        immobilien\w*|ferienwohnung|appartements? [aà] vendre|inmobiliaria|im[oó]ve(?:l|is)|case in vendita|mieszkania|
        sat[ıi]l[ıi]k|rumah dijual
        недвижимост\w*|квартир[ыау]\w*|новостройк\w*|туры\w*|căn hộ|bất động sản|nhà đất|chung cư
        """,
    ),
    Group(
        "support_number",
        "spam",
        "Helplines of other people's products.",
        r"""
        (?:customer|tech(?:nical)?|help ?desk|phone|live|printer|email|account|24/7|24x7|product|computer) (?:support|service|
        care|help|helpline|assistance)(?: phone)?(?: number| team| line| contact)?|help ?line(?: number)?|
        toll[- ]?free(?: number)?|support (?:number|phone|team|contact|helpline)|(?:contact|phone|helpline|customer|service|
        support) numbers?|(?:quickbooks|hp|epson|canon|brother|norton|mcafee|avg|outlook|gmail|yahoo|hotmail|facebook|netgear|
        linksys|aol|coinbase|binance|metamask|cash ?app|paypal|airlines?|delta|expedia|sage|turbotax|roku|garmin|windows|
        microsoft|apple|amazon|att|comcast|instagram) (?:\w+ )?(?:support|customer|helpline|phone|help ?desk|error|number|
        service|refund|technician)s?|call (?:our |the |on )?(?:experts?|technicians?|support|helpline|toll|us at)|dial (?:our|
        the|toll|\+?\d)|(?:certified|expert) (?:technicians?|experts?|professionals)|error (?:code )?\d+|24 ?[/x] ?7
        """,
    ),
    Group(
        "local_services",
        "spam",
        "Trades, clinics and law firms of one town.",
        r"""
        (?:roof(?:ing|ers?)?|plumb(?:ing|ers?)|hvac|dumpsters?|carpet|pest|lock ?smiths?|tree|landscap\w+|solar(?: panels?)?|
        moving|movers?|garage doors?|water damage|kitchen|bathroom|towing|junk|gutter|window|fence|fencing|concrete|
        paint(?:ing|ers?)|electric(?:al|ian|ians)|cleaning|air conditioning|ac|appliance|drain|septic|foundation|flooring|
        siding|deck|chimney|pool|lawn|handyman|mold|house|office|auto|car|phone|laptop|limo|catering|wedding|photo|interior|
        security|cctv)(?: \w+)? (?:repairs?|services?|compan(?:y|ies)|contractors?|installations?|installers?|removal|
        replacement|cleaning|cleaners|remodel\w*|restoration|rentals?|control|detailing|design(?:er|ers)?|experts?|near me|
        quotes?|specialists?|estimate|maintenance|pros?|solutions)|(?:free|no obligation|instant|online) (?:quotes?|
        estimates?|consultations?|inspection|appraisal)|licensed (?:and|&) insured|near me|in your area|(?:car|auto|life|
        health|home|travel|cheap|pet|term|medicare) insurance(?: quotes?)?|insurance quotes?|compare quotes?|
        home (?:improvement|renovation|inspection|warranty)|(?:injury|accident|divorce|criminal|dui|immigration|bankruptcy|
        family|estate|personal injury) (?:lawyers?|attorneys?|law)|law (?:firm|office)s?|attorneys?|(?:dental|cosmetic|skin|
        hair|ivf|rehab|laser|eye|weight loss|chiropractic)(?: \w+)? (?:clinic|implants?|surgery|treatment|transplant|removal|
        care|cent(?:er|re)|surgeons?)|dentists?|chiropract\w+|botox|(?:best|top|trusted|leading|professional|affordable|
        reliable|local|experienced|no\.? ?1)(?: \w+){0,2} (?:services?|compan(?:y|ies)|agency|clinic|hospitals?|institute|
        academy|school|training|cent(?:er|re)|lawyers?|doctors?|firm|contractors?|provider)|(?:online|certification|training|
        coaching) (?:course|training|classes|institute|academy)s?
        ремонт (?:квартир|под ключ|холодильников)\w*|окна\w*|натяжные потолки\w*|услуги\w*|dịch vụ|thiết kế|sửa chữa
        """,
    ),
    Group(
        "business_course",
        "spam",
        "Dropshipping, affiliate and mentor courses.",
        r"""
        drop ?ship\w*|affiliate(?:s)?(?: marketing| program| link| income)?|(?:online|home|internet|digital|own|
        profitable) (?:business|store|course|marketing|entrepreneur)s?|network marketing|mlm|(?:business|income|investment|
        money|earning) opportunit(?:y|ies)|opportunity|mentors?(?:hip)?|master ?class|webinars?|free (?:training|course|ebook|
        e-book|guide|webinar|masterclass|consultation|report)|(?:six|seven|6|7|multiple|five)[- ]figures?|up ?line|down ?line|
        commissions?|(?:sales )?funnels?|autopilot|turn-?key|e-?commerce|shopify|amazon (?:fba|kdp)|side hustle|(?:proven|
        secret|simple|exact|step[- ]by[- ]step|powerful|revolutionary) (?:system|method|formula|strateg(?:y|ies)|blueprint|
        course|trick|way|program)|(?:this|the) (?:system|method|program|course|ebook|book) (?:is|that|works|helped|will|
        changed|taught)|passive|entrepreneurs?|coach(?:ing)?|mindset|law of attraction|manifest(?:ing|ation)?|e-?books?
        """,
    ),
    Group(
        "group_invite",
        "spam",
        "Join my group, server or channel.",
        r"""
        join (?:my|our|the|this|us|now)(?: \w+){0,2} (?:groups?|channels?|server|discord|telegram|community|whatsapp|family|
        team|chat|link)|(?:telegram|whatsapp|discord|vip|signals?|private|free|official|our|tg|fb|facebook|
        invite)(?: \w+)? (?:groups?|channels?|servers?|links?|community|invite)|invite links?|group (?:links?|chat)|
        join (?:via|through|on|with) (?:link|telegram|discord|whatsapp)|free signals?|gabung (?:grup|group)|grup (?:wa|
        telegram|whatsapp)|entra(?:r|te)? (?:no|en el|nel) grup[oa]|unite al (?:grupo|canal)
        телеграм\w*|в тг\w*|наш канал\w*|наша группа\w*|вступай\w*|nhóm (?:zalo|telegram|kín)|zalo
        """,
    ),
    Group(
        "job_offer",
        "spam",
        "Jobs that come unasked.",
        r"""
        (?:we are|we're|now|is|are|urgently|currently) (?:hiring|recruiting|looking for)|hiring(?: now)?|job (?:offers?|
        vacanc(?:y|ies)|opportunit\w+|alert|openings?|seekers?)|vacanc(?:y|ies)|recruit(?:ing|ment|er|ers)|apply (?:now|today|
        here|at|for|online|via)|(?:monthly|attractive|good|daily|weekly|high|competitive|starting)? ?(?:salary|wages?|
        pay)(?: of| from| up to| per)|no (?:prior )?(?:experience|qualifications?|skills?|degree|interview|investment|
        fees?)(?: is)? ?(?:needed|required|necessary)?|(?:work|job)s? (?:visa|permit|remotely|abroad|in (?:canada|usa|uk|
        australia|dubai|europe|germany))|remote (?:jobs?|work|position)|daily (?:pay(?:ment|out)?|wages?|income|salary)|
        data entry|part[- ]?time|full[- ]?time|(?:send|submit) (?:your |ur )?(?:cv|resumes?|application|details)|
        flexible (?:hours|schedule|work)|freelanc\w+|commission(?:-based)?|(?:like|rate|review)(?:ing)? (?:videos|hotels|
        products|youtube|apps)|simple tasks?|(?:\d+|few) (?:minutes|hours) (?:a|per) day|lowongan(?: kerja)?|loker|
        stellenangebot|oferta de (?:trabajo|empleo)|vaga de emprego|i[sş] ilan[ıi]
        вакансии\w*|требуются\w*|работа (?:на дому|вахтой|онлайн)\w*|tuyển dụng|việc làm
        """,
    ),
    Group(
        "petition_plug",
        "spam",
        "Petitions, fund raisers, books and records to buy.",
        r"""
        sign (?:this|the|my|our) petition|petitions?|go ?fund ?me|donat(?:e|ion|ions|ing)|crowd ?fund\w*|kick ?starter|
        indiegogo|patreon|fund ?rais\w+|my (?:new |first |latest |debut |own )*(?:book|novel|e-?book|album|single|podcast|app|
        game|memoir|poem|ep|blog|newsletter|website|business|start-?up|course)|(?:available|out) (?:now |on |at |
        in )+(?:amazon|itunes|spotify|kindle|all platforms|bandcamp|apple|google|soundcloud|stores)|available now|out now|
        pre-?order|kindle|(?:now )?streaming (?:now|on|everywhere)|spread the word|(?:every|any) (?:little|signature|penny|
        amount|donation|dollar|cent)(?: bit)? (?:helps|counts)|raise (?:money|awareness|funds)|charity|vote for (?:me|us|my|
        our|this|him|her)
        """,
    ),
    Group(
        "pet_sales",
        "spam",
        "Puppies, kittens and their shipping.",
        r"""
        (?:pupp(?:y|ies)|kittens?|parrots?|macaws?|maltipoos?|yorkies?|yorkshire terriers?|bull ?dogs?|pomeranians?|
        chihuahuas?|goldendoodles?|pomskys?|huskys?|huskies|golden retrievers?|german shepherds?|french bulldogs?|frenchies?|
        cavapoos?|bengals?|maine coons?|ragdolls?|sphynx|persian cats?|capuchin|marmosets?|monkeys?|dachshunds?|shih ?tzus?|
        labradors?|poodles?)(?: \w+)? (?:for (?:sale|adoption|free|rehoming)|available|ready|near me|breeders?|babies|
        to (?:good|loving|any))|adoption fee|re-?homing|akc|tea ?cup|health (?:guarantee|papers|certificate|checked)|
        vet (?:checked|papers)|(?:potty|crate|hand|well) (?:trained|raised)|loving homes?|forever homes?|male and female|
        breeders?|shipping (?:of|pets|available|worldwide)|welpen|chiots?|cachorros|cuccioli
        """,
    ),
    Group(
        "product_plug",
        "spam",
        "A tool or service that happened to help.",
        r"""
        (?:this|an|the|a|my|our) (?:free |great |new |online |cool |amazing |nice |simple |awesome |little |useful |
        handy )*(?:app|tool|software|plugin|extension|service|platform|bot|website|program|utility|solution) (?:called|named|
        that|helped|is|i|from|for|which|to|and|does|can|makes|by)|(?:i|we|i've|people|you|we've)(?: have| can| could| just|
         always| also| should| been| recently| personally| started)* (?:use|used|using|found|recommend|tried|try|switched|
        prefer|suggest|trust) (?:a |an |the |this |to |it |out |with )*(?:tool|app|software|service|website|site|program|
        platform|company|team|agency|product)|give it a (?:try|shot|go|look)|try (?:using |out )?(?:this|it|
        the)(?: \w+)? (?:tool|software|app|site|service|out|free|program)|free trial|(?:best|top|great|powerful|professional|
        third[- ]party|free|ai) (?:software|tools?|app|apps|solution|converter|program|platform|website|alternative)(?: for|
         to| is)?|(?:highly|strongly|definitely|would) recommend(?:ed)?|(?:data|file|photo|password|email|sql|pst|ost|video|
        partition) (?:recovery|converter|repair|migration|extractor|export|backup|editor|generator|management)(?: tool|
         software)?|step[- ]by[- ]step|works? (?:like (?:magic|a charm)|perfectly|flawlessly|wonders)|user[- ]friendly|
        easy[- ]to[- ]use|all[- ]in[- ]one|hassle|saves? (?:you )?(?:time|hours|money)|ai[- ]powered|chat ?gpt
        """,
    ),
    Group(
        "stock_tips",
        "spam",
        "Share tips and trading groups.",
        r"""
        penny stocks?|stock (?:tips?|picks?|alerts?|market|group|signals?|trading|analysis|advis\w+)|(?:buy|sell|intraday|
        trading|free|option|options|nifty|bank ?nifty|mcx|commodity|equity|share market) (?:calls?|tips|signals?|targets?|
        alerts?)|intra ?day|nifty|sensex|multi-?bagg?ers?|target price|stop ?loss|demat|sebi|(?:pre-?market|hot|top|next|
        best) (?:stocks?|picks?)|breakout|otc|ticker|short squeeze|(?:my|his|her|our) (?:stock )?(?:picks|calls|
        alerts) (?:are|is|have|hit|made)|portfolio|dividends?
        акци(?:и|й|ями)\w*|chứng khoán|cổ phiếu
        """,
    ),
    Group(
        "trackback",
        "spam",
        "Machine-made pings and snippets.",
        r"""
        track ?backs?|ping ?backs?|(?:read|find) (?:more|here|there) (?:here|on|info|information|infos)(?: here| on| to|
         about)?(?: that)?(?: topic)?|\d+ (?:more )?(?:info|information|infos|additional) (?:here|on|to)|on that topic|
        to that topic|you (?:can|will|may) (?:find|read) (?:\d+|more|here|there|additional)|here you (?:can|will) (?:find|
        read)|more (?:info|information) (?:on|to|here) (?:that|this)|(?:was|has been) (?:mentioned|featured|linked)
        """,
    ),
    Group(
        "template_words",
        "spam",
        "Places that a mailer forgot to fill in.",
        r"""
        (?:insert|your|enter|add)(?: your)? (?:name|link|keyword|url|text|anchor|website|domain) here|lorem ipsum|file links|
        spintax|anchor ?text|(?:first|last|site|blog|post|author) ?name
        """,
    ),
    Group(
        "preaching",
        "spam",
        "Mass outreach of faiths and prophecies.",
        r"""
        (?:jesus|god|allah|christ|lord|the lord) (?:loves?|is coming|saves?|died|bless(?:es)?|is (?:the|king|lord|good|great)|
        has a plan)|repent|accept (?:jesus|christ|him)|lord and savior|(?:the )?(?:end times?|rapture|last days|holy spirit|
        gospel|bible|scripture|kingdom of)|born again|salvation|ask (?:him|god|jesus)|(?:read|study) the (?:bible|quran|word)|
        convert to|john 3:16
        """,
    ),
)
