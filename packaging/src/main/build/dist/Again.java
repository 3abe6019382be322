import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Packs what is handed out a second time and fails where a byte is another one: from a copy of the jars that the build left, later, in another
 * folder, in another time zone, language and locale, by another process. Run by the profile {@code dist} with the properties of {@link Dist}. The
 * name of the folder has no space, as the virtual machine keeps the names of its own files in the archive in another form where there is one.
 */
final class Again {
    private static final List<String> INPUTS = List.of("bridgehead", "bom.json", "bom.xml", "man", "completion");
    private static final List<String> SAME = List.of("dist.sources", "dist.version", "dist.moment", "dist.arch", "dist.jmods", "dist.root");
    private static final long LIMIT_MINUTES = 15;

    private Again() {}

    public static void main(String[] args) throws Exception {
        Path target = Path.of(System.getProperty("dist.target"));
        Path elsewhere = target.resolve("again/a-folder-of-another-length");
        Dist.removeAll(target.resolve("again"));
        for (String input : INPUTS) {
            copy(target.resolve(input), elsewhere.resolve(input));
        }
        build(elsewhere, classes(target));
        List<String> others = new ArrayList<>();
        List<Path> made = handedOut(elsewhere);
        for (Path file : made) {
            Path first = target.resolve(file.getFileName());
            long at = Files.mismatch(first, file);
            if (at >= 0) {
                others.add(first + " and " + file + " differ from byte " + at + " on");
            }
        }
        if (!others.isEmpty()) {
            throw new IllegalStateException("packed twice and not the same:\n" + String.join("\n", others));
        }
        if (made.size() != 4) {
            throw new IllegalStateException("packed again were " + made + "; expected two archives, a package and an image");
        }
        System.out.println("packed twice, the same bytes: " + made.stream().map(Path::getFileName).toList());
        Dist.removeAll(target.resolve("again"));
    }

    /** The list that the first build was given, or made; there is none for a processor that this machine does not have, and none is needed. */
    private static Path classes(Path target) {
        String given = System.getProperty("dist.classes", "");
        String arch = System.getProperty("dist.arch", "");
        Machine machine = arch.isEmpty() ? Machine.here() : Machine.of(arch);
        return given.isEmpty() ? Dist.list(target, System.getProperty("dist.version"), machine) : Path.of(given).toAbsolutePath();
    }

    private static void build(Path elsewhere, Path classes) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(), "-cp", System.getProperty("java.class.path"),
                "-Duser.language=tr", "-Duser.country=TR", "-Ddist.target=" + elsewhere));
        if (Files.exists(classes)) {
            command.add("-Ddist.classes=" + classes);
        }
        SAME.forEach(name -> command.add("-D" + name + "=" + System.getProperty(name, "")));
        command.add(Path.of(System.getProperty("dist.sources"), "build/dist/Dist.java").toString());
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(elsewhere.resolve("log").toFile());
        builder.environment().put("TZ", "Pacific/Kiritimati");
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException("the second packing failed; it said:\n" + Files.readString(elsewhere.resolve("log")));
        }
    }

    private static List<Path> handedOut(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> file.toString().matches(".*[.](tar[.]gz|deb|tar[.]xz)")).sorted().toList();
        }
    }

    /** With the moment of now, and without what the first build added. */
    private static void copy(Path from, Path to) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(from)) {
            all = walk.filter(file -> !file.endsWith("THIRD-PARTY.txt") && !file.endsWith("sbom.cdx.json")).toList();
        }
        for (Path file : all) {
            Path copied = to.resolve(from.relativize(file).toString());
            if (Files.isDirectory(file)) {
                Files.createDirectories(copied);
                continue;
            }
            Files.createDirectories(copied.getParent());
            Files.copy(file, copied, StandardCopyOption.REPLACE_EXISTING);
            copied.toFile().setExecutable(Files.isExecutable(file));
        }
    }
}
