"""Sentences with slots, written for Carryon, from which ``invent`` makes training text.

Slots: ``{G}`` a given name, ``{S}`` a family name, ``{F}`` both, ``{A}`` an address, ``{P}`` a place, ``{M}`` a month or a day,
``{T}`` a thing with a capital that is no name (a dish, a trade, a language …), ``{B}`` a brand, a work or a band, ``{W}`` a
name that is also a place, where it is the place, ``{K}`` some capitals, ``{N}`` a number, ``{C}`` a clock time.
"""

# What somebody does: follows a name.
DOES = {
    "en": """called again|said she'd be late|told me about the new flat|came over for dinner|is moving out|was there too
thinks I should quit|made soup
brought the kids|forgot my birthday|has a fever|got the job|passed the exam|and I went for a walk|and I argued about money|laughed so hard
wants to sell the car
is pregnant!|drove us home|didn't reply|texted at 2am|cancelled again|paid for lunch|sent the photos|owes me £20|broke her wrist
hates the new office|snored all night
fixed the tap|will pick me up|can't come on Friday|lost his keys|still hasn't called|started school today|is turning 40|cried on the phone
gave me a lift|showed up drunk
helped with the boxes|was annoyed with me|and the others left early|asked about mum|says hi|just had a baby|left the company
has the spare key|sounded tired
needs the forms by Monday|recommended this book|is allergic to nuts|used to live next door|taught me to knit|wrote me a long letter
won't budge|seemed off today""",
    "de": """hat angerufen|kommt später|war auch da|hat mir davon erzählt|zieht nächste Woche um|hat Kuchen mitgebracht|ist wieder krank
will das Auto verkaufen|hat abgesagt
hat den Job bekommen|meint, ich soll kündigen|und ich waren spazieren|hat Geburtstag|hat sich nicht gemeldet|hat die Prüfung bestanden
holt mich ab|hat mir geholfen|wohnt jetzt allein
kann am Freitag nicht|hat schon wieder den Schlüssel vergessen|ist schwanger|schuldet mir noch 20 Euro|hat gekocht|lässt grüßen
war heute komisch|hat die Fotos geschickt""",
    "fr": """a appelé ce matin|arrive demain|était là aussi|m'a tout raconté|déménage la semaine prochaine|a apporté le dessert
est encore malade|veut vendre la voiture|a annulé
a eu le poste|pense que je devrais partir|et moi avons marché longtemps|fête son anniversaire|n'a pas répondu|a réussi son examen
vient me chercher|m'a aidé à porter les cartons
habite seule maintenant|ne peut pas vendredi|a oublié ses clés|est enceinte|me doit vingt euros|a fait la cuisine|vous embrasse
avait l'air fatiguée|m'a envoyé les photos""",
    "es": """me llamó ayer|llega mañana|también estaba|me lo contó todo|se muda la semana que viene|trajo el postre|está enfermo otra vez
quiere vender el coche|canceló
consiguió el trabajo|cree que debería irme|y yo fuimos a pasear|cumple años|no contestó|aprobó el examen|viene a buscarme
me ayudó con las cajas|vive sola ahora|no puede el viernes
se olvidó las llaves|está embarazada|me debe veinte euros|hizo la cena|te manda saludos|parecía cansada|me mandó las fotos""",
}
DOES = {language: text.replace("\n", "|").split("|") for language, text in DOES.items()}

# What is done with somebody: stands before a name.
WITH = {
    "en": """lunch with|dinner with|walk with|long call with|coffee with|met|saw|ran into|called|texted|rang|emailed|had a row with|
thinking about|worried about|message from|a card from|
present for|birthday card for|picked up|dropped off|visited|went to see|at|talked to|spoke to|waiting for|thanks to|asked|told|invited|
said goodbye to|babysat for|played chess with|
drinks with|sat next to|reply to|write back to|pay back|remind|ask|call|meeting with|interview with|appointment with|phone call from|
a voicemail from|news from|pizza with|cinema with|
my friend|my sister|my brother|my boss|my cousin|my colleague|our neighbour|her husband|his wife|my son|my daughter|uncle|auntie|aunt|
my therapist|the landlord|my ex|my mate|
little|poor|dear|hi|hey|hello|love,|yours,|thanks|happy birthday|photo of|a dream about|miss|I love|I met|I saw|I told|we visited|we saw|
so proud of|dear diary, today""",
    "de": """Mittagessen mit|Abendessen mit|Spaziergang mit|lange telefoniert mit|Kaffee mit|getroffen:|heute war ich bei|Nachricht von|
Geschenk für|Streit mit|Besuch von|bei|mit|von|für|gegen|
meine Freundin|mein Freund|meine Schwester|mein Bruder|mein Chef|meine Kollegin|mein Kollege|unsere Nachbarin|Tante|Onkel|Oma|Opa|liebe|
lieber|hallo|hi|danke|ich habe|heute hat mir|
ich liebe|ich vermisse|wir waren bei|Termin bei|Anruf von|Zahnarzt Dr.|Dr.|Frau|Herr|Herrn|Familie|Geburtstag von|Grüße von|Grüße an|
gestern kam|dann hat|und dann kam|ich glaube,|nach|fragen:|abends mit|Streit wegen|treffen mit|abgeholt:""",
    "fr": """déjeuner avec|dîner avec|balade avec|long coup de fil avec|café avec|j'ai vu|j'ai croisé|message de|cadeau pour|dispute avec|
visite de|chez|avec|pour|sans|mon amie|mon ami|ma sœur|
mon frère|mon chef|ma collègue|notre voisine|tante|oncle|mamie|papi|chère|cher|salut|bonjour|merci|j'aime|rendez-vous avec|appel de|Dr|
docteur|Mme|Madame|M.|Monsieur|la famille|l'anniversaire de|
bises à|hier soir|et puis|je crois que|rappeler|écrire à|demander à|demander|sortie avec|vu|parlé avec""",
    "es": """comida con|cena con|paseo con|llamada larga con|café con|vi a|me encontré con|mensaje de|regalo para|discusión con|visita de|
en casa de|con|para|sin|mi amiga|mi amigo|mi hermana|
mi hermano|mi jefe|mi compañera|nuestra vecina|tía|tío|abuela|abuelo|querida|querido|hola|gracias|quiero a|cita con|llamada de|Dr.|doctora|
Sra.|Señora|Sr.|Señor|la familia|el cumpleaños de|
besos a|anoche|y entonces|creo que|llamar a|escribir a|preguntar a|preguntar por|quedar con|discutí con|salí con""",
}
WITH = {language: [part for part in text.replace("\n", "").split("|") if part] for language, text in WITH.items()}

