"""Whole conversations as frightened people have them on a phone, and the record that each must leave."""

from __future__ import annotations

from tests.dialogues.test_cuenta_a_su_manera import hasta_registrar
from tests.dialogues.test_pone_una_queja import JPG, day, folio_in
from tests.living import Living, Person


def dice(person: Person, *texts: str) -> None:
    for text in texts:
        person.says(text)


def test_una_historia_larga_sin_acentos_con_muchas_fechas(product: Living, person: Person) -> None:
    person.says(
        "miren yo saque mi credito en 2012 y lo venia pagando bien hasta que me corrieron de la maquila en marzo y me atrase y "
        "desde entonces me empezaron a hablar de un despacho primero eran amables pero luego me decian que era un ratero y "
        "anteayer vinieron dos tipos a la casa como a las 9 de la noche y le dijeron a mi esposa que si no pagabamos 12 mil "
        "pesos nos iban a sacar que ya traian la orden del juez y luego fueron con la vecina y le dijeron que debia la casa"
    )
    assert not [m for m in person.heard if "papel de juzgado" in m["text"]]
    person.says("acepto")
    case = product.case(hasta_registrar(person))
    assert (case["incident_date"], case["incident_time"]) == (day(2), "21:00")
    assert {"denunciar_maltrato", "denunciar_amenazas", "denunciar_uso_datos"} <= set(case["violations"])
    assert (case["relation"], case["affected"]) == ("titular", "quien escribe")
    assert case["contact_channel"] in ("llamada", "visita")  # they did both


def test_le_hablaron_a_su_hermana_pero_quien_debe_es_quien_escribe(product: Living, person: Person) -> None:
    dice(person, "me estan acosando y le hablaron a mi hermana para decirle q debo", "acepto")
    case = product.case(hasta_registrar(person))
    assert (case["relation"], case["affected"]) == ("", "")
    assert {"denunciar_acoso", "denunciar_uso_datos"} <= set(case["violations"])


def test_contesta_con_puros_datos_y_nada_mas_se_le_anota(product: Living, person: Person) -> None:
    dice(person, "me gritan", "si acepto", "no se como se llama el despacho", "hoy en la mañana", "llamada")
    assert not [m for m in person.heard if "800 911 2000" in m["text"] or "Ya pedí que una persona" in m["text"]]
    assert "¿De qué número" in person.heard[-1]["text"]
    case = product.case(hasta_registrar(person))
    assert case["violations"] == ["denunciar_maltrato"] and case["agency"] == ""
    assert (case["incident_date"], case["incident_time"], case["contact_channel"]) == (day(0), "mañana", "llamada")


def test_nombra_a_la_agencia_con_rodeos(product: Living, person: Person) -> None:
    dice(person, "me insultaron por telefono", "acepto", "dicen que son de cobranza infonavit")
    assert product.case(hasta_registrar(person))["agency"] == "cobranza infonavit"


def test_no_sabe_el_dia_pero_si_la_epoca(product: Living, person: Person) -> None:
    dice(person, "me insultaron por telefono los de Delta Norte", "acepto", "pues fue antes de semana santa creo")
    case = product.case(hasta_registrar(person))
    assert case["incident_date"] == "" and "semana santa" in case["description"]


def test_le_llaman_diario_y_se_le_pregunta_desde_cuando(product: Living, person: Person) -> None:
    dice(person, "me hablan diario para insultarme los de Delta Norte", "acepto")
    assert "la última vez" in person.heard[-1]["text"]
    assert "sin seguridad" in person.says("desde hace dos semanas")
    case = product.case(hasta_registrar(person))
    assert (case["incident_date"], case["uncertain"], case["frequency"]) == (day(14), ["incident_date"], "diario")


def test_da_su_numero_y_el_de_quien_le_llama(product: Living, person: Person) -> None:
    dice(
        person, "me insultan, mi telefono es 5512312312 y ellos me marcan del 5587878787, me llamo Rosa Vega", "acepto"
    )
    case = product.case(hasta_registrar(person))
    assert case["agency_phone"] == "5587878787"
    assert case["complainant"] == {"name": "Rosa Vega", "phone": "5512312312", "anonymous": False}


def test_manda_su_ubicacion_cuando_se_le_pregunta_el_nombre(product: Living, person: Person) -> None:
    dice(person, "me insultaron ayer por telefono los de Delta Norte en Toluca", "acepto", "no lo tengo")
    assert "nombre" in person.heard[-1]["text"].lower()
    person.says("19.4326, -99.1332")
    case = product.case(hasta_registrar(person))
    assert case["complainant"]["anonymous"] and case["place"] == "Toluca"


def test_unos_cobradores_de_infonavit_no_son_su_personal(product: Living, person: Person) -> None:
    dice(person, "unos cobradores del infonavit me estan molestando", "acepto")
    assert "¿Qué agencia" in person.heard[-1]["text"]
    assert product.case(hasta_registrar(person))["violations"] == ["denunciar_acoso"]


