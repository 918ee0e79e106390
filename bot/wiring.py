"""Builds the real objects from Settings; the only file that names Telegram, WhatsApp, the web chat and Rasa."""

from __future__ import annotations

from dataclasses import dataclass

from bot.agencies import Agencies
from bot.catalog import Catalog
from bot.channels.base import Channel, OpenFile, nothing_to_open
from bot.channels.telegram import TelegramChannel
from bot.channels.web import WebChannel
from bot.channels.whatsapp import WhatsAppChannel
from bot.complaints import Complaints
from bot.config import Settings
from bot.desk import Desk
from bot.erasure import Erasure
from bot.evidence import EvidenceRoom
from bot.handoff import Handoffs
from bot.inbox import Inbox
from bot.late import Late
from bot.lease import Leases
from bot.outbox import Outbox
from bot.privacy import Vault
from bot.rasa_client import RasaClient
from bot.ready_answers import ReadyAnswers
from bot.receipt import Issuer, Receipts
from bot.referrals import Referrals
from bot.repeats import Repeats
from bot.sent_files import SentFiles
from bot.setaside import SetAside
from bot.signing import Signer
from bot.staff import Accounts
from bot.store import Store
from bot.store.trackers import Trackers
from bot.texts import Texts


@dataclass(frozen=True)
class House:
    """Everything a process may need, ready to use."""

    settings: Settings
    store: Store
    texts: Texts
    catalog: Catalog
    channels: dict[str, Channel]
    rasa: RasaClient
    room: EvidenceRoom
    inbox: Inbox
    outbox: Outbox
    complaints: Complaints
    handoffs: Handoffs
    receipts: Receipts
    erasure: Erasure
    accounts: Accounts
    desk: Desk
    sent_files: SentFiles
    referrals: Referrals
    set_aside: SetAside
    agencies: Agencies
    repeats: Repeats
    ready_answers: ReadyAnswers

    async def close(self) -> None:
        for channel in self.channels.values():
            await channel.close()
        await self.rasa.close()
        self.erasure.close()
        self.store.close()


def build(settings: Settings) -> House:
    """Raises ConfigError when a setting, a key or a text is not right."""
    vault = Vault(settings.encryption_keys, settings.secret_key)
    store = Store(settings.database_url, vault)
    texts, catalog = Texts(), Catalog()
    complaints = Complaints(store, texts)
    signer = Signer(settings.signing_key)
    receipts = Receipts(complaints, catalog, texts, signer, vault, issuer(settings))
    sent = SentFiles(store, settings.data_dir / "sent", settings.public_url)
    channels = build_channels(settings, texts, lambda url: receipts.pdf_at(url) or sent.open_at(url))
    rasa = RasaClient(settings.rasa_url, settings.rasa_token, settings.actions_url)
    room = EvidenceRoom(store, settings.data_dir / "evidence")
    return House(
        settings=settings,
        store=store,
        texts=texts,
        catalog=catalog,
        channels=channels,
        rasa=rasa,
        room=room,
        inbox=Inbox(
            store,
            rasa,
            texts,
            room,
            channels,
            settings.quiet_seconds,
            Leases(store, settings.lease_seconds),
            Late(store, texts, settings.late_seconds),
        ),
        outbox=Outbox(store, channels, texts, settings.lease_seconds),
        complaints=complaints,
        handoffs=Handoffs(store),
        receipts=receipts,
        erasure=Erasure(store, complaints, room, sent, Trackers(settings.rasa_tracker_url)),
        accounts=Accounts(store, vault),
        desk=Desk(store, texts, channels, sent, settings),
        sent_files=sent,
        referrals=Referrals(store, texts, settings),
        set_aside=SetAside(store),
        agencies=Agencies(store),
        repeats=Repeats(store),
        ready_answers=ReadyAnswers(store, texts, channels),
    )


def build_channels(settings: Settings, texts: Texts, open_file: OpenFile = nothing_to_open) -> dict[str, Channel]:
    """The channels that have what they need; one without its token is off."""
    channels: dict[str, Channel] = {"web": WebChannel()}
    if settings.telegram:
        channels["telegram"] = TelegramChannel(settings.telegram, open_file)
    if settings.whatsapp:
        options = texts.reply("utter_palabra_opciones").text
        channels["whatsapp"] = WhatsAppChannel(settings.whatsapp, options, open_file)
    return channels


def issuer(settings: Settings) -> Issuer:
    """Without PUBLIC_URL receipts can be checked on this machine only, and chats get relative addresses."""
    host, port = settings.gateway
    return Issuer(settings.operator_name, settings.public_url or f"http://{host}:{port}", settings.public_url)
