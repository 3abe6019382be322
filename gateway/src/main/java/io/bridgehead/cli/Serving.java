package io.bridgehead.cli;

import io.bridgehead.app.Groundwork;
import io.bridgehead.app.Node;
import io.bridgehead.app.StartException;
import io.bridgehead.config.NodeConfig;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A node that this process runs until it is told to stop. Knows nothing of the command line, which takes longer to make than much of a node. */
final class Serving {
    private Serving() {}

    /** Runs the node of this configuration until it is told to stop. */
    static int serve(Path file) throws InterruptedException {
        try {
            Hangup hangup = Hangup.taken();
            Groundwork groundwork = Groundwork.begin();
            NodeConfig config = NodeFile.require(file);
            groundwork.await();
            Node node = Node.start(config, () -> NodeFile.read(file), Version.text());
            hangup.does(node::reload);
            return untilStopped(node::stop);
        } catch (StartException e) {
            throw failed(e);
        }
    }

    static Failure failed(StartException why) {
        return new Failure(Failure.PROBLEM, "bridgehead: " + why.getMessage());
    }

    static int untilStopped(Runnable stop) throws InterruptedException {
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("bridgehead-stop").unstarted(() -> {
                    stop.run();
                    stopped.countDown();
                }));
        stopped.await();
        return 0;
    }
}
