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
_TALK = word_set(
    "able above abroad absolute absolutely academic academy accept accepted access accident accounts accurate across activate "
    "activation active actual actually added admin admission adobe adults advance advertising advice adviser advisor affiliate "
    "affiliated affordable african afternoon aged agency agent agents agree airdrop airline airlines airpods airport alert alerts "
    "algorithm alive allah allowed almost alone along already ambien amen amount analysis android angel angry animation "
    "anniversary annoying another answer answers anti antivirus anxiety anybody anymore anyone anything anyway anywhere apartment "
    "apparently apple application applied apply appointment appreciate approval approved apps april archive area argument arms "
    "arrived arthritis articles artist artists asap ashamed asked asking asks asleep asset assignment assistance assistant assume "
    "astrologer attack attempt attention attorney audio audit august aunt aunty australia author authority auto automatically "
    "average avoid awful baba babe baby background backlink backlinks badge bags bakery balance bald bali band bandcamp bands "
    "bangalore banks banned bars base basically bass batch bathroom battery beautifully bedroom begging begin beginners behind "
    "being believed bell belly below belt beware bigger biggest bike bill billing bills binance binary bird birds birth birthday "
    "biscuit blank bleach bless blessing blind block blocked blog blogging blogs blood bloody blow bluetooth board boat boiler "
    "booking bookings bookmark bookmarked books boots bored boring born boss bother bots bottles bottom boxes boyfriend boys "
    "brain braindead brainless brand bravo brazil bread breakfast breaks breathing breed bridge bright brilliant brings broke "
    "broken broker brotherhood brothers browser bucks buddy budget building built bulk bull bundle burn burned burnt buses busy "
    "button buyers buying cable cache cake called caller calling calls calm campaign canada cancel cancelled cancer candles "
    "cannot capital capsules captain careful cares carpet carried carry cars cashapp casinos catalogue catch cats cause cell "
    "cells center centre certificate certified chain chair challenge chance changed chapter character charge charged charger "
    "charges charity chart chat chatgpt cheaper cheapest cheat cheating checked checks cheers cheque chicken chill chin "
    "china chips choice choir choke choose chorus chosen christmas church cialis claim claims class clean cleaner cleaning clear "
    "clearance cleared clearly clicked clicking client clients clinic clip clock closed closes closing clothes clown club clue "
    "coach coaching coco coffee coinbase cold collab colleague collect collection collins colour column comes coming comments "
    "commission common companies companion compare compensation complain complete completely complex concrete conditions "
    "confidence confidential confirm confirmed congrats connect connection consider consultant consultation contacts contest "
    "continue contract conversion convert converter cook cooking copies copy correct correction corrupt costs couch council "
    "councillor count counted counter countries counts county couple courses coursework court cousin cousins covered coward "
    "coworker crap crash crazy cream created creators credits crew cricket cried cruise crying cure cured current currently "
    "custom customer customers customs cute cuts cutting cyber damage damn dance dancer dark data date dates days deadline deaf "
    "deals dear debut decent decision deeper degree degrees delay delete deleted delhi deliver delivered delivery delta demand "
    "demo dental dentist description deserve deserves design designer desk desks details detox developer developers development "
    "device dial diary died digital dinner diploma direct directly dirty disabled disagree discord discreet discussion disgrace "
    "disgusting dislike dissertation divorce docs doctors documents dofollow dogs doing domain donate donation doors doubled "
    "doubling doubt drain draw dream dress driver drivers driving drone drop dropped drops drove drummer dubai dude dumb dumps "
    "dust dying earned earns ears earth easier easily eating eats ebay ebook edge edit editing editor effect eggs eight either "
    "electrician eleven emailed emails embarrassed embarrassing emergency emotional employer empty ended ending ends energy "
    "engine engineer english enjoy enjoyed enter entire entry episode error errors especially estate ethical etsy euro europe "
    "euros evenings everybody everyday everywhere evictions exact exactly exam exams excellent except exclusive executive exist "
    "experienced experts expire expired expires explain explained explaining explains explanation export extra facing factory "
    "fail failed fails failure fair fake fall falls false families famous fans fantastic farm faster fault favour favourite "
    "feature february feed feedback feels fees feet fell felt female fence fibroid fifteen figure file fill filling film filter "
    "filthy final finally finance financial finds finish finished fired firestick firm firmware fish fishing fixed flag flat "
    "flats flight flights flood floor flooring flour folder folks followed following football force foreign forever forget "
    "forgets forgot fork form forms formula forty forum forward frame fraud freedom freelance fresh friday fridge friendly front "
    "fryer full fully function fund funding funds further gaming garage garbage garden gate gave generation genius genuine "
    "germany gets getting ghost gifted girlfriend github giveaways given gives giving glad glass gmail goal goat goes gofundme "
    "golden gonna goodbye goosebumps grab grace grade gram gran grand grandad grandfather grandma grandmother grandson grant "
    "grass grateful grave green grew grey groups grow growing grown growth guarantee gucci guess guest guidance guide gummies "
    "habits hackers haha hahaha hall handle handles handmade hands handsome hang happened happens harder hats having headline "
    "headphones heads healing health hearing heat heaven held hell helped helpful helpline helps hepatitis herbs herpes herself "
    "hidden hide hiding higher highly hire hiring hits holders holds hole holes holiday holy homes homework honest honestly horse "
    "hospital host hotel hotels household houses housewife huge humanity hung hunt hurry hyderabad idiots ielts ignorant ignore "
    "illegal imagine immigration import inbox inbred inch included including independent index india indian info informative "
    "inquiry insane inspection inspiring insta install installed instantly instead institute insured interested international "
    "interview interviews intro introduced invested invitation invite invoice iptv issues item itself jaipur james january java "
    "jerseys jesus jews joined joining joint joke joking journalist journey judge july jump june junk keeping keeps kept keto "
    "keyboard keys keyword kick kidding kindly king kings kitchen kitchens kits kitten kittens knees knowledge known knows label "
    "lace ladies lagos lahore laid lake lakh landlord lane laptop laser lasts latest laughed laughing launch lawyer layout lazy "
    "lead leads leaf leak leaked learned learnt lease leather leaves leaving lecture ledger leeds legal legend legit legs lend "
    "lesson lets letter letters library licence licensed lied lies lifetime lights liked lines linked links linux list listening "
    "listing literally lived lives lmao lmaooo load loads location lock locked locksmith login logs london lonely longer looked "
    "looks loop lord losers losing lots loud loved lovely lovers loves lower lowest lucky lunch lying macbook machine madam mail "
    "mailbox main maintenance maker makes makeup making mama manage management manchester manila manual manufacturer maps march "
    "mark marks marriage married master match matches mate material mates maths matter matters mayor means meant measure medical "
    "medium meet meeting mega melbourne members membership meme memories memory mention mentioned mentions mentor menu messages "
    "metal method microsoft midnight migration miles milk mill mine minecraft minimum mining minister mins mint minus mirror "
    "missed missing mistake mobi mock mode model models moderators modern mods mold moms monday monkey monkeys monthly moon most "
    "mostly moved movement movers moving msgs multiple mumbai mummy mums muslims mystery nairobi named names nasty nation nearly "
    "needed needs negative neighbor neighbour neighbours neither nephew netflix netflx network newsletter niche nights nine "
    "nobody node noise nokia nonsense nope normal north norton note notebook notes notice noticed november null numbers nurse "
    "nurses nursing object obligation obviously october odds offered offering officer offline ohio older ones opened opening "
    "opens operator opinion opinions opposite option options ordered orders organic original others otherwise ought ours outlet "
    "outlook outside overnight overrated owed owner owners oxygen ozempic pack packages packers packing pages paid pain pair "
    "pairs pamela pandit panel panels paper papers paragraph parasites parcel park parking partner partners partnership parts "
    "pass passed passes passport passports paste pastor patch patience patient patients payday paying payout pays peace pending "
    "penny pension percent perfectly perhaps permanent permission permit personal personally petition petitions pharma "
    "phentermine phoenix phones photo phrase piano pick picked picks pics pictures ping pity pizza placement plagiarism planning "
    "plans plant plastic plate platform platforms played player playing plays plenty plot plug plugin plumber podcast points "
    "poison polite politics poll pool poor porch port portal portfolio positions positive posted posting posts pounds pour powder "
    "powerful pray prayer prayers premium presale presentation press pressure priest print printed printer private prizes "
    "probably problems processing professional professionals professor programme project projects promise promised promotion "
    "proof proper properly property prophet prostate protected protonmail proud prove proven provide provided provider providers "
    "psychic publish published pull pump puppies puppy pups purchase purchased push putting pyramid python qatar qualified "
    "quality quarter queen questions queue quick quickbooks quid quiet quit quiz quote quotes rain raise raised random range rank "
    "ranking rappers rare rates rather rating rats reach reached reader readers reading reads reasons receive received recipe "
    "recommend recommended record recorded records recover recovered reddit redeem redesign refer refreshing refund refundable "
    "refunds regarding regards regex registered registration regret release released reliable relief remaining remember reminder "
    "remote remotely removal remove removed renewal rent rental repair repeat replaced replacement replies reply report reported "
    "reporting reports request required rescue reserve reset residence resolve respect respected response restart restore results "
    "resume retail retarded retired return returned returns reveal reward rewards rights ring ringing risk road roblox robot "
    "robux role roll roof roofing roommate rooms root roses roulette round router royal rubbish ruined rule rules running runs "
    "rupees safari salary salt sample samples samsung sandwich saturday save saved saves saving savings saying scammed scammers "
    "scared scene sceptical schools science score screen screenshot screw script scroll scum search season seat seats seconds "
    "secs sector secure security seed seeing seems sees select selected self selling sells sending sends sent sentence september "
    "serial seriously server services settings setup shall shame shape shared shares sharing sheep sheet shelf shes shift ship "
    "shipping shoes shopify shops shortlisted shot shout shouting showed showing shows sick sides sign signal signals signed "
    "silver similar sings sink sisters sites sits sitting size sizes skill skin skincare skip skype sleeping slept slim slip slow "
    "slowly smart smash smell snake snap snowflake soap socks sofa solar sold solo solution solved somebody somewhere soul "
    "soundcloud sounds soup source sourdough spaces spare speaking specialist speed spend spent spirit spit sponsored spoon "
    "sports spot spots spouse spread spring squeeze standing star stars starter starting starts states station statistics stayed "
    "stays steal steam steel step steps stfu stick stock stole stolen stood stopped storage straight streams strike strings "
    "struggling stuck studies studio subbed subject submit subscribed subscription sudo suffer suffering sugar suggest summer "
    "sunday super superb supplier supply suppose surgery surprised surveys suspended swap swear sweet sweetheart swimming swiss "
    "switch switched tablet tablets taken takes taking talking talks tape target targets task taste taught taxes taxi teach "
    "teachers teaching teams tears tech technician teen teeth tele telling tells temperature temple terms tesco tested testify "
    "testimony testing tests texts theme these thesis thick thinking thinks thirty those though thoughts thousands thread threw "
    "throw thursday thyroid tick ticket till times tinnitus tiny tinyurl tips tired title toaster tokens toll tomatoes tone tones "
    "tool tools torch toronto totally touch tour tours towel tower toys trace track tracks trades train trained trains tramadol "
    "transaction transfer trap treat tree trick trip trouble truck truly trusted trying tuesday tune turned turning turnitin "
    "turns tutorial tutorials twelve twenty twice twitch typical typing ubuntu umbrella unable unclaimed uncle understood "
    "undetectable undetected uninstall unique units unless unlock unsub updated upfront upgrade urgent usdt useful useless user "
    "users using usual valid valuable valued vape vault vbucks verification verified vermin verse version viber victim vids "
    "viewers village vinegar virgin vision visiting visitors vlog voicemail volume voted votes vouchers vuitton waiting wake "
    "walked walking wallets walmart wanted wants ward warehouse warm warning warranty wash washing waste watched watches weak "
    "wealth wear websites wedding weekend weekly weird welcome whatever wherever whether whoever whom wifi wiki wikipedia window "
    "windows winners winning wins winter wipe withdrawal wives wizard wonderful wordpress worked workers works worse worst worth "
    "write writer writers writes writing written wrote xanax xmas yahoo yoga zero zoom"
)
VOCABULARY = ENGLISH | _COMMON | _TALK
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
