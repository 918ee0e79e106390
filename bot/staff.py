"""Who may work with the console: accounts, passwords, second factor, sessions, and how wrong passwords are slowed down.

A wrong password slows down one account from one address. Many wrong ones from everywhere slow that account down for
addresses it was never used from; who has signed in from theirs before, and everybody else behind the same address,
notices nothing.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from datetime import timedelta
from functools import cached_property

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from ulid import ULID

from bot.errors import RuleBroken, SignInRefused, SlowDown
from bot.model import Role, Session, Staff
from bot.privacy import Vault
from bot.store import Store, Tx
from bot.store.base import now

ROLES: tuple[Role, ...] = ("equipo", "entrenador", "supervisor", "admin")
MIN_PASSWORD, MAX_PASSWORD = 12, 200
#: How long a sign-in lasts, and how long it lasts when nobody does anything.
SESSION = timedelta(hours=12)
IDLE = timedelta(hours=2)
#: A second factor must follow the password within this time.
HALF_SESSION = timedelta(minutes=5)
#: Seconds between notes of when a session was last used.
TOUCH = timedelta(minutes=1)
#: Wrong passwords that are forgiven within WINDOW: of one account from one address, and of one account from everywhere.
WINDOW = timedelta(minutes=15)
FREE_HERE, FREE_EVERYWHERE = 5, 50
#: The longest that somebody must wait, in seconds.
MAX_WAIT = 900.0
REFUSED = "El correo o la contraseña no son correctos."


def wait_after(failures: int, free: int) -> float:
    """Seconds to wait after so many wrong passwords: nothing at first, then twice as long each time."""
    return 0.0 if failures < free else min(MAX_WAIT, 15.0 * 2 ** min(failures - free, 10))


def weakness(password: str, email: str) -> str:
    """What is wrong with a new password, or an empty string."""
    if len(password) < MIN_PASSWORD:
        return f"La contraseña necesita al menos {MIN_PASSWORD} caracteres."
    if len(password) > MAX_PASSWORD:
        return f"La contraseña puede tener hasta {MAX_PASSWORD} caracteres."
    if len(set(password.lower())) < 5:
        return "La contraseña repite demasiado los mismos caracteres."
    if email.split("@")[0].lower() in password.lower():
        return "La contraseña no debe contener tu correo."
    return ""


class Accounts:
    """Everything that is done to accounts and sessions, over one database."""

    def __init__(self, store: Store, vault: Vault) -> None:
        self._store, self._vault = store, vault
        self._hasher = PasswordHasher()

    @cached_property
    def _nobody(self) -> str:
        """Checked when there is no such account, so that the time taken tells nobody who has one."""
        return self._hasher.hash(secrets.token_urlsafe(16))

    # --- accounts ----------------------------------------------------------------------------------------------------

    def add(self, email: str, role: str, name: str = "", by: str = "") -> str:
        """Make an account and return its one-time password. Raises RuleBroken."""
        email = email.strip().lower()
        if role not in ROLES:
            raise RuleBroken(f"El rol {role} no existe. Usa uno de: {', '.join(ROLES)}.")
        if not 3 <= len(email) <= 254 or email.count("@") != 1 or not all(email.split("@")) or " " in email:
            raise RuleBroken("Ese correo no está bien escrito.")
        password = secrets.token_urlsafe(12)
        member = Staff(str(ULID()), email, (name.strip() or email.split("@")[0])[:80], role, must_change=True)
        with self._store.begin() as tx:
            if not tx.add_staff(member, self._hasher.hash(password)):
                raise RuleBroken("Ya hay una cuenta con ese correo.")
            tx.note(by, "cuenta_creada", email, role=role)
        return password

    def add_first(self, email: str) -> str:
        """The one-time password of a first admin, or an empty string when there are accounts already."""
        with self._store.read() as tx:
            if tx.staff_count():
                return ""
        return self.add(email, "admin", "Administración")

    def all(self) -> list[Staff]:
        with self._store.read() as tx:
            return tx.all_staff()

    def reset(self, email: str, by: str = "") -> str:
        """A new one-time password; all sessions end and the second factor is taken away. Raises RuleBroken."""
        password = secrets.token_urlsafe(12)
        with self._store.begin() as tx:
            member = self._existing(tx, email)
            tx.set_password(member.id, self._hasher.hash(password), must_change=True)
            tx.set_totp(member.id, "")
            tx.revoke_sessions(member.id)
            tx.note(by, "cuenta_restablecida", member.email)
        return password

    def set_role(self, email: str, role: str, by: str = "") -> None:
        """Raises RuleBroken, also when nobody would be left who can manage accounts."""
        if role not in ROLES:
            raise RuleBroken(f"El rol {role} no existe. Usa uno de: {', '.join(ROLES)}.")
        with self._store.begin() as tx:
            member = self._existing(tx, email)
            if role != "admin":
                self._keep_an_admin(tx, member)
            tx.set_role(member.id, role)
            tx.note(by, "rol_cambiado", member.email, role=role, before=member.role)

    def set_disabled(self, email: str, disabled: bool, by: str = "") -> None:
        """Let somebody in no more, from this moment on, or again. Raises RuleBroken."""
        with self._store.begin() as tx:
            member = self._existing(tx, email)
            if disabled:
                self._keep_an_admin(tx, member)
                tx.revoke_sessions(member.id)
            tx.set_disabled(member.id, disabled)
            tx.note(by, "cuenta_desactivada" if disabled else "cuenta_activada", member.email)

    def _existing(self, tx: Tx, email: str) -> Staff:
        member = tx.staff_by_email(email.strip().lower())
        if member is None:
            raise RuleBroken("No hay ninguna cuenta con ese correo.")
        return member

    def _keep_an_admin(self, tx: Tx, member: Staff) -> None:
        others = [one for one in tx.all_staff() if one.role == "admin" and not one.disabled and one.id != member.id]
        if member.role == "admin" and not member.disabled and not others:
            raise RuleBroken("Es la única cuenta que administra. Da antes ese rol a otra persona.")

    # --- sign in -------------------------------------------------------------------------------------------------------

    def sign_in(self, email: str, password: str, address: str, device: str) -> tuple[str, Session]:
        """The token and session of a right password; one with a second factor is not confirmed yet.

        Raises:
            SlowDown: too many wrong passwords for this account, from this address.
            SignInRefused: e-mail or password are wrong, or the account is disabled.
        """
        email = email.strip().lower()
        account, place = self._vault.pseudonym("staff", email), self._vault.pseudonym("address", address)
        with self._store.read() as tx:
            self._check_pace(tx, account, place)
            member = tx.staff_by_email(email)
            hashed = tx.password_hash(member.id) if member else self._nobody
        right = self._is_right(hashed, password)
        if not right or member is None or member.disabled:
            self._fail(account, place, member)
            raise SignInRefused(REFUSED)
        token = secrets.token_urlsafe(32)
        with self._store.begin() as tx:
            if not member.totp:
                tx.forget_failures(account, place)
            if self._hasher.check_needs_rehash(hashed):
                tx.set_password(member.id, self._hasher.hash(password), member.must_change)
            lasts = HALF_SESSION if member.totp else SESSION
            tx.add_session(session_key(token), member.id, not member.totp, device, now() + lasts)
            tx.note(member.id, "entrada" if not member.totp else "entrada_a_medias")
            session = tx.session(session_key(token), now() - IDLE)
        assert session is not None
        return token, session

    def give_code(self, session: Session, code: str, address: str, device: str) -> str:
        """The second factor: a new token, with which everything is open. Raises SlowDown, SignInRefused."""
        email = session.staff.email
        account, place = self._vault.pseudonym("staff", email), self._vault.pseudonym("address", address)
        with self._store.read() as tx:
            self._check_pace(tx, account, place)
        token = secrets.token_urlsafe(32)
        with self._store.begin() as tx:
            right = self._code_is_right(tx, session.staff.id, tx.totp_secret(session.staff.id), code)
            if right:
                tx.forget_failures(account, place)
                tx.revoke_sessions(session.staff.id, session.key)
                tx.add_session(session_key(token), session.staff.id, True, device, now() + SESSION)
                tx.note(session.staff.id, "entrada")
        if not right:
            self._fail(account, place, session.staff)
            raise SignInRefused("El código no es correcto o ya se usó.")
        return token

    def _check_pace(self, tx: Tx, account: str, place: str) -> None:
        since = now() - WINDOW
        here, last_here = tx.failures(account, since, place)
        wait = wait_after(here, FREE_HERE)
        last = last_here
        if not tx.is_known_address(account, place):
            everywhere, last_anywhere = tx.failures(account, since)
            if wait_after(everywhere, FREE_EVERYWHERE) > wait:
                wait, last = wait_after(everywhere, FREE_EVERYWHERE), last_anywhere
        left = wait - (now() - last).total_seconds() if last else 0
        if left > 0:
            raise SlowDown(left)

    def _fail(self, account: str, place: str, member: Staff | None) -> None:
        with self._store.begin() as tx:
            tx.add_failure(account, place)
            if member:
                tx.note(member.id, "entrada_rechazada")

    def _is_right(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password[: MAX_PASSWORD + 1])
        except (VerificationError, InvalidHashError):
            return False

    # --- sessions ----------------------------------------------------------------------------------------------------

    def session(self, token: str) -> Session | None:
        """The session of this token, if it still holds."""
        with self._store.read() as tx:
            session = tx.session(session_key(token), now() - IDLE)
        if session and now() - session.seen_at > TOUCH:
            with self._store.begin() as tx:
                tx.touch_session(session.key)
        return session

    def still_holds(self, session: Session) -> bool:
        """Asked by what stays connected for long; asking does not keep the session alive."""
        with self._store.read() as tx:
            return tx.session(session.key, now() - IDLE) is not None

    def sessions_of(self, staff_id: str) -> list[Session]:
        with self._store.read() as tx:
            return tx.sessions_of(staff_id, now() - IDLE)

    def sign_out(self, session: Session) -> None:
        with self._store.begin() as tx:
            tx.revoke_sessions(session.staff.id, session.key)
            tx.note(session.staff.id, "salida")

    def revoke(self, staff_id: str, key: str, by: str) -> None:
        """End a session. key: what `Session.key` says."""
        with self._store.begin() as tx:
            if tx.revoke_sessions(staff_id, key):
                tx.note(by, "sesion_cerrada", staff_id)

    # --- own account -------------------------------------------------------------------------------------------------

    def change_password(self, session: Session, old: str, new: str) -> None:
        """All other sessions of theirs end. Raises SignInRefused (the old one is wrong), RuleBroken (the new one is)."""
        with self._store.read() as tx:
            hashed = tx.password_hash(session.staff.id)
        if not self._is_right(hashed, old):
            raise SignInRefused("La contraseña actual no es correcta.")
        problem = weakness(new, session.staff.email) or (
            "Usa una contraseña distinta a la actual." if old == new else ""
        )
        if problem:
            raise RuleBroken(problem)
        with self._store.begin() as tx:
            tx.set_password(session.staff.id, self._hasher.hash(new), must_change=False)
            tx.revoke_sessions(session.staff.id, but=session.key)
            tx.note(session.staff.id, "contrasena_cambiada")

    def start_totp(self) -> str:
        """A secret to scan. It holds when `confirm_totp` is given a code of it."""
        return pyotp.random_base32()

    def totp_uri(self, member: Staff, secret: str) -> str:
        return pyotp.TOTP(secret).provisioning_uri(name=member.email, issuer_name="Buen Trato")

    def confirm_totp(self, member: Staff, secret: str, code: str) -> None:
        """Ask for a code at each sign-in from now on. Raises SignInRefused."""
        with self._store.begin() as tx:
            tx.set_totp(member.id, secret)
            if not self._code_is_right(tx, member.id, secret, code):
                raise SignInRefused("El código no coincide. Revisa la hora de tu teléfono y prueba con el siguiente.")
            tx.note(member.id, "codigo_activado")

    def stop_totp(self, session: Session, password: str) -> None:
        """Raises SignInRefused."""
        with self._store.read() as tx:
            hashed = tx.password_hash(session.staff.id)
        if not self._is_right(hashed, password):
            raise SignInRefused("La contraseña no es correcta.")
        with self._store.begin() as tx:
            tx.set_totp(session.staff.id, "")
            tx.note(session.staff.id, "codigo_desactivado")

    def _code_is_right(self, tx: Tx, staff_id: str, secret: str, code: str) -> bool:
        """One step early or late is forgiven; a code works once."""
        code, step = "".join(code.split()), int(time.time()) // 30
        if not secret or not (code.isascii() and code.isdigit()):
            return False
        totp = pyotp.TOTP(secret)
        for near in (step, step - 1, step + 1):
            if secrets.compare_digest(totp.generate_otp(near), code):
                return tx.use_totp_step(staff_id, near)
        return False


def session_key(token: str) -> str:
    """Only this is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
