"""Payments."""

import os
import urllib.request


def charge(account: str, cents: int) -> int:
    """Charge an account and return the status code of the provider."""
    # TODO: send an idempotency key
    request = urllib.request.Request(
        os.environ["PAYMENT_URL"],
        data=f"{account}:{cents}".encode(),
        headers={"Authorization": f"Bearer {os.environ['PAYMENT_API_KEY']}"},
    )
    with urllib.request.urlopen(request, timeout=10) as response:
        return response.status
