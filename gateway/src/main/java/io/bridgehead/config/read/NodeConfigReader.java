package io.bridgehead.config.read;

import io.bridgehead.config.AccessLog;
import io.bridgehead.config.AuditLog;
import io.bridgehead.config.JwtSettings;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.NodeConfig.Identity;
import io.bridgehead.config.NodeConfig.Listener;
import io.bridgehead.config.Otlp;
import io.bridgehead.config.schema.Fields;
import io.bridgehead.config.schema.Place;
import io.bridgehead.config.schema.Problem;
import io.bridgehead.config.schema.Problems;
import io.bridgehead.config.schema.Reading;
import io.bridgehead.config.schema.Section;
import io.bridgehead.config.schema.YamlDocument;
import io.bridgehead.config.schema.YamlReader;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code gateway.yaml}. Touches no file but what it is given: whether key files exist and fit is for others to say. */
public final class NodeConfigReader {
    private final Path folder;
    private final String hostName;

    /**
     * @param folder what relative paths are resolved against: the folder of the file
     * @param hostName this machine's name; its first label is the node's name when the file gives none
     */
    public NodeConfigReader(Path folder, String hostName) {
        this.folder = folder;
        this.hostName = hostName;
    }

    /** Reads the bytes of a file; {@code file} is what messages call it. */
    public Reading<NodeConfig> read(String file, byte[] bytes) {
        Problems problems = new Problems();
        String text = YamlReader.decode(file, bytes, problems);
        return text == null ? new Reading.Refused<>(problems.list()) : read(file, text);
    }

    /** Reads text; {@code file} is what messages call it. */
    public Reading<NodeConfig> read(String file, String text) {
        Problems problems = new Problems();
        List<YamlDocument> documents = YamlReader.read(file, text, problems);
        if (documents.size() > 1) {
            problems.add(Problem.at(
                    documents.get(1).start(),
                    "",
                    "a second document",
                    "one document",
                    "documents of the fabric belong in other files"));
        }
        if (documents.isEmpty() && problems.isEmpty()) {
            problems.add(Problem.at(Place.of(file), "", "nothing", "at least site: { name: ... }", null));
        }
        if (!documents.isEmpty() && FormVersions.refuses(documents.getFirst(), problems)) {
            return new Reading.Refused<>(problems.list());
        }
        NodeConfig config =
                documents.isEmpty() ? null : section().read(documents.getFirst().root(), "", problems);
        return config == null || !problems.isEmpty()
                ? new Reading.Refused<>(problems.list())
                : new Reading.Done<>(config);
    }

    /** The table of all keys, for the reference page. */
    static Section<NodeConfig> table() {
        return new NodeConfigReader(Path.of(""), "node").section();
    }

    private Section<NodeConfig> section() {
        return Section.of(
                "gateway.yaml",
                this::build,
                NodeKeys.VERSION,
                NodeKeys.NODE,
                NodeKeys.SITE,
                NodeKeys.IDENTITY,
                NodeKeys.LISTENERS,
                NodeKeys.TUNNEL,
                NodeKeys.CLUSTER,
                NodeKeys.STATE,
                NodeKeys.FOLDERS,
                NodeKeys.ADMIN,
                NodeKeys.TELEMETRY,
                NodeKeys.LIMITS,
                NodeKeys.LOOPS,
                NodeKeys.ENDPOINT_TLS,
                NodeKeys.TRUST,
                NodeKeys.GATEWAYS,
                NodeKeys.SECRETS,
                NodeKeys.DNS,
                NodeKeys.SESSIONS,
                NodeKeys.JWT);
    }

    private @Nullable NodeConfig build(Fields fields) {
        int before = fields.problems();
        assert fields.get(NodeKeys.VERSION) == FormVersions.GATEWAY;
        NodeName node = nodeName(fields);
        Identity identity = IdentityKeys.in(folder, fields.get(NodeKeys.IDENTITY));
        SiteName site = fields.get(NodeKeys.SITE).name();
        SpiffeId unauthenticated = SpiffeId.unauthenticated(identity.trustDomain(), site);
        NodeConfig.NodeLimits limits = fields.get(NodeKeys.LIMITS);
        List<Listener> listeners = fields.get(NodeKeys.LISTENERS).stream()
                .map(written -> written.complete(unauthenticated, limits, folder))
                .toList();
        judgeListeners(fields, listeners);
        JwtSettings jwt = JwtKeys.complete(fields, fields.get(NodeKeys.JWT), identity.trustDomain(), folder);
        JwtKeys.judge(fields, listeners, fields.get(NodeKeys.GATEWAYS), jwt);
        judgeFolders(fields);
        judgeSignals(fields);
        AdminKeys.requireDomain(fields, fields.get(NodeKeys.ADMIN).remote(), identity.trustDomain());
        if (node == null || fields.problems() > before) {
            return null;
        }
        return new NodeConfig(
                node,
                fields.get(NodeKeys.SITE),
                identity,
                listeners,
                fields.get(NodeKeys.TUNNEL),
                fields.get(NodeKeys.CLUSTER),
                folder.resolve(fields.get(NodeKeys.STATE)),
                folders(fields),
                admin(fields.get(NodeKeys.ADMIN)),
                telemetry(fields.get(NodeKeys.TELEMETRY)),
                limits,
                fields.get(NodeKeys.LOOPS),
                fields.get(NodeKeys.ENDPOINT_TLS).in(folder),
                fields.get(NodeKeys.TRUST).complete(identity.trustDomain()),
                realised(fields),
                fields.get(NodeKeys.DNS),
                sessions(fields),
                jwt);
    }

