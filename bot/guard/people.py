"""Words and patterns around a name: those that lead to one, and those that tell who it is."""

from bot.guard.lists import words
from bot.guard.patterns import Pattern

TITLES = words("""
    mr mrs ms miss mx mister missus senor senora senorita sra sr mme monsieur madame madam
""")
#: What medicine calls after people: a name before one of these is an eponym, listed or not.
FINDINGS = words("""
    score sign criteria syndrome disease test maneuver classification scale procedure stage grade index rule rules
    catheter forceps clamp retractor tube reflex triad law nodes nodules lesions murmur fracture hernia operation
    repair incision position technique stain bodies cells ulcer tumor anomaly phenomenon formula equation staging
""")
DOCTORS = words("""
    dr drs doctor prof professor
""")
TITLED_BY = TITLES | DOCTORS
ROLES = words("""
    attending attendings resident residents intern interns fellow fellows chief senior preceptor preceptors
    nurse nurses rn np pa crna cna lpn md do pharmd pharmacist hospitalist surgeon anesthesiologist
    coordinator director dean chair mentor supervisor advisor classmate classmates teammate colleague
    student students tech therapist midwife scribe interpreter chaplain secretary clerk cointern subintern
    costudent manager worker physician instructor faculty
""")
STAFF = DOCTORS | ROLES
NOT_A_NAME = STAFF | TITLES
PATIENTS = words("""
    patient patients pt pts client baby boy girl newborn neonate infant toddler kid inmate
""")
ABBREVIATED = words("pt pts dtr")
NAMED = words("""
    named name names surname nickname nicknamed aka alias nee initials
""")
RELATIVES = words("""
    son daughter wife husband mother father mom dad mum brother sister spouse partner aunt uncle cousin
    niece nephew grandmother grandfather grandma grandpa grandson granddaughter fiance fiancee boyfriend
    girlfriend caregiver guardian proxy friend neighbor stepson stepdaughter twin sibling roommate
""")
MET = words("""
    saw seen seeing see clerked clerking examined examining admitted admitting met discharged consented
    consenting interviewed visited evaluated followed following treated intubated assessed counseled
    prerounded sutured called helped cared caring spoke talked sat assisted updated carrying carried
    extubated lined cannulated catheterized checked reassured hugged
""")
#: Of these, what is done with patients alone: a name in small letters counts only behind such a verb.
SEEN = words("""
    saw seen seeing see clerked clerking examined examining admitted admitting discharged consented consenting
    interviewed intubated extubated prerounded sutured counseled assessed treated cannulated catheterized
""")
BESIDE = words("with to for about")
LEADS = NAMED | PATIENTS | RELATIVES | MET
#: What is taken 'from' somebody.
SOURCES = words("hx history collateral consent")
#: What stands behind 'NAME:' or 'PATIENT:' on a chart line and is no name.
WITHHELD = words("""
    unknown redacted withheld omitted deferred removed hidden declined confirmed verified stated vitamin protein
    troponin factor complement
""")
LINKS = words("""
    is was on with to in for about after up a the named called our my
""")
PARTICLES = words("""
    de la del las los da dos das di van von der den bin ibn bint al el abu st o y ul
""")
THINGS = words("""
    wife husband daughter son mother father mom dad family brother sister labs chart room nurse bed surgery
    discharge meds mri ct imaging potassium creatinine note blood bp case care exam pain story code wound
    chest iv family's consent hospital cancer diagnosis parents sister's death goals
""")

HOUSEHOLD = words("family household")
KIN = RELATIVES | HOUSEHOLD | words("parents kids children relatives grandkids")
FAMILY_DOCTORS = words("medicine practice clinic physician physicians doctor doctors history hx med planning")

