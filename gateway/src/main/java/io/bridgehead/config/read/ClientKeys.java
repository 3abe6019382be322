package io.bridgehead.config.read;

import io.bridgehead.config.AddressRange;
import io.bridgehead.config.NodeConfig.Clients;
import io.bridgehead.config.NodeConfig.Exposure;
import io.bridgehead.config.NodeConfig.ListenerProtocol;
import io.bridgehead.config.NodeConfig.ProxyProtocol;
import io.bridgehead.config.schema.Fields;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.ListType;
import io.bridgehead.config.schema.Scalars;
import io.bridgehead.config.schema.Section;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The keys of a listener that say how its clients' addresses are known, and what one address may have. */
final class ClientKeys {
    private static final int RANGES_MAX = 1000;
    private static final int HOPS_MAX = 16;

    private static final Key<List<AddressRange>> FROM = Key.required(
            "from",
            new ListType<>(ConfigTypes.addressRange(), 1, RANGES_MAX),
            "Addresses of load balancers whose connections begin with a header. Connections from elsewhere are served without one.");
    private static final Key<Boolean> REQUIRED = Key.defaulted(
            "required",
            Scalars.truth(),
            "true",
            "Whether each of their connections must begin with one. If not, those that begin otherwise are served under the load balancer's address.");
    private static final Section<ProxyProtocol> PROXY_SECTION =
            Section.of("listener.proxyProtocol", ClientKeys::proxyProtocol, FROM, REQUIRED);

    static final Key<Exposure> EXPOSURE = Key.defaulted(
            "exposure",
            Scalars.choice(Exposure.class, exposure -> exposure.name().toLowerCase(Locale.ROOT)),
            "private",
            "Who can reach it: the operator's own networks, or anybody.");
    static final Key<Integer> PER_ADDRESS = Key.optional(
            "connectionsPerAddress",
            Scalars.integer(1, 1_000_000),
            "Open connections of one client address (IPv6: one /64) here; further ones are closed; `trustedProxies` are exempt. Without it: `limits.connectionsPerAddress` if `exposure` is public, else no bound.");
    static final Key<List<AddressRange>> TRUSTED_PROXIES = Key.defaulted(
            "trustedProxies",
            new ListType<>(ConfigTypes.addressRange(), 0, RANGES_MAX),
            "[]",
            "Addresses of proxies whose `X-Forwarded-*` is believed. The client is the last address of `X-Forwarded-For` that is none of them.");
    static final Key<Integer> TRUSTED_HOPS = Key.defaulted(
            "trustedHops",
            Scalars.integer(0, HOPS_MAX),
            "0",
            "The client is the address in this place of `X-Forwarded-For`, counted from the right. Without `trustedProxies` every peer is believed.");
    static final Key<ProxyProtocol> PROXY_PROTOCOL = Key.optional(
            "proxyProtocol",
            PROXY_SECTION,
            "Takes the client's address from the PROXY header, version 1 or 2, of listed peers. Without it no header is read.");

    private ClientKeys() {}

    private static @Nullable ProxyProtocol proxyProtocol(Fields fields) {
        boolean fine = refuseEverybody(fields, FROM);
        return fine ? new ProxyProtocol(fields.get(FROM), fields.get(REQUIRED)) : null;
    }

    /** Refuses what contradicts the protocol or the exposure of the listener. */
    static void judge(Fields fields, ListenerProtocol protocol) {
        boolean requests = protocol == ListenerProtocol.HTTP || protocol == ListenerProtocol.HTTPS;
        boolean named = !fields.get(TRUSTED_PROXIES).isEmpty();
        boolean counted = fields.get(TRUSTED_HOPS) > 0;
        refuseEverybody(fields, TRUSTED_PROXIES);
        if (named && !requests) {
            fields.refuse(
                    TRUSTED_PROXIES,
                    "a list of " + fields.get(TRUSTED_PROXIES).size(),
                    "none for protocol " + protocol,
                    "its bytes have no X-Forwarded-For; proxyProtocol tells the client's address");
        }
        if (counted && !requests) {
            fields.refuse(
                    TRUSTED_HOPS,
                    fields.shown(TRUSTED_HOPS),
                    "none for protocol " + protocol,
                    "its bytes have no X-Forwarded-For; proxyProtocol tells the client's address");
        } else if (counted && !named && fields.get(EXPOSURE) == Exposure.PUBLIC) {
            fields.refuse(
                    TRUSTED_HOPS,
                    fields.shown(TRUSTED_HOPS),
                    "trustedProxies beside it when exposure is public",
                    "anybody who reaches the port could say which client it is");
        }
    }

    private static boolean refuseEverybody(Fields fields, Key<List<AddressRange>> key) {
        List<AddressRange> ranges = fields.get(key);
        boolean fine = true;
        for (int i = 0; i < ranges.size(); i++) {
            if (ranges.get(i).prefix() == 0) {
                fine = false;
                fields.refuse(
                        key.name() + "[" + i + "]",
                        "'" + ranges.get(i) + "'",
                        "the ranges that the proxies are in",
                        "it would believe everybody");
            }
        }
        return fine;
    }

    static Written written(Fields fields) {
        return new Written(
                fields.get(EXPOSURE),
                fields.find(PER_ADDRESS),
                fields.get(TRUSTED_PROXIES),
                fields.get(TRUSTED_HOPS),
                fields.find(PROXY_PROTOCOL));
    }

    /** As written: the bound that the file gives elsewhere is filled in later. */
    record Written(
            Exposure exposure,
            @Nullable Integer connectionsPerAddress,
            List<AddressRange> trustedProxies,
            int trustedHops,
            @Nullable ProxyProtocol proxyProtocol) {
        Clients complete(int publicPerAddress) {
            int otherwise = exposure == Exposure.PUBLIC ? publicPerAddress : 0;
            return new Clients(
                    exposure,
                    connectionsPerAddress == null ? otherwise : connectionsPerAddress,
                    trustedProxies,
                    trustedHops,
                    proxyProtocol);
        }
    }
}