# Whole lines with a name.
NAMED = {
    "en": """{G} and {G} {does}.|{G}, {G} and {G} came to the barbecue.|- call {G} about the boiler|- [ ] reply to {G}|- [x] pay {F}
* {G}: two tickets|{G} - vegetarian|Attendees: {G}, {G}, {F}
With {G} & {G} at the lake.|{G}'s birthday is coming up.|{G}'s mum {does}.|went to {G}'s after work|It was {G}'s idea, not mine.
Dr {S} says it is nothing.|Dr. {S} moved my appointment to {C}.
Mrs {S} next door {does}.|Mr {S} gave us homework again.|Ms. {F} will take over.|Professor {S} liked the draft.|met a guy called {G}
her name is {G}|his name's {G} or {G}, not sure|my name is {F}
I'm {G}, by the way|Signed, {F}|{F}\\n{A}|{F}, {A}|Emergency contact: {F}|landlord: {F}|Plumber ({G}) comes at {C}.|Therapist: {F}
Contact: {F}, {N}|From: {F}|To: {F}|cc {G}|hi {G},|Hi {G}!\\nthanks for yesterday
Dear {G},|Best,\\n{G}|Cheers, {G}|love you {G}|ok so {G} {does} and {G} {does}|I told {G} that {G} {does}.
Since {G} {does}, {G} and I don't talk.|Then {G} {does}.|But {G} {does}.|Apparently {G} {does}.
Yesterday {G} {does}.|Today {G} {does}.|Turns out {G} {does}.|This morning {G} {does}.|Why does {G} always do this?|Does {G} know?
Is {G} coming?|Will {G} come?|What would {G} say?|Did {G} call?
{G} {does}, which is so like {G}.|{does} said {G}.|"Not now," said {G}.|"{G}, wait!"|Not sure {G} {does}.|Kids: {G} (7), {G} (4)
{G} (my sister's boyfriend) {does}.|my niece {G} {does}|the twins, {G} and {G}, {does}
{G} from work {does}.|{G} from accounting|{G} at the bakery {does}.|{G} in {P} {does}.|visiting {G} in {P}|flew to {P} to see {G}
{G} {S} {does}.|{F} {does}.|Bumped into {F} at the market.|interview with {F} at {B}
{G} and her sister {G} {does}.|{G}, my oldest friend, {does}.|saw {G} in {M}|{G} is back in {M}.|Grandma {G} {does}.|uncle {G} {does}
aunt {G}'s recipe|cousin {G} {does}|coach {S} {does}|Father {S} {does}|Sister {G} {does}
team: {G}/{G}/{G}|{G} → kitchen, {G} → bathroom|{G} = late again|{G} bed at {N}, {G} at {N}, no telly|{G} eats everything, {G} nothing
the sitter: {G}|Godparents: {F} and {F}.|Godparents are {F} and {G}.|both {G}s, the {S}s and Dr {S}|cards for {G}, the {S}s, Dr {S}, {G}
Big {G} {does}.|Old {G} {does}.|Little {G} {does}.|{G}'s off sick so I did {G}'s shift.
ask for {G}|ask for {F} at the desk|It's {G}'s {N}th on Saturday.|{G} turned {N}.|w {G} and {G}|w/ {G}|went w {G}, no sorry, {G}
{G} and i went|me n {G}|{G} n {G} {does}|Officer {S} wrote it down.|Father {G} {does}|Nurse {G} was kind.|Coach {G} shouted.
Auntie {G} {does}|Granny {G} {does}|King-size bed for {G}
they're calling her {G}|they named him {G}|baby {G} is here|called {G} after {G}|a guy called {G} who {does}
her daughter {G} and my {G} get on|{F} was nervous, {F} wasn't.|The other one, {F}, {does}.|Godmother {G} {does}.
The neighbours, {F} and {F}, {does}.|{G} rang. {G} {does}.|Had words with {G} again.|{G} again. Of course.|Not {G}, the other one, {G}.
Went to {W} with {G}.|{G} wants to go to {W}.|{G} flew to {W}.|{G} is in {W} until {M}.|With {G} to {W}, then {P}.
{G} moved to {P}, {G} to {W}.|{G} from {W} {does}.|{W} with {G}, {P} with nobody.|{G} says {P}, I say {W}.
{G} came off the bike by {W} bridge|{G} hates {W}.|{G} works in {W} now.|letter from {G} in {W}|{G} met {G} in {P}.
{G} (the plumber) {does}|{S} on the phone: no.|Mr. and Mrs. {S} {does}.|Mr {S}, flat two, {does}.|Account holder {F}.|Signed by {F}
witness: {F}|room booked under {S}|the name's {S}|under the name {F}|{S} vs {S} in the final|{F}'s funeral|in memory of {F}|grandson {G}
{G}!!!|omg {G}|so {G} goes: no|1. {G}\\n2. {G}\\n3. {G}|- {G}\\n- {G}\\n- {G}|gifts: {G} book, {G} scarf
poker with {G}, {G}, {S} and the rest|{S}, {G} - {N}|my dog {G}|the baby, {G}, {does}""",
    "de": """{G} und {G} {does}.|{G}, {G} und {G} waren beim Grillen.|- {G} wegen der Heizung anrufen|- [ ] {G} antworten
{G}s Geburtstag steht an.|Dr. {S} sagt, es ist nichts.|Frau {S} von nebenan {does}.|Herr {S} {does}.
Frau Dr. {S} hat den Termin verschoben.|sie heißt {G}|er heißt {F}|mein Name ist {F}|Ich bin {G}.|{F}\\n{A}|{F}, {A}|Vermieter: {F}
Klempner ({G}) kommt um {C}.|Notfallkontakt: {F}|Ansprechpartnerin: {F}|Liebe {G},|Lieber {G},|Hallo {G},
Viele Grüße\\n{G}|LG {G}|Heute hat {G} abgesagt.|Gestern war {G} da.|Dann hat {G} angerufen.|Ich habe {G} im Supermarkt getroffen.
Mit {G} war ich am See.|Ob {G} das weiß?|Kommt {G} auch?|Was würde {G} sagen?|Warum macht {G} das immer?
{G} aus {P} {does}.|bei {G} in {P}|Im {M} kommt {G}.|Oma {G} {does}.|Onkel {G} {does}.|Tante {G} {does}.|Kinder: {G} (7), {G} (4)
die Zwillinge {G} und {G}|{F} {does}.|Mit {F} bei {B} gesprochen.|{G} vom Chor {does}.|{G} aus der Arbeit {does}.
Teilnehmer: {G}, {G}, {F}|{G} → Küche, {G} → Bad|Danke, {G}!|Sehr geehrte Frau {S},|Sehr geehrter Herr {S},
Familie {S} hat uns eingeladen.|Die {S}s sind im Urlaub.|Der kleine {G} {does}.|Das hat {G} gesagt.|{G} meint, dass {G} {does}.""",
    "fr": """{G} et {G} sont venus.|{G}, {G} et {G} étaient au barbecue.|- appeler {G} pour la chaudière|- [ ] répondre à {G}
C'est bientôt l'anniversaire de {G}.|Le Dr {S} dit que ce n'est rien.|Mme {S} d'à côté {does}.|M. {S} {does}.
elle s'appelle {G}|il s'appelle {F}|je m'appelle {F}|Je suis {G}.|{F}\\n{A}|{F}, {A}|Propriétaire : {F}|Plombier ({G}) à {C}.
Contact : {F}|Chère {G},|Cher {G},|Salut {G},|Bises,\\n{G}|Aujourd'hui {G} {does}.|Hier {G} {does}.|Puis {G} {does}.
J'ai croisé {G} au marché.|Est-ce que {G} le sait ?|{G} vient aussi ?|Que dirait {G} ?|{G} de {P} {does}.|chez {G} à {P}
{G} revient en {M}.|Mamie {G} {does}.|tonton {G} {does}|tante {G} {does}|Enfants : {G} (7 ans), {G} (4 ans)
les jumeaux {G} et {G}|{F} {does}.|entretien avec {F} chez {B}|{G} du bureau {does}.|Présents : {G}, {G}, {F}|Merci {G} !
La famille {S} nous a invités.|Le petit {G} {does}.|D'après {G}, {G} {does}.|Madame {S},|J'ai dit à {G} que {G} {does}.""",
    "es": """{G} y {G} vinieron.|{G}, {G} y {G} estaban en la barbacoa.|- llamar a {G} por la caldera|- [ ] responder a {G}
Pronto es el cumpleaños de {G}.|El Dr. {S} dice que no es nada.|La Sra. {S} de al lado {does}.|El señor {S} {does}.
se llama {G}|él se llama {F}|me llamo {F}|Soy {G}.|{F}\\n{A}|{F}, {A}|Casero: {F}|Fontanero ({G}) a las {C}.|Contacto: {F}|Querida {G},
Querido {G},|Hola {G},|Besos,\\n{G}|Hoy {G} {does}.|Ayer {G} {does}.|Luego {G} {does}.
Me encontré con {G} en el mercado.|¿{G} lo sabe?|¿Viene {G}?|¿Qué diría {G}?|{G} de {P} {does}.|en casa de {G} en {P}|{G} vuelve en {M}.
La abuela {G} {does}.|el tío {G} {does}|la tía {G} {does}|Hijos: {G} (7), {G} (4)
los gemelos {G} y {G}|{F} {does}.|entrevista con {F} en {B}|{G} del trabajo {does}.|Asistentes: {G}, {G}, {F}|¡Gracias, {G}!
La familia {S} nos invitó.|El pequeño {G} {does}.|Según {G}, {G} {does}.|Doña {G} {does}.|Don {G} {does}.|Le dije a {G} que {G} {does}.""",
}
NAMED = {language: text.replace("\n", "|").split("|") for language, text in NAMED.items()}

