package io.bridgehead.config.read;

import io.bridgehead.config.NodeConfig.Admin;
import io.bridgehead.config.NodeConfig.Cluster;
import io.bridgehead.config.NodeConfig.Dns;
import io.bridgehead.config.NodeConfig.EndpointAuthorities;
import io.bridgehead.config.NodeConfig.Folder;
import io.bridgehead.config.NodeConfig.Identity;
import io.bridgehead.config.NodeConfig.NodeLimits;
import io.bridgehead.config.NodeConfig.Sessions;
import io.bridgehead.config.NodeConfig.Site;
import io.bridgehead.config.NodeConfig.Telemetry;
import io.bridgehead.config.NodeConfig.Tunnel;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.ListType;
import io.bridgehead.config.schema.Scalars;
import io.bridgehead.config.schema.Section;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import java.nio.file.Path;
import java.util.List;

/** The keys at the top of {@code gateway.yaml}. */
final class NodeKeys {
    private static final Key<SiteName> SITE_NAME =
            Key.required("name", Scalars.siteName(), "The site's name in documents and in certificates.");
    private static final Key<String> PROVIDER = Key.optional(
            "provider",
            Scalars.label("a provider"),
            "The cloud or operator, such as aws; for people and `failover.order`.");
    private static final Key<String> REGION = Key.optional(
            "region",
            Scalars.label("a region"),
            "The provider's region, such as us-east-1; for people and `failover.order`.");
    private static final Key<String> ZONE = Key.optional(
            "zone",
            Scalars.label("a zone"),
            "Where in its site the node is, such as use1-az1; it prefers endpoints of the same zone.");
    private static final Section<Site> SITE_SECTION = Section.of(
            "site",
            fields -> new Site(fields.get(SITE_NAME), fields.find(PROVIDER), fields.find(REGION), fields.find(ZONE)),
            SITE_NAME,
            PROVIDER,
            REGION,
            ZONE);

    private static final Key<String> SOURCE = Key.required(
            "source", Scalars.label("a source name"), "The name under which the folder's documents are published.");
    private static final Key<Path> FOLDER_PATH = Key.required(
            "path", Scalars.path(), "The folder; its `*.yaml` and `*.yml` files are read, folders inside are not.");
    private static final Section<Folder> FOLDER_SECTION = Section.of(
            "folders", fields -> new Folder(fields.get(SOURCE), fields.get(FOLDER_PATH)), SOURCE, FOLDER_PATH);

    static final Key<Integer> VERSION = Key.defaulted(
            "version",
            FormVersions.type(),
            "" + FormVersions.GATEWAY,
            "The version of this file's form. A file of another version is refused with what to do about it.");
    static final Key<NodeName> NODE = Key.optional(
            "node",
            Scalars.nodeName(),
            "The node's name, unique in the fabric. Without it: the first label of the host name.");
    static final Key<Site> SITE = Key.required("site", SITE_SECTION, "Where the node runs.");
    static final Key<Identity> IDENTITY =
            Key.defaulted("identity", IdentityKeys.SECTION, "{}", "Who the node is to other nodes.");
    static final Key<List<ListenerKeys.Written>> LISTENERS = Key.defaulted(
            "listeners", new ListType<>(ListenerKeys.SECTION, 0, 1000), "[]", "The ports that the node serves.");
    static final Key<Tunnel> TUNNEL =
            Key.defaulted("tunnel", FabricKeys.TUNNEL, "{}", "Links to nodes of other sites.");
    static final Key<Cluster> CLUSTER =
            Key.defaulted("cluster", FabricKeys.CLUSTER, "{}", "State that nodes share: documents, health, orders.");
    static final Key<Path> DIRECTORY = Key.defaulted(
            "directory",
            Scalars.path(),
            "/var/lib/bridgehead",
            "The folder of the node's own durable copy of the fabric's state.");
    private static final Section<Path> STATE_SECTION = Section.of("state", fields -> fields.get(DIRECTORY), DIRECTORY);
    static final Key<Path> STATE = Key.defaulted("state", STATE_SECTION, "{}", "What the node keeps on its disk.");
    static final Key<List<Folder>> FOLDERS = Key.defaulted(
            "folders",
            new ListType<>(FOLDER_SECTION, 0, 100),
            "[]",
            "Folders of documents that this node publishes, each as a source of its own, and watches.");
    static final Key<List<String>> GATEWAYS = Key.defaulted(
            "gateways",
            new ListType<>(ConfigTypes.gatewayName(), 0, 100),
            "[]",
            "Gateways of the documents, each `namespace/name`, whose listeners this node opens.");
    static final Key<Path> SECRETS = Key.optional(
            "secrets",
            Scalars.path(),
            "The folder of the Secrets that these Gateways refer to; watched. They are never published.");
    static final Key<Admin> ADMIN =
            Key.defaulted("admin", SignalKeys.ADMIN, "{}", "How operators and monitoring reach the node.");
    static final Key<Telemetry> TELEMETRY =
            Key.defaulted("telemetry", SignalKeys.TELEMETRY, "{}", "What the node tells of itself.");
    static final Key<NodeLimits> LIMITS =
            Key.defaulted("limits", LimitKeys.SECTION, "{}", "How long and how much, on every connection.");
    static final Key<Integer> LOOPS =
            Key.defaulted("loops", Scalars.integer(0, 1024), "0", "Event loops; 0 means one per core.");
    static final Key<EndpointAuthorities> ENDPOINT_TLS = Key.defaulted(
            "endpointTls",
            EndpointTlsKeys.NODE,
            "{}",
            "What this node goes by when it speaks TLS to endpoints of its site.");
    static final Key<Dns> DNS =
            Key.defaulted("dns", DnsKeys.SECTION, "{}", "How the names of this site's endpoints are looked up.");
    private static final Key<Path> SESSION_KEY = Key.optional(
            "keyFile",
            Scalars.path(),
            "A file of 32 random bytes or more, the same on every node of the fabric, with which the endpoints in sessions of clients are signed. Without it: the name of the trust domain, by which others could sign them too.");
    private static final Section<Sessions> SESSIONS_SECTION =
            Section.of("sessions", fields -> new Sessions(fields.find(SESSION_KEY)), SESSION_KEY);
    static final Key<Sessions> SESSIONS = Key.defaulted(
            "sessions",
            SESSIONS_SECTION,
            "{}",
            "What clients carry where `sessionPersistence` of a route asks for it.");
    static final Key<TrustKeys.Written> TRUST =
            Key.defaulted("trust", TrustKeys.SECTION, "{}", "Whose word this node takes, for what.");
    static final Key<JwtKeys.Written> JWT =
            Key.defaulted("jwt", JwtKeys.SECTION, "{}", "Whose JSON Web Tokens this node takes for callers.");

    private NodeKeys() {}
}
