import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An image for containers: one tar that is an OCI image layout and what {@code docker save} writes at once, so that Docker and podman both load it.
 *
 * <p>From scratch: of the machine that builds it come the C library and busybox (the launcher is a shell script, and the health check a small
 * request), from Debian's packages {@code libc6} and {@code busybox-static}. The same machine gives the same bytes.
 */
final class ContainerImage {
    private static final int USER = 10001;
    private static final String HOME = "usr/lib/bridgehead/";
    private static final String LIB = "lib/x86_64-linux-gnu/";
    private static final List<String> LIBC = List.of("libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libresolv.so.2",
            "libnss_files.so.2", "libnss_dns.so.2");
    private static final List<String> APPLETS =
            List.of("sh", "sed", "readlink", "dirname", "cat", "cp", "env", "grep", "kill", "ls", "mkdir", "nslookup", "ps", "sleep", "tail", "wget");
    private static final String HEALTH =
            "wget -q -O /dev/null \"http://127.0.0.1:${BRIDGEHEAD_METRICS_PORT:-9090}/ready\" || bridgehead status >/dev/null";

    private final Path target;
    private final String version;
    private final long moment;

    ContainerImage(Path target, String version, long moment) {
        this.target = target;
        this.version = version;
        this.moment = moment;
    }

    Path write(Path home) throws IOException {
        Path folder = target.resolve("dist");
        List<Tree> trees = List.of(base(), runtime(home), program(home));
        List<Packing.Packed> layers = new ArrayList<>();
        for (Tree tree : trees) {
            layers.add(Packing.gzip(folder.resolve("layer-" + layers.size() + ".tar.gz"), out -> tree.writeTar(out, "", moment)));
        }
        byte[] config = bytes(config(layers));
        byte[] manifest = bytes(manifest(config, layers));
        Tree image = new Tree().text("oci-layout", Tree.PLAIN, "{\"imageLayoutVersion\":\"1.0.0\"}");
        image.bytes("index.json", Tree.PLAIN, bytes(index(manifest)));
        image.bytes("manifest.json", Tree.PLAIN, bytes(dockerManifest(config, layers)));
        image.bytes(blob(Packing.sha256(config)), Tree.PLAIN, config);
        image.bytes(blob(Packing.sha256(manifest)), Tree.PLAIN, manifest);
        layers.forEach(layer -> image.file(blob(layer.digest()), Tree.PLAIN, layer.file()));
        Path file = target.resolve("bridgehead-" + version + "-image.tar");
        try (OutputStream out = Files.newOutputStream(file)) {
            image.writeTar(out, "", moment);
        }
        for (Packing.Packed layer : layers) {
            Files.delete(layer.file());
        }
        return file;
    }

    private static Tree base() {
        Tree tree = new Tree();
        tree.file("lib64/ld-linux-x86-64.so.2", Tree.EXECUTABLE, real("/lib64/ld-linux-x86-64.so.2", "libc6"));
        for (String library : LIBC) {
            tree.file(LIB + library, Tree.PLAIN, real("/" + LIB + library, "libc6"));
        }
        tree.file("bin/busybox", Tree.EXECUTABLE, real("/bin/busybox", "busybox-static"));
        APPLETS.forEach(applet -> tree.link("bin/" + applet, "busybox"));
        tree.file("usr/share/doc/libc6/copyright", Tree.PLAIN, real("/usr/share/doc/libc6/copyright", "libc6"));
        tree.file("usr/share/doc/busybox-static/copyright", Tree.PLAIN, real("/usr/share/doc/busybox-static/copyright", "busybox-static"));
        tree.text("etc/passwd", Tree.PLAIN, "root:x:0:0:root:/:/bin/sh\nbridgehead:x:" + USER + ":" + USER + "::/var/lib/bridgehead:/bin/sh\n");
        tree.text("etc/group", Tree.PLAIN, "root:x:0:\nbridgehead:x:" + USER + ":\n");
        tree.text("etc/nsswitch.conf", Tree.PLAIN, "passwd: files\ngroup: files\nhosts: files dns\n");
        tree.directory("tmp", 01777, 0);
        tree.directory("etc/bridgehead", 0750, USER);
        tree.directory("var/lib/bridgehead", 0700, USER);
        tree.directory("run/bridgehead", 0750, USER);
        return tree;
    }

    private static Path real(String file, String debianPackage) {
        try {
            return Path.of(file).toRealPath();
        } catch (IOException e) {
            throw new IllegalStateException(file + " is missing: the image is made on Debian for x86-64 with " + debianPackage + " (apt-get install "
                    + debianPackage + ")", e);
        }
    }

    private static Tree runtime(Path home) throws IOException {
        return new Tree().copy(home, HOME, name -> name.startsWith("runtime/"));
    }

    private static Tree program(Path home) throws IOException {
        return new Tree()
                .copy(home, HOME, name -> name.startsWith("bin/") || name.startsWith("conf/") || name.startsWith("lib/"))
                .copy(home, "usr/share/doc/bridgehead/", name -> List.of("LICENSE", "THIRD-PARTY.txt", "sbom.cdx.json").contains(name))
                .link("usr/bin/bridgehead", "../lib/bridgehead/bin/bridgehead");
    }

    private String config(List<Packing.Packed> layers) {
        String created = Instant.ofEpochSecond(moment).toString();
        String plain = layers.stream().map(layer -> "\"sha256:" + layer.plainDigest() + "\"").collect(Collectors.joining(","));
        String history = layers.stream()
                .map(_ -> "{\"created\":\"" + created + "\",\"created_by\":\"bridgehead -Pdist\"}")
                .collect(Collectors.joining(","));
        return """
                {"created":"%s","architecture":"amd64","os":"linux","config":{"User":"%d:%d","WorkingDir":"/var/lib/bridgehead",\
                "Env":["PATH=/usr/bin:/bin","HOME=/var/lib/bridgehead"],"Entrypoint":["/usr/bin/bridgehead"],\
                "Cmd":["run","--config","/etc/bridgehead/gateway.yaml"],"StopSignal":"SIGTERM",\
                "ExposedPorts":{"8080/tcp":{},"15008/tcp":{},"5701/tcp":{},"9090/tcp":{}},\
                "Volumes":{"/var/lib/bridgehead":{},"/run/bridgehead":{}},\
                "Healthcheck":{"Test":["CMD-SHELL",%s],"Interval":10000000000,"Timeout":5000000000,"StartPeriod":15000000000,"Retries":3},\
                "Labels":{"org.opencontainers.image.title":"Bridgehead","org.opencontainers.image.version":"%s",\
                "org.opencontainers.image.created":"%s","org.opencontainers.image.licenses":"Apache-2.0",\
                "org.opencontainers.image.description":"A gateway for traffic between sites and into them"}},\
                "rootfs":{"type":"layers","diff_ids":[%s]},"history":[%s]}"""
                .formatted(created, USER, USER, quoted(HEALTH), version, created, plain, history);
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    private static String manifest(byte[] config, List<Packing.Packed> layers) throws IOException {
        List<String> all = new ArrayList<>();
        for (Packing.Packed layer : layers) {
            all.add(descriptor("application/vnd.oci.image.layer.v1.tar+gzip", layer.digest(), Files.size(layer.file()), ""));
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
