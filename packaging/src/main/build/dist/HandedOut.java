import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/**
 * Opens what {@link Dist} made, as those do who get it, and fails where it does not say what it is: labels, user, command and health check of the
 * image, and in each archive a bill of materials and a list of licences of all that it holds. Run by the profile {@code dist} with the jars of the
 * distribution, by which it reads JSON.
 */
final class HandedOut {
    private static final int MEGA = 1_000_000;
    private static final int IMAGE_BAR_MEGABYTES = 70;
    private static final int BLOCK = 512;
    private static final Pattern READ = Pattern.compile("^blobs/|[.]json$|[.]txt$|/copyright$|^etc/passwd$");

    private final Path target;
    private final String version;
    private final Machine machine;
    private final List<String> wrong = new ArrayList<>();

    private HandedOut(Path target, String version, Machine machine) {
        this.target = target;
        this.version = version;
        this.machine = machine;
    }

    public static void main(String[] args) throws Exception {
        String arch = System.getProperty("dist.arch", "");
        HandedOut all = new HandedOut(
                Path.of(System.getProperty("dist.target")), System.getProperty("dist.version"), arch.isEmpty() ? Machine.here() : Machine.of(arch));
        all.archives();
        all.image();
        if (!all.wrong.isEmpty()) {
            throw new IllegalStateException("what is handed out is not as it should be:\n" + String.join("\n", all.wrong));
        }
    }

    private void archives() throws IOException {
        String name = "bridgehead-" + version;
        bill("the archive without a runtime", tar(gzip(Files.newInputStream(target.resolve(name + "-linux.tar.gz")))), name, Set.of());
        bill("the archive", tar(gzip(Files.newInputStream(target.resolve(name + "-linux-" + machine.name + ".tar.gz")))), name, Set.of("OpenJDK"));
        byte[] deb = Files.readAllBytes(target.resolve("bridgehead_" + version.replace('-', '~') + "_" + machine.architecture + ".deb"));
        Map<String, byte[]> files = tar(gzip(new ByteArrayInputStream(member(deb, "data.tar.gz"))));
        bill("the package", files.get("./usr/share/doc/bridgehead/sbom.cdx.json"), files.get("./usr/share/doc/bridgehead/copyright"), Set.of("OpenJDK"));
    }

    private void image() throws IOException {
        Path file = target.resolve("bridgehead-" + version + "-image" + (machine == Machine.X86_64 ? "" : "-" + machine.name) + ".tar");
        Map<String, byte[]> image = tar(Files.newInputStream(file));
        JsonObject index = json(image.get("index.json"));
        JsonObject manifest = json(blob(image, index.getJsonArray("manifests").getJsonObject(0)));
        JsonObject about = json(blob(image, manifest.getJsonObject("config")));
        JsonObject config = about.getJsonObject("config");
        String created = System.getProperty("dist.moment");
        same("labels", config.getJsonObject("Labels"), new JsonObject(Map.of(
                "org.opencontainers.image.title", "Bridgehead",
                "org.opencontainers.image.description", "A gateway for traffic between sites and into them",
                "org.opencontainers.image.version", version,
                "org.opencontainers.image.created", created,
                "org.opencontainers.image.licenses", "Apache-2.0")));
        same("user", config.getString("User"), "10001:10001");
        same("entrypoint", config.getJsonArray("Entrypoint"), new JsonArray(List.of("/usr/bin/bridgehead")));
        same("command", config.getJsonArray("Cmd"), new JsonArray(List.of("run", "--config", "/etc/bridgehead/gateway.yaml")));
        same("signal to stop", config.getString("StopSignal"), "SIGTERM");
        same("processor", about.getString("architecture"), machine.architecture);
        JsonObject health = config.getJsonObject("Healthcheck", new JsonObject());
        JsonArray test = health.getJsonArray("Test", new JsonArray());
        if (test.size() != 2 || !test.getString(0).equals("CMD-SHELL") || !test.getString(1).contains("/ready")) {
            wrong.add("health check of the image: " + test + "; expected a request for /ready by the shell");
        }
        same("times of the health check", List.of(health.getLong("Interval", 0L), health.getLong("Timeout", 0L), health.getLong("StartPeriod", 0L)),
                List.of(10_000_000_000L, 5_000_000_000L, 15_000_000_000L));
        layers(image, manifest, about);
        double size = (double) Files.size(file) / MEGA;
        System.out.printf(Locale.ROOT, "image: %.1f MB (bar: about %d MB, %s)%n", size, IMAGE_BAR_MEGABYTES,
                size <= IMAGE_BAR_MEGABYTES ? "held" : "NOT held");
    }

