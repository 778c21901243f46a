"""Tell whether the writer speaks of ending or harming their own life."""

from bot.guard.patterns import Pattern

_WANT = (
    r"(?:want(?:ed|ing)?|wanna|wish|need|going|gonna|gunna|plan(?:ning|ned)?|ready|trying|tried|try"
    r"|tempted|decided|about|might|will|would|could|should|ima|imma|rather|hoping|prefer|love|like|urges?"
    r"|feel(?:ing)? like|keep)"
)
_END_MYSELF = (
    r"(?:kill(?:ing)? (?:my ?self|me\b)|kms\b|unaliv\w* (?:my ?self|me)\b|end(?:ing)? (?:it all"
    r"|my (?:own )?life|things for good|everything)|tak(?:e|ing) my (?:own )?life"
    r"|hang(?:ing)? my ?self|shoot(?:ing)? my ?self|drown(?:ing)? my ?self|hurt(?:ing)? my ?self"
    r"|harm(?:ing)? my ?self|self[ -]?harm(?:ing)?|jump(?:ing)? (?:off|in front|from)\b"
    r"|off(?:ing)? my ?self"
    r"|slit(?:ting)? my|overdos(?:e|ing)\b|commit(?:ting)? suicide|suicide\b|sewers?lide"
    r"|do(?:ing)? away with my ?self|not be(?:ing)? alive|not exist(?:ing)?|not wake up|never wake up)"
)
_DIE = (
    r"(?:die|dead|disappear forever)(?! (?:of|from|laughing|on (?:this|that) hill|hard|inside when|happy"
    r"|knowing|for (?:a|some|this|that)|to know|by the time|my hair|over|in (?:embarrass|shame)))"
)
_OWN_WISH = (
    rf"\bi(?:m|ve|d|ll)?\b(?: \w+){{0,4}}? {_WANT}(?: \w+){{0,3}}? (?:to )?(?:just )?{_END_MYSELF}"
    r"|\bi(?:m|d)?\b(?: (?:just|really|honestly|actually|kinda|kind of|sometimes|so|often|only|still|truly"
    rf"|literally|do|would|also|feel|like|sort of|badly)){{0,3}} (?:want (?:to|2)|wanna|wan to"
    r"|would like to|wish to|need to|am going to|going to|gonna|am ready to|ready to"
    rf"|rather) (?:just )?{_DIE}"
    rf"|\b(?:normal|ok|okay|bad|wrong|weird)(?: that i| to) (?:want(?: to)?|wanna|wish to) {_DIE}"
    rf"|\bhate my (?:life|self) and (?:i )?(?:want to|wanna) (?:just )?{_DIE}"
    r"|\bi feel like (?:just )?dying\b(?! (?:of|from|laugh))|\bwhy am i (?:even |still )?alive\b"
    r"|\b(?:tired|sick) of (?:living|being alive|life|existing)\b"
    r"|\b(?:no one|nobody) would (?:\w+ )?(?:miss|care|notice)(?: me)? if i (?:died|was dead|were dead"
    r"|was gone|were gone|disappeared)|\b(?:id|im|i am|i would|i might) (?:\w+ )?better off (?:dead"
    r"|not here)\b"
    r"|^(?:\w+ ){0,2}(?:ending it(?: all)?|end it(?: all)?)(?: tonight| now| today)[ .!]*$"
    r"|\bready to end (?:my life|it)\b|\bfeel(?:ing)? like ending (?:everything|it|my life)"
    r"|\b(?:im|i am) (?:gonna|going to) end (?:it|everything|my life)\b(?! (?:with|by|at|on|there|here|early))"
    rf"|^(?:(?:i|just|honestly|really|help|ugh|pls|please)[ ,.]{{1,2}}){{0,3}}(?:want to"
    r"|wanna) (?:just )?(?:die|be dead|not (?:exist|be here|be alive|wake up)|kill my ?self"
    r"|end it(?: all)?|disappear forever)[ .!]*$"
    r"|\bi(?:d| would)? (?:dont|do not|never|no longer|didnt) (?:really |even )?(?:want to|wanna) (?:live"
    r"|be alive|exist|wake up|be here|go on|keep living|be in this world|keep going)(?: any ?more"
    r"| tomorrow)?(?! (?:with|in (?:the|a|this)|to|at|on call|for))"
    r"|\b(?:i )?wish (?:that )?(?:i|id|ive) (?:was|were|had never been|never been|wasnt|werent|would|could"
    r"|hadnt been|just)(?: \w+)? ?(?:dead|born|never born|alive|die|not wake up|never wake up"
    r"|disappear forever)"
    r"|\bi (?:cant|can not|cannot|could not|couldnt) (?:go on|keep going|live like this|live (?:any ?more"
    r"|anymore)|bear (?:to live|living)|do (?:this|it|life) any ?more|take (?:it|this) any ?more|carry on"
    r"|see a way out)(?! (?:about|rounds|with this case|leave|call|break|vacation))"
    r"|^(?:i )?(?:just )?cant (?:go on|live like this|do (?:this|life) any ?more)(?: like this| any ?more)?[ .!]*$"
)
_OWN_THOUGHTS = (
    rf"\b(?:i|im|ive|id|keep|been|started|have|having|had)\b(?: \w+){{0,3}}? (?:think(?:ing)?|thought"
    r"|thoughts|fantasi[sz]ing|dream(?:ing)?|dreamt|ideas|consider(?:ing|ed)?|contemplat(?:ing|ed)|urges?"
    rf"|plans?)(?: \w+){{0,2}}? (?:of|about|to|like)?(?: \w+){{0,2}}? ?(?:{_END_MYSELF}|dying\b|death every"
    r"|being dead|not being (?:here|alive)|ending it\b)"
    r"|^(?:ive been |been |im |i am |keep )?(?:think(?:ing)?|thoughts?(?= (?:of|about) \w+ my)) (?:of"
    rf"|about) (?:{_END_MYSELF}|ending it\b|dying\b)"
    r"|\b(?:i am|im|i feel|ive been(?: feeling)?|i was|feeling|i get|i got|i have been|i became"
    r"|been feeling|i might be|i may be|am i) (?:\w+ ){0,2}?(?:suicidal|better off dead|actively suicidal"
    r"|a danger to myself|worthless and)\b(?! (?:patients?|pts?|ideation meaning))"
    r"|\bi(?:m|ve| am| have| had| was)?(?: \w+){0,2}? (?:have|having|had|get|getting"
    r"|got)(?: \w+){0,2}? (?:suicidal (?:thoughts|ideations?|ideas|feelings)|thoughts of (?:suicide"
    r"|self ?harm|dying|death|hurting|killing)|si with a plan|passive si|active si)\b"
    r"|\bive (?:\w+ )?(?:suicidal thoughts|passive si)\b|\bmy (?:own )?(?:suicidal thoughts"
    r"|suicide (?:plan|note)|suicidality)\b|\bi (?:have|ve) (?:passive |active )?si[ .!]*$|\b(?:i|ive"
    r"|i have)(?: \w+){0,2} (?:a plan|the pills|the means|a gun) to (?:die|end|kill|do it)"
    r"|\b(?:better off|happier|easier|relieved) (?:without me|if i (?:was|were|am) (?:dead|gone|not here)"
    r"|if i (?:died|didnt exist|disappeared))|\b(?:no|any|without a|see (?:a|the|any)) (?:reason"
    r"|point) (?:left )?(?:to|in|for) (?:live|living|being alive|going on|go on)\b"
    r"|\b(?:my )?life (?:is|isnt|is not|has)(?: \w+){0,2} (?:not worth|worth) living|\bnot worth living\b"
    r"|\bnothing (?:left )?to live for\b|\bready to (?:die|end it)\b[ .!]*$|\bwant it (?:all )?to (?:end"
    r"|be over)\b|\bwriting (?:a|my) (?:suicide|goodbye) note\b|\bwrote (?:a|my) (?:suicide"
    r"|goodbye) (?:note|letter)"
    r"|\bi (?:just )?(?:took|swallowed|have taken) (?:a (?:bunch|bottle|lot|handful) of|too many"
    r"|all (?:of )?(?:my|the)|a whole bottle of) (?:\w+ )?(?:pills|tablets|tylenol|meds|medication|xanax"
    r"|ativan|acetaminophen|benzos)\b|\bi (?:just )?overdosed\b"
    r"|\b(?:i|ive)(?: \w+){0,2} (?:been cutting|cut) my ?(?:self|wrists?|arms?|legs)(?: (?:again"
    r"|on purpose|to feel|tonight|last night|when i|because|every|to cope)|[ .!]*$)"
    r"|\bi(?:ve)?(?: \w+){0,2} (?:self[ -]?harm(?:ed|ing)?)\b|\bhurting myself on purpose\b"
    r"|\bi(?: \w+){0,2} (?:go to sleep|fall asleep|sleep)(?: \w+){0,3} (?:not|never|without) (?:wake"
    r"|waking)(?: up)?\b|\bkms\b(?! (?:server|key|aws|activat))|\bkill(?:ing)? my ?self\b"
    r"|\bunaliv\w+ my ?self\b"
)
_FRIEND = (
    r"\b(?:my |a )(?:friend|roommate|classmate|co ?-?(?:student|intern|resident)|colleague|resident|intern"
    r"|partner|wife|husband|girlfriend|boyfriend|sister|brother|senior)\b(?: \w+){0,4}? (?:is suicidal"
    r"|wants to (?:die|kill|end)|(?:going|trying|threatening|planning) to (?:kill|end|hang)|talk(?:ing|ed"
    r"|s)? about (?:suicide|killing)|tried to (?:kill|end))"
)
_OWN = Pattern(f"{_OWN_WISH}|{_OWN_THOUGHTS}")
_CLOSE = Pattern(_FRIEND)
#: Words of someone else, a turn of speech, a question about words: no card.
_NOT_OWN = Pattern(
    r"\b(?:patients?|pts?|he|she|they|someone|somebody|client|mom|veteran|teen)\b(?: \w+){0,3}? (?:says?"
    r"|said|saying|tells?|told|states?|stated|endorses?|endorsed|reports?|reported|wants?|denies|denied"
    r"|if they|whether|asks?|asked|thinks?|feels?|mentions?|expresses|expressed)\b"
    r"|\b(?:meaning of|what (?:does|do|is)\b.* mean|whats .* mean|how (?:do|should|can) (?:i|we"
    r"|you) (?:ask|screen|assess|document|say|chart|phrase|talk to|respond|write)|what (?:do|should"
    r"|can) (?:i|we|you) say|define|definition|ask (?:a|the|my) (?:patient|pt)|abbreviation|stands? for"
    r"|screening (?:for|question))"
    r"|\b(?:laughing|embarrass\w*|boredom|for a coffee|for coffee|for some sleep|for sleep|the joke"
    r"|dead(?:line)s?|killing it|hill)\b"
)
_STRONG_OWN = Pattern(
    r"\bi(?:m| am)? (?:also |too |actually |really )?(?:suicidal|(?:going|want"
    r"|plan\w*) to kill my ?self)\b|\bi (?:also )?(?:feel|want) (?:the same|it too)\b"
)
_PATIENTS_WORDS = Pattern(r"\b(?:patients?|pts?|mean(?:s|ing)?|define|simulation|vignette)\b")
_NO_LIFE_LOST = Pattern(
    r"\b(?:i (?:dont|do not|would never|didnt|never)(?: \w+){0,2} (?:want to|wanna|feel like|going to"
    r"|gonna|plan to)?(?: \w+)? ?(?:kill my ?self over|die of|die on this|die from))\b"
    r"|\bkill(?:ing)? my ?self (?:laughing|over (?:a|this|the) (?:note|presentation|quiz|exam))\b"
)


def is_self_harm(text: str) -> bool:
    """Tell whether plain *text* says so of the writer, or of somebody close who says it now."""
    if _CLOSE.search(text) and not _PATIENTS_WORDS.search(text):
        return True
    if not _OWN.search(text) or _NO_LIFE_LOST.search(text):
        return False
    return not _NOT_OWN.search(text) or _STRONG_OWN.search(text) is not None
