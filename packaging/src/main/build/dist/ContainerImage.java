import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * An image for containers: one tar that is an OCI image layout and what {@code docker save} writes at once, so that Docker and podman both load it,
 * compressed as a whole by xz, which both have read for longer than they have read layers in any form but gzip; Docker by the program of that name.
 *
 * <p>From scratch: of the machine that builds it come the C library and busybox (the launcher is a shell script, and the health check a small
 * request), from Debian's packages {@code libc6} and {@code busybox-static}. The same machine gives the same bytes.
 */
final class ContainerImage {
    /** OCI image-spec 1.1, layer.md. Not compressed one by one, as the whole is. */
    static final String LAYER = "application/vnd.oci.image.layer.v1.tar";

    private static final int USER = 10001;
    private static final String HOME = "usr/lib/bridgehead/";
    private static final List<String> LIBC = List.of("libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libresolv.so.2",
            "libnss_files.so.2", "libnss_dns.so.2");
    private static final String OTHERS = "libgcc-s1, libstdc++6 or zlib1g";
    private static final String DOC = "usr/share/doc/";
    private static final List<String> APPLETS =
            List.of("sh", "sed", "readlink", "dirname", "cat", "cp", "env", "grep", "kill", "ls", "mkdir", "nslookup", "ps", "sleep", "tail", "wget");
    private static final String HEALTH =
            "wget -q -O /dev/null \"http://127.0.0.1:${BRIDGEHEAD_METRICS_PORT:-9090}/ready\" || bridgehead status >/dev/null";

    private final Path target;
    private final String version;
    private final Machine machine;
    private final Path root;
    private final DebianWorks works;
    private final long moment;

    /** @param root where the C library and busybox for that machine lie as Debian's packages have them: {@code /}, or a folder */
    ContainerImage(Path target, String version, Machine machine, Path root, long moment) {
        this.target = target;
        this.version = version;
        this.machine = machine;
        this.root = root;
        this.works = new DebianWorks(root, machine);
        this.moment = moment;
    }

    /** What the image holds that is of Debian. */
    List<Sbom.Component> components(Path home) throws IOException {
        List<Sbom.Component> all = new ArrayList<>();
        for (String name : packages(home)) {
            all.add(works.component(name));
        }
        return all;
    }

    /** @param said the folder with the bill of materials and the list of licences of the image */
    Path write(Path home, Path said) throws IOException {
        Path folder = target.resolve("dist");
        List<Tree> trees = List.of(base(home), runtime(home), program(home, said));
        List<Packing.Packed> layers = new ArrayList<>();
        for (Tree tree : trees) {
            layers.add(Packing.plain(folder.resolve("layer-" + layers.size() + ".tar"), out -> tree.writeTar(out, "", moment)));
        }
        byte[] config = bytes(config(layers));
        byte[] manifest = bytes(manifest(config, layers));
        Tree image = new Tree().text("oci-layout", Tree.PLAIN, "{\"imageLayoutVersion\":\"1.0.0\"}");
        image.bytes("index.json", Tree.PLAIN, bytes(index(manifest)));
        image.bytes("manifest.json", Tree.PLAIN, bytes(dockerManifest(config, layers)));
        image.bytes(blob(Packing.sha256(config)), Tree.PLAIN, config);
        image.bytes(blob(Packing.sha256(manifest)), Tree.PLAIN, manifest);
        layers.forEach(layer -> image.file(blob(layer.digest()), Tree.PLAIN, layer.file()));
        Path file = file(target, version, machine);
        Packing.xz(file, out -> image.writeTar(out, "", moment));
        for (Packing.Packed layer : layers) {
            Files.delete(layer.file());
        }
        return file;
    }

    static Path file(Path target, String version, Machine machine) {
        return target.resolve("bridgehead-" + version + "-image" + (machine == Machine.X86_64 ? "" : "-" + machine.name) + ".tar.xz");
    }

    private Tree base(Path home) throws IOException {
        Tree tree = new Tree();
        tree.file(machine.loader, Tree.EXECUTABLE, real(machine.loader, "libc6"));
        String libraries = "lib/" + machine.libraries + "/";
        for (String library : LIBC) {
            tree.file(libraries + library, Tree.PLAIN, real(libraries + library, "libc6"));
        }
        for (String library : others(home)) {
            tree.file(libraries + library, Tree.PLAIN, real(libraries + library, OTHERS));
        }
        tree.file("bin/busybox", Tree.EXECUTABLE, busybox());
        APPLETS.forEach(applet -> tree.link("bin/" + applet, "busybox"));
        for (String name : packages(home)) {
            tree.file(DOC + name + "/copyright", Tree.PLAIN, works.copyright(name).toRealPath());
        }
        tree.text("etc/passwd", Tree.PLAIN, "root:x:0:0:root:/:/bin/sh\nbridgehead:x:" + USER + ":" + USER + "::/var/lib/bridgehead:/bin/sh\n");
        tree.text("etc/group", Tree.PLAIN, "root:x:0:\nbridgehead:x:" + USER + ":\n");
        tree.text("etc/nsswitch.conf", Tree.PLAIN, "passwd: files\ngroup: files\nhosts: files dns\n");
        tree.directory("tmp", 01777, 0);
        tree.directory("etc/bridgehead", 0750, USER);
        tree.directory("var/lib/bridgehead", 0700, USER);
        tree.directory("run/bridgehead", 0750, USER);
        return tree;
    }

    /** The libraries that the runtime asks for beside those of the C library. */
    private TreeSet<String> others(Path home) throws IOException {
        TreeSet<String> others = SharedLibraries.neededBy(home);
        LIBC.forEach(others::remove);
        others.remove(Path.of(machine.loader).getFileName().toString());
        return others;
    }

