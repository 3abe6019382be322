package io.bridgehead.cli;

import com.sun.net.httpserver.HttpServer;
import io.bridgehead.demo.DemoEndpoint;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code demo-endpoint}: an endpoint of the demonstration; not for people. */
@Command(name = "demo-endpoint", hidden = true, mixinStandardHelpOptions = true)
@OwnedBy(Owner.CONFINED)
final class DemoEndpointCommand implements Callable<Integer> {
    @Option(names = "--name", required = true)
    private String name = "";

    @Option(names = "--port", required = true)
    private int port;

    @Option(names = "--posts", required = true)
    private Path posts = Path.of("posts");

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (ExecutorService exchanges = Executors.newVirtualThreadPerTaskExecutor()) {
            HttpServer server = DemoEndpoint.start(name, port, posts, exchanges);
            CountDownLatch ended = new CountDownLatch(1);
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(ended::countDown));
            ended.await();
            server.stop(0);
        }
        return 0;
    }
}
