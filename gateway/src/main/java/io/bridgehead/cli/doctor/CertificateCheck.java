package io.bridgehead.cli.doctor;

import io.bridgehead.config.EdgeSettings;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.PemFile;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

/** When certificates end, whether their chains hold, and who may read their keys. */
final class CertificateCheck {
    /** Nodes renew after half of the lifetime; whoever is so late has missed that. */
    private static final int LATE_PART = 4;

    private static final Duration LATE_MAX = Duration.ofDays(30);
    private static final String RENEW =
            "renew it: by its own authority a node does so itself ('bridgehead certs' says why not), files are replaced in place";

    private final Findings found = new Findings("certificates");
    private final Instant now;

    private CertificateCheck(Instant now) {
        this.now = now;
    }

    static List<Finding> of(NodeConfig config, List<String> problems, Optional<NodeFacts> node, Instant now) {
        CertificateCheck check = new CertificateCheck(now);
        problems.forEach(problem -> check.found.error("", problem, "'bridgehead validate' looks again"));
        if (problems.isEmpty()) {
            check.found.ok("", "chains, names and keys fit each other");
        }
        boolean files = config.identity().workloadApi() == null;
        if (files) {
            check.permissions(config.identity().files().key());
        }
        List<JsonObject> shown = node.map(NodeFacts::certificateRows).orElse(List.of());
        if (!shown.isEmpty()) {
            shown.forEach(check::shown);
        } else if (files) {
            check.file("identity", config.identity().files().certificate());
        }
        for (NodeConfig.Listener listener : config.listeners()) {
            EdgeSettings.Tls tls = listener.edge().tls();
            if (tls != null) {
                for (EdgeSettings.CertificateFiles pair : tls.certificates()) {
                    check.permissions(pair.key());
                    if (shown.isEmpty()) {
                        check.file("listener " + listener.name(), pair.certificate());
                    }
                }
            }
        }
        return check.found.all();
    }

    private void permissions(Path key) {
        try {
            MaterialException exposure = PemFile.read(key).exposure();
            if (exposure == null) {
                found.ok(key.toString(), "only those who should can read the key");
            } else {
                found.warning(key.toString(), String.valueOf(exposure.getMessage()), "chmod 600 " + key);
            }
        } catch (MaterialException e) {
            found.error(key.toString(), String.valueOf(e.getMessage()), "name a key that this user may read");
        }
    }

    private void file(String use, Path file) {
        try {
            X509Certificate certificate = PemFile.read(file).certificates().getFirst();
            ends(
                    use + " " + file,
                    certificate.getNotBefore().toInstant(),
                    certificate.getNotAfter().toInstant(),
                    false);
        } catch (MaterialException e) {
            found.error(file.toString(), String.valueOf(e.getMessage()), "name a file of certificates");
        }
    }

    private void shown(JsonObject row) {
        String use = row.getString("use", "");
        String about = use + " " + row.getString("subject", "");
        String problem = row.getString("problem", "");
        if (!problem.isEmpty()) {
            found.error(about, problem, RENEW);
        }
        String begin = row.getString("notBefore");
        String end = row.getString("notAfter");
        if (begin == null || end == null) {
            return; // An authority that cannot be opened, which its problem says, or a row of an older node.
        }
        try {
            boolean anchor = use.startsWith("bundle") || use.startsWith("endpoint authority") || use.contains("issuer");
            ends(about, Instant.parse(begin), Instant.parse(end), anchor);
        } catch (DateTimeParseException e) {
            // A list of revoked certificates that names no end.
            found.note(about, "has no end", "");
        }
    }

    private void ends(String about, Instant begin, Instant end, boolean anchor) {
        Duration left = Duration.between(now, end);
        Duration late = Duration.between(begin, end).dividedBy(LATE_PART);
        if (begin.isAfter(now)) {
            found.error(about, "is valid from " + begin + " only", "compare clocks: this one says " + now);
        } else if (left.isNegative()) {
            String text = "ended at " + end;
            if (anchor) {
                found.warning(about, text, "take it out of the bundle when nothing needs it any more");
            } else {
                found.error(about, text, RENEW);
            }
        } else if (left.compareTo(late.compareTo(LATE_MAX) < 0 ? late : LATE_MAX) < 0) {
            found.warning(about, "ends at " + end + ", in " + text(left), RENEW);
        } else {
            found.ok(about, "valid until " + end);
        }
    }

    private static String text(Duration left) {
        return left.toDays() > 1 ? left.toDays() + " days" : left.toHours() + " hours";
    }
}