    /** Debian's packages of which files are in the image. */
    private List<String> packages(Path home) throws IOException {
        TreeSet<String> all = DebianWorks.owners(others(home));
        all.add("libc6");
        all.add("busybox-static");
        return List.copyOf(all);
    }

    /** Debian has two packages with such a program; that of {@code busybox} asks for libraries. */
    private Path busybox() throws IOException {
        Path file = real("bin/busybox", "busybox-static");
        TreeSet<String> needed = SharedLibraries.of(file);
        if (!needed.isEmpty()) {
            throw new IllegalStateException(file + " asks for " + needed + "; expected the one of Debian's busybox-static, which asks for nothing: apt-get"
                    + " install busybox-static");
        }
        return file;
    }

    /** The file itself; where Debian's packages are unpacked in a folder, what {@code /lib} and {@code /bin} hold lies below {@code usr}. */
    private Path real(String file, String debianPackage) {
        String below = file.startsWith("lib64/") ? file.replace("lib64/", "lib/" + machine.libraries + "/") : file;
        for (Path candidate : List.of(root.resolve(file), root.resolve("usr").resolve(file), root.resolve("usr").resolve(below))) {
            if (Files.exists(candidate)) {
                try {
                    return candidate.toRealPath();
                } catch (IOException e) {
                    throw new IllegalStateException(candidate + " cannot be read", e);
                }
            }
        }
        throw new IllegalStateException(root.resolve(file) + " is missing: the image is made of Debian's " + debianPackage + " for "
                + machine.architecture + ", installed or unpacked in the folder dist.root");
    }

    private static Tree runtime(Path home) throws IOException {
        return new Tree().copy(home, HOME, name -> name.startsWith("runtime/"));
    }

    private static Tree program(Path home, Path said) throws IOException {
        return new Tree()
                .copy(home, HOME, name -> name.startsWith("bin/") || name.startsWith("conf/") || name.startsWith("lib/"))
                .file(DOC + "bridgehead/LICENSE", Tree.PLAIN, home.resolve("LICENSE"))
                .copy(said, DOC + "bridgehead/", name -> true)
                .link("usr/bin/bridgehead", "../lib/bridgehead/bin/bridgehead");
    }

    private String config(List<Packing.Packed> layers) {
        String created = Instant.ofEpochSecond(moment).toString();
        String plain = layers.stream().map(layer -> "\"sha256:" + layer.plainDigest() + "\"").collect(Collectors.joining(","));
        String history = layers.stream()
                .map(_ -> "{\"created\":\"" + created + "\",\"created_by\":\"bridgehead -Pdist\"}")
                .collect(Collectors.joining(","));
        return """
                {"created":"%s","architecture":"%s","os":"linux","config":{"User":"%d:%d","WorkingDir":"/var/lib/bridgehead",\
                "Env":["PATH=/usr/bin:/bin","HOME=/var/lib/bridgehead"],"Entrypoint":["/usr/bin/bridgehead"],\
                "Cmd":["run","--config","/etc/bridgehead/gateway.yaml"],"StopSignal":"SIGTERM",\
                "ExposedPorts":{"8080/tcp":{},"15008/tcp":{},"5701/tcp":{},"9090/tcp":{}},\
                "Volumes":{"/var/lib/bridgehead":{},"/run/bridgehead":{}},\
                "Healthcheck":{"Test":["CMD-SHELL",%s],"Interval":10000000000,"Timeout":5000000000,"StartPeriod":15000000000,"Retries":3},\
                "Labels":{"org.opencontainers.image.title":"Bridgehead","org.opencontainers.image.version":"%s",\
                "org.opencontainers.image.created":"%s","org.opencontainers.image.licenses":"Apache-2.0",\
                "org.opencontainers.image.description":"A gateway for traffic between sites and into them"}},\
                "rootfs":{"type":"layers","diff_ids":[%s]},"history":[%s]}"""
                .formatted(created, machine.architecture, USER, USER, quoted(HEALTH), version, created, plain, history);
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    private static String manifest(byte[] config, List<Packing.Packed> layers) throws IOException {
        List<String> all = new ArrayList<>();
        for (Packing.Packed layer : layers) {
            all.add(descriptor(LAYER, layer.digest(), Files.size(layer.file()), ""));
        }
        return "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"config\":"
                + descriptor("application/vnd.oci.image.config.v1+json", Packing.sha256(config), config.length, "")
                + ",\"layers\":[" + String.join(",", all) + "]}";
    }

    private String index(byte[] manifest) {
        String named = ",\"annotations\":{\"io.containerd.image.name\":\"docker.io/library/bridgehead:" + version
                + "\",\"org.opencontainers.image.ref.name\":\"" + version + "\"}";
        return "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":["
                + descriptor("application/vnd.oci.image.manifest.v1+json", Packing.sha256(manifest), manifest.length, named) + "]}";
    }

    private String dockerManifest(byte[] config, List<Packing.Packed> layers) {
        return "[{\"Config\":\"" + blob(Packing.sha256(config)) + "\",\"RepoTags\":[\"bridgehead:" + version + "\"],\"Layers\":["
                + layers.stream().map(layer -> "\"" + blob(layer.digest()) + "\"").collect(Collectors.joining(",")) + "]}]";
    }

    private static String descriptor(String type, String digest, long size, String more) {
        return "{\"mediaType\":\"" + type + "\",\"digest\":\"sha256:" + digest + "\",\"size\":" + size + more + "}";
    }

    private static String blob(String digest) {
        return "blobs/sha256/" + digest;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
