package io.bridgehead.load.entry;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.load.process.Programs;
import io.bridgehead.load.process.Tool;
import io.bridgehead.load.wan.Lan;
import io.bridgehead.load.wan.Watch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of docs/two-nodes.md for BIND: one name, answered in each site with that site's way in. */
final class NamesAreAnsweredBySiteIT {
    private static final String NAME = "orders.example.internal";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void eachSiteIsToldItsOwnAddress(@TempDir Path folder) throws IOException {
        Lan lan = Lan.up(List.of("dns", "aws", "az"));
        try (Programs programs = new Programs(folder)) {
            lan.addAddress("dns", "10.1.0.2/16");
            lan.addAddress("dns", "10.4.0.2/16");
            lan.addAddress("aws", "10.1.0.50/16");
            lan.addAddress("az", "10.4.0.50/16");
            String zone = Page.file("/etc/bind/aws.zone");
            assertThat(zone).contains("10.4.0.10", "10.1.0.100\n");
            Files.writeString(folder.resolve("aws.zone"), zone);
            Files.writeString(folder.resolve("azure.zone"), zone.replace("A  10.1.0.100", "A  10.4.0.10"));
            String options = "options { directory \"%1$s\"; pid-file none; session-keyfile none; recursion no; };\n"
                    .formatted(folder);
            Path file = Files.writeString(
                    folder.resolve("named.conf"),
                    options + Page.file("/etc/bind/named.conf.local").replace("/etc/bind", folder.toString()));
            List<String> named = List.of(Tool.NAMED.path(), "-g", "-n", "1", "-c", file.toString());
            programs.start("named", lan.command("dns", named), Map.of());
            Watch.until(
                    "names are answered",
                    PATIENCE,
                    () -> asked(programs, lan, "aws", "10.1.0.50", "10.1.0.2").equals("10.1.0.100\n"),
                    () -> asked(programs, lan, "aws", "10.1.0.50", "10.1.0.2"));
            assertThat(asked(programs, lan, "az", "10.4.0.50", "10.4.0.2")).isEqualTo("10.4.0.10\n");
        } finally {
            lan.close();
        }
    }

    private static String asked(Programs programs, Lan lan, String host, String from, String server) {
        List<String> dig =
                List.of(Tool.DIG.path(), "+short", "+tries=1", "+time=2", "-b", from, "@" + server, NAME, "A");
        try {
            return programs.run(lan.command(host, dig), Map.of(), 10);
        } catch (IllegalStateException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
