package io.bridgehead.load.process;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A program of the operating system that a measurement needs, and the Debian package that brings it. */
public enum Tool {
    /** The peer that sets the bar. */
    HAPROXY("haproxy", "haproxy"),
    /** Makes closed-loop HTTP load. */
    WRK("wrk", "wrk"),
    /** A further peer, for HTTP. */
    NGINX("nginx", "nginx-light"),
    /** A further peer, for TCP streams. */
    STUNNEL("stunnel4", "stunnel4"),
    /** Says how fast this machine does AES-GCM. */
    OPENSSL("openssl", "openssl"),
    /** Counts instructions, where the machine lets it. */
    PERF("perf", "linux-perf"),
    /** Moves an address between machines. */
    KEEPALIVED("keepalived", "keepalived"),
    /** Asks whether a node is ready, for keepalived. */
    CURL("curl", "curl"),
    /** Answers names by views. */
    NAMED("named", "bind9"),
    /** Asks for names. */
    DIG("dig", "bind9-dnsutils");

    private static final List<String> FURTHER_FOLDERS = List.of("/usr/local/sbin", "/usr/sbin", "/sbin");

    private final String program;
    private final String debianPackage;

    Tool(String program, String debianPackage) {
        this.program = program;
        this.debianPackage = debianPackage;
    }

    /** Where it is; empty when it is not installed. */
    public Optional<Path> find() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.concat(Stream.of(path.split(File.pathSeparator, -1)), FURTHER_FOLDERS.stream())
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** @throws IllegalStateException that names the package, if it is not installed */
    public String path() {
        return find().orElseThrow(() ->
                        new IllegalStateException(program + " is not installed: apt-get install " + debianPackage))
                .toString();
    }
}
