"""Queries about staff: accounts, sessions, wrong passwords, and the audit log."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from bot.model import AuditLine, Session, Staff
from bot.schema import audit, known_addresses, sign_in_failures, staff, staff_sessions
from bot.store.base import Queries, now


class StaffQueries(Queries):
    # --- accounts ----------------------------------------------------------------------------------------------------

    def add_staff(self, member: Staff, password_hash: str) -> bool:
        """False when there is an account with this e-mail already."""
        return self.insert_once(
            staff,
            id=member.id,
            email=member.email,
            name=member.name,
            role=member.role,
            password_hash=password_hash,
            must_change=member.must_change,
            created_at=now(),
        )

    def staff_count(self) -> int:
        return self.connection.execute(select(func.count()).select_from(staff)).scalar_one()

    def all_staff(self) -> list[Staff]:
        return [_staff(row) for row in self.connection.execute(select(staff).order_by(staff.c.name, staff.c.email))]

    def staff_by_email(self, email: str) -> Staff | None:
        row = self.connection.execute(select(staff).where(staff.c.email == email)).first()
        return _staff(row) if row else None

    def staff_member(self, id_: str) -> Staff | None:
        row = self.connection.execute(select(staff).where(staff.c.id == id_)).first()
        return _staff(row) if row else None

    def password_hash(self, staff_id: str) -> str:
        return self.connection.execute(select(staff.c.password_hash).where(staff.c.id == staff_id)).scalar_one()

    def set_password(self, staff_id: str, password_hash: str, must_change: bool) -> None:
        self._staff(staff_id, password_hash=password_hash, must_change=must_change)

    def set_role(self, staff_id: str, role: str) -> None:
        self._staff(staff_id, role=role)

    def set_disabled(self, staff_id: str, disabled: bool) -> None:
        self._staff(staff_id, disabled_at=now() if disabled else None)

    def set_totp(self, staff_id: str, secret: str) -> None:
        """secret: empty to ask for no code any more."""
        self._staff(staff_id, totp_sealed=self.vault.seal_json(secret) if secret else "", totp_step=0)

    def totp_secret(self, staff_id: str) -> str:
        sealed = self.connection.execute(select(staff.c.totp_sealed).where(staff.c.id == staff_id)).scalar_one()
        return self.vault.open_json(sealed) if sealed else ""

    def use_totp_step(self, staff_id: str, step: int) -> bool:
        """Note that the code of this time step was used. False when it, or a later one, was used before."""
        unused = (staff.c.id == staff_id) & (staff.c.totp_step < step)
        return self.connection.execute(update(staff).where(unused).values(totp_step=step)).rowcount == 1

    # --- sessions ----------------------------------------------------------------------------------------------------

    def add_session(self, key: str, staff_id: str, confirmed: bool, device: str, expires_at: datetime) -> None:
        moment = now()
        self.connection.execute(
            insert(staff_sessions).values(
                token_hash=key,
                staff_id=staff_id,
                created_at=moment,
                seen_at=moment,
                expires_at=expires_at,
                confirmed=confirmed,
                device=device[:120],
            )
        )

    def session(self, key: str, seen_after: datetime) -> Session | None:
        """A session that was neither revoked nor left alone, of an account that is not disabled."""
        statement = (
            self._sessions(seen_after).where(staff_sessions.c.token_hash == key).where(staff.c.disabled_at.is_(None))
        )
        row = self.connection.execute(statement).first()
        return _session(row) if row else None

    def sessions_of(self, staff_id: str, seen_after: datetime) -> list[Session]:
        statement = self._sessions(seen_after).where(staff_sessions.c.staff_id == staff_id)
        return [_session(row) for row in self.connection.execute(statement.order_by(staff_sessions.c.seen_at.desc()))]

    def touch_session(self, key: str) -> None:
        self._session(staff_sessions.c.token_hash == key, seen_at=now())

    def confirm_session(self, key: str) -> None:
        self._session(staff_sessions.c.token_hash == key, confirmed=True)

    def revoke_sessions(self, staff_id: str, key: str = "", but: str = "") -> int:
        """End one session of theirs, or all of them, or all but one. Returns how many."""
        which = (staff_sessions.c.staff_id == staff_id) & staff_sessions.c.revoked_at.is_(None)
        if key:
            which &= staff_sessions.c.token_hash == key
        return self._session(which & (staff_sessions.c.token_hash != but), revoked_at=now())

    # --- wrong passwords -----------------------------------------------------------------------------------------------

    def add_failure(self, account_key: str, address_key: str) -> None:
        self.connection.execute(
            insert(sign_in_failures).values(account_key=account_key, address_key=address_key, at=now())
        )

    def failures(self, account_key: str, since: datetime, address_key: str = "") -> tuple[int, datetime | None]:
        """How many wrong passwords since then, from one address or from all, and when the last one was."""
        where = (sign_in_failures.c.account_key == account_key) & (sign_in_failures.c.at >= since)
        if address_key:
            where &= sign_in_failures.c.address_key == address_key
        row = self.connection.execute(select(func.count(), func.max(sign_in_failures.c.at)).where(where)).one()
        return row[0], row[1]

    def forget_failures(self, account_key: str, address_key: str) -> None:
        mine = (sign_in_failures.c.account_key == account_key) & (sign_in_failures.c.address_key == address_key)
        self.connection.execute(delete(sign_in_failures).where(mine))
        self.insert_once(known_addresses, account_key=account_key, address_key=address_key)

    def is_known_address(self, account_key: str, address_key: str) -> bool:
        where = (known_addresses.c.account_key == account_key) & (known_addresses.c.address_key == address_key)
        return self.connection.execute(select(known_addresses).where(where)).first() is not None

    # --- audit -----------------------------------------------------------------------------------------------------------

    def note(self, staff_id: str, action: str, subject: str = "", **detail: Any) -> None:
        """Add a line to the audit log. subject: an opaque id, a folio or an e-mail of staff. detail: nothing personal."""
        text = json.dumps(detail, ensure_ascii=False)
        self.connection.execute(
            insert(audit).values(at=now(), staff_id=staff_id, action=action, subject=subject[:64], detail=text)
        )

    def audit_lines(
        self, before: int = 0, staff_id: str = "", action: str = "", subject: str = "", limit: int = 100
    ) -> list[AuditLine]:
        """Newest first. before: only lines with a lower number."""
        statement = select(audit, staff.c.email).outerjoin(staff, staff.c.id == audit.c.staff_id)
        for column, value in ((audit.c.staff_id, staff_id), (audit.c.action, action), (audit.c.subject, subject)):
            if value:
                statement = statement.where(column == value)
        if before:
            statement = statement.where(audit.c.id < before)
        return [_line(row) for row in self.connection.execute(statement.order_by(audit.c.id.desc()).limit(limit))]

    # --- rows to values ----------------------------------------------------------------------------------------------

    def _staff(self, staff_id: str, **values: Any) -> None:
        self.connection.execute(update(staff).where(staff.c.id == staff_id).values(**values))

    def _session(self, where: Any, **values: Any) -> int:
        return self.connection.execute(update(staff_sessions).where(where).values(**values)).rowcount

    def _sessions(self, seen_after: datetime) -> Any:
        return (
            select(staff_sessions, staff)
            .join(staff, staff.c.id == staff_sessions.c.staff_id)
            .where(staff_sessions.c.revoked_at.is_(None), staff_sessions.c.expires_at > now())
            .where(staff_sessions.c.seen_at > seen_after)
        )


def _staff(row: Any) -> Staff:
    values = row._mapping
    return Staff(
        id=values[staff.c.id],
        email=values[staff.c.email],
        name=values[staff.c.name],
        role=values[staff.c.role],
        must_change=values[staff.c.must_change],
        totp=bool(values[staff.c.totp_sealed]),
        disabled=values[staff.c.disabled_at] is not None,
    )


def _session(row: Any) -> Session:
    values = row._mapping
    return Session(
        key=values[staff_sessions.c.token_hash],
        staff=_staff(row),
        confirmed=values[staff_sessions.c.confirmed],
        created_at=values[staff_sessions.c.created_at],
        seen_at=values[staff_sessions.c.seen_at],
        expires_at=values[staff_sessions.c.expires_at],
        device=values[staff_sessions.c.device],
    )


def _line(row: Any) -> AuditLine:
    return AuditLine(
        id=row.id,
        at=row.at,
        staff_id=row.staff_id,
        who=row.email or "",
        action=row.action,
        subject=row.subject,
        detail=json.loads(row.detail),
    )
