"""What people say of themselves and of the case in plain words, read by rules. Pure functions over folded text.

The model tells what a message is; these few readings must not depend on it, because a miss would do harm: a child, a
court paper, somebody else's debt, a name that is not to be given.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.folding import fold, plain

#: Folded word → as it is shown and kept.
KIN = {
    "mama": "mamá", "mami": "mamá", "madre": "mamá", "papa": "papá", "padre": "papá", "papas": "papás", "padres": "papás",
    "abuelita": "abuela", "abuelito": "abuelo", "abuela": "abuela", "abuelo": "abuelo", "abuelos": "abuelos",
    "esposo": "esposo", "esposa": "esposa", "marido": "esposo", "pareja": "pareja", "novio": "novio", "novia": "novia",
    "hijo": "hijo", "hija": "hija", "hermano": "hermano", "hermana": "hermana", "tio": "tío", "tia": "tía",
    "suegro": "suegro", "suegra": "suegra", "primo": "primo", "prima": "prima", "cunado": "cuñado", "cunada": "cuñada",
    "nuera": "nuera", "yerno": "yerno", "sobrino": "sobrino", "sobrina": "sobrina", "familiar": "familiar",
}  # fmt: skip
_KIN = rf"(?P<kin>{'|'.join(KIN)})\b"
_REACHED = r"(?:hablan?|hablaron|hablar|llamar|marcar|decir|gritar|cobrar|buscar|molestar|amenazar|insultar|acosar|llaman?|llamaron|marcan?|marcaron|grit\w+|insult\w+|amenaz\w+|acosan?|molestan?|cobran?|cobraron|dij\w+|dicen|mandan?|mandaron|buscan?|buscaron|visit\w+|quieren|estan|hicieron|hacen)"
#: For whom it is told.
SPOKEN_FOR = re.compile(rf"\b(?:(?:es|seria)(?= (?:para|por|a nombre) )|queja|denuncia|denunciar|quejarme|reportar|vengo|escribo|pregunto|ayuda) (?:\w+ ){{0,2}}?(?:para|por|de|a nombre de|en nombre de) mi {_KIN}"
)  # fmt: skip
#: Whom of the family the collectors spoke to.
REACHED = (
    re.compile(rf"\ba mi {_KIN}(?: \w+){{0,3}}? (?:le|lo|la|les|los|las) {_REACHED}"),
    re.compile(rf"\b(?:les?|lo|la) {_REACHED}(?: \w+){{0,2}}? a mi {_KIN}"),
)  # fmt: skip
#: Whose debt it is; they were treated badly themselves only when it is told of them ("le gritan") and not of "me".
DEBTOR = (
    re.compile(rf"\bmi {_KIN}(?: \w+){{0,2}}? (?:tiene|tienen|saco|debe|deben|es (?:el|la|quien)|es titular)\b"),
    re.compile(rf"\b(?:es|credito|deuda|casa|prestamo)(?: \w+){{0,3}}? (?:de|a nombre de) mi {_KIN}"),
    re.compile(rf"\bno (?:es mio|soy yo)\b.{{0,30}}?\b(?:es|sino) (?:de )?mi {_KIN}"),
)  # fmt: skip
TO_THEM = re.compile(rf"\b(?:les?|lo|la|los|las) {_REACHED}")
TO_ME = re.compile(rf"\b(?:me|nos) (?:\w+ ){{0,2}}?{_REACHED}")
I_OWE = re.compile(r"\bque (?:yo )?(?:les? )?debo\b")
#: How the person who writes stands to the debt, the plainest sign first.
RELATIONS = {
    "aval": r"\b(?:soy|fui|como|sali de|sali como|firme de|firme como|quede de|quede como)(?: el| la| su)? (?:aval|fiador\w*|obligad[oa] solidari[oa])\b",
    "inquilino": r"\binquilin[oa]\b|\b(?:yo |solo |aqui )?(?:rento|rentamos|rentando)\b|\bvivo de renta\b",
    "referencia": r"\b(?:soy|me puso|me pusieron|me dieron)(?: de| como| su| una| la)* referencia\b",
    "tercero": r"\bsoy (?:su |el |la |un |una )?(?:vecin[oa]|amig[oa]|companer[oa]|jef[ea]|patron|patrona|emplead[oa])\b",
    "no_deudor": r"\bno debo nada\b|\bno es mi deuda\b|\bno (?:tengo|tenemos) (?:\w+ )?(?:credito|deuda|adeudo)\b|\bdeuda (?:\w+ )?no es mia\b|\bno soy (?:yo )?(?:el |la )?(?:deudor\w*|titular|de la deuda|del credito|que debe|quien debe)\b"
    r"|\bbuscan a (?:otra persona|alguien (?:mas|que)|un senor|una senora|el dueno|la duena)\b|\bnumero equivocado\b|\b(?:antigu[oa]|anterior) duen[oa]\b|\bduen[oa] anterior\b",
    "titular": r"\bsoy (?:el|la) (?:titular|acreditad[oa]|del credito|duen[oa] del credito)\b|\bel credito es mio\b|\bcredito (?:esta )?a mi nombre\b"
    r"|\b(?:yo )?(?:saque|tengo) (?:mi|un|el) credito\b|\bmi credito (?:de )?(?:infonavit|en|desde|y)\b|\bme atrase\b|\b(?:lo|la|mi casa|mi credito) (?:venia|iba|estaba) pagando\b",
}  # fmt: skip
_RELATIONS = {name: re.compile(pattern) for name, pattern in RELATIONS.items()}

_UNDER_AGE = r"(?:[5-9]|1[0-7]|ocho|nueve|diez|once|doce|trece|catorce|quince|dieciseis|diecisiete)"
MINOR = re.compile(
    rf"\btengo {_UNDER_AGE} anos(?! (?:pagando|con|de|viviendo|en|que|sin|debiendo|aqui|trabajando|cotizando|esperando|ya))\b"
    r"|\bsoy (?:menor(?: de edad)?|un nino|una nina|nino|nina|adolescente)\b|\bvoy en (?:la )?(?:primaria|secundaria|secu|prepa|preparatoria)\b"
)
BANKS = (
    "coppel|elektra|banco azteca|azteca|bancomer|bbva|banamex|citibanamex|santander|hsbc|banorte|scotiabank|inbursa|famsa|liverpool|"
    "suburbia|sears|provident|compartamos|kueski|bancoppel|mercado pago|stori|didi|rappi|american express|caja popular|caja libertad|bradescard|afirme|banregio|klar|nu bank|walmart|aurrera|soriana|"
    "palacio de hierro|fonacot|credito familiar|telcel|movistar|telmex|izzi|totalplay|megacable"
)
OTHER_BANK = re.compile(
    rf"\b(?:cobrador\w*|cobranza|cobran|gestor\w*|despacho\w*|abogad\w*|deuda|debo|deb[ií]a|adeudo|credito|tarjeta|prestamo|gente|llaman|hablan|marcan|son|los|acosan?)"
    rf"(?: \w+){{0,2}}? (?:de|del|con|en|a) (?:la |el |una? )?(?:tarjeta |tienda |banco )?(?:de )?(?P<bank>{BANKS})\b|\bdeuda de (?:una |mi )?tarjeta\b"
)  # fmt: skip
_COURT = r"(?:juzgado|juez|judicial\w*|tribunal|actuari[oa]|embargo|desalojo|lanzamiento|citatorio|demandad?[oa]?|emplazamiento|exhorto)"
_PAPER = r"(?:papel(?:es|ito)?|documento|citatorio|notificacion|oficio|carta|demanda|orden|aviso|cedula|hoja|expediente|sobre)"
COURT_PAPER = re.compile(
    rf"\b(?:llego|llegaron|dejo|dejaron|trajo|trajeron|entreg\w+|mando|mandaron|pegaron|notific\w+|recibi\w*|tengo|traigo|dieron|firme|metieron)\b(?: \w+){{0,5}}? {_PAPER}\b(?: \w+){{0,6}}? {_COURT}\b"
    rf"|\b(?:llego|llegaron|dejo|dejaron|trajeron|recibi|tengo|traigo|mandaron|dieron)\b(?: \w+){{0,3}}? (?:citatorio|demanda|orden de (?:embargo|desalojo|lanzamiento)|notificacion judicial)\b"
    rf"|\b(?!orden\b){_PAPER} (?:del|de un|de el|de la) (?:juzgado|juez|tribunal|actuari[oa])\b|\b(?:es|era) un(?:a)? (?:citatorio|notificacion judicial|demanda)\b|\b(?:vino|llego) (?:un|el|una|la) actuari[oa]\b"
)  # fmt: skip
PAID = re.compile(
    r"\bya (?:\w+ ){0,2}?(?:pague|pagamos|liquide|liquidamos|salde|termine de pagar|terminamos de pagar|acabe de pagar)\b(?! (?:este|ese|el|la) (?:mes|mensualidad|pago))"
    r"|\b(?:casa|credito|deuda|adeudo|departamento)(?: \w+){0,2}? (?:pagad[oa]|liquidad[oa]|saldad[oa]|cancelad[oa])\b|\bcarta (?:de )?(?:liberacion|finiquito|no adeudo)\b|\bfiniquito\b|\bcancelacion de hipoteca\b"
)
NAMELESS = re.compile(
    r"\banonim\w+\b|\bno (?:quiero|quisiera|voy a|pienso|deseo|puedo)(?: \w+){0,2}? (?:dar|decir|poner|dejar|aparecer|salir)(?:les?|te)? (?:mi|con mi) nombre\b"
    r"|\bsin (?:dar |poner |decir )?(?:mi )?nombre\b|\b(?:no (?:pongas?|digas?|uses?)|quita|borra) mi nombre\b|\bprefiero no (?:dar|decir|poner) mi nombre\b"
)
ABOUT_ANONYMITY = re.compile(
    r"\b(?:es|seria|sera|puede ser|como es|de verdad es|si es|que tan|que significa|que es|totalmente|realmente) (?:\w+ )?anonim\w+"
    r"|\b(?:se van a|se va a|van a|pueden|podran|podrian|puede) (?:enterar|saber|ver|dar cuenta)\w*(?: \w+){0,3} (?:quien|mi nombre|que fui|de mi|soy)"
)
DISTRESS = re.compile(
    r"\bdesesperad|\bangusti|\bansiedad\b|\btengo (?:mucho |tanto )?(?:miedo|panico)\b|\bme da (?:mucho )?(?:miedo|panico)\b|\bestoy (?:muy |bien )?(?:asustad|triste|deprimid|mal\b|temblando|llorando)"
    r"|\bno (?:duermo|puedo dormir|he dormido|aguanto)\b|\bya no aguanto\b|\bllorando\b|\blloro\b|\bme siento (?:muy |tan )?mal\b|\bno se que hacer\b"
)
DISTRESSED_FACES = re.compile("[😡😠🤬😢😭😰😨😱😖😞😔💔]")
AGAIN = re.compile(
    r"\botra vez\b|\bde nuevo\b|\bnuevamente\b|\bvolvieron\b|\bvolvio\b|\bvuelven\b|\bvuelve a\b|\bregresaron\b|\bregreso\b|\b(?:siguen|sigue) (?:\w+ )?(?:llamand|marcand|molestand|habland|mandand|vinie|insist|amenaz|acos)\w*"
    r"|\b(?:hoy|ahorita|hace rato|anoche|ayer) (?:me |nos )?(?:tambien )?(?:me |nos )?(?:llamaron|llamo|marcaron|marco|hablaron|hablo|vinieron|vino|mandaron|escribieron|llego|llegaron)\b|\btambien (?:hoy|ayer)\b"
)
CORRECTS = re.compile(
    r"\bme equivoque\b|\bcorrig\w+|\bcorreccion\b|\bcorregir\b|\bno (?:fue|era|es|son|eran) (?:\w+ ){1,5}?(?:fue|era|es|sino|son|eran)\b|\ben realidad (?:fue|era|es|no)\b|\bcambi(?:a|ar|en|e) (?:el|la|mi) (?:fecha|dia|agencia|nombre|lugar|numero|hora|dato)\b"
    r"|\b(?:puse|dije|escribi|di) mal\b|\b(?:esta|estaba|quedo) mal (?:el|la|mi)\b|\bquise decir\b|\bfe de erratas\b"
)
NOT_THAT = re.compile(
    r"\bno(?: es| fue| era)? (?:eso|asi)\b|\beso no(?: es| fue| era)?\b|\bno (?:me|nos) (?:hicieron|paso) eso\b"
)
RESUMES = re.compile(
    r"\b(?:sig(?:o|amos|ue|uele|uemos)|segu(?:ir|imos)|continu\w+|retom\w+|termin(?:ar|emos|amos|o)|acab(?:ar|emos))\b(?: \w+){0,3} (?:queja|denuncia|reporte|quedamos|pendiente|tramite)\b|^(?:seguir|sigamos|continuar|continuemos|seguimos)$|(?<!no )\bquiero (?:seguir|continuar|terminar(?:la)?|acabar(?:la)?)\b"
)
#: Who does not know the datum that was asked for, however it is said.
DOES_NOT_KNOW = re.compile(
    r"^(?:(?:pues|uy|ay|m|hm|la verdad|es que|eso|ya|de eso|hijole|ahorita|la mera verdad|fijate que|ahi si|y|yo|ah|oh) )*"
    r"(?:no (?:lo |la |le |me |nos |les |se )*(?:(?:se|acuerd\w|recuerd\w|supe|sabria|fije|apunte|anote|identific\w+)\b|(?:dij\w+|dicen?|decian?|dio|dieron|quis\w+(?: \w+)?|traia)(?:$| (?:de|el|su|sus|como|quien|que|nada|nombres?|donde|cual|ningun)\b))"
    r"|no (?:lo |la )?tengo(?: (?:idea|el|su|ese|la|el dato)\b.*)?$|ni (?:idea|se)\b|quien sabe\b|nunca (?:me |nos |se )?(?:dij|dier|quis|identific)\w+|nose\b|desconozco\b)"
)
#: From so many words on a message is a story, whatever else it may hold.
STORY = 25
#: Words up to which that is all that is said.
SHORT_ANSWER = 9
#: "¿eso lo pueden hacer?": what was just told.
ABOUT_THAT = re.compile(
    r"\b(?:eso|esto|asi)\b.*\b(?:puede[ns]?|legal|normal|vale|permitido|derecho|delito|bien)\b|\b(?:puede[ns]?) (?:hacer(?:me|lo|nos)? )?(?:eso|esto|asi)\b|\b(?:tienen derecho a|se vale) (?:hacer )?(?:eso|esto)\b"
)
#: What was done to who writes, in words that say they were contacted.
CONTACTED = re.compile(
    r"\b(?:me|nos) (?:\w+ )?(?:llam|marc|habl|mand|busc|cobr|molest|acos|grit|insult|amenaz|vis?it|escrib)(?:a|an|aron|o|e|en|ieron|ando|iendo)\b"
)
NO_COMPLAINT = re.compile(
    r"\bno quiero (?:\w+ )?(?:queja|denuncia|quejarme|denunciar)\b|\bno quiero (?:poner|hacer|meter|levantar) (?:una |la |ninguna |mi )?(?:queja|denuncia)\b"
)
NOT_INFONAVIT = re.compile(
    r"^(?:(?:pero|y|no|es que|la deuda|el credito|eso|ese|esa|lo mio) )*no es (?:de |del |un credito |credito )?(?:de )?infonavit$"
)
#: Nobody near is to see what is written here.
DISCREET = re.compile(
    r"\bmodo discreto\b|\b(?:que )?nadie (?:lo )?(?:vea|sepa|lea|se entere)\b|\bque no se (?:note|vea|enteren)\b|\bdiscret[oa](?:mente)?\b"
    r"|\b(?:me )?(?:revisan?|checan?|agarran?|lee|leen|espian?) (?:mi|el) (?:celular|telefono|whatsapp|chat)\b|\bborrar? (?:el chat|la conversacion|los mensajes)\b"
)
#: Who was in danger or despair says that it has passed.
CALMER = re.compile(
    r"\bya se (?:fueron|fue|largaron|retiraron)\b|\bya (?:estoy|me siento|ando) (?:\w+ )?(?:mejor|a salvo|segur[oa]|tranquil[oa]|calmad[oa]|bien$|bien gracias)\b|\b(?:estoy|me siento|ando) (?:un poco |un poquito |mas )?(?:mejor|tranquil[oa]|calmad[oa]|a salvo)\b"
    r"|\bya (?:todo )?(?:esta bien|paso todo|paso|me calme)\b$|\bya (?:llego|vino|esta aqui) (?:la )?(?:patrulla|policia|ayuda)\b"
)
#: Beside a court paper: what people ask that no question word gives away.
WITH_A_PAPER = re.compile(
    r"\bque (?:hago|puedo hacer|debo hacer)\b|\b(?:lo|la|los) (?:romp|tir|quem|ignor|firm)\w+|\bhago caso\b|\bes (?:real|fals|verdad|cierto)"
)
NEW_ONE = re.compile(
    r"\b(?:otra|nueva|segunda) (?:queja|denuncia|agencia)\b|\bes (?:de )?otra (?:agencia|cosa)\b|\botro (?:despacho|caso)\b|\bdiferente agencia\b"
)
HEDGE = re.compile(
    r"\b(?:creo|como que|al parecer|parece|quiza|quizas|tal vez|a lo mejor|no estoy segur[oa]|no (?:me acuerdo|recuerdo|se) bien|mas o menos|supongo|segun yo|no me acuerdo|no recuerdo)\b"
)
FAREWELL = re.compile(r"\b(?:adios|bye|luego|hasta|nos vemos|gracias|me voy|irme|cuidate|despues|al rato)\b")
#: How people ask whether something may be done.
MAY_THEY = re.compile(
    r"\b(?:puede[ns]?|podria[ns]?|se vale|es legal|es normal|tengo derecho|quiero saber|quisiera saber|dime|digame|por que)\b"
)
#: How any question is worded; what is not, may be an answer whatever the model thinks.
ASKING = re.compile(
    r"(?:^|\b(?:y|pero|oye|oiga|disculpe|hola|una pregunta|antes) )(?:que|como|cuando|donde|quien|cual|cuanto|a que)\b"
    rf"|{MAY_THEY.pattern}"
)
_ORDINALS = {"primer": 1, "primera": 1, "primero": 1, "segunda": 2, "segundo": 2, "tercera": 3, "tercer": 3, "tercero": 3, "cuarta": 4, "cuarto": 4, "quinta": 5, "ultima": -1, "ultimo": -1, "unica": -1}  # fmt: skip
_THINGS = {
    "foto": "foto", "fotos": "foto", "imagen": "foto", "imagenes": "foto", "captura": "foto", "capturas": "foto", "fotografia": "foto",
    "audio": "audio", "audios": "audio", "grabacion": "audio", "nota de voz": "audio", "video": "video", "videos": "video",
    "documento": "documento", "documentos": "documento", "pdf": "documento", "archivo": "", "archivos": "", "prueba": "", "pruebas": "",
    "evidencia": "", "evidencias": "",
}  # fmt: skip
_FILE = "|".join(sorted(_THINGS, key=len, reverse=True))
REMOVES = re.compile(
    rf"\b(?:quit\w+|borr\w+|elimin\w+|saca\w*|retir\w+|no (?:pongas|incluyas|uses|mandes))(?: (?:por favor|porfa|de ahi|mejor))? (?P<all>todas las|todos los|las|los)? ?(?:la|el|mi|esa|ese|mis)? ?(?P<nth>{'|'.join(_ORDINALS)})? ?"
    rf"(?P<thing>{_FILE})\b(?: (?:numero )?(?P<after>\d|{'|'.join(_ORDINALS)})\b)?"
)  # fmt: skip
LAST = re.compile(r"\b(?:al ultimo|al final|de hace rato|que acabo de mandar)\b")
#: The same the other way round: "la segunda foto no, quítala", "la foto 2 no va".
REMOVED = re.compile(
    rf"\b(?P<all>todas las|todos los)? ?(?P<nth>{'|'.join(_ORDINALS)})? ?(?P<thing>{_FILE})\b(?: (?:numero )?(?P<after>\d|{'|'.join(_ORDINALS)})\b)?"
    r"(?: \w+){0,3}? (?:quit[ae]l[ao]s?|borr[ae]l[ao]s?|elimin[ae]l[ao]s?|saca[lr][ao]s?|no (?:va|sirve|era|es esa)|no la (?:pongas|uses|mandes|incluyas))\b"
)
#: Words that name a conduct beyond doubt, in a message in which the model heard less than is told.
_KNOWN_PEOPLE = r"(?:vecin\w+|famili\w+|jef[ea]s?|patron\w*|companer\w+|herman[oa]s?|suegr[oa]s?|prim[oa]s?|ti[oa]s|abuel[oa]s?|cunad[oa]s?|amig[oa]s?|conocidos)"
PLAIN_CONDUCTS = {
    "denunciar_maltrato": r"\binsult|\bgroseria|\bgroseros?\b|\b(?:me|nos|le|les) grit\w+|\bgrit(?:aron|arme|arnos|arle|andome|andonos)\b|\ba gritar\b|\bhumill|\bmajader|\bmentaron\b|\bse burl|\bmuert[oa]s? de hambre\b|\brater[oa]s?\b|\bpendej[oa]s?\b",
    "denunciar_amenazas": r"\bamenaz|\b(?:a|en) la carcel\b|\bal bote\b|\b(?:me|nos|la|lo|los|las) (?:van|iban?|vamos|voy) a (?:sacar|quitar|embargar|desalojar|correr|meter|golpear|matar|partir|echar)\b|\b(?:quitar|sacar)\w* (?:de )?(?:mi|la) cas(?:a|ita)\b",
    "denunciar_acoso": r"\bacos(?:an?|aron|ando|ar|o|aba\w*)\b|\bhostig|\ba todas horas\b|\ba cada rato\b|\b(?:llamadas|veces) (?:al|por|en un|cada) dia\b|\bno (?:me|nos) dejan (?:en paz|de llamar)\b|\bno (?:dejan|paran) de (?:llamar|marcar|molestar|hablar|buscar)\w*|\b(?:me|nos) (?:estan|anda|andan|siguen) (?:\w+ )?molestando\b|\b(?:me|nos) molest(?:an|aron)\b"
    r"|\b(?:me|nos) (?:llama|habla|marca|busca)n? (?:mucho|muchisimo|demasiado|diario|seguido|todo el dia|todos los dias)\b",
    "denunciar_uso_datos": rf"\b(?:dij|cont|avis|dic|dec)\w+ (?:\w+ ){{0,3}}a (?:mi|mis|los|una|un|la|el|todos los|todos mis) {_KNOWN_PEOPLE}(?: \w+){{0,5}}? (?:debo|debia|debemos|deuda|adeudo|credito)\b|\b(?:dij|cont|avis)\w+ (?:\w+ ){{0,3}}a (?:mi|mis|los) (?:vecin|famili|jefe|patron|companer)"
    rf"|\b{_KNOWN_PEOPLE}(?: \w+){{0,9}}? (?:y )?(?:le|les) (?:dij|cont|dec|dic)\w+ que (?:\w+ )?(?:debo|debia|debemos|debiamos)\b|\b(?:a|con) (?:mi|mis|la|el|los|una) {_KNOWN_PEOPLE} (?:\w+ ){{0,5}}?para decir(?:le|les)? que (?:yo )?(?:debo|debia|debemos)\b|\bcartel(?:es)?\b|\bletrero",
    "denunciar_corrupcion": r"\bmordida\b|\bmoche\b|\bcuenta personal\b",
    "denunciar_engano": r"\bse (?:hizo|hicieron) pasar\b|\bpapel\w* falso",
}
#: "no me insultaron", "nunca me han amenazado": what was not done.
_NOT_DONE = re.compile(r"\b(?:no|nunca|ni|sin) (?:(?:me|nos|le|les|han|ha|hubo|la|lo|fue|fueron|era|es|son) ){0,3}$")
#: Collectors, and not people who work for Infonavit.
COLLECTORS = re.compile(r"\b(?:cobrador\w*|cobranza|gestor\w*|despacho\w*|agencia\w*)\b")
STAFF = re.compile(
    r"\b(?:emplead\w+|trabajador\w+|funcionari\w+|ventanilla|asesor\w*|ejecutiv\w+|delegacion\w*|oficinas?|cesi|tramite\w*|servidor\w* public\w+|personal|delegad[oa]|gerente)\b"
)
_PLAIN_CONDUCTS = {name: re.compile(pattern) for name, pattern in PLAIN_CONDUCTS.items()}


@dataclass(frozen=True)
class Hints:
    """What the words of one turn say of the case.

    Attributes:
        relation: how who writes stands to the debt: titular, familiar, aval, inquilino, referencia, tercero, no_deudor.
        affected: who was treated badly when it is somebody else ("mi mamá").
        bank: another lender whose collectors these are.
        nameless: no name is to be given. about_anonymity: it is asked what that means.
        calmer: danger or despair has passed. about_paper: what to do with a paper is asked. about_that: whether what was
        just told may be. contacted: they were called, written to or looked for. no_complaint: none is wanted.
        discreet: nobody near is to see it.
    """

    relation: str = ""
    affected: str = ""
    minor: bool = False
    bank: str = ""
    court_paper: bool = False
    paid: bool = False
    nameless: bool = False
    about_anonymity: bool = False
    distress: bool = False
    again: bool = False
    corrects: bool = False
    not_that: bool = False
    resumes: bool = False
    new_one: bool = False
    asking: bool = False
    farewell: bool = False
    does_not_know: bool = False
    calmer: bool = False
    about_paper: bool = False
    about_that: bool = False
    discreet: bool = False
    contacted: bool = False
    no_complaint: bool = False
    not_infonavit: bool = False


@dataclass(frozen=True)
class Removal:
    """Which files to leave out. kind: empty for any. nth: 0 not said, -1 the last. everything: all of that kind."""

    kind: str
    nth: int
    everything: bool


@lru_cache(maxsize=256)
def hints(text: str) -> Hints:
    """Everything the rules read in a text."""
    words = fold(text)
    asking = "?" in text or bool(ASKING.search(plain(text)))
    relation, affected = _people(words)
    bank = OTHER_BANK.search(words)
    nameless, about = bool(NAMELESS.search(words)), bool(ABOUT_ANONYMITY.search(words))
    about = about and asking
    return Hints(
        relation=relation,
        affected=affected,
        minor=bool(MINOR.search(words)),
        bank=(bank["bank"] or "tarjeta") if bank and "infonavit" not in words else "",
        court_paper=bool(COURT_PAPER.search(words)),
        paid=bool(PAID.search(words)),
        nameless=nameless and not about,
        about_anonymity=about,
        distress=bool(DISTRESS.search(words) or DISTRESSED_FACES.search(text)),
        again=bool(AGAIN.search(words)),
        corrects=bool(CORRECTS.search(words)),
        not_that=bool(NOT_THAT.search(words)),
        resumes=bool(RESUMES.search(words)),
        new_one=bool(NEW_ONE.search(words)),
        asking=asking,
        farewell=bool(FAREWELL.search(words)),
        does_not_know=len(words.split()) <= SHORT_ANSWER and not asking and bool(DOES_NOT_KNOW.search(words)),
        calmer=len(words.split()) <= SHORT_ANSWER and bool(CALMER.search(words)),
        about_paper=bool(WITH_A_PAPER.search(words)),
        about_that=len(words.split()) <= SHORT_ANSWER and asking and bool(ABOUT_THAT.search(words)),
        discreet=bool(DISCREET.search(words)) and len(words.split()) <= STORY,
        contacted=bool(CONTACTED.search(words)),
        no_complaint=bool(NO_COMPLAINT.search(words)),
        not_infonavit=bool(NOT_INFONAVIT.search(words)),
    )


def _people(words: str) -> tuple[str, str]:
    """relation and affected."""
    spoken_for = SPOKEN_FOR.search(words)
    reached = next((match["kin"] for pattern in REACHED if (match := pattern.search(words))), "")
    affected = spoken_for["kin"] if spoken_for else reached
    debtor = next((match["kin"] for pattern in DEBTOR if (match := pattern.search(words))), "")
    if not debtor and not spoken_for and (TO_ME.search(words) or I_OWE.search(words)):
        affected = ""  # they were after who writes, and told the family of it
    if debtor and not affected and TO_THEM.search(words) and not TO_ME.search(words):
        affected = debtor
    relation = next((name for name, pattern in _RELATIONS.items() if pattern.search(words)), "")
    if (affected or debtor) and relation in ("", "no_deudor"):
        relation = "familiar"
    return relation, f"mi {KIN[affected]}" if affected else ""


def removal(text: str) -> Removal | None:
    """ "quita la segunda foto", "borra todas las fotos", "quita la foto 2"; None when no file is meant."""
    words = fold(text)
    match = REMOVES.search(words) or REMOVED.search(words)
    if not match:
        return None
    said = match["after"] or match["nth"] or ""
    nth = int(said) if said.isdigit() else _ORDINALS.get(said, -1 if LAST.search(words) else 0)
    return Removal(_THINGS[match["thing"]], nth, bool(match["all"]) and not nth)


def plain_conducts(text: str) -> tuple[str, ...]:
    """Conducts that the words name beyond doubt."""
    words = fold(text)
    return tuple(
        name
        for name, pattern in _PLAIN_CONDUCTS.items()
        if any(not _NOT_DONE.search(words[: match.start()]) for match in pattern.finditer(words))
    )


def collectors_are_meant(text: str) -> bool:
    """ "unos cobradores del infonavit" are no staff of Infonavit's."""
    words = fold(text)
    return bool(COLLECTORS.search(words)) and not STAFF.search(words)


def is_hedged(before: str) -> bool:
    """Do the words just before a datum say that it is only a guess?"""
    return bool(HEDGE.search(fold(before[-45:])))
