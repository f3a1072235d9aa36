"""Words of English as questions in a chat use them: the only place with rules for a language.

English, with the shortened spellings of quick typing and the romanised Hindi words that Indian
English mixes in ("wheat ban kab hua"). All in lower case.
"""

from __future__ import annotations

SPELLINGS = {
    **dict.fromkeys("wat wht wot kya".split(), "what"),
    **dict.fromkeys("whn wen kab".split(), "when"),
    **dict.fromkeys("wher whr kahan kidhar".split(), "where"),
    **dict.fromkeys("y kyu kyun kyon".split(), "why"),
    **dict.fromkeys("hw kaise".split(), "how"),
    **dict.fromkeys("kitne kitna kitni".split(), "how"),
    **dict.fromkeys("kaun kisne kisko kiska".split(), "who"),
    **dict.fromkeys("wich whch kaunsi kaunsa".split(), "which"),
    **dict.fromkeys("nd n aur".split(), "and"),
    **dict.fromkeys("abt".split(), "about"),
    **dict.fromkeys("woh wo usne usko uska uski uske unhone".split(), "he"),
    **dict.fromkeys("unka unki unke unko unme unmein unhe".split(), "they"),
    **dict.fromkeys("iska iski iske isne isko yeh ye".split(), "it"),
    **dict.fromkeys("wahan vahan udhar".split(), "there"),
    **dict.fromkeys("phir".split(), "then"),
    **dict.fromkeys("b4".split(), "before"),
    **dict.fromkeys("meny mny".split(), "many"),
    **dict.fromkeys("hav hv".split(), "have"),
    **dict.fromkeys("wer".split(), "were"),
    **dict.fromkeys("thr thier".split(), "their"),
    **dict.fromkeys("4".split(), "for"),
    **dict.fromkeys("2".split(), "to"),
}

WH = frozenset("what when where why how who whom whose which".split())
AUXILIARIES = frozenset(
    """
    am are be been being can could did do does had has have is may might must shall should was
    were will would isn't aren't wasn't weren't don't doesn't didn't can't couldn't won't
    wouldn't hasn't haven't hadn't hai hain tha thi hua hue hui gaya kiya
    """.split()
)
PREPOSITIONS = frozenset(
    """
    about above across after against along among around as at before behind below between by
    during for from in inside into of off on onto out outside over per since through to toward
    towards under until up upon with within without ka ki ke ko se mein me par tak
    """.split()
)
# After these a pronoun can mean what the clause before them names.
CLAUSE_OPENERS = frozenset(
    "and after although as because before but if once or since so that though till until when"
    " where whether which while who why how".split()
)
_OTHER_FUNCTION_WORDS = frozenset(
    """
    a an the and or but if so than that this these those there here not no yes nor all any both
    each either every some such own too very just only also even still yet again already ever
    never now then else i me my we us our you your please tell ok okay hey hi well um oh na ne
    bhi to 'm 's 're d ll ve t s let lets pls plz sir kisi koi wale wali wala exactly actually
    because while once whether though although
    """.split()
)

HE = frozenset("he him his himself".split())
SHE = frozenset("she her hers herself".split())
THEY = frozenset("they them their theirs themselves".split())
IT = frozenset("it its itself".split())
PERSONAL = HE | SHE | THEY | IT
# Pronouns that don't mean the subject of their own clause ("What did Macron call him?").
OBJECT_FORMS = frozenset("him them it her".split())
DEMONSTRATIVES = frozenset("this that these those".split())
FUNCTION_WORDS = WH | AUXILIARIES | PREPOSITIONS | PERSONAL | CLAUSE_OPENERS | _OTHER_FUNCTION_WORDS

