"""Makes a world out of a list of real names, seeded: the same list and seed give the same world.

Every domain draws from dice of its own, seeded by its name, so a longer list leaves the data of
the first names as it was, except for the places in the row of special CAA sets.
"""

from collections import Counter
from dataclasses import dataclass
from random import Random

from . import dns, faults, hostile, scenarios, topology
from .caamix import CaaMix, pick
from .dns import caa_rdata
from .model import World, Zone

SOA_TIMERS = "2025020100 7200 3600 1209600 900"
TTLS = (300, 3600, 3600, 14400)
TEMPLATE_SET = [
    caa_rdata(0, tag, name)
    for tag in ("issue", "issuewild")
    for name in ("letsencrypt.org", "pki.goog", "digicert.com", "comodoca.com")
]
# Shared hosts that customers point to by CNAME. "policy" hosts have CAA of their own.
EDGE_ZONES = (
    ("edge.skydesk-cdn.net", "skydesk", False),
    ("sites.hostfarm-cdn.com", "hostfarm", True),
    ("cdn.nordname-edge.org", "nordname", True),
)
EDGE_HOSTS = 40
CHAIN_HOSTS = 8  # chain hosts 2 … 8: that many aliases to the end
NO_SUCH_TLDS = ("nosuchtld", "internal-lab", "corp-lab")


@dataclass
class Row:
    """One row of the list. name: what the row asks for, None where it can't be asked. known: does
    the model know the truth of it?"""

    rank: int
    text: str
    name: str | None
    known: bool = True


