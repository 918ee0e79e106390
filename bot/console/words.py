"""What the console calls things. Staff reads these; borrowers never do."""

from __future__ import annotations

CHANNELS = {"web": "Chat web", "telegram": "Telegram", "whatsapp": "WhatsApp", "shell": "Terminal"}
REASONS = {
    "emergencia": "Peligro",
    "crisis_emocional": "Crisis emocional",
    "fallo": "El bot falló",
    "pedir_humano": "Pidió una persona",
    "no_nos_entendimos": "El bot no entendió",
    "borrar_datos": "Borrar sus datos",
    "iniciativa": "La tomó el equipo",
}
#: Urgency → how it is drawn.
URGENCY = {3: "danger", 2: "warn", 1: "", 0: "plain"}
FACTS = {
    "story": "Qué pasó",
    "violation": "Conducta",
    "agency": "Agencia",
    "incident_date": "Fecha",
    "incident_time": "Hora",
    "contact_channel": "Por dónde",
    "agency_phone": "Número",
    "place": "Lugar",
    "frequency": "Frecuencia",
    "amount": "Monto",
    "name": "Nombre",
}
#: What a complaint wants to know, in the order it is asked.
WANTED = ("story", "violation", "agency", "incident_date", "contact_channel", "agency_phone", "place", "name")
TICKS = {
    "waiting": ("clock", "enviando"),
    "sending": ("clock", "enviando"),
    "sent": ("check", "enviado"),
    "delivered": ("checks", "entregado"),
    "read": ("checks", "leído"),
    "deleted": ("alert", "lo borró"),
    "held": ("clock", "espera a que la persona escriba"),
    "failed": ("alert", "no se pudo entregar"),
    "dropped": ("alert", "no se envió: alguien tomó la conversación"),
}
STATUSES = {
    "registrada": "registrada",
    "en_revision": "en revisión",
    "canalizada": "canalizada",
    "resuelta": "resuelta",
    "no_procede": "no procede",
    "retirada": "retirada",
}
#: State of a complaint → how it is drawn.
TONES = {"registrada": "warn", "en_revision": "", "canalizada": "", "resuelta": "good"}
#: How they collected.
CONTACT = {
    "llamada": "Llamada",
    "mensaje": "Mensaje",
    "visita": "Visita",
    "carta": "Carta o papel",
    "redes": "Redes sociales",
    "correo": "Correo electrónico",
}
RELATIONS = {
    "titular": "titular del crédito",
    "familiar": "familiar",
    "aval": "aval",
    "inquilino": "inquilina o inquilino",
    "referencia": "referencia",
    "tercero": "otra persona",
    "no_deudor": "no tiene esa deuda",
}
#: What happened to a complaint, beside its states.
EVENTS = {
    "evidencia": "Llegaron pruebas",
    "bitacora": "Contó algo más",
    "correccion": "Corrección",
}
ENDINGS = {"bot": "regresó al bot", "cerrada": "cerrada", "abuso": "abuso"}


def duration(seconds: float) -> str:
    """ "3 h 12 min"."""
    minutes = int(seconds // 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours < 24 else f"{hours // 24} d {hours % 24} h"
