import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;

/**
 * The distribution with a Java runtime inside: what {@code jlink} makes of the JDK that the toolchain chose, and an archive of parsed and verified
 * classes for it, those of the runtime among them.
 *
 * <p>The virtual machine takes an archive only while jars and runtime image are as old and as long as they were when it was made, so every file
 * gets the moment that it will have where it is unpacked, before the archive is made. The class path of the archive is relative: the distribution
 * may be moved.
 *
 * <p>Which classes a node comes to load depends on time, so what the archive holds is a list, made by starting a node once unless there is one of
 * an earlier build: the same list gives the same archive.
 */
final class PackedRuntime {
    private static final List<String> MODULES = List.of(
            "java.base", "java.instrument", "java.logging", "java.management", "java.naming", "java.net.http", "java.security.jgss",
            "java.sql", "java.xml", "jdk.crypto.cryptoki", "jdk.jcmd", "jdk.jfr", "jdk.management", "jdk.management.agent", "jdk.naming.dns",
            "jdk.net", "jdk.unsupported", "jdk.zipfs");

    private final Machine machine;
    private final String modules;
    private final Path classes;
    private final long epochSeconds;

    /**
     * @param modules the folder of the modules of a JDK for that machine, or empty for the JDK that runs this
     * @param classes the list of classes that are archived; written if it is not there
     */
    PackedRuntime(Machine machine, String modules, Path classes, long epochSeconds) {
        this.machine = machine;
        this.modules = modules;
        this.classes = classes;
        this.epochSeconds = epochSeconds;
        if (machine != Machine.here() && modules.isEmpty()) {
            throw new IllegalArgumentException("dist.jmods is not said; expected the folder of the modules (jmods) of a JDK "
                    + Runtime.version().feature() + " for " + machine.name + ", as this machine's JDK is for " + Machine.here().name);
        }
    }

    /** Fills an empty folder with the program, the runtime and, if this machine can run it, their archive of classes. */
    void build(Path distribution, Path home) throws IOException, InterruptedException {
        copy(distribution, home);
        Path runtime = home.resolve("runtime");
        link(runtime);
        Providers.keepThoseOf(runtime);
        age(home, epochSeconds);
        if (machine == Machine.here()) {
            archive(home, runtime);
        }
    }

    /** The runtime as a part of what is shipped; of modules from elsewhere only their version is known. */
    Sbom.Component component(Path home) throws IOException {
        String version = modules.isEmpty() ? Runtime.version().toString() : Providers.release(home.resolve("runtime"), "JAVA_VERSION");
        String vendor = modules.isEmpty() ? System.getProperty("java.vendor") : "OpenJDK";
        String release = version.replaceFirst("[-+].*", "");
        return new Sbom.Component(
                "platform", "OpenJDK", version, vendor, "GPL-2.0-only WITH Classpath-exception-2.0", "runtime/legal",
                "pkg:generic/openjdk@" + Sbom.escaped(version), "cpe:2.3:a:oracle:openjdk:" + release + ":*:*:*:*:*:*:*");
    }

    private void archive(Path home, Path runtime) throws IOException, InterruptedException {
        Path java = runtime.resolve("bin/java");
        String classPath = Files.readString(home.resolve("lib/classpath")).strip().replace("@LIB@", "lib");
        if (!Files.exists(classes)) {
            Path loaded = Files.createTempFile("bridgehead-classes-", ".list");
            run(home, List.of(
                    java.toString(), "-XX:TieredStopAtLevel=1", "-Xlog:cds*=off", "-Xlog:aot*=off", "-XX:DumpLoadedClassList=" + loaded,
                    "@conf/jvm.options", "-Djava.library.path=" + home + "/lib/native", "-Dbridgehead.home=" + home, "-cp", classPath,
                    "io.bridgehead.cli.Main", "warm-up"));
            Files.write(classes, Files.readAllLines(loaded).stream().filter(PackedRuntime::listed).toList());
            Files.delete(loaded);
        }
        run(home, List.of(
                java.toString(), "-Xshare:dump", "-XX:SharedClassListFile=" + classes.toAbsolutePath(), "-XX:SharedArchiveFile=lib/bridgehead.jsa",
                "-Xlog:disable", "-Xlog:all=error:stderr", "@conf/jvm.options", "-cp", classPath));
        age(home, epochSeconds);
    }

