package io.bridgehead.cli.doctor;

import io.bridgehead.config.NodeConfig;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Looks at everything that a node depends on, and changes nothing. */
public final class Doctor {
    private static final Path PROC = Path.of("/proc");

    private Doctor() {}

    /**
     * What is looked at.
     *
     * @param file the configuration, as it was named
     * @param config null when it has problems
     * @param problems of the configuration's form, or that it cannot be read
     * @param material of keys and certificates that it names
     * @param socket where the node was looked for
     * @param node nothing when none answers there
     */
    public record Subject(
            Path file,
            @Nullable NodeConfig config,
            List<String> problems,
            List<String> material,
            Path socket,
            Optional<NodeFacts> node,
            Clock clock) {
        public Subject {
            problems = List.copyOf(problems);
            material = List.copyOf(material);
        }
    }

    /** All findings, check by check; those that need a configuration are left out while it has problems. */
    public static List<Finding> examine(Subject subject) {
        NodeConfig config = subject.config;
        List<Finding> all = new ArrayList<>();
        all.addAll(configuration(subject));
        all.addAll(NodeStateCheck.of(subject));
        all.addAll(ClockCheck.of(subject.node));
        if (config != null) {
            PeerCheck peers = new PeerCheck(config, subject.node);
            all.addAll(CertificateCheck.of(config, subject.material, subject.node, subject.clock.instant()));
            all.addAll(peers.names());
            all.addAll(new PortCheck(PROC, subject.node).of(config));
            all.addAll(peers.reached());
            all.addAll(peers.mtu(PROC));
            all.addAll(DiskCheck.of(config));
        }
        all.addAll(new KernelCheck(PROC).descriptors(config, subject.node));
        all.addAll(new KernelCheck(PROC).settings(config));
        return List.copyOf(all);
    }

    private static List<Finding> configuration(Subject subject) {
        Findings found = new Findings("configuration");
        for (String problem : subject.problems) {
            found.error("", problem, "correct it; 'bridgehead validate " + subject.file + "' looks again");
        }
        if (subject.config == null) {
            found.note(
                    subject.file.toString(),
                    "ports, peers, certificates and disk were not looked at",
                    "correct the configuration and run this again");
        } else {
            found.ok(subject.file.toString(), "its form has no problems");
        }
        return found.all();
    }
}
