package io.bridgehead.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code manual}: the man pages and the completion script, for whoever packs the distribution. */
@Command(
        name = "manual",
        hidden = true,
        description = "Writes man/*.1 and completion/bridgehead into a folder.",
        mixinStandardHelpOptions = true)
final class ManualCommand implements Callable<Integer> {
    @Option(names = "--folder", paramLabel = "DIR", required = true, description = "where to")
    private final Path folder = Path.of("");

    @Override
    public Integer call() throws IOException {
        Path pages = Files.createDirectories(folder.resolve("man"));
        for (Map.Entry<String, String> page :
                Manual.manPages(Commands.line(), Version.text()).entrySet()) {
            Files.writeString(pages.resolve(page.getKey()), page.getValue());
        }
        Path completion = Files.createDirectories(folder.resolve("completion"));
        Files.writeString(completion.resolve("bridgehead"), CompletionCommand.script());
        return 0;
    }
}
