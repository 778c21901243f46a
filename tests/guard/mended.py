"""Invented notes for the classes of fault that the judging set brought to light, and clean ones which lie close by."""

#: class of fault: kind that must be found, and notes of which none is in the judging set
FOUND: dict[str, tuple[str, tuple[str, ...]]] = {
    "a label spelled letter by letter, its value in groups": (
        "record_number",
        (
            "M.R.N. 40 11 87, ask about the diet",
            "m r n 772 018 then the fluids question",
            "MRN 55 01 3 2 for the follow up list",
        ),
    ),
    "a tag instead of a plate": (
        "plate",
        (
            "truck tags RWD 4406, left running at the door",
            "vehicle tag is 8KTB 217, son came to move it",
            "van tag number: LQ 90 314 for the parking office",
        ),
    ),
    "a serial number behind a short label": (
        "serial",
        (
            "stent ser no 7H20931 noted from the card",
            "hip stem ser. 4410-KQ2, loose on film",
            "defib device no: BX 20117 interrogated",
        ),
    ),
    "a surname in small letters after seeing somebody": (
        "name",
        (
            "seen okafor first, lungs wet, told senior",
            "examined castillo again, belly softer",
            "prerounded on haddad, forgot the weight",
        ),
    ),
    "a name in small letters before a relative": (
        "name",
        (
            "tran bao-long's wife brought the pill bottles",
            "talked w ramirez family abt code status",
            "kowalski's daughter wants the ct result",
        ),
    ),
    "initials after an age": (
        "name",
        (
            "62F K.L. here with copd, did the neb teaching",
            "31 yo m D.A.W. s/p lap chole, walked him",
            "a 70-year-old woman, T.O., on hospice",
        ),
    ),
    "an unlisted given name in small letters before a listed surname": (
        "name",
        (
            "collateral from yevgenia sokolova zhang, she lives w him",
            "pt oyinkan adeyemi said no to blood",
            "hx from quetzalli ramirez by phone interp",
        ),
    ),
    "a chart line in capitals": (
        "name",
        (
            "PATIENT: THORVALDSEN K, CHF, NET NEG 2 L",
            "PT: ABEYWICKRAMA R. WOUND CLEAN",
            "NAME: OSTROWICKA, HIP FX",
        ),
    ),
    "a weekday with its number after an event": (
        "date",
        (
            "she was admitted on Friday the 13th w dka",
            "stroke on mon the 2nd, missed the window",
            "intubated thurs the 19th, trach talk now",
        ),
    ),
    "a street in small letters where somebody stays": (
        "place",
        (
            "sleeps near 12th st and oak, frostbite x2",
            "living on alder avenue w 3 kids, no heat",
            "stays in a tent by 3rd avenue, wound care hard",
        ),
    ),
    "a facility in small letters": (
        "place",
        (
            "followed at oakridge medical center for ckd",
            "goes to st agnes hospital for chemo",
            "pt from meadowbrook nursing home, sacral ulcer",
        ),
    ),
    "a city in small letters after home or work": (
        "place",
        (
            "lives in houston, here for a wedding",
            "drives to a chicken plant job in tulsa, hand injury",
            "has a trailer near fresno w no water",
        ),
    ),
    "a facility named by what it is": (
        "place",
        (
            "his snf is Cedar Hollow Care Center, no med list came",
            "dialysis unit: Harbor Point Clinic, misses fridays",
            "Her group home is called Maple Ridge Village",
        ),
    ),
}

#: The other side of each class.
PASSED: tuple[str, ...] = (
    "got my mrn training done, 2 modules left",
    "snipped 3 skin tags 4 mm each in derm clinic",
    "ser cr 1.4 then 1.2, better",
    "saw 3 consults, 2 admits and 1 code",
    "saw baker cyst on u/s, first one",
    "examined wilson ring on slit lamp",
    "seen by cards, followed by renal",
    "met the family for goc, i only listened",
    "pt's mom wants a second opinion",
    "resident tomas's family visited the ward",
    "45M S.O.B. for 2 days, lasix helped",
    "62F P.O. intake poor",
    "hx from daughter and chart, collateral from pcp office",
    "PATIENT: INTUBATED, SEDATED, ON PRESSORS",
    "PATIENT: HEPATITIS B, ON TREATMENT",
    "PT STABLE, PLAN DISCHARGE",
    "quiz on tues the 10th, study gi",
    "first week done, meet attending mon the 2nd",
    "surgery on the 3rd floor today, got lost",
    "plate with 10 holes for the tibia, held the drill",
    "PATIENT: VITAMIN D, LOW",
    "NAME: CONFIRMED BEFORE INCISION",
    "living on the street, frostbite on toes",
    "st elevation in 2nd, 3rd lead and avf",
    "pt followed at wound clinic and pain clinic",
    "works at an elementary school, many colds",
    "goes to dialysis center mwf",
    "works at a paper mill, cough is better on weekends",
    "lives in a trailer with 2 cats",
    "my apartment in houston is far from the ward",
    "my rotation at lakeview clinic is short",
    "nursing home is short of staff, he waits here",
    "i begin surgery jan 4, read the anatomy",
    "starting imaging on feb 1, wear flat shoes",
    "switching to surgery nov 30, ask for the list",
    "my fit test moved to dec 2",
    "my noon talk is nov 20",
    "giving a talk on oct 9, ten slides",
)
