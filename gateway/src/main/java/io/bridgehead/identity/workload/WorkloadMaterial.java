package io.bridgehead.identity.workload;

import io.bridgehead.loop.Loop;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.MaterialSource;
import io.bridgehead.tls.Revocations;
import io.bridgehead.tls.SvidValidator;
import io.bridgehead.tls.TlsObserver;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A node's identity, bundle and revocations from the SPIFFE Workload API. Each message is judged as files are; one that cannot be used leaves what was in
 * force.
 *
 * <p><b>Threads</b>: as {@link MaterialSource}; messages come on the loop.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class WorkloadMaterial implements MaterialSource {
    private static final int FIRST_SECONDS = 30;

    private final Path socket;
    private final SpiffeId self;
    private final Clock clock;
    private final TlsObserver observer;
    private final Loop loop;
    private final WorkloadStream stream;
    private final CountDownLatch first = new CountDownLatch(1);
    private volatile @Nullable ByteBuffer newest;
    private volatile @Nullable ByteBuffer judged;
    /** Why nothing comes; empty while something does. */
    private volatile String lost = "";
    /** Why what came last was not taken; empty when it was. */
    private volatile String refused = "";

    private volatile String foreignProblem = "";
    private volatile String listProblem = "";

    /**
     * Builds, and connects to nothing before {@link #load}.
     *
     * @param self whom the identity must name
     * @param loop carries the stream
     */
    public WorkloadMaterial(
            Path socket, SpiffeId self, Clock clock, TlsObserver observer, Loop loop, RandomGenerator random) {
        this.socket = socket;
        this.self = self;
        this.clock = clock;
        this.observer = observer;
        this.loop = loop;
        this.stream = new WorkloadStream(loop, socket, random, new WorkloadStream.Listener() {
            @Override
            public void onMessage(byte[] message) {
                lost = "";
                newest = ByteBuffer.wrap(message);
                first.countDown();
            }

            @Override
            public void onLost(String why) {
                lost = why;
            }
        });
    }

    @Override
    public String problem() {
        String less = listProblem.isEmpty() ? foreignProblem : listProblem;
        String problem = lost.isEmpty() ? refused : lost;
        return problem.isEmpty() ? less : "identity: nothing new from the SPIFFE agent: " + problem;
    }

    @Override
    public KeyMaterial load() throws MaterialException {
        loop.execute(stream::open);
        try {
            if (!first.await(FIRST_SECONDS, TimeUnit.SECONDS)) {
                throw new MaterialException.Missing(
                        socket,
                        "no identity within " + FIRST_SECONDS + " s (" + lost + ")",
                        "a SPIFFE agent that gives this process " + self,
                        "start the agent, or register this node's process with it",
                        new IllegalStateException(lost));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unusable("waiting was interrupted", e);
        }
        ByteBuffer message = newest;
        judged = message;
        return judge(message == null ? ByteBuffer.allocate(0) : message);
    }

    @Override
    public LiveTls.Generation reload(LiveTls live) throws MaterialException {
        ByteBuffer message = newest;
        if (message == null || message.equals(judged)) {
            return live.current();
        }
        judged = message;
        KeyMaterial material = accepted(message);
        Revocations.Succession lists =
                Revocations.succeed(live.current().material().revocations(), material.revocations());
        listProblem = "";
        if (!lists.remarks().isEmpty()) {
            MaterialException.Superseded warning =
                    new MaterialException.Superseded(socket, String.join(", ", lists.remarks()));
            listProblem = "identity: " + warning.getMessage();
            observer.refused(warning);
        }
        LiveTls.Generation generation = live.swap(material.withRevocations(lists.lists()));
        observer.reloaded(generation);
        return generation;
    }

    @Override
    public boolean poll(LiveTls live) {
        LiveTls.Generation before = live.current();
        try {
            return reload(live).number() != before.number();
        } catch (MaterialException e) {
            observer.refused(e);
            return false;
        }
    }

    private KeyMaterial accepted(ByteBuffer message) throws MaterialException {
        try {
            KeyMaterial material = judge(message);
            refused = "";
            return material;
        } catch (MaterialException e) {
            refused = String.valueOf(e.getMessage());
            throw e;
        }
    }

    private KeyMaterial judge(ByteBuffer message) throws MaterialException {
        try {
            byte[] bytes = new byte[message.remaining()];
            message.duplicate().get(bytes);
            SvidUpdate update = SvidUpdate.parse(bytes);
            SvidUpdate.Svid svid = update.of(self.toString());
            if (svid == null) {
                throw new MaterialException.WrongIdentity(
                        socket,
                        "the agent gives " + update.svids(),
                        self.toString(),
                        "register this node's process with that SPIFFE ID, or correct the names in gateway.yaml");
            }
            List<X509CRL> revocations = new ArrayList<>();
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (byte[] list : update.crls()) {
                revocations.add((X509CRL) factory.generateCRL(new ByteArrayInputStream(list)));
            }
            KeyMaterial material = KeyMaterial.of(
                            certificates(factory, svid.chain().array()),
                            key(svid.key().array()),
                            certificates(factory, svid.bundle().array()))
                    .withRevocations(revocations)
                    .withFederated(federated(factory, update));
            SpiffeId named = new SvidValidator(self.trustDomain(), material.bundle(), revocations, clock)
                    .validate(material.chain());
            if (!named.equals(self)) {
                throw unusable("the certificate names " + named, null);
            }
            return material;
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw unusable(String.valueOf(e.getMessage()), e);
        }
    }

    /** A bundle that cannot be used lets in nobody of its trust domain; the own identity does not depend on it. */
    private Map<TrustDomain, List<X509Certificate>> federated(CertificateFactory factory, SvidUpdate update) {
        String found = "";
        Map<TrustDomain, List<X509Certificate>> bundles = new HashMap<>();
        for (Map.Entry<String, byte[]> bundle : update.federated().entrySet()) {
            String name = bundle.getKey();
            String prefix = "spiffe://";
            try {
                TrustDomain trustDomain =
                        new TrustDomain(name.startsWith(prefix) ? name.substring(prefix.length()) : name);
                // Without authorities nobody is trusted, as over federation.
                bundles.put(trustDomain, List.of());
                if (bundle.getValue().length > 0) {
                    bundles.put(trustDomain, certificates(factory, bundle.getValue()));
                }
            } catch (CertificateException | IllegalArgumentException e) {
                found = "federation: the SPIFFE agent's bundle of '" + name + "' cannot be read (" + e.getMessage()
                        + "); nobody of it is trusted";
            }
        }
        foreignProblem = found;
        return bundles;
    }

    private MaterialException unusable(String found, @Nullable Exception cause) {
        return new MaterialException.Malformed(
                socket, found, "an X.509-SVID of " + self + " and its bundle", "look at the agent's log", cause);
    }

    /** Certificates one after the other, as the Workload API sends them. */
    private static List<X509Certificate> certificates(CertificateFactory factory, byte[] der)
            throws CertificateException {
        List<X509Certificate> read = new ArrayList<>();
        for (var certificate : factory.generateCertificates(new ByteArrayInputStream(der))) {
            read.add((X509Certificate) certificate);
        }
        if (read.isEmpty()) {
            throw new CertificateException("found no certificate");
        }
        return read;
    }

    private static PrivateKey key(byte[] pkcs8) throws GeneralSecurityException {
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(pkcs8);
        try {
            return KeyFactory.getInstance("EC").generatePrivate(spec);
        } catch (InvalidKeySpecException e) {
            return KeyFactory.getInstance("RSA").generatePrivate(spec);
        }
    }

    @Override
    public void close() {
        loop.execute(stream::close);
    }
}
