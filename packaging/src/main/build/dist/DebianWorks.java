import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * Packages of Debian from which the image has files: their versions as the machine that builds has them, and their licences, each of which the
 * package's own {@code copyright} must name.
 */
final class DebianWorks {
    private static final Map<String, Work> WORKS = Map.of(
            "libc6", new Work("library", "LGPL-2.1-or-later", "version 2\\.1 of the License, or \\(at your option\\) any later version"),
            "busybox-static", new Work("application", "GPL-2.0-only", "GNU General Public License as published by the Free Software Foundation; version 2"),
            "libgcc-s1", new Work("library", "GPL-3.0-or-later WITH GCC-exception-3.1", "(?i)GCC Runtime Library Exception"),
            "libstdc++6", new Work("library", "GPL-3.0-or-later WITH GCC-exception-3.1", "(?i)GCC Runtime Library Exception"),
            "zlib1g", new Work("library", "Zlib", "provided 'as-is', without any express or implied warranty"));
    private static final Map<String, String> OWNERS =
            Map.of("libgcc_s.so.1", "libgcc-s1", "libstdc++.so.6", "libstdc++6", "libz.so.1", "zlib1g");
    private static final Pattern CHANGED = Pattern.compile("(\\S+) \\(([^)]+)\\) .*");
    private static final Pattern NOTED_SOURCE = Pattern.compile("(?m)^Source: (\\S+)(?: \\((\\S+)\\))?$");

    private final Path root;
    private final Machine machine;

    DebianWorks(Path root, Machine machine) {
        this.root = root;
        this.machine = machine;
    }

    /** @param says what the package's {@code copyright} says where it has that licence, with single spaces; a pattern */
    private record Work(String type, String licence, String says) {}

    /** The packages of libraries that some builds of the JDK ask for. */
    static TreeSet<String> owners(TreeSet<String> libraries) {
        TreeSet<String> all = new TreeSet<>();
        for (String library : libraries) {
            if (!OWNERS.containsKey(library)) {
                throw new IllegalStateException("no Debian package is known for the library " + library + "; expected one of " + OWNERS.keySet());
            }
            all.add(OWNERS.get(library));
        }
        return all;
    }

    Sbom.Component component(String name) throws IOException {
        Work work = WORKS.get(name);
        String copyright = Files.readString(copyright(name)).replaceAll("\\s+", " ");
        if (!Pattern.compile(work.says).matcher(copyright).find()) {
            throw new IllegalStateException(copyright(name) + " does not say what is known of " + work.licence + "; expected in it: " + work.says);
        }
        String version = version(name);
        Properties system = system();
        String vendor = system.getProperty("ID", "debian").replace("\"", "");
        String release = system.getProperty("VERSION_ID", "").replace("\"", "");
        String purl = "pkg:deb/" + vendor + "/" + name.replace("+", "%2B") + "@" + Sbom.escaped(version) + "?arch=" + machine.architecture
                + (release.isEmpty() ? "" : "&distro=" + vendor + "-" + release) + upstream(name, version);
        String supplier = vendor.substring(0, 1).toUpperCase(Locale.ROOT) + vendor.substring(1);
        return new Sbom.Component(work.type, name, version, supplier, work.licence, "usr/share/doc/" + name + "/copyright", purl, "");
    }

    /** Where its copyright and licence stand. */
    Path copyright(String name) {
        Path file = root.resolve("usr/share/doc/" + name + "/copyright");
        if (!Files.isRegularFile(file)) {
            throw new IllegalStateException(file + " is missing: the image is made of Debian's " + name + " for " + machine.architecture
                    + ", installed or unpacked in the folder dist.root");
        }
        return file;
    }

    /** As dpkg has noted it, or, where the package was unpacked and not installed, as its list of changes begins. */
    private String version(String name) throws IOException {
        String stanza = stanza(name);
        Matcher noted = Pattern.compile("(?m)^Version: (\\S+)$").matcher(stanza);
        if (noted.find()) {
            return noted.group(1);
        }
        Path own = root.resolve("usr/share/doc/" + name + "/changelog.Debian." + machine.architecture + ".gz"); // of one that was built once more
        return changed(name, Files.isRegularFile(own) ? own : changes(name)).group(2);
    }

    /**
     * The source package as a qualifier of a purl, with its version where that is another one; empty where both have the same name and version.
     * Debian says of source packages which faults they have, so scanners look for those.
     */
    private String upstream(String name, String version) throws IOException {
        String source = name;
        String of = version;
        String stanza = stanza(name);
        Matcher noted = NOTED_SOURCE.matcher(stanza);
        if (noted.find()) {
            source = noted.group(1);
            of = noted.group(2) == null ? version : noted.group(2);
        } else if (stanza.isEmpty()) {
            Matcher changed = changed(name, changes(name));
            source = changed.group(1);
            of = changed.group(2);
        }
        if (source.equals(name) && of.equals(version)) {
            return "";
        }
        return "&upstream=" + Sbom.escaped(of.equals(version) ? source : source + "@" + of);
    }

    /** The list of changes of its source package. */
    private Path changes(String name) {
        return root.resolve("usr/share/doc/" + name + "/changelog.Debian.gz");
    }

    /** How a list of changes begins: the source package, and a version. */
    private Matcher changed(String name, Path changes) throws IOException {
        if (!Files.isRegularFile(changes)) {
            throw new IllegalStateException("the version of " + name + " is not known: it is neither in " + root.resolve("var/lib/dpkg/status")
                    + " nor in " + changes);
        }
        try (var in = new GZIPInputStream(new ByteArrayInputStream(Files.readAllBytes(changes)))) {
            String first = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().findFirst().orElse("");
            Matcher changed = CHANGED.matcher(first);
            if (!changed.matches()) {
                throw new IllegalStateException(changes + " begins with " + first + "; expected name (version) distribution");
            }
            return changed;
        }
    }

    /** What dpkg has noted of the package, or nothing. */
    private String stanza(String name) throws IOException {
        Path status = root.resolve("var/lib/dpkg/status");
        if (!Files.isRegularFile(status)) {
            return "";
        }
        for (String stanza : Files.readString(status).split("\n\n")) {
            if (stanza.startsWith("Package: " + name + "\n") && stanza.contains("\nArchitecture: " + machine.architecture + "\n")) {
                return stanza;
            }
        }
        return "";
    }

    private Properties system() throws IOException {
        Properties said = new Properties();
        Path file = root.resolve("etc/os-release");
        if (Files.isRegularFile(file)) {
            try (var in = Files.newBufferedReader(file)) {
                said.load(in);
            }
        }
        return said;
    }
}
