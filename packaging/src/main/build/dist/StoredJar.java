import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * A jar with the same entries in the same order, none of them compressed, without what nothing reads at run time. An archive or a layer that holds
 * it is compressed as a whole, across the entries, and comes out a quarter smaller than with jars that are compressed entry by entry; and classes are
 * read without inflating them.
 *
 * <p>Signatures are left out with what the manifest says for them of each entry: a virtual machine archives no class of a signed jar, and would check
 * the digest of each at every start. What a build takes is checked when it takes it.
 *
 * <p>Left out as well: Hazelcast's schemas and examples of configuration files, which a node has none of, and of the classes of others the tables of
 * local variables. Debuggers read these, and messages of a NullPointerException, which then call a variable by its number; lines of stack traces
 * stay.
 */
final class StoredJar {
    private static final Pattern SIGNATURE = Pattern.compile("META-INF/[^/]+\\.(SF|RSA|DSA|EC)");
    private static final Pattern NOT_READ = Pattern.compile("hazelcast-([^/]+\\.xsd|config-[^/]+\\.json|[^/]*full-example\\.(xml|yaml))");
    private static final ClassFile WITHOUT_VARIABLES = ClassFile.of(ClassFile.DebugElementsOption.DROP_DEBUG);

    private StoredJar() {}

    static void copy(Path from, Path to) throws IOException {
        boolean ours = from.getFileName().toString().startsWith("bridgehead-");
        try (ZipFile jar = new ZipFile(from.toFile());
                OutputStream file = Files.newOutputStream(to);
                ZipOutputStream out = new ZipOutputStream(file)) {
            for (ZipEntry entry : Collections.list(jar.entries())) {
                if (SIGNATURE.matcher(entry.getName()).matches() || NOT_READ.matcher(entry.getName()).matches()) {
                    continue;
                }
                byte[] content = jar.getInputStream(entry).readAllBytes();
                if (entry.getName().equals(JarFile.MANIFEST_NAME)) {
                    content = withoutEntries(content);
                } else if (!ours && entry.getName().endsWith(".class")) {
                    content = withoutVariables(content);
                }
                CRC32 sum = new CRC32();
                sum.update(content);
                ZipEntry stored = new ZipEntry(entry.getName());
                stored.setTimeLocal(entry.getTimeLocal());
                stored.setMethod(ZipEntry.STORED);
                stored.setSize(content.length);
                stored.setCrc(sum.getValue());
                out.putNextEntry(stored);
                out.write(content);
                out.closeEntry();
            }
        }
    }

    private static byte[] withoutVariables(byte[] content) {
        return WITHOUT_VARIABLES.transformClass(
                WITHOUT_VARIABLES.parse(content), ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL));
    }

    private static byte[] withoutEntries(byte[] manifest) throws IOException {
        Manifest read = new Manifest(new ByteArrayInputStream(manifest));
        if (read.getEntries().values().stream().noneMatch(StoredJar::holdsDigest)) {
            return manifest;
        }
        read.getEntries().values().forEach(attributes -> attributes.keySet().removeIf(name -> name.toString().endsWith("-Digest")));
        read.getEntries().values().removeIf(Attributes::isEmpty);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        read.write(out);
        return out.toByteArray();
    }

    private static boolean holdsDigest(Attributes attributes) {
        return attributes.keySet().stream().anyMatch(name -> name.toString().endsWith("-Digest"));
    }
}