OPENERS = (
    ("and", "what", "about"),
    ("and", "how", "about"),
    ("what", "about"),
    ("how", "about"),
    ("what", "of"),
    ("but", "what", "about"),
    ("and",),
    ("but",),
    ("or",),
    ("so",),
    ("also",),
    ("then",),
    ("same", "for"),
)
CONNECTIVES = (
    ("else",),
    ("then",),
    ("also",),
    ("afterwards",),
    ("instead",),
    ("meanwhile",),
    ("the", "other"),
    ("the", "others"),
    ("the", "rest"),
    ("the", "same"),
    ("after", "that"),
    ("before", "that"),
    ("the", "first"),
    ("the", "second"),
    ("any", "more"),
)
# "this year" means today's, not something said before; "those who" explains itself.
TIMES = frozenset(
    """
    morning afternoon evening night day days week weekend month months year years season time
    century summer winter spring autumn january february march april may june july august
    september october november december monday tuesday wednesday thursday friday saturday sunday
    today yesterday tomorrow
    """.split()
)
# What "it" stands for in "how hot was it in …", "how long did it take to …", "is it true that".
IMPERSONAL = frozenset(
    "hot cold warm wet cloudy raining snowing true possible legal likely late long far take takes"
    " necessary safe".split()
)
# Asking for news at large, and kind words, lean on nothing.
NEWS = frozenset("news headlines headline latest happening update updates digest weather".split())
SMALL_TALK = frozenset(
    """
    thanks thank thx ty cheers hello hi hey ok okay yes no great good cool nice wow bye goodbye
    please sorry you so much very well namaste lol test start help stop
    """.split()
)
# What "the" marks as known to all, not as spoken of before.
EVENTS = frozenset(
    """
    earthquake earthquakes election elections referendum pandemic hurricane flood floods oscars
    olympics olympic budget summit coup shooting strike strikes cyclone heatwave economy climate
    stock markets internet sun moon universe
    """.split()
)

# Words that say little about which event is meant: they go with any.
GENERIC = frozenset(
    """
    say said says saying tell told ask asked answer answered call called name named make made
    take took taken give gave given get got go goes went gone come came see saw seen know knew
    think thought want wants wanted need needs needed use used find found show shows showed
    happen happens happened start starts started begin began begun end ends ended stop stopped
    continue last lasted win won lose lost meet met visit visits visited visiting arrive arrives
    arrived leave leaves left travel travelled move moved hold held choose chosen chose decide
    decided plan plans planned agree agreed accept accepted reject rejected refuse refused offer
    offers offered pay paid buy bought sell sold receive received send sent bring brought put
    set announce announced report reported publish published describe described explain
    explained claim claimed add added warn warned promise promised react reacted respond
    responded criticise criticised support supported approve approved back backed die died kill
    killed hurt injured live lives work works worked become became join joined follow followed
    involve involved affect affected expect expected believe feel felt try tried fail failed
    change changed rise rose risen fall fell grow grew reach reached compare compared include
    included mean means cause caused lead led help helped play played accuse accused admit
    admitted deny denied release released look based build built located done people person man
    men woman women guy thing things way ways part parts place places city cities town country
    countries nation state states capital region area areas side sides time times day days date
    dates week weeks month months year years hour hours minute minutes moment today yesterday
    tomorrow reason reasons result results outcome consequence consequences effect effects
    number numbers figure figures total amount count share percent percentage cent rate price
    prices cost costs value money size age distance length weight height speed title role job
    position post team teams group company firm organisation organization agency president
    minister secretary ambassador leader leaders chief boss chairman chairwoman spokesman
    spokeswoman director author coach manager owner founder winner winners loser opponent rival
    predecessor successor counterpart wife husband son daughter father mother brother sister
    family deal agreement law bill decision decisions meeting talks trip event match game film
    movie book song picture image photo war attack crisis problem issue question questions
    statement speech letter story response reaction reactions details detail example kind type
    sort member members others rest one ones more most less least other another same next
    previous first second third new old big large small high low long short far many much few
    late early good bad better best worst main major exact official overall venue opposition
    background history future
    """.split()
)
# With "the" and nothing more they mean one that was spoken of.
DESCRIPTIONS = frozenset(
    """
    person people man woman men women place city town country countries state region reason
    reasons result results team teams group company firm organisation organization agency
    president minister ambassador leader leaders chief boss chairman spokesman director author
    coach manager owner winner winners loser opponent deal agreement offer law bill decision
    meeting talks trip visit event match game film movie book song picture image photo war
    attack crisis speech letter board actor actress party committee council police government
    ceremony ban plan project study
    """.split()
)

