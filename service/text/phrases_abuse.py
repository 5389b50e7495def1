"""Phrases of abuse; see lexicon.py for how they are matched.

These words are here so that the service can recognise them. They never leave it: clues name the group, not the word.
"""

from __future__ import annotations

from service.text.lexicon import Group

_BAD_WORD = (
    r"idiots?|imbeciles?|morons?|fools?|stupid|dumb(?:ass|asses|er|est)?|dim ?wits?|half ?wits?|nit ?wits?|cretins?|losers?|"
    r"clowns?|"
    r"dickheads?|pricks?|twats?|tw[a*]ts?|assholes?|arseholes?|a-?holes?|jackass(?:es)?|bastards?|b[i*1]tch(?:es)?|cunts?|c[*]nts?|"
    r"scum(?:bags?)?|trash|garbage|pigs?|monkeys?|apes?|worms?|parasites?|cowards?|liars?|hypocrites?|bigots?|racists?|nazis?|fascists?|"
    r"pervs?|perverts?|creeps?|psychos?|lunatics?|nutjobs?|nut ?cases?|weirdos?|freaks?|retard(?:s|ed)?|trolls?|shills?|"
    r"sheep|dipshits?|"
    r"shit ?heads?|fuckers?|motherfuckers?|fucktards?|fuckwits?|wankers?|tossers?|muppets?|bellends?|numpt(?:y|ies)|"
    r"douche(?:bags?)?|"
    r"incels?|virgins?|snowflakes?|libtards?|disgrace|waste of (?:space|oxygen|air|skin)|piece of (?:shit|crap|garbage|"
    r"trash)|pathetic|"
    r"worthless|useless|disgusting|brain ?dead|brainless|ignorant|illiterate|insane|clueless|delusional|ugly|hideous|vile|"
    r"evil|senile|inbred"
)
_BAD_PERSON = _BAD_WORD + r"|jokes?|rats?|snakes?|cows?|dogs?|sick|mental|fat"
"""What someone may be called; some of it is harmless until it is someone who is called so."""

