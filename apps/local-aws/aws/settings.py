"""Reads the environment variables once. Upstream reads its own at import, so they are set here first."""
import os
from dataclasses import dataclass
from pathlib import Path

UPSTREAM = "1.5.33"


@dataclass(frozen=True)
class Settings:
    port: int
    region: str
    account: str
    persist: bool
    state: Path
    bind: tuple
    off: frozenset


def read(env=os.environ):
    """Turns off upstream's other listeners (SFTP, MQTT), because only the gateway may be reachable."""
    env.setdefault("GATEWAY_PORT", "4566")
    env.setdefault("MINISTACK_REGION", "us-east-1")
    env.setdefault("MINISTACK_ACCOUNT_ID", "000000000000")
    env.setdefault("PERSIST_STATE", "0")
    env.setdefault("STATE_DIR", ".slipway/aws/state")
    env.setdefault("LOG_LEVEL", "INFO")
    env["SFTP_ENABLED"] = env["IOT_MTLS_ENABLED"] = "0"
    env["S3_PERSIST"] = env["PERSIST_STATE"]
    env["S3_DATA_DIR"] = str(Path(env["STATE_DIR"]) / "s3")
    if not env["GATEWAY_PORT"].isdigit():
        raise SystemExit(f"GATEWAY_PORT ({env['GATEWAY_PORT']}) must be a port number; unset it to use 4566")
    names = env.setdefault("SLIPWAY_ACM_NAMES", "10")
    if not names.isdigit() or not 1 <= int(names) <= 100:
        raise SystemExit(f"SLIPWAY_ACM_NAMES ({names}) must be a number from 1 to 100; unset it for 10, which every account has")
    return Settings(
        port=int(env["GATEWAY_PORT"]),
        region=env["MINISTACK_REGION"],
        account=env["MINISTACK_ACCOUNT_ID"],
        persist=env["PERSIST_STATE"] == "1",
        state=Path(env["STATE_DIR"]),
        bind=tuple(a.strip() for a in env.get("SLIPWAY_BIND", "").split(",") if a.strip()),
        off=frozenset(p for p in env.get("SLIPWAY_OFF", "").split(",") if p),
    )
