import java.util.Arrays;
import java.util.Locale;

/** The processors that the product runs on, each with the names that others have for it. */
enum Machine {
    X86_64("x86_64", "amd64", "x86_64", "x86_64-linux-gnu", "lib64/ld-linux-x86-64.so.2"),
    AARCH64("aarch64", "arm64", "aarch_64", "aarch64-linux-gnu", "lib/ld-linux-aarch64.so.1");

    /** What {@code uname -m} says. */
    final String name;

    /** What Debian and the Open Container Initiative call it. */
    final String architecture;

    /** What Netty's artifacts and libraries call it. */
    final String netty;

    /** Debian's folder of its libraries, below {@code lib} or {@code usr/lib}. */
    final String libraries;

    /** Where a program looks for its dynamic loader. */
    final String loader;

    Machine(String name, String architecture, String netty, String libraries, String loader) {
        this.name = name;
        this.architecture = architecture;
        this.netty = netty;
        this.libraries = libraries;
        this.loader = loader;
    }

    /** The one that runs this. */
    static Machine here() {
        String said = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        return said.equals("amd64") ? X86_64 : of(said);
    }

    /** @throws IllegalArgumentException if there is none with this name */
    static Machine of(String name) {
        return Arrays.stream(values())
                .filter(machine -> machine.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("dist.arch: " + name + "; expected x86_64 or aarch64"));
    }

    /** Whether a jar of Netty holds nothing but native libraries. */
    static boolean nativeJar(String name) {
        return Arrays.stream(values()).anyMatch(machine -> name.endsWith("-linux-" + machine.netty + ".jar"));
    }

    /** Whether a file is a native library of Netty for another processor. */
    boolean foreign(String name) {
        return Arrays.stream(values()).anyMatch(machine -> machine != this && name.endsWith("_" + machine.netty + ".so"));
    }
}
