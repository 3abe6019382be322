package io.bridgehead.cli;

import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.cli.bundle.Content;
import io.bridgehead.cli.bundle.NodeProcess;
import io.bridgehead.cli.bundle.TarGz;
import io.bridgehead.config.schema.Problems;
import io.bridgehead.config.schema.YamlDocument;
import io.bridgehead.config.schema.YamlReader;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code support-bundle}: what somebody else needs to find out what is wrong with a node. */
@Command(
        name = "support-bundle",
        description = {
            "Puts into one archive what somebody else needs to find out what is wrong with a node.",
            "Version, configuration, findings of doctor, status, every 'get', certificates, metrics, recent events, the end of a log in"
                    + " a file, and the node's process. Of a node elsewhere (--node) only what it answers. What stands under a"
                    + " telling name (headers, token, password) or looks like a key, a token or a query of a URL is shown as ***. A"
                    + " secret that looks like an ordinary word stays, and so do names of hosts, services and callers: look"
                    + " through it before you send it. What cannot be had is named in README.txt of the archive."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  bridgehead support-bundle",
            "  bridgehead support-bundle --config ./aws-use1/gateway.yaml --file /tmp/aws-use1.tar.gz",
            "  journalctl -u bridgehead --since -1h > node.log; bridgehead support-bundle --log node.log"
        })
