package io.bridgehead.load.row;

import io.bridgehead.load.process.Program;
import io.bridgehead.load.process.Programs;
import io.bridgehead.load.setting.Setting;
import java.util.List;
import java.util.OptionalDouble;

/** Tells what gateways cost between two moments. */
public final class Sampler {
    private final Instructions instructions;

    /** Finds out what can be counted on this machine. */
    public Sampler(Programs programs) {
        this.instructions = Instructions.probe(programs);
    }

    /** In a line, what is counted. */
    public String meaning() {
        return instructions.meaning();
    }

    /** Begins with all gateways of the setting. */
    Running begin(Setting setting) {
        return begin(setting.programs());
    }

    /** Begins with these programs. */
    Running begin(List<Program> programs) {
        return new Running(programs, instructions.begin(programs));
    }

    /**
     * What was spent.
     *
     * @param cpu of all threads
     * @param compilerSeconds the part of it in compilers of the Java virtual machine
     * @param instructions empty where they cannot be counted
     */
    record Spent(Program.Cpu cpu, double compilerSeconds, OptionalDouble instructions) {
        double compilerShare() {
            return cpu.total() == 0 ? 0 : Math.max(0, compilerSeconds) / cpu.total();
        }
    }

    /** A measurement that goes on. */
    static final class Running {
        private final List<Program> programs;
        private final Instructions.Count count;
        private final Program.Cpu cpuBefore;
        private final double compilerSecondsBefore;

        private Running(List<Program> programs, Instructions.Count count) {
            this.programs = programs;
            this.count = count;
            this.compilerSecondsBefore = compilerSeconds(programs);
            this.cpuBefore = cpu(programs);
        }

        Spent end() {
            Program.Cpu cpu = cpu(programs).minus(cpuBefore);
            return new Spent(cpu, compilerSeconds(programs) - compilerSecondsBefore, count.end());
        }

        private static Program.Cpu cpu(List<Program> programs) {
            return programs.stream().map(Program::cpu).reduce(new Program.Cpu(0, 0), Program.Cpu::plus);
        }

        private static double compilerSeconds(List<Program> programs) {
            return programs.stream().mapToDouble(Program::compilerSeconds).sum();
        }
    }
}
