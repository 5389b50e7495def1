"""Phrases that spam of one trade shares; see lexicon.py for how they are matched."""

from __future__ import annotations

from service.text.lexicon import Group

SPAM_GROUPS: tuple[Group, ...] = (
    Group(
        "casino",
        "spam",
        "Gambling houses and slot machines.",
        r"""
        (?:online |crypto |live |best |new |mobile |real money )?casinos?|jackpots?|roulette|blackjack|baccarat|
        slot machines?|(?:free|bonus) spins?
        (?:online|video|free) (?:slots?|poker|bingo)|(?:no|first|welcome) deposit bonus(?:es)?|no deposit|sports ?books?|
        sports betting|betting (?:site|app|bonus)s?
        kasino|kasyn[oa]|spielautomaten?|spielothek|freispiele|wettanbieter|gl[uü]cksspiel|machines? à sous|paris sportifs?|
        tragaperras|tragamonedas
        apuestas?(?: deportivas)?|giri gratis|scommesse|cassinos?|apostas?(?: esportivas)?|gokkasten?|gokken|
        zak[lł]ady bukmacherskie|automaty do gier
        bahis|canl[ıi] bahis|deneme bonusu|slot siteleri|1xbet|1win|mostbet|melbet|pin ?up|betting tips
        казино\w*|фриспин\w*|игровые автоматы\w*|букмекер\w*|ставки на спорт\w*|бездепозит\w*|нhà cái\w*|nhà cái|cá cược|
        nổ hũ|đánh bài|bahis
        """,
    ),
    Group(
        "gambling_id",
        "spam",
        "Indonesian slot and lottery promotion.",
        r"""
        gacor|max ?win|togel|slot (?:online|gacor|hoki|88|777|thailand|dana)|judi|bandar(?:nya)?|situs (?:ini|slot|judi|
        terpercaya|resmi)|link alternatif|scatter|petir merah
        (?:jp|jepe|jackpot) (?:paus|terus|gede|besar|mulu|lagi|bos)|bonus new member|new member|depo|wd|withdraw (?:cepat|
        lancar)|rtp|zeus|olympus|mahjong ways
        (?:auto|pasti) (?:wd|cuan|menang|jp|sultan)|cuan|modal receh|anti (?:rungkad|rungkat)|rungkad|pola (?:gacor|hari ini)|
        menang (?:terus|banyak|besar)|member baru
        [a-z]{3,12}(?:88|77|777|138|303|99|33|55|4d|toto|slot|hoki|jitu|bet)|main di|taruhan|sekali spin|link (?:di )?bio|
        gampang menang
        """,
    ),
    Group(
        "betting_tips",
        "spam",
        "Sale of betting tips.",
        r"""
        fix(?:ed)? match(?:es)?|sure (?:odds?|wins?|bets?|games?)|correct scores?|vip (?:tips?|games?|odds|group|slip)|
        betting (?:tips?|expert|group|codes?)
        (?:daily|free|winning|football|soccer|banker) (?:tips|predictions|odds)|100 ?% (?:sure|guaranteed?|accurate|winning)|
        tipsters?|booking code|\d+\+? odds|both teams to score|ht/ft
        прогнозы на\w*|договорн\w*|экспресс на\w*
        """,
    ),
    Group(
        "crypto",
        "spam",
        "Talk of coins, tokens and trading.",
        r"""
        bitcoins?|btc|ethereum|eth|usdt|usdc|tether|solana|dogecoin|shiba|xrp|crypto(?: ?currenc(?:y|ies))?|altcoins?|
        block ?chain|tokens?|nfts?|web3|defi|staking|wallets?|binance|coinbase
        metamask|trust ?wallet|forex|fx trad(?:e|er|ing)|binary options?|trading (?:signals?|platform|bot|account|strategy|
        course)|copy ?trad(?:e|ing)|day trad(?:er|ing)|mining (?:pool|rig|site)
        kryptow[aä]hrung(?:en)?|cryptomonnaies?|criptomonedas?|criptomoedas?|criptovalute|kripto
        биткоин\w*|крипт\w*|трейд\w*|инвестиц\w*
        """,
    ),
    Group(
        "token_pump",
        "spam",
        "Presales, airdrops and coins that will surely rise.",
        r"""
        air ?drops?|pre-?sale|white ?list(?:ed)?|(?:\d+|hundred|thousand) ?x (?:gains?|returns?|potential|gem|coin|soon|
        incoming)|(?:next|hidden|low cap) (?:gem|100x|1000x)|to the moon|moon(?:ing|shot)
        (?:token|coin|presale|nft|mint) (?:launch(?:es|ing|ed)?|is live|drops?|sale)|mint(?:ing)? (?:is )?(?:live|now|soon)|
        early (?:investors?|birds?|adopters?)|listing (?:on|soon)|liquidity locked
        (?:send|deposit) [\d.]+ (?:btc|eth|bnb|sol|xrp|usdt)|doubl(?:e|es|ed|ing) (?:your|my|any|the) (?:btc|bitcoins?|eth|
        crypto|coins?|money|investment)|get (?:back )?(?:double|twice)|contract address
        """,
    ),
    Group(
        "trader_testimonial",
        "spam",
        "A grateful client of a trader or account manager.",
        r"""
        (?:expert|professional|certified|trusted|legit|reliable|good|best|my|her|his|a) (?:trader|broker|account manager|
        portfolio manager|financial (?:advis[eo]r|planner|coach)|fund manager|investment (?:advis[eo]r|manager|coach))
        (?:manag(?:e|ed|es|ing)|handl(?:e|ed|es|ing)|trad(?:e|ed|es|ing)) (?:my|your|her|his|our|for) (?:account|portfolio|
        funds?|trades?|money|investments?|me|us)
        (?:trad(?:e|ed|ing)|invest(?:ed|ing)?|work(?:ed|ing)?|started|start) with (?:mrs?|ms|miss|madam|sir|her|him|expert|
        an? expert|this (?:man|woman|lady|broker|trader|platform|company))
        (?:under|with|through|thanks to|following|by) (?:her|his|the|their) (?:guidance|guide|mentorship|supervision|
        strateg(?:y|ies)|platform|signals?|help|services?|tutelage|assistance)
        (?:made|making|make|earn(?:s|ed|ing)?|profits? of|returns? of|withdr[ae]w|withdrawn|received|got) (?:over |about |
        up to |more than |a profit of |a total of |my |me |back )*[$€£]? ?\d[\d,.]*k?
        (?:my|first|successful|instant|easy|smooth) (?:withdrawals?|payout|profits?|returns?|roi)|withdr(?:aw|ew|awn) my|
        (?:weekly|monthly|daily|huge|massive|good|consistent) (?:profits?|returns?|roi|gains|payout)
        (?:mrs?|ms|miss|madam) [a-z]+ [a-z]+ (?:is|has|was|trad|changed|helped|made|and|for|on|who)|(?:he|she)(?:'s|
         is) (?:really |very |so )?(?:legit|the best|honest|genuine|trustworthy|reliable)|invest(?:ed|ing|ment)? (?:of |
        with )?[$€£] ?\d
        financial freedom|financially free|changed my (?:life|financial)|how (?:can|do) i (?:reach|contact|get in touch|meet|
        connect)|reach (?:out to )?(?:her|him) (?:on|via|through|now|today)|(?:her|his) (?:telegram|whatsapp|email address)
        never (?:disappointed|failed) me|consistently (?:profit|earn|mak)\w*|reaching (?:my|your) (?:goal|financial)
        """,
    ),
    Group(
        "recovery_service",
        "spam",
        "Sellers who say they bring back stolen money or coins.",
        r"""
        (?:recover(?:y|ed|ing|s)?|retriev(?:e|ed|al|ing)|reclaim(?:ed|ing)?|get(?:ting)? back|got back|trac(?:e|ed|k|
        ked) (?:and recover(?:ed)?)?) (?:of |all |all of |back |every |100% of )*(?:my|your|their|our|her|his|the|lost|stolen|
        scammed|hacked) (?:lost |stolen |scammed |hacked |entire |whole |full )*(?:funds?|money|bitcoins?|btc|crypto\w*|usdt|
        coins?|assets?|investments?|wallet|savings|eth\w*|account)
        (?:fund|asset|crypto|bitcoin|money|scam|wallet|cyber|digital|hack)s? (?:recovery|retrieval|reclaim) ?(?:expert|agent|
        agency|team|company|firm|specialist|service|hacker|pro|wizard|master|group)?s?
        recovery (?:expert|agent|agency|team|company|firm|specialist|service|hacker|wizard|pro|master)s?|lost (?:all )?(?:my|
        over|about|almost|nearly) (?:life savings|savings|bitcoins?|funds)
        (?:wizard|cyber|hack|tech|spy|ghost|rescue|recover|reclaim|wiz|genie|ethical) ?(?:wizard|hack|recover|recovery|
        retriev|tech|rescue|nation|squad|intelligence|assets?|experts?)\w*
        chargebacks?|victims? of (?:a |an |any |this )?(?:online |crypto |bitcoin |investment |romance )?scams?|seed phrase
        """,
    ),
    Group(
        "hacker_for_hire",
        "spam",
        "Hackers and phone spies for hire.",
        r"""
        (?:hire|contact|need|find|looking for|recommend|certified|professional|ethical|genuine|real|legit|trusted|reliable|
        russian|private|good|best|great) (?:a |an |the |this |professional |ethical |real |legit |genuine |certified |
        good )*hackers?
        hack(?:ed|ing|s)? (?:into )?(?:my|your|her|his|any|a|someone'?s?|into|whats ?app|facebook|instagram|snapchat|gmail|
        phones?|the) ?(?:whats ?app|facebook|instagram|snapchat|gmail|cell ?phones?|phones?|accounts?|husband|wife|partner|
        spouse|boyfriend|girlfriend|school|grades?)?
        cheating (?:spouse|husband|wife|partner|boyfriend|girlfriend|lover)|spy(?:ing)? (?:on|app|software)|(?:phone|
        whats ?app|facebook|instagram|email|cell ?phone) (?:hack|spy|clon|monitor|track)\w*|clon(?:e|ed|ing) (?:phone|
        whatsapp)
        (?:change|upgrade|increase|fix|boost|raise|repair) (?:of )?(?:your |my |school |university |college |
        credit )*(?:grades?|scores?|transcripts?)|(?:erase|clear|clean|wipe) (?:criminal|your|my) (?:records?|history)|
        without (?:them|him|her) knowing
        """,
    ),
    Group(
        "make_money",
        "spam",
        "Work from home and easy income.",
        r"""
        (?:make|making|made|earn|earned|earning|earns|gain|get|getting|generate) (?:some |extra |real |good |easy |fast |
        quick |more |big |a lot of |lots of |your |free |passive |decent |online |serious |daily )*(?:money|cash|income|bucks|
        profits?|dollars|salary|living) (?:online|from home|at home|daily|fast|easily|every|right|by|on the|with|while|
        working|doing|without|just|now|today|from|in)
        (?:work(?:ing)?|job|jobs|earn(?:ing)?|cash|income|business|money) (?:from|at) (?:your |my |the )?(?:home|house|phone|
        laptop|couch)|home[- ]based (?:job|business|work)s?|(?:extra|passive|residual|second|side|monthly|daily|steady) income
        (?:easy|simple|online|internet|side|best|freelance) (?:job|work|hustle|gig|money|cash|earning)s?|
        financial independence|quit (?:my|your) (?:day |nine to five |9 to 5 |9-5 )?job|be(?:ing)? your own boss|own boss|
        pay ?che(?:ck|que)s?|get paid|paid (?:weekly|daily|instantly|every)
        (?:my|best|her|his) (?:friend|neighbor|neighbour|roommate|cousin|sister|brother|aunt|uncle|mother|mom|classmate|buddy|
        step)[- ]?\w*'?s? (?:makes|made|making|earns?|is making|is earning|got paid|makes)
        (?:per|an?|each|every|in (?:one|a|1|\d+)) (?:hour|day|week|month)s? (?:on|from|by|with|working|doing|at|online|just)|
        last (?:month|week) (?:her|his|my|the|i) (?:pay|got|made|earned|check|income)\w*|on (?:the|her|his|my|
        your) (?:computer|laptop|pc|internet) for (?:a )?few hours
        geld verdienen|nebenverdienst|heimarbeit|gagner de l'argent|gagne de l'argent|revenus? compl[eé]mentaires?|
        ganar dinero|gana dinero|ingresos extra|trabajo desde casa|ganhar dinheiro|ganhe dinheiro|renda extra|
        trabalh\w+ em casa|guadagnare|lavor\w+ da casa
        geld verdienen|thuis ?werk(?:en)?|zarabia[ćcj]\w*|dodatkowy doch[oó]d|para kazan\w*|ek gelir|evden (?:iş|calis|
        çalış)\w*|penghasilan|kerja (?:online|dari rumah|sampingan)|dapat uang|cari uang
        заработок\w*|заработать\w*|зарабатыва\w*|доход от\w*|подработк\w*|удаленн\w*|удалённ\w*|kiếm tiền|thu nhập|
        việc làm thêm|tại nhà
        """,
    ),
    Group(
        "loans",
        "spam",
        "Loans, debt and credit offers.",
        r"""
        (?:loan|credit|funding|financing) (?:offers?|services?|compan(?:y|ies)|lenders?|firm|application|approval|approved|
        agency)|(?:pay ?day|personal|business|quick|fast|instant|cash|urgent|student|mortgage|home|car|title|legit|online|
        secured|unsecured) loans?
        (?:apply|applied|applying|need|get|got|getting|offer|offering|looking|granted|received|obtain) (?:for )?(?:a |an |my |
        any |your |the |of )?(?:urgent |quick |personal |business |instant |legit |genuine )*loans?|loans? (?:of|at|from|
        amount|with|for|without) (?:[$€£]? ?\d|an?|as low|low|any|people|bad|interest|collateral)
        (?:low |affordable |\d+ ?% )?interest rate|bad credit|debt (?:consolidation|relief|settlement)|credit (?:score|repair|
        cards? debt)|no (?:credit check|collateral)|refinanc\w+|loan lenders?|lenders?
        (?:sofort|schnell|online|klein)?kredite?(?: ohne schufa)?|pr[eê]ts? (?:entre particuliers?|personnels?|rapides?|
        d'argent)|offre de pr[eê]t|pr[eé]stamos?|cr[eé]ditos? (?:r[aá]pidos?|personales?|online)|empr[eé]stimos?|prestit[io]|
        finanziament[io]|lening(?:en)?
        po[zż]yczk[aię]|chwil[oó]wk[ai]|kredi(?:si| veren)?|pinjaman(?: online)?|vay (?:tiền|tien|vốn)
        кредит\w*|займ\w*|микрозайм\w*|vay tiền|vay vốn
        """,
    ),
    Group(
        "advance_fee",
        "spam",
        "Inheritances, lodges and funds that need a small fee first.",
        r"""
        next of kin|inheritances?|beneficiar(?:y|ies)|million (?:us )?dollars|(?:late|my late) (?:husband|client|father)|
        dying widow|atm cards?|western union|money ?gram|compensation (?:fund|payment)|diplomat(?:ic)? (?:agent|delivery)|
        consignment
        illuminati|secret society|brotherhood|(?:join|become) (?:a )?(?:member|members) of|barrister|foreign (?:partner|
        minister)|confidential (?:business|proposal|transaction)|business proposal|god(?:'s)? blessings? to donate|donat(?:e|
        ed|ing|ion) (?:of )?[$€£] ?\d
        """,
    ),
    Group(
        "pharma",
        "spam",
        "Pills without prescription.",
        r"""
        viagra|cialis|levitra|kamagra|sildenafil|tadalafil|vardenafil|tramadol|xanax|alprazolam|valium|diazepam|ambien|
        zolpidem|adderall|modafinil|oxycodone|oxycontin|hydrocodone|percocet|codeine|fentanyl|ketamine|phentermine|ozempic|
        semaglutide|ivermectin|finasteride|clomid|lasix|prednisone|amoxicillin|gabapentin
        (?:online|canadian|internet|trusted|legit) (?:pharmac(?:y|ies)|drug ?stores?|chemist)|without (?:a )?(?:prescription|
        rx)|no (?:prescription|rx)|(?:buy|order|cheap|generic|purchase) (?:generic )?(?:pills?|meds?|medication|drugs|
        steroids|antibiotics)|erectile dysfunction|\d+ ?mg (?:pills?|tablets?|online|price)
        (?:anabolic )?steroids|pain ?(?:killers?|pills)|potenzmittel|ohne rezept|rezeptfrei|sans ordonnance|sin receta|
        sem receita|senza ricetta|zonder recept|bez recepty|re[cç]etesiz|obat kuat
        виагра\w*|сиалис\w*|без рецепта\w*|thuốc cường dương
        """,
    ),
    Group(
        "weight_loss",
        "spam",
        "Slimming products and stories.",
        r"""
        weight[- ]?loss|(?:lose|losing|lost|shed|drop(?:ped)?|burn(?:ed|ing)?) (?:the |my |your |all |some |extra |up to |
        over |about |almost |that |stubborn |belly |body )*(?:\d+ ?(?:lbs?|pounds?|kgs?|kilos?|stone)|weight|fat|pounds|kilos|
        belly)
        keto(?:genic)?|diet (?:pills?|plan|supplements?)|fat[- ]?burn(?:er|ing)?s?|slimming|slim down|belly fat|garcinia|
        green coffee|acai|apple cider|gummies|appetite|metabolism|flat (?:tummy|stomach)|detox
        abnehmen|abgenommen|di[aä]tpillen|maigrir|perte de poids|perdre du poids|minceur|bajar de peso|adelgaz\w+|perder peso|
        emagrec\w+|dimagri\w+|perdere peso|afvallen|odchudza\w+|schudn\w+|zay[ıi]flam\w+|kilo ver\w+|diet (?:sehat|alami)|
        pelangsing|turun berat
        похуд\w*|для похудения\w*|сбросить вес\w*|giảm cân|giảm mỡ
        """,
    ),
    Group(
        "health_products",
        "spam",
        "Supplements, enhancement, miracle products.",
        r"""
        cbd(?: oil| gummies)?|hemp oil|male enhancement|enlarge(?:ment|r)?|penis|testosterone|libido|stamina|supplements?|
        anti[- ]?aging|wrinkles?|skin ?care|serum|essential oils?|probiotics?|natural (?:remedy|remedies|cure|treatment|
        supplement)s?|(?:miracle|magic) (?:cure|pill|oil|cream)
        (?:blood sugar|diabetes|blood pressure|joint pain|hair (?:loss|growth)|tinnitus|prostate|thyroid|arthritis|psoriasis|
        eczema) (?:remedy|cure|treatment|supplement|support|solution|reversed|protocol|formula)|big pharma|doctors (?:hate|
        don'?t want)|100 ?% natural
        бад\w*|омоложен\w*|суставы\w*|потенци\w*
        """,
    ),
    Group(
        "herbal_cure",
        "spam",
        "Testimonials for herbal healers.",
        r"""
        herbal (?:doctor|dr|medicine|cure|remedy|remedies|treatment|healer|home|product|mixture|supplement)s?|herbs?|
        herbalist|(?:root|roots) and herbs?|(?:cured|cures|cure|healed|heals) (?:me|my|him|her|of|from|from my|completely|
        permanently|your|any|all|the|his|herpes|hiv|cancer|diabetes)
        dr\.? [a-z]+(?: [a-z]+)? (?:herbal|herbs?|cured?|who (?:cured|helped)|helped me|medicine|spell|solution|temple|remedy|
        via)|(?:herpes|hsv|hiv|aids|hpv|hepatitis|genital|warts|fibroids?|infertility|copd|parkinson'?s?|lupus|stroke|pcos)
        tested (?:negative|positive)|(?:natural|permanent|total) (?:cure|healing)|his (?:herbal|medicine|herbs|product|
        remedy)|no side effects?|traditional (?:healer|doctor|medicine)
        """,
    ),
    Group(
        "spell_caster",
        "spam",
        "Spell casters, astrologers, lost lovers brought back.",
        r"""
        spells?|spell[- ]?cast(?:er|ers|ing)?|(?:love|lottery|money|marriage|divorce|protection|revenge|reunion) spells?|
        voodoo|black magic(?:ian)?|white magic|magic (?:ring|wallet|power|spell)|vashikaran|astrolog(?:er|ers|y|ical)|
        horoscope|psychic|clairvoyant|marabout|sangoma|babaji|guruji|pandit(?: ji)?|tantrik|juju|occult|ritual(?:s|ist)?|
        kala jadu|istikhara|hechizos?|amarres?|bruj[oa]s?|vidente|amarra[cç][aã]o|macumba|dukun|pelet|medyum|wr[oó][zż]\w+
        (?:bring|brought|got|get|getting|win|won|return(?:ed)?|want|wanted) (?:back )?(?:my|your|her|his|me|him|their) (?:ex|
        lost|lover|husband|wife|boyfriend|girlfriend|man|woman|love|marriage|relationship|family|partner)(?:'s)?(?: lover|
         love| back| husband| wife| boyfriend| girlfriend)?
        ex (?:back|lover|husband|wife|boyfriend|girlfriend)|lost (?:love|lover)|love (?:problem|marriage|life problem|guru|
        specialist|doctor)s?|relationship (?:problem|issue)s?|came back (?:to me|begging|home|crying|apologi\w+)|(?:great|
        powerful|real|genuine|online|african) (?:man|spell|healer|caster|priest|prophet|doctor)|world famous|within (?:24|48|
        72) ?hours?|within \d+ days?|save my marriage
        приворот\w*|гадалк\w*|ясновид\w*|bùa yêu
        """,
    ),
    Group(
        "adult",
        "spam",
        "Pornography and cam offers.",
        r"""
        porn\w*|xxx|nudes|naked|nsfw|hentai|milfs?|teens? (?:sex|porn|girls|nude)|camgirls?|cam (?:girls?|shows?|sex|site|
        model)|web ?cams?|only ?fans|sex(?:y|cam|chat|dating|toys?|tape|ting|cams|partner)?(?: video| chat| date| tonight|
         pics| girls| cam| tape)?|horny|hot (?:girls?|babes?|moms?|singles?|pics|chicks|videos?|teens?|women|ladies|chat|
        photos?)|fuck ?(?:buddy|tonight|date|girls)|hook ?ups?|wet pussy|blow ?jobs?|big (?:tits|boobs|cock|dick|ass)|
        escorts?|strip(?:per|tease)|adult (?:video|site|chat|dating|content|fun|friend)s?
        sexo|sexe|sesso|sexchat|seks|sikiş|porno|plan cul|femmes? (?:chaudes?|mûres?)|chicas|nackt|geile|fotzen|bokep|ngentot|
        colmek|video viral|vcs
        порно\w*|секс\w*|интим\w*|голые\w*|эротик\w*|phim sex|gái gọi
        """,
    ),
    Group(
        "escort",
        "spam",
        "Escort advertising.",
        r"""
        escorts?(?: services?| agency| agencies| girls?| in [a-z]+)?|call ?girls?|(?:independent|vip|russian|model|high class|
        college|female|indian|elite) (?:escorts?|call ?girls?|models?|companions?)|massage (?:parlou?r|centre|center|
        services?|girls?)|body ?(?:to|2) ?body|erotic massage|happy ending|in-?calls?|out-?calls?|companionship|hotel service|
        doorstep|night (?:service|companion)
        acompanhantes?|garotas? de programa|prostitut\w+|putas|escorte|kinesi[oó]logas|bayan escort|escort bayan|eskort|
        callgirls|huren|begleitservice
        эскорт\w*|проститутк\w*|индивидуалк\w*|gái gọi
        """,
    ),
    Group(
        "dating",
        "spam",
        "Dating sites and strangers who look for love.",
        r"""
        dating|date (?:me|site|tonight)|meet (?:local |hot |sexy |new |beautiful |single |lonely |real |older )*(?:singles?|
        women|girls?|ladies|men|guys|milfs?)|single (?:women|ladies|girls|moms?|men|female)|lonely (?:women|housewives|wives|
        girls|tonight)|looking for (?:a |an |some |real |serious |true |honest )*(?:relationship|partner|man|boyfriend|love|
        fun|soul ?mate|friends?|sugar|husband|hookup|company)
        my (?:profile|photos?|pics?|pictures|page) (?:here|is|are|on|at|link|below)|sugar (?:daddy|mummy|momma|baby|mommy|
        babies)|soul ?mate|(?:chat|talk|meet|play) with me|i(?:'m| am) (?:a )?(?:lonely|single|bored|horny|new here|alone|
        waiting)|(?:write|text|message|call|add) me (?:here|on|at|baby|babe|dear|if|for|now)|waiting for you|wanna (?:chat|
        meet|play|see|have)|find (?:your|a|true) (?:love|match|partner|date|soul)
        partnersuche|kennenlernen|singles? (?:in|aus)|rencontres?(?: coquines?| sérieuses?)?|conocer (?:chicas|mujeres|gente)|
        namoro|incontri|encontros|dating ?sites?|randki|tan[ıi]şma|cari jodoh|janda
        знакомств\w*|познакомлюсь\w*|девушки ждут\w*|hẹn hò|kết bạn
        """,
    ),
    Group(
        "replica_fashion",
        "spam",
        "Branded goods at odd prices.",
        r"""
        replicas?|knock-?offs?|(?:louis )?vuitton|gucci|prada|chanel|rolex|omega watch\w*|cartier|hermes|burberry|versace|
        dior|balenciaga|michael kors|tory burch|coach (?:outlet|bags?|purses?|factory)|kate spade|ray[- ]?bans?|oakleys?|
        nike (?:air|free|shoes|outlet|store|dunk|roshe)|air (?:max|jordans?|force)|jordans?|yeezys?|adidas|ugg(?: boots?)?s?|
        uggs?|moncler|canada goose|north face|timberlands?|birkenstock|louboutins?|abercrombie|pandora (?:charms?|jewelry|
        bracelet)|tiffany|swarovski|true religion|beats by dre|monster beats|hollister
        (?:cheap|wholesale|discount|designer|authentic|luxury|fake|outlet|aaa|best) (?:nfl |nba |mlb |nhl |
        soccer )?(?:jerseys?|handbags?|purses?|watches|shoes|sneakers|boots|sunglasses|jewelry|jewellery|bags?|clothing|
        clothes|dress(?:es)?|wallets?|perfumes?)|jerseys|handbags?|outlet(?: store| online)?|factory (?:outlet|store)|(?:prom|
        wedding|bridesmaid|evening) dress(?:es)?
        pas cher|sacs? (?:à main|pas)|chaussures|bolsos|zapatillas|borse|scarpe|orologi|sonnenbrillen|handtaschen|uhren|
        tas branded|sepatu
        копии часов\w*|реплик\w*|кроссовки\w*|брендов\w*
        """,
    ),
    Group(
        "shop",
        "spam",
        "The language of offers and shops.",
        r"""
        free (?:shipping|delivery|gifts?|samples?)|(?:fast|worldwide|discreet|overnight) (?:shipping|delivery)|(?:buy|order|
        shop|purchase|book) (?:now|online|here|today|yours?|direct|it now|cheap|one get|with confidence)|(?:best|lowest|
        cheapest|affordable|wholesale|unbeatable|great|reasonable|factory|discount(?:ed)?|low) (?:prices?|rates?|quality|
        cost)|discounts?(?: codes?)?|coupons?|promo(?:tion(?:al)?)?(?: codes?)?|vouchers?|\d+ ?% (?:off|discount|cheaper|
        rabatt)|save (?:up to )?(?:\d|big|money)
        (?:special|limited|exclusive|amazing|great|hot|new|best|black friday) (?:offers?|deals?|discounts?|time offer|
        edition)|on sale|clearance|for sale|in stock|while stocks?|money[- ]back|satisfaction guaranteed|cash on delivery|
        our (?:products?|store|shop|online store|services?|website|collection|catalog(?:ue)?|company|team|experts?|clients?|
        customers)|we (?:offer|provide|sell|supply|ship|deliver|specialize|specialise|have a wide|are a leading|
        are the (?:best|leading|largest|only|first))|wide (?:range|selection|variety) of|one[- ]stop
        (?:g[uü]nstig|billig|jetzt|online)(?:e|er|es)? (?:kaufen|bestellen|shop)|kaufen|rabatt|angebot(?:e)?|acheter|achat|
        livraison gratuite|promotions?|soldes|comprar|compre|descuento|oferta|env[ií]o gratis|desconto|frete gr[aá]tis|
        acquista\w*|sconto|offerta|spedizione|kopen|korting|aanbieding|kup|kupi[ćc]|sklep|promocja|tanio|sat[ıi]n al|indirim|
        ucuz|sipari[sş]|beli|jual|promo|diskon|harga murah|murah|gratis ongkir|mua|gi[aá] r[eẻ]
        купить\w*|скидк\w*|интернет-магазин\w*|заказать\w*|доставк\w*|недорого\w*|по низкой цене\w*|giá rẻ|mua ngay|
        khuyến mãi|bán hàng|satın al
        """,
    ),
    Group(
        "manufacturer",
        "spam",
        "Factories and wholesale catalogues.",
        r"""
        manufactur(?:er|ers|ing)|suppliers?|exporters?|oem|odm|moq|wholesale(?:r|rs)?|machinery|(?:machine|equipment|product|
        steel|plastic|packaging|led|valve|pump|furniture|crusher) (?:manufacturer|supplier|factory|line|price|in china)s?|
        made in china|from china|quotations?|inquir(?:y|ies)|bulk (?:orders?|quantit\w+)|free samples?|iso ?9001|
        stainless steel|distributors?|turn-?key|b2b|product range|after-sales|pvc|industrial
        производител\w*|оптом\w*|поставщик\w*|оборудован\w*|завод\w*
        """,
    ),
)
