"""A real SMTP server for tests and the demo: every mail it accepts becomes one .eml file.

It says `mailbox listening on HOST:PORT` on standard output once it accepts mail, and stops on
SIGTERM and SIGINT. A file appears whole or not at all, named by the order of arrival: 000001.eml,
000002.eml and so on. Its first lines, X-Envelope-From and X-Envelope-To, are the addresses of the
SMTP dialogue, which the mail itself need not repeat.
"""

import argparse
import asyncio
import email
import email.policy
import os
import signal
from pathlib import Path

from aiosmtpd.smtp import SMTP


class Mailbox:
    """What becomes of a mail: refused while there are failures to play, else written."""

    def __init__(self, folder: Path, announce: bool, failures: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.announce = announce
        self.failures = failures
        numbers = [int(file.stem) for file in folder.glob("*.eml") if file.stem.isdigit()]
        self.last = max(numbers, default=0)

    async def handle_DATA(self, server, session, envelope) -> str:
        if self.failures > 0:
            self.failures -= 1
            return "451 4.3.0 mailbox unavailable, try again later"
        self.write(envelope.mail_from, envelope.rcpt_tos, envelope.content)
        if self.announce:
            self.tell(envelope.content)
        return "250 2.0.0 accepted"

    def write(self, sender: str, recipients: list[str], content: bytes) -> None:
        self.last += 1
        head = f"X-Envelope-From: {sender}\r\nX-Envelope-To: {', '.join(recipients)}\r\n"
        new = self.folder / f".{self.last:06}.new"
        new.write_bytes(head.encode() + content)
        new.rename(self.folder / f"{self.last:06}.eml")

    def tell(self, content: bytes) -> None:
        mail = email.message_from_bytes(content, policy=email.policy.default)
        print(f"mail  from {mail['From']}  to {mail['To']}  subject {mail['Subject']}", flush=True)


def address(text: str) -> tuple[str, int]:
    host, separator, port = text.rpartition(":")
    if not separator or not port.isdigit():
        raise argparse.ArgumentTypeError(f"`{text}` is not HOST:PORT")
    return host, int(port)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--listen", type=address, default=("127.0.0.1", 0), metavar="HOST:PORT", help="port 0: a free one")
    parser.add_argument("--dir", type=Path, required=True, help="folder for the mails, made when missing")
    parser.add_argument("--print", action="store_true", help="tell sender, recipients and subject of each mail")
    parser.add_argument("--fail-next", type=int, default=0, metavar="N", help="refuse the first N mails with a temporary error")
    return parser.parse_args()


async def main() -> None:
    options = arguments()
    mailbox = Mailbox(options.dir, options.print, options.fail_next)
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    host, port = options.listen
    server = await loop.create_server(lambda: SMTP(mailbox, hostname="mailbox.example", enable_SMTPUTF8=True, loop=loop), host, port)
    host, port = server.sockets[0].getsockname()[:2]
    print(f"mailbox listening on {host}:{port}", flush=True)
    await stopped.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
    # A client may keep its connection open; nobody waits for it.
    os._exit(0)
