package io.bridgehead.cli;

import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.read.NodeConfigReader;
import io.bridgehead.config.schema.Problem;
import io.bridgehead.config.schema.Reading;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** A {@code gateway.yaml} file. */
final class NodeFile {
    /** Where the configuration of an installed node lies. */
    static final String USUAL = "/etc/bridgehead/gateway.yaml";

    private static final Pattern DOCUMENT = Pattern.compile("(?m)^(apiVersion|kind)\\s*:|\"(apiVersion|kind)\"\\s*:");

    private NodeFile() {}

    /** Whether a path is a node's configuration: a file that says neither {@code apiVersion} nor {@code kind}. */
    static boolean isOne(Path path) {
        try {
            return Files.isRegularFile(path)
                    && !DOCUMENT.matcher(new String(Files.readAllBytes(path), StandardCharsets.UTF_8))
                            .find();
        } catch (IOException e) {
            return false;
        }
    }

    /** Reads it; relative paths in it are taken from its folder. */
    static Reading<NodeConfig> read(Path path) {
        Path folder = path.toAbsolutePath().normalize().getParent();
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(path);
        } catch (IOException e) {
            throw new Failure(
                    Failure.PROBLEM, "bridgehead: " + path + ": cannot be read (" + e + "); expected a gateway.yaml");
        }
        return new NodeConfigReader(folder == null ? Path.of("/") : folder, hostName()).read(path.toString(), bytes);
    }

    /** Reads it, or ends the command with what is wrong. */
    static NodeConfig require(Path path) {
        // no switch over types on the way of a start: each makes a class when it is first reached
        Reading<NodeConfig> reading = read(path);
        if (reading instanceof Reading.Refused<NodeConfig> refused) {
            throw new Failure(Failure.PROBLEM, String.join("\n", lines(refused.problems())));
        }
        return ((Reading.Done<NodeConfig>) reading).value();
    }

    /** As lines for people. */
    static List<String> lines(List<Problem> problems) {
        return problems.stream().map(Problem::toString).toList();
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
