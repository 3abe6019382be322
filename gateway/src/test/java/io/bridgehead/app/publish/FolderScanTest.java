package io.bridgehead.app.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.config.Document;
import io.bridgehead.config.schema.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderScanTest {
    private static final String SERVICE = """
            apiVersion: bridgehead.io/v1
            kind: Service
            metadata: { name: a }
            spec: { hostnames: [ a.example ], sites: { aws: { endpoints: [ "10.0.0.1:80" ] } } }
            """;

    @TempDir
    Path folder;

    private FolderScan.Seen seen() {
        return (FolderScan.Seen) FolderScan.of(folder);
    }

    @Test
    void whatIsNotThereIsNotEmpty() throws IOException {
        assertThat(FolderScan.of(folder.resolve("none"))).isEqualTo(new FolderScan.Gone("no such folder"));
        assertThat(FolderScan.of(Files.writeString(folder.resolve("notes.txt"), "x")))
                .isEqualTo(new FolderScan.Gone("found a file, expected a folder"));
        Files.writeString(folder.resolve(".half.yaml"), "x");
        assertThat(FolderScan.of(folder)).isEqualTo(new FolderScan.Gone("no file in it ends in .yaml or .yml"));
    }

    @Test
    void everyChangeOfAFileIsAnotherState() throws IOException {
        Path file = Files.writeString(folder.resolve("a.yaml"), SERVICE);
        FolderScan.Seen one = seen();
        assertThat(seen()).isEqualTo(one);
        Files.writeString(file, SERVICE + "# more\n");
        FolderScan.Seen longer = seen();
        assertThat(longer).isNotEqualTo(one);
        Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
        FolderScan.Seen older = seen();
        assertThat(older).isNotEqualTo(longer);
        Path aside = Files.writeString(folder.resolve(".a.new"), SERVICE + "# that\n");
        Files.setLastModifiedTime(aside, FileTime.from(Instant.EPOCH));
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        assertThat(seen()).as("of the same size and time, but another file").isNotEqualTo(older);
    }

    @Test
    void aChangeBehindLinksIsSeen() throws IOException {
        for (String version : List.of("..v1", "..v2")) {
            Path file = Files.createDirectories(folder.resolve(version)).resolve("a.yaml");
            Files.setLastModifiedTime(Files.writeString(file, SERVICE), FileTime.from(Instant.EPOCH));
        }
        Files.createSymbolicLink(folder.resolve("..data"), Path.of("..v1"));
        Files.createSymbolicLink(folder.resolve("a.yaml"), Path.of("..data/a.yaml"));
        FolderScan.Seen one = seen();
        Files.createSymbolicLink(folder.resolve("..data.new"), Path.of("..v2"));
        Files.move(folder.resolve("..data.new"), folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        assertThat(seen()).isNotEqualTo(one);
    }

    @Test
    void whatChangedSinceTheLookIsNotTaken() throws IOException {
        Path file = Files.writeString(folder.resolve("a.yaml"), SERVICE);
        FolderScan.Seen one = seen();
        assertThat(FolderScan.read(folder, one)).isInstanceOf(Reading.Done.class);
        Files.writeString(file, SERVICE + "# more\n");
        assertThat(FolderScan.read(folder, one)).isNull();
    }

    @Test
    void aFileWithACommentAloneSaysThatThereIsNothing() throws IOException {
        Files.writeString(folder.resolve("none.yaml"), "# on purpose\n");
        assertThat(FolderScan.read(folder, seen())).isEqualTo(new Reading.Done<List<Document>>(List.of()));
    }

    @Test
    void whatWasAgreedIsKeptForTheNextStart() throws IOException {
        FolderMemory memory = FolderMemory.in(folder);
        assertThat(memory.base("docs")).isNull();
        memory.remember("docs", new FolderBase("1-aaaaaaaa", "d1"));
        memory.remember("docs", new FolderBase("2-bbbbbbbb", "d2"));
        memory.remember("more", new FolderBase("1-cccccccc", "d3"));
        assertThat(FolderMemory.in(folder).base("docs")).isEqualTo(new FolderBase("2-bbbbbbbb", "d2"));
        Files.writeString(folder.resolve("folders"), "what\ndocs 3-dddddddd d4\n");
        FolderMemory damaged = FolderMemory.in(folder);
        assertThat(damaged.base("docs")).isEqualTo(new FolderBase("3-dddddddd", "d4"));
        assertThat(damaged.base("more")).isNull();
    }
}