class Builder:
    def __init__(self, names, seed, identifiers, hints_text):
        self.names = names
        self.known = set(names)
        self.seed = seed
        self.world = World()
        self.groups = topology.groups(hints_text)
        self.caamix = CaaMix(identifiers)
        self.extra = []
        self.scenarios = []
        self.faulty = []
        self.hostile_count = 0
        self.hostile_sites = []
        self.delegated = {above for name in names for above in dns.ancestors(name)}

    def dice(self, *about):
        return Random("/".join((str(self.seed), *about)))

    # Zones

    def zone(self, origin, server, ns=None, ttl=3600):
        ns = ns or tuple(self.groups[server].hosts)
        zone = self.world.add_zone(Zone(origin, server, ns, ttl))
        contact = "hostmaster." + (origin if origin != "." else "root-servers.net")
        zone.add(origin, "SOA", f"{ns[0]} {contact} {SOA_TIMERS}")
        zone.add(origin, "NS", *ns)
        return zone

    def make_root(self):
        root = self.zone(".", topology.ROOT, ttl=86400)
        root.signed = True
        servers = self.zone("root-servers.net", topology.ROOT, ttl=86400)
        for host, addresses in self.groups[topology.ROOT].hosts.items():
            add_addresses(servers, host, addresses)

    def make_registries(self):
        """Top-level domains, and the suffixes below them that registries keep as zones."""
        services = ["root-servers.net", "registry-servers.net"]
        services += [operator.domain for operator in topology.OPERATORS]
        services += [dns.parent(origin) for origin, _, _ in EDGE_ZONES]
        every = self.names + services
        count = Counter(name.rpartition(".")[2] for name in every)
        for tld in sorted(count):
            self.registry_zone(tld, signed_share=1.0 if count[tld] > 20 else 0.8)
        suffixes = {dns.parent(name) for name in self.names if name.count(".") >= 2}
        for suffix in sorted(suffixes - self.known - count.keys(), key=dns.canonical_key):
            if not any(above in self.known for above in dns.ancestors(suffix)):
                self.registry_zone(suffix, signed_share=0.9)
        self.restrict_registries(count)

    def registry_zone(self, origin, signed_share):
        dice = self.dice("registry", origin)
        zone = self.zone(origin, topology.REGISTRY, ttl=dice.choice((3600, 86400)))
        self.sign(zone, dice, signed_share)

    def restrict_registries(self, count):
        """CAA at a few small top-level domains and at one suffix."""
        dice = self.dice("registry", "caa")
        small = [tld for tld in sorted(count) if count[tld] <= max(3, len(self.names) // 400)]
        suffixes = [o for o, z in self.world.zones.items()
                    if z.server == topology.REGISTRY and "." in o]  # fmt: skip
        below = Counter(dns.parent(name) for name in self.names)
        suffixes = sorted(o for o in suffixes if below[o] <= max(5, len(self.names) // 200))
        chosen = dice.sample(small, min(2, len(small)))
        chosen += dice.sample(suffixes, min(1, len(suffixes)))
        for origin in chosen:
            zone = self.world.zones[origin]
            zone.add(origin, "CAA", *self.caamix.make(dice, origin, malformed_ok=False))

    def sign(self, zone, dice, share):
        """Some signed zones have no DS: islands."""
        zone.signed = dice.random() < share
        zone.has_ds = zone.signed and dice.random() < 0.92

    def make_services(self):
        """The domains of registry and operators, where their servers' addresses live, and shared
        hosts."""
        self.service_zone("registry-servers.net", topology.REGISTRY, signed=True)
        for operator in topology.OPERATORS:
            self.service_zone(operator.domain, operator.key, signed=operator.signed > 0.1)
        for origin, server, policy in EDGE_ZONES:
            self.service_zone(dns.parent(origin), server, signed=server == "nordname")
            self.fill_edge(self.world.zones[dns.parent(origin)], origin, policy)
        self.fill_chains()

    def service_zone(self, origin, server, signed):
        zone = self.zone(origin, server)
        zone.signed = zone.has_ds = signed
        for host, addresses in self.groups[server].hosts.items():
            if zone.holds(host):
                add_addresses(zone, host, addresses)

    def fill_edge(self, zone, suffix, policy):
        dice = self.dice("edge", suffix)
        zone.add(suffix, "CAA", *self.caamix.make(dice, suffix, malformed_ok=False))
        for i in range(EDGE_HOSTS):
            host = f"n{i}.{suffix}"
            add_address(zone, host, dice)
            if policy and i % 2:
                zone.add(host, "CAA", *self.caamix.make(dice, zone.origin, malformed_ok=False))
        if policy:
            zone.add(f"*.any.{suffix}", "CAA", caa_rdata(0, "issue", "letsencrypt.org"))

    def fill_chains(self):
        """chain<n> starts a chain of n aliases that hops from one operator to the next."""
        for i in range(1, CHAIN_HOSTS):
            origin, _, _ = EDGE_ZONES[i % len(EDGE_ZONES)]
            target = chain_host(i - 1) if i > 1 else "n1." + EDGE_ZONES[1][0]
            self.world.zone_of(origin).add(chain_host(i), "CNAME", target)

    # Domains

    def make_domains(self):
        for name in self.names:
            if name in self.world.zones:
                continue
            dice = self.dice("zone", name)
            operator = pick(dice, [(op, op.share) for op in topology.OPERATORS])
            ns = self.vanity_ns(name, dice)
            zone = self.zone(name, operator.key, ns, dice.choice(TTLS))
            self.sign(zone, dice, operator.signed)
            self.break_zone(zone, dice)

    def vanity_ns(self, name, dice):
        """A few domains name their servers themselves; the addresses are the operator's."""
        return (f"ns1.{name}", f"ns2.{name}") if dice.random() < 0.04 else None

    def break_zone(self, zone, dice):
        """Few zones are lame or have a DS that matches no key; none that others depend on."""
        draw = dice.random()
        if zone.origin in self.delegated or zone.ns != tuple(self.groups[zone.server].hosts):
            return
        if draw < 0.004:
            zone.fault = "refused"
            zone.signed = zone.has_ds = False
        elif draw < 0.008:
            zone.signed = zone.has_ds = True
            zone.fault = "dnssec_bogus"

    def settle_faults(self):
        """A wrong DS below an unsigned zone breaks nothing."""
        for zone in self.world.zones.values():
            bogus = zone.fault == "dnssec_bogus"
            if bogus and not self.world.is_secure(self.world.parent_zone(zone)):
                zone.fault = None

    def fill_domains(self):
        for rank, name in enumerate(self.names, 1):
            zone = self.world.zones[name]
            if zone.server in (topology.ROOT, topology.REGISTRY):
                continue
            dice = self.dice("domain", name)
            add_address(zone, name, dice)
            zone.add(name, "MX", f"10 mail.{name}")
            for host, addresses in zip(zone.ns, self.groups[zone.server].hosts.values()):
                if zone.holds(host):
                    add_addresses(zone, host, addresses)
            self.adopt(zone, rank, dice)
            if "xn--" in name:
                self.row(name, name.encode().decode("idna"))
            if dice.random() < 0.62:
                pick(dice, PLANS)(self, zone, dice)

    def adopt(self, zone, rank, dice):
        operator = next((op for op in topology.OPERATORS if op.key == zone.server), None)
        share = (0.16 if rank <= 1000 else 0.11 if rank <= 10000 else 0.075) * operator.caa
        draw = dice.random()
        if draw < operator.template:
            zone.add(zone.origin, "CAA", *TEMPLATE_SET)
        elif draw < operator.template + share:
            self.add_caa(zone, zone.origin, dice)

    def add_caa(self, zone, owner, dice):
        knot = self.groups[zone.server].daemon == "knot"
        zone.add(owner, "CAA", *self.caamix.make(dice, zone.origin, malformed_ok=knot))

    def row(self, name, text=None):
        self.extra.append((name if text is None else text, name))

    def make_scenarios(self):
        """Worlds described elsewhere. Their zones go round the operators that run Knot, which loads
        all that they hold."""
        keys = [operator.key for operator in topology.OPERATORS if operator.daemon == "knot"]
        for scenario in self.scenarios:
            scenarios.fill(self.world, scenario,
                           lambda origin, i: self.zone(origin, keys[i % len(keys)]))  # fmt: skip
            self.row(scenarios.question(scenario), scenario["query"]["input"])

    def make_faulty(self):
        """Worlds whose servers misbehave: the fault server holds their zones, and the root
        delegates to it."""
        faults.plan(self.faulty, self.world.zones["."])

    def make_hostile(self):
        """Zones whose servers attack, below the largest top-level domains."""
        count = Counter(name.rpartition(".")[2] for name in self.names)
        tlds = [tld for tld, _ in count.most_common(4)]
        operators = [(host, addresses[0]) for operator in topology.OPERATORS
                     for host, addresses in self.groups[operator.key].hosts.items()]  # fmt: skip
        targets = [name for name in self.names if not self.world.zones[name].fault]
        self.hostile_sites = hostile.plan(self.hostile_count, self.seed, tlds, targets, operators)
        hostile.delegate(self.world, self.hostile_sites)

    # Delegations

    def delegate(self):
        """Puts NS and glue of every zone into its parent."""
        for zone in list(self.world.zones.values()):
            if zone.origin == ".":
                continue
            above = self.world.parent_zone(zone)
            if above.server not in (topology.ROOT, topology.REGISTRY):
                clear_below(above, zone.origin)
            above.add(zone.origin, "NS", *zone.ns)
            for host, addresses in zip(zone.ns, self.groups[zone.server].hosts.values()):
                if dns.is_below(host, zone.origin):
                    add_addresses(above, host, addresses)
        root = self.world.zones["."]
        for host, addresses in self.groups[topology.ROOT].hosts.items():
            add_addresses(root, host, addresses)
        for host, addresses in self.groups[topology.REGISTRY].hosts.items():
            add_addresses(root, host, addresses)

    def rows(self):
        """The list: the real names, then what was planted, then names that do not exist and text
        that is no name."""
        rows = [Row(rank, name, name) for rank, name in enumerate(self.names, 1)]
        if self.names:
            self.add_misses()
        for text, name in self.extra:
            rows.append(Row(len(rows) + 1, text, name))
        for scenario in self.faulty:
            text = scenario["query"]["input"]
            rows.append(Row(len(rows) + 1, text, scenarios.question(scenario), known=False))
        for site in self.hostile_sites:
            rows.append(Row(len(rows) + 1, site.name, site.name, known=False))
        if self.hostile_sites:
            self.dice("hostile", "order").shuffle(rows)
        return rows

    def add_misses(self):
        dice = self.dice("rows")
        for i in range(max(3, len(self.names) // 80)):
            tld = dice.choice(self.names).rpartition(".")[2]
            self.row(f"no-such-domain-{dice.randrange(10**6)}.{tld}")
        for tld in NO_SUCH_TLDS:
            self.row(f"www.example.{tld}")
        for zone in [z for z in self.world.zones.values() if z.server == topology.REGISTRY][:6]:
            self.row(zone.origin)
        for text in INVALID:
            self.row(None, text)

    def build(self):
        self.make_root()
        self.make_registries()
        self.make_services()
        self.make_domains()
        self.fill_domains()
        self.make_scenarios()
        self.make_faulty()
        self.delegate()
        self.settle_faults()
        if self.hostile_count:
            self.make_hostile()
        return self.world, self.rows()


INVALID = (
    "192.0.2.1",
    "2001:db8::1",
    "double..dot.example.com",
    ".leading-dot.com",
    "a" * 64 + ".example.com",
    ".".join(["label" + "x" * 55] * 5) + ".example.com",
    "white space.com",
    "not, a name",
    "https:///no-host",
    "semi;colon.com",
    "",
)


def clear_below(zone, cut):
    for owner in [o for o in zone.nodes if o == cut or dns.is_below(o, cut)]:
        del zone.nodes[owner]


def add_addresses(zone, owner, addresses):
    for address in addresses:
        zone.add(owner, "AAAA" if ":" in address else "A", address)


def add_address(zone, owner, dice):
    zone.add(owner, "A", f"151.101.{dice.randrange(256)}.{dice.randrange(1, 255)}")


def chain_host(length):
    return f"chain{length + 1}.{EDGE_ZONES[length % len(EDGE_ZONES)][0]}"


def edge_host(dice):
    suffix = dice.choice(EDGE_ZONES)[0]
    if dice.random() < 0.1:
        return f"c{dice.randrange(10**6)}.any.{suffix}"
    return f"n{dice.randrange(EDGE_HOSTS)}.{suffix}"


# What a domain may have below its apex. Each plan adds records and rows.


def plan_www(builder, zone, dice):
    add_address(zone, "www." + zone.origin, dice)
    builder.row("www." + zone.origin)


def plan_www_to_apex(builder, zone, dice):
    zone.add("www." + zone.origin, "CNAME", zone.origin)
    builder.row("www." + zone.origin)


def plan_www_to_edge(builder, zone, dice):
    zone.add("www." + zone.origin, "CNAME", edge_host(dice))
    builder.row("www." + zone.origin)


def plan_mail(builder, zone, dice):
    add_address(zone, "mail." + zone.origin, dice)
    builder.row("mail." + zone.origin)


def plan_deep(builder, zone, dice):
    add_address(zone, "api.v2.eu." + zone.origin, dice)
    builder.row("api.v2.eu." + zone.origin)
    builder.row("v2.eu." + zone.origin)


def plan_absent(builder, zone, dice):
    builder.row(f"no-such-host-{dice.randrange(1000)}.{zone.origin}")


def plan_own_caa(builder, zone, dice):
    owner = dice.choice(("login.", "shop.", "pay.secure.")) + zone.origin
    add_address(zone, owner, dice)
    builder.add_caa(zone, owner, dice)
    builder.row(owner)
    builder.row("a." + owner)


def plan_wildcard(builder, zone, dice):
    add_address(zone, "*." + zone.origin, dice)
    builder.row(f"any{dice.randrange(1000)}.{zone.origin}")


def plan_wildcard_caa(builder, zone, dice):
    builder.add_caa(zone, "*.apps." + zone.origin, dice)
    builder.row(f"x{dice.randrange(1000)}.apps.{zone.origin}")
    builder.row(f"deep.x{dice.randrange(1000)}.apps.{zone.origin}")


def plan_wildcard_alias(builder, zone, dice):
    zone.add("*.sites." + zone.origin, "CNAME", edge_host(dice))
    builder.row(f"s{dice.randrange(1000)}.sites.{zone.origin}")


def plan_dname(builder, zone, dice):
    target = dice.choice(EDGE_ZONES)[0]
    zone.add("old." + zone.origin, "DNAME", target)
    builder.row(f"n{dice.randrange(EDGE_HOSTS + 8)}.old.{zone.origin}")
    builder.row("old." + zone.origin)


def plan_subzone(builder, zone, dice):
    operator = dice.choice(topology.OPERATORS)
    origin = "dev." + zone.origin
    if origin in builder.world.zones or zone.fault:
        return
    child = builder.zone(origin, operator.key, ttl=dice.choice(TTLS))
    builder.sign(child, dice, operator.signed)
    add_address(child, "ci." + origin, dice)
    if dice.random() < 0.4:
        builder.add_caa(child, origin, dice)
    builder.row("ci." + origin)
    builder.row(origin)


def plan_chain(builder, zone, dice):
    zone.add("app." + zone.origin, "CNAME", chain_host(dice.randrange(1, CHAIN_HOSTS)))
    builder.row("app." + zone.origin)


def plan_dangling(builder, zone, dice):
    zone.add("gone." + zone.origin, "CNAME", f"gone{dice.randrange(1000)}.{EDGE_ZONES[0][0]}")
    builder.row("gone." + zone.origin)


def plan_underscore(builder, zone, dice):
    zone.add("_acme-challenge." + zone.origin, "TXT", f"token{dice.randrange(10**9)}")
    builder.row("_acme-challenge." + zone.origin)


def plan_wildcard_row(builder, zone, dice):
    builder.row(zone.origin, "*." + zone.origin)


def plan_spelling(builder, zone, dice):
    name = zone.origin
    builder.row(name, dice.choice((name.upper(), name + ".", f"https://{name}/index.html")))


def plan_below_alias(builder, zone, dice):
    zone.add("www." + zone.origin, "CNAME", zone.origin)
    builder.row("static.www." + zone.origin)


def plan_alias_to_other(builder, zone, dice):
    zone.add("partner." + zone.origin, "CNAME", dice.choice(builder.names))
    builder.row("partner." + zone.origin)


def plan_loop(builder, zone, dice):
    zone.add("loop." + zone.origin, "CNAME", "back.loop." + zone.origin)
    zone.add("back.loop." + zone.origin, "CNAME", "loop." + zone.origin)
    builder.row("loop." + zone.origin)


PLANS = (
    (plan_www, 18), (plan_www_to_apex, 12), (plan_www_to_edge, 15), (plan_mail, 8), (plan_deep, 6),
    (plan_absent, 9), (plan_own_caa, 5), (plan_wildcard, 5), (plan_wildcard_caa, 2),
    (plan_wildcard_alias, 2), (plan_dname, 2), (plan_subzone, 3), (plan_chain, 3),
    (plan_dangling, 3), (plan_underscore, 2), (plan_wildcard_row, 3), (plan_spelling, 3),
    (plan_below_alias, 2), (plan_alias_to_other, 3), (plan_loop, 0.7),
)  # fmt: skip

