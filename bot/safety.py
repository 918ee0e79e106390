"""Words of danger and of despair, found by rules before any model, also with Rasa and the database down.

A missed one is the worst mistake this bot can make; a false one costs a kind sentence. Patterns read folded text
(bot/folding.py): no accents, no punctuation, chat spelling written out. They have no nested repetition, so reading is
linear in the length of the message.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from bot.folding import fold

Kind = Literal["emergencia", "crisis_emocional"]


@dataclass(frozen=True)
class Alarm:
    """rule: name of the pattern that fired; never the text."""

    kind: Kind
    rule: str


#: Now, or on its way. Danger that is over is a complaint, not an emergency.
NOW = (
    r"(?:ahorita|ahora|ahora mismo|en este momento|ya|aqui|afuera|en mi puerta|en la puerta|aqui estan|esta noche|hoy)"
)
THEY = r"(?:me|nos|lo|la|le|les|a mi \w+)"
WEAPON = r"(?:pistolas?|armas?|armados?|armadas?|cuchillos?|navajas?|machetes?|rifles?|bates?|cuernos? de chivo|fierros?|escopetas?)"
KIN = r"(?:mi (?:esposo|esposa|marido|hijo|hija|mama|papa|hermano|hermana|abuelo|abuela|abuelito|abuelita|suegra|suegro|familia|bebe|nino|nina|vecino|vecina|pareja)|mis (?:hijos|papas|ninos|hijas|abuelos))"

BREAKING = r"(?:rompiendo|tumbando|tirando|pateando|golpeando|forzando|quebrando|brincando|quemando|derribando|tratando de (?:tumbar|abrir|tirar|romper)|intentando (?:bajar|entrar|abrir|tumbar)|aventandose contra|brincandose)"
ENTRANCE = r"(?:puerta|puertas|reja|ventanas?|porton|chapa|cerradura|candado|vidrios?|zaguan|barda|cortina)"

EMERGENCY = {
    "rompen_la_puerta": (
        r"(?:estan|siguen|andan) (?:rompiendo|tumbando|tirando|pateando|golpeando|forzando|abriendo|quebrando|queriendo (?:entrar|abrir|tumbar|romper)) (?:\w+ ){0,3}(?:puerta|reja|ventana|ventanas|porton|chapa|cerradura|candado|vidrios?|casa|zaguan)"
        r"|(?:quieren|intentan|tratan de|van a) (?:\w+ )?(?:tumbar|tirar|romper|forzar|abrir|brincar(?:se)?)(?:me|nos)? (?:\w+ ){0,3}(?:puerta|reja|ventana|porton|barda) (?:\w+ ){0,3}(?:ahorita|ahora|ya|auxilio|ayuda)"
        r"|me (?:estan )?(?:tumban|tumbando|rompen|rompiendo|tiran|tirando|patean|pateando|golpean|golpeando) (?:la|mi) (?:puerta|reja|ventana|casa)"
    ),
    "se_metieron": (
        r"(?:ya|estan|se|quieren|intentan|tratan de) (?:\w+ )?(?:metieron|metiendo|metiendose|brincaron|brincando|brincandose|entraron|meterse|entrando a la fuerza) (?:\w+ ){0,3}(?:mi casa|la casa|a mis?\b(?! (?:face|perfil|cuenta|contactos|whats|celular|correo|insta|telefono|historial|buro|sesion|tiktok))|al patio|mi cuarto|adentro|la barda|mi domicilio|la sala|la cochera|por la (?:ventana|azotea|fuerza))"
        r"|estan (?:adentro|dentro) de mi casa|hay (?:hombres|tipos|gente|unos|personas) (?:\w+ ){0,3}(?:adentro|dentro) de mi casa|no (?:se|los) (?:quieren )?(?:salir|puedo sacar) de mi casa"
    ),
    "golpean_ahora": (
        rf"(?:{THEY} esta[n]?|estan|esta) (?:\w+ )?(?:golpeando|pegando|madreando|ahorcando|pateando|jaloneando|agarrando a golpes|atacando|agrediendo|lastimando|empujando|apuntando|correteando|arrastrando|secuestrando)(?! (?:la|las|mi|el|los) (?:puerta|reja|ventana|mesa|porton)|(?: un| una| unos| unas)? (?:carteles?|papeles?|letreros?|hojas?|avisos?|calcas?|lonas?|stickers?|recibos?|sellos?|con (?:los?|las?|el) (?:interes\w*|cobr\w*|pag\w*|llamad\w*)))"
        rf"|(?:me|nos|lo|la|le) (?:golpean|pegan|apuntan|madrean) (?:\w+ )?{NOW}"
        rf"|{KIN} (?:\w+ )?(?:esta|estan) (?:golpeando|pegando|tirad[oa] en el suelo|sangrando|herid[oa]|inconsciente)"
        r"|(?:acaban de|recien) (?:golpear|pegar|balear|apunalar|picar|disparar|agredir|atropellar)|estamos? (?:sangrando|herid[oa]s?)|estoy (?:sangrando|herid[oa]|golpead[oa])"
    ),
    "armas": (
        rf"(?:traen|trae|tiene|tienen|sacaron|saco|sacan|vienen con|viene con|llegaron con|estan con|enseno|ensenaron|apunta con|cargan) (?:\w+ ){{0,2}}{WEAPON}(?! de (?:ropa|cobro))"
        rf"|(?:vienen|estan|llegaron|hay \w+|tipos|hombres|sujetos) (?:\w+ ){{0,2}}armados|(?:disparando|balazos?|disparos?|tirando balazos|echando balazos|tiroteo)"
    ),
    "matar_ahora": (
        rf"(?:me|nos|lo|la) (?:van a|quieren|va a|quiere|vienen a|viene a) (?:matar|golpear|pegar|quemar|secuestrar|levantar|lastimar|hacer dano|madrear|picar|violar|balear) (?:\w+ ){{0,4}}{NOW}\b"
        rf"|{NOW} (?:\w+ ){{0,4}}(?:me|nos|lo|la) (?:van a|quieren|va a|quiere|vienen a|viene a) (?:matar|golpear|pegar|quemar|secuestrar|levantar|lastimar|hacer dano|madrear|picar|violar)"
        r"|viene[n]? a (?:matar|golpear|quemar|secuestrar|levantar|madrear|lastimar)(?:me|nos|lo|la|los)\b|viene[n]? por mi (?:\w+ ){0,3}(?:armados|matar|ahorita)"
        r"|(?:quieren|estan|van a) (?:quemar|quemando|incendiar|incendiando|prender fuego|prendiendo fuego)(?:le|la)? (?:a |fuego a )?(?:la |mi |nuestra )?(?:casa|puerta|carro)(?! (?:si|en caso|cuando))"
    ),
    "pide_auxilio": (
        r"^(?:au[xs]ilio|ayuda auxilio|ayudenme|socorro|sos)(?: por favor| ya| auxilio| ayuda){0,3}$|(?:auxilio|socorro)(?: por favor)?(?: \w+){0,6} (?:afuera|puerta|casa|miedo|matar|golpe\w*|adentro|entrar|pegando)"
        r"|(?:llamen|llama|hablen|hablale|manden|mandame|manda) (?:\w+ ){0,2}(?:policia|patrulla|ambulancia|911)(?! (?:para cobrar|si no pago))|necesito (?:una |a la )?(?:policia|patrulla|ambulancia)"
        r"|estoy en peligro|estamos en peligro|corro peligro|mi vida (?:esta en|corre) peligro|corremos peligro|temo por mi vida (?:ahorita|ahora|estan)|estoy (?:escondid[oa]|encerrad[oa]) (?:\w+ ){0,6}(?:afuera|puerta|hombres|miedo|tipos|entrar|cobrador\w*|salir|bano|cuarto)"
        r"|(?:no me dejan|no nos dejan) salir de (?:mi|la|nuestra) casa|me tienen (?:encerrad[oa]|secuestrad[oa]|amarrad[oa])|se (?:estan )?(?:llevando|llevaron|llevan|quieren llevar) a (?:la fuerza )?(?:mi|mis) (?:hij\w+|nin\w+|espos\w+|mama|papa|herman\w+)"
    ),
    "destrozan_ahora": (
        rf"(?:esta|estan|siguen|sigue|andan) (?:\w+ ){{0,2}}{BREAKING} (?:\w+ ){{0,3}}{ENTRANCE}|{BREAKING} (?:\w+ ){{0,2}}{ENTRANCE} (?:\w+ ){{0,3}}{NOW}"
        rf"|ya (?:me |nos )?(?:tiraron|tumbaron|tiro|tumbo|rompieron|rompio|quebraron|quebro|abrieron|brincaron) (?:\w+ ){{0,3}}{ENTRANCE}"
        r"|(?:aventando|tirando|lanzando) (?:piedras|cosas|botellas) (?:\w+ ){0,4}(?:casa|ventana|bebe|ninos|adentro|hijos|ahorita)|(?:echando|aventando|traen|trae|regando) gasolina"
    ),
    "estan_adentro": (
        r"(?:ya )?estan (?:ya )?(?:aqui )?adentro(?! de (?:la ley|infonavit|la oficina))|se (?:metio|estan metiendo) (?:a |hasta )?(?:la|mi) (?:sala|casa|cocina|cuarto) (?:y |ahorita|no se|esta)|aqui adentro grit\w+|ya (?:se metieron|se meten|entraron)(?! (?:a trabajar|en|al sistema|a robar|dinero|los pagos))|(?:hombres|tipos|sujetos|senores) (?:\w+ ){0,3}(?:en mi sala|en mi casa|en mi cuarto|adentro)"
        r"|sacando (?:mis|nuestras|las) cosas (?:\w+ ){0,3}(?:calle|ahorita|ahora)|(?:ahorita|en este momento) (?:\w+ ){0,3}sacando (?:mis|nuestras) cosas"
    ),
    "con_armas_aqui": (
        rf"(?:con|traen|trae|tiene|tienen|saco|sacaron) (?:\w+ ){{0,2}}(?:palos?|tubos?|{WEAPON}) (?:\w+ ){{0,4}}{NOW}|{NOW} (?:\w+ ){{0,5}}(?:con|traen|trae) (?:\w+ ){{0,2}}(?:palos|tubos?|{WEAPON})"
        r"|me (?:apunto|apunta|apuntan|apuntaron|estan apuntando) con (?:una |un )?(?:pistola|arma|rifle|escopeta|cuchillo)|(?:esta|estan|viene|vienen|llego|llegaron) (?:\w+ )?(?:armad[oa]s?|encapuchad[oa]s?)|amenazando con (?:ella|el arma|la pistola|el cuchillo) ahorita|(?:traen?|hay un \w+) (?:machete|navaja|fierros|tubos|palos|pistola|armado)(?= |$)(?! (?:de|para|en la cintura))|(?:vienen|llegaron|son) (?:\w+ )?con (?:palos|tubos|machetes|bates|armas)"
    ),
    "no_suelta": (
        r"(?:me|nos|la|lo) (?:tiene[n]?|trae[n]?) (?:\w+ )?(?:agarrad|sujet|amarrad|encerrad|acorralad|rodead|secuestrad)\w+|no me (?:suelta|sueltan|deja ir|dejan ir)(?= (?:\w+ ){0,2}(?:brazo|mano|ayuda|auxilio)|$)|(?:me|nos) amarraron|(?:me|nos|la|lo) (?:jalaron|subieron|metieron|quieren subir|estan subiendo|quieren meter|suben) (?:\w+ ){0,3}(?:a|en) (?:\w+ ){0,2}(?:camioneta|carro|coche|fuerza)"
        r"|se (?:llevaron|la llevaron|lo llevaron|llevan|estan llevando) a (?:mi|mis) (?:herman\w|espos\w|hij\w+|mama|papa|nin\w+|marido|mujer)|(?:nos|me) bloquearon la salida|(?:me|nos) cerraron el paso|no (?:nos|me|los|las|dejan) (?:dejan )?salir (?:\w+ ){0,3}(?:casa|cuarto|domicilio)"
    ),
    "persiguen": r"(?:me|nos) (?:persiguen|vienen persiguiendo|estan persiguiendo|vienen siguiendo|vienen correteando|estan correteando|viene siguiendo|viene persiguiendo|van persiguiendo)(?! (?:hasta )?(?:en|por) (?:el |las )?(?:face|redes|internet|telefono))|voy corriendo (?:\w+ ){0,4}(?:siguen|alcanzan|miedo)",
    "agresion_recien": (
        r"(?:golpearon|golpeo|pegaron|pego|empujaron|empujo|aventaron|patearon|tiraron) (?:\w+ ){0,6}(?:y (?:siguen|sigue) (?:aqui|afuera|ahi)|hace (?:un|unos|dos|cinco) (?:minuto|minutos|rato|ratito)|ahorita|en este momento)|se agarr(?:o|aron) a golpes (?:\w+ ){0,6}(?:esta|ahorita|sangr\w+)"
        r"|(?:mucha|hay) sangre|esta[n]? sangrando|me avent(?:o|aron) al (?:piso|suelo)|(?:nos|me) (?:quieren|van a|estan) (?:sacar|sacando) a golpes|(?:nos|me) van a matar estan|me esta (?:pegando|golpeando|ahorcando)"
    ),
    "se_pone_mal": r"(?:se (?:desmayo|esta desmayando|esta ahogando|puso muy mal|esta poniendo muy mal)|no (?:respira|puede respirar|reacciona|despierta)|esta convulsionando|le (?:esta dando|dio) un (?:infarto|ataque)) (?:\w+ ){0,8}(?:siguen?|aqui|afuera|puerta|cobrador\w*|ellos|licenciado|ahorita|ambulancia|no se (?:quitan|van))",
    "llama_auxilio": (
        r"^(?:\w+ ){0,2}(?:auxilio|socorro)(?! (?:economic\w|financier\w|vial|legal|con |no (?:entiendo|se|puedo)|para ))|socorro socorro|auxilio auxilio|(?:^| )911 (?:911|urge|ayuda|por favor|estan)|(?:manden|mande|llamen|llame|urge|urgente|ocupo|necesito|necesitamos) (?:\w+ ){0,3}(?:patrulla|policias?|ambulancia)(?! (?:para cobrar|si no))|manden a alguien(?! (?:peor|mas|que))|por favor una (?:patrulla|ambulancia)"
        r"|estoy escondid[oa]|(?:me|nos) (?:encerre|encerramos|escondi|escondimos) (?:\w+ ){0,6}(?:bano|cuarto|recamara|closet|cama|hijos|ninos)|encerrad[oa]s? en el (?:bano|cuarto)|estoy encerrad[oa] con (?:mis|mi)|(?:van a|quieren) matar(?:me|nos)? (?:ayuda|auxilio|por favor)|no puedo hablar (?:solo escribir|estan)"
    ),
    "me_estan_siguiendo": r"(?:me|nos) (?:vienen|estan|viene|va|van) siguiendo (?:\w+ ){0,4}(?:ahorita|ahora|carro|camioneta|moto|calle|miedo)|(?:me|nos) (?:estan |vienen )?(?:cerraron|cerrando) el paso (?:\w+ ){0,4}(?:ahorita|ahora|camioneta|carro)",
}

#: "me quiero morir de la risa": a way of speaking.
JOKE = r"del? (?:la |el |puro |pura )?(?:risa|pena|verguenza|coraje|hambre|sueno|ganas|amor|calor|frio|aburrimiento|emocion|ternura|envidia|nervios|celos|susto|antojo|viej\w+)"
CRISIS = {
    "quitarse_la_vida": (
        r"(?:quitarme|quitarse|quitarnos|quito|quitara|quite) la (?:propia )?vida|(?:me|se) (?:quiero|quiere|voy a|va a|pienso|quisiera|queria) (?:quitar|arrancar) la vida"
        r"|suicid\w+|(?:atentar|atente|atento|atenta) contra (?:mi|su) (?:propia )?vida|acabar con mi vida|acabar con su vida|terminar con mi vida|terminar con su vida|ponerle fin a (?:mi|esta|su) vida|acabar conmigo mism[oa]"
    ),
    "quiere_morir": (
        rf"(?:quiero|quisiera|prefiero|preferiria|deseo|ojala|gustaria|ganas de|mejor) (?:mejor |ya |solo |estar )?(?:morirme|morir|morirse|muert[oa]|estar muert[oa]|desaparecer|dejar de existir|dejar de vivir|no existir|no haber nacido)(?! {JOKE})(?! (?:la|el|las|los|mi|esta|esa|ese) )"
        rf"|(?:me|se) (?:quiero|quisiera|quiere|queria) (?:ya )?(?:morir|desaparecer|matar)\b(?! {JOKE})(?! (?:la|el|las|los|mi|esta|esa|ese) )"
        r"|(?:ojala|quisiera que) (?:ya )?(?:me (?:muera|muriera|mueran|mate|matara)|no despertara|dios me lleve|me lleve dios|diosito me lleve)|que dios me (?:lleve|recoja)|dios ya me (?:lleve|recoja)|(?:dormirme|dormir|acostarme) y (?:ya )?no (?:despertar|levantarme)|(?:ya )?no (?:quiero )?despertar(?:me)? (?:mas|nunca|jamas)|ya no despertar"
        r"|estaria mejor muert[oa]|mejor muert[oa]|estarian mejor sin mi|(?:estaria|estara|estaran|vivirian) (?:\w+ ){0,2}mejor sin mi|mejor me muero(?! de)|me voy a morir si sigo asi"
    ),
    "matarse": (
        r"(?:me (?:voy a|quiero|pienso|iba a|quisiera|vaya a|dan ganas de|intente|queria)|se (?:va a|quiere|iba a|quisiera|vaya a|intento|queria)) (?:matar|ahorcar|colgar|envenenar|cortar las venas|aventar (?:del|de un|al|de la)|tirar (?:del|de un|al metro|de la|a las vias)|dar un (?:tiro|balazo)|pegar un (?:tiro|balazo)|arrojar)"
        r"|(?:quiero|quisiera|pienso en|pensado en|pensando en|ganas de|intente|intento|voy a|idea de|penso en|pense en) (?:\w+ )?(?:matarme|ahorcarme|colgarme|envenenarme|cortarme las venas|aventarme|tirarme (?:del|de un|al|a las)|darme un tiro|matarse|ahorcarse|colgarse|pegarme un tiro|lastimarme|hacerme dano|desaparecerme)"
        r"|(?:cortarme|corte|cortando|cortarse) las venas|(?:me mato(?! (?:el|la) (?:negocio|dieta|trabajo)| (?:corriendo|trabajando|de la risa))|me cuelgo|me ahorco|me doy un tiro|me aviento (?:del|de un|al)|me voy a colgar|me corto las venas|me tiro (?:del|al metro|de un))\b|ya (?:tengo|compre) (?:la soga|la cuerda|el veneno|las pastillas)(?! (?:de|para) (?:la presion|la diabetes|mi mama))"
        r"|me (?:tome|acabo de tomar|voy a tomar|tomo) (?:\w+ ){0,2}(?:pastillas|veneno|cloro|raticida|frasco)(?! (?:de|para) (?:la|el|mi) (?:presion|diabetes|cabeza|gripa|dolor|corazon|azucar))"
    ),
    "no_quiere_vivir": (
        r"(?:ya )?no (?:quiero|quisiera|deseo|tengo ganas de|le veo (?:\w+ )?(?:caso|sentido|chiste) a|le encuentro (?:\w+ )?(?:caso|sentido|chiste) a|vale la pena|me importa|me dan ganas de|quiere|tiene ganas de|tiene sentido|aguanto|soporto) (?:seguir )?(?:viviendo|vivir|la vida|mi vida|estar viv[oa]|seguir viv[oa]|seguir con (?:mi|esta) vida|existir)(?! (?:asi en esta|en esta (?:casa|colonia|ciudad)|aqui|con (?:miedo|esta deuda|mis papas|mi suegra)))"
        r"|(?:ya )?no quiero (?:seguir |estar )?(?:en este mundo|aqui en este mundo|existir|ser una carga)|ya no quiero estar aqui$|mi vida (?:ya )?no (?:tiene|vale) (?:sentido|nada)|la vida (?:ya )?no (?:tiene|vale|me) (?:sentido|nada|la pena|interesa)"
        r"|(?:ya )?no tengo (?:\w+ )?(?:razon|razones|motivo|motivos|ganas) (?:para|de) (?:seguir|vivir|seguir viviendo|seguir adelante viva|seguir vivo)|para que (?:sigo|seguir) (?:viviendo|viv[oa])|(?:ya )?no (?:le )?veo (?:otra )?salida (?:mas que|que no sea)? ?(?:morir\w*|matar\w*|la muerte)"
        r"|la unica (?:salida|solucion|manera) (?:\w+ ){0,5}(?:morir\w*|matar\w*|muerte|desaparecer|quitar\w* la vida|morirme)"
    ),
    "se_despide": (
        r"(?:me voy|irme|me quiero ir|quisiera irme) para siempre|(?:cuiden|cuidenme|cuida|les encargo) (?:mucho )?a mis hijos (?:\w+ ){0,4}(?:cuando|ya|porque|falte|no este|voy)|cuando yo (?:ya )?no este (?:\w+ ){0,4}(?:deuda|cobr\w*|paz|hijos|seguro)|(?:hoy|esta noche|ahora si) (?:me voy|acabo|termino) (?:con todo|de este mundo|para siempre)"
        r"|(?:esta es|sera) mi (?:ultima|despedida)(?: \w+)?$|me despido de (?:todos|este mundo|ustedes para siempre)|(?:deje|escribi|escrita|tengo) (?:\w+ ){0,2}carta de despedida|ya no (?:voy a|me van a volver a) (?:ver|estar) (?:viv[oa]|nunca)|con mi seguro de vida (?:\w+ ){0,6}(?:pagar\w*|liquid\w*) (?:\w+ ){0,4}(?:muert\w*|muero)|valgo mas muert[oa]"
    ),
    "sin_sentido": (
        r"(?:acabaron|perdi|quitaron|tengo|quedan) (?:\w+ )?(?:las )?ganas de (?:vivir|seguir viviendo)|(?:ya )?(?:para|pa) que vivo|(?:no|ya no) (?:aguanto|puedo) (?:mas )?(?:vivir|la vida)|(?:mejor seria|preferible) no seguir viviendo|lo mejor (?:es|seria|sera) (?:no seguir viviendo|no existir|morir\w*|irme)|no (?:le |les )?(?:encuentro|veo|hallo) (?:\w+ )?(?:sentido|caso|chiste) (?:a|de|en) (?:nada|todo|la vida|vivir|seguir|esta vida)|(?:que|pa que|para que) (?:caso|chiste|sentido) tiene (?:levantar\w*|seguir(?! pagando)|vivir|la vida|todo)|(?:para|pa) que (?:vivir|sigo|seguir vivi\w+|despertar|levantarme)(?! (?:pagando|aqui esperando|llamando|intentando))"
        r"|no (?:tengo|me quedan|hay) (?:\w+ )?(?:fuerzas?|por que|razon|motivos?) (?:para |de )?(?:vivir|seguir(?! pagando| trabajando| con el tramite| con la queja)|luchar en la vida)|no (?:tiene caso|vale la pena) (?:seguir )?(?:vivir|viviendo|seguir vivi\w+)|ya nada (?:me )?importa ni|da lo mismo (?:amanecer|vivir|morir)|no hay nada por que (?:luchar|vivir|seguir)"
    ),
    "cansancio_de_vivir": (
        r"(?:cansad[oa]|hart[oa]|fastidiad[oa]) de (?:vivir|la vida|esta vida|mi vida|existir)(?! (?:asi de endeudad\w|en esta colonia))|me (?:canse|rindo|rendi) (?:de |con )?(?:vivir|la vida|esta vida|mi vida)|(?:con todo y con|ya no puedo con|no puedo mas con) (?:la|mi|esta) (?:vida|existencia)|hasta aqui llegue (?:\w+ ){0,3}(?:vida|adios|perdon)|ya no (?:quiero|puedo) (?:seguir )?(?:con mi existencia|estar viv[oa])"
    ),
    "estarian_mejor_sin_mi": (
        r"si (?:yo )?(?:ya )?(?:faltara|no existiera|no estuviera|desapareciera) (?:\w+ ){0,6}(?:seguro|descans\w+|mejor|facil|paz|tranquil\w+)|si me (?:muero|muriera|muriese) (?:\w+ ){0,4}(?:seguro (?:paga|cubre)|descans\w+|mejor|se acaba|en paz)|(?:descansar\w*|mejor|facil|tranquil\w+) si (?:yo )?(?:ya )?(?:no (?:existiera|estuviera|viviera)|faltara|me muriera|muriera)|(?:nadie|quien) me va a (?:extranar|llorar)"
        r"|(?:deje|dejar) de ser (?:una )?carga|soy una carga para (?:todos|mi familia|mis hijos)(?: \w+){0,2} (?:mejor|ya no)|cuando (?:yo )?ya no est[eo] (?:\w+ ){0,3}(?:quise|hijos|diganles|dile|cuiden|paz)"
    ),
    "quiere_irse": (
        r"no estar (?:ya |mas )?en este mundo|(?:hoy|ya|voy a|quiero|mejor) (?:\w+ )?(?:acab\w+|termin\w+) con mi sufrimiento|(?:que|solo quiero que) todo se acabe para siempre|ya escribi (?:la|mi|una) carta$|irme de (?:este|el) mundo|(?:mejor|quiero|quisiera|prefiero|preferiria|preferible) (?:\w+ ){0,2}(?:no existir|bajo tierra|no haber nacido|irme con (?:dios|diosito|mi mama|mi papa|mi hijo)|no estar viv[oa]|dejar este mundo)|(?:dios|diosito|senor)(?: mio)? (?:ya )?(?:llevame|recogeme|recoge me)|(?:quiero|solo quiero|quisiera|como) (?:\w+ )?(?:descansar para siempre|paz aunque sea muert[oa]|dormir para siempre|dormirme para siempre)"
        r"|no (?:quiero|voy a|quisiera) (?:volver a )?(?:llegar a|ver el dia de|despertar|amanecer|ver (?:la luz|otro dia))(?: (?:de )?manana| mas| otra vez|$)|(?:despedi|despido) de (?:mis hijos|mi familia|la vida|todos)|(?:perdon|perdonenme) por todo (?:adios|hijos|mis hijos|familia|ya)|escribi la carta para (?:mi familia|mis hijos)|^ya no quiero (?:seguir|estar) aqui$"
    ),
    "dano_a_si": (
        r"me corto para (?:no )?sentir|pienso en lo peor(?! (?:que|de la deuda))|pienso (?:mucho )?en (?:la muerte|morir\w*|matarme)|(?:ideas?|pensamientos?) (?:\w+ )?(?:feas?|suicid\w+|de (?:muerte|morir\w*|hacerme dano|quitarme|no vivir))|me (?:corto|corte|estoy cortando|lastimo|lastime) (?:\w+ )?(?:otra vez|los brazos|las piernas|por la desesperacion|para sentir)|(?:tonteria|locura|barbaridad|una loquera) (?:conmigo|contra mi|a mi mism[oa])|lo que me (?:pueda|vaya a|puedo) hacer (?:yo )?(?:sol[oa]|a mi mism[oa])"
        r"|(?:se|me) (?:quiso|quise|intento|intente|trato de) (?:ahorcar|colgar|matar|suicidar|envenenar|quitar la vida)(?:me|se)?|(?:pienso|pense|pensado|ganas) (?:en |de )?(?:aventarme|brincar|tirarme|saltar)|(?:unica|sola) (?:forma|salida|manera|solucion) es (?:morir\w*|la muerte|matar\w*)|(?:papa|mama|espos\w|hij\w) con (?:las )?pastillas en la mano|lo unico que quiero es (?:que todo termine|morir\w*|que se acabe todo)|ganas de acabar con todo(?! (?:el tramite|esto del credito))"
    ),
    "desesperacion_extrema": (
        r"ya no puedo (?:mas )?con (?:mi|la|esta) vida|(?:siento|pienso) que (?:ya )?no puedo seguir (?:viviendo|viv[oa])|ya no aguanto (?:mas )?(?:la|mi|esta) vida|no (?:puedo|quiero) seguir (?:viviendo|viv[oa])|quiero (?:acabar|terminar) con (?:todo|este sufrimiento|mi sufrimiento) (?:de una vez|para siempre|ya)|(?:he|ha|hemos) pensado (?:en )?(?:lo peor|hacer una locura|cometer una locura)|(?:voy a|puedo|vaya a|va a) (?:hacer|cometer) una (?:locura|tonteria) (?:\w+ ){0,4}(?:mi vida|conmigo|deuda|vida)|pens(?:e|ado|ando) en (?:el suicidio|quitarme de en medio|no seguir aqui)|(?:me )?(?:hago|hacerme|haga|haciendo) dano (?:a mi mism[oa]|yo mism[oa]|sol[oa])|me (?:lastimo|corto) (?:a mi mism[oa]|los brazos|yo sol[oa])"
    ),
}

#: Words around a match that take its edge away: told of the past, said by the collector, a joke, a condition.
PAST = r"(?:la semana pasada|el mes pasado|el ano pasado|hace (?:\w+ )?(?:dias?|semanas?|mes|meses|anos?)|ayer|antier|antenoche|anoche|esa vez|aquella vez|el otro dia|la otra vez|en aquel entonces|cuando era)"
#: They quote the collector's own words, which are a threat or an insult: "me dijo que mejor me muriera".
QUOTED = re.compile(
    r"(?:me|nos|le|les) (?:dij\w+|dice[n]?|grit\w+|escrib\w+|pus\w+|contest\w+|mand\w+|dese\w+) (?:que )?(?:\w+ ){0,3}"
    r"(?:matate|matese|muerete|muerase|suicidate|suicidese|ahorcate|me (?:muera|muriera|mate|matara|suicid\w+|ahorc\w+)|ojala (?:me|te|se) (?:muera[s]?|muriera[s]?|mate[s]?))"
)
HARMLESS = re.compile(
    r"suicid\w+ (?:financier\w+|economic\w+|laboral|politic\w+)|matar (?:dos|el) (?:pajaros|tiempo)|(?:pelicula|serie|libro|noticia|cancion|juego|videojuego) (?:\w+ ){0,5}(?:suicid\w+|armados|balazos|disparos)"
    r"|(?:no (?:me|es que me) quiero|no quiero|no pienso|no voy a) (?:matar(?:me)?|morir(?:me)?|suicidarme)(?! (?:pero|aunque))(?!\w)|no (?:me voy|nos vamos) a matar(?! pero)|pistola de (?:agua|silicon|pintura|juguete|calor)|arma(?:r|do)s? (?:un|de|el)|mal armado"
    r"|(?:no|nunca) (?:traen|trae|tienen|tiene|traian) (?:pistolas?|armas?|armados)|antes (?:muert[oa]|morir) que (?:pagar|perder)|muert[oa] en vida|mat\w+ de (?:risa|hambre|coraje)|me mato trabajando|me mato (?:de risa|chambeando|trabajando|para pagar)|se mata trabajando|mato por (?:un|una)"
)


def check(text: str) -> Alarm | None:
    """The alarm that a message raises, or None. Danger wins over despair when both are there."""
    words = HARMLESS.sub(" ", fold(text))
    rule = _first(EMERGENCY_RULES, words, over=True)
    if rule:
        return Alarm("emergencia", rule)
    rule = _first(CRISIS_RULES, QUOTED.sub(" ", words), over=False)
    return Alarm("crisis_emocional", rule) if rule else None


def _first(rules: dict[str, re.Pattern[str]], words: str, over: bool) -> str:
    """Name of the first rule that matches; with `over`, a match told of the past does not count."""
    for name, pattern in rules.items():
        for match in pattern.finditer(words):
            around = words[max(0, match.start() - REACH) : match.end() + REACH]
            if not (over and PAST_WORDS.search(around)):
                return name
    return ""


REACH = 40
EMERGENCY_RULES = {name: re.compile(rf"\b(?:{pattern})") for name, pattern in EMERGENCY.items()}
CRISIS_RULES = {name: re.compile(rf"\b(?:{pattern})\b") for name, pattern in CRISIS.items()}
PAST_WORDS = re.compile(rf"\b{PAST}\b")