# Lines with an address.
ADDRESSED = {
    "en": """I live at {A}.|new address: {A}|Address: {A}|moved to {A} last week|send it to {A}|deliver to {A} please
the flat at {A} was damp|viewing at {A}, {C}|party at {A}|our old house, {A},|meet at {A} at {C}|Ship to:\\n{A}
pick up from {A}|{G} lives at {A}.|{G}: {A}|{G} moved to {A}|Mum's: {A}|Dentist, {A}|the surgery is at {A}|parked outside {A}|office: {A}
Home {A}|he gave me his address, {A}.|{A}|- {A}|drive to {A}, then call {G}|register at {A}|invoice to {F}, {A}
my address is {A} and my name is {F}|grew up at {A}|hotel is on {A}|{F}\\n{A}\\n{N}""",
    "de": """Ich wohne in der {A}.|neue Adresse: {A}|Adresse: {A}|umgezogen in die {A}|bitte an {A} schicken|Besichtigung {A}, {C}
Wohnung in der {A} war feucht|{G} wohnt in der {A}.|{G}: {A}|Zahnarzt, {A}|Treffpunkt {A} um {C}|Lieferung an {F}, {A}
{A}|- {A}|Paket abholen: {A}|Praxis in der {A}|geparkt vor {A}|Büro: {A}|früher haben wir in der {A} gewohnt|{F}\\n{A}""",
    "fr": """J'habite au {A}.|nouvelle adresse : {A}|Adresse : {A}|déménagé au {A}|à envoyer au {A}|visite au {A}, {C}
l'appartement du {A} était humide|{G} habite {A}.|{G} : {A}|dentiste, {A}|rendez-vous {A} à {C}|livraison chez {F}, {A}|{A}|- {A}
colis à retirer : {A}|garé devant le {A}|bureau : {A}|on habitait {A}|{F}\\n{A}""",
    "es": """Vivo en {A}.|nueva dirección: {A}|Dirección: {A}|me mudé a {A}|enviar a {A}|visita en {A}, {C}|el piso de {A} tenía humedad
{G} vive en {A}.|{G}: {A}|dentista, {A}|quedamos en {A} a las {C}|entrega a {F}, {A}|{A}|- {A}
recoger paquete: {A}|aparcado delante de {A}|oficina: {A}|antes vivíamos en {A}|{F}\\n{A}""",
}
ADDRESSED = {language: text.replace("\n", "|").split("|") for language, text in ADDRESSED.items()}