@OwnedBy(Owner.CONFINED)
final class SupportBundleCommand implements Callable<Integer> {
    private static final int TAIL_BYTES = 1 << 20;
    private static final Path PROC = Path.of("/proc");
    private static final String README =
            "What stands under a telling name (headers, token, password, ...) or looks like a key, a token or a query of a URL is shown as ***.\n"
                    + "What does not look like one may still be here: look through it before you send it.\n";
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);
    private static final List<String> RESOURCES = List.of(
            "services",
            "traffic",
            "events",
            "limits",
            "routes",
            "gateways",
            "policies",
            "gatewayclasses",
            "sites",
            "nodes",
            "tunnels",
            "orders",
            "certs",
            "stages");

    @Spec
    private final CommandSpec spec = CommandSpec.create();

    @Mixin
    private final NodeAccess node = new NodeAccess();

    @Option(
            names = {"-f", "--file"},
            paramLabel = "F.tar.gz",
            description =
                    "the archive to make (default: bridgehead-support-TIME.tar.gz in this folder); an existing one is not replaced")
    private @Nullable Path file;

    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Option(names = "--log", paramLabel = "FILE", description = "a file with the node's log; its last MiB is taken")
    private @Nullable Path log;

    @Option(
            names = "--access-log",
            description =
                    "also take the last MiB of the access log's file: paths, callers, and values of headers that its format names")
    private boolean accessLog;

    private final Content content = new Content();
    private final List<String> missing = new ArrayList<>();

    @Override
    public Integer call() {
        Instant now = Instant.now();
        String name = "bridgehead-support-" + STAMP.format(now);
        Path target = file == null ? Path.of(name + ".tar.gz") : file;
        if (Files.exists(target)) {
            throw new Failure(
                    Failure.PROBLEM, "bridgehead: --file " + target + ": found an existing file, expected none");
        }
        node.doing(null);
        try (Progress progress = Progress.of("collecting")) {
            content.text("version.txt", String.join("\n", new Version.Lines().getVersion()));
            Map<String, String> written = configuration();
            progress.at("asking the node");
            node();
            progress.at("reading files");
            files(written.get("telemetry.accessLog.path"));
        }
        content.text("README.txt", "Of " + now + ".\n" + README + String.join("\n", missing));
        try (TarGz archive = new TarGz(target, name, now)) {
            for (Map.Entry<String, String> one : content.files().entrySet()) {
                archive.add(one.getKey(), one.getValue());
            }
        } catch (FileAlreadyExistsException e) {
            throw new Failure(
                    Failure.PROBLEM, "bridgehead: --file " + target + ": found an existing file, expected none");
        } catch (IOException e) {
            throw new Failure(
                    Failure.PROBLEM, "bridgehead: --file " + target + ": cannot be written (" + e + "); name another");
        }
        spec.commandLine().getOut().println(target);
        missing.forEach(line -> spec.commandLine().getErr().println(line));
        return 0;
    }

    /** Takes the configuration, and has the node be asked that it is of; what is in it by path, also when it has problems. */
    private Map<String, String> configuration() {
        boolean isNamed = config.named() != null;
        node.configuredBy(config);
        if (node.isElsewhere()) {
            missing.add("a node elsewhere was asked: findings of doctor, " + (isNamed ? "" : "configuration, ")
                    + "process, system and access log of this machine are not its own and were left out;"
                    + " run this on the node's machine for them");
        }
        Map<String, String> written = node.isElsewhere() && !isNamed ? Map.of() : written();
        if (!node.isElsewhere()) {
            content.json("doctor.json", DoctorCommand.report(config.path(), node.place()));
        }
        return written;
    }

    private Path besideConfiguration(String path) {
        return config.path().toAbsolutePath().resolveSibling(path);
    }

    private Map<String, String> written() {
        Path file = config.path();
        try {
            byte[] bytes = Files.readAllBytes(file);
            Problems problems = new Problems();
            String text = YamlReader.decode(file.toString(), bytes, problems);
            List<YamlDocument> documents = text == null ? List.of() : YamlReader.read(file.toString(), text, problems);
            if (documents.isEmpty()) {
                missing.add("configuration: " + file + " cannot be read as YAML");
                return Map.of();
            }
            Map<String, String> leaves = documents.getFirst().leaves();
            content.leaves("configuration.txt", leaves);
            return leaves;
        } catch (IOException e) {
            missing.add("configuration: " + file + " cannot be read (" + e + ")");
            return Map.of();
        }
    }

    private void node() {
        try {
            content.json("status.json", node.get("/v1/status"));
            for (String resource : RESOURCES) {
                resource(resource);
            }
            content.text("metrics.txt", node.text("/metrics"));
        } catch (NodeUnreachableException | Failure e) {
            missing.add("node: " + e.getMessage());
        }
    }

    private void resource(String resource) throws NodeUnreachableException {
        try {
            content.json("get/" + resource + ".json", node.get("/v1/" + resource));
        } catch (Failure e) {
            missing.add("get " + resource + ": " + e.getMessage());
        }
    }

    /** What this machine has of the node. */
    private void files(@Nullable String access) {
        if (log != null) {
            tail("log-tail.txt", log);
        }
        if (node.isElsewhere()) {
            return;
        }
        process();
        if (access != null && accessLog) {
            tail("access-log-tail.txt", besideConfiguration(access));
        } else if (access != null) {
            missing.add("access log: " + access + " was left out; --access-log takes its end");
        }
    }

    /** What the system says of the node's process; never its environment. */
    private void process() {
        JsonObject status = new JsonObject(content.files().getOrDefault("status.json", "{}"));
        long pid = status.getLong("pid", -1L);
        Optional<Path> process =
                NodeProcess.of(PROC, pid, Duration.ofSeconds(status.getLong("uptimeSeconds", 0L)), Instant.now());
        for (String part : List.of("status", "limits", "cmdline", "cgroup")) {
            process.ifPresent(folder -> text("process/" + part + ".txt", folder.resolve(part)));
        }
        if (pid >= 0 && process.isEmpty()) {
            missing.add("process: " + pid + ", as the node says, is no node's process here as far as this user may see"
                    + " (the node may be in a container); run this where it runs, as root or its user");
        }
        for (String part : List.of("version", "meminfo", "loadavg", "net/snmp", "net/sockstat")) {
            text("system/" + part.replace('/', '-') + ".txt", PROC.resolve(part));
        }
        text("system/os-release.txt", Path.of("/etc/os-release"));
    }

    private void text(String name, Path from) {
        try {
            content.text(
                    name, Files.readString(from, StandardCharsets.ISO_8859_1).replace('\0', ' '));
        } catch (IOException e) {
            missing.add(name + ": " + from + " cannot be read (" + e + ")");
        }
    }

    /** The end of a file, from the beginning of a line: of half a line nobody knows what it was. */
    private void tail(String name, Path from) {
        try (RandomAccessFile open = new RandomAccessFile(from.toFile(), "r")) {
            long begin = Math.max(0, open.length() - TAIL_BYTES);
            byte[] bytes = new byte[Math.toIntExact(open.length() - begin)];
            open.seek(begin);
            open.readFully(bytes);
            String text = new String(bytes, StandardCharsets.UTF_8);
            int line = begin == 0 ? 0 : text.indexOf('\n') + 1;
            content.text(name, begin > 0 && line == 0 ? "" : text.substring(line));
        } catch (IOException e) {
            missing.add(name + ": " + from + " cannot be read (" + e + ")");
        }
    }
}
