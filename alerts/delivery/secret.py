"""The key that a webhook's messages are signed with: derived when needed, stored nowhere."""

import base64
import hashlib
import hmac

from django.conf import settings

from alerts.delivery.models import Recipient


def secret(recipient: Recipient) -> str:
    """Return the recipient's key; another salt, or another ZHIHUI_SECRET_KEY, makes another one."""
    said = f"webhook:{recipient.pk}:{recipient.salt}".encode()
    made = hmac.new(settings.SECRET_KEY.encode(), said, hashlib.sha256).digest()
    return "zhs_" + base64.urlsafe_b64encode(made).decode().rstrip("=")