# Lines without any detail, full of what might be taken for one.
NOTHING = {
    "en": """Trip to {P} in {M}.|flight to {P}, {C}|We spent {M} in {P}.|{P} was hot.|{P} is beautiful in {M}.|back from {P}
weather in {P}: {N} degrees|train {P} - {P}, platform {N}|{M} was awful.|See you in {M}!|due in {M} or {M}|last {M}|{M} {N}|{M} plans
the {W} festival|a trip to {W}|in {W}, near {P}|{W} was closed on Monday.|{W} won {N}:{N}|{W} was hotter than I thought.
{W} was cold and the tea good.|{W} at six in the morning, nobody there.|a night in {W}, two in {P}|all the way to {W}
{W}, {P} and {W} in ten days|the {W} line is closed|the {W} branch moved|{W} station, {C}|{W} Street, then left|{W} bridge was up
he says {P}, she says {W}|{P} in the rain
{W} to {P}, {N} hours|{W} by night|map of {W}|the bus to {W} never came|a postcard from {W}|{W} airport, gate {N}|{W} again next year
we're going to {W}, as in {P}|a film set in {W}|the {W} office|{W} is a long way off|{W} in spring|north of {W}|near {W}|the road from {W}
born in {W}|lived in {W} for {N} years|wine from {W}
{K} form {N}.|{K} letter came.|{K}: done|the {K} is broken|{K} number {N}|my {K} expired|{K} at {C}|{K} on the box|updated the {K}
{K} class {N}|{K} and {K}|no {K}, no {K}|{K}, {K}, {K}: my week|says {K} on the tin|press {N}, then {N}, then hash|{N}.{N}-beta broke it
rc{N} is out, alpha was better|{W} lost again|flights to {W} are cheap|we drove through {W}|moving to {W}? maybe|{W} is my favourite city
{W} in {M}|from {W} to {P} by train
Order {N} shipped.|order no. {N}|Room {N}, floor {N}|chapter {N}|page {N}|bus {N} to {P}|{N} km in {N} minutes|{N} pages of {B}
watched {B}|listening to {B}|finished {B} today|{B} season {N}|reading {B} again|the new {B} is out|bought a {B}|my {B} broke
{B} vs {B}|an {T} recipe|{T} for dinner|{T} with {T}|learning {T}|job ad: {T}|Shopping: {T}, {T}, {T}|Ingredients\\n{N} g {T}\\n{N} {T}
{T} and {T}|{T} soup, {N} min|Monday: {T}, Tuesday: {T}|{N} x {T}|{T} {N}|the {T} was great|studied {T} at university
To do\\n- {T}\\n- {T}|Meeting Notes|Things I Want To Remember|Morning Pages|Things To Pack|Shopping List|Ideas For The Garden
What Went Well Today|Week {N}|Day {N}|Chapter {N}: The {T}|Happy New Year!|Merry Christmas everyone|God I hate Mondays.
Thank God it's Friday.
Will do.|Mark my words.|The bill was {N}.|May I?|Grace period ends {M} {N}.|I hope so. Joy!|Frank talk, no sugar.
Bill came: {N}. Will pay later.|Rose petals, {T}|Will it rain?|May was wet, June dry.|Hope springs eternal.|Mark all as done
Art class at {C}|Miles run: {N}
Mum said no.|Dad is better.|Grandma called.|Mom and Dad argued|the Doctor said rest|The Boss is away.|went to Lidl, then Ikea
the Tube was packed|Netflix and tea|Python {N}.{N}.{N}|Google Maps says {N} min|PhD application|CV, cover letter|TODO: fix CSS
NHS appointment at {C}|HMRC letter
the BBC says {P}|Brexit again|King Lear at the theatre|the Beatles all day|Harry Potter marathon|Christmas in {P}|Easter weekend
Ramadan starts|Yoga at {C}|Pilates, {C}|English homework|French class|German lesson {N}|Spanish exam in {M}|DHL parcel {N}|ISBN {N}
invoice {N}, {M}
{N} Street food stalls|it was {N} then|won {N}-{N}|the score was {N} to {N}|apartment hunting, {N} viewings|the street is quiet
walked {N} blocks|highway {N} closed|{N} days until {P}|{N} g flour, {N} butter, {N} sugar|Flour {N}g, sugar {N}g, {N} eggs
{N} ml milk, {N} tsp salt, oven {N}|Flight {N}, gate {N}, seat {N}|Gate {N}, seat {N}{N}|seat {N}, coach {N}|Model {N}, serial {N}, lot {N}
ref FLAT {N}|ref {N}, amount {N}|standard EN {N}, class {N}|meeting from {N} to {N}, room {N}|{N} {M} 2024, dentist|{M} 2023 was hard
since {M} 2019|{N}. {M} {N}, {C}|born {N} {M} 1984 in {P}|born in {P} in 1962|{N} laps, {N} km, heart rate {N}|weight {N}, waist {N}
pulse {N}, pressure {N} over {N}
lot {N}, best before {N}.{N}.2027|locker {N}, code {N}|IP{N}, whatever that means|bus {N}, then line {N}, then walk|{N} W bulb, {N} V
{N} x {N} cm, oak|paint: {N} litres, {T}|chapter {N}, verse {N}, page {N}|iso {N}, f/{N}, 1/{N}|{N} mg twice a day|{N} rows, {N} stitches
level {N}, {N} points
{N} pm, pier {N}|The {N} to {P} was late.|Bus {N} to {P}, then the ferry.|house built in {N}, roof {N}|account holder: none yet
balance {N}, rent {N}|channel {N}, {C}|squats {N} x {N}|grade {N}, top of the class|question {N}: the road to {P}|highway {N} to {P}
platform {N} at {P}|{P} by {C}, {P} by night
Landline works again.|Mechanic says the clutch is gone.|Plumber didn't come.|Dentist moved.|Locum again at the surgery.|Wifi down.
Printer jammed, toner empty.|Boiler man at {C}.|Midwife visit went well.|Landlord wants more.|Vet bill: {N}|Choir practice at {C}.
Petrol at {N}.|Passport renewal, photos, form, fee.
IRS form.|VAT return.|IMEI on the box.|MOT due {M}.|USB stick lost.|PDF of the lease.|GP on {M} {N}.|ER at midnight, fine now.
NYC was loud.|UK news.|EU rules.|LOL.|OMG the dress.|BBQ postponed.|DIY weekend.|AC broken.|TV off, book on.|ATM ate the card.
PIN letter came.|Q{N} numbers|OK so that happened.|P.S. buy milk
{N} {T} a day|built in {N}|{N} people in {P}|since {N}|around {N} {T}|{N} minutes on the road to {P}""",
    "de": """Reise nach {P} im {M}.|Flug nach {P}, {C}|Im {M} waren wir in {P}.|{P} war heiß.|zurück aus {P}|Wetter in {P}: {N} Grad
Zug {P} - {P}, Gleis {N}|Der {M} war furchtbar.|Bis {M}!|am {N}. {M}|{W} ist schön im {M}|{W} hat {N}:{N} gewonnen
Bestellung {N}|Zimmer {N}|Kapitel {N}|Seite {N}|Bus {N} nach {P}|{N} km in {N} Minuten|{B} geschaut|{B} gelesen|ein neues {B}
{T} zum Abendessen|{T} mit {T}|Stelle als {T}|Einkauf: {T}, {T}, {T}|Zutaten\\n{N} g {T}\\n{N} {T}|{N} x {T}|der {T} war gut
Montag: {T}, Dienstag: {T}
Den ganzen Tag Regen, Kopfschmerzen und Tee.|Die Küche ist endlich fertig.|Heute Morgen im Zug gelesen, dann Arbeit bis zum Abend.
Der Arzt sagt, ich brauche Ruhe.|Meine Mutter hat Kuchen gebacken.|Papa geht es besser.|Oma hat angerufen.|Die Wohnung ist zu klein.
Nach dem Essen Wäsche, Staubsaugen, Müll.
Ich habe Angst vor der Prüfung.|Im Garten blühen die Rosen.|Der Hund wollte nicht in den Regen.
Das Gespräch mit dem Chef war besser als gedacht.|Schlecht geschlafen, Rücken tut weh.|Am Wochenende Wanderung, Brotzeit, See.
Mein Fahrrad hat einen Platten.|Die Kinder haben Ferien.|Endlich Feierabend.
Wieder kein Geld auf dem Konto.|Die Nachbarn waren laut.|Auf dem Markt gab es Kirschen.|Der Termin beim Amt war sinnlos.
Neue Schuhe, neue Tasche, neues Glück.|Zum Frühstück Brot mit Marmelade.|Die Heizung ist kaputt.|Im Büro Streit wegen der Planung.
Ziel: mehr Schlaf, weniger Handy.
Frohe Weihnachten|Gott sei Dank Freitag|Der Film war langweilig.|Das Konzert fiel aus.|Die Bahn kam zu spät.|Gute Nacht.|Guten Morgen
Liebes Tagebuch|Deutsch, Mathe, Englisch: alles geschafft|Rechnung {N} bezahlt|Mehl {N} g, Butter {N} g, Zucker {N} g
{N} g Mehl, {N} Eier, {N} Grad, {N} Minuten|Gleis {N}, Wagen {N}, Platz {N}|Platz {N}, Reihe {N}|Flug {N}, Gate {N}|Teil {N} von {N}
geb. {N}.{N}.1988, ledig|geboren {N}.{N}.1971 in {P}|Formular ausgefüllt, abgeschickt.|Steuererklärung fertig.
Bestellung {N}, weil der Kunde wartet|weil keiner da war|Kaution zurück.|Überweisung raus.|Kuchen im Ofen.|Streit beim Essen.
Rezept: {N} g {T}, {N} ml Milch|Blutdruck {N} zu {N}|Puls {N}|{M} {N} war schwer.|seit {M} 2019|{N} m², {N} Zimmer, Balkon
Nummer {N} im Wartezimmer|Haus {N}, Aufgang {N}|Spielstand {N}:{N}|Version {N}.{N}|der Weg nach {P}|die Straße ist gesperrt
{N} Leute in {P}""",
    "fr": """Voyage à {P} en {M}.|vol pour {P}, {C}|En {M} nous étions à {P}.|{P} était superbe.|retour de {P}|météo à {P} : {N} degrés
train {P} - {P}, voie {N}|{M} a été long.|le {N} {M}|{W} est belle en {M}|{W} a gagné {N}-{N}|commande {N}|chambre {N}|chapitre {N}
page {N}|bus {N} pour {P}|{N} km en {N} minutes|regardé {B}|relu {B}|un nouveau {B}|{T} pour le dîner|{T} avec {T}|poste de {T}
Courses : {T}, {T}, {T}|{N} g de {T}|{N} x {T}|Maman a dit non.|Papa va mieux.|Mamie a appelé.|Toute la journée sous la pluie.
La cuisine est enfin prête.
Mal dormi, mal au dos.|Le médecin dit de me reposer.|J'ai peur de l'examen.|Les voisins ont fait du bruit.
Le rendez-vous à la mairie n'a servi à rien.|Joyeux Noël|Dieu merci c'est vendredi|Cher journal|Bonne nuit|cours d'Anglais, de Français
facture {N} payée|Farine {N} g, beurre {N} g, four à {N}|{N} œufs, {N} g de sucre|voie {N}, voiture {N}, place {N}|place {N}, rang {N}
train de {C}, place {N}|vol {N}, porte {N}|née le {N}.{N}.1966|né en 1962 à {P}|carte refusée|tension {N} sur {N}|code {N}
tome {N}, page {N}|depuis {M} 2019|Rendez-vous reporté.|Commande perdue.
Appel manqué.|Formulaire rempli.|Plombier injoignable.|Nouvelle lampe au salon.|Enfin retrouvé !|version {N}.{N}|la rue est calme
{N} personnes à {P}
Reunion de l'équipe, puis courses.|Le Monde en parle|la SNCF en grève|le TGV de {C}|Il pleut depuis lundi.|Les Français râlent.
Le Tour de France passe à {P}""",
    "es": """Viaje a {P} en {M}.|vuelo a {P}, {C}|En {M} estuvimos en {P}.|{P} era preciosa.|vuelta de {P}|tiempo en {P}: {N} grados
tren {P} - {P}, vía {N}|{M} fue largo.|el {N} de {M}|{W} es bonita en {M}|{W} ganó {N}-{N}|pedido {N}|habitación {N}|capítulo {N}
página {N}|autobús {N} a {P}|{N} km en {N} minutos|vi {B}|releí {B}|un {B} nuevo|{T} para cenar|{T} con {T}|puesto de {T}
Compra: {T}, {T}, {T}|{N} g de {T}|{N} x {T}|Mamá dijo que no.|Papá está mejor.|La abuela llamó.|Todo el día lloviendo.
La cocina por fin está lista.
Dormí mal, me duele la espalda.|El médico dice que descanse.|Tengo miedo al examen.|Los vecinos hicieron ruido.
La cita en el ayuntamiento no sirvió.|Feliz Navidad|Gracias a Dios es viernes|Querido diario|Buenas noches|clase de Inglés
factura {N} pagada|Harina {N} g, mantequilla {N} g, horno a {N}|{N} huevos, {N} g de azúcar|vía {N}, coche {N}, plaza {N}
plaza {N}, fila {N}|tren de las {C}, plaza {N}|vuelo {N}, puerta {N}|nacida el {N}/{N}/1992|nací en 1962 en {P}
tarjeta nueva, PIN olvidado|tensión {N} con {N}|código {N}|tomo {N}, página {N}|desde {M} de 2019|Cita cambiada.
Pedido perdido.|Llamada perdida.|Formulario enviado.|Fontanero ilocalizable.|Transferencia hecha.|Fecha límite: {N} de {M}
Mi pasaporte caduca.|Número de pedido {N}|Tren perdido.|Dejar las llaves.|versión {N}.{N}|la calle es tranquila|{N} personas en {P}
Reunión del equipo y compras.|El País dice|Renfe en huelga|el AVE de las {C}|Llueve desde el lunes.|Los Reyes Magos|Semana Santa en {P}""",
}
NOTHING = {language: text.replace("\n", "|").split("|") for language, text in NOTHING.items()}