    private void layers(Map<String, byte[]> image, JsonObject manifest, JsonObject about) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        List<String> digests = new ArrayList<>();
        for (int i = 0; i < manifest.getJsonArray("layers").size(); i++) {
            byte[] packed = blob(image, manifest.getJsonArray("layers").getJsonObject(i));
            DigestInputStream plain = new DigestInputStream(gzip(new ByteArrayInputStream(packed)), Packing.digest("SHA-256"));
            files.putAll(tar(plain));
            digests.add("sha256:" + Packing.hex(plain.getMessageDigest().digest()));
        }
        same("digests of layers", about.getJsonObject("rootfs").getJsonArray("diff_ids"), new JsonArray(digests));
        same("bridgehead in the image", files.containsKey("usr/lib/bridgehead/bin/bridgehead"), true);
        same("the user's name", new String(files.get("etc/passwd"), StandardCharsets.UTF_8).contains("\nbridgehead:x:10001:10001:"), true);
        TreeSet<String> more = new TreeSet<>(Set.of("OpenJDK"));
        files.keySet().stream()
                .filter(name -> name.startsWith("usr/share/doc/") && name.endsWith("/copyright"))
                .forEach(name -> more.add(name.split("/")[3]));
        if (!more.containsAll(Set.of("libc6", "busybox-static"))) {
            wrong.add("the image has the licences of " + more + "; expected those of libc6 and busybox-static among them");
        }
        bill("the image", files.get("usr/share/doc/bridgehead/sbom.cdx.json"), files.get("usr/share/doc/bridgehead/THIRD-PARTY.txt"), more);
    }

    private void bill(String where, Map<String, byte[]> files, String folder, Set<String> more) {
        bill(where, files.get(folder + "/sbom.cdx.json"), files.get(folder + "/THIRD-PARTY.txt"), more);
    }

    /** @param more the names of what must be there beside jars, and nothing else may */
    private void bill(String where, byte[] sbom, byte[] licences, Set<String> more) {
        if (sbom == null || licences == null) {
            wrong.add(where + " has no bill of materials, or no list of licences");
            return;
        }
        JsonObject bill = json(sbom);
        String list = new String(licences, StandardCharsets.UTF_8).replaceAll(" +", " ");
        Map<String, JsonObject> others = bill.getJsonArray("components").stream()
                .map(JsonObject.class::cast)
                .filter(component -> !component.getString("purl", "").startsWith("pkg:maven/"))
                .collect(Collectors.toMap(component -> component.getString("name"), component -> component));
        same("what " + where + " holds beside jars", new TreeSet<>(others.keySet()), new TreeSet<>(more));
        Set<String> depended = bill.getJsonArray("dependencies").stream()
                .map(JsonObject.class::cast)
                .filter(node -> node.getString("ref").equals(bill.getJsonObject("metadata").getJsonObject("component").getString("bom-ref")))
                .flatMap(node -> node.getJsonArray("dependsOn").stream())
                .map(Object::toString)
                .collect(Collectors.toSet());
        others.forEach((name, component) -> {
            String at = "in " + where + " " + name;
            String version = component.getString("version", "");
            String licence = component.getJsonArray("licenses").getJsonObject(0).getString("expression", "");
            String kind = name.equals("OpenJDK") ? "pkg:generic/openjdk@" : "pkg:deb/";
            same(at + ": purl", component.getString("purl").startsWith(kind) && component.getString("purl").contains(Sbom.escaped(version)), true);
            same(at + ": supplier", component.getJsonObject("supplier").getString("name", "").isBlank(), false);
            same(at + ": the distribution depends on it", depended.contains(component.getString("bom-ref")), true);
            same(at + ": its line in the list of licences", list.contains(name + " " + version + " of ") && list.contains(licence), true);
        });
        same(where + " has jars", bill.getJsonArray("components").size() > more.size() + 40, true);
        System.out.println("bill of materials of " + where + ": " + bill.getJsonArray("components").size() + " components, beside jars "
                + others.values().stream().map(one -> one.getString("name") + " " + one.getString("version")).sorted().toList());
    }

    private void same(String what, Object found, Object expected) {
        if (!expected.equals(found)) {
            wrong.add(what + ": " + found + "; expected " + expected);
        }
    }

    /** What a descriptor names, if its digest and size are right. */
    private byte[] blob(Map<String, byte[]> image, JsonObject descriptor) {
        String digest = descriptor.getString("digest").replace("sha256:", "");
        byte[] content = image.getOrDefault("blobs/sha256/" + digest, new byte[0]);
        same("the blob " + digest, Packing.sha256(content) + " of " + content.length, digest + " of " + descriptor.getLong("size"));
        return content;
    }

    private static JsonObject json(byte[] text) {
        return new JsonObject(new String(text, StandardCharsets.UTF_8));
    }

    private static InputStream gzip(InputStream packed) throws IOException {
        return new GZIPInputStream(packed, 1 << 16);
    }

    /** A member of an archive as {@code ar} writes it. */
    private static byte[] member(byte[] archive, String name) {
        ByteBuffer content = ByteBuffer.wrap(archive).position(8);
        while (content.remaining() >= 60) {
            byte[] header = new byte[60];
            content.get(header);
            String text = new String(header, StandardCharsets.US_ASCII);
            byte[] member = new byte[Integer.parseInt(text.substring(48, 58).strip())];
            content.get(member);
            if (text.startsWith(name + " ")) {
                return member;
            }
            content.position(Math.min(content.limit(), content.position() + (member.length & 1)));
        }
        throw new IllegalStateException("the package has no " + name);
    }

    /** The plain files of a tar; of those that nobody looks into, their names. */
    private static Map<String, byte[]> tar(InputStream archive) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (archive) {
            for (byte[] header = archive.readNBytes(BLOCK); header.length == BLOCK && header[0] != 0; header = archive.readNBytes(BLOCK)) {
                String prefix = text(header, 345, 155);
                String name = (prefix.isEmpty() ? "" : prefix + "/") + text(header, 0, 100);
                int size = Integer.parseInt(text(header, 124, 12).strip(), 8);
                if (header[156] == '0') {
                    byte[] content = archive.readNBytes(size); // not skipped, as digests are taken on the way
                    files.put(name, READ.matcher(name).find() ? content : new byte[0]);
                }
                archive.readNBytes(-size & (BLOCK - 1));
            }
            archive.transferTo(OutputStream.nullOutputStream());
        }
        return files;
    }

    private static String text(byte[] archive, int at, int length) {
        int end = at;
        while (end < at + length && archive[end] != 0) {
            end++;
        }
        return new String(archive, at, end - at, StandardCharsets.UTF_8);
    }
}
