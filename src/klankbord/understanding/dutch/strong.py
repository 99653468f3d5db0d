"""Words whose forms no rule gives: strong verbs and a few nouns. Facts of Dutch grammar, written down for this."""

from __future__ import annotations

# Stem, then its other forms; participles without "ge-". A form with "*" means something else when it stands alone
# ("bad", "vroeg"), and counts only behind a prefix or as a participle ("verbad", "gebeden").
_VERBS = """
    bak bakte bakken | bederf bedierf bedorven | bedrieg bedroog bedrogen | begin begon begonnen | bid *bad *baden
    beden | bied bood boden | bijt *beet beten | bind bond bonden | blaas blies bliezen blazen | blijk bleek bleken
    | blijf bleef bleven | breek brak braken broken | breng bracht brachten | buig boog bogen | denk dacht dachten |
    doe doet doen deed deden *daan | draag droeg droegen | drijf dreef dreven | dring drong drongen | drink dronk
    dronken | duik dook doken | dwing dwong dwongen | eet at *aten | fluit floot floten | ga gaat gaan ging gingen |
    geef gaf gaven | geniet genoot genoten | giet goot goten | glijd gleed gleden | grijp greep grepen | hang hing
    hingen | hef hief hieven heven | help hielp hielpen holpen | heb hebt heeft hebben had hadden | houd hou hield
    hielden | jaag joeg joegen | kies koos kozen | kijk keek keken | klim klom klommen | klink klonk klonken | knijp
    kneep knepen | koop kocht kochten | kom kwam kwamen | krijg kreeg kregen | kruip kroop kropen | laat liet lieten
    | lees *las lazen | lieg loog logen | lig lag *legen | lijd leed leden | lijk leek leken | loop liep
    liepen | meet *mat maten | mijd meed meden | neem nam namen nomen | prijs prees prezen | raad ried | rijd reed
    reden | roep riep riepen | ruik *rook roken | scheld schold scholden | schenk schonk schonken | schep schiep
    schiepen | schiet schoot schoten | schijn scheen schenen | schrijf schreef schreven | schrik schrok schrokken |
    schuif schoof schoven | sla slaat slaan sloeg sloegen *slagen | slaap sliep sliepen | slijt sleet sleten | sluit
    *sloot sloten | smelt smolt smolten | smijt smeet smeten | snijd sneed sneden | spreek sprak spraken sproken |
    spring sprong sprongen | sta staat staan stond stonden | steek stak *staken *stoken | steel *stal *stalen stolen
    | sterf stierf stierven storven | stijg *steeg *stegen | stink stonk stonken | strijd streed streden | strijk
    streek streken | tref trof troffen | trek trok trokken | val viel vielen | vang ving vingen | vecht *vocht
    vochten | vergeet vergat vergaten | verlies verloor verloren | vind vond vonden | vlieg vloog vlogen | vraag
    *vroeg vroegen | vries vroor vroren | weeg woog wogen | weet *wist wisten | werf wierf wierven worven | werp
    wierp wierpen worpen | wijk *week *weken | wijs *wees *wezen | win won wonnen | wring wrong wrongen | zend zond
    zonden | zeg zei zeiden | zie ziet zien zag zagen | zing zong zongen | zink zonk zonken | zit zat *zaten zeten |
    zoek zocht zochten | zuig zoog zogen | zwem zwom zwommen | zweer zwoer zwoeren zworen | zwerf zwierf zwierven
    zworven | zwijg zweeg zwegen | krimp kromp krompen | schend schond schonden | verwijt verweet verweten | rijs
    rees rezen | hijs hees hesen | melk molk molken | rijt reet reten | rijg reeg *regen | slink slonk slonken |
    spin spon sponnen | splijt spleet spleten | spuit spoot spoten | stuif stoof stoven | treed *trad *traden treden
    | vlecht vlocht vlochten | wrijf wreef wreven | zwel zwol zwollen | berg *borg *borgen | verslind verslond
    verslonden | delf dolf dolven | nijg neeg *negen
"""

# Regular, but taken for something else by the rules; and forms that look like a participle and are none.
_EXCEPTIONS = """
    pas past paste pasten gepast | luk lukt lukte lukten gelukt | verkeerd verkeerde | bekend bekende bekenden |
    gezond gezonde | beroemd beroemde | goed goede | rond ronde | vast vaste | kost kosten kostte gekost | last
    lasten | gedicht gedichten | gerecht gerechten | post posten | rust rusten gerust | bericht berichten | gedachte
    gedachten | geluid geluiden
"""

# Their plural shortens or changes the vowel, or they have another form altogether.
_NOUNS = """
    bad baden badje | bevel bevelen | blad bladen bladeren blaadje blaadjes | dag dagen | dak daken | dal dalen | ei
    eieren | gat gaten | gebed gebeden | gebrek gebreken | gebod geboden | verbod verboden | glas glazen | god goden
    | graf graven | hof hoven | hol holen | kalf kalveren | kind kinderen | lam lammeren | lid leden | lied liederen
    | lot loten | oorlog oorlogen | pad paden | rad raderen | rund runderen | schip schepen scheepje | schot schoten
    | slag slagen | slot sloten | smid smeden | stad steden | uur uren | tijd tijden | huis huizen
    huize | vat vaten | verdrag verdragen | volk volkeren volken | weg wegen | centrum centra | datum data |
    catalogus catalogi | koe koeien | vlo vlooien | museum musea
"""


def _table(text: str) -> dict[str, tuple[str, bool]]:
    found: dict[str, tuple[str, bool]] = {}
    for entry in text.split("|"):
        stem, *forms = entry.split()
        for form in forms:
            found.setdefault(form.lstrip("*"), (stem, not form.startswith("*")))
    return found


VERB_FORMS = _table(_VERBS)
"""A form of a strong verb: its stem, and whether it means that when it stands alone."""
EXCEPTIONS = {form: stem for form, (stem, _) in _table(_EXCEPTIONS).items()}
EXCEPTIONS |= {stem: stem for stem in EXCEPTIONS.values()} | {"mest": "mest"}
"""A form that the rules would take for another word's: its stem."""
STRONG_STEMS = frozenset(stem for stem, _ in VERB_FORMS.values())
NOUN_FORMS = {form: stem for form, (stem, _) in _table(_NOUNS).items()}
"""A plural (or a diminutive) that no rule gives: its singular."""
