"""People tell it in their own order: all at once, bit by bit, something else than was asked, unsure, and back again."""

from __future__ import annotations

from tests.dialogues.test_pone_una_queja import JPG, day, folio_in
from tests.living import Living, Person


def empieza(person: Person, text: str = "me insultaron por telefono") -> str:
    person.says(text)
    return person.taps("Acepto")


def hasta_registrar(person: Person) -> str:
    """Leave out what is still asked, and file it."""
    for _ in range(8):
        if "¿La registro así?" in person.heard[-1]["text"]:
            break
        person.says("no se")
    return folio_in(person.taps("Sí, registrar"))


def test_da_datos_antes_de_aceptar_y_no_se_le_vuelven_a_preguntar(product: Living, person: Person) -> None:
    person.says("quiero quejarme")
    person.says("fue ayer, me llamaron del 81 8123 4567, de la agencia Grupo Alfa")
    person.says("me gritaron groserías")
    answer = person.says("acepto")
    assert "insultan" in answer and "municipio" in answer
    case = product.case(hasta_registrar(person))
    assert (case["agency"], case["agency_phone"], case["incident_date"]) == ("Grupo Alfa", "8181234567", day(1))


def test_manda_seis_mensajes_seguidos(product: Living, person: Person) -> None:
    person.says(
        "hola", "oiga", "me estan marcando a todas horas", "son de Delta Norte", "desde el lunes", "ya me canse"
    )
    person.says("acepto")
    case = product.case(hasta_registrar(person))
    assert "denunciar_acoso" in case["violations"] and case["agency"] == "Delta Norte"
    assert case["incident_date"] and case["contact_channel"] == "llamada"


def test_contesta_lugar_y_numero_cuando_se_le_pregunta_la_agencia(product: Living, person: Person) -> None:
    empieza(person)
    assert "agencia" in person.says("81 8123 4567")
    assert "Anoté el lugar" in person.says("fue en Monterrey")
    case = product.case(hasta_registrar(person))
    assert (case["agency_phone"], case["place"], case["agency"]) == ("8181234567", "Monterrey", "")


def test_no_quiere_dar_su_nombre_y_lo_dice_en_otra_pregunta(product: Living, person: Person) -> None:
    empieza(person)
    answer = person.says("no quiero dar mi nombre")
    assert "Va sin tu nombre" in answer and "agencia" in answer
    case = product.case(hasta_registrar(person))
    assert case["complainant"] == {"name": "", "phone": "", "anonymous": True}
    assert not [m for m in person.heard if "A nombre de quién" in m["text"]]


def test_da_su_nombre_y_luego_prefiere_que_sea_anonima(product: Living, person: Person) -> None:
    empieza(person, "me llamo Luis Soto y me insultaron ayer por telefono")
    person.says("mejor que sea anónima")
    case = product.case(hasta_registrar(person))
    assert case["complainant"] == {"name": "", "phone": "", "anonymous": True}


def test_pregunta_si_es_anonimo_antes_de_aceptar(person: Person) -> None:
    person.says("me insultaron por telefono")
    answer = person.says("¿y es anónimo?")
    assert "la agencia no recibe nada" in answer and "conoce tu cuenta" in answer and "¿Aceptas?" in answer


def test_acepta_pero_pide_que_sea_anonima(person: Person) -> None:
    person.says("me insultaron por telefono")
    assert "Esto entendí" in person.says("si acepto pero que sea anonimo")


def test_no_recuerda_bien_el_dia(product: Living, person: Person) -> None:
    empieza(person, "me insultaron por telefono los de Delta Norte")
    answer = person.says("no recuerdo bien, creo que fue hace dos semanas")
    assert "sin seguridad" in answer
    case = product.case(hasta_registrar(person))
    assert case["incident_date"] == day(14) and case["uncertain"] == ["incident_date"]


def test_pregunta_por_los_domingos_y_eso_no_es_la_fecha(product: Living, person: Person) -> None:
    empieza(person, "me insultaron por telefono los de Delta Norte")
    assert "lineamientos" in person.says("¿pueden llamarme en domingo?")
    assert product.case(hasta_registrar(person))["incident_date"] == ""


def test_cambia_un_dato_sin_decir_que_se_equivoco(product: Living, person: Person) -> None:
    empieza(person, "me insultaron ayer por telefono los de Delta Norte")
    assert "corregí" in person.says("antier") or "cambié" in person.heard[-2]["text"]
    assert product.case(hasta_registrar(person))["incident_date"] == day(2)


