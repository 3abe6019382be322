package io.bridgehead.app.publish;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What each folder and its source last had in common, across restarts: a file of lines {@code source revision digest} in the state
 * directory. Lost, a folder goes by what the source itself says: who signed its head, and whether it is equal. Confined to the looks at
 * folders, which follow each other.
 */
public final class FolderMemory {
    private final Path file;
    private final SortedMap<String, FolderBase> bases = new TreeMap<>();

    private FolderMemory(Path file) {
        this.file = file;
    }

    /** Reads what is there; lines that cannot be understood are left out. */
    public static FolderMemory in(Path stateDirectory) throws IOException {
        FolderMemory memory = new FolderMemory(stateDirectory.resolve("folders"));
        if (Files.exists(memory.file)) {
            String text = new String(Files.readAllBytes(memory.file), StandardCharsets.UTF_8);
            for (String line : text.split("\n", -1)) {
                String[] words = line.split(" ", -1);
                if (words.length == 3) {
                    memory.bases.put(words[0], new FolderBase(words[1], words[2]));
                }
            }
        }
        return memory;
    }

    @Nullable
    FolderBase base(String source) {
        return bases.get(source);
    }

    /** @throws IOException when it could not be written; it is remembered until the end of the process all the same */
    void remember(String source, FolderBase base) throws IOException {
        if (base.equals(bases.put(source, base))) {
            return;
        }
        StringBuilder text = new StringBuilder();
        bases.forEach((name, one) -> text.append(name)
                .append(' ')
                .append(one.revision())
                .append(' ')
                .append(one.digest())
                .append('\n'));
        Path aside = file.resolveSibling("folders.new");
        Files.write(aside, text.toString().getBytes(StandardCharsets.UTF_8));
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
