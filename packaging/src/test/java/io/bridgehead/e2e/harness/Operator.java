package io.bridgehead.e2e.harness;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.admin.AdminClient;
import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.sync.Changesets;
import io.bridgehead.tls.ExpectedPeer;
import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.MaterialFiles;
import io.bridgehead.tls.RecordSigner;
import io.bridgehead.tls.TlsObserver;
import java.security.SignatureException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The operator of a fabric: gives orders at its nodes, and sends them changesets as they are signed. */
public final class Operator {
    private static final int TRIES = 3;

    private final TestFabric fabric;

    public Operator(TestFabric fabric) {
        this.fabric = fabric;
    }

    /** Gives an order at a node, or ends one. */
    public Cli.Result order(TestNode at, String... words) {
        List<String> arguments = new ArrayList<>(List.of(words));
        arguments.addAll(List.of(
                "--socket",
                at.socket().toString(),
                "--certificate",
                fabric.operator().certificate().toString(),
                "--key",
                fabric.operator().key().toString()));
        return Cli.run(arguments.toArray(String[]::new)).good();
    }

    /** The first changeset of a source, which bears one service. */
    public byte[] first(String source, String service, String document) {
        Changesets.Base nothing = new Changesets.Base(null, 0, new TreeMap<>(), Changesets.Ancestors.NONE, 0);
        try {
            RecordSigner signer = new RecordSigner(
                    new MaterialFiles(fabric.operator(), ExpectedPeer.anyone(), Clock.systemUTC(), TlsObserver.silent())
                            .load());
            return Changesets.sign(
                    nothing,
                    new Changesets.Cause(source, "ada", "", Clock.systemUTC().instant(), List.of()),
                    Map.of("Service/" + service, document),
                    new TreeSet<>(),
                    signer);
        } catch (MaterialException | SignatureException e) {
            throw new AssertionError(e);
        }
    }

    /** Sends a changeset to a node; the answer says on how many nodes it is active within so long. */
    public AdminClient.Answer commit(TestNode at, byte[] changeset, long waitMillis) {
        try {
            return new AdminClient(at.socket())
                    .post("/v1/changesets", Map.of("x-bridgehead-wait", Long.toString(waitMillis)), changeset);
        } catch (NodeUnreachableException e) {
            throw new AssertionError(e);
        }
    }

    /** Two first changesets of one source at once, each at a node of its own: one is taken, and the other is told that it came second. */
    public void race(String source, TestNode one, TestNode other) {
        Map<TestNode, byte[]> changesets = new LinkedHashMap<>();
        for (TestNode node : List.of(one, other)) {
            String name = source + "-" + node.name();
            changesets.put(node, first(source, name, document(name)));
        }
        List<Supplier<AdminClient.Answer>> calls = new ArrayList<>();
        changesets.forEach((node, changeset) -> calls.add(() -> commit(node, changeset, 0)));
        assertThat(AtOnce.answers(calls)).extracting(AdminClient.Answer::status).containsExactlyInAnyOrder(200, 409);
        for (TestNode node : fabric.nodes()) {
            assertThat(node.get("/v1/conflicts").getJsonArray("conflicts")).isEmpty();
        }
    }

    /** The changeset of {@link #first}, for a service that nobody calls. */
    public byte[] first(String source, String service) {
        return first(source, service, document(service));
    }

    private static String document(String name) {
        return Documents.http(name, name + ".example", Map.of("aws", List.of("127.0.0.1:9")));
    }

    /** Something takes at most so many milliseconds: one of a few tries does, as a busy machine may be slow. */
    public static void within(long millisMax, String what, Runnable beforeAnother, LongSupplier millis) {
        long best = millis.getAsLong();
        for (int i = 1; i < TRIES && best > millisMax; i++) {
            beforeAnother.run();
            best = Math.min(best, millis.getAsLong());
        }
        assertThat(best).as("milliseconds until " + what).isLessThanOrEqualTo(Patience.promisedMillis(millisMax));
    }
}
