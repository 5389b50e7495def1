"""Phrases that people use when they talk to each other, and contact details; see lexicon.py for how they are matched."""

from __future__ import annotations

from service.text.lexicon import Group

CONTACT_GROUPS: tuple[Group, ...] = (
    Group(
        "messenger",
        "contact",
        "A messenger with its handle or link.",
        r"""
        whats ?app|watsapp|whatsap|telegram|tele ?gram|signal app|kik|we ?chat|skype|viber|icq|snap ?chat|discord|hang ?outs?|
        line id|google chat|zangi
        t me|wa me|discord gg|telegram me|ватсап\w*|вацап\w*|вотсап\w*|телеграм\w*|zalo|whatsapp
        """,
    ),
)

HONEST_GROUPS: tuple[Group, ...] = (
    Group(
        "argument",
        "honest",
        "Words of argument.",
        r"""
        i (?:don'?t |do not |also |still |strongly |personally |honestly |would |completely |have to )*(?:think|disagree|
        agree|doubt|wonder|guess|suppose|believe|feel|understand|argue|suspect|assume|mean|say)|you'?re (?:right|wrong|
        missing|assuming|ignoring)|because|however|although|though|whereas|therefore|unless|despite|instead|actually|
        basically|apparently|probably|perhaps|maybe|rather than|(?:the|this) (?:article|author|study|report|journalist|
        headline|piece) (?:says?|claims?|ignores?|forgets?|fails|mentions?|is|seems|doesn'?t|does not|could)|
        in my (?:experience|opinion|country|town|case|view|area|day)|imh?o|afaik|as far as i|to be fair|on the other hand|
        according to|for example|for instance|in fact|the (?:problem|point|fact|question|real|issue) is|that'?s not|it'?s not|
        isn'?t it|what about|so what|not true|that said
        weil|obwohl|trotzdem|meiner meinung|ich (?:finde|denke|glaube|meine)|eigentlich|leider|parce que|cependant|
        je (?:pense|crois|trouve)|à mon avis|porque|sin embargo|aunque|creo que|yo (?:creo|pienso)|en mi opini[oó]n|acho que|
        por[eé]m|embora|perch[eé]|secondo me|penso che|omdat|ik (?:vind|denk)|volgens mij|ponieważ|moim zdaniem|my[sś]l[eę]|
        bence|[cç][uü]nk[uü]|ama|karena|menurut|tapi|soalnya|v[iì]|nh[uư]ng
        потому что\w*|однако\w*|по-моему\w*|я думаю\w*|мне кажется\w*|считаю\w*|хотя\w*|зато\w*|кстати\w*|bởi vì|theo tôi|nhưng
        """,
    ),
    Group(
        "laughter",
        "honest",
        "Laughter and chat shorthand.",
        r"""
        lo+l+(?:ol)*|lmf?ao+|rofl|(?:ha){2,}h?|(?:he){2,}|(?:hi){3,}|xd+|omg|omfg|wtf|smh|idk|tbh|ngl|ikr|fyi|btw|brb|jk|
        haha\w*|k{3,}|(?:ja){2,}|(?:je){3,}|mdr|ptdr|rs{2,}|(?:wk){2,}\w*|ww+|xaxa|bruh|dude|bro|dang|damn|yeah|yep|nope|nah|
        ugh|meh|whoa|wow|hmm+|aww+|yay|oops|geez|gosh|fr|lowkey|highkey|literally
        ахах\w*|хаха\w*|ололо\w*|лол\w*|555
        """,
    ),
    Group(
        "fandom",
        "honest",
        "Talk of songs, films and games by those who like them.",
        r"""
        (?:this|that|the|her|his|their) (?:song|video|voice|beat|lyrics?|chorus|drop|album|movie|film|scene|ending|guitar|
        solo|band|singer|clip|episode|season|character|actor|game|goal|match|dance|face|hair|dress|outfit|part)|who(?:'s|s|
         is| else)? (?:here|watching|listening|still|is|came|in|else)|(?:in|from) (?:19|20)\d\d|(?:anyone|anybody|
        who) (?:else|still|in|here|watching|listening)|still (?:listening|watching|here|love|gives|my|the|hits|get|slaps)|
        brings? (?:me )?back|childhood|memories|nostalgi\w+|goose ?bumps|chills|masterpiece|legend(?:s|ary)?|best (?:song|
        singer|part|band|video|album|movie|episode|ever)|favou?rite (?:song|part|singer|band|artist|movie|one|character|
        player)|love (?:this|her|him|them|you|the|that) ?(?:song|video|so much|guy|girl|man|part|movie|band|!)?|on repeat|
        stuck in my head|underrated|overrated|r\.?i\.?p|million views|views|billion|dislikes?
        dieses lied|cette chanson|esta canci[oó]n|essa m[uú]sica|questa canzone|lagu ini|bu [sş]ark[ıi]
        эта песня\w*|песня\w*|клип\w*|bài hát
        """,
    ),
    Group(
        "question",
        "honest",
        "A question to the writer or the readers.",
        r"""
        how (?:do|can|did|would|does|is|are|come|long|much|many|old|could|should|to) |what (?:is|are|do|does|did|about|was|if|
        would|kind|about|happened|'s|version|time|song)|what'?s|why (?:is|are|do|does|did|not|would|don'?t|the|isn'?t|can'?t)|
        where (?:is|are|do|can|did|was)|when (?:is|are|do|did|will|was|does)|which (?:one|is|version|of)|does (?:anyone|
        anybody|this|it|that|the)|do (?:you|they|we) (?:know|have|think|need|mean|really)|(?:can|could|would) (?:you|anyone|
        someone|somebody|i|we)|has anyone|is (?:it|there|this|that) |are (?:you|there|they) |any (?:idea|ideas|tips|advice|
        suggestions?|chance|recommendations?|way)|am i (?:the only|missing|right|wrong)|anyone (?:know|else|have|tried)
        wie (?:kann|ist|lange|viel)|warum|wieso|weshalb|kann (?:mir|man|ich)|comment (?:faire|on|est)|pourquoi|est-ce que|
        quelqu'un|c[oó]mo|por ?qu[eé]|alguien|como (?:fa[cç]o|posso|que)|algu[eé]m|come (?:si|posso|fai)|qualcuno|waarom|
        hoe (?:kan|lang|veel)|weet iemand|dlaczego|czy kto[sś]|nas[ıi]l|neden|bagaimana|kenapa|gimana|apakah|t[aạ]i sao|
        l[aà]m sao
        как (?:это|можно|сделать)\w*|почему\w*|кто-нибудь\w*|подскажите\w*|tại sao|làm sao
        """,
    ),
    Group(
        "worked_for_me",
        "honest",
        "Advice taken and its result.",
        r"""
        (?:it |that |this |now |finally |still |also )?(?:does(?:n'?t| not) |did(?:n'?t| not) |not |is |was )?work(?:s|ed|
        ing)? (?:for me|great|perfectly|fine|now|on my|with|as|in|here|too)|saved (?:my|me|us)|solved|fixed (?:it|my|the|
        this)|did the (?:trick|job)|that did it|same (?:problem|issue|here|error|thing)|(?:i|we)(?:'ve| have| just| also|'d|
         had| finally)* (?:tried|followed|made|cooked|baked|installed|updated|restarted|replaced|added|removed|changed|
        ended up|got|found|had|bought|used)|step \d|version \d|line \d+|error|tutorial|recipe|turned out|next time
        """,
    ),
    Group(
        "errands",
        "honest",
        "Messages between people who know each other.",
        r"""
        (?:see|c|cya|call|text|ring|meet|tell|ask|let|pick|miss|love|hear from) (?:you|u|ya|me|him|her|us|mum|mom|
        dad)(?: there| later| soon| up| know| when| tomorrow| tonight| at| back| then)?|on (?:my|the) way|(?:are|r|
        where) (?:you|u|ya)(?: \w+)? (?:coming|home|free|there|ok|doing|at|going|up|still)?|will (?:be|come|call|let|see|do|
        bring|get|try|pick)|tomorrow|tonight|tmr|tmrw|2moro|2nite|later|dinner|lunch|breakfast|mum|mom|dad|bus|train|class|
        exam|shops?|keys|pick (?:me|you|u|him|her|it|up)(?: up)?|ok(?:ay)?|k|sorry|gonna|wanna|dunno|gotta|lor|lah|leh|hey|
        morning|night|sleep|home|meeting|office|asleep|running late|can'?t (?:make|talk|come)|happy (?:birthday|new year|xmas|
        christmas|anniversary)|how (?:r|are) (?:u|you)|what(?:'s| is)? up|wat|wot|bout|cos|coz|cuz|tho|thx|xx+
        """,
    ),
    Group(
        "own_life",
        "honest",
        "The writer's own family, years and days.",
        r"""
        (?:my|our|his|her) (?:\w+ )?(?:sons?|daughters?|kids?|children|wife|husband|mother|mum|mom|father|dad|grand\w+|nan|
        aunt|uncle|brother|sister|dog|cat|school|class|teacher|neighbou?rs?|village|town|street|garden|kitchen|boss|office|
        car|doctor|old|first|parents?|family|girlfriend|boyfriend)|when i was|(?:years|months|weeks|days) (?:ago|old|later|
        now)|i (?:remember|grew up|used to|lived|worked|was|had|went|live|work|am from|never|still|always|once|saw|drove|
        walked|moved|own)|(?:last|this|next) (?:week|year|month|night|summer|winter|morning|weekend|spring|monday|tuesday|
        friday|saturday|sunday)|yesterday|this morning|the other day|back in|since (?:19|20)\d\d|(?:here )?in (?:my|
        our) (?:town|city|village|street|house|school|area|country)
        als ich|meine? (?:mutter|vater|frau|mann|sohn|tochter|oma|opa)|vor \d+ jahren|quand j'[eé]tais|ma (?:m[eè]re|femme|
        fille)|mon (?:p[eè]re|mari|fils)|cuando (?:era|yo)|mi (?:madre|padre|hijo|hija|abuela|mujer|marido)|quando eu|
        minha (?:m[aã]e|filha|esposa|av[oó])|meu (?:pai|filho|marido)|quando ero|mia (?:madre|moglie|figlia|nonna)|
        mijn (?:moeder|vader|man|vrouw|zoon|dochter)|moja (?:mama|c[oó]rka|[zż]ona)|annem|babam|ibu saya|ayah saya
        мой (?:сын|муж|отец|дед)\w*|моя (?:мама|жена|дочь|бабушка)\w*|в детстве\w*|лет назад\w*|вчера\w*|сегодня\w*
        """,
    ),
    Group(
        "spam_talk",
        "honest",
        "Talk about spam and scams rather than spam.",
        r"""
        (?:this|it|that|these|they|he|she|which)(?:'s| is| are| was|'re)? (?:just |all |such |clearly |obviously |definitely |
        probably |total |another |also )*(?:a |an )?(?:scam(?:mers?|s)?|spam(?:mers?|bots?)?|fake|fraud|bots?|phishing|ponzi|
        pyramid)|scammers?|spammers?|scammed|(?:i|please|pls|just|we|already|everyone)(?: \w+)? (?:report(?:ed|ing)?|
        block(?:ed)?|flag(?:ged)?)|don'?t (?:fall for|trust|click|believe|send|give|pay)|do not (?:fall|trust|click|send|pay)|
        beware|(?:they|he|she) (?:took|stole|scammed|vanished|disappeared|asked for)|stay away|spam (?:comments?|filter|
        folder|bots?|mails?|like)|all (?:these|the) (?:bots|spam|spammers)|moderat(?:or|ors|ion|e)|delete (?:this|these)|
        reported|how do i get rid
        """,
    ),
    Group(
        "code_talk",
        "honest",
        "Programs, commands and error messages.",
        r"""
        def|function|import|return|pip install|npm|sudo|apt(?:-get)? install|git (?:clone|push|pull|commit)|python|javascript|
        java|php|css|html|sql|select \*|null|true|false|stack ?overflow|github|compiler?|debug|localhost|api|json|exception|
        traceback|syntax|variable|array|loop|regex|terminal|linux|ubuntu|server|config|dll|cpu|gpu|ram|bios|driver|router|
        firmware
        """,
    ),
    Group(
        "public_affairs",
        "honest",
        "Politics, courts, town and church.",
        r"""
        governments?|president|prime minister|ministers?|part(?:y|ies)|elections?|elected|vot(?:e|es|ed|er|ers|ing)|taxes|
        tax ?payers?|tax|democrats?|republicans?|tor(?:y|ies)|labour|congress|senate|parliament|council(?:lors?)?|mayor|
        immigrants?|immigration|police|courts?|judges?|laws?|politic(?:s|al|ians?)|media|journalis(?:m|ts?)|econom(?:y|ic)|
        wars?|military|nation(?:al)?|citizens?|rights|freedom|democracy|corrupt(?:ion)?|state|country|climate|health ?care|
        schools?|pensions?|unions?|capitalism|socialis[tm]|left|right-?wing|liberals?|conservatives?|trump|biden|obama|putin|
        brexit|eu|nato|usa
        regierung|politik(?:er)?|steuern|gouvernement|imp[oô]ts|[eé]lections?|gobierno|impuestos|pol[ií]tic[oa]s?|governo|
        impostos|tasse|regering|belasting|rz[aą]d|podatki|h[uü]k[uü]met|vergi|pemerintah|pajak|ch[ií]nh ph[uủ]
        правительств\w*|президент\w*|власт\w*|депутат\w*|налог\w*|выбор\w*|полици\w*|chính phủ
        """,
    ),
    Group(
        "sources_cited",
        "honest",
        "Points to a source in passing.",
        r"""
        wikipedia|sources?|stud(?:y|ies) (?:shows?|says?|found|by|from|on)|paper|reports?|statistics|page \d+|chapter|
        according to|published in|archives?|doi|isbn|et al|bbc|reuters|guardian|nytimes|github|stackoverflow|youtube
        """,
    ),
)
