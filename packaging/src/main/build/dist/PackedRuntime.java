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
 * The distribution with a Java runtime inside: what {@code jlink} makes of the JDK that the toolchain chose, and archives of parsed and verified
 * classes for it.
 *
 * <p>The virtual machine takes an archive only while jars and runtime image are as old and as long as they were when it was made, so every file
 * gets the moment that it will have where it is unpacked, before the archives are made. The class path of the archive is relative: the distribution
 * may be moved.
 */
final class PackedRuntime {
    private static final List<String> MODULES = List.of(
            "java.base", "java.instrument", "java.logging", "java.management", "java.naming", "java.net.http", "java.security.jgss",
            "java.sql", "java.xml", "jdk.crypto.cryptoki", "jdk.jcmd", "jdk.jfr", "jdk.management", "jdk.management.agent", "jdk.naming.dns",
            "jdk.net", "jdk.unsupported", "jdk.zipfs");

    private PackedRuntime() {}

    /** Fills an empty folder with the program, the runtime and their archives. */
    static void build(Path distribution, Path home, long epochSeconds) throws IOException, InterruptedException {
        copy(distribution, home);
        Path runtime = home.resolve("runtime");
        link(runtime);
        age(home, epochSeconds);
        Path java = runtime.resolve("bin/java");
        run(home, List.of(java.toString(), "-Xshare:dump", "-XX:+UseG1GC", "-Xms128m", "-Xmx128m", "-Xlog:disable", "-Xlog:all=error:stderr"));
        age(home, epochSeconds);
        List<String> warmUp = new ArrayList<>(List.of(
                java.toString(), "-XX:TieredStopAtLevel=1", "-Xlog:cds*=off", "-Xlog:aot*=off", "-XX:ArchiveClassesAtExit=lib/bridgehead.jsa",
                "@conf/jvm.options", "-Djava.library.path=" + home + "/lib/native", "-Dbridgehead.home=" + home, "-cp",
                Files.readString(home.resolve("lib/classpath")).strip().replace("@LIB@", "lib"), "io.bridgehead.cli.Main", "warm-up"));
        run(home, warmUp);
        age(home, epochSeconds);
    }

    /** Without native libraries of another processor, and without the jars that hold nothing but native libraries, which lie unpacked beside them. */
    private static void copy(Path from, Path to) throws IOException {
        Tree tree = new Tree().copy(from, "", name -> !name.endsWith(".jsa") && !name.endsWith("aarch_64.so") && !nativeJar(name));
        for (var named : tree.entries().entrySet()) {
            Path file = to.resolve(named.getKey());
            if (named.getValue().directory()) {
                Files.createDirectories(file);
            } else {
                Files.createDirectories(file.getParent());
                Files.copy(named.getValue().file(), file);
            }
        }
        Path classPath = to.resolve("lib/classpath");
        String kept = String.join(":", Arrays.stream(Files.readString(classPath).strip().split(":"))
                .filter(jar -> !nativeJar(jar))
                .toList());
        Files.writeString(classPath, kept + "\n");
    }

    private static boolean nativeJar(String name) {
        return name.endsWith("-linux-x86_64.jar") || name.endsWith("-linux-aarch_64.jar");
    }

    /** Without the classes for method handles that jlink would generate, which differ from run to run; the archive of classes has them. */
    private static void link(Path runtime) {
        ToolProvider jlink = ToolProvider.findFirst("jlink").orElseThrow(() -> new IllegalStateException("this JDK has no jlink"));
        int code = jlink.run(System.out, System.err,
                "--add-modules", String.join(",", MODULES), "--strip-java-debug-attributes", "--no-header-files", "--no-man-pages",
                "--compress", "zip-9", "--disable-plugin", "generate-jli-classes", "--output", runtime.toString());
        if (code != 0) {
            throw new IllegalStateException("jlink ended with " + code);
        }
    }

    private static void run(Path home, List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile()).inheritIO();
        builder.environment().put("BRIDGEHEAD_LOG_LEVEL", "WARN");
        Process process = builder.start();
        if (!process.waitFor(180, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException("failed: " + String.join(" ", command));
        }
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
