package io.bridgehead.app;

import io.bridgehead.admin.OperatorDesk;
import io.bridgehead.admin.OperatorPage;
import io.bridgehead.loop.Loops;
import io.vertx.core.Promise;
import java.security.SecureRandom;
import java.util.List;

/** The status page as a process of its own on an operator's machine: what it runs on, its start and its end. */
public final class LocalPage implements AutoCloseable {
    private final Loops loops;
    private final OperatorPage page;
    private final String link;

    private LocalPage(Loops loops, OperatorPage page, String link) {
        this.loops = loops;
        this.page = page;
        this.link = link;
    }

    /**
     * Serves it at a loopback address.
     *
     * @param port where, or 0 for a port that the system chooses
     * @throws StartException when the port is not free
     */
    public static LocalPage open(int port, OperatorDesk desk) throws StartException {
        Loops loops = Loops.start(1);
        OperatorPage page = new OperatorPage(loops.vertx(), desk, new SecureRandom());
        Promise<String> link = Promise.promise();
        loops.control().context().runOnContext(_ -> page.listen(port).onComplete(link));
        try {
            return new LocalPage(loops, page, Waiting.await(link.future().toCompletionStage()));
        } catch (StartException e) {
            Waiting.quietly(loops.close().toCompletionStage());
            throw new StartException(List.of("127.0.0.1:" + port + ": cannot listen there (" + e.getMessage()
                    + "); expected a free port: choose another with --port"));
        }
    }

    /** Where a browser enters; good for the first one. */
    public String link() {
        return link;
    }

    @Override
    public void close() {
        Waiting.quietly(page.close().toCompletionStage());
        Waiting.quietly(loops.close().toCompletionStage());
    }
}
