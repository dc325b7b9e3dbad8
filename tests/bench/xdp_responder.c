/* xdp_responder.c: answers DNS queries where they arrive at a network device, before the kernel's
 * stack: any name exists and has no data of the type asked for. So who asks pays for its own
 * sending and receiving and next to nothing else. For `run veth`, which compiles it for the
 * kernel's virtual machine and loads it.
 *
 * `respond` takes UDP over IPv4 to port 53 whose message has one question and nothing but an OPT
 * record of 11 octets at its end (RFC 6891 section 6.1.2: one without options). The reply has the
 * root's SOA record in between (RFC 2308 section 2.2) and a UDP checksum (RFC 768), without which
 * the kernel does not merge datagrams for sockets that ask for that (UDP_GRO). All else passes.
 * `pass` lets everything pass: a veth device takes frames that its peer sends back only while it
 * has a program itself.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>

#define PROGRAM(name) __attribute__((section(name), used))
#define DNS_PORT __builtin_bswap16(53)
#define OPT_LEN 11
#define FRAME_MAX 512u

static long (*const adjust_head)(struct xdp_md *, int) = (void *)BPF_FUNC_xdp_adjust_head;

int respond(struct xdp_md *context) PROGRAM("xdp/respond");
int mixed(struct xdp_md *context) PROGRAM("xdp/mixed");
int pass(struct xdp_md *context) PROGRAM("xdp/pass");

struct dns_header {
    __be16 id;
    __u8 flags[2];
    __be16 counts[4];
};

struct packet {
    struct iphdr ip;
    struct udphdr udp;
    struct dns_header dns;
};

/* An SOA record of the root: class IN, TTL 900, names the root too, serial 1; then the OPT record:
 * 1232 octets, nothing else. */
static const __u8 TAIL[] = {
    0, 0, 6,   0, 1, 0,  0,   3, 132, 0, 22,  0, 0, 0,  0, 0,   1, 0, 0, 14, 16, 0,
    0, 3, 132, 0, 9, 58, 128, 0, 0,   3, 132, 0, 0, 41, 4, 208, 0, 0, 0, 0,  0,  0,
};
#define SOA_LEN (sizeof TAIL - OPT_LEN)

/* The same up to its data, and the longest label that may stand before the first name in there. */
static const __u8 LABELLED[] = {0,   0,   6,   0,   1,   0,   0,   3,   132, 0,   22,  0,  'n',
                                'a', 'm', 'e', 's', 'e', 'r', 'v', 'e', 'r', '-', '-', '1'};
#define DATA_AT 11
#define LABEL_MAX (sizeof LABELLED - DATA_AT)

static int is_query(const struct packet *packet)
{
    return packet->ip.version == 4 && packet->ip.ihl == 5 && packet->ip.protocol == IPPROTO_UDP &&
           packet->udp.dest == DNS_PORT && (packet->dns.flags[0] & 0xf8) == 0 &&
           packet->dns.counts[0] == __builtin_bswap16(1) && packet->dns.counts[1] == 0 &&
           packet->dns.counts[2] == 0 && packet->dns.counts[3] == __builtin_bswap16(1);
}

static void turn_around(struct ethhdr *eth, struct packet *packet)
{
    __u8 mac[ETH_ALEN];
    __builtin_memcpy(mac, eth->h_source, ETH_ALEN);
    __builtin_memcpy(eth->h_source, eth->h_dest, ETH_ALEN);
    __builtin_memcpy(eth->h_dest, mac, ETH_ALEN);
    __be32 address = packet->ip.saddr;
    packet->ip.saddr = packet->ip.daddr;
    packet->ip.daddr = address;
    packet->udp.dest = packet->udp.source;
    packet->udp.source = DNS_PORT;
}

/* RFC 1071. */
static __u16 fold(__u64 sum)
{
    sum = (sum & 0xffffffff) + (sum >> 32);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return (__u16)~sum;
}

static __u16 ip_checksum(const struct iphdr *ip)
{
    const __u16 *words = (const __u16 *)ip;
    __u64 sum = 0;
#pragma unroll
    for (unsigned i = 0; i < sizeof *ip / 2; i++)
        sum += words[i];
    return fold(sum);
}

static void set_headers(struct packet *packet, __u16 message_len)
{
    packet->udp.len = __builtin_bswap16((__u16)(sizeof packet->udp + message_len));
    packet->udp.check = 0;
    packet->ip.tot_len =
        __builtin_bswap16((__u16)(sizeof packet->ip + sizeof packet->udp + message_len));
    packet->ip.check = 0;
    packet->ip.check = ip_checksum(&packet->ip);
    packet->dns.flags[0] |= 0x80; /* QR */
    packet->dns.flags[1] = 0x80;  /* RA, NOERROR */
    packet->dns.counts[2] = __builtin_bswap16(1);
}

