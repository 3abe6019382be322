package io.bridgehead.cli;

import io.bridgehead.tls.pki.PemWriter;
import io.bridgehead.tls.pki.PkiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A folder that a command fills: nothing in it is ever overwritten, and that it can be filled is found out first. */
record NewFolder(Path path) {
    /** Says at once if one of these is there already, or nothing can be written there. */
    void require(List<String> names) {
        for (String name : names) {
            if (Files.exists(path.resolve(name))) {
                throw new Failure(
                        Failure.PROBLEM,
                        "bridgehead: " + path.resolve(name)
                                + ": found an existing file; expected none, so that nothing is lost;"
                                + " choose another folder, or move it away");
            }
        }
        try {
            Files.createDirectories(path);
            Path probe = Files.createTempFile(path, ".bridgehead", ".probe");
            Files.delete(probe);
        } catch (IOException e) {
            throw new Failure(
                    Failure.PROBLEM,
                    "bridgehead: " + path + ": cannot be written to (" + e + "); expected a folder of this user's");
        }
    }

    /** Writes gateway.yaml and checks that a node would take it. */
    Path write(GatewayFile file) throws PkiException {
        Path written = path.resolve(GatewayFile.NAME);
        PemWriter.secret(written, file.text());
        NodeFile.require(written);
        return written;
    }
}
