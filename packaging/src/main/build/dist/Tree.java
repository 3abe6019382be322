import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Files with the names, modes and owners that they are to have where they are unpacked; the same tree is always the same tar, to the byte. */
final class Tree {
    static final int EXECUTABLE = 0755;
    static final int PLAIN = 0644;
    private static final int BLOCK = 512;
    private static final int NAME_MAX = 100;

    /** @param file where the content lies, or null; {@code bytes} is the content then, and {@code link} the target of a symbolic link */
    record Entry(int mode, int owner, String link, Path file, byte[] bytes) {
        boolean directory() {
            return link == null && file == null && bytes == null;
        }

        long size() throws IOException {
            if (directory() || link != null) {
                return 0;
            }
            return file == null ? bytes.length : Files.size(file);
        }

        void writeTo(OutputStream out) throws IOException {
            if (file != null) {
                Files.copy(file, out);
            } else if (bytes != null) {
                out.write(bytes);
            }
        }
    }

    private final TreeMap<String, Entry> entries = new TreeMap<>();

    TreeMap<String, Entry> entries() {
        return entries;
    }

    Tree directory(String path, int mode, int owner) {
        return put(path, new Entry(mode, owner, null, null, null));
    }

    Tree link(String path, String target) {
        return put(path, new Entry(0777, 0, target, null, null));
    }

    Tree file(String path, int mode, Path file) {
        return put(path, new Entry(mode, 0, null, file, null));
    }

    Tree bytes(String path, int mode, byte[] bytes) {
        return put(path, new Entry(mode, 0, null, null, bytes));
    }

    Tree text(String path, int mode, String text) {
        return bytes(path, mode, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Everything below a folder for which its name, relative to the folder, is wanted; shared libraries are not executable, as Debian has them. */
    Tree copy(Path folder, String to, Predicate<String> wanted) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(folder)) {
            all = walk.filter(path -> !path.equals(folder)).toList();
        }
        for (Path path : all) {
            String name = folder.relativize(path).toString();
            if (!wanted.test(name)) {
                continue;
            }
            if (Files.isSymbolicLink(path)) {
                link(to + name, Files.readSymbolicLink(path).toString());
            } else if (Files.isRegularFile(path)) {
                file(to + name, Files.isExecutable(path) && !name.endsWith(".so") ? EXECUTABLE : PLAIN, path);
            }
        }
        return this;
    }

    private Tree put(String path, Entry entry) {
        int slash = path.lastIndexOf('/');
        if (slash > 0 && !entries.containsKey(path.substring(0, slash))) {
            directory(path.substring(0, slash), EXECUTABLE, 0);
        }
        entries.put(path, entry);
        return this;
    }

    /** Bytes of all files together. */
    long size() throws IOException {
        long sum = 0;
        for (Entry entry : entries.values()) {
            sum += entry.size();
        }
        return sum;
    }

    /** Writes a tar of the form ustar, sorted by name, owned by root unless a file says otherwise, every file as old as the given moment. */
    void writeTar(OutputStream out, String prefix, long epochSeconds) throws IOException {
        for (var named : entries.entrySet()) {
            Entry entry = named.getValue();
            long size = entry.size();
            out.write(header(prefix + named.getKey() + (entry.directory() ? "/" : ""), entry, size, epochSeconds));
            entry.writeTo(out);
            out.write(new byte[(int) (-size & (BLOCK - 1))]);
        }
        out.write(new byte[2 * BLOCK]);
    }

    private static byte[] header(String path, Entry entry, long size, long epochSeconds) {
        byte[] header = new byte[BLOCK];
        int split = path.length() <= NAME_MAX ? -1 : path.indexOf('/', path.length() - NAME_MAX - 1);
        String name = path.substring(split + 1);
        if (path.length() > NAME_MAX && (split < 0 || split > 155 || name.isEmpty())) {
            throw new IllegalArgumentException(path + ": too long a name for a tar");
        }
        put(header, 0, name);
        octal(header, 100, 7, entry.mode());
        octal(header, 108, 7, entry.owner());
        octal(header, 116, 7, entry.owner());
        octal(header, 124, 11, size);
        octal(header, 136, 11, epochSeconds);
        put(header, 148, "        ");
        header[156] = (byte) (entry.link() != null ? '2' : entry.directory() ? '5' : '0');
        put(header, 157, entry.link() == null ? "" : entry.link());
        put(header, 257, "ustar\00000");
        put(header, 265, entry.owner() == 0 ? "root" : "");
        put(header, 297, entry.owner() == 0 ? "root" : "");
        put(header, 345, split < 0 ? "" : path.substring(0, split));
        int sum = 0;
        for (byte value : header) {
            sum += value & 0xff;
        }
        octal(header, 148, 6, sum);
        header[154] = 0;
        return header;
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    private static void octal(byte[] header, int at, int digits, long value) {
        put(header, at, ("%0" + digits + "o").formatted(value));
    }
}
