"""Phrases of promotion, flattery, calls to action and catches; see lexicon.py for how they are matched."""

from __future__ import annotations

from service.text.lexicon import Group

PROMO_GROUPS: tuple[Group, ...] = (
    Group(
        "seo",
        "spam",
        "Search ranking, backlinks, traffic.",
        r"""
        seo|back ?links?|link[- ]?building|search engines?(?: optimi[sz]ation| ranking)?|serp|page ?rank|da ?\d\d\+?|
        domain authority|pbn|guest post(?:s|ing)?|do ?follow|keywords?(?: research| ranking)?|organic (?:traffic|search|reach|
        ranking)|rank(?:ing|ings)? (?:on|in|your|higher|#|first|number|for|at|better|top|#?1)|google (?:rank\w*|maps|
        my business|ads|first page|page one|traffic)|(?:first|top|page one|page 1) (?:page )?(?:of|on|in) (?:google|search)|
        top of google
        (?:web ?site|site|blog|targeted|more|free|increase|drive|boost|get|real|quality) (?:traffic|visitors|leads|customers|
        conversions?)|traffic (?:to|for) your|(?:digital|internet|online|content|email|social media|affiliate) marketing|
        web (?:design(?:er|ing)?|development|hosting|developer|agency)|leads? generation|website (?:design|audit|development|
        redesign)|(?:your|the) (?:web ?site|site|blog)(?:'s)? (?:is not|isn'?t|doesn'?t|could|needs?|deserves|rank\w*|traffic|
        visibility|speed)|monetiz\w+|adsense|ctr|roi
        suchmaschinenoptimierung|r[eé]f[eé]rencement|posicionamiento(?: web)?|posizionamento|zoekmachineoptimalisatie|
        pozycjonowani\w+|jasa seo|d[iị]ch v[uụ] seo
        продвижени\w*|раскрутк\w*|сео\w*|поисков\w*
        """,
    ),
    Group(
        "webmaster_chatter",
        "spam",
        "Small talk to a site's owner about themes, feeds and browsers that fits under any article.",
        r"""
        (?:your|this) (?:web ?site|site|blog|web ?page|page|weblog|website's)(?:'s)? (?:loads?|loading|is loading|looks?|
        appears?|layout|design|theme|template|came up|has some|is having|isn'?t|might|seems)|loading (?:speed|time|incredibly|
        quick|slow)\w*|browser compatib\w+|internet explorer|(?:chrome|firefox|opera|safari|ie)\b(?:,| it| when| but| and)|
        (?:what|which) (?:theme|template|platform|blog|cms|hosting?|web host|company|plugin)s? (?:are|is|do|did) (?:you|this)
        captcha|(?:spam|remarks|comments?) (?:problem|issues?|feedback|protection)|(?:rss|atom)(?: feeds?)?|feed ?burner|
        (?:subscribe|subscribing|sign up) to your (?:rss|feed|newsletter|e-?mails?|blog|site)|email subscription|
        newsletter service|(?:text|words) (?:in|on) your (?:content|post|article|page)|running off the screen|word ?press|
        blog engine|coding|html (?:code|knowledge|coding)|(?:start|starting|create|creating|set(?:ting)? up|own|
        have my own) (?:up )?(?:a |my own |my )?(?:blog|site|website)|(?:link|links|blogroll) exchange|exchange (?:links?|
        techniques|strategies)|trade (?:links|solutions|articles|methods)|guest (?:author|writer|article|blog)\w*|
        writers? for your|ad(?:ding)? (?:your|my|this) (?:blog|site|feed|link)s? to
        hosting (?:provider|company)|bounce rate|plug-?ins?|comments are added|notify me|checkbox|same comment|unsubscribe me|
        copyright (?:infringement|issues)|content (?:stolen|ripped)|twitter (?:feed|updates|account)|(?:facebook|zynga|
        myspace) (?:group|page|account|followers)
        """,
    ),
    Group(
        "praise_post",
        "spam",
        "Praise that would fit under any post.",
        r"""
        (?:very |really |such |so |truly |quite |pretty |most |absolutely |just |another |simply )*(?:great|nice|good|awesome|
        excellent|wonderful|fantastic|amazing|superb|brilliant|informative|useful|helpful|valuable|interesting|fabulous|
        outstanding|impressive|insightful|perfect|beautiful|lovely|terrific|marvelous|magnificent|cool|top|incredible|
        engaging|fine|remarkable|stunning) (?:and \w+ )?(?:blog |web ?site |little |piece of )?(?:posts?|posting|articles?|
        blogs?|web ?sites?|sites?|web ?page|weblog|info|information|content|write-?up|work|job|share|sharing|piece|read|topic|
        stuff|article!|tips?|thoughts?|ideas?|page|insights?|explanation|resource|subject|review|guide|style|knowledge|
        points?|submit|publish|data)
        thank(?:s|\s?you|x)?(?: a lot| so much| very much| again| once again| you)?(?: so much| a lot)? for (?:sharing|
        posting|the (?:great |good |nice |useful |wonderful |excellent )?(?:info|information|post|article|share|tips|content|
        blog|read|sharing|inspiration)|this (?:great |nice |wonderful |informative |amazing |awesome |useful |valuable |
        helpful |excellent |fantastic )*(?:post|article|blog|info|information|share|content|site|website)|your (?:great |
        nice |wonderful |valuable |marvelous |good )?(?:post|article|blog|sharing|information|info|work|efforts?|time|writing|
        content|posting|insights?))
        keep (?:it up|up the|sharing|posting|writing|on writing|blogging|going|doing what|updating|them coming|up)|
        well (?:written|explained|researched|put|done)|very (?:informative|helpful|useful|interesting|nice|good)|(?:love|
        loved|like|liked|enjoy|enjoyed|appreciate|admire) (?:reading )?(?:your|this|the) (?:post|article|blog|site|website|
        writing|work|style|content|way|page|web ?site|info\w*)s?|looking forward to (?:your|more|reading|seeing|the next)
        (?:exactly|just) what i (?:was|am|have been|needed|wanted)|(?:was|been) (?:looking|searching) for (?:this|
        something like)|helped me (?:a lot|alot|out)|worth (?:reading|sharing)|(?:so|very|really) (?:true|helpful|inspiring)|
        to the point|good (?:luck|going)|two thumbs up|hats off|kudos|bravo|i (?:totally |completely |fully |really |
        definitely )?agree with (?:you|your|everything|this)
        (?:toller|guter|sehr guter|super|interessanter|hilfreicher|sch[oö]ner|klasse) (?:artikel|beitrag|blog|post|seite)|
        danke f[uü]r (?:den|diesen|die) (?:artikel|beitrag|tollen|info\w*)|(?:tr[eè]s |super )?(?:bon|bel|excellent|superbe|
        int[eé]ressant) (?:article|blog|site)|merci pour (?:cet|ce|le|l'|votre) ?(?:article|partage|blog|site|info\w*)|
        (?:muy |excelente|gran|buen|interesante) ?(?:art[ií]culo|post|blog|entrada|informaci[oó]n)|gracias por (?:compartir|
        la informaci[oó]n|el)
        (?:[oó]timo|excelente|muito bom|bom|belo|parab[eé]ns pelo) (?:artigo|post|site|blog|conte[uú]do)|
        obrigad[oa] por compartilhar|(?:ottimo|bell'?|interessante|bel) ?(?:articolo|post|blog|sito)|complimenti per|(?:goed|
        leuk|mooi|interessant) (?:artikel|blog|stuk)|bedankt voor|(?:[sś]wietny|ciekawy|dobry) (?:artyku[lł]|wpis|blog)|
        g[uü]zel (?:yaz[ıi]|makale|payla[sş][ıi]m)|te[sş]ekk[uü]rler|artikel(?:nya)? (?:yang )?(?:bagus|menarik|bermanfaat)|
        terima kasih (?:atas|sudah)|b[aà]i vi[eế]t (?:hay|r[aấ]t)
        отличная статья\w*|хорошая статья\w*|спасибо за (?:статью|информацию|пост|материал)\w*|интересная статья\w*|
        полезная информация\w*|bài viết (?:hay|rất|hữu ích)|cảm ơn (?:bạn|bài)
        """,
    ),
    Group(
        "blog_flattery",
        "spam",
        "Longer flattery of a site: bookmarks, cousins, come back soon.",
        r"""
        book ?mark(?:ed|ing|s)?|saved as a favou?rite|add(?:ed|ing)? (?:it |this |you |your (?:blog|
        site) )?to (?:my )?(?:favou?rites|bookmarks|feed ?reader|rss|google reader)|(?:come|check|coming|be|stop|drop|
        will) back (?:here |again |to (?:read|see|your|learn|check|this|find)|soon|often|for more|regularly|in the future|
        frequently|later)|return(?:ing)? to your (?:site|blog|web ?site)|visit(?:ing)? (?:again|this (?:site|blog|web ?site|
        page|web ?page)|your (?:site|blog|web ?site))
        (?:this|your) (?:web ?site|site|blog|web ?page|weblog|web ?log|internet site|page|webpage) (?:is|has|provides?|
        contains?|offers?|gives?|truly|definitely|and|with)|(?:a|my) (?:friend|co-?worker|colleague|cousin|brother|sister|
        father|uncle|roommate|buddy) (?:recommended|suggested|told|shared|emailed|mentioned|of mine|was (?:conducting|doing))|
        (?:stumbled|came|happened|chanced) (?:up ?on|across|onto|on to|over) (?:your|this)|(?:surfing|browsing|searching|
        exploring|reading|surfed|reading through) (?:on ?line|the (?:net|internet|web)|around|for|through|various|on the)
        quality (?:content|articles?|posts?|information|writing)|(?:section|piece|part|portion) of (?:content|writing|
        information|text|the internet)|(?:impressed|amazed|inspired|pleased|delighted|astonished|happy|glad|fortunate|
        grateful) (?:with|by|at|to|that i|for|i) (?:your|the|find|found|discover\w*|see|read|this|come|have|came)|(?:lots?|
        plenty|wealth|bunch|great deal|tons?) of (?:useful|great|good|valuable|helpful|interesting|nice)? ?(?:info|
        information|knowledge|tips|stuff|insight|content)|(?:your|you) (?:writing style|style is|web design|take on|
        way of (?:writing|explaining|describing|telling)|have (?:a|an|made|done|really|touched|some|hit)|are (?:doing|
        a (?:very|great|talented|skilled|gifted|good|true)|so (?:cool|interesting|awesome)|not right|an? expert|amazing))
        (?:subscribed|subscribing|signed up) (?:to|for) your|(?:tweet|digg|share|stumble|pin|reddit) (?:this|it|your) (?:with|
        to|on|and)|bloggers?|blogging|blog(?:osphere|roll)|nail on the head|(?:gained|learn(?:ed|t)|get|got) (?:a lot|so much|
        knowledge|many)|in one place|off topic|my (?:blog|web ?site|site|web ?page|weblog|homepage|web blog|page)|
        feel free to (?:visit|surf|check|stop|look)|here is my|also visit|have a look at my|my last blog|(?:on|
        about) this (?:topic|subject|matter)
        eye opening|posts? like this|articles? like this|sites? like (?:this|yours)|blogs? like (?:this|yours)|new (?:here|
        to (?:blogging|your|this|the blog))|long time (?:reader|lurker)|continue (?:your|this|to post)|next (?:write up|post|
        article|update)|appreciate (?:you|your|the|it|this|that)|magnificent|such (?:info\w*|content)
        """,
    ),
    Group(
        "ai_prose",
        "spam",
        "The phrases of comments that a language model wrote to order.",
        r"""
        (?:this|the|your) (?:article|post|blog|piece|guide|content|breakdown) (?:provides?|offers?|delves?|highlights?|sheds?|
        does (?:a|an)|captures?|beautifully|perfectly|brilliantly|truly|clearly|serves?|breaks|explains?|covers?)|(?:valuable|
        great|deep|practical|actionable|insightful|fascinating|helpful|fresh) (?:insights?|perspectives?|takeaways?|advice|
        overview|reminder)|thought[- ]provoking|insightful|comprehensive|well[- ](?:researched|structured|articulated|rounded|
        crafted|thought)|(?:it'?s|is|are) (?:important|crucial|essential|vital|great|refreshing|fascinating|inspiring|
        always) to (?:see|note|remember|understand|have|find|read)|in today'?s (?:\w+-?\w* )?(?:world|age|landscape|market|
        society)
        resonat\w+|delv\w+|navigat\w+ (?:the|this|complex|these)|landscape|game[- ]?changer|ever[- ]evolving|fast[- ]paced|
        (?:strike|striking|struck) (?:a|the) (?:balance|chord)|(?:i'?d|would) love to (?:hear|see|know|read|learn)|(?:clear|
        concise|informative|engaging) and (?:clear|concise|informative|engaging|easy|practical|well)|seamless(?:ly)?|
        leverag\w+|empower\w*|holistic|testament to|underscor\w+|invaluable|pivotal|plays? a (?:crucial|vital|key|significant|
        big|major) role|especially (?:the|appreciated?|liked|loved|found) (?:part|section|point|how|the|your)|kudos to|
        thank you for (?:shedding|highlighting|breaking|addressing|bringing|explaining|taking)|as someone who|stood out|
        food for thought|deep dive|key (?:points|takeaway|aspect)s?
        """,
    ),
    Group(
        "self_promo",
        "spam",
        "Come and see my channel, song, page.",
        r"""
        (?:check|checkout|chek|see|visit|watch|hear|view|try|listen|look)(?:ing)?(?: out| to| at| on)? (?:my|our|mine|me|us|
        out my|this (?:guy|dude|song|video|channel|playlist|remix|cover|out|new|band|artist|girl|kid|beat))|(?:go|come|head|
        hop|click|swing|drop)(?: over| on| by| and| check| check out| to| see| out| visit| watch| listen| look|
         around)* (?:to )?(?:my|our) \w+
        my (?:new |first |own |latest |last |other |second |original |little |yt |you ?tube |music |gaming |small |cover |
        rap |debut |upcoming |vlog |fan |free |best )*(?:channel|videos?|vids?|covers?|songs?|music|mixtape|beats?|remix|
        soundcloud|youtube|track|single|album|ep|page|profile|vlogs?|playlist|parody|raps?|bio|freestyle|gameplay|tutorials?|
        spotify|content|link|stream|insta(?:gram)?|twitch|kick|tiktok|snap(?:chat)?|twitter|fb|facebook|website|site|shop|
        store|etsy|podcast|tape)
        (?:just|i|we|recently)(?: just| have| recently| finally|'ve|'m| am| also| only)* (?:uploaded|upload|uploading|dropped|
        released|posted|made|make|launched|started|covered|recorded|remixed|put (?:up|out)) (?:a|an|my|our|some|this|new|the|
        it|videos?|music|covers?|songs?)|i(?:'m| am|m) (?:a|an|just a|also a|the) (?:\d+ year old |young |new |upcoming |
        small |unsigned |independent |aspiring |indie |underground |female |teen |up and coming )*(?:rapper|singer|artist|
        producer|musician|youtuber|you tuber|song ?writer|gamer|dj|band|drummer|guitarist|beatmaker|vlogger|comedian|dancer)|
        we(?:'re| are) (?:a|an) (?:\w+ )?(?:band|duo|group|channel)
        give (?:me|us|it|my|our|this|him|her) (?:\w+ )?(?:a|an|one) (?:chance|listen|try|shot|like|look|view|follow|sub|
        thumbs|watch|minute|second|click|go)|up(?: and |-and-|&)?coming (?:artists?|rappers?|singers?|youtubers?|producers?|
        bands?|talent)|add me|follow (?:me|us|my|our|back)|hit me up|hmu|feedback (?:on|would|is)|let me know what you think|
        tell me what you think|if you like(?:d)? (?:rap|hip ?hop|rock|metal|pop|edm|good|real|covers|music|gaming|minecraft|
        funny)|new (?:video|song|music|mixtape|single|album|track|cover|beat|ep|content|vids?)s? (?:out|every|up|on|is|coming|
        just|dropping|daily|weekly)|free beats?|type beat|daily (?:vlogs?|videos|uploads)|(?:promot|advertis)(?:e|ing|ion)|
        shout ?outs?|collab(?:s|oration)?
        mein(?:en|em)? kanal|schaut (?:mal )?(?:bei mir|vorbei)|ma cha[iî]ne|mi canal|visiten mi|meu canal|mio canale|
        mijn kanaal|m[oó]j kana[lł]|kanal[ıi]ma|channel (?:saya|aku|gue)|kunjungi
        мой канал\w*|моём канале\w*|моем канале\w*|заходите\w*|зацените\w*|kênh (?:của )?(?:mình|tôi)|ghé thăm
        """,
    ),
    Group(
        "sub4sub",
        "spam",
        "Subscription and like trading.",
        r"""
        sub(?:s|scribe|scribes|scribed|scribing|bed|bing)? ?(?:4|for|to|me|my|us|our|back|pls|please|plz|now|if|and|2|here|
        on) ?(?:sub\w*|me|my|us|our|back|this|channel|pls|please|the|him|her|a)?|(?:like|follow|view|comment|like)s? ?(?:4|
        for) ?(?:like|follow|view|sub|comment)\w*|[fslc]4[fslc]|(?:i'?ll|i will|will|i|ill|gonna|we) (?:sub|subscribe|follow|
        like|return|check)(?:s)?(?: you| u| to you)?(?: right)? back|subs?|subscribers?|subscriptions?|subscri(?:be|bing|bed|
        ption)|\d+ subs
        abonnier(?:t|en|e)|abos?|abonne[sz]?(?:-toi|-vous|r)?|suscr[ií]b(?:e|an|anse|ete|irse|ir|irte|ase)|suscriptores|
        inscrev(?:a|am|er|e)(?:-se|-te)?|inscritos|iscriv(?:iti|etevi|ersi)|iscritti|abonneer|subskryb\w+|sub(?:ujcie|uj)|
        abone|takip(?: et|e| edin)?|subscreva|sub ?balik|subscribe (?:balik|ya|channel)|đăng ký
        подпис(?:ыв|ка|ки|ку|чик|аться|ался)\w*|подпишись\w*|взаимн\w*|đăng ký
        """,
    ),
    Group(
        "begging",
        "spam",
        "Please help me reach so many views, likes, followers.",
        r"""
        (?:please|pls|plz|plss|kindly|just|could you|can you|can u|if you (?:can|could|would)|
        would you)(?: \w+)? (?:subscribe|sub|like|share|help|watch|check|support|view|vote|follow|visit|listen|click|thumbs?|
        thumb|comment|donate|take|read|spread|give|join|look)|help (?:me|us|him|her)(?: out| to)? (?:get|reach|achieve|hit|
        grow|by|make|with|become|and|spread|win|please|out)|(?:it|that|this) (?:would|will|'d|'ll|wud) (?:really |truly |
        honestly |seriously )?(?:mean|help|make|be (?:greatly |very |much |really |so )*(?:appreciated|nice|helpful|awesome|
        great))|mean (?:a lot|the world|so much|alot)|need (?:more |some |your |at least |just )*(?:\d+[k]? )?(?:views?|
        likes?|subs\w*|support|followers|help|votes|thumbs)
        thumbs? (?:up|this)(?: if| so| for| to| please| this)?|like (?:this (?:if|so|comment)|if you|for more|and (?:sub\w*|
        share)|my comment)|upvote (?:this|if|so|for)|(?:only|just|takes?|one|1|a few|few|5|10|30|two|2) ?(?:\w+ )?(?:seconds?|
        secs?|minutes?|mins?|moment|click|like|sub)|get(?:ting)? (?:me )?(?:to|past|at least) \d[\d,.]*k? ?(?:subs|
        subscribers|likes|views|followers)?|\d[\d,.]*k? (?:subscribers|likes|views|followers|subs|thumbs|retweets|shares)|
        support (?:me|my|us|our|small|the)|share (?:this|it|with|the)|(?:i know|sorry|not|hate|isn'?t|
        no) (?:\w+ ){0,3}spam(?:ming|mer)?s?|don'?t (?:ignore|skip|scroll|pass|read this|hate)|(?:read|watch|listen) (?:this |
        it )?(?:till|until|to|til) the end|(?:my|our|your|a) dreams?|dream come true|chance of becoming|
        every(?:thing)? (?:like|sub|view|little|share|bit) (?:counts|helps)|thanks? (?:you )?(?:in advance|to (?:all|everyone|
        those) who)
        поддержите\w*|помогите\w*|лайк\w*|пожалуйста\w*
        """,
    ),
    Group(
        "chain_letter",
        "spam",
        "Copy this to so many others, or else.",
        r"""
        (?:copy|cut) (?:and|&|n|this and) paste|(?:post|send|paste|copy|forward|repost|share|pass|put) (?:this|
        it) (?:comment |message |letter )?(?:on|to|in|onto) (?:\d+|ten|five|three|all|every|at least|another|other|
        your)(?: other| more| friends| people| videos| songs| contacts)?|if you (?:don'?t|do not|dont|ignore|stop|read this|
        fail to) (?:post|send|repost|copy|paste|forward|do|this|now)|(?:tonight|midnight|tomorrow) (?:at midnight|your|
        you will|she will|he will)|kissed (?:on|by)|best day of your life|bad luck|(?:will|ur|you will|u will) (?:be kissed|
        die|get (?:asked|kissed|dumped)|have bad)|press (?:f5|alt|ctrl|f ?\d)|(?:now )?(?:its|it'?s) too late|do(?:n'?t|
         not) (?:stop|break) (?:reading|the chain)|chain (?:letter|mail)|started reading
        """,
    ),
    Group(
        "cta",
        "spam",
        "Calls to action: click, visit, join, download.",
        r"""
        click(?:ing)?(?: on)? (?:here|the|this|now|below|my|link|it|and|to)|(?:visit|visiting|browse)(?: us| our| this| my|
         here| now| the| at| for| him| her)? (?:web ?site|site|page|link|shop|store|profile|blog|channel|now|today|here|
        https?|www|at|on)|(?:go|head|come)(?: on| over)? to (?:www|https?|my|this|our|the (?:site|link|website))|
        sign(?:ing)?[- ]?up(?: now| here| today| for| free| at)?|regist(?:er|ration)(?: now| here| today| for| is| at)?|
        join(?: now| us| today| here| my| our| the| for| free| me| this)+|(?:down ?load|install|get|grab|claim|try|order|
        start|book|buy|apply|enrol?l|subscribe|enter|hurry|act|watch|see)(?: it| yours| this| them| the app| your \w+| a free|
         here)* (?:now|here|today|for free|free|instantly|below)
        (?:learn|read|find|discover|see|know|get)(?: out)? more(?: here| at| on| about| info\w*)?|(?:more|full|
        further) (?:info|information|details)(?: here| at| on| visit| click| about| in)?|for (?:more|further|any|your|
        all) (?:info|information|details|inquir\w+|enquir\w+|help|assistance|questions|business)|(?:contact|reach|message|
        call|text|dm|inbox|write|whatsapp|email|e-mail|ping|add|mail)(?: to)? (?:us|me|him|her|them|now|today|our|the|via|on|
        at|through|directly)|(?:feel free|don'?t hesitate|do not hesitate) to (?:contact|call|reach|message|email|ask|write)|
        get in touch|(?:link|links|url|details|number|website|info)(?: is| are)? (?:below|in (?:my|the|bio|description|
        profile)|here|above)|just (?:google|search|type|copy|click|go|visit|dm|text|call)|search (?:for|on|google|it)
        (?:hier|jetzt) (?:klicken|anmelden|mehr|bestellen)|klick(?:t)? (?:hier|auf)|cliquez (?:ici|sur)|(?:haz|hagan|
        dale) clic|haga clic|cli(?:que|ca|ck)(?: aqui| qui| no link)|acesse|entra(?:te)? (?:en|in|no)|klik(?: hier| di ?sini|
         link| aja)?|kliknij|wejd[zź]|t[iı]kla\w*|cek (?:link|bio)|daftar (?:sekarang|di)|gabung (?:sekarang|di)|hubungi|
        link di|mampir
        жми\w*|переходи\w*|по ссылке\w*|кликай\w*|заходи\w*|подробнее\w*|пишите\w*|звоните\w*|регистр\w*|nhấp vào|bấm vào|
        truy cập|liên hệ|inbox|tham gia
        """,
    ),
    Group(
        "urgency",
        "spam",
        "Hurry, only today, last chance.",
        r"""
        act (?:now|fast|today|quick\w*)|hurry(?: up)?|limited (?:time|offer|spots?|stock|seats|slots?|edition|availability|
        period|quantity)|last (?:chance|call|spots)|(?:today|tonight) only|only (?:today|\d+ (?:left|spots|seats|hours|days|
        slots))|don'?t (?:miss|wait|delay|hesitate|lose)|(?:expires?|ending|ends|closes|valid) (?:soon|today|tonight|in|on|
        until|till|within|for|\d)|offer (?:ends|valid|expires)|urgent(?:ly)?|immediate(?:ly)?|before (?:it'?s|it is|
        its) (?:too late|gone|over|sold|deleted|taken)|while (?:supplies|stocks?|it lasts?|you can|it'?s)|final (?:call|
        notice|reminder|warning|attempt|hours)|within (?:\d+|24|48) ?h(?:ou)?rs?|asap|as soon as possible|instant(?:ly)?|
        first \d+ (?:people|users|members|customers)|sold out|running out|once in a lifetime|guarante(?:e|ed|es)|
        100 ?% (?:free|legit|real|safe|guaranteed|working|satisfaction|genuine|secure|legal|trusted)|no (?:obligation|catch|
        strings|scam|risk|hidden|credit|fees?|contracts?)|risk[- ]free|legit(?:imate)?|trusted|genuine
        """,
    ),
    Group(
        "prize",
        "spam",
        "You have won.",
        r"""
        (?:you|u|ur|your)(?:'ve|'re| have| r| are| were| has)?(?: just| been| now| also)* (?:won|win|selected|chosen|awarded|
        winner|lucky|entitled|eligible|qualified|pre-?selected|randomly|shortlisted|nominated|matched|guaranteed)|(?:claim|
        collect|redeem|receive|get|unlock)(?: \w+)? (?:your|ur|yr|the|a|ur free|yours?|this|code|now) (?:\w+ )?(?:prize|
        reward|award|bonus|gift|cash|voucher|winnings?|refund|free|code|compensation)|claim(?: code| now| ur| yr| your| it|
         is| call| no| \w\d+)|prizes?|winners?|winning|congrat(?:s|ulations?)?|(?:cash|bonus|guaranteed|special|exclusive|
        mystery|lucky|grand|weekly|holiday) (?:prize|award|reward|caller|draw|gift|bonus)|(?:prize|weekly|monthly|lucky|
        national|free|lottery) (?:draw|entry|lotto)|draw (?:shows|txt|for|every|on|is)|lotter(?:y|ies)|lotto|sweepstakes?|
        raffle|(?:u|you)(?:r)? (?:mobile|number|mob|phone|email|account) (?:number |no\.? )?(?:has|was|won|is|have)|
        reward(?:s)?(?: points| program| waiting| card)?|voucher|free (?:entry|gift|holiday|cruise|camcorder|mobile|phone|
        nokia|ipod)|unclaimed|holiday (?:to|for|prize)
        gewinn(?:spiel|er|en)?|gewonnen|gagn[eé](?:r|z|ant)?|cadeau|ganaste|ganador|premios?|sorteo|pr[eê]mio|ganhou|sorteio|
        hai vinto|premio|gewonnen|prijs|wygra[lł]\w*|nagrod\w+|kazand[ıi]\w*|hediye|[oö]d[uü]l|menang|hadiah|pemenang
        выигра\w*|приз\w*|розыгрыш\w*|подар\w*|trúng thưởng|quà tặng
        """,
    ),
    Group(
        "sms_service",
        "spam",
        "Paid text services and their small print.",
        r"""
        (?:txt|text|send|reply|sms)(?: the word)?(?: \w+)?(?: \w+)? to \d{4,6}|(?:txt|text|reply|send|sms)[: ]+(?:stop|yes|no|
        end|chat|date|love|hot|sex|win|go|play|back|with|now|name|girl|music|tone|get|quit|help|subscribe|your)|
        (?:to )?(?:stop|opt ?out|unsub(?:scribe)?|end|cancel)(?: texts?| msgs?| messages| txt| sms)?[, ]+(?:reply|send|txt|
        text|call|sms|stop|msg)|ring ?tones?|(?:poly|mono|real|true)(?:phonic)? ?tones?|\d+ ?(?:p|ppm|pmin|pence|c)(?: | per |
         a |pm) ?(?:min(?:ute)?|msg|message|text|txt|wk|week|sms)|\d+ppm|\d+p (?:per|min|msg)|per (?:min(?:ute)?|msg|message|
        text|txt|wk)|(?:std|standard|norm|normal|network|msg|premium) (?:rates?|txt|text|charges?|network)|
        rates? (?:may )?apply|tcs apply|t cs apply|ts and cs|terms (?:and conditions )?apply|p\.?o\.? ?box|box ?\d+|
        over ?(?:16|18)s?|(?:16|18) ?(?:only|yrs?|years)|land ?line|09\d{2,}|08\d{3,}|sms|mms|wap|ppm|unsub|freemsg|free msg|
        (?:ur|yr|your) (?:mobile|mob|phone|handset|number|nokia)|cust(?:omer)? (?:care|service)|nokia|camera phone|upgrade|
        12 ?hrs?|weekly (?:comp|competition|draw)|logo|(?:video|bluetooth|colour) (?:phone|handset|headset)|rental|auction|
        bid|dogging|fantas(?:y|ies)|chat ?line|speed ?dat\w+
        """,
    ),
    Group(
        "phishing",
        "spam",
        "Accounts, parcels and payments that need your data.",
        r"""
        your (?:\w+ ){0,2}(?:account|parcel|package|card|payment|bank|apple id|netflix|paypal|profile|delivery|shipment|order|
        subscription|mailbox|password|invoice|tax|refund|device|wallet|number|sim|access|licen[cs]e) (?:\w+ )?(?:has been|
        have been|is|was|will be|could not|couldn'?t|needs?|are|cannot|may|due|on hold|expires?|suspended|locked)|
        accounts? (?:suspended|locked|restricted|deactivated|blocked|on hold|disabled|compromised|terminated)|
        unauthori[sz]ed (?:access|login|transaction|payment)|(?:verify|confirm|update|validate|reactivate|restore|secure|
        unlock)(?: \w+)? (?:your|the|billing|account|identity) ?(?:\w+ )?(?:account|identity|details|information|payment|
        billing|address|data|email|number|card|access|delivery|password)?|unusual (?:activity|login|sign)|(?:customs?|
        redelivery|delivery|shipping|handling|release|processing) (?:fee|charge|attempt|failed|payment|failure)|
        security (?:alert|team|department|notice|update)|(?:tax|vat|council|energy|government|stimulus) (?:refund|rebate|
        grant|payment)|log ?in (?:here|now|to|at|immediately|via)|dear (?:customer|user|client|member|account|valued|sir|
        madam|friend|beneficiary)|pin(?: code| number)?|otp|ssn|social security|kyc|(?:hmrc|irs|usps|dhl|fedex|royal mail|
        evri|netflix|paypal|amazon|apple|microsoft|bank of america|chase|hsbc|barclays) ?(?:team|support|alert|notice|account|
        security|:)
        """,
    ),
    Group(
        "essay_writing",
        "spam",
        "Essays and homework for sale.",
        r"""
        (?:essay|paper|thesis|dissertation|assignment|homework|coursework|research|academic|cv|resume|college|term paper|
        case study|content)(?:s)? (?:writing|writers?|services?|help(?:er|ers)?|assistance|experts?|solutions?|providers?|
        online|papers?|tutors?)|(?:write|do|complete|finish|buy|order|pay for|pay someone to)(?: \w+)? (?:my|your|an?|custom|
        cheap|the|someone) (?:\w+ )?(?:essays?|papers?|thesis|dissertations?|assignments?|homework|coursework|research|class|
        exam)|custom (?:essays?|papers?|writing)|plagiarism(?:[- ]free)?|top grades?|(?:native|professional|experienced|
        expert|phd|academic) writers?|essays?|ghost ?writ\w+|hausarbeit schreiben lassen|r[eé]daction de m[eé]moire|
        trabajos acad[eé]micos|tcc pronto
        курсов(?:ая|ую|ые)\w*|диплом(?:ная|ную|ы на заказ)\w*|реферат\w*
        """,
    ),
)