SUPERLATIVES = frozenset(("best", "worst"))
# What these mean depends on what was said before: "other reasons", "second place".
RELATIVE = frozenset(
    """
    member members other others another same next previous first second third new old more less
    least most rest one ones main major exact official overall details detail background
    """.split()
)

# One person each; what stands before a name as its office is no part of it.
OFFICES = frozenset(
    """
    president vice-president premier vice-premier chancellor minister foreign prime secretary
    general ambassador king queen prince princess pope judge senator mayor governor commissioner
    chairman director coach actor actress singer comedian mr mrs ms miss dr sir lady lord
    professor captain high commerce agriculture finance defence deputy us uk un eu french german
    russian indian chinese ukrainian turkish british american italian spanish polish japanese
    """.split()
)
GROUP_WORDS = frozenset(
    """
    academy agency alliance assembly association bank board body church city club college
    commission committee company conference corporation council court cup department federation
    force forces fund government group house institute league ministry movement museum nations
    observatory organisation organization palace park parliament party police press project
    school seven society street stadium telescope theatre times tower trust union united
    university war way workers world sea river station award awards prize festival games
    championship championships
    """.split()
)
PLACES = frozenset(
    """
    afghanistan albania algeria angola argentina armenia australia austria azerbaijan bahrain
    bangladesh belarus belgium bolivia bosnia brazil bulgaria cambodia cameroon canada chile
    china colombia croatia cuba cyprus denmark ecuador egypt england estonia ethiopia europe
    finland france georgia germany ghana greece hungary iceland india indonesia iran iraq
    ireland israel italy japan jordan kazakhstan kenya kosovo kuwait kyrgyzstan laos latvia
    lebanon libya lithuania luxembourg malaysia mali malta mexico moldova mongolia montenegro
    morocco mozambique myanmar nepal netherlands niger nigeria norway oman pakistan palestine
    panama paraguay peru philippines poland portugal qatar romania russia rwanda scotland
    senegal serbia singapore slovakia slovenia somalia spain sudan sweden switzerland syria
    taiwan tajikistan tanzania thailand tunisia turkey turkmenistan uganda ukraine uruguay usa
    uzbekistan venezuela vietnam wales yemen zambia zimbabwe africa asia america amsterdam
    ankara athens baghdad bangkok beijing beirut belfast berlin bern boston brussels bucharest
    budapest cairo chennai chicago copenhagen delhi dhaka dubai dublin edinburgh geneva hamburg
    helsinki istanbul jakarta jerusalem kabul karachi kharkiv kyiv kiev lagos lahore lisbon
    london lviv madrid mariupol melbourne miami milan moscow mumbai munich nairobi odesa oslo
    ottawa paris prague riga riyadh rome seoul shanghai sofia stockholm sydney tehran tokyo
    toronto vienna vilnius warsaw washington wuhan zurich
    """.split()
)
PEOPLES = frozenset(
    """
    afghan american arab argentine australian austrian belgian brazilian british bulgarian
    canadian chinese croatian cuban czech danish dutch egyptian english estonian european
    finnish finns french german greek hungarian indian indians indonesian iranian iraqi irish
    israeli italian japanese jordanian korean latvian lebanese libyan lithuanian malaysian
    mexican moldovan nigerian norwegian pakistani palestinian polish portuguese romanian russian
    russians saudi scottish serbian slovak spanish swedish swiss syrian taiwanese thai turkish
    ukrainian ukrainians venezuelan vietnamese
    """.split()
)
# Short names that typing in lower case hides; longer ones are known from the turns.
ACRONYMS = frozenset(
    "nato un eu uefa fifa unhcr unicef imf nasa opec g7 g20 uk uae wto iaea fbi cia bjp ioc".split()
)

