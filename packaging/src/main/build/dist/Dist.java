import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * Makes what is handed out from the distribution that the build left: tar.gz with and without a Java runtime, a Debian package, an image for
 * containers. Run by the profile {@code dist} with the JDK that the toolchain chose. The same sources with the same JDK and the same list of classes
 * give the same bytes, whenever and wherever they are built ({@link Again}). The list is that of {@code dist.classes}; without one it is made anew,
 * of what the node that warms up came to load, and left beside the packages.
 *
 * <p>{@code dist.arch} is the processor that they are for, of this machine unless said; for another one {@code dist.jmods} is the folder of the
 * modules of a JDK for it, and {@code dist.root} the folder in which Debian's packages for it are unpacked, from which the image takes its C library
 * and busybox.
 */
final class Dist {
    private Dist() {}

    public static void main(String[] args) throws Exception {
        Path target = Path.of(System.getProperty("dist.target"));
        Path sources = Path.of(System.getProperty("dist.sources"));
        String version = System.getProperty("dist.version");
        long moment = Instant.parse(System.getProperty("dist.moment")).getEpochSecond();
        Machine machine = System.getProperty("dist.arch", "").isEmpty() ? Machine.here() : Machine.of(System.getProperty("dist.arch"));
        Path plain = target.resolve("bridgehead");
        Path home = target.resolve("dist/bridgehead");
        removeAll(target.resolve("dist"));
        Files.createDirectories(home);
        say(plain, target, List.of());
        Path classes = classes(target, version, machine);
        PackedRuntime runtime = new PackedRuntime(machine, System.getProperty("dist.jmods", ""), classes, moment);
        runtime.build(plain, home);
        say(home, target, List.of(runtime.component(home)));
        ContainerImage image = new ContainerImage(target, version, machine, Path.of(System.getProperty("dist.root", "/")), moment);
        Path inImage = Files.createDirectories(target.resolve("dist/image"));
        List<Sbom.Component> debian = image.components(home);
        say(inImage, target, Stream.concat(Stream.of(runtime.component(home)), debian.stream()).toList());

        String name = "bridgehead-" + version;
        List<Callable<Path>> all = List.of(
                () -> tar(home, target.resolve(name + "-linux-" + machine.name + ".tar.gz"), name + "/", moment),
                () -> tar(plain, target.resolve(name + "-linux.tar.gz"), name + "/", moment),
                () -> new DebianPackage(sources, target, version, machine, moment).write(home),
                () -> image.write(home, inImage));
        try (ExecutorService side = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            for (Future<Path> made : side.invokeAll(all)) {
                Path file = made.get();
                System.out.printf(Locale.ROOT, "%,12d bytes  sha256 %s  %s%n", Files.size(file), sha256(file), file.getFileName());
            }
        }
    }

    /** Writes to a folder what it holds of others, for people and for programs; {@code more} is there beside the jars. */
    private static void say(Path folder, Path target, List<Sbom.Component> more) throws Exception {
        String bill = Files.readString(target.resolve("bom.json"));
        Files.writeString(folder.resolve("THIRD-PARTY.txt"), ThirdParty.list(target.resolve("bom.xml"), more));
        Files.writeString(folder.resolve("sbom.cdx.json"), more.isEmpty() ? bill : Sbom.with(bill, more));
    }

    /** The list that was asked for, or where the list of this build goes. */
    private static Path classes(Path target, String version, Machine machine) throws IOException {
        String given = System.getProperty("dist.classes", "");
        if (given.isEmpty()) {
            Path own = list(target, version, machine);
            Files.deleteIfExists(own);
            return own;
        }
        if (!Files.isRegularFile(Path.of(given))) {
            throw new IllegalArgumentException("dist.classes: " + given + " is no file; expected the .classes of the build that is to be repeated");
        }
        return Path.of(given);
    }

    /** Where the list of a build goes. */
    static Path list(Path target, String version, Machine machine) {
        return target.resolve("bridgehead-" + version + "-linux-" + machine.name + ".classes");
    }

    private static Path tar(Path from, Path to, String prefix, long moment) throws IOException {
        boolean runtime = Files.exists(from.resolve("runtime")); // without it no virtual machine would take the archive of classes
        Tree tree = new Tree().copy(from, "", name -> runtime || !name.endsWith(".jsa"));
        return Packing.gzip(to, out -> tree.writeTar(out, prefix, moment)).file();
    }

    static String sha256(Path file) throws IOException {
        var digest = Packing.digest("SHA-256");
        try (OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
            Files.copy(file, out);
        }
        return Packing.hex(digest.digest());
    }

    static void removeAll(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
