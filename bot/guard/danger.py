"""Tell whether a patient, or anybody near, is in danger right now."""

from bot.guard.patterns import Pattern

_WHO = (
    r"(?:(?:my|the|this|a|an|our|her|his|one of (?:my|our|the)|another|some|that|your)? ?(?:patients?|pts?"
    r"|baby|infant|child|kid|mom|mother|dad|visitor|man|woman|guy|lady|girl|boy|resident|colleague"
    r"|classmate|nurse|family member|father|wife|husband|person|somebody|someone|newborn|neonate|toddler)"
    r"|he|she|they|hes|shes|theyre|everyone|somebody|someone|nobody)"
)
_NOW = (
    r"(?:is|are|s|has|have|just|suddenly|has just|is just|started|starts|starting|keeps?|went|is now|isnt"
    r"|is not|isn t|not|wont|cant|cannot|can not|stopped|seems?|looks?|looking|turning|turned|becoming"
    r"|became|got|going|is going|appears?)"
)
#: A resident who does not answer a message is in no danger.
_TO_WRITING = r"(?! to (?:(?:my|the|our|any|your) )?(?:texts?|e-?mails?|messages?|pages?|calls?|request))"
_STATE = (
    r"(?:not (?:breathing|waking|moving|arousable)|stopped (?:breathing|moving)|(?:not"
    rf"|stopped) responding{_TO_WRITING}|unresponsive(?! to\b)|unconscious|no(?:t have a)? pulse|pulseless"
    r"|apneic|coll?apsed|coll?apsing|pass(?:ed|ing) out|faint(?:ed|ing)|cod(?:ing|ed)\b|crashing"
    r"|seizing|(?:having|in|had) a? ?seizure|convulsing|chok(?:ing|ed)\b(?! up)|turning (?:blue|gray|grey"
    r"|purple)|(?:gone |going |turned |is )blue|bleeding out|bleeding (?:a lot|everywhere|heavily|badly"
    r"|profusely|so much|and (?:it )?wont stop)|gasping|dying(?! to)|arresting|(?:in|into"
    r"|having an?) (?:cardiac |respiratory )?arrest|having a (?:stroke|heart attack)"
    r"|in anaphyla\w+|anaphylaxing|hanging|breathing (?:stopped|really badly)|throat is closing"
    r"|desatting(?: fast| badly)?|barely breathing|hypoxic and|going into (?:shock|v ?-?fib|v ?-?tach"
    r"|v ?fib|anaphylaxis)|(?:about|going|trying|threatening) to (?:kill|hurt|hang|stab|cut|shoot|jump"
    r"|harm|die\b))"
)
_PATIENT_NOW = Pattern(
    rf"\b{_WHO}(?: in (?:room|bed|the) ?\w+| here| on the floor| next to me| i am with"
    rf"| im with)? (?:{_NOW} ){{0,3}}(?:\w+ )?{_STATE}"
    rf"|\b{_WHO}(?: \w+){{0,2}}? (?:isnt|is not|isn t|arent|are not|not|cant|cannot|can not|stopped|wont"
    rf"|has stopped|doesnt|does not) (?:really |even )?(?:breath(?:e|ing)\b|respond(?:ing)?\b{_TO_WRITING}"
    r"|wak(?:e|ing)(?: up)?\b|have a pulse|moving and)"
    r"|\b(?:cant|cannot|dont|do not|couldnt) (?:feel|find|get) (?:a|the|his|her|any) pulse\b|\b(?:there is"
    r"|theres|has|have|got|he has|she has) no pulse\b|\bno pulse[ .!?]*$|\bneeds? cpr\b|\bstart(?:ed"
    r"|ing)? cpr (?:now|help|what)|\bdo i (?:start|do) cpr\b"
    r"|\b(?:help|emergency|hurry|please come|right now|what do i do)\b.{0,60}\b(?:not breathing"
    r"|unresponsive|unconscious|collapsed|coding|seizing|choking|bleeding out|no pulse|cardiac arrest"
    r"|anaphylaxis|code blue)\b"
    r"|\b(?:not breathing|unresponsive|unconscious|collapsed|coding|seizing|choking|bleeding out|no pulse"
    r"|cardiac arrest|anaphylaxis|code blue)\b.{0,50}\b(?:help|what do i do|what should i do|what now"
    r"|right now|emergency|hurry|im alone|i am alone|nobody is (?:here|coming)|who do i call)\b"
    rf"|\b{_WHO} (?:just )?(?:fell|dropped)(?: \w+){{0,3}}? and (?:is |s )?not (?:moving|waking|responding"
    rf"|breathing)|\b{_WHO}\b.{{0,40}}\b(?:cant|cannot|can not) breathe?\b"
    rf"|\b{_WHO} (?:is |s )?(?:attacking|strangling|stabbing|punching|has a (?:gun|knife|weapon))|\b(?:my"
    rf"|the|this) (?:patient|pt)\b.{{0,50}}\bnow\b.{{0,20}}\bwhat (?:do|should) i do|\bpatient in danger\b"
)
_NOT_NOW = Pattern(
    r"\b(?:yesterday|last (?:night|week|month|year|shift)|this morning on rounds|earlier this|days? ago"
    r"|weeks? ago|hours? ago|at home|prior to|pta|before arrival|on arrival|was found|found (?:down"
    r"|unresponsive|unconscious)|brought in|presented|presents|presenting|history of|hx|who (?:collapsed"
    r"|coded|was|had|fainted|passed)"
    r"|one-?liner|meaning|mean|means|define|definition|what does|whats the difference|difference between"
    r"|stands? for|policy|protocol|lecture|simulation|sim lab|in sim|mock|case report|read about|learned"
    r"|learnt|saw a|i watched|debrief(?:ed|ing)?|how (?:do|should|would|to) (?:i |we |you )?(?:present|say"
    r"|document|write|chart|tell|explain|describe|talk)"
    r"|what (?:do|should) i say|words for|phrase for|to (?:fluids|diuretics|steroids|antibiotics|treatment"
    r"|therapy|pressors|verbal|voice|pain)|died|passed away|reported|was (?:unresponsive|coding|seizing"
    r"|choking|not breathing|unconscious))\b"
)
_ASKS_NOW = Pattern(r"\b(?:right now|now|help|what do i do|what should i do|hurry|emergency|im alone|just)\b")
_STILL_THERE = Pattern(
    r"\b(?:yesterday|last (?:night|week|month|year)|ago|mean|means|meaning|define|policy|protocol"
    r"|who (?:collapsed|coded)|say|document|present(?:s|ed|ing)?|at home|learned|simulation)\b"
)


def is_danger(text: str) -> bool:
    """Tell whether plain *text* reports it as happening, rather than as a case, a word or a memory."""
    if not _PATIENT_NOW.search(text):
        return False
    return not _NOT_NOW.search(text) or bool(_ASKS_NOW.search(text) and not _STILL_THERE.search(text))
