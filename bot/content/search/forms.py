"""Words that count as one: spellings, forms of verbs, and what students and the bank call by different names."""

#: British spellings and the American ones the bank is written in, as parts of longer words.
BRITISH = (
    ("haem", "hem"), ("aemi", "emi"), ("oedem", "edem"), ("oesoph", "esoph"), ("oestr", "estr"), ("foet", "fet"),
    ("paed", "ped"), ("orthopaed", "orthoped"), ("gynaec", "gynec"), ("anaes", "anes"), ("caes", "ces"), ("faec", "fec"),
    ("orrhoea", "orrhea"), ("pnoea", "pnea"), ("coeli", "celi"), ("caec", "cec"), ("leuco", "leuko"), ("tumour", "tumor"),
    ("colour", "color"), ("labour", "labor"), ("behaviour", "behavior"), ("favour", "favor"), ("neighbour", "neighbor"),
    ("odour", "odor"), ("rumour", "rumor"), ("humour", "humor"), ("centre", "center"), ("litre", "liter"),
    ("metre", "meter"), ("fibre", "fiber"), ("theatre", "theater"), ("programme", "program"), ("practise", "practice"),
    ("licence", "license"), ("defence", "defense"), ("isation", "ization"), ("catheteris", "catheteriz"),
    ("hospitalis", "hospitaliz"), ("organis", "organiz"), ("stabilis", "stabiliz"), ("recognis", "recogniz"),
    ("apologis", "apologiz"), ("summaris", "summariz"), ("prioritis", "prioritiz"), ("specialis", "specializ"),
    ("generalis", "generaliz"), ("immunis", "immuniz"), ("randomis", "randomiz"), ("paralys", "paralyz"),
    ("lysed", "lyzed"), ("analys", "analyz"),
    ("enrol", "enroll"), ("counsell", "counsel"), ("travell", "travel"), ("cancell", "cancel"),
    ("labell", "label"), ("grey", "gray"), ("mould", "mold"), ("sulph", "sulf"), ("judgement", "judgment"),
    ("diarrhoea", "diarrhea"), ("ageing", "aging"), ("cheque", "check"), ("tonne", "ton"),
)  # fmt: skip

#: Forms of verbs that no ending tells, each with the plain form.
IRREGULAR = {
    form: forms[0]
    for forms in (
        line.split()
        for line in """
        be been being was were am is are
        bear bore born borne
        beat beaten
        become became
        begin began begun
        bite bit bitten
        bleed bled
        blow blew blown
        break broke broken
        breathe breath
        breed bred
        bring brought
        build built
        buy bought
        catch caught
        choose chose chosen
        come came
        deal dealt
        draw drew drawn
        drink drank drunk
        drive drove driven
        eat ate eaten
        fall fell fallen
        feed fed
        feel felt
        fight fought
        find found
        fly flew flown
        forget forgot forgotten
        freeze froze frozen
        get got gotten
        give gave given
        go went gone
        grow grew grown
        hang hung
        hear heard
        hide hid hidden
        hold held
        keep kept
        know knew known
        lead led
        leave left
        lend lent
        lie lay lain
        lose lost
        make made
        mean meant
        meet met
        pay paid
        ride rode ridden
        ring rang rung
        rise rose risen
        run ran
        say said
        see saw seen
        sell sold
        send sent
        shake shook shaken
        shoot shot
        show shown showed
        sing sang sung
        sit sat
        sleep slept
        speak spoke spoken
        spend spent
        spin spun
        stand stood
        steal stole stolen
        stick stuck
        swear swore sworn
        swell swollen
        swim swam swum
        take took taken
        teach taught
        tear tore torn
        tell told
        think thought
        throw threw thrown
        wake woke woken
        wear wore worn
        win won
        write wrote written
        """.splitlines()
        if line.strip()
    )
    for form in forms[1:]
    if form not in ("left", "lay", "felt", "found", "was", "were", "am", "is", "are")
}

#: Words that students and the bank use for the same thing, each group led by the one it counts as.
SAME = {
    word: group[0]
    for group in (
        line.split()
        for line in """
        surgery operation operations operate operated operating surgical surgeries
        medicine medicines medication medications drug drugs med meds pill pills tablet tablets
        belly abdomen abdominal stomach tummy
        ed er
        child children kid kids pediatric
        baby babies infant infants newborn newborns
        sick ill unwell
        family relative relatives parents
        test tests testing investigation investigations lab labs laboratory
        start starts started starting begin begins beginning began initiate
        end ends ended ending finish finishes finished finishing
        quick quickly fast rapid rapidly
        immediately urgent urgently stat
        big large huge
        mistake mistakes error errors wrong
        urine pee peeing urinate urinating
        stool stools poop bowel bowels feces
        vomit vomiting vomited vomits puke puking
        faint fainted fainting unconscious
        dead death die died dies dying
        pregnant pregnancy
        birth deliver delivered deliveries childbirth labor
        heart cardiac
        lung lungs pulmonary
        kidney kidneys renal
        liver hepatic
        brain neurological cerebral
        infection infections infected infectious
        allergy allergies allergic
        breath breathe breathing breathless
        temperature fever febrile
        specialist specialists consultant consultants
        discharge discharged discharges
        admit admitted admits admission admissions
        diagnosis diagnoses diagnosed diagnose
        meet meeting meetings
        talk talks talking conversation discussion discuss discussing discussed
        document documents documentation
        mail email emails
        letter letters recommendation recommendations lor
        evaluation evaluations evaluate evaluator evaluated grade grades
        feedback critique criticism
        supervisor supervisors supervising senior
        late tardy
        help helps helping assist assistance
        hurt hurts pain painful ache aches
        sugar glucose
        xray radiograph
        overnight nighttime
        daily everyday
        usual usually normal normally
        money cost costs pay insurance
        rude unkind disrespectful
        explain explains explaining explanation
        prescribe prescribed prescription prescriptions
        weekend weekends
        examine examined examination exam exams
        present presents presenting presentation presentations
        """.splitlines()
        if line.strip()
    )
    for word in group
}