def test_dice_que_no_fue_eso(product: Living, person: Person) -> None:
    empieza(person)
    answer = person.says("no, no fue eso, fue que le contaron a mis vecinos")
    assert "Contaron tu deuda" in answer
    assert product.case(hasta_registrar(person))["violations"] == ["denunciar_uso_datos"]


def test_niega_un_lugar_y_da_otro(product: Living, person: Person) -> None:
    empieza(person, "me insultaron por telefono en Toluca")
    person.says("me equivoqué, no fue en Toluca, fue en Metepec")
    assert product.case(hasta_registrar(person))["place"] == "Metepec"


def test_se_va_y_regresa_con_los_datos_que_faltan(person: Person) -> None:
    empieza(person, "me insultaron ayer por telefono los de Delta Norte")
    assert "30 días" in person.says("luego sigo, tengo que irme")
    assert "Nos faltan tres datos" in person.says("hola")
    assert "número" in person.taps("Seguir")


def test_regresa_y_contesta_sin_saludar(product: Living, person: Person) -> None:
    empieza(person, "me insultaron ayer por telefono")
    person.says("luego sigo, adios")
    assert "número" in person.says("era de la agencia Grupo Alfa")
    assert product.case(hasta_registrar(person))["agency"] == "Grupo Alfa"


def test_regresa_diciendo_que_quiere_seguir(person: Person) -> None:
    empieza(person, "me insultaron ayer por telefono")
    person.says("luego sigo, adios")
    answer = person.says("quiero seguir con mi queja")
    assert "Nos faltan" in answer and "agencia" in answer


def test_no_se_le_entiende_dos_veces_en_una_pregunta(product: Living, person: Person) -> None:
    empieza(person, "me insultaron por telefono los de Delta Norte")
    person.says("asdf jkl")
    person.says("qwerty poiu")
    assert "Saltar pregunta" in person.buttons
    assert "número" in person.taps("Saltar pregunta")
    person.says("asdf", "jklñ", "zxcv")
    assert [m for m in person.heard if "una persona del equipo te ayude" in m["text"]]
    assert product.case(hasta_registrar(person))["incident_date"] == ""


def test_quita_la_segunda_foto(product: Living, person: Person) -> None:
    empieza(person)
    person.sends("uno.jpg", JPG + b"1")
    person.sends("dos.jpg", JPG + b"2")
    assert "quité una foto" in person.says("quita la segunda foto")
    case = product.case(hasta_registrar(person))
    assert len(case["evidence"]) == 1 and case["evidence"][0]["bytes"] == len(JPG) + 1


def test_quita_una_foto_sin_decir_cual(person: Person) -> None:
    empieza(person)
    person.sends("uno.jpg", JPG + b"1")
    person.sends("dos.jpg", JPG + b"2")
    assert "¿Cuál quito?" in person.says("quita la foto")
    assert "quité 2 fotos" in person.says("quita todas las fotos")


def test_varias_conductas_se_leen_en_una_lista_y_son_una_queja(product: Living, person: Person) -> None:
    answer = empieza(person, "me insultaron, me amenazaron con la carcel y le dijeron mi deuda a mis vecinos")
    assert answer.count("•") >= 2
    case = product.case(hasta_registrar(person))
    assert len(case["violations"]) >= 2 and len(product.house.complaints.all()) >= 1


#: A question between two of ours, or between a question and a complaint.
TWO_THINGS = (
    "donde se denuncia a esta gente",
    "mi marido no sabe que debemos, si pongo la queja llega algo a la casa o me lo mandan nomás a mi celular?",
    "Quisiera que me explicara los pasos, señorita, porque la última vez que me quejé en otro lado me traían de una ventanilla a otra, me hicieron llenar tres formatos, sacar copias de todo hasta del acta de matrimonio, y al final nunca supe en qué quedó. ¿Aquí qué sigue después de enviar?",
    "Mi Cuenta sirve para reportar al despacho o nomas para ver el saldo",
    "mi queja y mis datos",
    "queja del kiosco",
    "mis datos y la agencia",
)


def test_su_mensaje_puede_ser_dos_cosas_y_se_le_pregunta(product: Living) -> None:
    """Which of these the model cannot tell changes with its training; all of them are two things."""
    for text in TWO_THINGS:
        person = Person(product.url)
        asked = person.says(text)
        if "¿Qué necesitas?" in asked or "¿Cuál de estas dos" in asked:
            break
    assert len(person.buttons) == 2 and "¿Estás de acuerdo?" not in asked
    meant = next(title for title in person.buttons if title != "Contar qué pasó")
    assert person.taps(meant) and "¿Cuál de estas dos" not in person.heard[-1]["text"]