AGE_AFTER = Pattern(
    r"(?i),? ?\(?aged? \d|, \d{1,3}, "
    r"|[\"']?[ ]?[,;:-]?[ ]?[(\[]?(?:is |was |an? |is an? ){0,2}(?:age )?\d{1,3}[ -]{0,2}(?:y\.?/?o\b"
    r"|yo[mf]?\b|y\.o|yrs?\b|years?\b|m\b|f\b|male\b|female\b|y\b|months?[ -]old|mo\b|weeks?[ -]old|wk\b"
    r"|do\b)"
)
DID_AFTER = Pattern(
    r" (?:presented (?:with|to|after|for|in)|complain(?:s|ed) of|c/o|denies|denied"
    r"|reports (?:that|no|having|pain|feeling|he|she|worse|better|new)\b|was admitted"
    r"|is admitted|got admitted|passed away|died|coded|underwent|came in|is a \d|told me|said (?:he"
    r"|she|that)|refused|lives|who is|has been|is doing"
    r"|was (?:discharged|intubated|extubated|transferred|diagnosed|seen|told|born)|is (?:my|a"
    r"|the) (?:new )?(?:patient|pt)|in (?:room|bed)|needs (?:a|an|his|her)|(?:room|bed|mrn|dob)\b)"
)
CREDENTIAL_AFTER = Pattern(
    r"(?i)(?:,? ?\(?(?:M\.?D\b|D\.?O\b|RN\b|NP\b|PA(?:-C)?\b|Pharm\.?D|Ph\.?D|MBBS|MBChB|CRNA|LCSW|MSW\b"
    r"|DPT\b|FAC[SP]|PGY|MS-?[34]\b|IM attending)|,? ?\(?,?(?:(?:my|the|our|an?|his|her) )?(?:\w{2,12} )?"
    r"(?:attending|resident|intern|fellow|chief|senior|preceptor|coordinator|hospitalist|surgeon"
    r"|program director|clerkship director|co-?intern|classmate|pharmacist|charge nurse"
    r"|nurse practitioner)\b)"
)
STAFF_BEFORE = Pattern(
    r"(?i)(?:\b(?:MS-?[34]|PGY-?\d)[ ,:(]{1,3}|\b(?:feedback|letters?|lor|eval(?:uation)?s?|recommendation"
    r"|midpoint|lecture|teaching|taught|precepted|supervised|rounded|scrubbed|shadow(?:ed|ing)?|paired"
    r"|present(?:ed|ing)?|shift|coffee|mentored|debriefed)(?: (?:in|case|patient|it|her|him))?(?::"
    r"| (?:from|by|to|with|of|written by)) "
    r"|\b(?:thanks?|thanked|email(?:ed)?|shadow(?:ed|ing)?)(?: (?:to|you|note to))? "
    r"|\bDrs\.? (?:[A-Z][\w'-]{1,20}(?:,| and| &|, and) ){1,4})$"
)
STAFF_AFTER = Pattern(
    r"(?i) (?:for|about|to write|gave|taught|wrote)(?: me)? (?:a |my |the |some |me |an )?(?:strong "
    r"|honest |good |midpoint |quick )?(?:feedback|letter|lor|eval|recommendation|midpoint|schedule"
    r"|lecture|teaching|tip)"
)
CARE_HOME_BEFORE = Pattern(r"(?i)\b(?:home|facility|living|snf|ltc|care|nursing) residents?[ ,:]{1,2}$")
COUPLE_BEFORE = Pattern(r"(?i)\b(?:mr|mrs|ms)\.? (?:and|&) $")
IMAGING = ("graphy", "gram", "grams", "scopy", "spine", "pelvis", "head", "shows", "jet", "trace", "neg")
INITIALS = Pattern(
    r"(?i:\b(?:patient|pt|pts|initials|named?|baby|son|daughter|wife|husband)\b)[ .:]{1,3}(?:(?i:is"
    r"|are) )?((?:[A-Z]\. ?){1,2}[A-Z]\.?)(?![a-z\w])|(?i:\binitials\b)[ :]{1,2}(?:(?i:are"
    r"|is) )?([A-Z]{2,3})\b"
    r"|(?<![\w.])((?:[A-Z]\. ?){1,2}[A-Z]\.?),? (?i:is |was )?(?:an? )?\d{1,3} ?(?:y|M\b|F\b)"
    r"|(?<![\w.])\d{1,3}[ -]?(?i:(?:y/?o|y\.o\.|yrs?|years?[ -]old)[ ,]{0,2})?(?i:[mf]|(?:fe)?male|wom[ae]n|m[ae]n"
    r"|boy|girl|lady|gentleman)\b,? ((?:[A-Z]\. ?){1,2}[A-Z]\.?)(?!\w)"
)
#: Short forms that are written with dots too: places, routes, degrees, complaints.
NOT_INITIALS = words("""
    US UK USA MD DO PA RN NP IV PO ER OR ED IM LR NS DC AM PM CT BP HR RR SOB CP MI HF AF DM PE GI GU UC RA TB
    AMS UTI HTN CAD DVT TIA CVA LOC ROS HPI PMH ICU IUP
""")
