package io.bridgehead.cli;

import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.cli.bundle.Content;
import io.bridgehead.cli.bundle.TarGz;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.schema.Problems;
import io.bridgehead.config.schema.Reading;
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
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
            "Version, configuration, findings of doctor, status, every 'get', certificates, metrics, recent events, the ends of logs in"
                    + " files, and the process with its Java. Keys, tokens, header values, queries of URLs and whatever looks like a"
                    + " secret are taken out. What cannot be had is named in README.txt of the archive. Look through it before you"
                    + " send it: names of hosts, services and callers stay."
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

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            defaultValue = "/etc/bridgehead/gateway.yaml",
            description = "the node's configuration (default: ${DEFAULT-VALUE})")
    private Path config = Path.of("/etc/bridgehead/gateway.yaml");

    @Option(names = "--log", paramLabel = "FILE", description = "a file with the node's log; its last MiB is taken")
    private @Nullable Path log;

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
        try (Progress progress = Progress.of("collecting")) {
            content.text("version.txt", String.join("\n", new Version().getVersion()));
            configuration();
            progress.at("asking the node");
            node();
            progress.at("reading files");
            process();
            logs();
        }
        content.text(
                "README.txt", "Of " + now + ". What may be secret is shown as ***.\n" + String.join("\n", missing));
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

    private void configuration() {
        content.json("doctor.json", DoctorCommand.report(config, node.socket()));
        try {
            byte[] bytes = Files.readAllBytes(config);
            Problems problems = new Problems();
            String text = YamlReader.decode(config.toString(), bytes, problems);
            List<YamlDocument> documents =
                    text == null ? List.of() : YamlReader.read(config.toString(), text, problems);
            if (documents.isEmpty()) {
                missing.add("configuration: " + config + " cannot be read as YAML; doctor.json says why");
            } else {
                content.leaves("configuration.txt", documents.getFirst().leaves());
            }
        } catch (IOException e) {
            missing.add("configuration: " + config + " cannot be read (" + e + ")");
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

    /** What the system says of the node's process; never its environment. */
    private void process() {
        String status = content.files().getOrDefault("status.json", "{}");
        Long pid = new JsonObject(status).getLong("pid");
        Path proc = Path.of("/proc");
        for (String part : List.of("status", "limits", "cmdline", "cgroup")) {
            if (pid != null) {
                text("process/" + part + ".txt", proc.resolve(pid + "/" + part));
            }
        }
        for (String part : List.of("version", "meminfo", "loadavg", "net/snmp", "net/sockstat")) {
            text("system/" + part.replace('/', '-') + ".txt", proc.resolve(part));
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

    private void logs() {
        if (log != null) {
            tail("log-tail.txt", log);
        }
        try {
            if (NodeFile.read(config) instanceof Reading.Done<NodeConfig> done) {
                Path access = done.value().telemetry().accessLog().path();
                if (access != null) {
                    tail("access-log-tail.txt", access);
                }
            }
        } catch (Failure e) {
            // Said of the configuration already.
            return;
        }
    }

    private void tail(String name, Path from) {
        try (RandomAccessFile open = new RandomAccessFile(from.toFile(), "r")) {
            long begin = Math.max(0, open.length() - TAIL_BYTES);
            byte[] bytes = new byte[Math.toIntExact(open.length() - begin)];
            open.seek(begin);
            open.readFully(bytes);
            content.text(name, new String(bytes, StandardCharsets.UTF_8));
        } catch (IOException e) {
            missing.add(name + ": " + from + " cannot be read (" + e + ")");
        }
    }
}
