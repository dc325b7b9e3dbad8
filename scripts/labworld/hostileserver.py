"""Serves the sites of a hostile world over UDP and TCP.

usage: python3 -m labworld.hostileserver SITES
"""

import asyncio
import socket
import sys

from . import hostile, hostileplays

PORT = 53
TCP_IDLE_SECONDS = 20


class Datagrams(asyncio.DatagramProtocol):
    """One site. others: transports of other sources, by name."""

    def __init__(self, host, others):
        self.host = host
        self.others = others

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, octets, peer):
        loop = asyncio.get_running_loop()
        for sent in plays(self.host, octets, tcp=False):
            transport = self.others.get(sent.source, self.transport)
            if sent.after:
                loop.call_later(sent.after, transport.sendto, sent.octets, peer)
            else:
                transport.sendto(sent.octets, peer)


class Stranger(asyncio.DatagramProtocol):
    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, octets, peer):
        print("hostileserver: error: the stranger was asked", file=sys.stderr)
        self.transport.sendto(hostileplays.lie(octets), peer)


def plays(host, octets, tcp):
    """Who sends no query gets nothing: the scanner must send nothing else."""
    try:
        return hostileplays.reply_to(host, octets, tcp)
    except ValueError as error:
        print(f"hostileserver: error: {host.site.zone}: {error}", file=sys.stderr)
        return []


async def serve_stream(host, reader, writer):
    try:
        while True:
            head = await asyncio.wait_for(reader.readexactly(2), TCP_IDLE_SECONDS)
            octets = await reader.readexactly(int.from_bytes(head, "big"))
            if not await send_stream(plays(host, octets, tcp=True), writer):
                return
    except (asyncio.IncompleteReadError, asyncio.TimeoutError, ConnectionError):
        pass
    finally:
        writer.close()


async def send_stream(sents, writer):
    """Returns whether the connection goes on."""
    begun = asyncio.get_running_loop().time()
    for sent in sents:
        await asyncio.sleep(max(0, begun + sent.after - asyncio.get_running_loop().time()))
        writer.write(sent.octets)
        await writer.drain()
        if sent.close:
            return False
    return True


def bound(address, kind, port=PORT):
    made = socket.socket(socket.AF_INET, kind)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind((address, port))
    return made


async def serve(hosts):
    loop = asyncio.get_running_loop()

    async def datagrams(make, address, port=PORT):
        sock = bound(address, socket.SOCK_DGRAM, port)
        return (await loop.create_datagram_endpoint(make, sock=sock))[0]

    stranger = await datagrams(Stranger, hostile.STRANGER)
    for host in hosts:
        address = host.site.address
        other_port = await datagrams(asyncio.DatagramProtocol, address, PORT + 1)
        others = {"stranger": stranger, "port": other_port}
        await asyncio.start_server(lambda r, w, h=host: serve_stream(h, r, w),
                                   sock=bound(address, socket.SOCK_STREAM))  # fmt: skip
        await datagrams(lambda h=host, o=others: Datagrams(h, o), address)
    await asyncio.Event().wait()


def main():
    sites = hostile.read(sys.argv[1])
    sites.sort(key=lambda site: site.kind == "honest")  # who answers as one expects comes last
    asyncio.run(serve([hostileplays.Host(site) for site in sites]))


if __name__ == "__main__":
    main()