# Plain uses of words that are names as well; each stands as it is.
PLAIN_USES = """Basil wilted, thyme lives.|Dawn broke grey.|Dawn at the window, no sleep.|Heather in flower up on the moor.
Olive trees, an olive press, an olive tin.|An olive stone in my tooth.|The iris and the lily opened.|Victoria sponge for the fête.
Victoria plums, two kilos.|Van wouldn't start.|Van, ladder, buckets, go.|Odds are it rains.
Odds and ends in the drawer.|Press four, then press one.|Tin of beans.|Charity shop, three bags.|Constance is a lake.|Chance of snow.
Sage and onion.|Saffron at that price!|Clementine peel on the radiator.|Plum jam, five jars.|Peach skin, soft.|Fern in the bathroom.
Laurel hedge cut.|Myrtle, mint, mud.|Opal fruits, remember those.|Merry as ever.|Blaze in the hills.|Colt on the field, wobbly.
Mark the date in the calendar.|Will it ever stop?|May be late tonight.|Rose early, ran along the canal.
Bill for the plumber came, outrageous.|Grace under pressure, that's what she has.|Hope the parcel comes.|Joy all round at the office.
Faith in the weather forecast: none.|Lily pads on the pond.|Daisy chains in the park with the kids.|Ivy all over the fence again.
The iris by the gate has opened.|Violet ink, new pen.|Jasmine tea before bed.|Heather honey on toast.|Holly and mistletoe up already.
Hazel eyes, the baby has.|Olive oil is down to the last drop.|Poppy seeds everywhere.|Ruby red nails, not my colour.
Amber light and he drove through.|Jade plant needs water.|Crystal clear sky at five.|Dawn came slowly over the harbour.
Dawn chorus woke me.|Eve of the exam.
Summer is over.|Autumn leaves in the gutter.|Sky like slate.|Robin on the feeder this morning.|Jack of all trades, master of none.
Frank discussion about money.|Rob the piggy bank again?|Pat on the back from the manager.|Pat dry, then fry in butter.
Sue them, she said, as a joke.
Art in the afternoon, maths before.|Gene therapy documentary, good.|Dean of the faculty resigned.|Miles to go.|Guy on the bus sang.
Earl Grey, no milk.|Rich in iron, apparently.|Chase the invoice.|Hunter gatherers had it easy.|Mason jars, six, for the jam.
Cooper's union, another lecture.
Page fifty and still no murder.|Brook was frozen.|Cliff walk, wind in the ears.|Dale after dale, then rain.|Forest school on Thursday.
Reed beds full of birds.|Ray of sunshine at three.|Wade in, they said, it's not cold.|Chip on the mug, blue one.|Chip shop for tea.
Grant application due.
Drew a plan of the kitchen.|Lance the boil, said the vet.|Max speed ninety.|Nick of time again.|Peg out the washing.
Penny wise, pound foolish.|Ginger biscuits burnt.|Basil needs repotting.|Basil and tomatoes, that's dinner.|Herb garden sown.
Rosemary in the bread.|Angel cake for the fair.
Christian aid box on the doorstep.|Major roadworks on the ring road.|Melody stuck in my head.|Star charts, a blanket, a flask.
Storm blew the shed roof off.|Rusty hinges, oil them.|Sandy towels everywhere.|Josh papers on the desk.|Carol service at six.
Bob haircut, no.|Dick Turpin pub quiz, we lost.
Pearl buttons for the coat.|Melon, ham, bread.|Patience with the printer ran out.|Prudence pays, the bank says.
Victor of the quiz: the teachers.|Norm is forty hours.|Gale warning for the coast.|Jean jacket from the market.|Denim and more denim.
Clay pots, two.|Rocky path down to the beach.
Harry Potter again with the little one.|Jerry can in the boot.|Johnny come lately got the job.|Tommy gun in the film, silly.
Charlie foxtrot, they said on the radio.|Mike was broken so nobody heard me.|Jimmy the lock open.|Dolly for the piano.
Molly coddled, that one.|Barbie dolls all over the carpet.
Die Rosen blühen.|Im Mai war es kalt.|Ernst gemeint war das nicht.|Wolf im Wald gesehen, angeblich.
Klaus und Konsorten, so hieß die Sendung.|Heide in Blüte.|Hans Dampf in allen Gassen.|Viola spielen üben.|Kai am Hafen gesperrt.
Linde vor dem Haus gefällt.|Stein im Schuh den ganzen Weg.
Winter ohne Schnee.|Sommer war zu kurz.|Koch gesucht, steht am Fenster.|Wagner im Radio.|Bauer hat die Wiese gemäht.|Richter hat vertagt.
Vogel am Fenster.|Busch geschnitten.|Berg voraus, dann Abstieg.|Jung bleiben, sagt er.|Kaiser Semmeln zum Frühstück.|Lange gewartet.
Klein aber gut.|Schwarz steht mir.
Olive ou citron, je ne sais plus.|Rose pâle, la peinture du salon.|Avril pluvieux.|Mars, et déjà chaud.|Claire comme de l'eau.
Pierre sur pierre, le mur avance.|Marguerites dans le jardin.|Aurore magnifique ce matin.|Prudence sur la route.|Noël approche.
Pascal, c'est le mouton.|Blanche la nappe, rouge le vin.
Victoire des Bleus.|Petit déjeuner au lit.|Legrand frère du Monopoly, ha.|Boulanger fermé le lundi.|Fontaine à sec.
Soleil toute la journée.|Rosa, la pared del cuarto.|Abril frío.|Sol todo el día.|Luz cortada otra vez.|Paz por fin en casa.
Pilar del puente roto.|Esperanza no me falta.
Domingo tranquilo.|Julio abrasador.|Marina de barcos viejos.|Mercedes blanco mal aparcado.|Dolores de espalda.
Ángel de escayola en el árbol.|León en el zoo dormido.|Rocío en la hierba.|Blanca la luna.|Iglesia cerrada.|Reyes sin roscón.
Herrero pide la verja.|Rubio de bote.|Guerra en las noticias.""".replace("\n", "|").split("|")

