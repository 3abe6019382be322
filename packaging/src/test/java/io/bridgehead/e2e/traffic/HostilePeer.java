package io.bridgehead.e2e.traffic;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.HealthMessage;
import io.bridgehead.cluster.api.SignedRecord;
import io.bridgehead.cluster.api.Stamp;
import io.bridgehead.cluster.api.UnsignedRecord;
import io.bridgehead.sync.Changesets;
import io.bridgehead.tls.ExpectedPeer;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.MaterialFiles;
import io.bridgehead.tls.RecordSigner;
import io.bridgehead.tls.TlsObserver;
import io.bridgehead.tls.handshake.MemberContexts;
import java.io.IOException;
import java.net.InetAddress;
import java.security.SignatureException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * A node with a valid certificate whose program does what it likes: it speaks the tunnel's protocol to one real node, byte by byte, and signs
 * whatever it wants with its own key.
 */
public final class HostilePeer {
    private final KeyMaterial material;
    private final String site;
    private final String node;

    private HostilePeer(KeyMaterial material, String site, String node) {
        this.material = material;
        this.site = site;
        this.node = node;
    }

    /** The node whose certificate this is. */
    public static HostilePeer with(MaterialFiles.Paths paths, String site, String node) {
        return new HostilePeer(material(paths), site, node);
    }

    /** What lies in these files. */
    public static KeyMaterial material(MaterialFiles.Paths paths) {
        try {
            return new MaterialFiles(paths, ExpectedPeer.anyone(), Clock.systemUTC(), TlsObserver.silent()).load();
        } catch (MaterialException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Its SPIFFE ID. */
    public String id() {
        return material.id().toString();
    }

    /** A tunnel connection, before anything is said. */
    public RawHttp2 connect(int port) throws IOException {
        MemberContexts contexts = new MemberContexts(new LiveTls(material, Clock.systemUTC()), ExpectedPeer.anyone());
        SSLSocket socket =
                (SSLSocket) contexts.current().getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
        SSLParameters parameters = contexts.engine(true).getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return RawHttp2.over(socket, "https");
    }

    /** The status of the answer to a hello that says these names. */
    public int greet(RawHttp2 connection, String saidSite, String saidNode, String purpose) throws IOException {
        return connection
                .await(connection.open(
                        "POST",
                        saidSite,
                        "/.bridgehead/hello",
                        true,
                        "bridgehead-hello-versions",
                        "1-1",
                        "bridgehead-hello-node",
                        saidNode,
                        "bridgehead-hello-site",
                        saidSite,
                        "bridgehead-hello-loops",
                        "1",
                        "bridgehead-hello-loop",
                        "0",
                        "bridgehead-hello-purpose",
                        purpose))
                .status();
    }

    /** A control connection after an honest hello. */
    public RawHttp2 control(int port) throws IOException {
        RawHttp2 connection = connect(port);
        int status = greet(connection, site, node, "control");
        if (status != 200) {
            throw new IOException("hello answered " + status);
        }
        return connection;
    }

    /** Pushes records all at once; what became of each. */
    public static List<String> push(RawHttp2 control, List<byte[]> records) throws IOException {
        List<Integer> streams = new ArrayList<>();
        for (byte[] record : records) {
            int stream = control.open("POST", "peer", "/.bridgehead/record", false);
            control.data(stream, record, true);
            streams.add(stream);
        }
        List<String> said = new ArrayList<>();
        for (int stream : streams) {
            said.add(text(control.await(stream)));
        }
        return said;
    }

    /** Pushes a record; what became of it: {@code Accepted}, {@code Known} or {@code Rejected}, or the status if it was not taken at all. */
    public static String push(RawHttp2 control, byte[] record) throws IOException {
        return push(control, List.of(record)).getFirst();
    }

    private static String text(RawHttp2.Answer answer) {
        return answer.isReset() ? "reset" : answer.status() == 200 ? answer.text() : "" + answer.status();
    }

    /** A changeset of a source with these documents, the first of it, signed with the node's own key. */
    public byte[] changeset(String source, Map<String, String> documents) {
        return changeset(material, source, first(), documents, Instant.now());
    }

    /** A changeset signed by somebody else. */
    public static byte[] changeset(
            KeyMaterial signer, String source, Changesets.Base base, Map<String, String> documents, Instant at) {
        RecordSigner key = new RecordSigner(signer);
        try {
            Changesets.Cause cause = new Changesets.Cause(source, key.id().toString(), "", at, List.of());
            return Changesets.sign(base, cause, new TreeMap<>(documents), new TreeSet<>(), key);
        } catch (SignatureException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Nothing was said before. */
    public static Changesets.Base first() {
        return new Changesets.Base(null, 0, new TreeMap<>(), Changesets.Ancestors.NONE, 0);
    }

    /** What a node tells of its health, or of another's, signed with this node's key. */
    public byte[] health(String of, long incarnation, long sequence, byte[] report) {
        UnsignedRecord said = new HealthMessage(incarnation, sequence, Bytes.wrap(report))
                .toRecord(of, id(), new Stamp(System.currentTimeMillis(), (int) sequence, node));
        RecordSigner key = new RecordSigner(material);
        try {
            Bytes signature = Bytes.wrap(key.sign(said.toBeSigned().toArray()));
            List<Bytes> chain = key.chain().stream().map(Bytes::wrap).toList();
            return io.bridgehead.cluster.api.EncodedRecord.of(new SignedRecord(said, signature, chain))
                    .bytes()
                    .toArray();
        } catch (SignatureException e) {
            throw new IllegalStateException(e);
        }
    }
}
