package io.bridgehead.config.read;

import io.bridgehead.config.IdentityPattern;
import io.bridgehead.config.NodeConfig.AdminRights;
import io.bridgehead.config.NodeConfig.RemoteAdmin;
import io.bridgehead.config.schema.Fields;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.ListType;
import io.bridgehead.config.schema.Scalars;
import io.bridgehead.config.schema.Section;
import io.bridgehead.model.TrustDomain;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys of {@code admin.remote}: which operators reach the admin API from elsewhere, and what they may do. */
final class AdminKeys {
    private static final String OPERATOR = "/operator/";

    private static final Key<List<IdentityPattern>> READ = Key.defaulted(
            "read",
            new ListType<>(ConfigTypes.identityPattern(), 0, 100),
            "[]",
            "Operators who may look, such as spiffe://corp.example/operator/*: all reading commands, and `plan` and `explain`.");
    private static final Key<List<IdentityPattern>> CHANGE = Key.defaulted(
            "change",
            new ListType<>(ConfigTypes.identityPattern(), 0, 100),
            "[]",
            "Operators who may change something as well. What they apply and order must be signed by somebody whom `trust.publishers` names, all the same.");
    private static final Section<AdminRights> RIGHTS =
            Section.of("admin.remote.operators", AdminKeys::rights, READ, CHANGE);

    private static final Key<InetAddress> ADDRESS =
            Key.defaulted("address", ConfigTypes.address(), "0.0.0.0", "Where it listens; always with mutual TLS.");
    private static final Key<Integer> PORT = Key.defaulted(
            "port",
            Scalars.integer(0, 65_535),
            "15009",
            "0 lets the system choose; allowed on loopback addresses only.");
    private static final Key<List<String>> HOSTS = Key.defaulted(
            "hosts",
            new ListType<>(Scalars.host(), 0, 100),
            "[]",
            "Host names that requests may call the node by, besides its `node` name, the host of `tunnel.advertise`, localhost and IP addresses. Others are refused, so that no web page reaches it by a name of its own.");
    private static final Key<AdminRights> OPERATORS = Key.required(
            "operators",
            RIGHTS,
            "Who may do what, by SPIFFE ID; only operators of the node's own trust domain. Takes effect with a `reload`, also on open connections.");

    static final Section<RemoteAdmin> REMOTE =
            Section.of("admin.remote", AdminKeys::remote, ADDRESS, PORT, HOSTS, OPERATORS);

    private AdminKeys() {}

    private static @Nullable RemoteAdmin remote(Fields fields) {
        int before = fields.problems();
        ListenerKeys.requireFixedPort(fields, ADDRESS, PORT);
        RemoteAdmin remote =
                new RemoteAdmin(fields.get(ADDRESS), fields.get(PORT), fields.get(HOSTS), fields.get(OPERATORS));
        return fields.problems() == before ? remote : null;
    }

    private static @Nullable AdminRights rights(Fields fields) {
        AdminRights rights = new AdminRights(fields.get(READ), fields.get(CHANGE));
        if (rights.read().isEmpty() && rights.change().isEmpty()) {
            fields.refuse(
                    READ, "nobody", "at least one operator in read or change", "or leave admin.remote out altogether");
            return null;
        }
        int before = fields.problems();
        judge(fields, READ, rights.read());
        judge(fields, CHANGE, rights.change());
        return fields.problems() == before ? rights : null;
    }

    private static void judge(Fields fields, Key<List<IdentityPattern>> key, List<IdentityPattern> patterns) {
        for (IdentityPattern pattern : patterns) {
            if (!pattern.path().startsWith(OPERATOR)) {
                fields.refuse(
                        key,
                        "'" + pattern + "'",
                        "operators only, spiffe://<trust domain>/operator/<name> or /operator/*",
                        "nodes and workloads get no access to the admin API");
            }
        }
    }

    /** Refuses operators of other trust domains, whom the port would never let in. */
    static void requireDomain(Fields fields, @Nullable RemoteAdmin remote, TrustDomain trustDomain) {
        if (remote == null) {
            return;
        }
        requireDomain(fields, "read", remote.operators().read(), trustDomain);
        requireDomain(fields, "change", remote.operators().change(), trustDomain);
    }

    private static void requireDomain(
            Fields fields, String right, List<IdentityPattern> patterns, TrustDomain trustDomain) {
        for (int i = 0; i < patterns.size(); i++) {
            if (!patterns.get(i).trustDomain().equals(trustDomain)) {
                fields.refuse(
                        "admin.remote.operators." + right + "[" + i + "]",
                        "'" + patterns.get(i) + "'",
                        "operators of the node's own trust domain '" + trustDomain + "'",
                        null);
            }
        }
    }
}
