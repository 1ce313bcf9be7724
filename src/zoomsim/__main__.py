"""The command `zoomsim`: serves one simulated Zoom until it is told to stop."""

import argparse
import os
import signal
import sys
import threading
from types import FrameType

from zoomsim.app import create_app
from zoomsim.heartbeat import Heartbeat
from zoomsim.server import Server


def main(arguments: list[str] | None = None) -> int:
    """Serve. 0 after SIGTERM or Ctrl-C, 1 when the port is taken."""
    options = parser().parse_args(arguments)
    try:
        app = create_app(
            options.state,
            options.seed,
            base_url=os.environ.get("ZOOMSIM_BASE_URL", "").rstrip("/"),
            offset_file=os.environ.get("CLOCK_OFFSET_FILE") or None,
            webhook_url=os.environ.get("ZOOMSIM_WEBHOOK_URL", ""),
            redirect_urls=_split(os.environ.get("ZOOMSIM_REDIRECT_URLS", "")),
            control_token=os.environ.get("ZOOMSIM_CONTROL_TOKEN", ""),
            limits=options.limits,
        )
        server = Server((options.host, options.port), app)
    except OSError as problem:
        sys.stderr.write(f"zoomsim: cannot listen on {options.host}:{options.port}: {problem.strerror}\n")
        return 1
    app.sim.options.own_url = f"http://localhost:{server.server_address[1]}"
    heartbeat = Heartbeat(app.sim)
    heartbeat.start()
    _stop_on_signals(server)
    sys.stderr.write(f"zoomsim: Pretend Zoom on {app.sim.options.own_url}/\n")
    server.serve_forever(poll_interval=0.1)
    heartbeat.stop()
    server.server_close()
    app.sim.store.close()
    return 0


def parser() -> argparse.ArgumentParser:
    """What the command line may say."""
    reader = argparse.ArgumentParser(
        prog="zoomsim", description="A simulated Zoom: OAuth, API, webhooks, rooms."
    )
    reader.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: this machine only)"
    )
    reader.add_argument("--port", type=int, default=8001)
    reader.add_argument("--state", metavar="FILE", help="keep the state in this file (default: in memory)")
    reader.add_argument("--seed", type=int, default=0, metavar="N", help="the same seed gives the same ids")
    reader.add_argument(
        "--limits", choices=("off", "host", "on"), default="on", help="rate limits (default: on)"
    )
    return reader


def _stop_on_signals(server: Server) -> None:
    def stop(number: int, frame: FrameType | None) -> None:
        threading.Thread(target=server.shutdown, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


if __name__ == "__main__":
    sys.exit(main())
