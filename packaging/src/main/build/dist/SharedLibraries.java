import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What programs and libraries of Linux ask to be loaded beside them (ELF, 64 bit, little endian: {@code DT_NEEDED}). */
final class SharedLibraries {
    private static final int SECTION_DYNAMIC = 6;
    private static final long NEEDED = 1;
    private static final Pattern LIBC = Pattern.compile("GLIBC_2\\.(\\d+)");

    private SharedLibraries() {}

    /** The names that everything below a folder asks for and that the folder does not hold. */
    static TreeSet<String> neededBy(Path folder) throws IOException {
        List<Path> files = files(folder);
        TreeSet<String> needed = new TreeSet<>();
        for (Path file : files) {
            needed.addAll(of(file));
        }
        files.forEach(file -> needed.remove(file.getFileName().toString()));
        return needed;
    }

    /** The newest version of the C library that anything below a folder asks for, such as {@code 2.28}. */
    static Optional<String> libcOf(Path folder) throws IOException {
        TreeSet<Integer> minors = new TreeSet<>();
        for (Path file : files(folder)) {
            if (elf(file)) {
                Matcher asked = LIBC.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
                while (asked.find()) {
                    minors.add(Integer.valueOf(asked.group(1)));
                }
            }
        }
        return minors.isEmpty() ? Optional.empty() : Optional.of("2." + minors.last());
    }

    /** The names that one file asks for; none if it is no program and no library. */
    static TreeSet<String> of(Path file) throws IOException {
        TreeSet<String> needed = new TreeSet<>();
        if (!elf(file)) {
            return needed;
        }
        ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        long sections = content.getLong(40);
        int size = content.getShort(58);
        int count = content.getShort(60);
        for (int i = 0; i < count; i++) {
            int section = (int) sections + i * size;
            if (content.getInt(section + 4) == SECTION_DYNAMIC) {
                int strings = (int) content.getLong((int) sections + content.getInt(section + 40) * size + 24);
                int begin = (int) content.getLong(section + 24);
                int end = begin + (int) content.getLong(section + 32);
                for (int at = begin; at < end; at += 16) {
                    if (content.getLong(at) == NEEDED) {
                        needed.add(string(content, strings + (int) content.getLong(at + 8)));
                    }
                }
            }
        }
        return needed;
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    private static boolean elf(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            byte[] begin = in.readNBytes(6);
            return begin.length == 6 && begin[0] == 0x7f && begin[1] == 'E' && begin[2] == 'L' && begin[3] == 'F' && begin[4] == 2 && begin[5] == 1;
        }
    }

    private static String string(ByteBuffer content, int at) {
        int end = at;
        while (content.get(end) != 0) {
            end++;
        }
        return new String(content.array(), at, end - at, StandardCharsets.ISO_8859_1);
    }
}