    /**
     * Without two things, as picocli's classes are of an old form. A method of theirs that a lambda refers to is archived with addresses of the virtual
     * machine's process, which are others each time. And with a list of resolved constants ({@code @cp}) most of these classes are not archived at all.
     */
    private static boolean listed(String line) {
        return !line.startsWith("@cp ") && !(line.startsWith("@lambda-proxy") && line.contains("picocli/"));
    }

    /** Without native libraries of another processor, and without the jars that hold nothing but native libraries, which lie unpacked beside them. */
    private void copy(Path from, Path to) throws IOException {
        Tree tree = new Tree().copy(from, "", name -> !name.endsWith(".jsa") && !machine.foreign(name) && !Machine.nativeJar(name));
        for (var named : tree.entries().entrySet()) {
            Path file = to.resolve(named.getKey());
            if (named.getValue().directory()) {
                Files.createDirectories(file);
            } else {
                Files.createDirectories(file.getParent());
                if (named.getKey().endsWith(".jar")) {
                    StoredJar.copy(named.getValue().file(), file);
                } else {
                    Files.copy(named.getValue().file(), file);
                }
            }
        }
        Path classPath = to.resolve("lib/classpath");
        String kept = String.join(":", Arrays.stream(Files.readString(classPath).strip().split(":"))
                .filter(jar -> !Machine.nativeJar(jar))
                .toList());
        Files.writeString(classPath, kept + "\n");
    }

    /**
     * Without the classes for method handles that jlink would generate, which differ from run to run; the archive of classes has them. Not compressed,
     * for the same reason as the jars.
     */
    private void link(Path runtime) {
        ToolProvider jlink = ToolProvider.findFirst("jlink").orElseThrow(() -> new IllegalStateException("this JDK has no jlink"));
        List<String> how = new ArrayList<>(List.of(
                "--add-modules", String.join(",", MODULES), "--strip-java-debug-attributes", "--no-header-files", "--no-man-pages",
                "--compress", "zip-0", "--disable-plugin", "generate-jli-classes", "--output", runtime.toString()));
        if (!modules.isEmpty()) {
            // Debian's modules hold the symbols for a debugger as well, twenty times the library.
            how.addAll(List.of("--module-path", modules, "--exclude-files", "**.debuginfo,**.diz"));
        }
        int code = jlink.run(System.out, System.err, how.toArray(String[]::new));
        if (code != 0) {
            throw new IllegalStateException("jlink ended with " + code);
        }
    }

    private static void run(Path home, List<String> command) throws IOException, InterruptedException {
        // Its log, which nobody wants to read while everything goes well; what it complains about is shown at the end.
        Path said = Files.createTempFile("bridgehead-runtime-", ".log");
        ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile()).redirectErrorStream(true).redirectOutput(said.toFile());
        // Which classes a virtual machine has ready when it begins depends on the locale; and its options are those given here.
        builder.environment().clear();
        builder.environment().put("LC_ALL", "C.UTF-8");
        Process process = builder.start();
        if (!process.waitFor(600, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException("failed: " + String.join(" ", command) + "; it said:\n" + Files.readString(said));
        }
        for (String line : Files.readAllLines(said)) {
            if (!line.startsWith("{") || line.contains("\"severity\":\"WARN\"") || line.contains("\"severity\":\"ERROR\"")) {
                System.err.println(line);
            }
        }
        Files.delete(said);
    }

    private static void age(Path home, long epochSeconds) throws IOException {
        FileTime moment = FileTime.from(epochSeconds, TimeUnit.SECONDS);
        Files.walkFileTree(home, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.getFileAttributeView(file, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS).setTimes(moment, null, null);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