def test_una_empleada_en_ventanilla_y_no_se_le_pregunta_por_donde(product: Living, person: Person) -> None:
    dice(person, "una señorita de la ventanilla del infonavit me pidió 3 mil pesos para agilizar mi tramite", "acepto")
    dice(person, "en la delegacion de monterrey", "el viernes pasado")
    assert "municipio" in person.heard[-1]["text"] or "nombre" in person.heard[-1]["text"]
    case = product.case(hasta_registrar(person))
    assert case["agency"] == "delegacion de monterrey" and case["contact_channel"] == "visita"
    assert {"denunciar_personal_infonavit", "denunciar_corrupcion"} <= set(case["violations"])


def test_pasa_el_peligro_y_se_le_contesta_con_calma(person: Person) -> None:
    dice(person, "me estan insultando los de Delta Norte", "acepto", "estan pateando mi puerta y traen un tubo")
    answer = person.says("ya se fueron gracias a dios")
    assert "Qué bueno que me lo dices" in answer and "No te entendí" not in answer


def test_despues_de_una_crisis_no_se_le_pide_nada_hasta_que_quiera(person: Person) -> None:
    person.says("me quiero morir ya no aguanto a los del despacho rivera que me hablan 30 veces al dia")
    answer = person.says("gracias, ya estoy mas tranquila")
    assert "Qué bueno que me lo dices" in answer and "¿Estás de acuerdo?" not in answer
    assert "acuerdo?" in person.says("si quiero seguir con la queja")


def test_pregunta_si_lo_que_le_hicieron_se_puede(person: Person) -> None:
    dice(person, "le dijeron a mi jefa que debo", "acepto")
    answer = person.says("¿eso lo pueden hacer?")
    assert "Tu deuda no es para tus vecinos" in answer and "agencia" in answer


def test_pregunta_si_rompe_el_papel_del_juzgado(person: Person) -> None:
    person.says("me dejaron un papel q dice juzgado tercero y que me van a desalojar")
    assert "no se tira" in person.says("que hago lo rompo?")
    assert "no se tira" in person.says("no quiero poner queja solo saber que hago")
    assert "Ya borré" in person.heard[-1]["text"]


def test_agradece_cuando_se_le_dice_que_su_banco_va_en_otra_parte(person: Person) -> None:
    person.says("los de banco azteca me traen loca con llamadas")
    assert "No guardé" in person.says("es de un prestamo personal")
    assert "¿Estás de acuerdo?" not in person.says("ok gracias")


def test_no_acepta_y_luego_si(person: Person) -> None:
    dice(person, "me dijeron q me van a quitar la casa", "no acepto")
    assert "¿Estás de acuerdo?" in person.says("si acepto")


def test_corrige_la_agencia_sin_que_se_le_pregunte(product: Living, person: Person) -> None:
    dice(
        person, "ayer me gritaron por telefono los de Cobranza Maya", "acepto", "perdon, era de la agencia Cobranza Sur"
    )
    assert product.case(hasta_registrar(person))["agency"] == "Cobranza Sur"


def test_quita_una_foto_despues_del_folio(product: Living, person: Person) -> None:
    dice(person, "ayer me gritaron por telefono los de Delta Norte", "acepto")
    person.sends("uno.jpg", JPG + b"1")
    folio = hasta_registrar(person)
    person.sends("dos.jpg", JPG + b"22")
    answer = person.says("la segunda foto no, quitala")
    assert folio in answer and "quité una foto" in answer
    assert person.heard[-1]["attachments"][0]["name"] == f"Queja {folio}.pdf"
    case = product.case(folio)
    assert [item["bytes"] for item in case["evidence"]] == [len(JPG) + 1]
    assert [event["kind"] for event in case["events"]] == ["registrada", "evidencia", "prueba_retirada"]


def test_quita_las_fotos_y_elige_cual_cuando_son_varias(person: Person) -> None:
    dice(person, "ayer me gritaron por telefono los de Delta Norte", "acepto")
    person.sends("uno.jpg", JPG + b"1")
    person.sends("dos.jpg", JPG + b"22")
    hasta_registrar(person)
    assert "¿Cuál quito?" in person.says("quita la foto")
    assert "quité 2 fotos" in person.says("quita todas las fotos")


def test_pide_modo_discreto_antes_y_a_media_queja(person: Person) -> None:
    assert "Mis avisos no dicen" in person.says("modo discreto")
    dice(person, "me insultaron por telefono", "acepto")
    answer = person.says("mi esposo me revisa el celular, que nadie se entere")
    assert "Mis avisos no dicen" in answer and "agencia" in answer


def test_por_su_mama_con_el_nombre_de_ella(product: Living, person: Person) -> None:
    dice(person, "vengo a preguntar por mi mama, le hablan diario para decirle que le van a quitar su casita", "acepto")
    for _ in range(6):
        if "¿A nombre de quién" in person.heard[-1]["text"]:
            break
        person.says("no se")
    person.says("a nombre de ella, Socorro Medina Ríos")
    case = product.case(folio_in(person.says("si")))
    assert case["complainant"]["name"] == "Socorro Medina Ríos" and case["affected"] == "mi mamá"
