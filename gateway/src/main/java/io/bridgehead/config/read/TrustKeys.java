package io.bridgehead.config.read;

import io.bridgehead.config.AddressRange;
import io.bridgehead.config.DocumentPattern;
import io.bridgehead.config.IdentityPattern;
import io.bridgehead.config.NodeConfig.HostGrant;
import io.bridgehead.config.NodeConfig.Publisher;
import io.bridgehead.config.NodeConfig.Trust;
import io.bridgehead.config.schema.Fields;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.ListType;
import io.bridgehead.config.schema.MapType;
import io.bridgehead.config.schema.Scalars;
import io.bridgehead.config.schema.Section;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.TrustDomain;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The keys of {@code trust}: whose word this node takes, for what. */
final class TrustKeys {
    private static final Key<List<IdentityPattern>> OPERATORS = Key.defaulted(
            "operators",
            new ListType<>(ConfigTypes.identityPattern(), 0, 100),
            "[]",
            "People and pipelines whose signature makes a document valid on this node.");
    private static final Key<List<IdentityPattern>> NODES = Key.defaulted(
            "nodes",
            new ListType<>(ConfigTypes.identityPattern(), 0, 100),
            "[]",
            "Gateway nodes whose `folders` this node takes documents from, such as spiffe://corp.example/site/aws/gateway/*; they need `sources`. A node takes its own folders without being named.");
    private static final Key<List<String>> SOURCES = Key.defaulted(
            "sources",
            new ListType<>(Scalars.label("a source name"), 0, 100),
            "[]",
            "The only sources that they may publish. Empty: all sources.");
    private static final Key<List<DocumentPattern>> DOCUMENTS = Key.defaulted(
            "documents",
            new ListType<>(ConfigTypes.documentPattern(), 0, 100),
            "[]",
            "The only documents that they may publish; others of the same revision are left out on this node. Empty: all documents. Operators without `sources` and `documents` may give orders.");
    private static final Section<Publisher> PUBLISHER =
            Section.of("trust.publishers", TrustKeys::publisher, OPERATORS, NODES, SOURCES, DOCUMENTS);

    private static final Key<List<Publisher>> PUBLISHERS = Key.optional(
            "publishers",
            new ListType<>(PUBLISHER, 1, 100),
            "Who may publish documents and, as an operator without `sources` and `documents`, give orders. Without it: every operator of the node's trust domain, and no other node.");
    private static final Key<List<AddressRange>> ENDPOINTS = Key.defaulted(
            "endpoints",
            new ListType<>(ConfigTypes.addressRange(), 0, 1000),
            "[]",
            "Where endpoints of this node's site may lie. Empty: anywhere but loopback, link-local, metadata addresses and the node's own ports.");
    private static final Key<Boolean> UNSAFE_ENDPOINTS = Key.defaulted(
            "unsafeEndpoints",
            Scalars.truth(),
            "false",
            "Allows endpoints on loopback, link-local and metadata addresses and the node's own ports: whoever may write documents reaches them.");
    private static final Key<List<IdentityPattern>> VOUCHERS = Key.defaulted(
            "vouchers",
            new ListType<>(ConfigTypes.identityPattern(), 0, 100),
            "[]",
            "Nodes of other sites whose word this node takes for records whose signer's certificate has expired since; it asks them over tunnels.");
    private static final Key<Boolean> DEFAULT_DENY = Key.defaulted(
            "defaultDeny",
            Scalars.truth(),
            "false",
            "Whether a service without `allow` admits nobody instead of every site.");

    private static final Key<Map<SiteName, List<IdentityPattern>>> SPEAKS_FOR = Key.defaulted(
            "speaksFor",
            new MapType<>("site", Scalars.siteName(), new ListType<>(ConfigTypes.identityPattern(), 0, 1000), 0, 1000),
            "{}",
            "For sites, by name, the only callers that their gateways may vouch for at this node, such as `{ west: [ spiffe://corp.example/team/shop/* ] }`; an empty list: nobody. Other sites may vouch for everybody. None may for an identity below `/site/` of another site.");

    private static final Key<List<String>> BOUND_SOURCES = Key.required(
            "sources",
            new ListType<>(Scalars.label("a source name"), 1, 100),
            "Whose documents are bound, such as those that nodes of another site publish.");
    private static final Key<List<String>> CLAIMED = Key.required(
            "hosts",
            new ListType<>(Scalars.host(), 0, 1000),
            "The only hosts that they may claim; `*.example.com` means every name below. Others, and what takes a whole listener, is left out on this node.");
    private static final Section<HostGrant> HOST_GRANT = Section.of(
            "trust.hosts",
            fields -> new HostGrant(fields.get(BOUND_SOURCES), fields.get(CLAIMED)),
            BOUND_SOURCES,
            CLAIMED);
    private static final Key<List<HostGrant>> HOSTS = Key.defaulted(
            "hosts",
            new ListType<>(HOST_GRANT, 0, 100),
            "[]",
            "Which hosts documents of some sources may claim. Sources that no entry names may claim any host that no source had before.");

    static final Section<Written> SECTION = Section.of(
            "trust",
            TrustKeys::build,
            PUBLISHERS,
            ENDPOINTS,
            UNSAFE_ENDPOINTS,
            VOUCHERS,
            DEFAULT_DENY,
            SPEAKS_FOR,
            HOSTS);

    private TrustKeys() {}

    private static @Nullable Publisher publisher(Fields fields) {
        Publisher publisher =
                new Publisher(fields.get(OPERATORS), fields.get(NODES), fields.get(SOURCES), fields.get(DOCUMENTS));
        if (publisher.operators().isEmpty() && publisher.nodes().isEmpty()) {
            fields.refuse(OPERATORS, "nobody", "at least one identity in operators or nodes", null);
            return null;
        }
        if (!publisher.nodes().isEmpty() && publisher.sources().isEmpty()) {
            fields.refuse(
                    SOURCES,
                    "none",
                    "the names of the sources that these nodes may publish",
                    "only operators may be trusted with every source");
            return null;
        }
        return publisher;
    }

    private static Written build(Fields fields) {
        List<Publisher> publishers = fields.find(PUBLISHERS);
        return new Written(
                publishers == null,
                new Trust(
                        publishers == null ? List.of() : publishers,
                        fields.get(ENDPOINTS),
                        fields.get(UNSAFE_ENDPOINTS),
                        fields.get(VOUCHERS),
                        fields.get(DEFAULT_DENY),
                        fields.get(SPEAKS_FOR),
                        fields.get(HOSTS)));
    }

    /** Trust as written: the default of its publishers depends on the node's trust domain. */
    record Written(boolean operatorsByDefault, Trust trust) {
        Trust complete(TrustDomain trustDomain) {
            if (!operatorsByDefault) {
                return trust;
            }
            Publisher operators = Publisher.ofAll(IdentityPattern.operatorsOf(trustDomain));
            return new Trust(
                    List.of(operators),
                    trust.endpoints(),
                    trust.unsafeEndpoints(),
                    trust.vouchers(),
                    trust.defaultDeny(),
                    trust.speaksFor(),
                    trust.hosts());
        }
    }
}
