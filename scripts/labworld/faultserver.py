"""Serves zones of scenarios over UDP and TCP, each at its address, and misbehaves as they say.

usage: python3 -m labworld.faultserver SCENARIOS
"""

import asyncio
import socket
import sys

from . import faults
from .model import Zone

PORT = 53
TCP_IDLE_SECONDS = 10


class Datagrams(asyncio.DatagramProtocol):
    def __init__(self, place):
        self.place = place

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, octets, peer):
        reply = reply_or_none(self.place, octets, tcp=False)
        if reply is not None:
            self.transport.sendto(reply, peer)


def reply_or_none(place, octets, tcp):
    """Who sends no query gets no reply."""
    try:
        return faults.reply_to(place, octets, tcp)
    except ValueError as error:
        print(f"faultserver: {place.address}: {error}", file=sys.stderr)
        return None


async def serve_stream(place, reader, writer):
    try:
        while True:
            length = int.from_bytes(await reader.readexactly(2), "big")
            octets = await asyncio.wait_for(reader.readexactly(length), TCP_IDLE_SECONDS)
            reply = reply_or_none(place, octets, tcp=True)
            if reply is not None:
                writer.write(len(reply).to_bytes(2, "big") + reply)
                await writer.drain()
    except (asyncio.IncompleteReadError, asyncio.TimeoutError, ConnectionError):
        pass
    finally:
        writer.close()


def bound(place, kind):
    made = socket.socket(socket.AF_INET, kind)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind((place.address, PORT))
    return made


async def serve(places):
    loop = asyncio.get_running_loop()
    for place in places:
        await loop.create_datagram_endpoint(lambda p=place: Datagrams(p),
                                            sock=bound(place, socket.SOCK_DGRAM))  # fmt: skip
        if place.takes_tcp():
            await asyncio.start_server(lambda r, w, p=place: serve_stream(p, r, w),
                                       sock=bound(place, socket.SOCK_STREAM))  # fmt: skip
    await asyncio.Event().wait()


def main():
    rows = faults.read(sys.argv[1])
    asyncio.run(serve(faults.plan(rows, Zone(".", "root"))))


if __name__ == "__main__":
    main()
