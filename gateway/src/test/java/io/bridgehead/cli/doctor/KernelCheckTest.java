package io.bridgehead.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.bridgehead.cli.doctor.Finding.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KernelCheckTest {
    @TempDir
    Path proc;

    private void set(String key, String value) throws IOException {
        Path file = proc.resolve("sys").resolve(key.replace('.', '/'));
        Files.createDirectories(file.getParent());
        Files.writeString(file, value + "\n");
    }

    @Test
    void smallSettingsAreWarnedOfWithTheCommandThatRaisesThem() throws IOException {
        set("net.core.somaxconn", "128");
        set("net.ipv4.ip_local_port_range", "32768\t40000");
        set("net.ipv4.tcp_rmem", "4096\t131072\t6291456");
        set("net.netfilter.nf_conntrack_max", "1000");
        set("net.netfilter.nf_conntrack_count", "900");
        List<Finding> found = new KernelCheck(proc).settings(null);
        assertThat(found)
                .extracting(Finding::about, Finding::severity)
                .containsExactly(
                        tuple("net.core.somaxconn", Severity.WARNING),
                        tuple("net.ipv4.tcp_rmem", Severity.OK),
                        tuple("net.ipv4.ip_local_port_range", Severity.WARNING),
                        tuple("net.netfilter.nf_conntrack_max", Severity.ERROR));
        assertThat(found.getFirst().remedy()).contains("sysctl -w net.core.somaxconn=4096");
    }

    @Test
    void whatCannotBeReadIsLeftOut() {
        assertThat(new KernelCheck(proc).settings(null)).isEmpty();
    }
}
