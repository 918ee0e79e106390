"""Everything that can go wrong, as one tree. No message of these carries a secret, a phone or what a person wrote.

BotError
├── ConfigError            the start is stopped; names the setting and says what to do
├── WebhookError           what a channel's request deserves (`status` is the HTTP answer)
│   ├── Forged       403   signature or secret is wrong
│   └── Ignored      200   real, but nothing we act on
├── SendError              an outgoing message did not go out
│   ├── Unavailable        the provider is down or slow: retry
│   ├── TwoOfUs            another process fetches messages with the same token: they take them from each other
│   ├── Throttled          too fast: retry after `after` seconds
│   ├── BadToken           the token is not accepted: retry, somebody may mend the setting
│   ├── Rejected           the provider will never take this message: do not retry
│   ├── WindowClosed       the person has not written for too long: it is held until they do
│   └── RecipientGone      the person blocked us or closed the account: do not retry
├── RasaUnavailable        no answer within the deadline: the turn waits
│   └── RasaResting        it was not even asked, as it did not answer the turns before
├── FileLate               an attachment cannot be fetched now: the turn waits
├── FileRefused            an attachment that cannot be kept; `code` names the text that tells the person why
├── RuleBroken       409   staff asked for something the rules forbid
│   └── Outdated     409   somebody else changed it after the page was shown
├── SignInRefused    403   e-mail, password or code are not right
└── SlowDown         429   too many wrong passwords: wait `after` seconds
"""

from __future__ import annotations


class BotError(Exception):
    """Base of all our errors.

    retry: trying again later may work. ours: the fault is on our side. code: stable name for logs and metrics.
    """

    retry = False
    ours = True
    code = "error"


class ConfigError(BotError):
    code = "config"


class WebhookError(BotError):
    ours = False
    status = 400
    code = "webhook"


class Forged(WebhookError):
    status = 403
    code = "forged"


class Ignored(WebhookError):
    status = 200
    code = "ignored"


class SendError(BotError):
    code = "send"


class Unavailable(SendError):
    retry = True
    ours = False
    code = "unavailable"


class TwoOfUs(Unavailable):
    """after: seconds to leave the other one alone."""

    code = "two_of_us"
    after = 10.0


class Throttled(SendError):
    """after: seconds to wait before this chat may be tried again."""

    retry = True
    ours = False
    code = "throttled"

    def __init__(self, after: float) -> None:
        super().__init__(f"the provider asks to wait {after:.0f} s")
        self.after = after


class Rejected(SendError):
    code = "rejected"


class BadToken(SendError):
    retry = True
    code = "bad_token"


class WindowClosed(SendError):
    ours = False
    code = "window_closed"


class RecipientGone(SendError):
    ours = False
    code = "recipient_gone"


class RasaUnavailable(BotError):
    retry = True
    code = "rasa_unavailable"


class RasaResting(RasaUnavailable):
    code = "rasa_resting"


class FileLate(BotError):
    retry = True
    ours = False
    code = "file_late"


class FileRefused(BotError):
    """code is the end of a response's name in domain.yml: `utter_archivo_<code>`."""

    ours = False

    def __init__(self, code: str) -> None:
        super().__init__(f"the attachment was refused: {code}")
        self.code = code


class RuleBroken(BotError):
    ours = False
    status = 409
    code = "rule_broken"


class Outdated(RuleBroken):
    code = "outdated"


class SignInRefused(BotError):
    ours = False
    status = 403
    code = "sign_in_refused"


class SlowDown(BotError):
    """after: seconds until this account may be tried again from this address."""

    retry = True
    ours = False
    status = 429
    code = "slow_down"

    def __init__(self, after: float) -> None:
        super().__init__(f"too many wrong passwords: wait {after:.0f} s")
        self.after = after
