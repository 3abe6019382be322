import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A Debian package (deb(5), format 2.0) of the distribution with its Java runtime, by Debian's policy. */
final class DebianPackage {
    private static final String HOME = "usr/lib/bridgehead/";
    private static final String DOC = "usr/share/doc/bridgehead/";
    private static final List<String> DOCUMENTS =
            List.of("LICENSE", "README.md", "CHANGELOG.md", "THIRD-PARTY.txt", "sbom.cdx.json", "examples", "observability", "deploy", "systemd");

    /** The C library's own, which the package depends on by its version. */
    private static final Pattern LIBC = Pattern.compile("(libc|libm|libdl|libpthread|librt|ld-linux-.*)\\.so\\.\\d+");

    /** Debian's packages of the libraries that some builds of the JDK ask for; others have them inside. */
    private static final Map<String, String> PACKAGES =
            Map.of("libgcc_s.so.1", "libgcc-s1 | libgcc1", "libstdc++.so.6", "libstdc++6", "libz.so.1", "zlib1g");

    private final Path sources;
    private final Path target;
    private final String version;
    private final Machine machine;
    private final long moment;

    DebianPackage(Path sources, Path target, String version, Machine machine, long moment) {
        this.sources = sources;
        this.target = target;
        this.version = version;
        this.machine = machine;
        this.moment = moment;
    }