MALE = frozenset(
    """
    aaron adam ahmed akira alan albert alberto alejandro aleksandr alex alexander alexei ali
    amit andre andreas andrei andrew anthony antonio arjun arthur benjamin bernard bill boris
    brian bruno carlo carlos charles chris christian christopher daniel david dennis dmitry
    donald edward elon emmanuel eric erik fernando filippo francesco francis francois frank
    frederick gennady george gerhard giovanni giuseppe gordon graham gustavo hans harry hassan
    henry hugo hussein ian ibrahim igor imran ivan jack jacob jacques jaime james jan jason
    javier jean-claude jean-luc jeff jens jerome jeremy jim joe john jonathan jorge jose joseph
    juan justin karim karl kenneth kevin klaus kyriakos lars lee leonardo lewis lionel lloyd
    louis luis lula luca manuel marc marco mario mark martin matteo matthew max michael michel
    miguel mike mikhail mohamed mohammad mohammed muhammad narendra nicolas nicholas nikita
    nikolai oleg olaf oliver omar oscar pablo patrick paul pavel pedro peter philip pierre
    rafael rahul rajesh raj recep reinhard ricardo richard robert roberto roger roman ronald
    ryan salman samuel sanjay sauli scott sebastian sergei sergey sergio sergiy shinzo simon
    stefan stephen steven sundar suresh subrahmanyam tariq thomas tim timothy tom tony troy
    victor viktor vikram vinicius vladimir volodymyr walter will william wolfgang xavier yusuf
    zoran
    """.split()
)
FEMALE = frozenset(
    """
    aisha alexandra alexandria alice amanda amelia amy ana angela anita ann anna anne annalena
    aung barbara beatrice brigitte camilla carla carmen carol caroline catherine charlotte
    christina christine claudia cristina deborah diana elena elizabeth ella emily emma eva
    fatima fiona florence frances gabriela giorgia greta hannah helen helena hillary ingrid
    irina isabel jacinda jane jada janet jennifer jessica joan joanna julia julie kaja kamala
    karen kate katherine katrin keiko lara laura leila lena linda lisa liz louise lucia lucy
    magdalena malala mamata margaret maria marie marina marine marta martha mary maya megan
    melania melinda mette meryl michelle mona monica nadia nancy naomi natalia nicola nicole
    nirmala nora olga olivia patricia paula penny priti priyanka rachel regina rita roberta rosa
    ruth samantha sandra sanna sara sarah serena sharon sheikh sheryl sonia sophia sophie stella
    susan svetlana tatiana theresa ursula valerie vanessa vera veronica victoria viktoria
    virginia wanda wendy yulia zainab
    """.split()
)
NAME_OPENERS = frozenset("new north south east west big first".split())
JOINERS = frozenset("of de da del della di du la le al bin ibn van von der den dos".split())
DATES = frozenset(
    """
    january february march april may june july august september october november december monday
    tuesday wednesday thursday friday saturday sunday jan feb mar apr jun jul aug sep sept oct
    nov dec
    """.split()
)
# Words of other languages' questions that English doesn't have; enough of them, and the rules of
# this module don't apply.
FOREIGN = frozenset(
    """
    der das ist und wer wie wann warum wo welche welcher nicht ein eine einen den dem hat haben
    wurde sind sich mit von für auf bei il elle est les une dans qui que quoi quand pourquoi
    où comment quel quelle combien avec pour sur aux el las qué quién cuándo dónde cómo cuál
    por fue está del una con che chi cosa quando dove perché quanti sono è os não quem onde
    como quantos het een waarom wanneer hoe niet nie jest czy kto kiedy gdzie dlaczego vad när
    var varför och är inte
    """.split()
)