    private NodeConfig.Sessions sessions(Fields fields) {
        Path key = fields.get(NodeKeys.SESSIONS).keyFile();
        return new NodeConfig.Sessions(key == null ? null : folder.resolve(key));
    }

    private NodeConfig.Realised realised(Fields fields) {
        Path secrets = fields.find(NodeKeys.SECRETS);
        return new NodeConfig.Realised(fields.get(NodeKeys.GATEWAYS), secrets == null ? null : folder.resolve(secrets));
    }

    private @Nullable NodeName nodeName(Fields fields) {
        NodeName given = fields.find(NodeKeys.NODE);
        if (given != null) {
            return given;
        }
        int dot = hostName.indexOf('.');
        String label = (dot < 0 ? hostName : hostName.substring(0, dot)).toLowerCase(Locale.ROOT);
        if (NodeName.isValid(label)) {
            return new NodeName(label);
        }
        fields.refuse(
                NodeKeys.NODE,
                null,
                NodeKeys.NODE.type().expected(),
                "the host name '" + hostName + "' does not serve as one");
        return null;
    }

    private static void judgeListeners(Fields fields, List<Listener> listeners) {
        Map<String, Integer> names = new HashMap<>();
        Map<String, Integer> sockets = new HashMap<>();
        for (int i = 0; i < listeners.size(); i++) {
            Listener listener = listeners.get(i);
            refuseSecond(fields, names.putIfAbsent(listener.name(), i), "listeners[" + i + "].name", listener.name());
            if (listener.port() != 0) {
                String socket = listener.address().getHostAddress() + " port " + listener.port();
                refuseSecond(fields, sockets.putIfAbsent(socket, i), "listeners[" + i + "].port", socket);
            }
        }
    }

    private static void refuseSecond(Fields fields, @Nullable Integer first, String at, String what) {
        if (first != null) {
            fields.refuse(
                    at,
                    "'" + what + "' twice",
                    "another than that of listeners[" + first + "]",
                    "the first is at line "
                            + fields.place("listeners[" + first + "]").line());
        }
    }

    private static void judgeFolders(Fields fields) {
        Map<String, Integer> sources = new HashMap<>();
        List<NodeConfig.Folder> folders = fields.get(NodeKeys.FOLDERS);
        for (int i = 0; i < folders.size(); i++) {
            Integer first = sources.putIfAbsent(folders.get(i).source(), i);
            if (first != null) {
                fields.refuse(
                        "folders[" + i + "].source",
                        "'" + folders.get(i).source() + "' twice",
                        "a source of its own for each folder",
                        null);
            }
        }
    }

    private List<NodeConfig.Folder> folders(Fields fields) {
        return fields.get(NodeKeys.FOLDERS).stream()
                .map(written -> new NodeConfig.Folder(
                        written.source(), folder.resolve(written.path()).normalize()))
                .toList();
    }

    private NodeConfig.Admin admin(NodeConfig.Admin written) {
        return new NodeConfig.Admin(
                folder.resolve(written.socket()), written.metrics(), written.remote(), written.probe());
    }

    /** Two that append to one file tear each other's lines. */
    private void judgeSignals(Fields fields) {
        NodeConfig.Telemetry telemetry = fields.get(NodeKeys.TELEMETRY);
        Path lines = telemetry.accessLog().enabled() ? telemetry.accessLog().path() : null;
        Path audit = telemetry.audit().path();
        if (lines != null
                && audit != null
                && folder.resolve(lines)
                        .normalize()
                        .equals(folder.resolve(audit).normalize())) {
            fields.refuse("telemetry.audit.path", "'" + audit + "'", "another file than that of accessLog", null);
        }
    }

    private NodeConfig.Telemetry telemetry(NodeConfig.Telemetry written) {
        AccessLog log = written.accessLog();
        Path path = log.path();
        Path auditPath = written.audit().path();
        AuditLog audit = new AuditLog(
                auditPath == null ? null : folder.resolve(auditPath),
                written.audit().verdictsPerSecond());
        Otlp otlp = written.otlp();
        return new NodeConfig.Telemetry(
                otlp == null ? null : otlp.in(folder),
                log.at(path == null ? null : folder.resolve(path)),
                written.traces(),
                written.log(),
                audit,
                written.metrics());
    }
}
