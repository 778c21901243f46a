"""Tell whether the writer was stuck, splashed or exposed at work."""

from bot.guard.patterns import Pattern

_SHARP = (
    r"(?:needles?|sharps?|scalpel|blade|lancet|suture|butterfly|syringe|iv cath\w*|trocar|bovie|k-?wire"
    r"|glass|hollow ?bore|stylet|angiocath|insulin pen)"
)
_BODY = r"(?:eyes?|mouth|face|lips?|nose|skin|cut|wound|finger|hand|open \w+|cornea|mucosa|goggles and)"
_FLUID = (
    r"(?:blood|bodily fluids?|body fluids?|fluid|csf|urine|amniotic fluid|pus|saliva|spit|vomit|bile"
    r"|ascites|secretions|sputum|patients? (?:blood|fluid))"
)
_EXPOSED = Pattern(
    rf"\b(?:i|ive|im|just|me|myself|my (?:finger|hand|thumb|glove|palm|arm|leg))\b(?: \w+){{0,4}}? (?:stuck"
    r"|sticked|stick|stab(?:bed)?|prick(?:ed)?|poked?|jabbed|punctured|cut|nicked|scratched|sliced|stung"
    rf"|pierced|injured)\b(?: \w+){{0,5}}? (?:with|by|on|from|using|holding)(?: \w+){{0,4}}? {_SHARP}\b"
    rf"|\b(?:needles?|scalpel|sharp|blade|lancet|suture needle)\b(?: \w+){{0,3}}? (?:stuck|poked|pricked"
    r"|stabbed|jabbed|punctured|went (?:through|into|in)|cut|got|nicked|slipped (?:and|into)|scratched"
    rf"|hit)(?: \w+){{0,3}}? (?:me\b|my\b|glove)"
    rf"|\b(?:i|ive|just|we|had|got|have)\b(?: \w+){{0,4}}? (?:needle ?-?sticks?|sharps? injury"
    r"|needle (?:injury|poke|prick)|blood exposure|splash (?:injury|exposure)|finger ?stick injury"
    r"|bbp exposure|body fluid exposure)\b(?! (?:policy|protocol|training|module|quiz|lecture|prevention"
    r"|rate|form|question|safety|course|kit|drill|talk|talks|statistics))"
    rf"|\b(?:i|ive)(?: \w+){{0,2}} needle ?-?stuck\b|\bneedle ?-?stick(?: injury)?\b[ ,.!?-]*(?:what (?:do"
    r"|should) i|what now|help|now what|just happened|just now|today|happened)|\bwhat (?:do|should"
    rf"|to) ?i? ?do\b.{{0,30}}\bneedle ?-?stick|\bneedle ?-?stick(?: injury)? (?:just )?happened"
    rf"|\b{_FLUID}\b(?: \w+){{0,4}}? (?:splash\w*|spray\w*|squirt\w*|got|spurt\w*|went|flew|splatter\w*"
    rf"|spill\w*|shot|hit|is|dripp\w*|landed)(?: \w+){{0,3}}? (?:my|me)\b(?: \w+)? ?{_BODY}?"
    rf"|\b(?:splash\w*|spray\w*|squirt\w*|spat|spit|splatter\w*|got|had)\b(?: \w+){{0,4}}? (?:{_FLUID}"
    rf"|splash(?:ed)?)?(?: \w+){{0,3}}? ?(?:in|into|on|onto|to) my (?:\w+ )?{_BODY}\b"
    rf"|\b(?:i|ive|im|we)\b(?: \w+){{0,3}}? (?:splashed|sprayed|squirted|spat on|bitten"
    rf"|spit on)\b(?: \w+){{0,3}}? (?:with|by|in|on)\b"
    r"|\b(?:patient|pt|kid|he|she|child) (?:just )?(?:bit|scratched) me\b"
    r"|\bi (?:just )?got bit(?:ten)? by (?:a|my|the) (?:patient|pt|kid|child)"
    r"|\bi (?:was|got|have been|ve been|may have been|might have been|think i was|was just|just got"
    r"|am)(?: \w+)? ?exposed to (?:\w+ ){0,3}?(?:blood|tb|tuberculosis|hiv|hep(?:atitis)?|body fluids?"
    r"|meningitis|measles|covid|varicella|chickenpox|pertussis|scabies|a needle|mening\w+)"
    rf"|\b(?:i|ive)(?: \w+){{0,2}} (?:cut|stuck|poked|pricked|stabbed|jabbed|nicked) (?:my ?self"
    rf"|my (?:finger|hand|thumb|palm|leg|arm))(?: \w+){{0,3}}? (?:in the or|while sutur\w+|in surgery"
    r"|sutur\w+|recapping|during (?:a|the)|after drawing|drawing blood|placing|at work)"
    rf"|^(?:(?:just|i|got|was|been|help|ugh|oh no)[ ,]{{1,2}}){{0,4}}(?:stuck|pricked|poked|jabbed) (?:by"
    rf"|with|on|from) (?:an? |the |my )?(?:\w+ )?{_SHARP}\b|\bblood (?:splash|exposure) (?:to|in"
    r"|into) (?:the|my) (?:eye|mouth|face)"
    r"|\b(?:sharps|needle\w*) injury (?:just now|help|what|now)|\bexposed to (?:blood|body fluids?"
    r"|hiv)\b.{0,20}\bwhat (?:do|should) i do|\bcut through my glove|\bneedle ?-?stick[ !]*help"
    r"|\bi pricked my ?self\b|\bi stuck my ?self\b|\bi got (?:poked|pricked|jabbed)[ .!]*$"
    r"|\bgot poked (?:by|with) (?:a|the) (?:dirty|used)\b"
)
_NOT_EXPOSED = Pattern(
    r"\b(?:needle ?-?stick|sharps?|exposure|splash)(?: injury)? (?:policy|protocol|training|module|quiz"
    r"|lecture|prevention|rates?|forms?|safety|course|meaning|hotline number\?)|\bwhat (?:is|does"
    r"|are) (?:a |an |the )?(?:needle|sharps|blood)|\bmeaning of|\bneedle biops|\bcore needle"
    r"|\bfine needle|\bphrase for\b"
    r"|\bthe patient (?:got|was|had)(?: \w+)? (?:needle|stuck)|\bblood (?:on|in) my mind|\bhow (?:do"
    r"|should|can|to) (?:i |we )?(?:say|explain|avoid|prevent)"
)


def is_exposure(text: str) -> bool:
    """Tell whether plain *text* reports it, rather than asks for a policy or a word."""
    return bool(_EXPOSED.search(text)) and not _NOT_EXPOSED.search(text)
