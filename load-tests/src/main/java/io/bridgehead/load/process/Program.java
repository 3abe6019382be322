package io.bridgehead.load.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A process that runs, and what the operating system says it has cost. */
public final class Program {
    /** USER_HZ: the unit of /proc/PID/stat on every Linux that Java 25 runs on. */
    private static final double TICKS_PER_SECOND = 100;

    private static final int LOG_LINES_SHOWN = 20;

    private final String name;
    private final Process process;
    private final Path log;

    Program(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /** What the measurement calls it. */
    public String name() {
        return name;
    }

    /** The number of the process. */
    public long pid() {
        return process.pid();
    }

    /** User and system time of all its threads so far, those that have ended included. */
    public Cpu cpu() {
        String[] fields = fields(proc("stat"));
        return new Cpu(Long.parseLong(fields[11]) / TICKS_PER_SECOND, Long.parseLong(fields[12]) / TICKS_PER_SECOND);
    }

    /**
     * CPU time in seconds.
     *
     * @param user in the program (proc(5), utime)
     * @param system in the kernel for the program (proc(5), stime)
     */
    public record Cpu(double user, double system) {
        /** Both. */
        public double total() {
            return user + system;
        }

        /** Each part added. */
        public Cpu plus(Cpu other) {
            return new Cpu(user + other.user, system + other.system);
        }

        /** Each part taken away. */
        public Cpu minus(Cpu other) {
            return new Cpu(user - other.user, system - other.system);
        }
    }

    /** CPU seconds that the compilers of a Java virtual machine have taken so far, in threads that still run; 0 for other programs. */
    public double compilerSeconds() {
        try (Stream<Path> threads = Files.list(proc("task"))) {
            return threads.mapToDouble(Program::compilerSeconds).sum();
        } catch (IOException e) {
            throw new UncheckedIOException(gone(), e);
        }
    }

    private static double compilerSeconds(Path thread) {
        try {
            String stat = Files.readString(thread.resolve("stat"));
            if (!stat.contains("(C1 Compiler") && !stat.contains("(C2 Compiler")) {
                return 0;
            }
            String[] fields = fields(stat);
            return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
        } catch (IOException e) {
            return 0;
        }
    }

    /** Resident memory in MiB (proc(5), VmRSS). */
    public double residentMebibytes() {
        try {
            for (String line : Files.readAllLines(proc("status"))) {
                if (line.startsWith("VmRSS:")) {
                    return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
                }
            }
            throw new IllegalStateException("no VmRSS for process " + pid());
        } catch (IOException e) {
            throw new UncheckedIOException(gone(), e);
        }
    }

    /** @throws IllegalStateException with the end of its log, if it has ended */
    public void mustRun() {
        if (!process.isAlive()) {
            throw new IllegalStateException(gone());
        }
    }

    /** Whether it runs no more. */
    public boolean hasEnded() {
        return !process.isAlive();
    }

    /** Whether it has written this to its output. */
    public boolean hasLogged(String text) {
        try {
            return Files.readString(log).contains(text);
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path proc(String what) {
        return Path.of("/proc", Long.toString(pid()), what);
    }

    private String[] fields(Path stat) {
        try {
            return fields(Files.readString(stat));
        } catch (IOException e) {
            throw new UncheckedIOException(gone(), e);
        }
    }

    /** Those behind the name, which may hold spaces: the state first. */
    private static String[] fields(String stat) {
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    }

    private String gone() {
        try {
            List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
            List<String> end = lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size());
            return name + " has ended; the end of " + log + ":\n" + String.join("\n", end);
        } catch (IOException e) {
            return name + " has ended; see " + log;
        }
    }
}