MONTHS = {
    "en": "January February March April May June July August September October November December Monday Tuesday Wednesday Thursday "
    "Friday Saturday Sunday".split(),
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember Montag Dienstag Mittwoch Donnerstag "
    "Freitag Samstag Sonntag".split(),
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre lundi mardi mercredi jeudi vendredi "
    "samedi dimanche".split(),
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre lunes martes miércoles jueves "
    "viernes sábado domingo".split(),
}
# Names that are places, and names that are words: the hard cases, in either use.
PLACE_NAMES = """Paris Jordan Chelsea Florence Austin Georgia Victoria Charlotte Sydney Madison Lincoln Dallas Brooklyn Carolina Virginia
Adelaide Savannah Houston Phoenix
Devon Kent Milan Sofia Lorraine Santiago Valencia Verona Vienna India Israel Kenya Chad Chester Lancaster Denver Cheyenne Aspen Dakota
Montana Alexandria Regina Melbourne
Washington Jackson Hamilton Wellington Logan Preston Stratford Carmel Orlando Troy Geneva Odessa Petra Lourdes Guadalupe Mercedes Asia
America Ireland Bristol Camden
London Berlin Essen Lyon Leon Córdoba Málaga Toledo Burgos Nancy Tours Nice Hagen Siegen Bergen Lübeck Halle Kiel Ulm Worms Trier Laredo
Salamanca Laval Martinique""".split()
WORD_NAMES = """April May June August Rose Mark Will Bill Grace Hope Joy Faith Lily Daisy Ivy Iris Violet Jasmine Heather Holly Hazel Olive
Poppy Ruby Pearl Amber Jade Crystal Dawn
Eve Summer Autumn Sky Robin Jay Jack Frank Rob Pat Sue Art Gene Dean Miles Guy Earl Rich Chase Hunter Mason Cooper Carter Taylor Page Brook
Cliff Dale Glen Heath Forest Reed Ray
Wade Chip Drew Grant Lance Max Nick Peg Penny Ginger Basil Herb Rosemary Angel Christian Major Melody Trinity Star Storm Rusty Sandy Woody
Randy Josh Mike Harry Carol Bob Dick
Ernst Wolf Rosa Kai Klaus Rolf Claire Olive Pierre Luz Sol Paz Pilar Abril Julio León Ángel Jesús Domingo Marina Rocío Consuelo Dolores
Hans Jan Mai Lila Flora Linus""".split()
BRANDS = """Netflix|Spotify|Ikea|Lidl|Aldi|Tesco|Sainsbury's|Amazon|Google|Apple|Microsoft|Samsung|Toyota|Volkswagen|Ford|Tesla|Mercedes
Nike|Adidas|Levi's|Starbucks|McDonald's|Lego|PlayStation|Nintendo|Zelda
Kindle|iPhone|MacBook|Windows|Linux|Ubuntu|Python|GitHub|Slack|Zoom|WhatsApp|Instagram|TikTok|YouTube|Duolingo|Strava|Fitbit|Garmin|Dyson
Bosch|Siemens|Philips|Moleskine|Lamy|Rotring|Jack Daniel's|Ben & Jerry's
The Crown|Breaking Bad|The Wire|Stranger Things|Dune|Middlemarch|Jane Eyre|Anna Karenina|Emma|Rebecca|Moby-Dick|Ulysses|Don Quixote|Hamlet
Macbeth|Madame Bovary|The Great Gatsby|Little Women|Game of Thrones|Star Wars
Doctor Who|Sherlock|Peppa Pig|Paw Patrol|Radiohead|Coldplay|Nirvana|Queen|Metallica|Fleetwood Mac|The National|Mozart's Requiem|Bach
The Guardian|New York Times|Le Monde|El País|Der Spiegel|BBC|CNN|Arsenal|Liverpool
Bayern|Real Madrid|Juventus|Lakers|Champions League|World Cup|Olympics|Tour de France|Wimbledon|Deutsche Bahn|DHL|Hermes|UPS|PayPal
Revolut|Barclays|Sparkasse|Visa|Airbnb|Ryanair|Lufthansa|Uber|Bolt|IMDb|Wikipedia
Alexa|Siri|ChatGPT|Excel|Word|Photoshop|Figma|Notion|Obsidian|React|Django|Kubernetes|Docker|Ibuprofen|Paracetamol|Sertraline|Aspirin
Nutella|Guinness|Heineken|Twix|Haribo|Ritter Sport|Nivea|Tempo|Uhu|Tupperware
Harvard|Oxford|Sorbonne|Charité|St. Mary's|Saint Joseph Hospital|Victoria Station|King's Cross|Hyde Park|Central Park|Brandenburger Tor
Rue de Rivoli|Abbey Road|Wall Street|Fleet Street|Baker Street|Champs-Élysées|Alexanderplatz""".replace("\n", "|").split("|")
