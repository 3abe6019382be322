package io.bridgehead.load.row;

import io.bridgehead.load.process.Program;
import io.bridgehead.load.process.Programs;
import io.bridgehead.load.process.Tool;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** Counts instructions of processes with {@code perf stat}, where the processor and the kernel let it: noise does not change them. */
final class Instructions {
    private static final String EVENT = "instructions";

    private final Programs programs;
    private final boolean counted;
    private final String meaning;

    private Instructions(Programs programs, boolean counted, String meaning) {
        this.programs = programs;
        this.counted = counted;
        this.meaning = meaning;
    }

    /** Tries on a program that does nothing. */
    static Instructions probe(Programs programs) {
        if (Tool.PERF.find().isEmpty()) {
            return new Instructions(programs, false, "instructions are not counted: perf is not installed");
        }
        try {
            String output = programs.run(List.of(Tool.PERF.path(), "stat", "-x,", "-e", EVENT, "true"), Map.of(), 10);
            boolean counted = value(output).isPresent();
            return new Instructions(
                    programs, counted, counted ? "instructions are counted" : "instructions cannot be counted here");
        } catch (IllegalStateException e) {
            return new Instructions(programs, false, "instructions are not counted: perf may not");
        }
    }

    String meaning() {
        return meaning;
    }

    /** Begins to count for these programs. */
    Count begin(List<Program> counted) {
        if (!this.counted) {
            return OptionalDouble::empty;
        }
        String pids =
                counted.stream().map(program -> Long.toString(program.pid())).collect(Collectors.joining(","));
        Programs.Capture perf = programs.capture(List.of(Tool.PERF.path(), "stat", "-x,", "-e", EVENT, "-p", pids));
        return () -> value(perf.interrupt());
    }

    /** Of a line such as {@code 123456,,instructions,...}; empty for {@code <not supported>}. */
    private static OptionalDouble value(String output) {
        return output.lines()
                .filter(line -> line.contains(EVENT))
                .map(line -> line.substring(0, Math.max(0, line.indexOf(','))))
                .filter(count -> count.matches("\\d+"))
                .mapToDouble(Double::parseDouble)
                .findFirst();
    }

    /** A count that goes on. */
    interface Count {
        /** Ends it; empty where instructions cannot be counted. */
        OptionalDouble end();
    }
}