    Path write(Path home) throws IOException {
        Tree data = data(home);
        Path folder = target.resolve("dist");
        Packing.Packed content = Packing.xz(folder.resolve("data.tar.xz"), out -> data.writeTar(out, "./", moment));
        Tree control = control(data, SharedLibraries.neededBy(home), SharedLibraries.libcOf(home).orElseThrow());
        Packing.Packed about = Packing.gzip(folder.resolve("control.tar.gz"), out -> control.writeTar(out, "./", moment));
        Path file = target.resolve("bridgehead_" + debianVersion() + "_" + machine.architecture + ".deb");
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write("!<arch>\n".getBytes(StandardCharsets.US_ASCII));
            member(out, "debian-binary", "2.0\n".getBytes(StandardCharsets.US_ASCII));
            member(out, "control.tar.gz", Files.readAllBytes(about.file()));
            member(out, "data.tar.xz", Files.readAllBytes(content.file()));
        }
        Files.delete(about.file());
        Files.delete(content.file());
        return file;
    }

    private String debianVersion() {
        return version.replace('-', '~');
    }

    private void member(OutputStream out, String name, byte[] content) throws IOException {
        String header = "%-16s%-12d%-6d%-6d%-8s%-10d`\n".formatted(name, moment, 0, 0, "100644", content.length);
        out.write(header.getBytes(StandardCharsets.US_ASCII));
        out.write(content);
        if (content.length % 2 != 0) {
            out.write('\n');
        }
    }

    private Tree data(Path home) throws IOException {
        Tree tree = new Tree();
        tree.copy(home, HOME, name -> DOCUMENTS.stream().noneMatch(other -> name.equals(other) || name.startsWith(other + "/")));
        tree.link("usr/bin/bridgehead", "../lib/bridgehead/bin/bridgehead");
        String unit = Files.readString(home.resolve("systemd/bridgehead.service")).replace("/opt/bridgehead/bin/bridgehead", "/usr/bin/bridgehead");
        tree.text("usr/lib/systemd/system/bridgehead.service", Tree.PLAIN, unit);
        tree.file("usr/lib/sysusers.d/bridgehead.conf", Tree.PLAIN, home.resolve("systemd/bridgehead.sysusers"));
        tree.file("usr/lib/tmpfiles.d/bridgehead.conf", Tree.PLAIN, home.resolve("systemd/bridgehead.tmpfiles"));
        tree.file("etc/default/bridgehead", Tree.PLAIN, sources.resolve("deb/default"));
        tree.copy(home.resolve("examples"), DOC + "examples/", _ -> true);
        tree.copy(home.resolve("observability"), DOC + "observability/", _ -> true);
        tree.copy(home.resolve("deploy"), DOC + "deploy/", _ -> true);
        tree.copy(home.resolve("systemd"), DOC + "examples/systemd/", name -> name.startsWith("drop-ins"));
        tree.file(DOC + "README.md", Tree.PLAIN, home.resolve("README.md"));
        tree.file(DOC + "sbom.cdx.json", Tree.PLAIN, home.resolve("sbom.cdx.json"));
        tree.bytes(DOC + "NEWS.gz", Tree.PLAIN, Packing.gzip(Files.readAllBytes(home.resolve("CHANGELOG.md"))));
        tree.bytes(DOC + "changelog.gz", Tree.PLAIN, Packing.gzip(changelog().getBytes(StandardCharsets.UTF_8)));
        tree.text(DOC + "copyright", Tree.PLAIN, copyright(home));
        tree.file("usr/share/lintian/overrides/bridgehead", Tree.PLAIN, sources.resolve("deb/lintian-overrides"));
        manuals(tree);
        return tree;
    }

    /** What was generated of the command line, if it was. */
    private void manuals(Tree tree) throws IOException {
        Path manuals = target.resolve("man");
        if (Files.isDirectory(manuals)) {
            try (Stream<Path> all = Files.list(manuals)) {
                for (Path page : all.sorted().toList()) {
                    tree.bytes("usr/share/man/man1/" + page.getFileName() + ".gz", Tree.PLAIN, Packing.gzip(Files.readAllBytes(page)));
                }
            }
        }
        Path completion = target.resolve("completion/bridgehead");
        if (Files.isRegularFile(completion)) {
            // It is read by a shell and never run.
            String script = Files.readString(completion).replaceFirst("^#![^\n]*\n", "");
            tree.bytes("usr/share/bash-completion/completions/bridgehead", Tree.PLAIN, script.getBytes(StandardCharsets.UTF_8));
        }
    }

    private String changelog() {
        String date = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss xx", Locale.ROOT)
                .format(Instant.ofEpochSecond(moment).atOffset(ZoneOffset.UTC));
        return """
                bridgehead (%s) unstable; urgency=medium

                  * What users notice is in NEWS.gz.

                 -- %s  %s
                """.formatted(debianVersion(), maintainer(), date);
    }

    private static String maintainer() {
        return "Bridgehead maintainers <packages@bridgehead.io>";
    }

    private static String copyright(Path home) throws IOException {
        StringBuilder others = new StringBuilder();
        Files.readString(home.resolve("THIRD-PARTY.txt"))
                .lines()
                .skip(3)
                .forEach(line -> others.append(' ').append(line.isBlank() ? "." : line.replaceAll(" +", " ")).append('\n'));
        return """
                Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
                Upstream-Name: bridgehead
                Comment: The package holds these works of others, each under its own licence, whose text is in
                 its jar or in /usr/lib/bridgehead/runtime/legal:
                %s
                Files: *
                Copyright: 2026 The Bridgehead authors
                License: Apache-2.0
                 On Debian systems the text is in /usr/share/common-licenses/Apache-2.0.
                """.formatted(others);
    }

    private Tree control(Tree data, Set<String> libraries, String libc) throws IOException {
        Tree tree = new Tree();
        String control = Files.readString(sources.resolve("deb/control"))
                .replace("@VERSION@", debianVersion())
                .replace("@MAINTAINER@", maintainer())
                .replace("@ARCHITECTURE@", machine.architecture)
                .replace("@LIBC@", libc)
                .replace("@LIBRARIES@", libraries.stream()
                        .filter(library -> !LIBC.matcher(library).matches())
                        .map(library -> ", " + packageOf(library))
                        .collect(Collectors.joining()))
                .replace("@SIZE@", Long.toString(data.size() / 1024));
        tree.text("control", Tree.PLAIN, control);
        tree.text("conffiles", Tree.PLAIN, "/etc/default/bridgehead\n");
        tree.text("md5sums", Tree.PLAIN, sums(data));
        for (String script : List.of("postinst", "prerm", "postrm")) {
            tree.file(script, Tree.EXECUTABLE, sources.resolve("deb/" + script));
        }
        return tree;
    }

    private static String packageOf(String library) {
        String name = PACKAGES.get(library);
        if (name == null) {
            throw new IllegalStateException("no Debian package is known for the library " + library + "; expected one of " + PACKAGES.keySet());
        }
        return name;
    }

    private static String sums(Tree data) throws IOException {
        StringBuilder all = new StringBuilder();
        for (var named : data.entries().entrySet()) {
            if (!named.getValue().directory() && named.getValue().link() == null && !named.getKey().startsWith("etc/")) {
                ByteArrayOutputStream content = new ByteArrayOutputStream();
                named.getValue().writeTo(content);
                all.append(Packing.hex(Packing.digest("MD5").digest(content.toByteArray()))).append("  ").append(named.getKey()).append('\n');
            }
        }
        return all.toString();
    }
}