ABUSE_GROUPS: tuple[Group, ...] = (
    Group(
        "profanity",
        "abuse",
        "Swear words, whomever they are for.",
        r"""
        f+u+c+k+\w*|f[*@#u-]{1,3}c?k(?:ing|er|ed|s)?|fck\w*|fuk\w*|fuq|phuck\w*|mother ?fuck\w*|mf(?:er)?s?|sh[i!*1]+t+\w*|
        bull ?shit\w*|bs|horse ?shit|crap(?:py)?|damn(?:ed|it)?|god ?damn\w*|hell|ass(?:es)?|arse|assholes?|arseholes?|
        a[s$*]{2}hole|bastards?|bitch\w*|b[*!]tch\w*|bloody|bollocks|bugger|piss(?:ed|ing)?|cocks?|dicks?|pricks?|tits?|
        cunts?|twats?|wank\w*|suck(?:s|ed|ing)?|stfu|gtfo|wtf|douche\w*|slut\w*|whor\w*
        schei(?:ss|ß)\w*|verdammt\w*|arsch\w*|fick\w*|kacke|merde|putain|bordel|connerie|conn?ard\w*|encul[eé]\w*|mierda|
        joder|puta\w*|co[nñ]o|carajo|pendej\w+|cabr[oó]n\w*|hostia|caralho|porra|merda|foda\w*|cazzo|cazzat\w+|stronz\w+|
        vaffanculo|minchia|kut|godver\w*|klootzak\w*|tering|kurw\w*|pierdol\w*|jeba\w*|gówno|amk|aq|siktir\w*|orospu\w*|
        anjing|bangsat|babi|tai|kontol|memek|asu|jancok|đm|đmm|vcl
        блять\w*|бляд\w*|сука\w*|хуй\w*|хуе\w*|хуё\w*|пизд\w*|ебат\w*|ебан\w*|ёбан\w*|говно\w*|дерьм\w*|нахуй\w*|đụ|địt|lồn|
        cặc|vãi
        """,
    ),
    Group(
        "insult_word",
        "abuse",
        "Words that call a person stupid, vile or nothing.",
        _BAD_WORD
        + r"""
        idiot(?:en|in|isch\w*)|trottel|depp(?:en)?|dummk[oö]pf\w*|vollidiot\w*|arschl[oö]ch\w*|spast\w*|penner|versager|
        l[uü]gner|missgeburt\w*|abschaum|hurens[oö]hn\w*|schlampe\w*|idiote?s?|cr[eé]tins?|imb[eé]ciles?|connards?|connasses?|
        salauds?|salopes?|ordures?|d[eé]biles?|abrutie?s?|bouffon\w*|idiotas?|imb[eé]cil(?:es)?|est[uú]pid[oa]s?|gilipollas|
        pendej[oa]s?|tont[oa]s?|cabr[oó]n(?:es)?|hij[oa]s? de (?:puta|perra)|maldit[oa]s?|basura|payas[oa]s?|otári[oa]s?|
        burr[oa]s?|babaca\w*|trouxas?|vagabund[oa]s?|lixo|canalhas?|cretin[oaie]|stronz[oaie]|coglion[ei]|deficient[ei]|
        scem[oaie]|imbecill[ei]|buffon[ei]|pagliacci?o?|mongool|sukkels?|debielen?|klootzak(?:ken)?|eikels?|debil\w*|
        kretyn\w*|idiot[ayów]*|g[lł]upi\w*|frajer\w*|aptal\w*|gerizekal[ıi]\w*|salak\w*|[sş]erefsiz\w*|bodoh|goblok|tolol|
        bego|dungu|idiot|ngu
        дебил\w*|идиот\w*|кретин\w*|урод\w*|тварь\w*|твари\w*|мразь\w*|мрази\w*|придур\w*|дурак\w*|дура\w*|тупой\w*|тупая\w*|
        тупые\w*|ублюд\w*|лох\w*|чмо\w*|быдло\w*|ничтожеств\w*|скотин\w*|сволоч\w*|óc chó|ngu như|thằng ngu|con điên
        """,
    ),
    Group(
        "insult_you",
        "abuse",
        "An insult aimed at the one addressed.",
        rf"""
        (?:you|u|ya|ur|your|yer|you'?re|you are|youre|u r|ur|he'?s|she'?s|they'?re|he is|she is|they are|author is|writer is|
        op is)(?: are| all| both| two| must be| sound like| look like| seem| r| is| guys| people| just| really| such| so|
         fucking| fuckin| bloody| total| complete| absolute| utter| stupid| dumb| little| fat| ugly| sick| pathetic|
         worthless| ignorant| old| brainless| lying| dirty| filthy| nothing but| as| too| the| most| biggest| being| very|
         literally| clearly| obviously| an?| one| not only| probably| still)* (?:{_BAD_PERSON})
        (?:what|such) an? (?:\w+ )?(?:idiot|moron|loser|clown|joke|fool|bitch|asshole|jerk|disgrace|coward|liar|hypocrite|pig|
        tool|muppet|twat|prick|dick|pathetic|stupid|dumb|disgusting|moronic)|(?:shut|stfu|shut the (?:fuck|hell)|
        shut your)(?: \w+)? (?:up|mouth|face|trap|pie ?hole)|shut ?up|stfu|f\W{{0,3}}u\W{{0,3}}c\W{{0,3}}k (?:you|u|off|
        yourself|your|ya|him|her|them)|fuck (?:you|u|off|your|urself|yourself)|screw you|piss off|sod off|bugger off|
        go to hell|burn in hell|rot in hell|kiss my|suck my|eat shit|get (?:a (?:life|brain|job|grip|clue)|lost|stuffed|bent|
        fucked)|you(?: all| guys| people| really)? (?:suck|stink|disgust|make me (?:sick|puke|want to)|should be (?:ashamed|
        fired|embarrassed|locked)|have no (?:brain|clue|life|shame|idea)|can'?t (?:even )?(?:read|write|spell|count|think))
        your (?:stupid|dumb|ugly|fat|pathetic|stinking|filthy|tiny|little|worthless|idiotic|moronic|one brain|single brain|
        stupidity|ignorance|arrogance)|are you (?:\w+ )?(?:stupid|dumb|retarded|blind|insane|deaf|brain|mental|that|high|
        drunk|illiterate|serious|fucking|kidding|slow|thick)|(?:no ?one|nobody) (?:asked|cares|likes you|wants you|gives a|
        loves you|believes you)|too (?:stupid|dumb|thick|lazy) to|brain ?cells?|(?:people|idiots|morons|fools|losers|trash|
        scum|filth|cowards|liars) like (?:you|u)|i (?:hate|despise|detest|pity|can'?t stand) (?:you|u|your|people like|him|
        her|them)|dropped (?:on your head|as a (?:baby|child))|back under (?:your|the|a) (?:rock|bridge)|grow (?:up|a (?:pair|
        brain|spine))|loser|cry (?:more|about it|harder|baby)|ok boomer|go (?:fuck|screw|cry)|look at yourself|
        who (?:the (?:hell|fuck)|hurt you|let you)|touch grass
        du (?:bist|blöde?r?|dumme?r?|mieser?|dreckige?r?|kleine?r?|fette?r?|hässliche?r?|verdammte?r?|elende?r?|
        bescheuerte?r?|hast)(?: so| doch| echt| ein| eine| einfach| nur| wohl| kein| keine)* \w+|halt(?:'s| die| deine?|
         dein)? (?:maul|fresse|klappe|schnauze)|verpiss dich|fick dich|leck mich|(?:tu es|t'es|vous [eê]tes|espèce d'|
        espèce de|sale|pauvre|gros|grosse)(?: vraiment| qu'| un| une| des| trop| tellement| aussi| bien)* (?:con|conne|
        idiote?|imb[eé]cile|nul|nulle|d[eé]bile|connard|b[eê]te|stupide|abruti|merde|type|fille|cr[eé]tin|minable|pathétique|
        moche)s?|ta gueule|ferme[- ]la|nique ta|va te faire|casse-toi|(?:eres|sos|sois|son)(?: un| una| unos| tan| muy| re|
         el| la| realmente| todos)* (?:idiota|imb[eé]cil|est[uú]pid[oa]|tont[oa]|gilipollas|pendej[oa]|basura|payas[oa]|
        mierda|asco|asqueros[oa]|in[uú]til|pat[eé]tic[oa]|burr[oa]|ignorante|fe[oa]|gord[oa]|cerd[oa]|rata)s?|c[aá]llate|
        vete a la|chinga\w*|(?:voc[eê]s?|vcs?|tu)(?: s[aã]o| [eé]| n[aã]o passa de| s[oó]| um| uma| uns| muito| t[aã]o|
         mesmo)* (?:idiota|imbecil|burr[oa]|lixo|ot[aá]ri[oa]|ridícul[oa]|babaca|nojent[oa]|est[uú]pid[oa]|ignorante|
        in[uú]til|fei[oa]|gord[oa]|palha[cç][oa]|retardad[oa])s?|cala a boca|vai (?:se|tomar|pra)|(?:sei|siete)(?: proprio|
         solo| davvero| un| una| dei| uno| cos[iì]| troppo)* (?:idiot[ai]|cretin[oai]|stronz[oai]|scem[oai]|coglion[ei]|
        ridicol[oai]|imbecill[ei]|deficient[ei]|pagliacci?o?|nessuno|nullità|patetic[oai]|brutt[oai]|grass[oa])|vaffanculo|
        vai a cagare|stai zitt[oa]|(?:jij|je|jullie)(?: bent| zijn| een| echt| gewoon| zo)* (?:idioot|sukkel|loser|dom|debiel|
        klootzak|mongool|triest|zielig|kansloos|lelijk|dik)|hou je (?:bek|mond|kop)|rot op|(?:jeste[sś]|
        jeste[sś]cie)(?: \w+)? \w+|zamknij (?:si[eę]|ryj|mord[eę])|spierdalaj|(?:sen|siz) (?:\w+ )?(?:aptal|salak|
        gerizekal[ıi]|mal)\w*|kes sesini|siktir|(?:kamu|lu|lo|kau|elo)(?: emang| memang| itu)? (?:bodoh|goblok|tolol|bego|
        jelek|gila)|(?:m[aà]y|mi) (?:ngu|điên)
        ты (?:\w+ )?(?:дебил|идиот|дура|тупо|тупа|урод|чмо|лох|никто|больной|больная|тварь|мразь|ничтож|придур|клоун)\w*|
        заткнись\w*|закрой рот\w*|пош[её]л (?:ты|на|в)\w*|иди (?:на|в жопу|к черту|нах)\w*|вы (?:все )?(?:дебил|идиот|тупые|
        твари|уроды)\w*|đồ (?:ngu|chó|điên|khốn)|mày (?:ngu|điên|là)|câm mồm
        """,
    ),
    Group(
        "threat",
        "abuse",
        "Threats of violence.",
        r"""
        (?:i|we|someone|somebody)(?:'ll|'m| will| am| should| would| could| must| shall| gonna| going| to|'d| wanna| want|
         swear| hope| really| is| has|ll)* (?:kill|find|hunt|hurt|beat|shoot|smash|break|burn|rape|stab|slap|punch|murder|end|
        destroy|strangle|choke|bash|knock|cut|slit|bury|drown|hang|skin|gut|torch|kick|come for|deal with|finish|run over|
        blow up|crush|slice|spit on|get) (?:you|u|ya|your|ur|him|her|them|his|their|these|those|every|all of)|(?:you|u|he|she|
        they|people like you|someone like you|these people|all of them)(?: all| both| really|'ll| will| should| deserves?|
         needs?| ought| just| must| are gonna|'re gonna| gonna| better|'re going| are going| to| have| be| get| been| a|
         is)+ (?:die|dead|shot|hanged|hung|killed|beaten(?: up)?|raped|put down|executed|lynched|burned?|burnt|gassed|
        drown(?:ed)?|stabbed|strangled|aborted|castrated|whipped|locked up|slapped|punched|bullet|beating|pay|regret|sorry|
        suffer|rot|bleed|hurt|what'?s coming)
        i know where (?:you|u|he|she|they|your) (?:live|work|sleep|go|park|kids|family)\w*|we know where|watch your (?:back|
        step|mouth)|you(?:'re| are|r) (?:dead|next|finished|a dead)|dead (?:man|meat)|(?:i |we )?hope (?:you|u|he|she|they|
        your|someone|somebody|it|his|her)(?: all| both| family| kids| mother| whole| house| really| just| and| children|
         gets?| will)* (?:die|dies|rot|rots|choke|burn|burns|suffer|drown|cancer|hit by|run over|raped|shot|killed|crash|
        bleed|fall|sick|beaten|starve|lose)|sleep with (?:one eye|the fish)|(?:put|deserves?|needs?|take) a (?:bullet|beating|
        rope|knife|good (?:beating|slap|kicking))|bullet (?:in|to|between|through)|(?:hang|shoot|kill|burn|gas|lynch|deport|
        execute|drown|stone) (?:him|her|them|all|every|these|those)(?: all| from| bastards)?|meet me (?:outside|in person|
        face)|say (?:that|it|this) to my face|come (?:to|for|after) (?:your|you)|your days are|break your|smash your|
        knock your|cut your|beat (?:you|u|your|the)|kick your|(?:coming|come) for you|pay for (?:this|it|what)|
        you will (?:regret|pay|be sorry|see)|you(?:'ll| will| better) (?:watch|regret|be sorry|pay)|last (?:warning|day|
        thing you)
        ich (?:bring|mach|stech|schlag|finde|krieg|hau|polier)\w* (?:dich|dir|euch)|du bist (?:tot|fällig)|ich wei(?:ss|
        ß) wo du|pass auf dich auf|je vais te (?:tuer|trouver|crever|buter|d[eé]foncer|casser|frapper)|je sais o[uù] tu|
        tu vas (?:mourir|le regretter|crever|voir)|te voy a (?:matar|encontrar|romper|partir|buscar)|s[eé] d[oó]nde (?:vives|
        trabajas)|te vas a (?:morir|arrepentir)|vou te (?:matar|pegar|achar|quebrar|encontrar)|sei onde (?:voc[eê]|tu|abiti)|
        ti (?:ammazzo|spacco|trovo|vengo a|uccido)|so dove (?:abiti|vivi)|ik (?:maak je|sla je|weet waar|vind je|kom je)|
        zabij[eęa]\w*|znajd[eę] ci[eę]|wiem gdzie mieszkasz|seni (?:öldür|bulur|gebert)\w*|gue? bunuh|aku bunuh|tao gi[eế]t
        убью\w*|найду тебя\w*|я знаю где ты\w*|сломаю\w*|прибью\w*|зарежу\w*|тебе конец\w*|ты труп\w*|расстрел\w*|повесить\w*|
        сжечь\w*|giết (?:mày|chết)|đánh chết
        """,
    ),
    Group(
        "self_harm_wish",
        "abuse",
        "Tells someone to die.",
        r"""
        (?:kill|hang|shoot|drown|neck|off|unalive|delete|hurt|cut|end|burn|poison|rope) (?:your ?self|urself|yo ?self|
        yourselves|himself|herself|ur self|your life|ur life|it all)|k\.?y\.?s|(?:go|just|please|pls|and|you should|u should|
        hurry up and|why don'?t you)(?: and| go| just| please)* (?:die|hang|jump|rot|drown|kys|choke)|die (?:already|alone|
        slowly|in|of|bitch|please|painfully)|drink (?:some )?bleach|do (?:us|the world|everyone|everybody|humanity|society|
        yourself|me) (?:all )?a favou?r|jump (?:off|from|in front|under|out of)|slit your|(?:no ?one|nobody) (?:would|will|
        d) (?:miss|care|notice|mourn)|(?:world|everyone|planet|we)(?:'d| would| will) be (?:better|happier) (?:off )?without|
        never (?:been )?born|should(?:'ve| have) (?:aborted|swallowed|been aborted)|uninstall (?:life|yourself)|
        end (?:yourself|it|your)|take (?:a|some) (?:long walk|pills|cyanide)|stop (?:breathing|existing|living)|(?:waste of|
        stealing) (?:oxygen|air)|dig your (?:own )?grave|cease to exist
        bring dich um|h[aä]ng dich auf|geh sterben|erschie(?:ss|ß) dich|spring (?:doch )?(?:von|vor|aus)|suicide[- ]toi|
        va (?:crever|mourir|te pendre)|pends-toi|cr[eè]ve|m[aá]tate|mu[eé]rete|su[ií]cidate|ah[oó]rcate|te mueras|se mata|
        morre|se mate|ammazzati|crepa|impiccati|muori|pleeg zelfmoord|ga dood|spring van|zabij si[eę]|powie[sś] si[eę]|
        zdychaj|geber|[oö]l art[ıi]k|kendini [oö]ld[uü]r|mati (?:aja|saja|sana|lo)|bunuh diri|ch[eế]t đi|đi ch[eế]t
        сдохни\w*|убейся\w*|повесься\w*|выпились\w*|умри\w*|сдохнуть\w*|чтоб ты\w*|чтоб вы\w*|chết đi|tự tử đi|đi chết
        """,
    ),
    Group(
        "slur",
        "abuse",
        "Slurs for groups of people.",
        r"""
        n[i1!*]gg?(?:er|a|ah|az|as|uh|let|ers)s?|nigg\w+|negro(?:es|id)?|coons?|darkies?|porch monkeys?|jungle bunn\w+|sambo|
        f[a@*]gg?(?:ot|ots|y|s|otry)?|fags?|homos?|dykes?|lezzies?|lesbos?|poofs?|poofters?|sodomites?|batty ?boys?|trann(?:y|
        ies)|shemales?|kikes?|yids?|heebs?|jewboys?|zios?|chinks?|chinam[ae]n|ching ?chong|gooks?|slant ?eyes?|slanty|
        zipperheads?|japs?|pakis?|curry ?(?:muncher|head)s?|dot ?heads?|street ?shitters?|pajeets?|ragheads?|towel ?heads?|
        camel ?(?:jockey|fucker|rider)s?|goat ?(?:fucker|herder)s?|sand ?(?:monkey|nigger)s?|muzz(?:ie|ies|y)|mudslimes?|
        spics?|spicks?|wet ?backs?|beaners?|greasers?|gypp?os?|gypsies|pikeys?|gyppos|white trash|honk(?:y|ies)|red ?necks?|
        hillbill(?:y|ies)|redskins?|squaws?|abos?|boongs?|retards?|retarded|r[e3*]tards?|mongs?|mongoloids?|spaz\w*|spastics?|
        cripples?|tards?|libtards?|downies?
        neger\w*|kanack?en?|kameltreiber|zigeuner\w*|schwuchtel\w*|schwuler?|transe|judensau|kümmeltürken?|schlitzaugen?|
        mongo|spasti|p[eé]d[eé]s?|tapettes?|tarlouzes?|gouines?|bougnoules?|n[eè]gres?|bicots?|youpins?|romanichels?|
        sales? (?:arabes?|noirs?|juifs?)|maric[oó]n(?:es)?|maricas?|tortilleras?|sudacas?|negros? de mierda|moros? de mierda|
        panchitos?|viados?|bichas?|boiola\w*|sapat[aã]o|crioul[oa]s?|macac[oa]s?|traveco\w*|froci[o]?|ricchion[ei]|
        negr[oi] di merda|terron[ei]|zingar[oi]|flikkers?|kutmarokkan\w+|nikkers?|makakken|homo's|peda[lł]\w*|ciot[ay]\w*|
        ciapat\w+|[zż]ydek|[zż]yd[oó]w?|czarnuch\w*|brudas\w*|ibne\w*|k[uü]rt köpe[gğ]\w*|banci|bencong|homo|cina|aseng|kafir|
        b[eê] đ[eê]|ba v[aạ]ch
        пидор\w*|пидар\w*|педик\w*|гомик\w*|гомосек\w*|жид\w*|хач\w*|чурк\w*|черножоп\w*|нигер\w*|хохл\w*|хохол\w*|кацап\w*|
        москаль\w*|узкоглаз\w*|чучмек\w*|bóng lộ|pê đê|mọi rợ|bắc kỳ
        """,
    ),
    Group(
        "sexist",
        "abuse",
        "Insults that aim at women as women.",
        r"""
        bitch(?:es|y)?|whores?|sluts?|slutty|cunts?|hoes?|thots?|skanks?|tramps?|slags?|slappers?|hags?|bimbos?|
        gold ?diggers?|feminazis?|femoids?|roasties?|karens?|(?:back|belongs?|stay|get|go)(?: \w+)? (?:to|in|
        into) the kitchen|make me a sandwich|(?:women|woman|girls|females|chicks|feminists|she|wives)(?: like you| like her|
         today| these days| should| can'?t| cannot| are| is| just| only| all| need| belong| deserve| always| don'?t| have no|
         shouldn'?t)+ (?:in the|to be|too|stupid|emotional|hysterical|drive|think|cook|objects?|property|bitches|whores|sluts|
        dumb|good for|shut|know|a good|quiet|drama|inferior|weak|useless|crazy|lie|liars|jokes?|funny)|(?:she|you|u)(?: just|
         clearly| really| probably| must| only)* (?:needs?|wants?) (?:a (?:good |real |hard |proper )?(?:man|fuck|dick|cock|
        shag|lay|slap|smile)|to get laid|to smile|dick|some dick|attention)|(?:slept|sleeping|fucked|screwed|blew) (?:her|
        your|their) way|time of the month|on (?:her|the) rag|hysterical|bored housewife|attention (?:whore|seek\w+)|(?:show|
        send)(?: me| us)? (?:your |ur |the )?(?:tits|boobs|nudes|ass)|i(?:'d| would) (?:\w+ )?(?:bang|fuck|tap|smash|hit|rape|
        do) (?:her|you|that|it)|nice (?:tits|ass|rack|boobs)|cat lady|barren|daddy issues|spread (?:her|your) legs
        schlampe\w*|hure\w*|nutte\w*|fotze\w*|emanze\w*|zicke\w*|salope\w*|putes?|p[eé]tasse\w*|grognasse|tra[iî]n[eé]e|
        zorras?|putas?|putita|guarras?|perras?|feminazi\w*|a la cocina|vadias?|piranhas?|vagabundas?|vaca|troi[ae]|zoccol[ae]|
        puttan[ae]|mignott[ae]|cagn[ae]|in cucina|hoer\w*|slet\w*|wijf|dziwk[ai]\w*|szmat[ay]\w*|suk[aoi]|orospu\w*|kaltak|
        karı|pelacur|lonte|perek|sundal
        шлюх\w*|сучк\w*|проститутк\w*|потаскух\w*|баба\w*|бабы\w*|на кухн\w*|курица\w*|con đĩ|đĩ|cave|lẳng lơ
        """,
    ),
    Group(
        "dehumanise",
        "abuse",
        "Speaks of people as vermin, or wishes a group away.",
        r"""
        vermin|cock ?roach(?:es)?|parasites?|sub-?human\w*|savages|filth|scum|infest(?:ed|ation|ing)|invaders|hordes of|
        breed(?:ing)? like|inferior (?:race|people|breed)|(?:third|3rd) world|uncivili[sz]ed|barbarians?|cancer (?:of|
        on) (?:society|this|our|the)|degenerates?|abominations?|mentally ill|ethnic cleansing|white (?:power|genocide|pride|
        supremacy)|heil|1488|(?:hitler|nazis?) (?:was right|did|had|should|knew|were)|gas (?:chambers?|the)|final solution|
        (?:all|these|those|the|most|every|fucking|bloody|damn|dirty|filthy|stinking|you)(?: \w+)? (?:muslims?|jews?|blacks?|
        whites?|gays?|immigrants?|migrants?|refugees?|foreigners?|arabs?|mexicans?|indians?|chinese|asians?|africans?|gypsies|
        roma|catholics?|christians?|trans|lesbians?|homosexuals?|women|men|hindus?|americans?|europeans?|russians?|turks?|
        liberals?|conservatives?|boomers?|feminists?)(?: people)?(?: are| should| need| must| have| all| is| can| don'?t| who|
         just| only| never| always| want| deserve| ruin\w*| destroy\w*| stink| breed| steal| take| taking| come| coming| out|
         back)+
        go (?:back|home)(?: to)? (?:your|where|africa|mexico|china|india|pakistan|the jungle|russia|israel|arabia)|
        send (?:them|you|him|her|'em) (?:all )?(?:back|home)|(?:deport|exterminate|eradicate|gas|wipe out|get rid of|round up|
        sterili[sz]e|castrate|expel|kick) (?:them|every|these|those)(?: all| out| of them)?|not (?:even )?(?:human|people|
        welcome|one of us)|don'?t belong (?:here|in)|our (?:women|race|blood|culture|kind|country back)|ruin(?:ed|ing|
        s)? (?:our|this|the) country|taking over (?:our|the|this)|great replacement|sharia|islamisation|unnatural|
        against (?:nature|god)|sinners?|sodom\w*|groomers?|pa?edo(?:phile)?s?|pedos?|terrorists?
        ungeziefer|untermensch\w*|raus (?:mit|hier|aus)|ausl[aä]nder raus|abschieben|vergasen|parasiten|gesindel|vermine|
        sous-?hommes?|rentrez? chez|dehors|racaille\w*|envahisseurs?|par[aá]sitos?|escoria|lacras?|que se (?:vayan|larguen)|
        fuera (?:de|los|moros)|volt(?:a|em) pra|ra[cç]a (?:inferior|imunda|maldita)|parassiti|feccia|tornat(?:e|ene) (?:a|al|
        nel)|tuig|ongedierte|rot op naar|eigen land|robactwo|wynocha|wypierdala\w*|defolun|pulang (?:sana|ke)|usir
        нелюд\w*|недочеловек\w*|отродь\w*|выродк\w*|понаехал\w*|понаехавш\w*|вон из\w*|убирайтесь\w*|паразит\w*|чистить от\w*|
        súc vật|cút (?:về|khỏi)
        """,
    ),
    Group(
        "group_named",
        "abuse",
        "Names a group of people by origin, faith, sex or orientation (neutral by itself).",
        r"""
        muslims?|islam(?:ic)?|jews?|jewish|judaism|zionis[tm]s?|christians?|catholics?|hindus?|sikhs?|atheists?|mormons?|
        blacks?|whites?|asians?|africans?|arabs?|mexicans?|latinos?|hispanics?|indians?|pakistanis?|chinese|japanese|koreans?|
        russians?|ukrainians?|poles|turks?|turkish|romanians?|gypsies|roma|jewish|immigrants?|migrants?|refugees?|foreigners?|
        asylum|gays?|lesbians?|homosexuals?|bisexuals?|trans(?:gender|sexual|sexuals)?|lgbt\w*|queer|women|females?|
        feminists?|feminism|men|disabled|autistic|race|racial|ethnic|minorit(?:y|ies)
        muslime?n?|juden|ausl[aä]nder|fl[uü]chtlinge?|t[uü]rken|schwule?|frauen|musulmans?|juifs?|arabes?|noirs?|immigr[eé]s|
        [eé]trangers|femmes|musulman(?:es)?|jud[ií]os?|negros?|inmigrantes|mujeres|gitanos?|mu[cç]ulmanos?|judeus?|mulheres|
        nordestinos?|musulmani|ebrei|stranieri|donne|moslims?|joden|buitenlanders|vrouwen|muzu[lł]man\w*|[zż]ydzi|
        ukrai[nń]c\w+|kobiet\w*|suriyeli\w*|k[uü]rt\w*|yahudi\w*|kad[ıi]nlar|cina|wanita|perempuan
        мусульман\w*|еврe\w*|евре\w*|кавказ\w*|таджик\w*|узбек\w*|мигрант\w*|женщин\w*|украинц\w*|геи\w*|цыган\w*
        """,
    ),
    Group(
        "contempt",
        "abuse",
        "Contempt without swearing.",
        r"""
        nobody (?:asked|cares|reads)|cry more|cope|seethe|snowflakes?|libtards?|sheep(?:le)?|brain ?wash(?:ed|ing)|delusional|
        clueless|educate yourself|do your (?:own )?research|grow up|pathetic|embarrass(?:ing|ment|ed)|laughable|ridiculous|
        nonsense|rubbish|garbage|drivel|crap|trash|worst (?:article|writer|journalist|video|song|singer|ever|player|person)|
        (?:liar|lies|lying|liars)|frauds?|biased|propaganda|fake news|shills?|trolls?|bots?|hypocri\w+|shame (?:on|of)|
        ashamed|disgrace(?:ful)?|disgust(?:ing|ed)?|sick(?:ening)?|vile|cringe\w*|talentless|no talent|call (?:yourself|this|
        that)|so[- ]called|quit (?:your|writing|journalism)|find another|keep your day|waste of (?:time|money|space|my)|
        learn (?:to|how to) (?:read|write|spell|sing|cook|count|drive|spel)|(?:try|use) (?:reading|thinking|your brain)|
        bless your heart|how (?:cute|adorable|sweet)|(?:oh )?(?:sweetie|honey|darling|sweetheart|buddy|pal|genius|einstein|
        sherlock)|imagine (?:being|thinking|having|believing)|tell me you|(?:typical|classic) (?:\w+ )?(?:liberal|
        conservative|feminist|man|woman|left\w*|right\w*|response|behaviou?r)|hope you (?:feel|are) (?:proud|happy)|
        must be (?:hard|sad|exhausting|nice|tiring)|feel sorry for|pity|who (?:asked|cares|paid|is this|let)|your (?:kind|
        type|sort|ilk)|people like you|not (?:surprised|very (?:bright|smart)|too bright|the (?:brightest|sharpest))
        позор\w*|стыдно\w*|бред\w*|чушь\w*|жалкий\w*|жалкие\w*|клоун\w*|тролль\w*
        """,
    ),
    Group(
        "doxxing",
        "abuse",
        "Gives or threatens to give someone's whereabouts.",
        r"""
        (?:i|we)(?:'ve| have| already| just| got| know| found| can| will|'ll| also| know exactly| exactly| even)* (?:find|
        found|have|got|know|traced?|looked up|screenshot\w*|saved|posted?|posting|leak(?:ed|ing)?|share|publish|forward\w*|
        sent|send)(?: out)?(?: all)? (?:your|ur|his|her|their|who you|out who|where|what you) (?:home |full |real |work |
        private |phone |exact |ip |whole |personal |boss |wife |new |old )*(?:address|number|ip|name|school|home|house|family|
        workplace|employer|boss|kids|car|plate|street|face|photos?|pictures|profile|details|info\w*|job|office|drive|
        look like|are|is|live|lives|work|works|you live|he lives|she lives)|(?:here'?s|here is|this is|that'?s) (?:his|her|
        your|their) (?:\w+ )?(?:address|number|workplace|employer|facebook|house|phone|boss|home|name)|(?:lives?|works?|
        parks?|stays?)(?: \w+)? (?:at|on|in|opposite|behind|near|next to) (?:number |no\.? |flat )?\d+|your (?:kids|children|
        daughter|son|family|employer|boss|wife|husband|mother|school|landlord|workplace|company|neighbou?rs)(?: \w+)? (?:will|
        should|must|needs? to|are going|is going|go(?:es)?|walk\w*|know|find|hear|see|would|gets?|might)|(?:call|ring|email|
        tell|message|contact|visit|report)(?:ing)? (?:his|her|your|their) (?:boss|employer|work|school|family|wife|husband|
        house|landlord|office|parents|mother)|(?:license|licence|number) plate|pay (?:you|him|her|them) a visit|
        see you (?:soon|at (?:work|home|school)|tomorrow morning)|(?:nice|lovely|pretty) (?:house|car|kids|family|daughter|
        wife|garden|door) you (?:have|got)|we(?:'re| are) (?:watching|coming for|outside) you\w*|dox+(?:ed|ing)?|swat(?:ted|
        ting)|(?:real|full) name is|everyone will know|i(?:'m| am) outside your
        твой адрес\w*|где ты жив\w*|знаю твой\w*|знаю где\w*|твои дети\w*
        """,
    ),
    Group(
        "body_shaming",
        "abuse",
        "Insults about looks.",
        r"""
        fat(?:ty|so|ties|test)? ?(?:ass|pig|cow|bitch|slob|fuck|bastard|whale|lard|hog|cunt|people|woman|man|girl|guy)?|
        fatt?(?:y|ies|so)|ugl(?:y|iest|ier)|obese|obesity|whales?|lard ?arse|lard ?ass|hideous|repulsive|gross|(?:looks?|
        looking|face|body|nose|teeth|hair|legs|belly|voice|smells?)(?: so| just| exactly| more| a bit| kind of|
         really)* like (?:a |an |the |my |some |your )?(?:\w+ )?(?:man|horse|pig|troll|whale|dog|rat|witch|monkey|potato|
        clown|corpse|zombie|ogre|shrek|goblin|tent|sack|balloon|hippo|elephant|cow|grandma|foot|ass|toad|frog|gorilla|
        crackhead|boy|transvestite)|flat[- ]chested|double chin|cellulite|thunder thighs|no (?:chin|neck|tits|ass|curves)|
        (?:lose|drop) (?:some |a few |the )?(?:weight|pounds|stone|kilos)|put (?:on )?(?:some|down) (?:the )?(?:makeup|
        clothes|weight|fork|donut|cake|burger|sandwich)|eat (?:a|some|less|another) (?:burger|sandwich|salad|food|cake)|
        skin and bones|anorexic|skeleton|bald(?:y|ie|ing)?|buck teeth|crooked teeth|big nose|man hands|(?:too|so|that) (?:fat|
        ugly|old|skinny|short|hairy|big) (?:to|for|she|he|you|that|and)|(?:her|his|your|that) (?:ugly|fat|big|huge|horse|
        wrinkly|saggy|crooked|weird|nasty) (?:\w+ )?(?:face|ass|nose|teeth|body|legs|belly|head|forehead|chin|ears|mouth|arms|
        thighs)|plastic surgery|botched|(?:would|wouldn'?t) (?:touch|bang|hit|do) (?:that|her|it|him)|out of ten
        жирн\w*|страшн\w*|уродин\w*|толст\w*|xấu xí|béo|mập
        """,
    ),
)
