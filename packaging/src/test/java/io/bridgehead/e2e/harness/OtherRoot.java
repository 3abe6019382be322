package io.bridgehead.e2e.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A folder in place of a machine's root. What is run there finds the built {@code bridgehead}, stand-ins, which are noted and do nothing, for programs that
 * only a machine of its own has, those programs of this machine that it may have, and no other.
 */
public final class OtherRoot {
    private static final Pattern PLACE = Pattern.compile("(?<![\\w./-])/(run|etc|var|join)(?=/)");
    private static final Duration RUN_MAX = Duration.ofSeconds(150);
    /** What the launcher of bridgehead goes by. */
    private static final List<String> LAUNCHER = List.of("dirname", "sed");

    private final Path folder;
    private final Path programs;

    /**
     * @param standIns programs that are only noted
     * @param real programs of this machine that commands may run, besides those that the launcher goes by
     */
    public OtherRoot(Path folder, List<String> standIns, List<String> real) throws IOException {
        this.folder = folder;
        this.programs = Files.createDirectories(folder.resolve("programs"));
        for (String name : List.of("run", "etc", "var/lib/bridgehead", "join")) {
            Files.createDirectories(folder.resolve(name));
        }
        for (String name : standIns) {
            Path program = programs.resolve(name);
            Files.writeString(program, "#!/bin/sh\necho \"" + name + " $*\" >> \"" + noted() + "\"\n");
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        }
        for (String name : Stream.concat(LAUNCHER.stream(), real.stream()).toList()) {
            Files.createSymbolicLink(programs.resolve(name), found(name));
        }
    }

    private static Path found(String program) {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .map(place -> Path.of(place, program).toAbsolutePath())
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError(program + ": not on the path of this machine"));
    }

    private Path noted() {
        return folder.resolve("noted");
    }

    /** What was run of the stand-ins, as they were called, a line each. */
    public List<String> calls() throws IOException {
        return Files.exists(noted()) ? Files.readAllLines(noted()) : List.of();
    }

    /** Where a place of the machine is. */
    public Path at(String place) {
        return folder.resolve(place.substring(1));
    }

    /** The same text about the places in this folder. */
    public String moved(String text) {
        return PLACE.matcher(text).replaceAll(found -> folder + "/" + found.group(1));
    }

    /** Runs a command where the image works; it must end well. Returns what it said. */
    public String run(Map<String, String> environment, List<String> command) throws IOException {
        Path said = Files.createTempFile(folder, "said", ".txt");
        Process process = start(environment, command, said);
        try {
            boolean ended = process.waitFor(Patience.bound(RUN_MAX).toMillis(), TimeUnit.MILLISECONDS);
            String all = Files.readString(said);
            if (!ended || process.exitValue() != 0) {
                throw new AssertionError(
                        command + (ended ? " ended with " + process.exitValue() : " did not end") + ":\n" + all);
            }
            return all;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            // what it has begun first: whose parent is gone is found no more
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /** A command that runs on; what it says goes to a file. */
    public Process start(Map<String, String> environment, List<String> command, Path said) throws IOException {
        List<String> words = new ArrayList<>();
        command.forEach(word -> words.add(moved(word)));
        words.set(0, program(words.getFirst()).toString());
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(at("/var/lib/bridgehead").toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        Map<String, String> known = builder.environment();
        known.keySet().removeIf(name -> name.startsWith("BRIDGEHEAD_"));
        known.putAll(Map.of(
                "BRIDGEHEAD_JAVA_HOME", System.getProperty("java.home"),
                "BRIDGEHEAD_JAVA_OPTS", Cli.COMPILER,
                "HOME", folder.toString()));
        known.put("PATH", programs + ":" + Cli.home().resolve("bin").toAbsolutePath());
        new TreeMap<>(environment).forEach((name, value) -> known.put(name, moved(value)));
        return builder.start();
    }

    private Path program(String name) {
        Path program = name.equals("bridgehead") ? Cli.launcher().toAbsolutePath() : programs.resolve(name);
        if (!Files.isExecutable(program)) {
            throw new AssertionError(name + ": not one of the programs that may be run here");
        }
        return program;
    }
}
