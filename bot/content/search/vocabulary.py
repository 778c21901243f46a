"""Which English words carry a question, which carry nothing, and which are names only when typed as names."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


#: Words a question opens with, up to the thing it asks about.
LEAD = _set(
    "what whats which who whos where wheres why how hows when is are was were does do did can could would will should "
    "please pls plz kindly you u we i im ive id tell give show help explain define describe translate decode interpret "
    "understand know lookup look up search find need want wanted trying hear heard hearing read see saw seen got told "
    "asked ask says say said saying call calls called use uses used using write writes wrote written keep keeps "
    "someone somebody everyone people they them he she his her my our the a an this that it me us to of for by about "
    "with on in at as mean means meant meaning definition stand stands stood word words term terms phrase abbreviation "
    "abbrev acronym letters slang jargon idiom hi hello hey ok okay so um uh and but if just again exactly not dont "
    "cant sure idk wtf attending attendings resident residents nurse nurses doctor senior intern patient patients "
    "difference between"
)

#: Words a question ends with, after the thing it asks about.
TAIL = _set(
    "mean means meant meaning stand stands for please pls plz thanks thank you u in the a an here on at to of hospital "
    "hospitals medicine medical ward wards rounds abbreviation abbrev acronym term word phrase slang jargon definition "
    "exactly again really actually do does is are it this that note notes chart us usa usmle america american english "
    "context explain explained defined define question today now about and i me my patient patients when they "
    "say says said refer refers referring"
)

#: A question with one of these asks for the meaning of a word, so whatever is left is meant as a name.
ABOUT_A_WORD = _set("mean means meant meaning stand stands definition define abbreviation abbrev acronym term word")

#: "What does ... mean": the words around what is asked about, wherever in a text they stand.
WHAT, ASKING, MEANING = _set("what whats"), _set("does do did is are"), _set("mean means meant stand")

#: What people add to a name without meaning another thing: "over-the-counter drugs", "hemolyzed samples".
ADDED = _set(
    "drug drugs medicine medicines medication medications sample samples specimen specimens thing things stuff"
)

#: Of these, things a question may be about: they belong to its frame only after another word of the frame.
NOUNS = _set(
    "attending attendings resident residents nurse nurses doctor senior intern patient patients call calls hospital "
    "hospitals medicine medical ward wards rounds note notes chart today question word words term terms phrase slang "
    "jargon letters"
)

#: Without one of these around it a name is part of a longer one, which the bank may lack: "warm handoff".
SENTENCE = _set(
    "what whats which who whos where wheres why how hows when is are was were does do did can could would will should "
    "please pls you we i im ive tell explain define describe know hear heard hearing saw seen got told asked ask says "
    "say said saying called use used wrote written keeps someone somebody everyone they them he she his her my our "
    "that it me mean means meant meaning need needs needed want wants wanted has have had gets getting its theyre hes "
    "shes about"
)

#: Words of a description that hardly stand in a name.
TOLD = _set(
    "the a an patient patients doctor doctors nurse nurses team person student attending resident hospital your"
)

#: Words that turn a description into its opposite: they count for the meaning, but nobody asks about them.
TURNING = _set("before after above below under over without not no never up down off out")

#: Two names asked for at once.
COMPARING = _set("difference differences differ different vs versus compare compared between")

#: Words that tell nothing about what is asked.
STOP = _set(
    "a about above after again all also am an and any anybody anyone are arent as ask asked asking asks at be because "
    "been before being both but by called can cannot cant could couldnt did didnt do does doesnt doing done dont "
    "each either else every few for from get gets getting give given go goes going got had has hasnt have havent "
    "having he her here hers him his how i id if ill im in into is isnt it its ive just know lets like make makes "
    "many may maybe me mean means meaning might mine more most much must my need needs no nor not of off often oh ok "
    "okay on once one only or other others our ours out over own people per please pls quite rather really said same "
    "saw say saying says see seen she should shouldnt since so some somebody someone something such sure take tell "
    "tells than thank thanks that thats the their theirs them then there these they theyre thing things think this "
    "those though to told too toward u until up upon us use used uses using very via want wanted wants was wasnt way "
    "we well went were werent what whats when whenever where whether which while who whom whose why will with within "
    "without wont word words would wouldnt yes yet you your youre yours abbreviation acronym term phrase stand stands "
    "patient patients attending attendings resident residents nurse nurses team teams doctor doctors hospital student "
    "students intern interns keep keeps keeping kept come comes coming came hello hi hey bye thx sorry "
)

#: Everyday words which some ward uses as a name: typed small inside a sentence they are most likely just themselves.
COMMON = _set(
    "or is it us ed pe pt as am an at be by do go he hi if in me my no of oh on so to up we ad al id ma pa pi ms dr "
    "mr ah ha la re mi de st co ex add admit afternoon aid aids air alert allergy answer arm arms arrest attend "
    "attending back bag ball bar base bath beat bed beds bill bit blood blue board body book bottom box boy breath "
    "brief bug bulb bump cap capped card cards care case cases cast change charge chart charts check chest chief "
    "child circle clear clean clinic clock close code codes cold complete consult copy cord count course cover cramp "
    "critical cut cycle daily dart date day days deal depth diet dip discharge doc dose down drain draw dress drip "
    "drop dry early ear eat edge email end error event events exam eye eyes face fail faint fall family fast feed "
    "feel fever field film find fit fix flag flat flex flip float floor floors flow flu fluid focus follow food foot "
    "form free frequent full gap gas general girl goal goals gold golden grade grand green group growth gun gut hand "
    "hands hang hard head heads health hear heart heavy help high history hit hold holding home hot hour hours house "
    "hunch ice ill immediate input intake ins issue item job key kick kid knot lab labor lady last late lead leg legs "
    "letter level lie light limit line lines list lists live load local lock long loop loose lost lot low lunch lung "
    "mad man map mark mass match meal med medical meds meet meeting men mild minute miss mode money month morning "
    "mother mouth move narrow neck need nerve nerves net new next night nights nod node nose note notes now number "
    "numbers off office old open opening opinion order orders out output outs overnight pace pack page paged paging "
    "pain panel parent part pass past path pee pen pending people phase phone pick pill pills pin pink place plan "
    "plans plate play point poor port position post pound present presentation press pressure primary private "
    "procedure program progress pull pulse pump push question quick quiet race rate reach read ready reason recall "
    "record red region release rest result results return review rhythm rib right rise risk road rock role roll room "
    "rooms root rotation round rounds rule run runs safe same sat scale scan schedule school scope score seat second "
    "sense service services set shake shift shock shoot short shot show shut sick side sight sign signal single sit "
    "site skin sleep slice slip slow small smart smell sniff snow soap social soft sound spell spike spin split spot "
    "spread staff stage stain stand start stat state station status stay step stick stitch stock stomach stone stop "
    "stream stress strip stroke strong study sugar suit summary support surgery sweep swing table tail take talk tank "
    "tap tape team test text theater thick thin throw time tip tired title toe tone tongue tool top total touch tour "
    "trace track trade train transfer transplant trauma travel treat treatment trial trip trouble tube tuck tummy "
    "turn type under unit units update upper urgent view visit vital void volume wait walk wall warm wash waste watch "
    "water wave weak week weekend weight wet wheel whip white wind window wing wire work wound wrap write year young "
)

#: Beginnings and endings whose swap makes the opposite, or another thing, of a word that looks alike.
OPPOSITES = (
    ("hypo", "hyper"), ("ab", "ad"), ("intra", "inter"), ("intra", "extra"), ("intra", "infra"), ("pre", "post"),
    ("pre", "per"), ("pro", "pre"), ("in", "out"), ("in", "ex"), ("in", "un"), ("en", "ex"), ("ante", "anti"),
    ("tachy", "brady"), ("supra", "super"), ("sub", "sup"), ("macro", "micro"), ("para", "peri"), ("peri", "pre"),
    ("endo", "exo"), ("homo", "hetero"), ("mono", "multi"), ("bi", "tri"), ("in", "en"), ("iso", "hypo"),
)  # fmt: skip
ENDINGS = (
    ("phagia", "phasia"), ("ectomy", "otomy"), ("ectomy", "ostomy"), ("otomy", "ostomy"), ("scopy", "stomy"),
    ("emia", "uria"), ("penia", "philia"), ("gravida", "para"), ("ium", "eum"), ("in", "out"), ("on", "off"),
    ("up", "down"), ("off", "out"), ("osis", "itis"),
)  # fmt: skip
