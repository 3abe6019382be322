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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/**
 * Opens what {@link Dist} made, as those do who get it, and fails where it does not say what it is: labels, user, command and health check of the
 * image, and in each archive a bill of materials and a list of licences of all that it holds: the jars that lie there and no others, the runtime
 * with the version that it says itself, and Debian's packages with their source packages. Run by the profile {@code dist} with the jars of the
 * distribution, by which it reads JSON.
 */
final class HandedOut {
    private static final int MEGA = 1_000_000;
    private static final int IMAGE_BAR_MEGABYTES = 70;
    private static final int BLOCK = 512;
    private static final Pattern MAVEN = Pattern.compile("pkg:maven/([^/]+)/([^@]+)@([^?]+)(?:[?](?:classifier=([^&]+)&)?type=jar)?");
    private static final Pattern READ = Pattern.compile("^blobs/|[.]json$|[.]txt$|/copyright$|^etc/passwd$|/runtime/release$");

    /** The source packages that Debian makes these of; none of them has the name of its source. */
    private static final Map<String, String> SOURCES =
            Map.of("libc6", "glibc", "busybox-static", "busybox", "libgcc-s1", "gcc-\\d+", "libstdc++6", "gcc-\\d+", "zlib1g", "zlib");

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
        String about = name + "/sbom.cdx.json";
        String licences = name + "/THIRD-PARTY.txt";
        var plain = tar(gzip(Files.newInputStream(target.resolve(name + "-linux.tar.gz"))));
        bill(new Holding("the archive without a runtime", plain, name + "/lib/", false), about, licences, Set.of());
        var full = tar(gzip(Files.newInputStream(target.resolve(name + "-linux-" + machine.name + ".tar.gz"))));
        bill(new Holding("the archive", full, name + "/lib/", true), about, licences, Set.of("OpenJDK"));
        byte[] deb = Files.readAllBytes(target.resolve("bridgehead_" + version.replace('-', '~') + "_" + machine.architecture + ".deb"));
        Map<String, byte[]> files = tar(Packing.unxz(new ByteArrayInputStream(member(deb, "data.tar.xz"))));
        String folder = "./usr/share/doc/bridgehead/";
        bill(new Holding("the package", files, "./usr/lib/bridgehead/lib/", true), folder + "sbom.cdx.json", folder + "copyright", Set.of("OpenJDK"));
    }

    private void image() throws IOException {
        Path file = ContainerImage.file(target, version, machine);
        Map<String, byte[]> image = tar(Packing.unxz(Files.newInputStream(file)));
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
            JsonObject layer = manifest.getJsonArray("layers").getJsonObject(i);
            same("the form of a layer", layer.getString("mediaType"), ContainerImage.LAYER);
            InputStream packed = new ByteArrayInputStream(blob(image, layer));
            DigestInputStream plain = new DigestInputStream(packed, Packing.digest("SHA-256"));
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
        String folder = "usr/share/doc/bridgehead/";
        bill(new Holding("the image", files, "usr/lib/bridgehead/lib/", true), folder + "sbom.cdx.json", folder + "THIRD-PARTY.txt", more);
    }

    /**
     * The files of one of them.
     *
     * @param lib the folder of the jars, with a slash at its end
     * @param runtime whether a Java runtime lies beside that folder
     */
    private record Holding(String where, Map<String, byte[]> files, String lib, boolean runtime) {}

    /** @param more the names of what must be there beside jars, and nothing else may */
    private void bill(Holding holding, String about, String list, Set<String> more) {
        String where = holding.where;
        byte[] sbom = holding.files.get(about);
        byte[] licences = holding.files.get(list);
        if (sbom == null || licences == null) {
            wrong.add(where + " has no bill of materials, or no list of licences");
            return;
        }
        JsonObject bill = json(sbom);
        jars(holding, bill);
        beside(holding, bill, new String(licences, StandardCharsets.UTF_8).replaceAll(" +", " "), more);
    }

    /** The jars of others that lie there, their licences, and the archive of classes, where one can be. */
    private void jars(Holding holding, JsonObject bill) {
        TreeSet<String> said = new TreeSet<>();
        for (JsonObject component : bill.getJsonArray("components").stream().map(JsonObject.class::cast).toList()) {
            Matcher maven = MAVEN.matcher(component.getString("purl", ""));
            String classifier = maven.matches() && maven.group(4) != null ? "-" + maven.group(4) : "";
            String jar = maven.matches() ? maven.group(2) + "-" + maven.group(3) + classifier + ".jar" : "";
            // Beside a runtime lies what these hold, unpacked.
            if (maven.matches() && !maven.group(1).equals("io.bridgehead") && !(holding.runtime && Machine.nativeJar(jar))) {
                said.add(jar);
            }
            boolean licensed = component.getJsonArray("licenses", new JsonArray()).stream().map(JsonObject.class::cast).anyMatch(licence -> {
                JsonObject one = licence.getJsonObject("license", new JsonObject());
                return !(licence.getString("expression", "") + one.getString("id", "") + one.getString("name", "")).isBlank();
            });
            same("in " + holding.where + " " + component.getString("name") + ": has a licence", licensed, true);
        }
        TreeSet<String> found = holding.files.keySet().stream()
                .filter(name -> name.startsWith(holding.lib) && name.endsWith(".jar"))
                .map(name -> name.substring(holding.lib.length()))
                .filter(name -> !name.startsWith("bridgehead-"))
                .collect(Collectors.toCollection(TreeSet::new));
        same("jars in " + holding.where + " of which its bill of materials says nothing", without(found, said), Set.of());
        same("jars of which the bill of materials of " + holding.where + " says that they are there", without(said, found), Set.of());
        boolean archived = holding.files.containsKey(holding.lib + "bridgehead.jsa");
        same("an archive of classes in " + holding.where, archived, holding.runtime && machine == Machine.here());
    }

    private void beside(Holding holding, JsonObject bill, String list, Set<String> more) {
        String where = holding.where;
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
            String purl = component.getString("purl");
            if (name.equals("OpenJDK")) {
                same(at + ": purl", purl, "pkg:generic/openjdk@" + Sbom.escaped(version));
                same(at + ": version", version.split("[+]")[0], release(holding));
            } else {
                same(at + ": purl", purl.startsWith("pkg:deb/") && purl.contains("@" + Sbom.escaped(version) + "?"), true);
                // One that was built once more (+b1) has another version than its source.
                String of = version.matches(".*[+]b\\d+") ? "%40" + Pattern.quote(Sbom.escaped(version.replaceFirst("[+]b\\d+$", ""))) : "(%40.+)?";
                same(at + ": source package in " + purl, purl.matches(".*&upstream=" + SOURCES.get(name) + of), true);
            }
            same(at + ": supplier", component.getJsonObject("supplier").getString("name", "").isBlank(), false);
            same(at + ": the distribution depends on it", depended.contains(component.getString("bom-ref")), true);
            same(at + ": its line in the list of licences", list.contains(name + " " + version + " of ") && list.contains(licence), true);
        });
        System.out.println("bill of materials of " + where + ": " + bill.getJsonArray("components").size() + " components, beside jars "
                + others.values().stream().map(one -> one.getString("name") + " " + one.getString("version")).sorted().toList());
    }

    private static Set<String> without(Set<String> all, Set<String> these) {
        return all.stream().filter(one -> !these.contains(one)).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The version that the runtime says of itself. */
    private static String release(Holding holding) {
        byte[] said = holding.files.getOrDefault(holding.lib.replaceFirst("lib/$", "runtime/release"), new byte[0]);
        return new String(said, StandardCharsets.UTF_8).lines()
                .filter(line -> line.startsWith("JAVA_VERSION="))
                .map(line -> line.substring("JAVA_VERSION=".length()).replace("\"", ""))
                .findFirst()
                .orElse("nothing in runtime/release");
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
