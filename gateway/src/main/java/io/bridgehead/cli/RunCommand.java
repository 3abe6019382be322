package io.bridgehead.cli;

import io.bridgehead.app.Node;
import io.bridgehead.app.StartException;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.schema.Reading;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code run}: one node, until it is told to stop. */
@Command(
        name = "run",
        description = "Runs a gateway node until SIGTERM; then it drains and stops.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  bridgehead run --config /etc/bridgehead/gateway.yaml"})
@OwnedBy(Owner.CONFINED)
final class RunCommand implements Callable<Integer> {
    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            defaultValue = "/etc/bridgehead/gateway.yaml",
            description = "the node's configuration (default: ${DEFAULT-VALUE})")
    private Path config = Path.of("/etc/bridgehead/gateway.yaml");

    @Override
    public Integer call() throws InterruptedException {
        NodeConfig read = switch (NodeFile.read(config)) {
            case Reading.Refused<NodeConfig> refused ->
                throw new Failure(Failure.PROBLEM, String.join("\n", NodeFile.lines(refused.problems())));
            case Reading.Done<NodeConfig> done -> done.value();
        };
        try {
            Node node = Node.start(read, () -> NodeFile.read(config), Version.text());
            CountDownLatch stopped = new CountDownLatch(1);
            Runtime.getRuntime()
                    .addShutdownHook(Thread.ofPlatform().name("bridgehead-stop").unstarted(() -> {
                        node.stop();
                        stopped.countDown();
                    }));
            stopped.await();
            return 0;
        } catch (StartException e) {
            throw new Failure(Failure.PROBLEM, "bridgehead: " + e.getMessage());
        }
    }
}