/* The frame's octets before the OPT record to where the frame begins since it has grown at its
 * head: at its end a veth device leaves too little room. */
static void move_up(__u8 *data, const __u8 *end, __u32 len, __u32 grown)
{
    const __u8 *from = data + grown;
    for (__u32 i = 0; i < FRAME_MAX && i < len; i += sizeof(__u64)) {
        if (data + i + sizeof(__u64) > end || from + i + sizeof(__u64) > end)
            return;
        *(__u64 *)(data + i) = *(const __u64 *)(from + i);
    }
}

/* Grows the frame by the SOA record, which comes before the OPT record, and whose first name has a
 * label of so many octets, its length's among them; 0: none. */
static __attribute__((always_inline)) int put_tail(struct xdp_md *context, __u32 opt_at,
                                                   __u32 label_len)
{
    if (label_len > LABEL_MAX || adjust_head(context, -(int)(SOA_LEN + label_len)) != 0)
        return -1;
    __u8 *data = (__u8 *)(long)context->data, *end = (__u8 *)(long)context->data_end;
    if (opt_at > FRAME_MAX || data + opt_at + sizeof TAIL > end)
        return -1;
    move_up(data, end, opt_at, SOA_LEN + label_len);
    __u8 *tail = data + opt_at, *rest = tail + label_len;
    if (tail + sizeof TAIL > end || rest + sizeof TAIL > end)
        return -1;
    __builtin_memcpy(tail, LABELLED, sizeof LABELLED);
    tail[DATA_AT - 1] = (__u8)(tail[DATA_AT - 1] + label_len);
    tail[DATA_AT] = (__u8)(label_len - 1);
    __builtin_memcpy(rest + DATA_AT, TAIL + DATA_AT, sizeof TAIL - DATA_AT);
    return 0;
}

/* The last octets of a frame, fewer than eight, as words of a sum. */
static __u64 sum_rest(const __u8 *at, const __u8 *end)
{
    __u64 sum = 0;
    if (at + sizeof(__u32) <= end) {
        sum += *(const __u32 *)at;
        at += sizeof(__u32);
    }
    if (at + sizeof(__u16) <= end) {
        sum += *(const __u16 *)at;
        at += sizeof(__u16);
    }
    return at + 1 <= end ? sum + *at : sum;
}

/* Over the addresses, the UDP header and the message, which follow each other, and what else is in
 * the pseudo header. */
static int set_udp_checksum(struct xdp_md *context)
{
    __u8 *data = (__u8 *)(long)context->data, *end = (__u8 *)(long)context->data_end;
    struct packet *packet = (struct packet *)(data + sizeof(struct ethhdr));
    if ((__u8 *)(packet + 1) > end)
        return -1;
    const __u8 *at = (const __u8 *)&packet->ip.saddr;
    __u64 sum = (__u64)packet->udp.len + __builtin_bswap16(IPPROTO_UDP);
    for (__u32 i = 0; i < FRAME_MAX + SOA_LEN + LABEL_MAX && at + sizeof(__u64) <= end;
         i += sizeof(__u64)) {
        __u64 word = *(const __u64 *)at;
        sum += (word & 0xffffffff) + (word >> 32);
        at += sizeof(__u64);
    }
    __u16 check = fold(sum + sum_rest(at, end));
    packet->udp.check = check != 0 ? check : 0xffff;
    return 0;
}

static __attribute__((always_inline)) int answer(struct xdp_md *context, int is_mixed)
{
    __u8 *data = (__u8 *)(long)context->data, *end = (__u8 *)(long)context->data_end;
    struct ethhdr *eth = (struct ethhdr *)data;
    struct packet *packet = (struct packet *)(eth + 1);
    if ((__u8 *)(packet + 1) > end || eth->h_proto != __builtin_bswap16(ETH_P_IP) ||
        !is_query(packet))
        return XDP_PASS;
    __u32 message_len = (__u32)__builtin_bswap16(packet->udp.len) - (__u32)sizeof packet->udp;
    __u32 frame_len = (__u32)(sizeof *eth + sizeof *packet - sizeof packet->dns) + message_len;
    if (message_len < sizeof packet->dns + OPT_LEN || frame_len > FRAME_MAX ||
        data + frame_len != end)
        return XDP_PASS;
    turn_around(eth, packet);
    __u32 label_len = is_mixed ? (packet->dns.id * 0x9E3779B1u) >> 28 & LABEL_MAX : 0; /* even */
    set_headers(packet, (__u16)(message_len + SOA_LEN + label_len));
    if (put_tail(context, frame_len - OPT_LEN, label_len) != 0 || set_udp_checksum(context) != 0)
        return XDP_DROP;
    return XDP_TX;
}

int respond(struct xdp_md *context)
{
    return answer(context, 0);
}

int mixed(struct xdp_md *context)
{
    return answer(context, 1);
}

int pass(struct xdp_md *context)
{
    (void)context;
    return XDP_PASS;
}
