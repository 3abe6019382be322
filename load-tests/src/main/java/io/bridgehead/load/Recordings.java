package io.bridgehead.load;

import io.bridgehead.load.process.Program;
import io.bridgehead.load.process.Programs;
import io.bridgehead.load.row.Row;
import io.bridgehead.load.setting.Setting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Flight recordings of nodes, one for each row, setting and node, from after the warm-up to the last round; none without a folder. */
final class Recordings {
    private static final int SECONDS_MAX = 60;

    private final Programs programs;
    private final Optional<Path> folder;

    Recordings(Programs programs, Optional<Path> folder) {
        this.programs = programs;
        this.folder = folder;
    }

    void begin(Row row, Setting setting) {
        if (folder.isPresent() && recorded(setting)) {
            for (Program node : setting.programs()) {
                jcmd(node, "JFR.start", "name=compare", "settings=profile");
            }
        }
    }

    void end(Row row, Setting setting) {
        if (folder.isEmpty() || !recorded(setting)) {
            return;
        }
        for (Program node : setting.programs()) {
            Path file = folder.get().resolve(row.name() + "-" + node.name() + ".jfr");
            try {
                Files.createDirectories(folder.get());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            jcmd(node, "JFR.stop", "name=compare", "filename=" + file);
        }
    }

    private static boolean recorded(Setting setting) {
        return setting.name().equals("bridgehead") || setting.name().equals("hybrid");
    }

    private void jcmd(Program node, String... command) {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home", ""), "bin", "jcmd").toString());
        words.add(Long.toString(node.pid()));
        words.addAll(List.of(command));
        programs.run(words, Map.of(), SECONDS_MAX);
    }
}
